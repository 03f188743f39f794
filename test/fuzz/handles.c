/* What one process gives another to open its handles: pools, containers, file systems, files, arrays. The first byte
 * chooses. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"
#include "store.h"

enum { POOL, CONT, DFS, ALL, FILE_OBJ, ARRAY, KINDS };

static dfs_obj_t *file;
static daos_handle_t array;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	store_make();
	return dfs_open(store_dfs, NULL, "f", S_IFREG | 0600, O_RDWR | O_CREAT, 0, 0, NULL, &file) != 0 ||
	       dfs_get_file_oh(file, &array) != 0;
}

static int give(unsigned kind, d_iov_t *glob)
{
	switch (kind) {
	case POOL:
		return daos_pool_local2global(store_poh, glob);
	case CONT:
		return daos_cont_local2global(store_coh, glob);
	case DFS:
		return dfs_local2global(store_dfs, glob);
	case ALL:
		return dfs_local2global_all(store_dfs, glob);
	case FILE_OBJ:
		return dfs_obj_local2global(store_dfs, file, glob);
	default:
		return daos_array_local2global(array, glob);
	}
}

size_t fuzz_seed(unsigned n, uint8_t *data, size_t room)
{
	d_iov_t glob = {.iov_buf = data + 1, .iov_buf_len = room - 1};

	if (n >= KINDS || give(n, &glob) != 0)
		return 0;
	data[0] = (uint8_t)n;
	return glob.iov_len + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	d_iov_t glob = {.iov_buf = (void *)(data + 1)};
	daos_handle_t h;
	dfs_obj_t *obj;
	dfs_t *dfs;

	if (size == 0)
		return 0;
	glob.iov_len = glob.iov_buf_len = size - 1;
	switch (data[0] % KINDS) {
	case POOL:
		if (daos_pool_global2local(glob, &h) == 0)
			daos_pool_disconnect(h, NULL);
		break;
	case CONT:
		if (daos_cont_global2local(store_poh, glob, &h) == 0)
			daos_cont_close(h, NULL);
		break;
	case DFS:
		if (dfs_global2local(store_poh, store_coh, O_RDWR, glob, &dfs) == 0)
			dfs_umount(dfs);
		break;
	case ALL:
		if (dfs_global2local_all(O_RDWR, glob, &dfs) == 0)
			dfs_umount(dfs);
		break;
	case FILE_OBJ:
		if (dfs_obj_global2local(store_dfs, O_RDWR, glob, &obj) == 0)
			dfs_release(obj);
		break;
	default:
		if (daos_array_global2local(store_coh, glob, 0, &h) == 0)
			daos_array_close(h, NULL);
	}
	return 0;
}
