#include "backing.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

/* From the kernel's interface of 6.9, which is newer than many a distribution's headers. */
struct backing_map {
	int32_t fd;
	uint32_t flags;
	uint64_t padding;
};
#define IOC_BACKING_OPEN  _IOW(229, 1, struct backing_map)
#define IOC_BACKING_CLOSE _IOW(229, 2, uint32_t)

/* The inode of the initial user namespace, a constant of the kernel. */
#define INIT_USER_NS_INO 0xEFFFFFFDU

/* The kernel counts rights that are had in a user namespace of one's own for nothing here. */
static bool has_right(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};
	struct stat ns;

	if (stat("/proc/self/ns/user", &ns) == 0 && ns.st_ino != INIT_USER_NS_INO)
		return false;
	return syscall(SYS_capget, &header, data) == 0 &&
	       (data[CAP_TO_INDEX(CAP_SYS_ADMIN)].effective & CAP_TO_MASK(CAP_SYS_ADMIN)) != 0;
}

bool backing_possible(char *why, size_t len)
{
#ifdef BACKING_SUPPORTED
	if (has_right())
		return true;
	snprintf(why, len, "it needs CAP_SYS_ADMIN, see dfuse(1)");
#else
	snprintf(why, len, "dfuse was built with libfuse %s, which is older than 3.18", fuse_pkgversion());
#endif
	return false;
}

bool backing_begin(struct fuse_conn_info *conn)
{
#ifdef BACKING_SUPPORTED
	if (!fuse_set_feature_flag(conn, FUSE_CAP_PASSTHROUGH))
		return false;
	conn->max_backing_stack_depth = 1; /* the store may be on overlayfs, as in containers */
	return true;
#else
	(void)conn;
	return false;
#endif
}

int backing_open(struct mount *m, int fd)
{
	struct backing_map map = {.fd = fd};
	int id = ioctl(fuse_session_fd(m->session), IOC_BACKING_OPEN, &map);

	if (id > 0)
		return id;
	return id == 0 ? -EINVAL : -errno;
}

void backing_reply(struct fuse_file_info *fi, int id)
{
#ifdef BACKING_SUPPORTED
	fi->backing_id = id;
#else
	(void)fi;
	(void)id;
#endif
}

void backing_close(struct mount *m, int id)
{
	uint32_t number = (uint32_t)id;

	ioctl(fuse_session_fd(m->session), IOC_BACKING_CLOSE, &number);
}
