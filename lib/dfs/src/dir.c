/* Reading directories. */
#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "mount.h"
#include "stat.h"

enum { LIST_MAX = 1024 }; /* keys asked for at once */

/* A batch of names: keys one after the other at `buf`, `nr` descriptors at `kd`. */
struct batch {
	char *buf;
	size_t buf_len;
	daos_key_desc_t *kd;
	uint32_t nr;
};

static void batch_free(struct batch *b)
{
	free(b->buf);
	free(b->kd);
}

static int batch_init(struct batch *b, uint32_t nr, size_t buf_len)
{
	b->buf_len = buf_len;
	b->buf = malloc(buf_len);
	b->kd = malloc(nr * sizeof(*b->kd));
	b->nr = 0;
	if (b->buf != NULL && b->kd != NULL)
		return 0;
	batch_free(b);
	return ENOMEM;
}

/* The next up to `max` names; none is left when b->nr is 0. */
static int batch_next(struct dfs *dfs, struct dnode *dir, daos_anchor_t *anchor, uint32_t max, struct batch *b)
{
	int rc = 0;

	b->nr = 0;
	while (rc == 0 && b->nr == 0 && !daos_anchor_is_eof(anchor)) {
		d_sg_list_t sgl;
		d_iov_t iov;

		d_iov_set(&iov, b->buf, b->buf_len);
		sgl = (d_sg_list_t){.sg_nr = 1, .sg_iovs = &iov};
		b->nr = max;
		rc = der_to_errno(daos_obj_list_dkey(dir->oh, dfs->th, &b->nr, b->kd, &sgl, anchor, NULL));
	}
	return rc;
}

static void fill_dirent(struct dirent *de, const char *name, size_t len)
{
	memset(de, 0, sizeof(*de));
	de->d_reclen = sizeof(*de);
	de->d_type = DT_UNKNOWN;
	memcpy(de->d_name, name, len);
	de->d_name[len] = '\0';
}

static int read_names(struct dfs *dfs, struct dnode *dir, daos_anchor_t *anchor, uint32_t *nr, struct dirent *dirs)
{
	struct batch b;
	uint32_t got = 0;
	int rc = 0;

	rc = batch_init(&b, *nr < LIST_MAX ? *nr : LIST_MAX, (size_t)(*nr < LIST_MAX ? *nr : LIST_MAX) * DFS_MAX_NAME);
	if (rc != 0)
		return rc;
	while (got < *nr && !daos_anchor_is_eof(anchor)) {
		const char *p = b.buf;

		rc = batch_next(dfs, dir, anchor, *nr - got < LIST_MAX ? *nr - got : LIST_MAX, &b);
		if (rc != 0)
			break;
		for (uint32_t i = 0; i < b.nr; p += b.kd[i].kd_key_len, i++)
			fill_dirent(&dirs[got++], p, b.kd[i].kd_key_len);
	}
	batch_free(&b);
	if (rc == 0)
		*nr = got;
	return rc;
}

/* Names only: d_type is DT_UNKNOWN, d_ino 0. */
int dfs_readdir(dfs_t *dfs, dfs_obj_t *obj, daos_anchor_t *anchor, uint32_t *nr, struct dirent *dirs)
{
	struct dnode *dir;
	int rc;

	if (anchor == NULL || nr == NULL || dirs == NULL || obj == NULL)
		return EINVAL;
	rc = obj_directory(dfs, obj, &dir);
	if (rc != 0 || *nr == 0)
		return rc;
	return read_names(dfs, dir, anchor, nr, dirs);
}

/* Replace names by names with attributes; entries that were removed meanwhile fall out. */
static int add_stats(struct dfs *dfs, struct dnode *dir, uint32_t *nr, struct dirent *dirs, struct stat *stbufs)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < *nr; i++) {
		const char *name = dirs[i].d_name;
		struct entry e;
		int rc;

		rc = entry_fetch(dir->oh, dfs->th, name, strlen(name), &e, NULL);
		if (rc == 0)
			rc = stat_entry(dfs, &e, DAOS_HDL_INVAL, &stbufs[kept]);
		if (rc == ENOENT)
			continue;
		if (rc != 0)
			return rc;
		if (kept != i)
			dirs[kept] = dirs[i];
		dirs[kept].d_ino = stbufs[kept].st_ino;
		dirs[kept].d_type = IFTODT(e.mode);
		kept++;
	}
	*nr = kept;
	return 0;
}

int dfs_readdirplus(dfs_t *dfs, dfs_obj_t *obj, daos_anchor_t *anchor, uint32_t *nr, struct dirent *dirs,
		    struct stat *stbufs)
{
	struct dnode *dir;
	int rc;

	if (anchor == NULL || nr == NULL || dirs == NULL || stbufs == NULL || obj == NULL)
		return EINVAL;
	rc = obj_directory(dfs, obj, &dir);
	if (rc != 0 || *nr == 0)
		return rc;
	rc = read_names(dfs, dir, anchor, nr, dirs);
	return rc != 0 ? rc : add_stats(dfs, dir, nr, dirs, stbufs);
}

/*
 * Call `op` for up to *nr names, which are fetched in buffers of `size` bytes. A call that does not return 0 ends the
 * iteration with that value. The names of a buffer that were not given to `op` by then are not seen again, because the
 * anchor is behind the buffer.
 */
int dfs_iterate(dfs_t *dfs, dfs_obj_t *obj, daos_anchor_t *anchor, uint32_t *nr, size_t size, dfs_filler_cb_t op,
		void *arg)
{
	uint32_t seen = 0, per_call;
	struct dnode *dir;
	struct batch b;
	int rc;

	if (obj == NULL || anchor == NULL || nr == NULL || op == NULL || *nr == 0 || size < DFS_MAX_NAME)
		return EINVAL;
	rc = obj_directory(dfs, obj, &dir);
	if (rc != 0)
		return rc;
	per_call = *nr < LIST_MAX ? *nr : LIST_MAX;
	rc = batch_init(&b, per_call, size);
	if (rc != 0)
		return rc;
	while (rc == 0 && seen < *nr && !daos_anchor_is_eof(anchor)) {
		const char *p = b.buf;

		rc = batch_next(dfs, dir, anchor, *nr - seen < per_call ? *nr - seen : per_call, &b);
		for (uint32_t i = 0; rc == 0 && i < b.nr; p += b.kd[i].kd_key_len, i++) {
			char name[DFS_MAX_NAME + 1];

			memcpy(name, p, b.kd[i].kd_key_len);
			name[b.kd[i].kd_key_len] = '\0';
			seen++;
			rc = op(dfs, obj, name, arg);
		}
	}
	batch_free(&b);
	*nr = seen;
	return rc;
}

/* Let the listing go on behind `name`. */
int dfs_dir_anchor_set(dfs_obj_t *obj, const char *name, daos_anchor_t *anchor)
{
	daos_key_t dkey;
	size_t len;
	int rc;

	if (obj == NULL || anchor == NULL)
		return EINVAL;
	if (obj->dir == NULL)
		return ENOTDIR;
	rc = entry_name_check(name, &len);
	if (rc != 0)
		return rc;
	d_iov_set(&dkey, (void *)name, len);
	return der_to_errno(daos_obj_key2anchor(obj->dir->oh, obj->dfs->th, &dkey, NULL, anchor, NULL));
}

int dfs_obj_anchor_split(dfs_obj_t *obj, uint32_t *nr, daos_anchor_t *anchors)
{
	if (obj == NULL || nr == NULL || obj->dir == NULL)
		return EINVAL;
	return der_to_errno(daos_obj_anchor_split(obj->dir->oh, nr, anchors));
}

int dfs_obj_anchor_set(dfs_obj_t *obj, uint32_t index, daos_anchor_t *anchor)
{
	if (obj == NULL || anchor == NULL || obj->dir == NULL)
		return EINVAL;
	return der_to_errno(daos_obj_anchor_set(obj->dir->oh, index, anchor));
}
