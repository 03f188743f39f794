/*
 * Processes that die in the middle of their work, several at once.
 */
#include <signal.h>
#include <sys/wait.h>

#include "fixture.h"

enum { WRITERS = 3, ROUNDS = 12 };

static dfs_obj_t *dir;

/*
 * Work without end. Files "x<me>" and "y<me>" hold what their first letter says; each round writes a new one and
 * renames it over the old one, exchanges both, and fills and empties a directory.
 */
static void work(int me)
{
	char x[16], y[16], d[16], text[64];
	dfs_obj_t *sub;

	snprintf(x, sizeof(x), "x%d", me);
	snprintf(y, sizeof(y), "y%d", me);
	snprintf(d, sizeof(d), "d%d", me);
	for (unsigned i = 0;; i++) {
		snprintf(text, sizeof(text), "content %d", me);
		dfs_remove(dfs, dir, "unused", false, NULL);
		dfs_remove(dfs, dir, y, false, NULL);
		if (dfs_mkdir(dfs, dir, d, 0755, 0) == 0 &&
		    dfs_open(dfs, dir, d, S_IFDIR, O_RDWR, 0, 0, NULL, &sub) == 0) {
			make_file(sub, "f", text);
			dfs_move(dfs, sub, "f", dir, y, NULL);
			dfs_release(sub);
		}
		dfs_exchange(dfs, dir, x, dir, y);
		dfs_move(dfs, dir, y, dir, x, NULL);
		dfs_remove(dfs, dir, d, true, NULL);
	}
}

static pid_t start(int me)
{
	pid_t pid = fork();

	if (pid == 0) {
		work(me);
		_exit(0);
	}
	return pid;
}

/* Every object has a name: read what the checker says. */
static void nothing_is_lost(void)
{
	char label[64], text[512] = "";
	daos_handle_t poh;
	FILE *f = tmpfile();
	int saved, rc;

	strcpy(label, cont);
	assert_ok(dfs_disconnect(dfs));
	assert_ok(daos_pool_connect(POOL, NULL, DAOS_PC_RW, &poh, NULL, NULL));
	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	dup2(fileno(f), STDOUT_FILENO);
	rc = dfs_cont_check(poh, label, DFS_CHECK_PRINT, NULL);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	assert_ok(rc);
	assert_true(pread(fileno(f), text, sizeof(text) - 1, 0) > 0);
	if (strstr(text, "not named:         0") == NULL)
		fail_msg("%s", text);
	fclose(f);
	assert_ok(daos_pool_disconnect(poh, NULL));
	assert_ok(dfs_connect(POOL, NULL, cont, O_RDWR, NULL, &dfs));
}

static void killed_writers(void **state)
{
	char name[16], text[32];
	struct stat st;
	int status;

	(void)state;
	dir = make_dir(NULL, "d");
	for (int me = 0; me < WRITERS; me++) {
		snprintf(name, sizeof(name), "x%d", me);
		snprintf(text, sizeof(text), "content %d", me);
		make_file(dir, name, text);
	}
	for (int round = 0; round < ROUNDS; round++) {
		pid_t pid[WRITERS];

		for (int me = 0; me < WRITERS; me++)
			pid[me] = start(me);
		usleep(30000 + round * 7000);
		for (int me = 0; me < WRITERS; me++) {
			assert_ok(kill(pid[me], SIGKILL));
			assert_int_equal(waitpid(pid[me], &status, 0), pid[me]);
			assert_true(WIFSIGNALED(status));
		}
		/* x is never missing, and whole */
		for (int me = 0; me < WRITERS; me++) {
			snprintf(name, sizeof(name), "x%d", me);
			assert_ok(dfs_stat(dfs, dir, name, &st));
			assert_true(S_ISREG(st.st_mode));
		}
	}
	dfs_release(dir);

	nothing_is_lost();
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(killed_writers)};

	return RUN_GROUP(tests);
}
