#include "plain_file.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <daos_local.h>

#include "attr.h"
#include "error.h"

int plain_file_fd(dfs_obj_t *obj, int flags, int *err)
{
	daos_handle_t oh;
	int fd, rc;

	*err = 0;
	if (daos_local_array_fd == NULL)
		return -1;
	*err = dfs_get_file_oh(obj, &oh);
	if (*err != 0)
		return -1;
	rc = daos_local_array_fd(oh, flags, &fd);
	if (rc == 0)
		return fd;
	if (rc == -DER_NONEXIST && (flags & DAOS_LOCAL_CREATE))
		*err = ENOENT;
	else if (rc != -DER_NONEXIST && rc != -DER_NOSYS && rc != -DER_NOTSUPPORTED)
		*err = der_to_errno(rc);
	return -1;
}

void plain_file_settled(struct open_file *open)
{
	daos_handle_t oh;

	if (daos_local_array_settled != NULL && open->writer_fd >= 0 && !open->stand_in &&
	    dfs_get_file_oh(open->writer, &oh) == 0)
		daos_local_array_settled(oh);
}

void plain_file_made(struct inode *inode, struct open_file *open)
{
	if (open->counted)
		atomic_fetch_sub(&inode->cont->unbacked, 1);
	open->counted = false;
}

void plain_file_set_mtime(const struct inode *inode, int fd)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, attr_timespec(inode->attr.mtime)};

	if (inode->attr.mtime != 0)
		futimens(fd, times);
}

static void set_growing(struct inode *inode, struct open_file *open, int fd)
{
	atomic_store(&open->writer_fd, fd);
	atomic_store(&open->growing, true);
	plain_file_made(inode, open);
}

void plain_file_count(struct inode *inode, struct open_file *open)
{
	int err, fd;

	if (atomic_load(&open->growing))
		return;
	fd = plain_file_fd(open->writer, DAOS_LOCAL_CREATE, &err);
	if (fd >= 0)
		set_growing(inode, open, fd);
}

int plain_file_make(struct inode *inode, struct open_file *open, bool keep)
{
	bool there = open->writer_fd >= 0;
	int err, fd = plain_file_fd(open->writer, DAOS_LOCAL_CREATE, &err);

	if (fd < 0 && err == ENOENT) {
		fd = memfd_create("dfuse-removed", MFD_CLOEXEC);
		open->stand_in = fd >= 0;
		err = errno;
	}
	if (fd < 0)
		return err;
	if (keep && !there)
		plain_file_set_mtime(inode, fd);
	set_growing(inode, open, fd);
	return 0;
}
