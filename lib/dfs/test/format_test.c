/*
 * What lies in a container, read with libdaos alone, against the format of DFS, byte by byte.
 */
#include "fixture.h"

#include "../src/entry.h"

static daos_handle_t coh;
static struct daos_prop_co_roots roots;

static int format_setup(void **state)
{
	daos_prop_t *prop;
	int rc = test_setup(state);

	if (rc != 0 || dfs_cont_get(dfs, &coh) != 0)
		return -1;
	prop = daos_prop_alloc(2);
	prop->dpp_entries[0].dpe_type = DAOS_PROP_CO_LAYOUT_TYPE;
	prop->dpp_entries[1].dpe_type = DAOS_PROP_CO_ROOTS;
	rc = daos_cont_query(coh, NULL, prop, NULL);
	if (rc == 0 && prop->dpp_entries[0].dpe_val != DAOS_PROP_CO_LAYOUT_POSIX)
		rc = -1;
	if (rc == 0)
		memcpy(&roots, prop->dpp_entries[1].dpe_val_ptr, sizeof(roots));
	daos_prop_free(prop);
	return rc;
}

static int format_teardown(void **state)
{
	return dfs_cont_put(dfs, coh) != 0 ? -1 : test_teardown(state);
}

static daos_handle_t open_object(daos_obj_id_t oid)
{
	daos_handle_t oh;

	assert_ok(daos_obj_open(coh, oid, DAOS_OO_RO, &oh, NULL));
	return oh;
}

/* All dkeys of an object, or akeys of a dkey, sorted, one space between them. */
static const char *keys(daos_handle_t oh, const char *dkey_name)
{
	static char names[64][256], text[4096];
	daos_anchor_t anchor = {0};
	unsigned nr = 0;

	while (!daos_anchor_is_eof(&anchor)) {
		daos_key_desc_t kd[8];
		char buf[2048], *p = buf;
		uint32_t more = 8;
		d_sg_list_t sgl;
		d_iov_t iov;
		daos_key_t dkey;

		d_iov_set(&iov, buf, sizeof(buf));
		sgl = (d_sg_list_t){.sg_nr = 1, .sg_iovs = &iov};
		if (dkey_name != NULL) {
			d_iov_set(&dkey, (void *)dkey_name, strlen(dkey_name));
			assert_ok(daos_obj_list_akey(oh, DAOS_TX_NONE, &dkey, &more, kd, &sgl, &anchor, NULL));
		} else {
			assert_ok(daos_obj_list_dkey(oh, DAOS_TX_NONE, &more, kd, &sgl, &anchor, NULL));
		}
		for (uint32_t i = 0; i < more; p += kd[i].kd_key_len, i++)
			snprintf(names[nr++], 256, "%.*s", (int)kd[i].kd_key_len, p);
	}
	qsort(names, nr, 256, (int (*)(const void *, const void *))strcmp);
	text[0] = '\0';
	for (unsigned i = 0; i < nr; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i != 0 ? " " : "", names[i]);
	return text;
}

/* Fetch `room` bytes at most; the value's size. */
static size_t fetch(daos_handle_t oh, const char *dkey_name, const char *akey, daos_iod_type_t type, void *buf,
		    size_t room)
{
	daos_recx_t recx = {0, room};
	daos_iod_t iod = {.iod_type = type, .iod_nr = 1, .iod_recxs = type == DAOS_IOD_ARRAY ? &recx : NULL};
	d_sg_list_t sgl;
	d_iov_t iov;
	daos_key_t dkey;

	d_iov_set(&dkey, (void *)dkey_name, strlen(dkey_name));
	d_iov_set(&iod.iod_name, (void *)akey, strlen(akey));
	iod.iod_size = type == DAOS_IOD_ARRAY ? 1 : DAOS_REC_ANY;
	d_iov_set(&iov, buf, room);
	sgl = (d_sg_list_t){.sg_nr = 1, .sg_iovs = &iov};
	assert_ok(daos_obj_fetch(oh, DAOS_TX_NONE, 0, &dkey, 1, &iod, &sgl, NULL, NULL));
	return iod.iod_size == 0 ? 0 : type == DAOS_IOD_ARRAY ? iov.iov_len : iod.iod_size;
}

static uint64_t number(const uint8_t *p, unsigned len)
{
	uint64_t v = 0;

	while (len-- > 0)
		v = v << 8 | p[len];
	return v;
}

static uint64_t sb_number(daos_handle_t oh, const char *akey, size_t len)
{
	uint8_t buf[16];

	assert_int_equal(fetch(oh, "DFS_SB_METADATA", akey, DAOS_IOD_SINGLE, buf, sizeof(buf)), len);
	return number(buf, len);
}

static void the_superblock(void **state)
{
	daos_handle_t oh = open_object(roots.cr_oids[0]);

	(void)state;
	assert_int_equal(roots.cr_oids[0].lo, 0);
	assert_int_equal(roots.cr_oids[0].hi & 0xffffffff, 0);
	assert_int_equal(daos_obj_id2type(roots.cr_oids[0]), DAOS_OT_MULTI_HASHED);
	assert_int_equal(daos_obj_id2class(roots.cr_oids[0]), OC_S1);
	assert_string_equal(keys(oh, NULL), "/ DFS_SB_METADATA");
	assert_string_equal(keys(oh, "DFS_SB_METADATA"),
			    "DFS_CHUNK_SIZE DFS_DIR_OBJ_CLASS DFS_FILE_OBJ_CLASS DFS_LAYOUT_VERSION DFS_MAGIC DFS_MODE "
			    "DFS_OBJ_CLASS DFS_SB_VERSION");
	assert_int_equal(sb_number(oh, "DFS_MAGIC", 8), 0xda05df50da05df50ULL);
	assert_int_equal(sb_number(oh, "DFS_SB_VERSION", 2), 2);
	assert_int_equal(sb_number(oh, "DFS_LAYOUT_VERSION", 2), 3);
	assert_int_equal(sb_number(oh, "DFS_CHUNK_SIZE", 8), 1048576);
	assert_int_equal(sb_number(oh, "DFS_OBJ_CLASS", 4), 0);
	assert_int_equal(sb_number(oh, "DFS_DIR_OBJ_CLASS", 4), 0);
	assert_int_equal(sb_number(oh, "DFS_FILE_OBJ_CLASS", 4), 0);
	assert_int_equal(sb_number(oh, "DFS_MODE", 4), DFS_RELAXED);
	assert_string_equal(keys(oh, "/"), "DFS_INODE");
	assert_ok(daos_obj_close(oh, NULL));
}

static void the_superblock_with_all_attributes(void **state)
{
	dfs_attr_t attr = {.da_chunk_size = 65536,
			   .da_oclass_id = OC_SX,
			   .da_dir_oclass_id = OC_S2,
			   .da_mode = DFS_BALANCED,
			   .da_hints = "file:max,dir:single"};
	char hints[128];
	daos_handle_t own, oh, keep = coh, poh;
	uuid_t uuid;
	dfs_t *fs;

	(void)state;
	assert_ok(dfs_pool_get(dfs, &poh));
	assert_ok(dfs_cont_create(poh, &uuid, &attr, &own, &fs));
	assert_ok(dfs_pool_put(dfs, poh));
	coh = own;
	oh = open_object(
	    (daos_obj_id_t){.lo = 0, .hi = (uint64_t)OR_RP_1 << OID_FMT_CLASS_SHIFT | 2ULL << OID_FMT_META_SHIFT});
	assert_int_equal(sb_number(oh, "DFS_CHUNK_SIZE", 8), 65536);
	assert_int_equal(sb_number(oh, "DFS_OBJ_CLASS", 4), OC_SX);
	assert_int_equal(sb_number(oh, "DFS_DIR_OBJ_CLASS", 4), OC_S2);
	assert_int_equal(sb_number(oh, "DFS_FILE_OBJ_CLASS", 4), OC_SX);
	assert_int_equal(sb_number(oh, "DFS_MODE", 4), DFS_BALANCED);
	assert_int_equal(fetch(oh, "DFS_SB_METADATA", "DFS_HINTS", DAOS_IOD_SINGLE, hints, sizeof(hints)), 128);
	assert_string_equal(hints, "file:max,dir:single");
	assert_ok(daos_obj_close(oh, NULL));
	coh = keep;
	assert_ok(dfs_umount(fs));
	assert_ok(daos_cont_close(own, NULL));
}

/* Read the inode record of `name` and check what is the same in all of them. */
static void inode(daos_handle_t oh, const char *name, uint8_t rec[INODE_SIZE])
{
	uint8_t buf[128];
	time_t now = time(NULL);

	assert_int_equal(fetch(oh, name, "DFS_INODE", DAOS_IOD_ARRAY, buf, sizeof(buf)), 88);
	assert_int_equal(number(buf + 64, 4), geteuid());
	assert_int_equal(number(buf + 68, 4), getegid());
	assert_in_range(number(buf + 20, 8), now - 10, now + 1); /* time() ticks later than the finer clock */
	assert_in_range(number(buf + 28, 8), now - 10, now + 1);
	assert_in_range(number(buf + 48, 8), 0, 999999999);
	assert_in_range(number(buf + 56, 8), 0, 999999999);
	assert_int_equal(number(buf + 80, 8), 0);
	memcpy(rec, buf, INODE_SIZE);
}

static void entries(void **state)
{
	dfs_obj_t *d = make_dir(NULL, "dir"), *f = open_file(NULL, "file", O_RDWR | O_CREAT);
	daos_handle_t super, root, sub;
	daos_obj_id_t oid;
	uint8_t rec[INODE_SIZE];
	char buf[64];

	(void)state;
	make_link(d, "link", "../to/some where");
	assert_ok(dfs_setxattr(dfs, f, "user.one", "value", 5, 0));
	assert_ok(dfs_obj_set_oclass(dfs, d, 0, OC_S4));
	assert_ok(dfs_obj_set_chunk_size(dfs, d, 0, 8192));
	super = open_object(roots.cr_oids[0]);
	inode(super, "/", rec);
	assert_int_equal(number(rec, 4), S_IFDIR | 0755);
	assert_int_equal(number(rec + 4, 8), roots.cr_oids[1].lo);
	assert_int_equal(number(rec + 12, 8), roots.cr_oids[1].hi);
	assert_int_equal(roots.cr_oids[1].hi & 0xffffffff, 1);

	root = open_object(roots.cr_oids[1]);
	assert_string_equal(keys(root, NULL), "dir file");
	assert_string_equal(keys(root, "dir"), "DFS_INODE");
	assert_string_equal(keys(root, "file"), "DFS_INODE x:user.one");
	assert_int_equal(fetch(root, "file", "x:user.one", DAOS_IOD_SINGLE, buf, sizeof(buf)), 5);
	assert_memory_equal(buf, "value", 5);

	inode(root, "file", rec);
	assert_int_equal(number(rec, 4), S_IFREG | 0644);
	assert_ok(dfs_obj2id(f, &oid));
	assert_int_equal(number(rec + 4, 8), oid.lo);
	assert_int_equal(number(rec + 12, 8), oid.hi);
	assert_int_equal(daos_obj_id2type(oid), DAOS_OT_ARRAY_BYTE);
	assert_int_not_equal(oid.lo, 0);
	assert_int_equal(number(rec + 36, 8), 1048576);
	assert_int_equal(number(rec + 72, 8), 0);

	inode(root, "dir", rec);
	assert_int_equal(number(rec, 4), S_IFDIR | 0755);
	assert_ok(dfs_obj2id(d, &oid));
	assert_int_equal(number(rec + 12, 8), oid.hi);
	assert_int_equal(daos_obj_id2type(oid), DAOS_OT_MULTI_HASHED);
	assert_int_equal(number(rec + 36, 8), 8192);
	assert_int_equal(number(rec + 44, 4), OC_S4);

	sub = open_object(oid);
	assert_string_equal(keys(sub, NULL), "link");
	assert_string_equal(keys(sub, "link"), "DFS_INODE DFS_SLINK");
	assert_int_equal(fetch(sub, "link", "DFS_SLINK", DAOS_IOD_SINGLE, buf, sizeof(buf)), 16);
	assert_memory_equal(buf, "../to/some where", 16);
	inode(sub, "link", rec);
	assert_int_equal(number(rec, 4), S_IFLNK | 0777);
	assert_int_equal(number(rec + 72, 8), 16);
	daos_obj_close(super, NULL);
	daos_obj_close(root, NULL);
	daos_obj_close(sub, NULL);
	dfs_release(d);
	dfs_release(f);
}

static void an_mtime_set_by_hand(void **state)
{
	struct stat st = {.st_mtim = {1000000000, 123456789}};
	daos_array_stbuf_t ast;
	uint8_t rec[INODE_SIZE];
	daos_handle_t root, oh;
	dfs_obj_t *f;

	(void)state;
	make_file(NULL, "f", "data");
	f = open_file(NULL, "f", O_RDWR);
	assert_ok(dfs_get_file_oh(f, &oh));
	assert_ok(daos_array_stat(oh, DAOS_TX_NONE, &ast, NULL));
	assert_ok(dfs_osetattr(dfs, f, &st, DFS_SET_ATTR_MTIME));
	root = open_object(roots.cr_oids[1]);
	assert_int_equal(fetch(root, "f", "DFS_INODE", DAOS_IOD_ARRAY, rec, sizeof(rec)), 88);
	assert_int_equal(number(rec + 20, 8), 1000000000);
	assert_int_equal(number(rec + 48, 8), 123456789);
	assert_int_equal(number(rec + 80, 8), ast.st_max_epoch);
	assert_int_not_equal(ast.st_max_epoch, 0);
	daos_obj_close(root, NULL);
	dfs_release(f);
}

static void a_rename_moves_all_akeys(void **state)
{
	dfs_obj_t *d = make_dir(NULL, "d"), *f;
	daos_handle_t root, sub;
	uint8_t before[INODE_SIZE], after[INODE_SIZE];
	char buf[64];

	(void)state;
	make_file(NULL, "f", "x");
	f = open_file(NULL, "f", O_RDWR);
	assert_ok(dfs_setxattr(dfs, f, "user.a", "1", 1, 0));
	assert_ok(dfs_setxattr(dfs, f, "user.empty", "", 0, 0));
	root = open_object(roots.cr_oids[1]);
	inode(root, "f", before);
	assert_ok(dfs_move(dfs, NULL, "f", d, "g", NULL));
	sub = open_object(oid_of(NULL, "d"));
	assert_string_equal(keys(root, NULL), "d");
	assert_string_equal(keys(sub, "g"), "DFS_INODE x:user.a x:user.empty");
	assert_int_equal(fetch(sub, "g", "x:user.a", DAOS_IOD_SINGLE, buf, sizeof(buf)), 1);
	inode(sub, "g", after);
	assert_memory_equal(before, after, INODE_CTIME);
	assert_memory_equal(before + INODE_CHUNK_SIZE, after + INODE_CHUNK_SIZE, INODE_CTIME_NSEC - INODE_CHUNK_SIZE);
	daos_obj_close(root, NULL);
	daos_obj_close(sub, NULL);
	dfs_release(f);
	dfs_release(d);
}

/* Byte b of a file is record b % C under dkey b / C + 1, akey "0". */
static void file_bytes(void **state)
{
	daos_recx_t recx = {4090, 6};
	daos_iod_t iod = {.iod_type = DAOS_IOD_ARRAY, .iod_nr = 1, .iod_size = 1, .iod_recxs = &recx};
	uint64_t chunk = 1;
	char buf[16] = "";
	daos_handle_t oh;
	d_sg_list_t sgl;
	daos_key_t dkey;
	dfs_obj_t *f;
	d_iov_t iov;

	(void)state;
	assert_ok(dfs_open(dfs, NULL, "f", S_IFREG | 0600, O_RDWR | O_CREAT, 0, 4096, NULL, &f));
	assert_ok(write_at(f, "0123456789", 10, 4090));
	oh = open_object(oid_of(NULL, "f"));
	d_iov_set(&iod.iod_name, "0", 1);
	d_iov_set(&dkey, &chunk, sizeof(chunk));
	d_iov_set(&iov, buf, 6);
	sgl = (d_sg_list_t){.sg_nr = 1, .sg_iovs = &iov};
	assert_ok(daos_obj_fetch(oh, DAOS_TX_NONE, 0, &dkey, 1, &iod, &sgl, NULL, NULL));
	assert_string_equal(buf, "012345");
	chunk = 2;
	recx = (daos_recx_t){0, 4};
	memset(buf, 0, sizeof(buf));
	d_iov_set(&iov, buf, 4);
	assert_ok(daos_obj_fetch(oh, DAOS_TX_NONE, 0, &dkey, 1, &iod, &sgl, NULL, NULL));
	assert_string_equal(buf, "6789");
	daos_obj_close(oh, NULL);
	dfs_release(f);
}

/* An entry that somebody else wrote with nothing but libdaos. */
static void a_foreign_entry_is_read(void **state)
{
	uint8_t rec[INODE_SIZE] = {0};
	daos_recx_t recx = {0, INODE_SIZE};
	daos_iod_t iod[2] = {{.iod_type = DAOS_IOD_ARRAY, .iod_nr = 1, .iod_size = 1, .iod_recxs = &recx},
			     {.iod_type = DAOS_IOD_SINGLE, .iod_nr = 1, .iod_size = 5}};
	d_sg_list_t sgl[2];
	d_iov_t iov[2];
	daos_key_t dkey;
	daos_handle_t oh;
	struct stat st;
	dfs_obj_t *l;
	char value[16];
	daos_size_t n = sizeof(value);

	(void)state;
	rec[0] = 0xff, rec[1] = 0xa1; /* S_IFLNK | 0777 */
	rec[20] = 100, rec[48] = 7, rec[28] = 200, rec[64] = 1, rec[68] = 2, rec[72] = 5;
	d_iov_set(&dkey, "l", 1);
	d_iov_set(&iod[0].iod_name, "DFS_INODE", 9);
	d_iov_set(&iod[1].iod_name, "DFS_SLINK", 9);
	d_iov_set(&iov[0], rec, sizeof(rec));
	d_iov_set(&iov[1], "there", 5);
	for (int i = 0; i < 2; i++)
		sgl[i] = (d_sg_list_t){.sg_nr = 1, .sg_iovs = &iov[i]};
	assert_ok(daos_obj_open(coh, roots.cr_oids[1], DAOS_OO_RW, &oh, NULL));
	assert_ok(daos_obj_update(oh, DAOS_TX_NONE, 0, &dkey, 2, iod, sgl, NULL));
	daos_obj_close(oh, NULL);

	assert_ok(dfs_lookup(dfs, "/l", O_RDONLY | O_NOFOLLOW, &l, NULL, &st));
	assert_int_equal(st.st_mode, S_IFLNK | 0777);
	assert_int_equal(st.st_mtim.tv_sec, 100);
	assert_int_equal(st.st_mtim.tv_nsec, 7);
	assert_int_equal(st.st_ctim.tv_sec, 200);
	assert_int_equal(st.st_uid, 1);
	assert_int_equal(st.st_gid, 2);
	assert_int_equal(st.st_size, 5);
	assert_ok(dfs_get_symlink_value(l, value, &n));
	assert_string_equal(value, "there");
	dfs_release(l);
}

int main(void)
{
#define FORMAT_TEST(fn) cmocka_unit_test_setup_teardown(fn, format_setup, format_teardown)
	const struct CMUnitTest tests[] = {
	    FORMAT_TEST(the_superblock),
	    FORMAT_TEST(the_superblock_with_all_attributes),
	    FORMAT_TEST(entries),
	    FORMAT_TEST(an_mtime_set_by_hand),
	    FORMAT_TEST(a_rename_moves_all_akeys),
	    FORMAT_TEST(file_bytes),
	    FORMAT_TEST(a_foreign_entry_is_read),
	};

	return RUN_GROUP(tests);
}
