#include "buffer.h"

#include <pthread.h>
#include <stdlib.h>

struct buffer {
	void *data;
	size_t size;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void destroy(void *arg)
{
	struct buffer *buffer = arg;

	free(buffer->data);
	free(buffer);
}

static void make_key(void)
{
	if (pthread_key_create(&key, destroy) != 0)
		abort();
}

void *buffer_get(size_t size)
{
	struct buffer *buffer;
	void *data;

	pthread_once(&once, make_key);
	buffer = pthread_getspecific(key);
	if (buffer == NULL) {
		buffer = calloc(1, sizeof(*buffer));
		if (buffer == NULL || pthread_setspecific(key, buffer) != 0) {
			free(buffer);
			return NULL;
		}
	}
	if (buffer->size < size) {
		if (posix_memalign(&data, 4096, size) != 0)
			return NULL;
		free(buffer->data);
		buffer->data = data;
		buffer->size = size;
	}
	return buffer->data;
}
