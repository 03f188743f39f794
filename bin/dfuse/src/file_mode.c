#include "file_mode.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <daos_local.h>

#include "attr.h"
#include "backing.h"
#include "log.h"
#include "plain_file.h"
#include "privs.h"
#include "watch.h"

static int any_fd(const struct open_file *open)
{
	return open->writer_fd >= 0 ? open->writer_fd : open->reader_fd;
}

/* Somebody has changed the file since the kernel cached it, and maybe was killed before he could tell. */
static bool looks_changed(const struct inode *inode, int fd)
{
	struct stat st;

	return fd >= 0 && fstat(fd, &st) == 0 &&
	       (st.st_size != inode->attr.size || attr_ns(st.st_mtim) != inode->attr.plain_mtime);
}

static void note_plain(struct inode *inode, const struct open_file *open)
{
	struct stat st;
	int fd = any_fd(open);

	if (fd >= 0 && fstat(fd, &st) == 0)
		inode->attr.plain_mtime = attr_ns(st.st_mtim);
}

/* Whether the kernel behind another mount caches the file. Whoever caches looks for us after noting it; so we after. */
static bool is_cached_elsewhere(const struct inode *inode)
{
	char root[1];
	int rc;

	if (daos_local_array_cached == NULL)
		return false;
	rc = daos_local_array_cached(inode->cont->coh, inode->oid, root, sizeof(root));
	return rc == 0 || rc == -DER_TRUNC;
}

/* Register the plain file with the kernel; it is made if need be. False: that cannot be. */
static bool begin_passthrough(struct inode *inode, struct open_file *open)
{
	struct mount *m = open->m;
	int id;

	if (!inode->cont->plain || !atomic_load_explicit(&m->passthrough, memory_order_relaxed))
		return false;
	if (privs_drop(inode->attr.mode) != inode->attr.mode) /* a write is to clear set-id bits: dfuse must see it */
		return false;
	if (open->writer != NULL)
		plain_file_make(inode, open, true);
	if (any_fd(open) < 0 || is_cached_elsewhere(inode))
		return false;
	id = backing_open(m, any_fd(open));
	if (id <= 0) {
		/* Short of memory is no reason to give it up for good. */
		if (id != -ENOMEM && atomic_exchange(&m->passthrough, false))
			log_warn("'%s': FUSE passthrough is off from now on: cannot register a file: %s", m->path,
				 strerror(-id));
		return false;
	}
	open->backing = id;
	return true;
}

void file_mode_begin(struct inode *inode, struct open_file *open)
{
	struct container *cont = inode->cont;
	int fd;

	open->told = inode->attr.size;
	if (begin_passthrough(inode, open)) {
		open->mode = FILE_PASSTHROUGH;
		inode->changed = true;
		return;
	}
	fd = any_fd(open);
	open->mode = FILE_CACHED;
	if (!open->m->direct_mmap)
		return;
	if (cont->times.direct_io) {
		open->mode = FILE_DIRECT;
	} else if (cont->watch != NULL) {
		open->noted = watch_cache_begin(cont->watch, inode->oid, fd) == 0;
		open->busy = !open->noted;
		if (open->busy)
			open->mode = FILE_DIRECT;
	}
	if (open->mode == FILE_DIRECT || looks_changed(inode, fd))
		inode->changed = true;
}

void file_mode_end(struct inode *inode, struct open_file *open)
{
	if (open->mode == FILE_PASSTHROUGH)
		backing_close(open->m, open->backing);
	if (open->mode == FILE_CACHED)
		note_plain(inode, open);
	if (open->noted)
		watch_cache_end(inode->cont->watch, inode->oid);
	open->noted = false;
	open->backing = 0;
	open->mode = FILE_CLOSED;
}
