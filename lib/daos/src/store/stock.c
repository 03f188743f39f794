#include "stock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lease.h"
#include "rest_table.h"

#define FILL_MS	   20
#define WANT_FIRST 64
#define NAME	   "../stock/%u"
#define NAME_LEN   32

static unsigned count(struct rest_stock *s)
{
	unsigned n = 0;

	for (unsigned i = 0; i < REST_STOCK / 64; i++)
		n += (unsigned)__builtin_popcountll(atomic_load_explicit(&s->there[i], memory_order_relaxed));
	return n;
}

/* Clear a bit that is set, which makes the file one's own. */
static bool claim(struct rest_stock *s, unsigned *number)
{
	unsigned start = atomic_fetch_add_explicit(&s->next, 1, memory_order_relaxed) / 64;

	for (unsigned i = 0; i < REST_STOCK / 64; i++) {
		unsigned at = (start + i) % (REST_STOCK / 64);
		uint64_t bits = atomic_load(&s->there[at]);

		while (bits != 0) {
			unsigned bit = (unsigned)__builtin_ctzll(bits);

			if (atomic_fetch_and(&s->there[at], ~(1ULL << bit)) >> bit & 1) {
				*number = at * 64 + bit;
				return true;
			}
			bits &= ~(1ULL << bit);
		}
	}
	return false;
}

static bool miss(struct cont *cont, struct rest_stock *s)
{
	if (atomic_fetch_add(&s->missed, 1) == 0)
		env_want_idle(cont->env);
	return false;
}

bool stock_take(struct cont *cont, const char *name)
{
	struct rest_stock *s = rest_stock(cont);
	char from[NAME_LEN];
	unsigned number;

	if (s == NULL)
		return false;
	while (atomic_load(&s->open) != 0 && claim(s, &number)) {
		snprintf(from, sizeof(from), NAME, number);
		if (renameat2(cont->data_fd, from, cont->data_fd, name, RENAME_NOREPLACE) == 0)
			return true;
		if (errno != ENOENT || faccessat(cont->data_fd, from, F_OK, 0) == 0) {
			atomic_fetch_or(&s->there[number / 64], 1ULL << number % 64); /* it is `name` that is wrong */
			return false;
		}
	}
	return miss(cont, s);
}

/* A free number, from `*number` on. The file that gets it must not replace another, which may have been left there. */
static bool find_free(struct rest_stock *s, unsigned *number)
{
	for (; *number < REST_STOCK; ++*number)
		if (!(atomic_load_explicit(&s->there[*number / 64], memory_order_relaxed) >> *number % 64 & 1))
			return true;
	return false;
}

static void publish(struct rest_stock *s, unsigned number)
{
	atomic_fetch_or(&s->there[number / 64], 1ULL << number % 64);
}

/*
 * The file is to look as if it had never been used. All by its name: this runs beside programs that close descriptors
 * which are not theirs.
 */
static bool make_blank(struct cont *cont, unsigned number)
{
	const struct timespec never[2] = {{0}, {0}};
	char path[PATH_MAX], name[NAME_LEN];
	struct stat st;

	snprintf(name, sizeof(name), NAME, number);
	if (fstatat(cont->data_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1)
		return false;
	if (snprintf(path, sizeof(path), "%s/stock/%u", cont->path, number) >= (int)sizeof(path))
		return false;
	if ((st.st_size != 0 || st.st_blocks != 0) && truncate(path, 0) != 0)
		return false;
	if ((st.st_mode & 07777) != 0600 && fchmodat(cont->data_fd, name, 0600, 0) != 0)
		return false;
	return utimensat(cont->data_fd, name, never, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstatat(cont->data_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_size == 0 && st.st_blocks == 0;
}

/*
 * Descriptors of files that somebody else has open, maybe this process: closing one would end its locks (fcntl(2)) on
 * the file, so that has to wait.
 */
static int *parking_place(struct cont *cont)
{
	for (unsigned i = 0; i < CONT_PARKED; i++)
		if (cont->parked[i] == 0)
			return &cont->parked[i];
	return NULL;
}

static void unpark(struct cont *cont, bool all)
{
	for (unsigned i = 0; i < CONT_PARKED; i++) {
		int *place = &cont->parked[i];

		if (*place == 0 || (!all && lease_others(*place - 1) == LEASE_TAKEN))
			continue;
		close(*place - 1);
		*place = 0;
	}
}

void stock_close(struct cont *cont)
{
	unpark(cont, true);
}

/* Move the file into the stock, unlisted. */
static bool move_in(struct cont *cont, struct rest_stock *s, const char *name, char to[NAME_LEN], unsigned *number)
{
	for (*number = atomic_load(&s->given) % REST_STOCK; find_free(s, number); ++*number) {
		snprintf(to, NAME_LEN, NAME, *number);
		if (renameat2(cont->data_fd, name, cont->data_fd, to, RENAME_NOREPLACE) == 0)
			return true;
		if (errno != EEXIST)
			break;
	}
	return false;
}

/* Does nobody but this function have the file open, which `fd` was opened from? */
static bool is_free(int fd, const struct stat *file)
{
	struct stat st;

	return lease_others(fd) == LEASE_FREE && fstat(fd, &st) == 0 && st.st_dev == file->st_dev &&
	       st.st_ino == file->st_ino;
}

void stock_give(struct cont *cont, const char *name)
{
	struct rest_stock *s = rest_stock(cont);
	int *place = parking_place(cont);
	char to[NAME_LEN] = "";
	unsigned number;
	struct stat st;
	int fd = -1;

	if (s != NULL && place != NULL && atomic_load(&s->open) != 0 &&
	    fstatat(cont->data_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1)
		fd = openat(cont->data_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		unlinkat(cont->data_fd, name, 0);
		return;
	}
	if (!move_in(cont, s, name, to, &number)) {
		unlinkat(cont->data_fd, name, 0);
		*place = fd + 1;
	} else if (!is_free(fd, &st)) {
		unlinkat(cont->data_fd, to, 0);
		*place = fd + 1;
	} else {
		close(fd);
		if (make_blank(cont, number)) {
			atomic_fetch_add(&s->given, 1);
			publish(s, number);
		} else {
			unlinkat(cont->data_fd, to, 0);
		}
	}
}

/* What was left by another boot. */
static bool clear_old(struct cont *cont)
{
	int fd = openat(cont->data_fd, "../stock", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *de;

	if (dir == NULL) {
		if (fd >= 0)
			close(fd);
		return fd < 0 && errno == ENOENT && mkdirat(cont->data_fd, "../stock", 0700) == 0 &&
		       fchmodat(cont->data_fd, "../stock", 0700, 0) == 0;
	}
	while ((de = readdir(dir)) != NULL)
		if (de->d_name[0] != '.')
			unlinkat(fd, de->d_name, 0);
	closedir(dir);
	return true;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* Make the file of this number, unless there is one that somebody left. */
static bool make_new(struct cont *cont, unsigned number)
{
	char name[NAME_LEN];

	snprintf(name, sizeof(name), NAME, number);
	if (mknodat(cont->data_fd, name, S_IFREG | 0600, 0) != 0)
		return false;
	if (make_blank(cont, number))
		return true;
	unlinkat(cont->data_fd, name, 0);
	return false;
}

bool stock_fill(void *arg, const atomic_bool *stop)
{
	struct cont *cont = arg;
	struct rest_stock *s = rest_stock(cont);
	int64_t until = now_ms() + FILL_MS;
	uint64_t missed, want;
	unsigned number = 0, have;

	unpark(cont, false);
	if (s == NULL)
		return false;
	missed = atomic_exchange(&s->missed, 0);
	want = atomic_load(&s->wanted);
	if (missed > 0) {
		want = want == 0 ? WANT_FIRST : want * 4 < REST_STOCK ? want * 4 : REST_STOCK;
		atomic_store(&s->wanted, want);
	}
	if (want == 0)
		return false;
	if (atomic_load(&s->open) == 0) {
		if (!clear_old(cont))
			return false;
		atomic_store(&s->open, 1);
	}
	for (have = count(s); have < want && find_free(s, &number) && !atomic_load(stop) && now_ms() < until; number++)
		if (make_new(cont, number)) {
			publish(s, number);
			have++;
		}
	return (have < want && number < REST_STOCK) || atomic_load(&s->missed) > 0;
}
