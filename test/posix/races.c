/* races.c: four workers try the same thing at the same moment, forty times: exactly one succeeds each time. */
#include "helpers.h"

#include <stdatomic.h>
#include <sys/mman.h>

enum { ROUNDS = 40, WORKERS = 4 };

/* Shared by a case's threads and child processes. */
static struct shared {
	atomic_int count[1000];
	atomic_int ready[1000];
	atomic_bool stop;
} * shared;

static void share(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	TRUE(shared != MAP_FAILED);
}

/* Wait until all workers have come to `round`. */
static void together(int round)
{
	atomic_fetch_add(&shared->ready[round], 1);
	while (atomic_load(&shared->ready[round]) < WORKERS)
		usleep(50);
}

static const char *round_name(char *name, const char *stem, int round)
{
	snprintf(name, 64, "%s%d", stem, round);
	return name;
}

/* One attempt per worker and round; counts those that succeed; the others must fail with the errno. */
static void race(int (*attempt)(const char *name), int err)
{
	char name[64];

	for (int r = 0; r < ROUNDS; r++) {
		round_name(name, "r", r);
		together(r);
		if (attempt(name) == 0)
			atomic_fetch_add(&shared->count[r], 1);
		else
			EQ(errno, err);
	}
}

static void one_winner_each(void)
{
	for (int r = 0; r < ROUNDS; r++)
		EQ(shared->count[r], 1);
}

static int try_create(const char *name)
{
	int fd = open(name, O_CREAT | O_EXCL | O_RDWR, 0644);

	return fd < 0 ? -1 : close(fd);
}

static void create_worker(int who)
{
	(void)who;
	race(try_create, EEXIST);
}

static void excl_race(void)
{
	share();
	in_processes(WORKERS, create_worker);
	one_winner_each();
	EQ(COUNT("."), ROUNDS);
}

static void excl_race_threads(void)
{
	share();
	in_threads(WORKERS, create_worker);
	one_winner_each();
}

static int try_mkdir(const char *name)
{
	return mkdir(name, 0755);
}

static void mkdir_worker(int who)
{
	(void)who;
	race(try_mkdir, EEXIST);
}

static void mkdir_race(void)
{
	share();
	in_processes(WORKERS, mkdir_worker);
	one_winner_each();
}

static int try_symlink(const char *name)
{
	return symlink("target", name);
}

static void symlink_worker(int who)
{
	(void)who;
	race(try_symlink, EEXIST);
}

static void symlink_race(void)
{
	share();
	in_processes(WORKERS, symlink_worker);
	one_winner_each();
}

static void unlink_worker(int who)
{
	(void)who;
	race(unlink, ENOENT);
}

static void unlink_race(void)
{
	char name[64];

	share();
	for (int r = 0; r < ROUNDS; r++)
		close(MAKE(round_name(name, "r", r)));
	in_processes(WORKERS, unlink_worker);
	one_winner_each();
	EQ(COUNT("."), 0);
}

static void rmdir_worker(int who)
{
	(void)who;
	race(rmdir, ENOENT);
}

static void rmdir_race(void)
{
	char name[64];

	share();
	for (int r = 0; r < ROUNDS; r++)
		OK(mkdir(round_name(name, "r", r), 0755));
	in_processes(WORKERS, rmdir_worker);
	one_winner_each();
}

static int try_move(const char *name)
{
	char to[64];

	snprintf(to, sizeof(to), "to/%s-%d", name, (int)getpid());
	return rename(name, to);
}

static void move_worker(int who)
{
	(void)who;
	race(try_move, ENOENT);
}

static void rename_race(void)
{
	char name[64];

	share();
	OK(mkdir("to", 0755));
	for (int r = 0; r < ROUNDS; r++)
		PUT(round_name(name, "r", r), "x");
	in_processes(WORKERS, move_worker);
	one_winner_each();
	EQ(COUNT("to"), ROUNDS);
	EQ(COUNT("."), 1);
}

static int try_noreplace(const char *name)
{
	char from[64];

	snprintf(from, sizeof(from), "mine-%d", (int)getpid());
	close(OK(open(from, O_CREAT | O_RDWR, 0644)));
	return renameat2(AT_FDCWD, from, AT_FDCWD, name, RENAME_NOREPLACE);
}

static void noreplace_worker(int who)
{
	(void)who;
	race(try_noreplace, EEXIST);
}

static void noreplace_race(void)
{
	share();
	in_processes(WORKERS, noreplace_worker);
	one_winner_each();
}

static const struct ps_case cases[] = {
    {"excl_race", "O_EXCL: one of four processes wins, the others get EEXIST", excl_race},
    {"excl_race_threads", "O_EXCL: one of four threads wins", excl_race_threads},
    {"mkdir_race", "mkdir: one wins", mkdir_race},
    {"symlink_race", "symlink: one wins", symlink_race},
    {"unlink_race", "unlink: one wins, the others get ENOENT", unlink_race},
    {"rmdir_race", "rmdir: one wins", rmdir_race},
    {"rename_race", "rename of one source: one wins, nothing is lost", rename_race},
    {"noreplace_race", "RENAME_NOREPLACE to one target: one wins", noreplace_race},
};
PS_GROUP(races);
