/*
 * Containers and mounts: creation, damage, read-only mounts, handles in other processes, fork.
 */
#include <sys/wait.h>

#include "fixture.h"

static void connecting(void **state)
{
	dfs_attr_t attr = {.da_mode = DFS_BALANCED, .da_chunk_size = 8192}, got;
	dfs_obj_t *f;
	dfs_t *fs;

	(void)state;
	assert_errno(dfs_connect("none", NULL, cont, O_RDWR, NULL, &fs), ENOENT);
	assert_errno(dfs_connect(POOL, NULL, "none", O_RDWR, NULL, &fs), ENOENT);
	assert_errno(dfs_connect(POOL, NULL, "bad label", O_RDWR | O_CREAT, NULL, &fs), EINVAL);
	assert_errno(dfs_connect(POOL, NULL, cont, O_RDWR | O_CREAT | O_EXCL, NULL, &fs), EEXIST);
	assert_errno(dfs_connect(NULL, NULL, cont, O_RDWR, NULL, &fs), EINVAL);
	assert_errno(dfs_connect(POOL, NULL, cont, O_RDWR, NULL, NULL), EINVAL);
	assert_ok(dfs_connect(POOL, NULL, "balanced", O_RDWR | O_CREAT, &attr, &fs));
	assert_ok(dfs_query(fs, &got));
	assert_int_equal(got.da_mode, DFS_BALANCED);
	assert_int_equal(got.da_chunk_size, 8192);
	assert_errno(dfs_destroy(POOL, NULL, "balanced", 0, NULL), EBUSY);
	assert_errno(dfs_umount(NULL), EINVAL);
	assert_ok(dfs_open(fs, NULL, "f", S_IFREG | 0600, O_RDWR | O_CREAT, 0, 0, NULL, &f));
	assert_errno(dfs_disconnect(fs), EBUSY);
	assert_ok(dfs_release(f));
	assert_ok(dfs_disconnect(fs));
	assert_ok(dfs_destroy(POOL, NULL, "balanced", 0, NULL));
	assert_errno(dfs_destroy(POOL, NULL, "balanced", 0, NULL), ENOENT);
	attr.da_mode = 3;
	assert_errno(dfs_connect(POOL, NULL, "bad", O_RDWR | O_CREAT, &attr, &fs), EINVAL);
	attr.da_mode = DFS_RELAXED;
	strcpy(attr.da_hints, "file:huge");
	assert_errno(dfs_connect(POOL, NULL, "bad", O_RDWR | O_CREAT, &attr, &fs), EINVAL);
	assert_errno(dfs_connect_snap(POOL, NULL, cont, O_RDWR, 1, NULL, &fs), EINVAL);
	assert_errno(dfs_connect_snap(POOL, NULL, cont, O_RDONLY, 0, "none", &fs), ENOENT);
}

static void read_only(void **state)
{
	struct stat st = {.st_mode = 0600};
	dfs_obj_t *f;
	dfs_t *ro;
	char buf[8];
	daos_size_t got;
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};

	(void)state;
	make_file(NULL, "f", "data");
	assert_ok(dfs_connect(POOL, NULL, cont, O_RDONLY, NULL, &ro));
	assert_errno(dfs_mkdir(ro, NULL, "d", 0755, 0), EPERM);
	assert_errno(dfs_remove(ro, NULL, "f", false, NULL), EPERM);
	assert_errno(dfs_move(ro, NULL, "f", NULL, "g", NULL), EPERM);
	assert_errno(dfs_chmod(ro, NULL, "f", 0600), EPERM);
	assert_errno(dfs_access(ro, NULL, "f", W_OK), EPERM);
	assert_errno(dfs_open(ro, NULL, "f", S_IFREG | 0600, O_RDWR | O_CREAT, 0, 0, NULL, &f), EPERM);
	assert_errno(dfs_open(ro, NULL, "f", S_IFREG | 0600, O_RDWR | O_TRUNC, 0, 0, NULL, &f), EPERM);
	assert_ok(dfs_open(ro, NULL, "f", S_IFREG, O_RDWR, 0, 0, NULL, &f));
	d_iov_set(&iov, buf, sizeof(buf));
	assert_ok(dfs_read(ro, f, &sgl, 0, &got, NULL));
	assert_int_equal(got, 4);
	assert_errno(dfs_write(ro, f, &sgl, 0, NULL), EPERM);
	assert_errno(dfs_punch(ro, f, 0, DFS_MAX_FSIZE), EPERM);
	assert_errno(dfs_osetattr(ro, f, &st, DFS_SET_ATTR_MODE), EPERM);
	assert_errno(dfs_setxattr(ro, f, "user.a", "1", 1, 0), EPERM);
	assert_ok(dfs_sync(ro));
	dfs_release(f);
	assert_ok(dfs_disconnect(ro));
}

static void by_handles(void **state)
{
	daos_handle_t poh, coh;
	uuid_t uuid, none;
	char name[40];
	dfs_t *fs;

	(void)state;
	uuid_clear(none);
	assert_ok(dfs_pool_get(dfs, &poh));
	assert_ok(dfs_cont_create_with_label(poh, "labelled", NULL, &uuid, &coh, &fs));
	assert_true(uuid_compare(uuid, none) != 0);
	assert_ok(dfs_mkdir(fs, NULL, "d", 0755, 0));
	assert_errno(dfs_disconnect(fs), EINVAL); /* its handles are the caller's */
	assert_ok(dfs_umount(fs));
	assert_ok(daos_cont_close(coh, NULL));
	uuid_unparse(uuid, name);
	assert_ok(daos_cont_open(poh, name, DAOS_COO_RW, &coh, NULL, NULL));
	assert_ok(dfs_mount(poh, coh, O_RDWR, &fs));
	assert_ok(dfs_cont_set_owner(coh, NULL, 123, NULL, 456));
	{
		struct stat st;

		assert_ok(dfs_stat(fs, NULL, NULL, &st));
		assert_int_equal(st.st_uid, 123);
		assert_int_equal(st.st_gid, 456);
	}
	assert_ok(dfs_umount(fs));
	assert_ok(daos_cont_close(coh, NULL));
	assert_errno(dfs_disconnect(dfs), EBUSY);
	assert_ok(dfs_pool_put(dfs, poh));
	assert_errno(dfs_pool_put(dfs, poh), EINVAL);
}

/* A container of another type, and one whose creation was cut short before the superblock. */
static void what_cannot_be_mounted(void **state)
{
	daos_prop_t *prop;
	struct daos_prop_co_roots roots;
	daos_handle_t poh, coh, oh;
	daos_key_t dkey;
	dfs_t *fs;

	(void)state;
	assert_ok(dfs_pool_get(dfs, &poh));
	assert_ok(daos_cont_create_with_label(poh, "plain", NULL, NULL, NULL));
	assert_errno(dfs_connect(POOL, NULL, "plain", O_RDWR, NULL, &fs), EINVAL);
	assert_ok(dfs_cont_create_with_label(poh, "cut", NULL, NULL, NULL, NULL));
	assert_ok(daos_cont_open(poh, "cut", DAOS_COO_RW, &coh, NULL, NULL));
	prop = daos_prop_alloc(1);
	prop->dpp_entries[0].dpe_type = DAOS_PROP_CO_ROOTS;
	assert_ok(daos_cont_query(coh, NULL, prop, NULL));
	memcpy(&roots, prop->dpp_entries[0].dpe_val_ptr, sizeof(roots));
	daos_prop_free(prop);
	assert_ok(daos_obj_open(coh, roots.cr_oids[0], DAOS_OO_RW, &oh, NULL));
	d_iov_set(&dkey, "/", 1);
	assert_ok(daos_obj_punch_dkeys(oh, DAOS_TX_NONE, 0, 1, &dkey, NULL));
	assert_errno(dfs_connect(POOL, NULL, "cut", O_RDWR, NULL, &fs), EINVAL);
	assert_ok(daos_obj_punch(oh, DAOS_TX_NONE, 0, NULL));
	assert_errno(dfs_connect(POOL, NULL, "cut", O_RDWR, NULL, &fs), EINVAL);
	daos_obj_close(oh, NULL);
	daos_cont_close(coh, NULL);
	assert_ok(dfs_pool_put(dfs, poh));
}

/* Run `fn` in a child; what it asserts is its exit status. */
static void in_child(int (*fn)(void *), void *arg)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(fn(arg));
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int use_after_fork(void *arg)
{
	dfs_obj_t *f = arg, *g;

	if (write_at(f, "child", 5, 0) != 0)
		return 1;
	for (int i = 0; i < 10; i++) {
		char name[16];

		snprintf(name, sizeof(name), "child%d", i);
		if (dfs_open(dfs, NULL, name, S_IFREG | 0600, O_RDWR | O_CREAT, 0, 0, NULL, &g) != 0)
			return 2;
		if (dfs_release(g) != 0)
			return 3;
	}
	return 0;
}

static void after_fork(void **state)
{
	dfs_obj_t *f = open_file(NULL, "f", O_RDWR | O_CREAT);
	daos_obj_id_t child, parent;

	(void)state;
	in_child(use_after_fork, f);
	assert_true(file_is(NULL, "f", "child"));
	for (int i = 0; i < 10; i++) {
		char name[16];

		snprintf(name, sizeof(name), "parent%d", i);
		make_file(NULL, name, NULL);
	}
	/* no two of them are one object */
	for (int i = 0; i < 10; i++) {
		char name[16];

		snprintf(name, sizeof(name), "child%d", i);
		child = oid_of(NULL, name);
		for (int j = 0; j < 10; j++) {
			snprintf(name, sizeof(name), "parent%d", j);
			parent = oid_of(NULL, name);
			assert_true(child.lo != parent.lo || (child.hi & 0xffffffff) != (parent.hi & 0xffffffff));
		}
	}
	dfs_release(f);
}

/* Serialise with `fn`: the length first. */
#define GLOBAL(glob, call)                                   \
	do {                                                 \
		(glob) = (d_iov_t){0};                       \
		assert_ok(call);                             \
		(glob).iov_buf = malloc((glob).iov_buf_len); \
		(glob).iov_len = (glob).iov_buf_len;         \
		assert_ok(call);                             \
	} while (0)

struct globals {
	d_iov_t all, obj;
};

static int use_globals(void *arg)
{
	struct globals *g = arg;
	dfs_obj_t *f;
	struct stat st;
	dfs_t *fs;
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};

	d_iov_set(&iov, "there", 5);
	if (dfs_global2local_all(0, g->all, &fs) != 0)
		return 1;
	if (dfs_obj_global2local(fs, 0, g->obj, &f) != 0)
		return 2;
	if (dfs_ostat(fs, f, &st) != 0 || st.st_size != 4)
		return 3;
	if (dfs_write(fs, f, &sgl, 0, NULL) != 0)
		return 4;
	return dfs_release(f) != 0 || dfs_disconnect(fs) != 0 ? 5 : 0;
}

static void global_handles(void **state)
{
	daos_handle_t poh, coh;
	struct globals g;
	dfs_obj_t *f;
	d_iov_t glob;
	dfs_t *fs;

	(void)state;
	make_file(NULL, "f", "here");
	f = open_file(NULL, "f", O_RDWR);
	GLOBAL(g.all, dfs_local2global_all(dfs, &g.all));
	GLOBAL(g.obj, dfs_obj_local2global(dfs, f, &g.obj));
	in_child(use_globals, &g);
	assert_true(file_is(NULL, "f", "there"));
	assert_ok(dfs_pool_get(dfs, &poh));
	assert_ok(dfs_cont_get(dfs, &coh));
	GLOBAL(glob, dfs_local2global(dfs, &glob));
	assert_ok(dfs_global2local(poh, coh, O_RDWR, glob, &fs));
	assert_ok(dfs_mkdir(fs, NULL, "d", 0755, 0));
	assert_ok(dfs_umount(fs));
	((char *)glob.iov_buf)[0] ^= 1;
	assert_errno(dfs_global2local(poh, coh, O_RDWR, glob, &fs), EINVAL);
	glob.iov_buf_len = 3;
	assert_errno(dfs_local2global(dfs, &glob), EOVERFLOW);
	assert_ok(dfs_pool_put(dfs, poh));
	assert_ok(dfs_cont_put(dfs, coh));
	free(glob.iov_buf);
	free(g.all.iov_buf);
	free(g.obj.iov_buf);
	dfs_release(f);
}

static void classes(void **state)
{
	daos_oclass_id_t cid;

	(void)state;
	assert_ok(dfs_suggest_oclass(dfs, "file:max", &cid));
	assert_int_equal(cid, OC_SX);
	assert_ok(dfs_suggest_oclass(dfs, "dir:single", &cid));
	assert_int_equal(cid, OC_S1);
	assert_errno(dfs_suggest_oclass(dfs, "nonsense", &cid), EINVAL);
	assert_errno(dfs_suggest_oclass(dfs, "", &cid), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(connecting), TEST(read_only),	    TEST(by_handles), TEST(what_cannot_be_mounted),
	    TEST(after_fork), TEST(global_handles), TEST(classes),
	};

	return RUN_GROUP(tests);
}
