#include "superblock.h"

#include <endian.h>
#include <errno.h>
#include <unistd.h>

#include "entry.h"
#include "error.h"
#include "mount.h"

#define SB_DKEY "DFS_SB_METADATA"

enum sb_akey {
	AKEY_MAGIC,
	AKEY_SB_VERSION,
	AKEY_LAYOUT_VERSION,
	AKEY_CHUNK_SIZE,
	AKEY_OCLASS,
	AKEY_DIR_OCLASS,
	AKEY_FILE_OCLASS,
	AKEY_MODE,
	AKEY_HINTS, /* may be missing */
	AKEY_NR,
};

/* The values as they are stored. */
struct sb_record {
	uint64_t magic;
	uint64_t chunk_size;
	uint32_t oclass;
	uint32_t dir_oclass;
	uint32_t file_oclass;
	uint32_t mode;
	uint16_t sb_version;
	uint16_t layout_version;
	char hints[DAOS_CONT_HINT_MAX_LEN];
};

/* One fetch or update of the record and all that it points to. */
struct sb_io {
	struct sb_record rec;
	daos_key_t dkey;
	daos_iod_t iod[AKEY_NR];
	d_sg_list_t sgl[AKEY_NR];
	d_iov_t iov[AKEY_NR];
};

static void sb_io_init(struct sb_io *io)
{
	struct sb_record *r = &io->rec;
	const struct {
		const char *name;
		void *buf;
		size_t len;
	} akey[AKEY_NR] = {
	    [AKEY_MAGIC] = {"DFS_MAGIC", &r->magic, sizeof(r->magic)},
	    [AKEY_SB_VERSION] = {"DFS_SB_VERSION", &r->sb_version, sizeof(r->sb_version)},
	    [AKEY_LAYOUT_VERSION] = {"DFS_LAYOUT_VERSION", &r->layout_version, sizeof(r->layout_version)},
	    [AKEY_CHUNK_SIZE] = {"DFS_CHUNK_SIZE", &r->chunk_size, sizeof(r->chunk_size)},
	    [AKEY_OCLASS] = {"DFS_OBJ_CLASS", &r->oclass, sizeof(r->oclass)},
	    [AKEY_DIR_OCLASS] = {"DFS_DIR_OBJ_CLASS", &r->dir_oclass, sizeof(r->dir_oclass)},
	    [AKEY_FILE_OCLASS] = {"DFS_FILE_OBJ_CLASS", &r->file_oclass, sizeof(r->file_oclass)},
	    [AKEY_MODE] = {"DFS_MODE", &r->mode, sizeof(r->mode)},
	    [AKEY_HINTS] = {"DFS_HINTS", r->hints, sizeof(r->hints)},
	};

	memset(io, 0, sizeof(*io));
	d_iov_set(&io->dkey, SB_DKEY, sizeof(SB_DKEY) - 1);
	for (int i = 0; i < AKEY_NR; i++) {
		d_iov_set(&io->iod[i].iod_name, (void *)akey[i].name, strlen(akey[i].name));
		io->iod[i].iod_type = DAOS_IOD_SINGLE;
		io->iod[i].iod_nr = 1;
		io->iod[i].iod_size = akey[i].len;
		d_iov_set(&io->iov[i], akey[i].buf, akey[i].len);
		io->sgl[i].sg_nr = 1;
		io->sgl[i].sg_iovs = &io->iov[i];
	}
}

static void sb_encode(const dfs_attr_t *attr, struct sb_record *r)
{
	r->magic = htole64(SB_MAGIC);
	r->sb_version = htole16(SB_VERSION);
	r->layout_version = htole16(SB_LAYOUT_VERSION);
	r->chunk_size = htole64(attr->da_chunk_size);
	r->oclass = htole32(attr->da_oclass_id);
	r->dir_oclass = htole32(attr->da_dir_oclass_id);
	r->file_oclass = htole32(attr->da_file_oclass_id);
	r->mode = htole32(attr->da_mode);
	memcpy(r->hints, attr->da_hints, sizeof(r->hints));
	r->hints[sizeof(r->hints) - 1] = '\0';
}

static int sb_decode(const struct sb_record *r, dfs_attr_t *attr)
{
	memset(attr, 0, sizeof(*attr));
	attr->da_chunk_size = le64toh(r->chunk_size);
	attr->da_oclass_id = le32toh(r->oclass);
	attr->da_dir_oclass_id = le32toh(r->dir_oclass);
	attr->da_file_oclass_id = le32toh(r->file_oclass);
	attr->da_mode = le32toh(r->mode);
	memcpy(attr->da_hints, r->hints, sizeof(attr->da_hints));
	attr->da_hints[sizeof(attr->da_hints) - 1] = '\0';
	if (le64toh(r->magic) != SB_MAGIC || le16toh(r->sb_version) > SB_VERSION ||
	    le16toh(r->layout_version) != SB_LAYOUT_VERSION || attr->da_chunk_size == 0)
		return EINVAL;
	return 0;
}

static int sb_fetch(daos_handle_t oh, daos_handle_t th, dfs_attr_t *attr)
{
	struct sb_io io;
	unsigned found = 0;
	int rc;

	sb_io_init(&io);
	/* A value of another length than its type has is as bad as a wrong one: ask for any size and compare. */
	for (int i = 0; i < AKEY_NR; i++)
		io.iod[i].iod_size = DAOS_REC_ANY;
	rc = daos_obj_fetch(oh, th, 0, &io.dkey, AKEY_NR, io.iod, io.sgl, NULL, NULL);
	if (rc == -DER_REC2BIG)
		return EINVAL;
	if (rc != 0)
		return der_to_errno(rc);
	for (int i = 0; i < AKEY_HINTS; i++)
		found += io.iod[i].iod_size != 0;
	if (found == 0)
		return ENOENT;
	for (int i = 0; i < AKEY_HINTS; i++)
		if (io.iod[i].iod_size != io.iov[i].iov_buf_len)
			return EINVAL;
	return sb_decode(&io.rec, attr);
}

int superblock_read(daos_handle_t coh, daos_handle_t th, struct superblock *sb)
{
	daos_handle_t oh;
	int rc;

	rc = daos_obj_open(coh, sb->super_oid, DAOS_OO_RO, &oh, NULL);
	if (rc != 0)
		return der_to_errno(rc);
	rc = sb_fetch(oh, th, &sb->attr);
	daos_obj_close(oh, NULL);
	return rc;
}

static int sb_insert(daos_handle_t oh, daos_handle_t th, const struct superblock *sb)
{
	struct entry root = {.mode = S_IFDIR | 0755, .oid = sb->root_oid, .uid = geteuid(), .gid = getegid()};
	struct sb_io io;
	int rc;

	sb_io_init(&io);
	sb_encode(&sb->attr, &io.rec);
	rc = daos_obj_update(oh, th, DAOS_COND_DKEY_INSERT, &io.dkey,
			     sb->attr.da_hints[0] != '\0' ? AKEY_NR : AKEY_HINTS, io.iod, io.sgl, NULL);
	if (rc != 0)
		return der_to_errno(rc);
	entry_now(&root.mtime);
	root.ctime = root.mtime;
	return entry_insert(oh, th, ROOT_NAME, sizeof(ROOT_NAME) - 1, &root, NULL);
}

int superblock_write(daos_handle_t coh, const struct superblock *sb)
{
	daos_handle_t oh, th;
	int rc;

	rc = daos_obj_open(coh, sb->super_oid, DAOS_OO_RW, &oh, NULL);
	if (rc != 0)
		return der_to_errno(rc);
	rc = daos_tx_open(coh, &th, 0, NULL);
	if (rc != 0) {
		daos_obj_close(oh, NULL);
		return der_to_errno(rc);
	}
	do {
		rc = sb_insert(oh, th, sb);
		if (rc == 0)
			rc = der_to_errno(daos_tx_commit(th, NULL));
	} while (rc == ERESTART && daos_tx_restart(th, NULL) == 0);
	if (rc != 0)
		daos_tx_abort(th, NULL);
	daos_tx_close(th, NULL);
	daos_obj_close(oh, NULL);
	return rc;
}
