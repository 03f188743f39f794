/*
 * The bytes of files.
 */
#include "fixture.h"

static daos_size_t size_of(dfs_obj_t *f)
{
	daos_size_t size = ~0ULL;

	assert_ok(dfs_get_size(dfs, f, &size));
	return size;
}

static void reading_and_writing(void **state)
{
	dfs_obj_t *f = open_file(NULL, "f", O_RDWR | O_CREAT);
	char buf[64];

	(void)state;
	assert_int_equal(size_of(f), 0);
	assert_int_equal(read_at(f, buf, 10, 0), 0);
	assert_int_equal(read_at(f, buf, 10, 1000), 0);
	assert_ok(write_at(f, "hello", 5, 0));
	assert_int_equal(read_at(f, buf, sizeof(buf), 0), 5);
	assert_memory_equal(buf, "hello", 5);
	assert_int_equal(read_at(f, buf, sizeof(buf), 3), 2);
	assert_int_equal(read_at(f, buf, sizeof(buf), 5), 0);
	assert_int_equal(read_at(f, buf, 0, 0), 0);
	assert_ok(write_at(f, "x", 0, 100));
	assert_int_equal(size_of(f), 5);
	assert_ok(write_at(f, "tail", 4, 50));
	memset(buf, 'Z', sizeof(buf));
	assert_int_equal(read_at(f, buf, sizeof(buf), 0), 54);
	for (int i = 5; i < 50; i++)
		assert_int_equal(buf[i], 0);
	assert_memory_equal(buf + 50, "tail", 4);
	dfs_release(f);
}

static void across_chunks(void **state)
{
	char *big = malloc(3 << 20), *back = malloc(3 << 20);
	dfs_obj_t *f;

	(void)state;
	for (int i = 0; i < 3 << 20; i++)
		big[i] = (char)(i * 7 + i / 4096);
	assert_ok(dfs_open(dfs, NULL, "f", S_IFREG | 0600, O_RDWR | O_CREAT, 0, 4096, NULL, &f));
	assert_ok(write_at(f, big, 3 << 20, 12345));
	assert_int_equal(size_of(f), (3 << 20) + 12345);
	assert_int_equal(read_at(f, back, 3 << 20, 12345), 3 << 20);
	assert_memory_equal(big, back, 3 << 20);
	assert_int_equal(read_at(f, back, 60000, 4095), 60000);
	for (int i = 0; i < 12345 - 4095; i++)
		assert_int_equal(back[i], 0);
	assert_memory_equal(back + 12345 - 4095, big, 60000 - (12345 - 4095));
	dfs_release(f);
	free(big);
	free(back);
}

static void several_ranges(void **state)
{
	dfs_obj_t *f = open_file(NULL, "f", O_RDWR | O_CREAT);
	daos_range_t rg[3] = {{10, 4}, {0, 6}, {18, 5}};
	dfs_iod_t iod = {3, rg};
	char a[7], b[8], c[16];
	daos_size_t got = 0;
	d_iov_t iov[2];
	d_sg_list_t sgl = {.sg_nr = 2, .sg_iovs = iov};

	(void)state;
	assert_ok(write_at(f, "0123456789abcdefghij", 20, 0));
	d_iov_set(&iov[0], a, 7);
	d_iov_set(&iov[1], b, 8);
	assert_ok(dfs_readx(dfs, f, &iod, &sgl, &got, NULL));
	assert_int_equal(got, 12); /* three of the last five are beyond the end */
	assert_memory_equal(a, "abcd012", 7);
	assert_memory_equal(b, "345ij", 5);
	memcpy(a, "ABCDEFG", 7);
	memcpy(b, "HIJKLMNO", 8);
	assert_ok(dfs_writex(dfs, f, &iod, &sgl, NULL));
	assert_int_equal(size_of(f), 23);
	assert_int_equal(read_at(f, c, 16, 0), 16);
	assert_memory_equal(c, "EFGHIJ6789ABCDef", 16);
	rg[0].rg_len = 3;
	assert_errno(dfs_readx(dfs, f, &iod, &sgl, &got, NULL), EINVAL);
	assert_errno(dfs_writex(dfs, f, &iod, &sgl, NULL), EINVAL);
	dfs_release(f);
}

static void sizes_and_holes(void **state)
{
	dfs_obj_t *f = open_file(NULL, "f", O_RDWR | O_CREAT);
	struct stat st = {.st_size = 10};
	daos_size_t size;
	char buf[16];

	(void)state;
	assert_ok(write_at(f, "0123456789", 10, 0));
	assert_ok(dfs_punch(dfs, f, 2, 3));
	assert_int_equal(size_of(f), 10);
	assert_int_equal(read_at(f, buf, 16, 0), 10);
	assert_memory_equal(buf,
			    "01\0\0\0"
			    "56789",
			    10);
	assert_ok(dfs_punch(dfs, f, 100, 10));
	assert_int_equal(size_of(f), 10);
	assert_ok(dfs_punch(dfs, f, 8, 10));
	assert_int_equal(size_of(f), 8);
	assert_ok(dfs_punch(dfs, f, 20, DFS_MAX_FSIZE));
	assert_int_equal(size_of(f), 20);
	assert_int_equal(read_at(f, buf, 16, 8), 12);
	for (int i = 0; i < 12; i++)
		assert_int_equal(buf[i], 0);
	assert_ok(dfs_punch(dfs, f, 3, DFS_MAX_FSIZE));
	assert_ok(dfs_punch(dfs, f, 5, DFS_MAX_FSIZE));
	assert_int_equal(read_at(f, buf, 16, 0), 5);
	assert_memory_equal(buf, "01\0\0\0", 5);
	assert_ok(dfs_osetattr(dfs, f, &st, DFS_SET_ATTR_SIZE));
	assert_int_equal(st.st_size, 10);
	assert_ok(dfs_punch(dfs, f, 0, DFS_MAX_FSIZE));
	assert_int_equal(size_of(f), 0);
	assert_ok(write_at(f, "abc", 3, 0));
	assert_ok(dfs_get_size_by_oid(dfs, oid_of(NULL, "f"), 0, &size));
	assert_int_equal(size, 3);
	dfs_release(f);
}

static void access_modes(void **state)
{
	struct stat st = {.st_size = 1};
	daos_size_t got;
	dfs_obj_t *f, *d;
	char buf[4];
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};

	(void)state;
	make_file(NULL, "f", "data");
	f = open_file(NULL, "f", O_RDONLY);
	assert_errno(write_at(f, "x", 1, 0), EPERM);
	assert_errno(dfs_punch(dfs, f, 0, DFS_MAX_FSIZE), EPERM);
	assert_int_equal(read_at(f, buf, 4, 0), 4);
	assert_ok(dfs_osetattr(dfs, f, &st, DFS_SET_ATTR_SIZE));
	assert_int_equal(size_of(f), 1);
	dfs_release(f);
	f = open_file(NULL, "f", O_WRONLY);
	assert_ok(write_at(f, "xy", 2, 0));
	d_iov_set(&iov, buf, 4);
	assert_errno(dfs_read(dfs, f, &sgl, 0, &got, NULL), EPERM);
	dfs_release(f);
	f = open_file(NULL, "f", O_RDONLY | O_TRUNC);
	assert_int_equal(size_of(f), 2);
	dfs_release(f);
	f = open_file(NULL, "f", O_RDWR | O_TRUNC);
	assert_int_equal(size_of(f), 0);
	assert_ok(write_at(f, "xy", 2, 0));
	dfs_release(f);
	assert_ok(dfs_lookup(dfs, "/f", O_RDWR | O_TRUNC, &f, NULL, NULL));
	assert_int_equal(size_of(f), 0);
	assert_errno(dfs_read(dfs, f, &sgl, 0, NULL, NULL), EINVAL);
	dfs_release(f);
	d = make_dir(NULL, "d");
	assert_errno(write_at(d, "x", 1, 0), EINVAL);
	assert_errno(dfs_get_size(dfs, d, &got), EINVAL);
	dfs_release(d);
}

static void duplicates_and_removal(void **state)
{
	dfs_obj_t *f = open_file(NULL, "f", O_RDWR | O_CREAT), *g;
	struct stat st;
	char buf[8];

	(void)state;
	assert_ok(dfs_dup(dfs, f, O_RDONLY, &g));
	assert_ok(write_at(f, "shared", 6, 0));
	assert_int_equal(read_at(g, buf, 8, 0), 6);
	assert_errno(write_at(g, "x", 1, 0), EPERM);
	assert_ok(dfs_release(g));
	assert_ok(dfs_remove(dfs, NULL, "f", false, NULL));
	assert_errno(dfs_ostat(dfs, f, &st), ENOENT);
	assert_ok(dfs_release(f));
	assert_errno(dfs_release(NULL), EINVAL);
}

static void with_events(void **state)
{
	dfs_obj_t *f = open_file(NULL, "f", O_RDWR | O_CREAT);
	daos_size_t got[4] = {77, 77, 77, 77};
	daos_event_t ev[4], *done[4];
	char buf[4][8];
	d_iov_t iov[4];
	d_sg_list_t sgl[4];
	daos_handle_t eq;
	int nr = 0;

	(void)state;
	assert_ok(daos_eq_create(&eq));
	for (int i = 0; i < 4; i++) {
		assert_ok(daos_event_init(&ev[i], eq, NULL));
		memset(buf[i], 'a' + i, 8);
		d_iov_set(&iov[i], buf[i], 8);
		sgl[i] = (d_sg_list_t){.sg_nr = 1, .sg_iovs = &iov[i]};
		assert_ok(dfs_write(dfs, f, &sgl[i], i * 8, &ev[i]));
	}
	while (nr < 4)
		nr += daos_eq_poll(eq, 1, DAOS_EQ_WAIT, 4, done);
	assert_int_equal(size_of(f), 32);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(ev[i].ev_error, 0);
		memset(buf[i], 0, 8);
		/* the last one begins 4 bytes before the end, and one reads nothing at all */
		d_iov_set(&iov[i], buf[i], i == 0 ? 0 : 8);
		assert_ok(dfs_read(dfs, f, &sgl[i], i == 3 ? 28 : i * 8, &got[i], &ev[i]));
	}
	for (nr = 0; nr < 4;)
		nr += daos_eq_poll(eq, 1, DAOS_EQ_WAIT, 4, done);
	assert_int_equal(got[0], 0);
	assert_int_equal(got[1], 8);
	assert_memory_equal(buf[1], "bbbbbbbb", 8);
	assert_int_equal(got[3], 4);
	assert_memory_equal(buf[3], "dddd", 4);
	for (int i = 0; i < 4; i++)
		assert_ok(daos_event_fini(&ev[i]));
	assert_ok(daos_eq_destroy(eq, 0));
	dfs_release(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(reading_and_writing), TEST(across_chunks),	     TEST(several_ranges), TEST(sizes_and_holes),
	    TEST(access_modes),	       TEST(duplicates_and_removal), TEST(with_events),
	};

	return RUN_GROUP(tests);
}
