/* Directory entries as they may lie in a container: any bytes under DFS_INODE, and whatever uses entries. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "store.h"

static daos_handle_t dir_oh;
static dfs_obj_t *dir;
static char name[] = "entry";
static char akey_name[] = "DFS_INODE";

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	daos_obj_id_t oid;
	dfs_obj_t *obj;

	(void)argc, (void)argv;
	store_make();
	return dfs_open(store_dfs, NULL, "d", S_IFDIR | 0700, O_RDWR | O_CREAT, 0, 0, NULL, &dir) != 0 ||
	       dfs_open(store_dfs, dir, "f", S_IFREG | 0600, O_RDWR | O_CREAT, 0, 0, NULL, &obj) != 0 ||
	       dfs_release(obj) != 0 ||
	       dfs_open(store_dfs, dir, "l", S_IFLNK | 0777, O_RDWR | O_CREAT, 0, 0, "target", &obj) != 0 ||
	       dfs_release(obj) != 0 ||
	       dfs_open(store_dfs, dir, "s", S_IFDIR | 0700, O_RDWR | O_CREAT, 0, 0, NULL, &obj) != 0 ||
	       dfs_release(obj) != 0 || dfs_obj2id(dir, &oid) != 0 ||
	       daos_obj_open(store_coh, oid, DAOS_OO_RW, &dir_oh, NULL) != 0;
}

/* An entry's bytes, from record `at` on. */
static int entry_io(const char *of, bool fetch, void *data, size_t *size)
{
	d_iov_t iov, dkey;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
	daos_recx_t recx = {.rx_idx = 0, .rx_nr = *size};
	daos_iod_t iod = {.iod_type = DAOS_IOD_ARRAY, .iod_size = 1, .iod_nr = 1, .iod_recxs = &recx};
	int rc;

	d_iov_set(&dkey, (void *)of, strlen(of));
	d_iov_set(&iod.iod_name, akey_name, strlen(akey_name));
	d_iov_set(&iov, data, *size);
	rc = fetch ? daos_obj_fetch(dir_oh, DAOS_TX_NONE, 0, &dkey, 1, &iod, &sgl, NULL, NULL)
		   : daos_obj_update(dir_oh, DAOS_TX_NONE, 0, &dkey, 1, &iod, &sgl, NULL);
	*size = sgl.sg_nr_out > 0 ? iov.iov_len : 0;
	return rc;
}

size_t fuzz_seed(unsigned n, uint8_t *data, size_t room)
{
	static const char *const of[] = {"f", "l", "s"};
	size_t size = room < 200 ? room : 200;

	return n < 3 && entry_io(of[n], true, data, &size) == 0 ? size : 0;
}

static void use(void)
{
	struct dirent de[8];
	daos_anchor_t anchor = {0};
	char text[64];
	daos_size_t len = sizeof(text);
	uint32_t nr = 8;
	struct stat st;
	dfs_obj_t *obj;
	mode_t mode;

	dfs_stat(store_dfs, dir, name, &st);
	dfs_readdir(store_dfs, dir, &anchor, &nr, de);
	dfs_access(store_dfs, dir, name, R_OK);
	if (dfs_lookup_rel(store_dfs, dir, name, O_RDWR | O_NOFOLLOW, &obj, &mode, &st) == 0) {
		dfs_ostat(store_dfs, obj, &st);
		dfs_getxattr(store_dfs, obj, "user.a", text, &len);
		len = sizeof(text);
		if (S_ISLNK(mode))
			dfs_get_symlink_value(obj, text, &len);
		dfs_release(obj);
	}
	dfs_chmod(store_dfs, dir, name, 0640);
	dfs_move(store_dfs, dir, name, dir, (char *)"moved", NULL);
	dfs_remove(store_dfs, dir, "moved", true, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	d_iov_t dkey;

	if (size == 0 || entry_io(name, false, (void *)data, &size) != 0)
		return 0;
	use();
	for (unsigned i = 0; i < 2; i++) {
		d_iov_set(&dkey, i == 0 ? name : (char *)"moved", i == 0 ? strlen(name) : 5);
		daos_obj_punch_dkeys(dir_oh, DAOS_TX_NONE, 0, 1, &dkey, NULL);
	}
	return 0;
}
