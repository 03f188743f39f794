#include "changes_map.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <daos_errno.h>

#include "changes.h"
#include "error.h"
#include "private.h"

#define MAGIC	  0x7365676e61686365ULL
#define LOCK_BYTE (1LL << 40) /* far behind the end of the file */

static atomic_int cached_pid;

static void forget_pid(void)
{
	atomic_store(&cached_pid, 0);
}

__attribute__((constructor)) static void changes_init(void)
{
	pthread_atfork(NULL, NULL, forget_pid);
}

int changes_own_pid(void)
{
	int pid = atomic_load_explicit(&cached_pid, memory_order_relaxed);

	if (pid == 0) {
		pid = getpid();
		atomic_store(&cached_pid, pid);
	}
	return pid;
}

static int open_file(struct cont *cont, int flags, int *fd)
{
	return private_open(cont->data_fd, "../changes", O_RDWR | flags, fd);
}

/* Map the file; zeros are its empty state. */
static int map(struct cont *cont, struct changes **out)
{
	void *p = MAP_FAILED;
	int fd, rc = open_file(cont, O_CREAT, &fd);

	if (rc != 0)
		return rc;
	if (ftruncate(fd, sizeof(struct changes)) == 0)
		p = mmap(NULL, sizeof(struct changes), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		rc = der_from_errno(errno);
	close(fd);
	*out = p;
	return rc;
}

int changes_here_get(struct cont *cont, struct changes_here **out)
{
	struct changes_here *here;
	void *expected = NULL;
	int rc;

	*out = atomic_load_explicit(&cont->changes, memory_order_acquire);
	if (*out != NULL)
		return 0;
	here = malloc(sizeof(*here));
	if (here == NULL)
		return -DER_NOMEM;
	for (unsigned i = 0; i < CHANGES_WATCHERS; i++)
		atomic_init(&here->lock_fd[i], -1);
	rc = map(cont, &here->map);
	if (rc == 0 && atomic_compare_exchange_strong(&cont->changes, &expected, (void *)here)) {
		*out = here;
		return 0;
	}
	if (rc == 0)
		munmap(here->map, sizeof(struct changes));
	free(here);
	*out = expected;
	return rc;
}

int changes_get(struct cont *cont, struct changes **out)
{
	struct changes_here *here;
	int rc = changes_here_get(cont, &here);

	*out = rc == 0 ? here->map : NULL;
	return rc;
}

static bool lock_line(int fd, int cmd, short type, unsigned line, struct flock *l)
{
	*l = (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = LOCK_BYTE + line, .l_len = 1};
	return fcntl(fd, cmd, l) == 0;
}

bool changes_line_lives(struct cont *cont, unsigned line)
{
	struct flock l;
	int fd, rc = open_file(cont, 0, &fd);
	bool lives = rc != 0 || !lock_line(fd, F_OFD_GETLK, F_WRLCK, line, &l) || l.l_type != F_UNLCK;

	if (rc == 0)
		close(fd);
	return lives;
}

/* Host file systems that cannot allocate ahead have to be trusted. */
static int allocate(int fd, size_t at, size_t len)
{
	if (fallocate(fd, 0, (off_t)at, (off_t)len) == 0 || errno == EOPNOTSUPP || errno == ENOSYS)
		return 0;
	return der_from_errno(errno);
}

static size_t notes_at(unsigned line)
{
	return offsetof(struct changes, notes) + line * sizeof(struct notes);
}

int changes_line_allocate_interest(struct cont *cont, unsigned line)
{
	int fd, rc = open_file(cont, 0, &fd);

	if (rc != 0)
		return rc;
	rc = allocate(fd, notes_at(line) + offsetof(struct notes, interest), sizeof(((struct notes *)0)->interest));
	close(fd);
	return rc;
}

/* Nobody else writes to a line whose lock is held, but others may read what its owner before left. */
static void clear_line(struct changes *c, unsigned line)
{
	struct notes *n = &c->notes[line];

	atomic_store(&c->watcher[line].pid, 0);
	atomic_fetch_add(&c->watcher[line].generation, 1);
	for (unsigned i = 0; i < CHANGES_CACHED; i++)
		atomic_store_explicit(&n->cached[i], 0, memory_order_relaxed);
	for (unsigned i = 0; atomic_load(&n->selective) && i < CHANGES_INTEREST / 64; i++)
		atomic_store_explicit(&n->interest[i], 0, memory_order_relaxed);
	atomic_store(&n->rooted, false);
	atomic_store(&n->selective, false);
}

int changes_line_take(struct changes_here *here, struct cont *cont, unsigned *line)
{
	int fd, rc = open_file(cont, 0, &fd);
	struct flock l;
	unsigned i = 0;

	if (rc != 0)
		return rc;
	while (i < CHANGES_WATCHERS && !lock_line(fd, F_OFD_SETLK, F_WRLCK, i, &l))
		i++;
	if (i == CHANGES_WATCHERS)
		rc = -DER_BUSY;
	if (rc == 0)
		rc = allocate(fd, 0, offsetof(struct changes, notes));
	if (rc == 0)
		rc = allocate(fd, notes_at(i), offsetof(struct notes, interest));
	if (rc != 0) {
		close(fd);
		return rc;
	}
	here->map->magic = MAGIC;
	clear_line(here->map, i);
	atomic_store(&here->lock_fd[i], fd);
	*line = i;
	return 0;
}

void changes_line_leave(struct changes_here *here, unsigned line)
{
	int fd = atomic_exchange(&here->lock_fd[line], -1);
	int pid = changes_own_pid();

	/* In a child of fork() the line is the parent's. */
	atomic_compare_exchange_strong(&here->map->watcher[line].pid, &pid, 0);
	if (fd >= 0)
		close(fd);
}

void changes_close(struct cont *cont)
{
	struct changes_here *here = atomic_exchange(&cont->changes, NULL);

	if (here == NULL)
		return;
	for (unsigned i = 0; i < CHANGES_WATCHERS; i++)
		if (atomic_load(&here->lock_fd[i]) >= 0)
			changes_line_leave(here, i);
	munmap(here->map, sizeof(struct changes));
	free(here);
}
