#include "work.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <daos.h>
#include <daos_fs.h>
#include <daos_local.h>

#include "error.h"

#define OLD_SIZE   70000
#define FIRST_SIZE 20000
#define LAST_SIZE  9000

static daos_handle_t poh, coh;
static dfs_t *dfs;
static dfs_obj_t *file;
static char bytes[OLD_SIZE], seen[OLD_SIZE];

static int write_file(dfs_obj_t *obj, char fill, size_t size)
{
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};

	memset(bytes, fill, size);
	d_iov_set(&iov, bytes, size);
	return dfs_write(dfs, obj, &sgl, 0, NULL);
}

/* 0, an errno, or -1 if it has other contents. */
static int read_file(dfs_obj_t *obj, char fill, size_t size)
{
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
	daos_size_t got = sizeof(seen), length;
	int rc = dfs_get_size(dfs, obj, &length);

	if (rc != 0)
		return rc;
	memset(seen, 0, sizeof(seen));
	d_iov_set(&iov, seen, sizeof(seen));
	rc = dfs_read(dfs, obj, &sgl, 0, &got, NULL);
	if (rc != 0)
		return rc;
	memset(bytes, fill, size);
	return got == size && length == size && memcmp(bytes, seen, size) == 0 ? 0 : -1;
}

static int read_name(const char *path, char fill, size_t size)
{
	dfs_obj_t *obj;
	int rc = dfs_lookup(dfs, path, O_RDONLY, &obj, NULL, NULL);

	if (rc == 0) {
		rc = read_file(obj, fill, size);
		dfs_release(obj);
	}
	return rc;
}

static int step_connect(void)
{
	return der_to_errno(daos_pool_connect(WORK_POOL, NULL, DAOS_PC_RW, &poh, NULL, NULL));
}

static int step_open(void)
{
	return der_to_errno(daos_cont_open(poh, WORK_CONT, DAOS_COO_RW, &coh, NULL, NULL));
}

static int step_mount(void)
{
	return dfs_mount(poh, coh, O_RDWR, &dfs);
}

static int step_list(void)
{
	daos_anchor_t anchor = {0};
	struct dirent de[8];
	uint32_t nr = 8;
	dfs_obj_t *root;
	int rc = dfs_lookup(dfs, "/", O_RDONLY, &root, NULL, NULL);

	if (rc != 0)
		return rc;
	rc = dfs_readdir(dfs, root, &anchor, &nr, de);
	dfs_release(root);
	return rc;
}

static int step_read_old(void)
{
	return read_name("/old", 'o', OLD_SIZE);
}

static int step_create(void)
{
	int rc = dfs_open(dfs, NULL, "f", S_IFREG | 0600, O_RDWR | O_CREAT, 0, 0, NULL, &file);

	return rc;
}

static int step_write(void)
{
	return write_file(file, 'f', FIRST_SIZE);
}

static int step_sync(void)
{
	daos_handle_t oh;
	int rc = dfs_get_file_oh(file, &oh);

	return rc != 0 ? rc : der_to_errno(daos_local_array_sync(oh));
}

static int step_read(void)
{
	return read_file(file, 'f', FIRST_SIZE);
}

static int step_mkdir(void)
{
	return dfs_mkdir(dfs, NULL, "d", 0700, 0);
}

static int step_rename(void)
{
	dfs_obj_t *dir;
	int rc = dfs_lookup(dfs, "/d", O_RDWR, &dir, NULL, NULL);

	if (rc != 0)
		return rc;
	rc = dfs_move(dfs, NULL, (char *)"f", dir, (char *)"g", NULL);
	dfs_release(dir);
	return rc;
}

static int step_cut(void)
{
	return dfs_punch(dfs, file, 100, DFS_MAX_FSIZE);
}

static int step_rewrite(void)
{
	return write_file(file, 'g', LAST_SIZE);
}

static int step_xattr(void)
{
	dfs_obj_t *obj;
	int rc = dfs_lookup(dfs, "/d/g", O_RDWR, &obj, NULL, NULL);

	if (rc != 0)
		return rc;
	rc = dfs_setxattr(dfs, obj, "user.large", bytes, 6000, 0);
	dfs_release(obj);
	return rc;
}

static int step_symlink(void)
{
	dfs_obj_t *link;
	int rc = dfs_open(dfs, NULL, "l", S_IFLNK | 0777, O_RDWR | O_CREAT | O_EXCL, 0, 0, "target", &link);

	if (rc == 0)
		dfs_release(link);
	return rc;
}

static int step_second(void)
{
	dfs_obj_t *obj;
	int rc = dfs_open(dfs, NULL, "h", S_IFREG | 0600, O_RDWR | O_CREAT, 0, 0, NULL, &obj);

	if (rc != 0)
		return rc;
	rc = write_file(obj, 'h', FIRST_SIZE);
	dfs_release(obj);
	return rc;
}

static int step_remove(void)
{
	return dfs_remove(dfs, NULL, "h", false, NULL);
}

static int step_sync_all(void)
{
	return der_to_errno(daos_local_cont_sync(coh));
}

static int step_new_pool(void)
{
	return der_to_errno(daos_local_pool_create(NULL, "pond", 0, NULL, NULL));
}

static int step_new_cont(void)
{
	uuid_t uuid;

	return dfs_cont_create_with_label(poh, "second", NULL, &uuid, NULL, NULL);
}

static int step_destroy_cont(void)
{
	return der_to_errno(daos_cont_destroy(poh, "second", 1, NULL));
}

static int step_destroy_pool(void)
{
	return der_to_errno(daos_local_pool_destroy(NULL, "pond", 1));
}

static int step_release(void)
{
	dfs_obj_t *obj = file;

	file = NULL;
	return obj != NULL ? dfs_release(obj) : 0;
}

static int step_umount(void)
{
	dfs_t *which = dfs;

	dfs = NULL;
	return which != NULL ? dfs_umount(which) : 0;
}

static int step_close(void)
{
	return der_to_errno(daos_cont_close(coh, NULL));
}

static int step_disconnect(void)
{
	return der_to_errno(daos_pool_disconnect(poh, NULL));
}

const struct step work[] = {
    {"connect", step_connect, 0},
    {"open", step_open, 0},
    {"mount", step_mount, 0},
    {"list", step_list, 0},
    {"read old", step_read_old, 0},
    {"create", step_create, 0},
    {"write", step_write, 0},
    {"sync", step_sync, 0},
    {"read", step_read, 0},
    {"mkdir", step_mkdir, EEXIST},
    {"rename", step_rename, ENOENT},
    {"cut", step_cut, 0},
    {"write again", step_rewrite, 0},
    {"setxattr", step_xattr, 0},
    {"symlink", step_symlink, EEXIST},
    {"second file", step_second, 0},
    {"remove", step_remove, ENOENT},
    {"sync all", step_sync_all, 0},
    {"new pool", step_new_pool, EEXIST},
    {"new container", step_new_cont, EEXIST},
    {"destroy container", step_destroy_cont, ENOENT},
    {"destroy pool", step_destroy_pool, ENOENT},
    {"release", step_release, 0},
    {"umount", step_umount, 0},
    {"close", step_close, EBADF},
    {"disconnect", step_disconnect, EBADF},
};
const unsigned work_steps = sizeof(work) / sizeof(work[0]);

bool work_prepare(void)
{
	dfs_obj_t *old;
	uuid_t uuid;

	if (daos_init() != 0 || dfs_init() != 0 || daos_local_pool_create(NULL, WORK_POOL, 0, NULL, NULL) != 0 ||
	    step_connect() != 0 || dfs_cont_create_with_label(poh, WORK_CONT, NULL, &uuid, NULL, NULL) != 0 ||
	    step_open() != 0 || step_mount() != 0)
		return false;
	if (dfs_open(dfs, NULL, "old", S_IFREG | 0600, O_RDWR | O_CREAT | O_EXCL, 0, 0, NULL, &old) != 0 ||
	    write_file(old, 'o', OLD_SIZE) != 0 || dfs_release(old) != 0)
		return false;
	return step_umount() == 0 && step_close() == 0 && step_disconnect() == 0 && dfs_fini() == 0 && daos_fini() == 0;
}

static bool is_absent(const char *path)
{
	return dfs_lookup(dfs, path, O_RDONLY, &(dfs_obj_t *){NULL}, NULL, NULL) == ENOENT;
}

static bool has_xattr(void)
{
	daos_size_t size = sizeof(seen);
	dfs_obj_t *obj;
	bool has;

	if (dfs_lookup(dfs, "/d/g", O_RDONLY, &obj, NULL, NULL) != 0)
		return false;
	has = dfs_getxattr(dfs, obj, "user.large", seen, &size) == 0 && size == 6000;
	dfs_release(obj);
	return has;
}

static bool has_link(void)
{
	char target[16] = "";
	daos_size_t size = sizeof(target);
	dfs_obj_t *obj;
	bool has;

	if (dfs_lookup(dfs, "/l", O_RDONLY | O_NOFOLLOW, &obj, NULL, NULL) != 0)
		return false;
	has = dfs_get_symlink_value(obj, target, &size) == 0 && strcmp(target, "target") == 0;
	dfs_release(obj);
	return has;
}

#define HOLDS(what)                                                     \
	do {                                                            \
		if (!(what)) {                                          \
			fprintf(stderr, "afterwards not: %s\n", #what); \
			return false;                                   \
		}                                                       \
	} while (0)

bool work_verify(void)
{
	HOLDS(step_connect() == 0);
	HOLDS(step_open() == 0);
	HOLDS(step_mount() == 0);
	HOLDS(read_name("/old", 'o', OLD_SIZE) == 0);
	HOLDS(read_name("/d/g", 'g', LAST_SIZE) == 0);
	HOLDS(has_xattr());
	HOLDS(has_link());
	HOLDS(is_absent("/f") && is_absent("/h"));
	HOLDS(step_umount() == 0 && step_close() == 0);
	HOLDS(dfs_cont_check(poh, WORK_CONT, DFS_CHECK_PRINT, NULL) == 0);
	HOLDS(step_disconnect() == 0);
	return true;
}
