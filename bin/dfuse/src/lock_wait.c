#include "lock_wait.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "lock_table.h"

#define WAKE	  SIGUSR2
#define STACK	  (128 * 1024)
#define RETRY_US  200
#define REPEAT_MS 2

static void on_wake(int sig)
{
	(void)sig;
}

/* As long as the lock is not to be had. 0 or errno; EINTR: somebody called wake(). */
static int block(struct lock_wait *w)
{
	const struct lock_range *r = &w->want.range;
	struct flock fl = {.l_type = r->type, .l_whence = SEEK_SET, .l_start = r->start};
	int rc;

	if (w->deadline != 0) {
		usleep(RETRY_US);
		return 0;
	}
	fl.l_len = r->end == LOCK_END ? 0 : r->end - r->start + 1;
	if (w->owner->flock)
		rc = flock(w->owner->fd, r->type == F_RDLCK ? LOCK_SH : LOCK_EX);
	else
		rc = fcntl(w->owner->fd, F_OFD_SETLKW, &fl);
	return rc == 0 ? 0 : errno;
}

/*
 * With the table's lock held, but not while waiting. Another thread of the program may unlock what was just granted
 * before it is noted: taking it once more makes lock and note one.
 */
static int get(struct lock_table *table, struct lock_wait *w)
{
	int rc = EAGAIN;

	while (rc == EAGAIN || rc == EINTR) {
		if (table->stopping)
			return ENOTCONN; /* not EINTR, which only a program with a signal pending understands */
		if (w->cancelled)
			return EINTR;
		pthread_mutex_unlock(&table->lock);
		rc = block(w);
		pthread_mutex_lock(&table->lock);
		if (rc == 0)
			rc = lock_owner_apply(w->owner, &w->want);
		if (rc == EAGAIN && w->deadline != 0 && lock_now() >= w->deadline)
			break;
	}
	return rc;
}

static void unlink_wait(struct lock_table *table, struct lock_wait *w)
{
	struct lock_wait **p = &table->waits;

	while (*p != w)
		p = &(*p)->next;
	*p = w->next;
}

/* With the table's lock held: get the thread out of its system call. It may be just before it, so again and again. */
static void wake(struct lock_table *table, struct lock_wait *w)
{
	struct timespec until;

	w->cancelled = true;
	while (!w->awake && !pthread_equal(w->thread, pthread_self())) {
		pthread_kill(w->thread, WAKE);
		clock_gettime(CLOCK_MONOTONIC, &until);
		until.tv_nsec += REPEAT_MS * 1000000L;
		if (until.tv_nsec >= 1000000000L) {
			until.tv_sec++;
			until.tv_nsec -= 1000000000L;
		}
		pthread_cond_timedwait(&table->woken, &table->lock, &until);
	}
}

static void on_interrupt(fuse_req_t req, void *arg)
{
	struct lock_wait *w = arg;
	struct lock_table *table = &w->m->locks;

	(void)req;
	pthread_mutex_lock(&table->lock);
	wake(table, w);
	pthread_mutex_unlock(&table->lock);
}

static void *run(void *arg)
{
	struct lock_wait *w = arg;
	struct lock_table *table = &w->m->locks;
	fuse_req_t req = w->req;
	int rc;

	fuse_req_interrupt_func(req, on_interrupt, w);
	pthread_mutex_lock(&table->lock);
	rc = get(table, w);
	w->awake = true;
	pthread_cond_broadcast(&table->woken);
	pthread_mutex_unlock(&table->lock);
	fuse_req_interrupt_func(req, NULL, NULL); /* returns when on_interrupt() has */
	fuse_reply_err(req, rc);
	pthread_mutex_lock(&table->lock);
	unlink_wait(table, w);
	lock_owner_done(table, w->owner);
	pthread_cond_broadcast(&table->woken);
	pthread_mutex_unlock(&table->lock);
	free(w);
	return NULL;
}

static int start_thread(struct lock_wait *w)
{
	struct sigaction action = {.sa_handler = on_wake}; /* without SA_RESTART */
	pthread_attr_t attr;
	sigset_t set, old;
	int rc;

	sigaction(WAKE, &action, NULL);
	sigfillset(&set);
	sigdelset(&set, WAKE);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, STACK);
	pthread_sigmask(SIG_SETMASK, &set, &old);
	rc = pthread_create(&w->thread, &attr, run, w);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return rc;
}

/* With the table's lock held, which keeps the thread from ending before it is known. */
static int start(struct lock_table *table, struct lock_wait *w)
{
	int rc = lock_owner_get(table, &w->want, &w->owner);

	if (rc != 0)
		return rc;
	if (w->deadline == 0 && lock_table_deadlock(table, w->owner, &w->want.range))
		return EDEADLK;
	if (w->deadline != 0 && !lock_owner_closing(w->owner, &w->want.range))
		return EAGAIN;
	rc = start_thread(w);
	if (rc != 0)
		return ENOLCK;
	w->owner->waiting++;
	w->next = table->waits;
	table->waits = w;
	return 0;
}

int lock_wait_start(struct mount *m, fuse_req_t req, const struct lock_request *want, unsigned patience_ms)
{
	struct lock_table *table = &m->locks;
	struct lock_wait *w = calloc(1, sizeof(*w));
	int rc = ENOLCK;

	if (w == NULL)
		return ENOLCK;
	*w = (struct lock_wait){.m = m, .want = *want, .req = req};
	if (patience_ms != 0)
		w->deadline = lock_now() + patience_ms;
	pthread_mutex_lock(&table->lock);
	if (!table->stopping)
		rc = start(table, w);
	pthread_mutex_unlock(&table->lock);
	if (rc != 0)
		free(w);
	return rc;
}

void lock_wait_stop(struct lock_table *table)
{
	pthread_mutex_lock(&table->lock);
	table->stopping = true;
	while (table->waits != NULL)
		if (!table->waits->awake)
			wake(table, table->waits);
		else
			pthread_cond_wait(&table->woken, &table->lock);
	pthread_mutex_unlock(&table->lock);
}
