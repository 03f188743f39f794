#include "fixture.h"

#include <ftw.h>

#include <daos_local.h>

dfs_t *dfs;
char cont[64];

static char root[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

int group_setup(void **state)
{
	const char *tmp = getenv("TMPDIR");
	uuid_t uuid;

	(void)state;
	umask(0);
	snprintf(root, sizeof(root), "%s/dfs-test-XXXXXX", tmp != NULL && strlen(tmp) < 40 ? tmp : "/tmp");
	if (mkdtemp(root) == NULL || setenv("DAOS_LOCAL_ROOT", root, 1) != 0 || dfs_init() != 0)
		return -1;
	return daos_local_pool_create(NULL, POOL, 0, NULL, uuid);
}

int group_teardown(void **state)
{
	int rc;

	(void)state;
	rc = dfs_fini();
	nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return rc;
}

int test_setup(void **state)
{
	static int nr;

	(void)state;
	snprintf(cont, sizeof(cont), "c%d", nr++);
	return dfs_connect(POOL, NULL, cont, O_RDWR | O_CREAT | O_EXCL, NULL, &dfs);
}

int test_teardown(void **state)
{
	(void)state;
	if (dfs_disconnect(dfs) != 0)
		return -1;
	return dfs_destroy(POOL, NULL, cont, 1, NULL);
}

dfs_obj_t *open_file(dfs_obj_t *parent, const char *name, int flags)
{
	dfs_obj_t *obj = NULL;

	assert_ok(dfs_open(dfs, parent, name, S_IFREG | 0644, flags, 0, 0, NULL, &obj));
	return obj;
}

dfs_obj_t *open_dir(dfs_obj_t *parent, const char *name)
{
	dfs_obj_t *obj = NULL;

	assert_ok(dfs_open(dfs, parent, name, S_IFDIR, O_RDWR, 0, 0, NULL, &obj));
	return obj;
}

dfs_obj_t *make_dir(dfs_obj_t *parent, const char *name)
{
	assert_ok(dfs_mkdir(dfs, parent, name, 0755, 0));
	return open_dir(parent, name);
}

void make_link(dfs_obj_t *parent, const char *name, const char *target)
{
	dfs_obj_t *obj;

	assert_ok(dfs_open(dfs, parent, name, S_IFLNK | 0777, O_RDWR | O_CREAT | O_EXCL, 0, 0, target, &obj));
	assert_ok(dfs_release(obj));
}

void make_file(dfs_obj_t *parent, const char *name, const char *text)
{
	dfs_obj_t *obj = open_file(parent, name, O_RDWR | O_CREAT | O_EXCL);

	if (text != NULL)
		assert_ok(write_at(obj, text, strlen(text), 0));
	assert_ok(dfs_release(obj));
}

int write_at(dfs_obj_t *obj, const void *buf, size_t len, daos_off_t off)
{
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};

	d_iov_set(&iov, (void *)buf, len);
	return dfs_write(dfs, obj, &sgl, off, NULL);
}

size_t read_at(dfs_obj_t *obj, void *buf, size_t len, daos_off_t off)
{
	daos_size_t got = 0;
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};

	d_iov_set(&iov, buf, len);
	assert_ok(dfs_read(dfs, obj, &sgl, off, &got, NULL));
	return got;
}

bool file_is(dfs_obj_t *parent, const char *name, const char *text)
{
	char buf[256];
	dfs_obj_t *obj = open_file(parent, name, O_RDONLY);
	size_t got = read_at(obj, buf, sizeof(buf), 0);

	assert_ok(dfs_release(obj));
	return got == strlen(text) && memcmp(buf, text, got) == 0;
}

daos_obj_id_t oid_of(dfs_obj_t *parent, const char *name)
{
	daos_obj_id_t oid;
	dfs_obj_t *obj;

	assert_ok(dfs_lookup_rel(dfs, parent, name, O_RDONLY | O_NOFOLLOW, &obj, NULL, NULL));
	assert_ok(dfs_obj2id(obj, &oid));
	assert_ok(dfs_release(obj));
	return oid;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct dirent *)a)->d_name, ((const struct dirent *)b)->d_name);
}

const char *list_names(dfs_obj_t *dir)
{
	static struct dirent all[512];
	static char text[8192];
	daos_anchor_t anchor = {0};
	uint32_t nr = 0;

	while (!daos_anchor_is_eof(&anchor)) {
		uint32_t more = 7;

		assert_in_range(nr + more, 0, 512);
		assert_ok(dfs_readdir(dfs, dir, &anchor, &more, all + nr));
		nr += more;
	}
	qsort(all, nr, sizeof(*all), by_name);
	text[0] = '\0';
	for (uint32_t i = 0; i < nr; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i != 0 ? " " : "", all[i].d_name);
	return text;
}
