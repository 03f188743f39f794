#include "fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uuid/uuid.h>

#include <daos_local.h>

#include "error.h"
#include "node.h"
#include "post.h"

const struct il_config *il;
static struct fs *all;

static uint64_t salt_of(uuid_t uuid)
{
	uint64_t word[2];

	memcpy(word, uuid, sizeof(word));
	return (word[0] ^ word[1] * 0x9e3779b97f4a7c15ULL) | 1ULL << 63;
}

static int open_cont(struct fs *fs, daos_cont_info_t *info)
{
	int rc = -DER_NO_PERM;

	if (!fs->read_only)
		rc = daos_cont_open(fs->poh, fs->cont, DAOS_COO_RW, &fs->coh, info, NULL);
	if (rc == -DER_NO_PERM) {
		fs->read_only = true;
		rc = daos_cont_open(fs->poh, fs->cont, DAOS_COO_RO, &fs->coh, info, NULL);
	}
	return rc;
}

static int connect_pool(struct fs *fs)
{
	int rc = daos_pool_connect(fs->pool, fs->mount->system, DAOS_PC_RW, &fs->poh, NULL, NULL);

	if (rc == -DER_NO_PERM)
		rc = daos_pool_connect(fs->pool, fs->mount->system, DAOS_PC_RO, &fs->poh, NULL, NULL);
	return rc;
}

static int connect(struct fs *fs)
{
	daos_cont_info_t info = {0};
	bool started = dfs_init() == 0;
	int rc = started ? connect_pool(fs) : -DER_UNINIT;

	if (rc == 0)
		rc = open_cont(fs, &info);
	if (rc != 0)
		return der_to_errno(rc);
	fs->plain = daos_local_cont_plain != NULL && daos_local_cont_plain(fs->coh) == 0;
	if (fs->mount->pool == NULL || fs->mount->cont == NULL)
		fs->salt = salt_of(info.ci_uuid);
	rc = dfs_mount(fs->poh, fs->coh, fs->read_only ? O_RDONLY : O_RDWR, &fs->dfs);
	return rc == 0 ? node_new_root(fs, &fs->root) : rc;
}

static char *root_path(const struct il_mount *m, const char *pool, const char *cont)
{
	char *path;
	int n = asprintf(&path, "%s%s%s%s%s", m->point, m->pool == NULL ? "/" : "", m->pool == NULL ? pool : "",
			 m->cont == NULL ? "/" : "", m->cont == NULL ? cont : "");

	return n < 0 ? NULL : path;
}

int fs_get(const struct il_mount *mount, const char *pool, const char *cont, struct fs **out)
{
	struct fs *fs;
	int rc;

	for (fs = all; fs != NULL; fs = fs->next)
		if (fs->mount == mount && strcmp(fs->pool, pool) == 0 && strcmp(fs->cont, cont) == 0)
			break;
	*out = fs;
	if (fs != NULL)
		return fs->error == NULL ? 0 : EIO;
	fs = calloc(1, sizeof(*fs));
	if (fs == NULL)
		return ENOMEM;
	fs->mount = mount;
	fs->read_only = mount->read_only;
	fs->pool = strdup(pool);
	fs->cont = strdup(cont);
	fs->root_path = root_path(mount, pool, cont);
	if (fs->pool == NULL || fs->cont == NULL || fs->root_path == NULL)
		return ENOMEM;
	fs->root_len = strlen(fs->root_path);
	fs->gen = 1;
	fs->board_cont = -1;
	rc = connect(fs);
	if (rc == ENOENT)
		return rc; /* it may be made later */
	if (rc == 0)
		post_begin(fs);
	else
		fs->error = strdup(strerror(rc));
	fs->next = all;
	all = fs;
	*out = fs;
	return rc;
}

static bool version(const struct fs *fs, uint64_t *v)
{
	return daos_local_cont_version != NULL && daos_local_cont_version(fs->coh, v) == 0;
}

void fs_check(struct fs *fs)
{
	uint64_t v;

	if (version(fs, &v) && v == fs->version)
		return;
	/* Where the engine cannot tell, nothing holds for longer than a call. */
	fs->gen++;
	fs->version = version(fs, &v) ? v : 0;
}

void fs_changed(struct fs *fs)
{
	uint64_t v;

	if (daos_local_cont_own_change != NULL && daos_local_cont_own_change(fs->coh, fs->version, &v) == 0)
		fs->version = v;
}
