/*
 * faults: lets every call that the engine makes fail once, in every way that it can, and sees what comes of it.
 *
 *	faults [-a] [-c CALL] [-e ERRNO] [-t NTH] [-v]
 *
 * For each call and error: the work (work.h) is done in a process of its own in a copy of a store, in which the first
 *such call fails; then the second; and so on until the work makes no more of them. Without -a, that is for one error of
 *each kind; the others are tried at every third call. A step that fails must say what failed; done again it succeeds.
 *At the end, in this process and in another, everything is as if nothing had failed.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <daos.h>
#include <daos_fs.h>

#include "calls.h"
#include "work.h"

#define TIME_LIMIT 120 /* seconds; who takes longer hangs */

static const struct {
	enum call call;
	int err;
	bool lasting;
} kind[] = {
    {CALL_open, EMFILE, false},	    {CALL_open, EIO, false},	  {CALL_open, EMFILE, true},
    {CALL_open, EINTR, false},	    {CALL_read, EIO, false},	  {CALL_write, ENOSPC, false},
    {CALL_write, EIO, false},	    {CALL_write, EDQUOT, false},  {CALL_write, FAULT_SHORT, false},
    {CALL_write, ENOSPC, true},	    {CALL_sync, EIO, false},	  {CALL_sync, EIO, true},
    {CALL_truncate, ENOSPC, false}, {CALL_truncate, EIO, false},  {CALL_fallocate, ENOSPC, false},
    {CALL_fallocate, ENOSPC, true}, {CALL_mkdir, ENOSPC, false},  {CALL_mknod, ENOSPC, false},
    {CALL_rename, EIO, false},	    {CALL_unlink, EIO, false},	  {CALL_stat, EIO, false},
    {CALL_stat, ENOMEM, false},	    {CALL_chmod, EIO, false},	  {CALL_utimens, EIO, false},
    {CALL_mmap, ENOMEM, false},	    {CALL_mmap, ENOMEM, true},	  {CALL_fcntl, ENOLCK, false},
    {CALL_flock, EINTR, false},	    {CALL_malloc, ENOMEM, false}, {CALL_thread, EAGAIN, false},
};

static char root[64];
static bool verbose;

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static bool in_child(int (*fn)(const struct fault *), const struct fault *f, int *status)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		alarm(TIME_LIMIT);
		_exit(fn(f));
	}
	return pid > 0 && waitpid(pid, status, 0) == pid && WIFEXITED(*status) && WEXITSTATUS(*status) == 0;
}

/* What a step may say when a call failed with `err`: that, or that it was an error of input and output. */
static bool is_right(int rc, const struct fault *f)
{
	if (f->err == FAULT_SHORT)
		return rc == ENOSPC || rc == EIO;
	if (f->err == ENOLCK && rc == EINVAL) /* LMDB takes a lock that fails for one that another process has */
		return true;
	return rc == f->err || rc == EIO || (f->err == ENOMEM && rc == EAGAIN); /* a thread that finds no memory */
}

static bool run_step(const struct step *s, const struct fault *f)
{
	int rc = s->run();

	if (rc == 0)
		return true;
	calls_disarm();
	if (verbose)
		fprintf(stderr, "%s: %s\n", s->what, strerror(rc));
	if (!calls_failed() || !is_right(rc, f)) {
		fprintf(stderr, "%s: says %s\n", s->what, rc < 0 ? "other contents" : strerror(rc));
		return false;
	}
	rc = s->run();
	if (rc != 0 && rc != s->twice)
		fprintf(stderr, "%s: once more, with nothing failing: %s\n", s->what, strerror(rc));
	return rc == 0 || rc == s->twice;
}

static int do_work(const struct fault *f)
{
	bool good = true;

	if (daos_init() != 0 || dfs_init() != 0)
		return 1;
	/* glibc ends the process where there is no memory when it first looks for users and groups. */
	getpwuid(geteuid());
	getgrgid(getegid());
	calls_arm(f);
	for (unsigned i = 0; good && i < work_steps; i++)
		good = run_step(&work[i], f);
	calls_disarm();
	if (!good)
		return 1;
	return !calls_failed() ? 77 : work_verify() && dfs_fini() == 0 && daos_fini() == 0 ? 0 : 1;
}

static int verify(const struct fault *f)
{
	(void)f;
	return daos_init() == 0 && dfs_init() == 0 && work_verify() && dfs_fini() == 0 && daos_fini() == 0 ? 0 : 1;
}

static int prepare(const struct fault *f)
{
	(void)f;
	return work_prepare() ? 0 : 1;
}

static int count(const struct fault *f)
{
	int fd = open("counts", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	unsigned counts[CALLS];

	if (do_work(f) != 77)
		return 1;
	for (unsigned i = 0; i < CALLS; i++)
		counts[i] = calls_counted((enum call)i);
	return write(fd, counts, sizeof(counts)) == sizeof(counts) ? 0 : 1;
}

static bool new_copy(void)
{
	remove_tree("store");
	return system("cp -a good store") == 0;
}

/* 0: as it should be; 1: not; 77: the work makes fewer calls of this kind. */
static int try(const struct fault *f)
{
	int status;

	if (!new_copy())
		return 1;
	if (!in_child(do_work, f, &status)) {
		if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
			return 77;
		if (WIFSIGNALED(status))
			fprintf(stderr, "ended by signal %d\n", WTERMSIG(status));
		return 1;
	}
	return in_child(verify, f, &status) ? 0 : 1;
}

static const char *error_name(int err)
{
	return err == FAULT_SHORT ? "half written" : strerrorname_np(err);
}

static bool start(unsigned counts[CALLS])
{
	struct fault none = {0};
	int status, fd;

	snprintf(root, sizeof(root), "%s/dfuse-faults-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(root) == NULL || chdir(root) != 0 || mkdir("good", 0700) != 0)
		return false;
	setenv("DAOS_LOCAL_ROOT", "good", 1);
	if (!in_child(prepare, &none, &status))
		return false;
	setenv("DAOS_LOCAL_ROOT", "store", 1);
	if (!new_copy() || !in_child(count, &none, &status))
		return false;
	fd = open("counts", O_RDONLY);
	return fd >= 0 && read(fd, counts, sizeof(counts[0]) * CALLS) == (ssize_t)(sizeof(counts[0]) * CALLS) &&
	       close(fd) == 0;
}

/* Of the calls of a kind, every so many are tried. */
static unsigned steps_of(unsigned k, bool all_errors)
{
	bool again = k > 0 && kind[k - 1].call == kind[k].call; /* another error of the same call takes the same way */

	return !all_errors && (again || kind[k].call == CALL_malloc) ? 3 : 1;
}

int main(int argc, char **argv)
{
	const char *only_call = NULL, *only_err = NULL;
	unsigned only_nth = 0, passed = 0, failed = 0, counts[CALLS];
	bool all_errors = false;
	int c;

	while ((c = getopt(argc, argv, "ac:e:t:v")) != -1)
		switch (c) {
		case 'a':
			all_errors = true;
			break;
		case 'c':
			only_call = optarg;
			break;
		case 'e':
			only_err = optarg;
			break;
		case 't':
			only_nth = (unsigned)strtoul(optarg, NULL, 0);
			break;
		case 'v':
			verbose = true;
			break;
		default:
			fprintf(stderr, "usage: faults [-a] [-c CALL] [-e ERRNO] [-t NTH] [-v]\n");
			return 2;
		}
	if (!start(counts)) {
		fprintf(stderr, "faults: the work cannot be done even where nothing fails\n");
		return 1;
	}
	for (unsigned k = 0; k < sizeof(kind) / sizeof(kind[0]); k++) {
		struct fault f = {.call = kind[k].call, .err = kind[k].err, .lasting = kind[k].lasting};
		unsigned tried = 0, all = counts[f.call], step = steps_of(k, all_errors);

		if ((only_call != NULL && strcmp(only_call, call_name[f.call]) != 0) ||
		    (only_err != NULL && strcmp(only_err, error_name(f.err)) != 0))
			continue;
		for (f.nth = only_nth != 0 ? only_nth : 1 + k % step; f.nth <= (only_nth != 0 ? only_nth : all);
		     f.nth += step) {
			int rc = try(&f);

			if (rc == 77)
				break;
			tried++;
			if (rc != 0)
				fprintf(stderr, "FAIL %s, the %u. of %u: %s%s\n", call_name[f.call], f.nth, all,
					error_name(f.err), f.lasting ? ", and all after it" : "");
			failed += rc != 0;
			passed += rc == 0;
		}
		printf("%-10s %-12s %s %u of %u tried\n", call_name[f.call], error_name(f.err),
		       f.lasting ? "from it on" : "once      ", tried, all);
	}
	if (chdir("/") == 0)
		remove_tree(root);
	printf("%u passed, %u failed\n", passed, failed);
	return failed != 0 || passed == 0;
}
