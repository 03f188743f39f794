/*
 * mount.h: one mount: everything that its requests work on.
 *
 * Locks nest in this order; none is needed for all of it:
 *
 *	dir_list.lock		of an open directory
 *	container.replying	shared: from reading what the kernel will cache to the reply (watch.h)
 *	rename_lock		exclusive: a rename; shared: whoever waits for renames to be over (entry.h)
 *	connections.lock	connecting
 *	inode_lock()		an inode's open file
 *	inode_table.lock, files_lock
 *
 * lock_table.lock is taken with none of these held. tell_lock, grow_lock and shrink_lock belong to threads that serve
 * no request (size.h).
 *
 * The kernel holds locks of its own while it waits for an answer: of the directory for whatever looks up or changes
 * a name in it, of the inode for SETATTR, SETXATTR, LSEEK, OPEN with O_TRUNC, direct WRITE, and for a GETATTR that one
 *of these or lseek(2) to the end needs first; of pages for READ. So whoever answers waits for nothing that takes one of
 * them: not for an invalidation of a name (the directory's) or of pages (theirs, and that WRITE is answered), not for a
 * truncate(2) of our own (the inode's). Those are for other threads, which hold nothing that an answer needs.
 * Waiting for another process's watcher (changes.h) ends after some milliseconds whatever that one does.
 */
#ifndef DFUSE_MOUNT_H
#define DFUSE_MOUNT_H

#define FUSE_USE_VERSION 312
#include <fuse_lowlevel.h>

#include "container.h"
#include "inode.h"
#include "locks.h"
#include "options.h"
#include "stats.h"

/* The largest read and write that is asked of the kernel. */
#define MOUNT_MAX_IO (1024 * 1024)

struct mount {
	const struct options *opt;
	char *path; /* of the mount point, absolute */
	struct fuse_session *session;
	struct connections conns;
	struct inode_table inodes;
	struct stats stats;
	pthread_rwlock_t rename_lock; /* held for writing by a rename, from looking to noting the new places */
	_Atomic unsigned renames;     /* counts when one begins, and when it ends */
	pthread_mutex_t files_lock;
	struct file *files;	     /* all handles of regular files */
	_Atomic uint64_t open_files; /* handles of files and directories */
	struct lock_table locks;
	pthread_mutex_t tell_lock; /* one truncate(2) at a time; see size.h */
	_Atomic pid_t teller;	   /* its thread; 0: nobody */
	pthread_mutex_t shrink_lock;
	pthread_cond_t shrunk;	   /* one is done */
	pthread_mutex_t grow_lock; /* the kernel gets one new size at a time */
	uid_t uid;		   /* whose mount this is */
	gid_t gid;
	struct timespec start;	 /* times of the system and pool levels */
	bool writeback;		 /* the kernel keeps dirty data, and its own size and mtime of files */
	bool refused;		 /* the kernel lacks what an option asks for; the session ends */
	bool killpriv;		 /* clearing set-id bits is up to us; see privs.h */
	bool direct_mmap;	 /* direct I/O does not forbid shared mappings */
	atomic_bool passthrough; /* the kernel may be given plain files: see backing.h */
	unsigned threads;
	int ready_fd;	       /* of daemonize_begin(); -1 */
	_Atomic bool serving;  /* between the kernel's first request and the end: it can be told to forget */
	_Atomic unsigned jobs; /* threads of invalidate.h that are at work */
};

/* The node id that the kernel uses, both ways. */
static inline struct inode *mount_inode(struct mount *m, fuse_ino_t ino)
{
	return ino == FUSE_ROOT_ID ? m->inodes.root : (struct inode *)(uintptr_t)ino;
}

static inline fuse_ino_t mount_ino(struct mount *m, const struct inode *inode)
{
	return inode == m->inodes.root ? FUSE_ROOT_ID : (fuse_ino_t)(uintptr_t)inode;
}

#endif
