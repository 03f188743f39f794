#include "store_fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <daos_local.h>

static char root[64];
daos_handle_t poh;
uint64_t pool_size;

const char *store_root(void)
{
	return root;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int store_setup(void **state)
{
	(void)state;
	strcpy(root, "/tmp/dfuse-test-XXXXXX");
	if (mkdtemp(root) == NULL || setenv("DAOS_LOCAL_ROOT", root, 1) != 0)
		return -1;
	return daos_init();
}

int store_teardown(void **state)
{
	(void)state;
	daos_fini();
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int pool_setup(void **state)
{
	(void)state;
	if (daos_local_pool_create(NULL, POOL, pool_size, NULL, NULL) != 0)
		return -1;
	return daos_pool_connect(POOL, NULL, DAOS_PC_RW, &poh, NULL, NULL);
}

int pool_teardown(void **state)
{
	(void)state;
	if (daos_pool_disconnect(poh, NULL) != 0)
		return -1;
	return daos_local_pool_destroy(NULL, POOL, 1);
}

char *pool_dir(void)
{
	daos_pool_info_t info = {0};
	char uuid[UUID_STR_LEN], *path;

	assert_ok(daos_pool_query(poh, NULL, &info, NULL, NULL));
	uuid_unparse_lower(info.pi_uuid, uuid);
	assert_true(asprintf(&path, "%s/daos_server/%s", root, uuid) > 0);
	return path;
}

char *cont_dir(const uuid_t uuid)
{
	char name[UUID_STR_LEN], *pool = pool_dir(), *path;

	uuid_unparse_lower(uuid, name);
	assert_true(asprintf(&path, "%s/%s", pool, name) > 0);
	free(pool);
	return path;
}

daos_handle_t cont_make(const char *label, uuid_t uuid)
{
	uuid_t id;

	assert_ok(daos_cont_create_with_label(poh, label, NULL, &id, NULL));
	if (uuid != NULL)
		uuid_copy(uuid, id);
	return cont_open_label(label, DAOS_COO_RW);
}

daos_handle_t cont_open_label(const char *label, unsigned flags)
{
	daos_handle_t coh;

	assert_ok(daos_cont_open(poh, label, flags, &coh, NULL, NULL));
	return coh;
}

void cont_close(daos_handle_t coh)
{
	assert_ok(daos_cont_close(coh, NULL));
}

bool host_has_leases(void)
{
	char path[64] = "/tmp/dfuse-test-XXXXXX";
	int fd = mkstemp(path), ro = open(path, O_RDONLY);
	bool has;

	close(fd);
	has = fcntl(ro, F_SETLEASE, F_RDLCK) == 0;
	close(ro);
	unlink(path);
	return has;
}

int in_child(int (*fn)(void *), void *arg)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(fn(arg));
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}
