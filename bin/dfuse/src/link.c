#include "link.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <daos_uns.h>

#include "attr.h"
#include "error.h"
#include "log.h"
#include "watch.h"

void link_text(const struct container *cont, char text[LINK_TEXT_LEN + 1])
{
	snprintf(text, LINK_TEXT_LEN + 1, "DAOS.POSIX://%s/%s", cont->pool->uuid_str, cont->uuid_str);
}

/* Where it is found first is where others are sent (watch.h). */
static void note_path(struct mount *m, struct inode *dir, const char *name, struct container *cont)
{
	char path[PATH_MAX], below[PATH_MAX] = "";
	const char *base = m->path;

	if (inode_is_dfs(dir)) {
		base = dir->cont->root_path;
		if (base == NULL || inode_path(&m->inodes, dir, below, sizeof(below)) != 0)
			return;
	} else if (dir->kind == INODE_POOL && m->opt->pool == NULL) {
		snprintf(below, sizeof(below), "/%s", dir->pool->uuid_str);
	}
	if (snprintf(path, sizeof(path), "%s%s/%s", base, strcmp(below, "/") == 0 ? "" : below, name) < PATH_MAX)
		container_set_root_path(&m->conns, cont, path);
}

int link_root(struct mount *m, struct inode *dir, const char *name, struct container *cont, struct inode **inode,
	      struct stat *st)
{
	struct inode model = {.kind = INODE_ROOT, .cont = cont, .oid = cont->root_oid, .attr.mode = S_IFDIR};
	int rc;

	*inode = inode_get(&m->inodes, &model, dir, name);
	if (*inode == NULL)
		return ENOMEM;
	if (cont->root_path == NULL)
		note_path(m, dir, name, cont);
	watch_interest(cont->watch, *inode);
	rc = dfs_stat(cont->dfs, NULL, NULL, st);
	if (rc == 0)
		attr_complete(*inode, st);
	else
		inode_put(&m->inodes, *inode);
	return rc;
}

/* Take "DAOS.POSIX://pool/container" apart. */
static bool parse(const char *text, char pool[DAOS_PROP_MAX_LABEL_BUF_LEN], char name[DAOS_PROP_MAX_LABEL_BUF_LEN])
{
	int end = 0;

	return sscanf(text, "DAOS.POSIX://%127[^/]/%127[^/]%n", pool, name, &end) == 2 && text[end] == '\0';
}

int link_follow(struct mount *m, struct inode *dir, const char *name, dfs_obj_t *obj, struct inode **inode,
		struct stat *st)
{
	char text[DUNS_MAX_XATTR_LEN + 1], pool_name[DAOS_PROP_MAX_LABEL_BUF_LEN],
	    cont_name[DAOS_PROP_MAX_LABEL_BUF_LEN];
	daos_size_t len = DUNS_MAX_XATTR_LEN;
	struct container *cont;
	struct pool *pool;
	uint32_t bad_rank;
	int rc;

	rc = dfs_getxattr(dir->cont->dfs, obj, DUNS_XATTR_NAME, text, &len);
	if (rc != 0 || len > DUNS_MAX_XATTR_LEN)
		return ENODATA;
	text[len] = '\0';
	if (!parse(text, pool_name, cont_name))
		return ENODATA;
	rc = pool_connect(&m->conns, pool_name, &pool, &bad_rank);
	if (rc == 0)
		rc = container_connect(&m->conns, pool, cont_name, true, &cont);
	if (rc != 0) {
		log_info("directory '%s' stands for container %s/%s: %s", name, pool_name, cont_name, d_errdesc(rc));
		return rc == -DER_NONEXIST ? ENOLINK : der_to_errno(rc);
	}
	return link_root(m, dir, name, cont, inode, st);
}
