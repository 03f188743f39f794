#include "session.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fuse_log.h>

#include "abilities.h"
#include "daemonize.h"
#include "exit_code.h"
#include "handshake.h"
#include "log.h"
#include "ops/ops.h"
#include "stop.h"

#define MIN_THREADS    8
#define MAX_THREADS    64
#define MAX_BACKGROUND 64

/* What libfuse said last, for the line that dfuse prints. Written before there are threads. */
static char fuse_message[256];

__attribute__((format(printf, 2, 0))) static void keep_message(enum fuse_log_level level, const char *fmt, va_list ap)
{
	char line[sizeof(fuse_message)];
	size_t n;

	vsnprintf(line, sizeof(line), fmt, ap);
	n = strlen(line);
	if (n > 0 && line[n - 1] == '\n')
		line[n - 1] = '\0';
	if (level <= FUSE_LOG_ERR)
		memcpy(fuse_message, line, sizeof(line));
	log_debug("%s", line);
}

static void want(struct fuse_conn_info *conn, unsigned flag, bool yes)
{
	if (yes)
		conn->want |= conn->capable & flag;
	else
		conn->want &= ~flag;
}

/* The kernel is there: agree on how to work, and tell who waits for the mount. */
static void on_init(void *arg, struct fuse_conn_info *conn)
{
	struct mount *m = arg;

	if (!abilities_agree(m, conn)) {
		m->refused = true;
		fuse_session_exit(m->session);
		return;
	}
	conn->max_write = MOUNT_MAX_IO;
	conn->max_readahead = MOUNT_MAX_IO;
	conn->max_background = MAX_BACKGROUND;
	conn->time_gran = 1;
	want(conn, FUSE_CAP_PARALLEL_DIROPS | FUSE_CAP_ASYNC_READ | FUSE_CAP_ASYNC_DIO | FUSE_CAP_AUTO_INVAL_DATA,
	     true);
	want(conn, FUSE_CAP_CACHE_SYMLINKS, true); /* a link never changes: another target is another link */
	want(conn, FUSE_CAP_READDIRPLUS | FUSE_CAP_READDIRPLUS_AUTO, true);
	want(conn, FUSE_CAP_SPLICE_READ | FUSE_CAP_SPLICE_WRITE | FUSE_CAP_SPLICE_MOVE, false);
	want(conn, FUSE_CAP_HANDLE_KILLPRIV, false); /* means less than its second version */
	want(conn, FUSE_CAP_POSIX_LOCKS | FUSE_CAP_FLOCK_LOCKS, locks_supported());
	m->killpriv = handshake_killpriv(m, conn);
	m->direct_mmap = handshake_direct_mmap(m, conn);
	atomic_store(&m->serving, true);
	abilities_announce(m);
	if (m->ready_fd >= 0) {
		log_open("dfuse", LOG_TO_SYSLOG, LOG_LEVEL_WARN);
		daemonize_ready(m->ready_fd);
		m->ready_fd = -1;
	}
}

static unsigned choose_threads(const struct options *opt)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (opt->singlethread)
		return 1;
	if (opt->thread_count != 0)
		return opt->thread_count;
	if (cpus * 2 < MIN_THREADS)
		return MIN_THREADS;
	return cpus * 2 > MAX_THREADS ? MAX_THREADS : (unsigned)cpus * 2;
}

void session_block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static int serve_threads(struct mount *m)
{
	struct fuse_loop_config *cfg = fuse_loop_cfg_create();
	int rc;

	if (cfg == NULL)
		return -ENOMEM;
	fuse_loop_cfg_set_clone_fd(cfg, 1);
	fuse_loop_cfg_set_max_threads(cfg, m->threads);
	fuse_loop_cfg_set_idle_threads(cfg, m->threads);
	rc = fuse_session_loop_mt(m->session, cfg);
	fuse_loop_cfg_destroy(cfg);
	return rc;
}

/* Serve until the end, however it comes. */
static int serve(struct mount *m)
{
	struct stop stop;
	int rc;

	rc = stop_begin(&stop, m);
	if (rc != 0) {
		log_error("cannot start a thread: %s", strerror(rc));
		return EXIT_OTHER;
	}
	rc = m->threads == 1 ? fuse_session_loop(m->session) : serve_threads(m);
	stop_end(&stop);
	if (!stop.unmounted)
		fuse_session_unmount(m->session);
	if (m->refused)
		return EXIT_OTHER;
	if (rc < 0 && rc != -ENODEV && rc != -EINTR) {
		log_error("mount point '%s': serving ended: %s", m->path, strerror(-rc));
		return EXIT_OTHER;
	}
	return EXIT_DONE;
}

static struct fuse_session *new_session(struct mount *m)
{
	static struct fuse_lowlevel_ops ops;
	char list[256];
	char *argv[] = {"dfuse", "-o", list, NULL};
	struct fuse_args args = FUSE_ARGS_INIT(3, argv);
	struct fuse_session *session;

	snprintf(list, sizeof(list), "fsname=dfuse,subtype=daos,default_permissions,nosuid,nodev,noatime%s%s",
		 m->opt->read_only ? ",ro" : "", m->opt->multi_user ? ",allow_other" : "");
	ops = ops_table;
	ops.init = on_init;
	if (!locks_supported()) {
		ops.flush = NULL;
		ops.getlk = NULL;
		ops.setlk = NULL;
		ops.flock = NULL;
	}
	session = fuse_session_new(&args, &ops, sizeof(ops), m);
	fuse_opt_free_args(&args);
	return session;
}

int session_run(struct mount *m)
{
	int code;

	fuse_set_log_func(keep_message);
	m->threads = choose_threads(m->opt);
	code = abilities_choose(m);
	if (code != EXIT_DONE)
		return code;
	m->session = new_session(m);
	if (m->session == NULL) {
		log_error("cannot start a FUSE session: %s", fuse_message);
		return EXIT_OTHER;
	}
	if (fuse_session_mount(m->session, m->path) != 0) {
		log_error("mount point '%s': cannot mount%s%s", m->path, fuse_message[0] != '\0' ? ": " : "",
			  fuse_message);
		fuse_session_destroy(m->session);
		return EXIT_NO_RIGHT;
	}
	code = handshake_begin(m) == 0 ? serve(m) : EXIT_NO_MEMORY;
	fuse_session_destroy(m->session);
	return code;
}
