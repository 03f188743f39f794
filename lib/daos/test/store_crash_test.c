/*
 * A process that makes, renames and destroys containers or pools is killed at random moments. Afterwards everything
 * that is listed is whole, everything else is unreachable, and the next creation leaves no directory without a record.
 */
#include "store_fixture.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <daos_local.h>

#define ROUNDS 40

static void rename_cont(const char *from, const char *to)
{
	struct daos_prop_entry entry = {.dpe_type = DAOS_PROP_CO_LABEL, .dpe_str = (char *)to};
	daos_prop_t prop = {.dpp_nr = 1, .dpp_entries = &entry};
	daos_handle_t coh;

	if (daos_cont_open(poh, from, DAOS_COO_RW, &coh, NULL, NULL) != 0)
		return;
	daos_cont_set_prop(coh, &prop, NULL);
	daos_cont_close(coh, NULL);
}

static void churn_containers(void)
{
	static const char *const label[] = {"a", "b", "c", "d"};

	for (unsigned i = 0;; i++) {
		daos_cont_create_with_label(poh, label[i % 4], NULL, NULL, NULL);
		rename_cont(label[i % 4], label[(i + 2) % 4]);
		daos_cont_destroy(poh, label[(i + 1) % 4], i % 2, NULL);
	}
}

static void churn_pools(void)
{
	static const char *const label[] = {"a", "b", "c"};

	for (unsigned i = 0;; i++) {
		daos_local_pool_create(NULL, label[i % 3], 0, NULL, NULL);
		daos_local_pool_destroy(NULL, label[(i + 1) % 3], i % 2);
	}
}

static void kill_midway(void (*fn)(void), unsigned round)
{
	struct timespec ts = {.tv_nsec = (long)(1000000 + (round * 7919 % 37) * 500000)};
	pid_t pid = fork();

	if (pid == 0)
		fn();
	nanosleep(&ts, NULL);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static size_t directories(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *de;
	size_t n = 0;

	assert_non_null(dir);
	while ((de = readdir(dir)) != NULL)
		n += de->d_type == DT_DIR && de->d_name[0] != '.';
	closedir(dir);
	return n;
}

static void make_dir(const char *parent, const char *name)
{
	char path[256];

	assert_true(snprintf(path, sizeof(path), "%s/%s", parent, name) < (int)sizeof(path));
	assert_int_equal(mkdir(path, 0700), 0);
	assert_true(snprintf(path, sizeof(path), "%s/%s/file", parent, name) < (int)sizeof(path));
	assert_int_equal(mkdir(path, 0700), 0);
}

/* What crashes leave, made by hand. What is nobody's leftover stays. */
static void leftovers(void **state)
{
	static const char half_made[] = "0c9d2b1e-53a4-4c37-9d0a-6f5e8b7a1c20";
	daos_handle_t coh = cont_make("whole", NULL);
	char *path = pool_dir();

	(void)state;
	make_dir(path, half_made);
	make_dir(path, "trash.1c9d2b1e-53a4-4c37-9d0a-6f5e8b7a1c20");
	make_dir(path, "trash.0c9d2b1e-53a4-4c37-9d0a-6f5e8b7a1c20"); /* of the same name as another */
	make_dir(path, "somebody's");
	assert_der(daos_cont_open(poh, half_made, DAOS_COO_RO, &coh, NULL, NULL), -DER_NONEXIST);
	assert_der(daos_cont_destroy(poh, half_made, 1, NULL), -DER_NONEXIST);
	assert_ok(daos_cont_create_with_label(poh, "next", NULL, NULL, NULL));
	assert_int_equal(directories(path), 3);
	cont_close(coh);
	free(path);
}

static void containers(void **state)
{
	char *path = pool_dir();

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct daos_pool_cont_info list[8];
		daos_size_t n = 8;

		kill_midway(churn_containers, round);
		assert_ok(daos_pool_list_cont(poh, &n, list, NULL));
		for (daos_size_t i = 0; i < n; i++) {
			char uuid[UUID_STR_LEN];
			daos_cont_info_t ci;
			daos_handle_t coh;

			uuid_unparse(list[i].pci_uuid, uuid);
			assert_ok(daos_cont_open(poh, list[i].pci_label, DAOS_COO_RW, &coh, &ci, NULL));
			assert_int_equal(uuid_compare(ci.ci_uuid, list[i].pci_uuid), 0);
			assert_int_equal(ci.ci_nhandles, 1);
			cont_close(coh);
			cont_close(cont_open_label(uuid, DAOS_COO_EX));
		}
		cont_close(cont_make("after", NULL));
		assert_int_equal(directories(path), n + 1);
		assert_ok(daos_cont_destroy(poh, "after", 0, NULL));
		assert_int_equal(directories(path), n);
	}
	free(path);
}

static void pools(void **state)
{
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "%s/daos_server", store_root());
	for (unsigned round = 0; round < ROUNDS; round++) {
		daos_mgmt_pool_info_t list[8];
		daos_handle_t h;
		daos_size_t n = 8;

		kill_midway(churn_pools, round);
		assert_ok(daos_mgmt_list_pools(NULL, &n, list, NULL));
		for (daos_size_t i = 0; i < n; i++) {
			assert_ok(daos_pool_connect(list[i].mgpi_label, NULL, DAOS_PC_EX, &h, NULL, NULL));
			assert_ok(daos_pool_disconnect(h, NULL));
			free(list[i].mgpi_label);
			free(list[i].mgpi_svc->rl_ranks);
			free(list[i].mgpi_svc);
		}
		assert_ok(daos_local_pool_create(NULL, "after", 0, NULL, NULL));
		assert_int_equal(directories(path), n + 1);
		assert_ok(daos_local_pool_destroy(NULL, "after", 0));
	}
}

/* Several processes at once make containers of the same names: each name is made once. */
static void racing_creators(void **state)
{
	int made = 0, status;
	daos_size_t n;

	(void)state;
	for (int i = 0; i < 4; i++) {
		if (fork() == 0) {
			int ok = 0;

			for (int k = 0; k < 10; k++) {
				char label[8];

				snprintf(label, sizeof(label), "r%d", k);
				ok += daos_cont_create_with_label(poh, label, NULL, NULL, NULL) == 0;
			}
			_exit(ok);
		}
	}
	for (int i = 0; i < 4; i++) {
		wait(&status);
		assert_true(WIFEXITED(status));
		made += WEXITSTATUS(status);
	}
	assert_int_equal(made, 10);
	assert_ok(daos_pool_list_cont(poh, &n, NULL, NULL));
	assert_int_equal(n, 10);
}

/* As many processes make a system at once as like to. */
static void racing_first_pools(void **state)
{
	int status;

	(void)state;
	for (int i = 0; i < 4; i++) {
		if (fork() == 0) {
			char label[8];

			snprintf(label, sizeof(label), "f%d", i);
			_exit(daos_local_pool_create("fresh", label, 0, NULL, NULL) != 0);
		}
	}
	for (int i = 0; i < 4; i++) {
		wait(&status);
		assert_int_equal(status, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(leftovers, pool_setup, pool_teardown),
	    cmocka_unit_test_setup_teardown(containers, pool_setup, pool_teardown),
	    cmocka_unit_test(pools),
	    cmocka_unit_test_setup_teardown(racing_creators, pool_setup, pool_teardown),
	    cmocka_unit_test(racing_first_pools),
	};

	return cmocka_run_group_tests_name("crashes", tests, store_setup, store_teardown);
}
