#include "stat.h"

#include <daos_local.h>

#include "error.h"
#include "ino.h"
#include "mount.h"

/* What an object tells about itself. */
struct object_stat {
	daos_size_t size;
	blkcnt_t blocks;
	daos_epoch_t epoch;
	struct timespec mtime; /* of the newest epoch */
};

static bool newer(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

static int array_stat(struct dfs *dfs, const struct entry *e, daos_handle_t oh, struct object_stat *os)
{
	daos_array_stbuf_t ast;
	struct stat st;
	bool local = daos_local_array_stat != NULL && daos_handle_is_inval(dfs->th);
	int rc;

	/* The engine at hand tells blocks, and times as finely as its host does; an epoch's may be coarser. */
	if (local) {
		rc = daos_local_array_stat(oh, &st);
		if (rc != 0)
			return der_to_errno(rc);
		os->size = st.st_size;
		os->blocks = st.st_blocks;
		os->mtime = st.st_mtim;
		if (e->hlc == 0)
			return 0;
	}
	rc = daos_array_stat(oh, dfs->th, &ast, NULL);
	if (rc != 0)
		return der_to_errno(rc);
	os->epoch = ast.st_max_epoch;
	if (!local) {
		os->size = ast.st_size;
		os->blocks = (ast.st_size + 511) / 512;
		if (os->epoch != 0)
			rc = der_to_errno(daos_hlc2timespec(os->epoch, &os->mtime));
	}
	return rc;
}

static int dir_stat(struct dfs *dfs, daos_handle_t oh, struct object_stat *os)
{
	int rc;

	os->size = STAT_DIR_SIZE;
	rc = daos_obj_query_max_epoch(oh, dfs->th, &os->epoch, NULL);
	if (rc == 0 && os->epoch != 0)
		rc = daos_hlc2timespec(os->epoch, &os->mtime);
	return der_to_errno(rc);
}

static int object_stat(struct dfs *dfs, const struct entry *e, daos_handle_t oh, struct object_stat *os)
{
	struct dnode *dn;
	int rc;

	memset(os, 0, sizeof(*os));
	if (S_ISREG(e->mode)) {
		if (daos_handle_is_valid(oh))
			return array_stat(dfs, e, oh, os);
		rc = obj_open_array(dfs, e->oid, e->chunk_size, O_RDONLY, &oh);
		if (rc != 0)
			return rc;
		rc = array_stat(dfs, e, oh, os);
		daos_array_close(oh, NULL);
		return rc;
	}
	if (S_ISDIR(e->mode)) {
		if (daos_handle_is_valid(oh))
			return dir_stat(dfs, oh, os);
		rc = dnode_get(dfs, e->oid, NULL, NULL, &dn);
		if (rc != 0)
			return rc;
		rc = dir_stat(dfs, dn->oh, os);
		dnode_put(dn);
		return rc;
	}
	os->size = e->value_len;
	return 0;
}

/* Whether the object has changed since the entry's mtime was written. */
static bool object_is_newer(const struct entry *e, const struct object_stat *os)
{
	return e->hlc != 0 ? os->epoch > e->hlc : newer(&os->mtime, &e->mtime);
}

int stat_entry(struct dfs *dfs, const struct entry *e, daos_handle_t oh, struct stat *st)
{
	struct object_stat os;
	int rc;

	rc = object_stat(dfs, e, oh, &os);
	if (rc != 0)
		return rc;
	memset(st, 0, sizeof(*st));
	st->st_ino = ino_from_oid(e->oid);
	st->st_mode = e->mode;
	st->st_nlink = 1;
	st->st_uid = e->uid;
	st->st_gid = e->gid;
	st->st_size = os.size;
	st->st_blocks = os.blocks;
	st->st_mtim = object_is_newer(e, &os) ? os.mtime : e->mtime;
	st->st_ctim = object_is_newer(e, &os) && newer(&os.mtime, &e->ctime) ? os.mtime : e->ctime;
	st->st_atim = st->st_mtim;
	if (S_ISREG(e->mode))
		st->st_blksize = e->chunk_size != 0 ? e->chunk_size : dfs->attr.da_chunk_size;
	return 0;
}

int stat_epoch(struct dfs *dfs, const struct entry *e, daos_handle_t oh, daos_epoch_t *epoch)
{
	struct entry with_epoch = *e;
	struct object_stat os;
	int rc;

	with_epoch.hlc = 1; /* so that the epoch is asked for */
	rc = object_stat(dfs, &with_epoch, oh, &os);
	*epoch = os.epoch;
	return rc;
}
