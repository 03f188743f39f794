#include "array_table.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <daos_errno.h>

#include "error.h"
#include "private.h"

#define SETTLED_MS    10000
#define RECOUNT_PAUSE 20 /* times as long as counting took */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void array_lock(void)
{
	pthread_mutex_lock(&lock);
}

void array_unlock(void)
{
	pthread_mutex_unlock(&lock);
}

__attribute__((constructor)) static void array_init(void)
{
	pthread_atfork(array_lock, array_unlock, array_unlock);
}

void array_name(daos_obj_id_t oid, char name[ARRAY_NAME_MAX])
{
	unsigned spread = (oid.hi ^ (oid.hi >> 8) ^ oid.lo) & 0xff;

	snprintf(name, ARRAY_NAME_MAX, "%02x/%016llx%016llx", spread, (unsigned long long)oid.hi,
		 (unsigned long long)oid.lo);
}

/* Map the file that counts blocks, next to data/; allocated, because a full disk would otherwise be SIGBUS. */
static struct array_usage *map_usage(struct cont *cont)
{
	void *p = MAP_FAILED;
	int fd;

	if (private_open(cont->data_fd, "../usage", O_RDWR | O_CREAT, &fd) != 0)
		return NULL;
	if (ftruncate(fd, sizeof(struct array_usage)) == 0 &&
	    (fallocate(fd, 0, 0, sizeof(struct array_usage)) == 0 || errno == EOPNOTSUPP))
		p = mmap(NULL, sizeof(struct array_usage), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return p == MAP_FAILED ? NULL : p;
}

int array_table_get(struct cont *cont, struct array_table **out)
{
	int rc = 0;

	array_lock();
	if (cont->arrays == NULL) {
		struct array_table *t = calloc(1, sizeof(*t));

		if (t != NULL)
			t->usage = map_usage(cont);
		cont->arrays = t;
		rc = t == NULL ? -DER_NOMEM : 0;
	}
	*out = cont->arrays;
	array_unlock();
	return rc;
}

void array_usage_add(struct cont *cont, int64_t blocks)
{
	struct array_table *t = cont->arrays;

	if (blocks != 0 && t->usage != NULL)
		atomic_fetch_add(&t->usage->blocks, blocks);
}

/* What the arrays that are open for writing have grown by since they were counted. */
static int64_t open_growth(struct array_table *t)
{
	int64_t growth = 0;
	struct stat st;

	array_lock();
	for (unsigned i = 0; i < ARRAY_BUCKETS; i++)
		for (struct array *a = t->bucket[i]; a != NULL; a = a->next)
			if (atomic_load(&a->counted) && fstat(atomic_load(&a->write_fd), &st) == 0)
				growth += st.st_blocks - atomic_load(&a->base);
	array_unlock();
	return growth;
}

int array_disk_usage(struct cont *cont, uint64_t *bytes)
{
	struct array_table *t;
	int64_t blocks;
	int rc = array_table_get(cont, &t);

	if (rc != 0)
		return rc;
	blocks = t->usage == NULL ? 0 : atomic_load(&t->usage->blocks);
	blocks += open_growth(t);
	*bytes = blocks < 0 ? 0 : (uint64_t)blocks * 512;
	return 0;
}

/* Blocks of the files in one of the 256 directories. */
static int64_t count_directory(int data_fd, const char *name)
{
	int fd = openat(data_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	int64_t blocks = 0;
	struct dirent *de;
	struct stat st;

	if (dir == NULL) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	while ((de = readdir(dir)) != NULL)
		if (de->d_name[0] != '.' && fstatat(fd, de->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			blocks += st.st_blocks;
	closedir(dir);
	return blocks;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/*
 * Who has a descriptor that was given away may write on. So a count is good only if there was nothing new since an
 * earlier one, some time before.
 */
static bool is_settled(struct array_table *t, uint64_t given, int64_t blocks)
{
	int64_t now = now_ms();

	if (given != t->seen_given || blocks != t->seen_blocks) {
		t->seen_given = given;
		t->seen_blocks = blocks;
		t->seen_at = now;
		return false;
	}
	return now - t->seen_at >= SETTLED_MS;
}

int array_recount(struct cont *cont, uint64_t *bytes)
{
	int64_t blocks = 0, begin = now_ms();
	struct array_table *t;
	uint64_t given = 0;
	char name[4];
	int rc = array_table_get(cont, &t);

	if (rc != 0)
		return rc;
	if (t->usage != NULL)
		given = atomic_load(&t->usage->given);
	for (unsigned i = 0; i < 256; i++) {
		snprintf(name, sizeof(name), "%02x", i);
		blocks += count_directory(cont->data_fd, name);
	}
	if (t->usage != NULL) {
		atomic_store(&t->usage->blocks, blocks - open_growth(t));
		if (is_settled(t, given, blocks))
			atomic_store(&t->usage->counted, given);
	}
	atomic_store(&t->counted_at, now_ms());
	atomic_store(&t->counted_for, now_ms() - begin);
	*bytes = (uint64_t)blocks * 512;
	return 0;
}

void array_given_away(struct cont *cont)
{
	struct array_table *t;

	if (array_table_get(cont, &t) == 0 && t->usage != NULL)
		atomic_fetch_add(&t->usage->given, 1);
}

bool array_is_miscounted(struct cont *cont, bool *now)
{
	struct array_table *t;

	if (array_table_get(cont, &t) != 0 || t->usage == NULL)
		return false;
	*now = now_ms() - atomic_load(&t->counted_at) >= RECOUNT_PAUSE * atomic_load(&t->counted_for);
	return atomic_load(&t->usage->given) != atomic_load(&t->usage->counted);
}
