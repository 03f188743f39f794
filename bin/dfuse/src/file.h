/*
 * file.h: open regular files.
 *
 * All handles of an inode share one open file: at most one DFS object opened for reading and one opened for writing. On
 * the embedded engine each has a descriptor of the plain file with the bytes, and that is where data goes; elsewhere
 * DFS carries it.
 *
 * A file that was created and never written has no plain file yet. It is made on the first write, and at the latest
 * before the file is unlinked, so that a descriptor opened before the unlink works on: `unbacked` of the container
 * counts the files open for writing for which that is still to do.
 *
 * The open file and its counters are protected by inode_lock(); the objects and descriptors in it stay until the last
 * handle is closed, so whoever has a handle reads them without the lock.
 */
#ifndef DFUSE_FILE_H
#define DFUSE_FILE_H

#include "mount.h"

/*
 * Whether the kernel caches the bytes of an open file. It is decided when the first handle is opened and holds until
 * the last one is closed. FILE_CACHED: others have been told so (watch_cache_begin()); who opens the plain file then
 * uses it through the mount instead, so everybody shares the kernel's cache. FILE_DIRECT: somebody else has the plain
 * file open already, or caching is off: every read and write goes to the plain file. FILE_PASSTHROUGH: the kernel
 * itself reads, writes and maps the plain file (backing.h), so that there is one cache of it for everybody on this
 * machine, and nobody need be told of anything. Only where nobody else caches it, and it has no bits that a write is to
 * clear.
 */
enum file_mode { FILE_CLOSED, FILE_CACHED, FILE_DIRECT, FILE_PASSTHROUGH };

struct open_file {
	struct mount *m;
	unsigned handles, writers;
	enum file_mode mode;
	_Atomic(struct file *) dropping; /* see file_may_keep() */
	bool noted;			 /* watch_cache_end() is to be called */
	bool busy;			 /* somebody else had it open; he is yet to be told that we have, too */
	int backing;			 /* in FILE_PASSTHROUGH: the id */
	int64_t
	    told; /* a size that the kernel knows the file to have, or to be getting from it; exact in FILE_DIRECT */
	_Atomic(dfs_obj_t *) reader, writer;
	atomic_int reader_fd, writer_fd; /* -1: none yet, or not on this engine */
	bool counted;			 /* in the container's `unbacked` */
	bool stand_in;			 /* writer_fd is none of the engine's: see plain_file_make() */
	atomic_bool growing;		 /* the engine knows that writer_fd is written to: see plain_file_make() */
	struct stash *stash;		 /* of an unlinked file: see stash.h */
	bool kept; /* stays without a handle until the kernel forgets the inode: see file_keep() */
};

/* fi->fh of a file. */
struct file {
	struct inode *inode;
	struct open_file *open;
	bool writable;
	atomic_bool written;	  /* since it was opened */
	struct file *prev, *next; /* all handles of the mount; under m->files_lock */
};

/* Open the inode by its place. 0 or errno. */
int file_open(struct mount *m, struct inode *inode, bool writable, struct file **file);

/* Make a handle for a file that was just created; `obj`, open for reading and writing, is taken over on success. */
int file_adopt(struct mount *m, struct inode *inode, dfs_obj_t *obj, struct file **file);

void file_close(struct mount *m, struct file *file);

/* Close what the kernel has left open: it sends no RELEASE for files that are open when a mount is detached. */
void file_close_all(struct mount *m);

/* The best object for reading, and a descriptor or -1. */
dfs_obj_t *file_reader(struct file *file, int *fd);

/* The object for writing, and a descriptor, made if need be; -1 where there is none on this engine. 0 or errno. */
int file_writer(struct file *file, dfs_obj_t **obj, int *fd);

/* The bytes of `obj` were changed through its descriptor: other mounts and programs are to know. */
void file_tell(dfs_obj_t *obj);

/*
 * The file was just opened. If somebody else has it open, that may be another mount whose kernel has written data in
 * its cache: they are written out now. And if the kernel is going to write to the plain file itself, nothing that
 * others remember of it holds.
 */
void file_tell_opened(struct file *file);

/* A descriptor of the file is being closed, through which the kernel may have written to the plain file itself. */
void file_tell_closed(struct file *file);

/*
 * Whether the kernel may keep what it has cached when the open of this handle has been answered. If not, others who
 * open the file may not either until the kernel has done with this one: they could be faster than it is, and read what
 * it has not dropped yet. Any request for the handle (file_arrived()) tells that.
 */
bool file_may_keep(struct file *file);

/* inode_detach(), unless the file has been opened meanwhile. An inode that is open never gets a second one beside it.
 */
void file_detach(struct mount *m, struct inode *inode);

/* The handle was opened by a node id that is no longer the file's: the kernel is to look the name up again. */
bool file_is_detached(const struct file *file);
void file_arrived(struct file *file);

/* An open file of the inode, for operations that come without a handle. False: not open (for writing). */
bool file_borrow(struct mount *m, struct inode *inode, bool writable, struct file *file);
void file_return(struct mount *m, struct file *file);

/* The inode is about to be unlinked: see above. */
void file_back(struct inode *inode);

/*
 * The inode is about to be replaced by a rename. A program may have looked the name up and not opened it yet: keep the
 * file open for it until the kernel forgets the inode, as there is always a file to open under a name that is only
 * replaced. Does what file_back() does, too.
 */
void file_keep(struct mount *m, struct inode *inode);
void file_unkeep(struct inode *inode);

/*
 * An open came after the file had gone. The kernel looks the name up and tries again, but only once, and a program that
 * lost twice would see ESTALE, which POSIX does not know. So what is unlinked in the next seconds is kept, too: the
 * second open succeeds. That costs an open for each unlink, which is why it is not always done.
 */
void file_lost_race(struct container *cont);
bool file_is_raced(struct container *cont);

/* The inode goes, and what was kept for it. */
void file_dispose(struct inode *inode);

/* An unlinked inode's mtime was set: its plain file's is the one that counts. */
void file_set_mtime(struct inode *inode);

/* Size, blocks and times from the plain file, if the inode is open. */
void file_stat_open(struct inode *inode, struct stat *st);

enum file_mode file_mode(const struct inode *inode);

/* The kernel is to read and write the plain file itself: its id, or 0. Of an open file: it does not change. */
int file_backing(const struct file *file);

/*
 * The size that the kernel has for an open file: exactly in FILE_DIRECT, at least in FILE_CACHED; -1: it is closed.
 * file_grows() is to be called before the plain file gets larger by what the kernel has asked for, so that a larger one
 * is always others' doing.
 */
int64_t file_told(const struct inode *inode);
void file_set_told(struct inode *inode, int64_t size);
void file_grows(struct inode *inode, int64_t size);

bool file_is_open(const struct inode *inode);
bool file_is_written(const struct inode *inode);

#endif
