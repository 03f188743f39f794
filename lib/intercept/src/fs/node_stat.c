#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include <daos_local.h>

#include "ino.h"
#include "node_private.h"

#define PEEKS 1

static void note_plain(struct node *n, const struct stat *st)
{
	n->plain_size = st->st_size;
	n->plain_blocks = st->st_blocks;
	n->plain_mtime = st->st_mtim;
}

/*
 * What the array says. Finding out whether its file is at rest costs as much as asking several times, and must not be
 * tried while the program may have locks on it: see daos_local.h.
 */
static bool peek(struct node *n, struct stat *st)
{
	bool at_rest = false, find_out = n->open_files == 0 && ++n->peeks > PEEKS;
	int rc = -1;

	if (daos_local_array_peek == NULL)
		return false;
	/* The first time that somebody asks is too early for the engine. */
	for (int i = 0; i < (find_out ? 2 : 1) && !at_rest; i++)
		rc = daos_local_array_peek(n->fs->coh, n->oid, st, find_out ? &at_rest : NULL);
	return rc == 0;
}

static bool plain_is_same(struct node *n)
{
	struct stat st;

	return peek(n, &st) && st.st_size == n->plain_size && st.st_blocks == n->plain_blocks &&
	       st.st_mtim.tv_sec == n->plain_mtime.tv_sec && st.st_mtim.tv_nsec == n->plain_mtime.tv_nsec;
}

uint64_t node_ino(const struct node *n)
{
	return ino_from_oid(n->oid) ^ n->fs->salt;
}

/* What DFS leaves open. */
static void complete(struct node *n, struct stat *st)
{
	st->st_ino = node_ino(n);
	st->st_dev = n->fs->mount->dev;
	if (st->st_nlink == 0)
		st->st_nlink = 1;
	if (st->st_blksize == 0)
		st->st_blksize = DFS_DEFAULT_CHUNK_SIZE;
}

void node_remember(struct node *n, const struct stat *st)
{
	struct stat plain;

	n->st = *st;
	complete(n, &n->st);
	n->checked = now_gen(n->fs);
	if (S_ISREG(st->st_mode) && peek(n, &plain))
		note_plain(n, &plain);
}

/* One that has lost its name: what it was, and what its plain file says. */
static void recall(struct node *n, int fd, struct stat *st)
{
	struct stat plain;
	bool known = fd >= 0 && fstat(fd, &plain) == 0 && S_ISREG(plain.st_mode);
	bool there = peek(n, &n->st) && n->st.st_nlink > 0;

	*st = n->st;
	complete(n, st);
	st->st_nlink = S_ISREG(st->st_mode) && there && !n->removed ? 1 : 0;
	if (S_ISREG(st->st_mode) && known) {
		st->st_size = plain.st_size;
		st->st_blocks = plain.st_blocks;
		if (plain.st_mtim.tv_sec > st->st_mtim.tv_sec ||
		    (plain.st_mtim.tv_sec == st->st_mtim.tv_sec && plain.st_mtim.tv_nsec > st->st_mtim.tv_nsec))
			st->st_mtim = plain.st_mtim;
	}
}

/*
 * While a mount caches the bytes, the kernel there may know of some that the plain file does not have yet: it is asked
 * for what depends on them.
 */
static void add_cached(struct node *n, struct stat *st)
{
	char path[PATH_MAX + 1];
	struct stat there;
	size_t len;

	if (daos_local_array_cached == NULL || !S_ISREG(st->st_mode) ||
	    daos_local_array_cached(n->fs->coh, n->oid, path, sizeof(path)) != 0)
		return;
	len = strlen(path);
	if (node_path(n, path + len, sizeof(path) - len) != 0 ||
	    fstatat(AT_FDCWD, path, &there, AT_SYMLINK_NOFOLLOW) != 0 ||
	    (there.st_mode & S_IFMT) != (st->st_mode & S_IFMT))
		return;
	st->st_size = there.st_size;
	st->st_blocks = there.st_blocks;
	st->st_mtim = there.st_mtim;
	st->st_ctim = there.st_ctim;
}

int node_stat(struct node *n, int fd, struct stat *st)
{
	int rc = node_refresh(n);

	if (rc == 0 && !n->gone && S_ISREG(n->st.st_mode) && !plain_is_same(n)) {
		n->checked = 0; /* its bytes have changed: size and times are DFS's to say */
		rc = node_refresh(n);
	}
	if (rc != 0)
		return rc;
	if (n->gone)
		recall(n, fd, st);
	else
		*st = n->st;
	if (!n->gone)
		add_cached(n, st);
	st->st_atim = n->has_atime ? n->atime : st->st_mtim;
	return 0;
}
