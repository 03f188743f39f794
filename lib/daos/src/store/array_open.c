#include "array_open.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <daos_errno.h>

#include "array_table.h"
#include "array_tomb.h"
#include "error.h"

bool array_open_writes(int flags)
{
	return !(flags & O_PATH) && ((flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)));
}

/* The directory data/XX of a file that is to be made. */
static int make_directory(struct cont *cont, const char *name)
{
	char dir[3] = {name[0], name[1], '\0'};

	if (mkdirat(cont->data_fd, dir, 0700) != 0)
		return errno == EEXIST ? 0 : -1;
	return fchmodat(cont->data_fd, dir, 0700, 0);
}

/* A file that is not there yet. -1 with EEXIST: somebody else made it meanwhile. */
static int make_file(struct cont *cont, const char *name, int flags)
{
	int fd = openat(cont->data_fd, name, flags | O_CREAT | O_EXCL, 0600);

	if (fd < 0 && errno == ENOENT && make_directory(cont, name) == 0)
		fd = openat(cont->data_fd, name, flags | O_CREAT | O_EXCL, 0600);
	if (fd >= 0)
		fchmod(fd, 0600);
	return fd;
}

static int open_or_make(struct cont *cont, const char *name, int flags)
{
	int bare = flags & ~(O_CREAT | O_EXCL);
	int fd = -1;

	errno = EEXIST;
	while (fd < 0 && errno == EEXIST) {
		fd = openat(cont->data_fd, name, bare);
		if (fd >= 0 || errno != ENOENT || !(flags & O_CREAT))
			break;
		fd = make_file(cont, name, bare);
	}
	return fd;
}

/* -DER_NONEXIST: the array was destroyed. */
static int check_alive(struct cont *cont, daos_obj_id_t oid)
{
	bool buried;
	int rc = array_tomb_find(cont, oid, &buried);

	return rc == 0 && buried ? -DER_NONEXIST : rc;
}

int array_open_plain(struct cont *cont, daos_obj_id_t oid, int flags, int *fd)
{
	char name[ARRAY_NAME_MAX];
	int rc = flags & (O_CREAT | O_TRUNC) ? check_alive(cont, oid) : 0;

	*fd = -1;
	if (rc != 0)
		return rc;
	array_name(oid, name);
	*fd = open_or_make(cont, name, flags | O_NOFOLLOW);
	if (*fd < 0)
		return errno == ENOENT ? -DER_NONEXIST : der_from_errno(errno);
	rc = check_alive(cont, oid);
	if (rc != 0) {
		close(*fd);
		*fd = -1;
	}
	return rc;
}

int array_peek(struct cont *cont, daos_obj_id_t oid, struct stat *st, bool *at_rest)
{
	char name[ARRAY_NAME_MAX];
	int rc;

	*at_rest = false;
	array_name(oid, name);
	rc = fstatat(cont->data_fd, name, st, AT_SYMLINK_NOFOLLOW) == 0 ? 0 : der_from_errno(errno);
	if (rc == -DER_NONEXIST) {
		memset(st, 0, sizeof(*st));
		rc = 0;
	}
	return rc == 0 ? check_alive(cont, oid) : rc;
}
