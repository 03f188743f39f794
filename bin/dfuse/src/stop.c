#include "stop.h"

#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "invalidate.h"
#include "lock_wait.h"
#include "log.h"
#include "mountpoint.h"

#define WAKE SIGUSR1 /* interrupts the serving thread; stop_end() sends it to the stopping thread too */

static void on_wake(int sig)
{
	(void)sig;
}

/* The loop looks at the session's exit flag when a system call is interrupted; again until it has seen it. */
static void end_loop(struct stop *stop)
{
	struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};

	fuse_session_exit(stop->m->session);
	while (!stop->over) {
		pthread_kill(stop->server, WAKE);
		nanosleep(&pause, NULL);
	}
}

static void unmount(struct stop *stop)
{
	struct mount *m = stop->m;
	int err = mountpoint_unmount(m->path, 0);

	if (err != 0 && err != EINVAL) {
		log_info("'%s': in use; detaching it", m->path);
		invalidate_written(m);
		err = mountpoint_unmount(m->path, 1);
	}
	stop->unmounted = err == 0 || err == EINVAL; /* EINVAL: somebody else was faster */
	if (!stop->unmounted)
		log_error("mount point '%s': cannot be unmounted", m->path);
}

static void *run(void *arg)
{
	struct stop *stop = arg;
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, WAKE);
	if (sigwait(&set, &sig) != 0 || sig == WAKE)
		return NULL;
	unmount(stop);
	end_loop(stop);
	return NULL;
}

int stop_begin(struct stop *stop, struct mount *m)
{
	struct sigaction action = {.sa_handler = on_wake}; /* without SA_RESTART */
	sigset_t set;
	int rc;

	*stop = (struct stop){.m = m, .server = pthread_self()};
	sigaction(WAKE, &action, NULL);
	sigemptyset(&set);
	sigaddset(&set, WAKE);
	pthread_sigmask(SIG_BLOCK, &set, NULL); /* for the thread that is made here */
	rc = pthread_create(&stop->thread, NULL, run, stop);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	return rc;
}

void stop_end(struct stop *stop)
{
	stop->over = true;
	pthread_kill(stop->thread, WAKE);
	pthread_join(stop->thread, NULL);
	atomic_store(&stop->m->serving, false);
	lock_wait_stop(&stop->m->locks);
	invalidate_wait(stop->m);
	connections_unwatch(&stop->m->conns);
	invalidate_wait(stop->m);
}
