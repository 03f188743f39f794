/*
 * allocator FILE: a program with an allocator of its own, which reads FILE when it is first called and whenever it
 * takes more memory, as allocators do that have a configuration or a trace. Nothing that it calls for that may
 * allocate: it ends at once if it is called from within itself. Status 0 if all went well.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ARENA (64UL << 20)

static char arena[ARENA] __attribute__((aligned(16)));
static size_t used;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static __thread int inside;
static const char *file;
static long visits;

static void fatal(const char *why)
{
	if (write(2, why, strlen(why)) < 0)
		_exit(2);
	_exit(1);
}

static void visit(void)
{
	char buf[8];
	struct stat st;
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || read(fd, buf, sizeof(buf)) != 5 || fstat(fd, &st) != 0 || st.st_size != 5 || close(fd) != 0)
		fatal("allocator: cannot read its file\n");
	visits++;
}

void *malloc(size_t size)
{
	size_t *p;

	if (inside)
		fatal("allocator: called from within itself\n");
	inside = 1;
	pthread_mutex_lock(&lock);
	if (file != NULL)
		visit();
	size = (size + 31) & ~15UL;
	if (used + size > ARENA)
		fatal("allocator: no memory\n");
	p = (size_t *)(void *)(arena + used);
	used += size;
	p[0] = size - 16;
	pthread_mutex_unlock(&lock);
	inside = 0;
	return p + 2;
}

void free(void *p)
{
	(void)p;
	if (inside)
		fatal("allocator: free from within itself\n");
}

void *calloc(size_t n, size_t size)
{
	return malloc(n * size);
}

void *realloc(void *old, size_t size)
{
	void *p = malloc(size);

	if (old != NULL) {
		size_t had = ((size_t *)old)[-2];

		memcpy(p, old, had < size ? had : size);
	}
	return p;
}

void *memalign(size_t align, size_t size);
void *memalign(size_t align, size_t size)
{
	uintptr_t p = (uintptr_t)malloc(size + align + 16);

	p = (p + 16 + align - 1) & ~(uintptr_t)(align - 1);
	((size_t *)p)[-2] = size;
	return (void *)p;
}

void *aligned_alloc(size_t align, size_t size)
{
	return memalign(align, size);
}

int posix_memalign(void **out, size_t align, size_t size)
{
	*out = memalign(align, size);
	return 0;
}

static void *thread(void *arg)
{
	FILE *f = fopen(arg, "r");
	char line[10];

	if (f == NULL || fgets(line, sizeof(line), f) == NULL)
		fatal("allocator: a thread cannot read\n");
	fclose(f);
	free(strdup(line));
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[4];

	if (argc != 2)
		return 2;
	file = argv[1];
	free(malloc(10));
	for (int i = 0; i < 4; i++)
		if (pthread_create(&threads[i], NULL, thread, argv[1]) != 0)
			fatal("allocator: no thread\n");
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	return visits > 5 ? 0 : 1;
}
