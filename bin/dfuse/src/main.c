/*
 * main.c: dfuse from its command line to its exit status.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <daos_version.h>

#include "abilities.h"
#include "daemonize.h"
#include "error.h"
#include "exit_code.h"
#include "file.h"
#include "log.h"
#include "mount.h"
#include "mountpoint.h"
#include "session.h"

#define MAX_FILES 1048576 /* what Linux lets a process have (fs.nr_open) */

static void print_version(void)
{
	printf("dfuse version %s, libdaos %d.%d.%d\n", DFUSE_VERSION, DAOS_VERSION_MAJOR, DAOS_VERSION_MINOR,
	       DAOS_VERSION_FIX);
	printf("Using fuse %s\n", fuse_pkgversion());
}

/* A descriptor per open file is needed: as many as this process may have. */
static void raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	if (limit.rlim_max < MAX_FILES) {
		limit.rlim_max = MAX_FILES; /* needs a right */
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
			getrlimit(RLIMIT_NOFILE, &limit);
	}
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static int connect_pool(struct mount *m, struct pool **pool)
{
	uint32_t bad_rank = 0;
	int rc = pool_connect(&m->conns, m->opt->pool, pool, &bad_rank);

	if (rc == -DER_NOTREPLICA) {
		log_error("rank %u of --svc='%s' has no service replica of pool '%s'", bad_rank, m->opt->svc,
			  m->opt->pool);
		return EXIT_NOT_FOUND;
	}
	if (rc != 0) {
		log_error("pool '%s': %s", m->opt->pool, reason_of_der(rc));
		return exit_code_of_der(rc);
	}
	return EXIT_DONE;
}

static int connect_container(struct mount *m, struct pool *pool, struct container **cont)
{
	int rc = container_connect(&m->conns, pool, m->opt->container, false, cont);

	if (rc == 0)
		return EXIT_DONE;
	log_error("container '%s' in pool '%s': %s", m->opt->container, m->opt->pool,
		  rc == -DER_NOTSUPPORTED ? "not a POSIX container" : reason_of_der(rc));
	return exit_code_of_der(rc);
}

/* Connect to what the command line names and make it the root of the mount. */
static int connect_root(struct mount *m)
{
	struct inode model = {.kind = INODE_SYSTEM, .attr.mode = S_IFDIR};
	int code = EXIT_DONE;

	if (m->opt->pool != NULL) {
		model.kind = INODE_POOL;
		code = connect_pool(m, &model.pool);
	}
	if (code == EXIT_DONE && m->opt->container != NULL) {
		model.kind = INODE_ROOT;
		code = connect_container(m, model.pool, &model.cont);
		model.pool = NULL;
		if (code == EXIT_DONE) {
			model.oid = model.cont->root_oid;
			container_set_root_path(&m->conns, model.cont, m->path);
		}
	}
	if (code == EXIT_DONE && inode_table_set_root(&m->inodes, &model) == NULL)
		code = EXIT_NO_MEMORY;
	return code;
}

/* Everything after fork(). */
static int run(struct mount *m, struct ranks svc)
{
	int code, err;

	umask(0); /* the kernel has applied the callers' */
	raise_file_limit();
	session_block_signals();
	m->uid = geteuid();
	m->gid = getegid();
	clock_gettime(CLOCK_REALTIME, &m->start);
	pthread_mutex_init(&m->files_lock, NULL);
	pthread_rwlock_init(&m->rename_lock, NULL);
	pthread_mutex_init(&m->tell_lock, NULL);
	pthread_mutex_init(&m->shrink_lock, NULL);
	pthread_cond_init(&m->shrunk, NULL);
	pthread_mutex_init(&m->grow_lock, NULL);
	locks_init(&m->locks);
	if (stats_init(&m->stats) != 0)
		return EXIT_NO_MEMORY;
	connections_init(&m->conns, m->opt->sys_name, m->opt->read_only, !m->opt->disable_caching, m);
	m->conns.svc = svc;
	err = dfs_init();
	if (err != 0) {
		log_error("cannot start DAOS: %s", strerror(err));
		return exit_code_of_errno(err);
	}
	code = inode_table_init(&m->inodes) == 0 ? connect_root(m) : EXIT_NO_MEMORY;
	if (code == EXIT_DONE)
		code = session_run(m);
	file_close_all(m);
	locks_fini(&m->locks);
	err = connections_sync(&m->conns);
	if (err != 0) {
		log_error("'%s': not all changes are safe from a power loss: %s", m->path, strerror(err));
		code = EXIT_OTHER;
	}
	inode_table_fini(&m->inodes);
	connections_fini(&m->conns);
	dfs_fini();
	stats_fini(&m->stats);
	return code;
}

/* What can be told before anything is started. */
static int prepare(struct mount *m, struct ranks *svc)
{
	const struct options *opt = m->opt;
	char why[512];
	int code;

	if (opt->svc != NULL && ranks_parse(opt->svc, svc) != 0) {
		log_error("--svc='%s': not a list of ranks (as in 0, 0:1:2, 0,2 or [0-2])", opt->svc);
		return EXIT_WRONG_USE;
	}
	code = mountpoint_check(opt->mountpoint, &m->path, why, sizeof(why));
	if (code == EXIT_DONE)
		code = mountpoint_check_device(why, sizeof(why));
	if (code != EXIT_DONE)
		log_error("%s", why);
	return code;
}

static int start(const struct options *opt)
{
	struct mount *m = calloc(1, sizeof(*m));
	struct ranks svc = {NULL, 0};
	int code;

	if (m == NULL)
		return EXIT_NO_MEMORY;
	m->opt = opt;
	m->ready_fd = -1;
	code = prepare(m, &svc);
	if (code == EXIT_DONE && !opt->foreground) {
		m->ready_fd = daemonize_begin();
		if (m->ready_fd < 0) {
			log_error("cannot start in the background: %s", strerror(errno));
			code = exit_code_of_errno(errno);
		}
	}
	if (code == EXIT_DONE)
		code = run(m, svc);
	else
		ranks_free(&svc);
	if (m->ready_fd >= 0)
		daemonize_failed(m->ready_fd, code);
	free(m->path);
	free(m);
	return code;
}

int main(int argc, char **argv)
{
	struct options opt;
	char why[512];
	int code = EXIT_DONE;

	log_open("dfuse", LOG_TO_STDERR, LOG_LEVEL_WARN);
	if (argc < 2) {
		fputs(options_usage, stderr);
		return EXIT_WRONG_USE;
	}
	if (options_parse(&opt, argc, argv, why, sizeof(why)) != 0) {
		log_error("%s", why);
		code = EXIT_WRONG_USE;
	} else if (opt.version) {
		print_version();
	} else if (opt.help) {
		fputs(options_usage, stdout);
		abilities_print(stdout);
	} else {
		if (opt.foreground)
			log_open("dfuse", LOG_TO_STDERR, LOG_LEVEL_INFO);
		code = start(&opt);
	}
	options_free(&opt);
	return code;
}
