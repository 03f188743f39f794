/*
 * Finding objects that no entry names, and counting what there is.
 */
#include "fixture.h"

static daos_handle_t poh;

/* The test's own mount keeps the container open; most of these need it closed. */
static int check_setup(void **state)
{
	int rc = test_setup(state);

	return rc != 0 ? rc : dfs_pool_get(dfs, &poh);
}

static int check_teardown(void **state)
{
	return dfs_pool_put(dfs, poh) != 0 ? -1 : test_teardown(state);
}

/* Run `call` with standard output going to a file, and give what it printed. */
static char printed[8192];

static int capture_begin(void)
{
	int saved = dup(STDOUT_FILENO);
	FILE *f = tmpfile();

	assert_non_null(f);
	fflush(stdout);
	dup2(fileno(f), STDOUT_FILENO);
	fclose(f);
	return saved;
}

static void capture_end(int saved)
{
	ssize_t n;

	fflush(stdout);
	n = pread(STDOUT_FILENO, printed, sizeof(printed) - 1, 0);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	printed[n > 0 ? n : 0] = '\0';
}

static int run_check(const char *label, uint64_t flags, const char *name)
{
	int saved = capture_begin();
	int rc = dfs_cont_check(poh, label, flags, name);

	capture_end(saved);
	return rc;
}

/* A container with a tree in it, of which the entries of one file and of one directory are lost. */
static void make_damaged(const char *label, dfs_t **out)
{
	dfs_t *keep = dfs;
	dfs_obj_t *d, *sub;
	daos_handle_t oh, coh;
	daos_prop_t *prop;
	daos_key_t dkey[2];

	assert_ok(dfs_connect(POOL, NULL, label, O_RDWR | O_CREAT, NULL, &dfs));
	d = make_dir(NULL, "dir");
	sub = make_dir(d, "sub");
	make_file(NULL, "f", "lost");
	make_file(sub, "deep", "lost with its directory");
	make_file(d, "kept", "here");
	assert_ok(dfs_cont_get(dfs, &coh));
	prop = daos_prop_alloc(1);
	prop->dpp_entries[0].dpe_type = DAOS_PROP_CO_ROOTS;
	assert_ok(daos_cont_query(coh, NULL, prop, NULL));
	assert_ok(daos_obj_open(coh, ((struct daos_prop_co_roots *)prop->dpp_entries[0].dpe_val_ptr)->cr_oids[1],
				DAOS_OO_RW, &oh, NULL));
	daos_prop_free(prop);
	d_iov_set(&dkey[0], "f", 1);
	assert_ok(daos_obj_punch_dkeys(oh, DAOS_TX_NONE, 0, 1, dkey, NULL));
	daos_obj_close(oh, NULL);
	assert_ok(daos_obj_open(coh, oid_of(NULL, "dir"), DAOS_OO_RW, &oh, NULL));
	d_iov_set(&dkey[1], "sub", 3);
	assert_ok(daos_obj_punch_dkeys(oh, DAOS_TX_NONE, 0, 1, &dkey[1], NULL));
	daos_obj_close(oh, NULL);
	assert_ok(dfs_cont_put(dfs, coh));
	dfs_release(sub);
	dfs_release(d);
	*out = dfs;
	dfs = keep;
}

static void a_sound_container(void **state)
{
	(void)state;
	assert_errno(run_check(cont, DFS_CHECK_PRINT, NULL), EBUSY);
	assert_ok(dfs_cont_create_with_label(poh, "sound", NULL, NULL, NULL, NULL));
	assert_ok(run_check("sound", DFS_CHECK_PRINT | DFS_CHECK_VERIFY, NULL));
	assert_non_null(strstr(printed, "DFS checker: Start"));
	assert_non_null(strstr(printed, "not named:         0"));
	assert_errno(run_check("none", DFS_CHECK_PRINT, NULL), ENOENT);
	assert_errno(run_check("sound", DFS_CHECK_REMOVE | DFS_CHECK_RELINK, NULL), EINVAL);
	assert_errno(run_check("sound", 1 << 12, NULL), EINVAL);
}

static void lost_objects_are_removed(void **state)
{
	dfs_t *fs;

	(void)state;
	make_damaged("removed", &fs);
	assert_ok(dfs_disconnect(fs));
	assert_ok(run_check("removed", DFS_CHECK_PRINT, NULL));
	assert_non_null(strstr(printed, "not named:         3"));
	assert_ok(run_check("removed", DFS_CHECK_REMOVE, NULL));
	assert_ok(run_check("removed", DFS_CHECK_PRINT, NULL));
	assert_non_null(strstr(printed, "not named:         0"));
}

static void lost_objects_are_found(void **state)
{
	dfs_t *fs, *keep = dfs;
	dfs_obj_t *top;
	char path[4096];
	int files = 0, dirs = 0;

	(void)state;
	make_damaged("found", &fs);
	assert_ok(dfs_disconnect(fs));
	assert_ok(run_check("found", DFS_CHECK_RELINK, "today"));
	assert_ok(dfs_connect(POOL, NULL, "found", O_RDWR, NULL, &dfs));
	assert_ok(dfs_lookup(dfs, "/lost+found/today", O_RDWR, &top, NULL, NULL));
	snprintf(path, sizeof(path), "%s", list_names(top));
	for (char *name = strtok(path, " "); name != NULL; name = strtok(NULL, " ")) {
		struct stat st;

		assert_ok(dfs_stat(dfs, top, name, &st));
		if (S_ISDIR(st.st_mode)) {
			dfs_obj_t *d = open_dir(top, name);

			dirs++;
			assert_true(file_is(d, "deep", "lost with its directory"));
			dfs_release(d);
		} else {
			files++;
			assert_true(file_is(top, name, "lost"));
		}
	}
	assert_int_equal(files, 1);
	assert_int_equal(dirs, 1);
	dfs_release(top);
	assert_ok(dfs_disconnect(dfs));
	dfs = keep;
	assert_ok(run_check("found", DFS_CHECK_PRINT, NULL));
	assert_non_null(strstr(printed, "not named:         0"));
}

/* What libdfs itself removes and renames leaves nothing behind. */
static void nothing_is_left_behind(void **state)
{
	dfs_t *keep = dfs;
	dfs_obj_t *d;

	(void)state;
	assert_ok(dfs_connect(POOL, NULL, "clean", O_RDWR | O_CREAT, NULL, &dfs));
	d = make_dir(NULL, "d");
	make_file(d, "a", "a");
	make_file(d, "b", "b");
	make_file(NULL, "c", "c");
	dfs_release(make_dir(d, "e"));
	assert_ok(dfs_move(dfs, d, "a", d, "b", NULL));
	assert_ok(dfs_remove(dfs, NULL, "c", false, NULL));
	assert_ok(dfs_remove(dfs, NULL, "d", true, NULL));
	dfs_release(d);
	assert_ok(dfs_disconnect(dfs));
	dfs = keep;
	assert_ok(run_check("clean", DFS_CHECK_PRINT, NULL));
	assert_non_null(strstr(printed, "not named:         0"));
}

static void scanning(void **state)
{
	dfs_obj_t *d = make_dir(NULL, "d");
	int saved, rc;

	(void)state;
	make_file(NULL, "f", "12345");
	make_file(d, "g", "123");
	make_link(d, "l", "g");
	dfs_release(d);
	saved = capture_begin();
	rc = dfs_cont_scan(poh, cont, 0, NULL);
	capture_end(saved);
	assert_ok(rc);
	assert_string_equal(printed, "directories:     1\n"
				     "files:           2\n"
				     "symbolic links:  1\n"
				     "bytes in files:  8\n"
				     "largest file:    5\n"
				     "deepest entry:   2\n");
	saved = capture_begin();
	rc = dfs_cont_scan(poh, cont, 0, "/d");
	capture_end(saved);
	assert_ok(rc);
	assert_non_null(strstr(printed, "files:           1\n"));
	assert_errno(dfs_cont_scan(poh, cont, 0, "/f"), ENOTDIR);
	assert_errno(dfs_cont_scan(poh, cont, 0, "/x"), ENOENT);
}

int main(void)
{
#define CHECK_TEST(fn) cmocka_unit_test_setup_teardown(fn, check_setup, check_teardown)
	const struct CMUnitTest tests[] = {
	    CHECK_TEST(a_sound_container),
	    CHECK_TEST(lost_objects_are_removed),
	    CHECK_TEST(lost_objects_are_found),
	    CHECK_TEST(nothing_is_left_behind),
	    CHECK_TEST(scanning),
	};

	return RUN_GROUP(tests);
}
