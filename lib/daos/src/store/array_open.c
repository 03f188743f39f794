#include "array_open.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <daos_errno.h>

#include "array_table.h"
#include "array_tomb.h"
#include "error.h"
#include "lease.h"
#include "rest_table.h"
#include "stock.h"

bool array_open_writes(int flags)
{
	return !(flags & O_PATH) && ((flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC));
}

/* The directory data/XX of a file that is to be made. */
static int make_directory(struct cont *cont, const char *name)
{
	char dir[3] = {name[0], name[1], '\0'};

	if (mkdirat(cont->data_fd, dir, 0700) != 0)
		return errno == EEXIST ? 0 : -1;
	return fchmodat(cont->data_fd, dir, 0700, 0);
}

/* Its time, as that of a file from the stock: making it is no change of the array, unless it was to be emptied. */
static void set_time(int fd, bool now)
{
	const struct timespec never[2] = {{0}, {0}};

	futimens(fd, now ? NULL : never);
}

/* A file that is not there yet. -1 with EEXIST: somebody else made it meanwhile. */
static int make_file(struct cont *cont, const char *name, int flags, bool now)
{
	int fd = -1;

	if (stock_take(cont, name)) {
		fd = lease_open(cont->data_fd, name, flags);
		if (fd >= 0 && now)
			set_time(fd, true);
		return fd;
	}
	fd = lease_open(cont->data_fd, name, flags | O_CREAT | O_EXCL);
	if (fd < 0 && errno == ENOENT && make_directory(cont, name) == 0)
		fd = lease_open(cont->data_fd, name, flags | O_CREAT | O_EXCL);
	if (fd >= 0) {
		fchmod(fd, 0600);
		set_time(fd, now);
	}
	return fd;
}

/* -DER_NONEXIST: the array was destroyed. */
int array_check_alive(struct cont *cont, daos_obj_id_t oid)
{
	bool buried;
	int rc = array_tomb_find(cont, oid, &buried);

	return rc == 0 && buried ? -DER_NONEXIST : rc;
}

/* -DER_NONEXIST: no such file, and none wanted, or not of that array any more. */
static int open_or_make(struct cont *cont, daos_obj_id_t oid, const char *name, int flags, int *fd, bool *made)
{
	int bare = flags & ~(O_CREAT | O_EXCL);
	int rc = 0;

	*made = false;
	for (;;) {
		*fd = lease_open(cont->data_fd, name, bare & ~O_TRUNC);
		if (*fd >= 0 || errno != ENOENT || !(flags & O_CREAT))
			break;
		rc = array_check_alive(cont, oid);
		if (rc != 0)
			return rc;
		*fd = make_file(cont, name, bare & ~O_TRUNC, bare & O_TRUNC);
		*made = *fd >= 0;
		if (*made || errno != EEXIST)
			break;
	}
	return *fd < 0 ? der_from_errno(errno) : 0;
}

/*
 * The file is emptied here and not by open(2): a process that died between that and the table's being told would leave
 * a wrong size there. (A new one is not: a truncated file is written out when it is closed, on ext4.)
 */
static int empty(struct cont *cont, const char *name, int flags, int fd)
{
	char path[PATH_MAX];

	if ((flags & O_ACCMODE) != O_RDONLY)
		return ftruncate(fd, 0) == 0 ? 0 : der_from_errno(errno);
	/* Not by a second descriptor: closing it would end the program's locks on the file. */
	if (snprintf(path, sizeof(path), "%s/data/%s", cont->path, name) >= (int)sizeof(path))
		return -DER_EXCEEDS_PATH_LEN;
	return truncate(path, 0) == 0 ? 0 : der_from_errno(errno);
}

int array_open_plain(struct cont *cont, daos_obj_id_t oid, int flags, int *fd)
{
	uint64_t claim;

	return array_open_claim(cont, oid, flags, fd, &claim);
}

int array_open_claim(struct cont *cont, daos_obj_id_t oid, int flags, int *fd, uint64_t *claim)
{
	bool truncate = (flags & O_TRUNC) && !(flags & O_PATH), made, found;
	struct rest_note before;
	char name[ARRAY_NAME_MAX];
	int rc;

	*claim = 0;
	found = array_open_writes(flags) && rest_find(cont, oid, &before);
	array_name(oid, name);
	rc = open_or_make(cont, oid, name, flags | O_NOFOLLOW, fd, &made);
	if (rc != 0)
		return rc;
	rc = array_check_alive(cont, oid);
	if (rc == 0 && (made || array_open_writes(flags)))
		rc = rest_claim(cont, oid, &before, found, made, claim);
	if (rc == 0 && truncate && !made)
		rc = empty(cont, name, flags, *fd);
	if (rc == 0)
		return 0;
	close(*fd);
	*fd = -1;
	return rc;
}
