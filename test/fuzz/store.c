#include "store.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <daos_local.h>

daos_handle_t store_poh, store_coh;
dfs_t *store_dfs;

static char root[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void remove_all(void)
{
	dfs_umount(store_dfs);
	daos_cont_close(store_coh, NULL);
	daos_pool_disconnect(store_poh, NULL);
	dfs_fini();
	daos_fini();
	nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void store_make(void)
{
	uuid_t uuid;

	snprintf(root, sizeof(root), "%s/dfuse-fuzz-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(root) == NULL || setenv("DAOS_LOCAL_ROOT", root, 1) != 0 || daos_init() != 0 || dfs_init() != 0 ||
	    daos_local_pool_create(NULL, "tank", 0, NULL, NULL) != 0 ||
	    daos_pool_connect("tank", NULL, DAOS_PC_RW, &store_poh, NULL, NULL) != 0 ||
	    dfs_cont_create_with_label(store_poh, "home", NULL, &uuid, &store_coh, &store_dfs) != 0) {
		fprintf(stderr, "fuzz: cannot make a store in %s\n", root);
		exit(1);
	}
	atexit(remove_all);
}
