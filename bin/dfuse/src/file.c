#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <daos_local.h>

#include "attr.h"
#include "entry.h"
#include "file_mode.h"
#include "plain_file.h"
#include "stash.h"

/* How long unlinked files are kept after an open that came too late. */
#define RACED_SECONDS 2

static struct open_file *open_file_new(struct mount *m, struct inode *inode)
{
	struct open_file *open = calloc(1, sizeof(*open));

	if (open == NULL)
		return NULL;
	open->m = m;
	open->reader_fd = -1;
	open->writer_fd = -1;
	inode->open_file = open;
	return open;
}

/* With the inode's lock held. */
static void set_writer(struct inode *inode, struct open_file *open, dfs_obj_t *obj)
{
	int err, fd = plain_file_fd(obj, 0, &err);

	atomic_store(&open->writer_fd, fd);
	atomic_store(&open->writer, obj);
	if (fd < 0 && inode->cont->plain) {
		open->counted = true;
		atomic_fetch_add(&inode->cont->unbacked, 1);
	}
}

/* Make sure there is an object for the way of opening. With the inode's lock held, so it waits for no rename. */
static int provide(struct mount *m, struct inode *inode, struct open_file *open, bool writable)
{
	struct entry entry;
	int rc, err;

	if (open->writer != NULL || (!writable && open->reader != NULL))
		return 0;
	rc = entry_open_now(m, inode, writable ? O_RDWR : O_RDONLY, &entry, NULL);
	if (rc != 0)
		return rc;
	if (writable) {
		set_writer(inode, open, entry.obj);
	} else {
		atomic_store(&open->reader_fd, plain_file_fd(entry.obj, 0, &err));
		atomic_store(&open->reader, entry.obj);
	}
	return 0;
}

/* With the inode's lock held: the last handle is gone. */
static void dispose(struct inode *inode, struct open_file *open)
{
	file_mode_end(inode, open);
	if (open->kept)
		return;
	plain_file_made(inode, open);
	if (open->writer != NULL && !inode->unlinked)
		plain_file_settled(open);
	if (open->reader != NULL)
		dfs_release(open->reader);
	if (open->writer != NULL)
		dfs_release(open->writer);
	if (open->stand_in)
		close(open->writer_fd);
	inode->open_file = NULL;
	stash_free(open->stash);
	free(open);
}

/* With the inode's lock held. */
static struct file *handle_new(struct mount *m, struct inode *inode, struct open_file *open, bool writable)
{
	struct file *file = calloc(1, sizeof(*file));

	if (file == NULL)
		return NULL;
	if (open->mode == FILE_CLOSED)
		file_mode_begin(inode, open);
	else if (writable && open->mode == FILE_PASSTHROUGH)
		plain_file_count(inode, open);
	open->handles++;
	open->writers += writable;
	file->inode = inode_ref(&m->inodes, inode);
	file->open = open;
	file->writable = writable;
	atomic_fetch_add(&m->open_files, 1);
	pthread_mutex_lock(&m->files_lock);
	file->next = m->files;
	if (file->next != NULL)
		file->next->prev = file;
	m->files = file;
	pthread_mutex_unlock(&m->files_lock);
	return file;
}

static void handle_unlink(struct mount *m, struct file *file)
{
	pthread_mutex_lock(&m->files_lock);
	if (file->next != NULL)
		file->next->prev = file->prev;
	if (file->prev != NULL)
		file->prev->next = file->next;
	else
		m->files = file->next;
	pthread_mutex_unlock(&m->files_lock);
}

static int open_now(struct mount *m, struct inode *inode, bool writable, struct file **file)
{
	struct open_file *open;
	int rc = ENOMEM;

	pthread_mutex_lock(inode_lock(inode));
	open = inode->open_file != NULL ? inode->open_file : open_file_new(m, inode);
	if (open != NULL) {
		rc = provide(m, inode, open, writable);
		if (rc == 0) {
			*file = handle_new(m, inode, open, writable);
			rc = *file == NULL ? ENOMEM : 0;
		}
		if (open->handles == 0)
			dispose(inode, open);
	}
	pthread_mutex_unlock(inode_lock(inode));
	return rc;
}

int file_open(struct mount *m, struct inode *inode, bool writable, struct file **file)
{
	int rc = open_now(m, inode, writable, file);

	if (rc != ESTALE || !entry_begin_quiet(m))
		return rc;
	rc = open_now(m, inode, writable, file);
	entry_end_quiet(m);
	return rc;
}

int file_adopt(struct mount *m, struct inode *inode, dfs_obj_t *obj, struct file **file)
{
	struct open_file *open;
	bool taken = false;

	*file = NULL;
	pthread_mutex_lock(inode_lock(inode));
	open = inode->open_file != NULL ? inode->open_file : open_file_new(m, inode);
	if (open != NULL) {
		if (open->writer == NULL) {
			set_writer(inode, open, obj);
			taken = true;
		}
		*file = handle_new(m, inode, open, true);
		if (*file == NULL && open->handles == 0) {
			if (taken)
				open->writer = NULL;
			dispose(inode, open);
		}
	}
	pthread_mutex_unlock(inode_lock(inode));
	if (*file != NULL && !taken)
		dfs_release(obj);
	return *file == NULL ? ENOMEM : 0;
}

/* With write-back the kernel goes on trusting its size and time: note which they are, so that others' changes show. */
static void note_state(struct mount *m, struct inode *inode)
{
	struct stat st;

	if (!inode->unlinked)
		attr_get_own(m, inode, &st);
}

void file_close(struct mount *m, struct file *file)
{
	struct inode *inode = file->inode;
	struct open_file *open = file->open;
	bool last, own;

	handle_unlink(m, file);
	file_arrived(file);
	pthread_mutex_lock(inode_lock(inode));
	open->writers -= file->writable;
	last = --open->handles == 0;
	own = last && file->written && open->mode == FILE_CACHED;
	if (last)
		dispose(inode, open);
	pthread_mutex_unlock(inode_lock(inode));
	if (own)
		note_state(m, inode);
	atomic_fetch_sub(&m->open_files, 1);
	inode_put(&m->inodes, inode);
	free(file);
}

void file_close_all(struct mount *m)
{
	while (m->files != NULL)
		file_close(m, m->files);
}

dfs_obj_t *file_reader(struct file *file, int *fd)
{
	struct open_file *open = file->open;
	dfs_obj_t *obj = open->writer;
	atomic_int *slot = obj != NULL ? &open->writer_fd : &open->reader_fd;
	int err;

	if (obj == NULL)
		obj = open->reader;
	*fd = atomic_load(slot);
	if (*fd < 0) {
		*fd = plain_file_fd(obj, 0, &err);
		if (*fd >= 0)
			atomic_store(slot, *fd);
	}
	return obj;
}

int file_writer(struct file *file, dfs_obj_t **obj, int *fd)
{
	struct open_file *open = file->open;
	int err = 0;

	*obj = open->writer;
	if (*obj == NULL)
		return EBADF;
	*fd = -1;
	if (!file->inode->cont->plain)
		return 0;
	if (atomic_load_explicit(&open->growing, memory_order_acquire)) { /* set after the descriptor */
		*fd = atomic_load(&open->writer_fd);
		return 0;
	}
	pthread_mutex_lock(inode_lock(file->inode));
	err = plain_file_make(file->inode, open, false);
	*fd = open->writer_fd;
	pthread_mutex_unlock(inode_lock(file->inode));
	return err;
}

void file_tell(dfs_obj_t *obj)
{
	daos_handle_t oh;

	if (daos_local_array_changed != NULL && dfs_get_file_oh(obj, &oh) == 0)
		daos_local_array_changed(oh);
}

void file_tell_opened(struct file *file)
{
	struct open_file *open = file->open;
	bool busy;

	pthread_mutex_lock(inode_lock(file->inode));
	busy = open->busy || (file->writable && open->mode == FILE_PASSTHROUGH);
	open->busy = false;
	pthread_mutex_unlock(inode_lock(file->inode));
	if (busy)
		file_tell(open->writer != NULL ? open->writer : open->reader);
}

void file_tell_closed(struct file *file)
{
	if (file->writable && file_backing(file) != 0)
		file_tell(file->open->writer);
}

bool file_may_keep(struct file *file)
{
	struct inode *inode = file->inode;
	bool keep;

	pthread_mutex_lock(inode_lock(inode));
	if (atomic_exchange(&inode->changed, false))
		file->open->dropping = file;
	keep = file->open->dropping == NULL;
	pthread_mutex_unlock(inode_lock(inode));
	return keep && inode->cont->times.data;
}

void file_detach(struct mount *m, struct inode *inode)
{
	pthread_mutex_lock(inode_lock(inode));
	if (inode->open_file == NULL)
		inode_detach(&m->inodes, inode);
	pthread_mutex_unlock(inode_lock(inode));
}

bool file_is_detached(const struct file *file)
{
	bool detached;

	pthread_mutex_lock(inode_lock(file->inode));
	detached = !file->inode->hashed && !file->inode->unlinked;
	pthread_mutex_unlock(inode_lock(file->inode));
	return detached;
}

void file_arrived(struct file *file)
{
	struct file *self = file;

	if (atomic_load_explicit(&file->open->dropping, memory_order_relaxed) == file)
		atomic_compare_exchange_strong(&file->open->dropping, &self, NULL);
}

bool file_borrow(struct mount *m, struct inode *inode, bool writable, struct file *file)
{
	struct open_file *open;
	bool found;

	pthread_mutex_lock(inode_lock(inode));
	open = S_ISREG(inode->attr.mode) ? inode->open_file : NULL;
	found = open != NULL && (!writable || open->writer != NULL);
	if (found) {
		open->handles++;
		file->inode = inode_ref(&m->inodes, inode);
		file->open = open;
	}
	pthread_mutex_unlock(inode_lock(inode));
	return found;
}

void file_return(struct mount *m, struct file *file)
{
	struct inode *inode = file->inode;

	pthread_mutex_lock(inode_lock(inode));
	if (--file->open->handles == 0)
		dispose(inode, file->open);
	pthread_mutex_unlock(inode_lock(inode));
	inode_put(&m->inodes, inode);
}

void file_set_mtime(struct inode *inode)
{
	struct open_file *open;

	if (!S_ISREG(inode->attr.mode))
		return;
	pthread_mutex_lock(inode_lock(inode));
	open = inode->open_file;
	if (open != NULL && open->writer_fd >= 0)
		plain_file_set_mtime(inode, open->writer_fd);
	pthread_mutex_unlock(inode_lock(inode));
}

void file_back(struct inode *inode)
{
	struct open_file *open;

	if (!S_ISREG(inode->attr.mode))
		return;
	pthread_mutex_lock(inode_lock(inode));
	open = inode->open_file;
	if (open != NULL && open->counted)
		plain_file_make(inode, open, true); /* nothing is written now */
	pthread_mutex_unlock(inode_lock(inode));
}

void file_keep(struct mount *m, struct inode *inode)
{
	struct open_file *open;
	dfs_obj_t *obj;

	if (!S_ISREG(inode->attr.mode))
		return;
	pthread_mutex_lock(inode_lock(inode));
	open = inode->open_file != NULL ? inode->open_file : open_file_new(m, inode);
	if (open != NULL) {
		open->kept = provide(m, inode, open, true) == 0;
		if (open->handles == 0)
			dispose(inode, open);
	}
	obj = open != NULL && open->kept ? open->writer : NULL;
	pthread_mutex_unlock(inode_lock(inode));
	file_back(inode);
	if (obj != NULL && atomic_load(&inode->cont->xattrs))
		stash_take(inode, obj);
}

void file_unkeep(struct inode *inode)
{
	struct open_file *open;

	if (!S_ISREG(inode->attr.mode))
		return;
	pthread_mutex_lock(inode_lock(inode));
	open = inode->open_file;
	if (open != NULL) {
		open->kept = false;
		if (open->handles == 0)
			dispose(inode, open);
	}
	pthread_mutex_unlock(inode_lock(inode));
}

static time_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return ts.tv_sec;
}

void file_lost_race(struct container *cont)
{
	atomic_store(&cont->raced, now());
}

bool file_is_raced(struct container *cont)
{
	time_t raced = atomic_load(&cont->raced);

	return raced != 0 && now() - raced <= RACED_SECONDS;
}

void file_dispose(struct inode *inode)
{
	if (!S_ISREG(inode->attr.mode) || inode->open_file == NULL)
		return;
	inode->open_file->kept = false;
	dispose(inode, inode->open_file);
}

/* Of the plain file, also where its descriptor is not to be had. */
static bool stat_plain(const struct open_file *open, struct stat *st)
{
	int fd = open->writer_fd >= 0 ? open->writer_fd : open->reader_fd;
	dfs_obj_t *obj = open->writer != NULL ? open->writer : open->reader;
	daos_handle_t oh;

	if (fd >= 0)
		return fstat(fd, st) == 0;
	return daos_local_array_stat != NULL && obj != NULL && dfs_get_file_oh(obj, &oh) == 0 &&
	       daos_local_array_stat(oh, st) == 0;
}

void file_stat_open(struct inode *inode, struct stat *st)
{
	struct stat plain;

	if (!S_ISREG(inode->attr.mode))
		return;
	pthread_mutex_lock(inode_lock(inode));
	if (inode->open_file != NULL && stat_plain(inode->open_file, &plain)) {
		st->st_size = plain.st_size;
		st->st_blocks = plain.st_blocks;
		if (attr_ns(plain.st_mtim) > attr_ns(st->st_mtim))
			st->st_mtim = plain.st_mtim;
	}
	pthread_mutex_unlock(inode_lock(inode));
}

enum file_mode file_mode(const struct inode *inode)
{
	enum file_mode mode = FILE_CLOSED;

	if (!S_ISREG(inode->attr.mode))
		return mode;
	pthread_mutex_lock(inode_lock(inode));
	if (inode->open_file != NULL)
		mode = inode->open_file->mode;
	pthread_mutex_unlock(inode_lock(inode));
	return mode;
}

int file_backing(const struct file *file)
{
	return file->open->mode == FILE_PASSTHROUGH ? file->open->backing : 0;
}

int64_t file_told(const struct inode *inode)
{
	int64_t told = -1;

	if (!S_ISREG(inode->attr.mode))
		return told;
	pthread_mutex_lock(inode_lock(inode));
	if (inode->open_file != NULL && inode->open_file->mode != FILE_CLOSED)
		told = inode->open_file->told;
	pthread_mutex_unlock(inode_lock(inode));
	return told;
}

void file_set_told(struct inode *inode, int64_t size)
{
	if (!S_ISREG(inode->attr.mode))
		return;
	pthread_mutex_lock(inode_lock(inode));
	if (inode->open_file != NULL)
		inode->open_file->told = size;
	pthread_mutex_unlock(inode_lock(inode));
}

void file_grows(struct inode *inode, int64_t size)
{
	if (!S_ISREG(inode->attr.mode))
		return;
	pthread_mutex_lock(inode_lock(inode));
	if (inode->open_file != NULL && size > inode->open_file->told)
		inode->open_file->told = size;
	pthread_mutex_unlock(inode_lock(inode));
}

bool file_is_open(const struct inode *inode)
{
	bool open;

	if (!S_ISREG(inode->attr.mode))
		return false;
	pthread_mutex_lock(inode_lock(inode));
	open = inode->open_file != NULL;
	pthread_mutex_unlock(inode_lock(inode));
	return open;
}

bool file_is_written(const struct inode *inode)
{
	bool written;

	if (!S_ISREG(inode->attr.mode))
		return false;
	pthread_mutex_lock(inode_lock(inode));
	written = inode->open_file != NULL && inode->open_file->writers > 0;
	pthread_mutex_unlock(inode_lock(inode));
	return written;
}
