/*
 * posix-suite: does this directory behave as POSIX (and the Linux manual) say?
 *
 *	posix-suite [--profile=plain|dfuse] [--only=PATTERN] [--timeout=SECONDS] [--quiet] [--list] DIR
 *
 * Prints `ok NAME`, `skip NAME: why` or `FAIL NAME: file:line: expression: got ..., expected ...` for every case, then
 * `N passed, N failed`. Exit status 0 when nothing failed, 1 when something did, 2 for a wrong command line.
 */
#include "groups.h"
#include "suite.h"

#include <dirent.h>
#include <fnmatch.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <sys/pidfd.h>
#include <sys/wait.h>

static const struct ps_group *const groups[] = {PS_GROUPS};

struct options {
	const char *dir;
	const char *only;
	int timeout; /* seconds for one case */
	bool list, quiet;
};

struct tally {
	unsigned int passed, failed, skipped;
};

/*
 * Remove what is at `name` in the directory `at`, with all below it. Goes by descriptors, so that paths beyond PATH_MAX
 * and directories without permissions are removed, too.
 */
static int remove_tree(int at, const char *name)
{
	struct dirent *de;
	int fd, rc = 0;
	DIR *dir;

	if (unlinkat(at, name, 0) == 0)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	if (unlinkat(at, name, AT_REMOVEDIR) == 0)
		return 0;
	fchmodat(at, name, S_IRWXU, 0);
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (dir == NULL)
		return -1;
	while (rc == 0 && (errno = 0, (de = readdir(dir)) != NULL))
		if (strcmp(de->d_name, ".") != 0 && strcmp(de->d_name, "..") != 0)
			rc = remove_tree(fd, de->d_name);
	if (rc == 0 && errno != 0)
		rc = -1;
	closedir(dir);
	return rc != 0 ? rc : unlinkat(at, name, AT_REMOVEDIR);
}

static void run_child(const struct ps_case *c, const char *dir, int report_fd)
{
	ps_report_fd = report_fd;
	setpgid(0, 0);
	umask(022);
	signal(SIGPIPE, SIG_DFL);
	if (chdir(dir) != 0)
		ps_fail("main.c", __LINE__, "chdir %s: got %s", dir, strerror(errno));
	c->run();
	_exit(0);
}

/* The case's exit status as of waitpid(), or -1 when its time was over. */
static int await(pid_t pid, int timeout)
{
	struct pollfd pfd = {.fd = pidfd_open(pid, 0), .events = POLLIN};
	int status, rc;

	do
		rc = poll(&pfd, 1, timeout * 1000);
	while (rc < 0 && errno == EINTR);
	/* The children that a failed case left, too. */
	kill(-pid, SIGKILL);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	close(pfd.fd);
	return rc == 1 ? status : -1;
}

static void run_case(const struct options *opt, const char *name, const struct ps_case *c, struct tally *tally)
{
	char dir[4096], text[1024] = "";
	int report[2], status;
	ssize_t len = 0;
	pid_t pid;

	snprintf(dir, sizeof(dir), "%s/ps-%d-%s", opt->dir, (int)getpid(), name);
	fflush(stdout);
	if (pipe2(report, O_CLOEXEC | O_NONBLOCK) != 0 || mkdir(dir, 0755) != 0) {
		printf("FAIL %s: main.c:%d: mkdir %s: got %s\n", name, __LINE__, dir, strerror(errno));
		tally->failed++;
		return;
	}
	pid = fork();
	if (pid == 0)
		run_child(c, dir, report[1]);
	status = pid < 0 ? -1 : await(pid, opt->timeout);
	len = read(report[0], text, sizeof(text) - 1);
	text[len > 0 ? len : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	close(report[0]);
	close(report[1]);

	if (status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 0 && text[0] == '\0' &&
	    remove_tree(AT_FDCWD, dir) != 0) {
		snprintf(text, sizeof(text), "main.c:%d: removing its directory: got %s, expected success", __LINE__,
			 strerror(errno));
		status = PS_EXIT_FAILED << 8;
	} else {
		remove_tree(AT_FDCWD, dir);
	}
	if (status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == PS_EXIT_SKIPPED) {
		tally->skipped++;
		if (!opt->quiet)
			printf("skip %s: %s\n", name, text);
	} else if (status == -1) {
		tally->failed++;
		printf("FAIL %s: %s: got no end, expected one within %d s\n", name, text[0] ? text : c->clause,
		       opt->timeout);
	} else if (WIFSIGNALED(status)) {
		tally->failed++;
		printf("FAIL %s: %s: got signal %d (%s), expected none\n", name, c->clause, WTERMSIG(status),
		       strsignal(WTERMSIG(status)));
	} else if (WEXITSTATUS(status) != 0 || text[0] != '\0') {
		tally->failed++;
		printf("FAIL %s: %s\n", name, text[0] ? text : "ended without saying why");
	} else {
		tally->passed++;
		if (!opt->quiet)
			printf("ok %s\n", name);
	}
}

static void usage(FILE *out)
{
	fprintf(
	    out,
	    "usage: posix-suite [--profile=plain|dfuse] [--only=PATTERN] [--timeout=SECONDS] [--quiet] [--list] DIR\n");
}

static int parse(int argc, char **argv, struct options *opt)
{
	static const struct option longs[] = {
	    {"profile", 1, NULL, 'p'}, {"only", 1, NULL, 'o'}, {"timeout", 1, NULL, 't'}, {"list", 0, NULL, 'l'},
	    {"quiet", 0, NULL, 'q'},   {"help", 0, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int c;

	*opt = (struct options){.only = "*", .timeout = 60};
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'p':
			if (strcmp(optarg, "plain") != 0 && strcmp(optarg, "dfuse") != 0)
				return -1;
			ps_profile = optarg[0] == 'd' ? PS_DFUSE : PS_PLAIN;
			break;
		case 'o':
			opt->only = optarg;
			break;
		case 't':
			opt->timeout = atoi(optarg);
			if (opt->timeout <= 0)
				return -1;
			break;
		case 'l':
			opt->list = true;
			break;
		case 'q':
			opt->quiet = true;
			break;
		case 'h':
			usage(stdout);
			exit(0);
		default:
			return -1;
		}
	}
	opt->dir = argv[optind];
	return opt->list || (optind == argc - 1) ? 0 : -1;
}

/* The suite's own test does not belong to any other run. */
static bool wanted(const struct ps_group *group, const char *only)
{
	return strcmp(group->name, "selftest") != 0 || strncmp(only, "selftest", 8) == 0;
}

int main(int argc, char **argv)
{
	struct tally tally = {0};
	struct options opt;
	char name[128], *dir = NULL;

	if (parse(argc, argv, &opt) != 0) {
		usage(stderr);
		return 2;
	}
	if (!opt.list) {
		dir = realpath(opt.dir, NULL);
		if (dir == NULL) {
			fprintf(stderr, "posix-suite: %s: %s\n", opt.dir, strerror(errno));
			return 2;
		}
		opt.dir = dir;
	}
	for (size_t g = 0; g < sizeof(groups) / sizeof(groups[0]); g++) {
		for (size_t i = 0; i < groups[g]->count; i++) {
			const struct ps_case *c = &groups[g]->cases[i];

			snprintf(name, sizeof(name), "%s.%s", groups[g]->name, c->name);
			if (fnmatch(opt.only, name, 0) != 0 || !wanted(groups[g], opt.only))
				continue;
			if (opt.list)
				printf("%-32s %s\n", name, c->clause);
			else
				run_case(&opt, name, c, &tally);
		}
	}
	free(dir);
	if (opt.list)
		return 0;
	if (tally.skipped > 0)
		printf("%u skipped\n", tally.skipped);
	printf("%u passed, %u failed\n", tally.passed, tally.failed);
	return tally.failed > 0 || tally.passed + tally.skipped == 0;
}
