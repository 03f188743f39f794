#include "test.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <daos.h>

#include "api/event.h"

static int start(void **state)
{
	(void)state;
	return daos_init();
}

static int stop(void **state)
{
	(void)state;
	return daos_fini();
}

static void queue(void **state)
{
	daos_event_t ev[3], *done[3];
	daos_handle_t eq;

	(void)state;
	assert_int_equal(daos_eq_create(&eq), 0);
	assert_int_equal(daos_eq_poll(eq, 0, DAOS_EQ_NOWAIT, 3, done), 0);
	assert_int_equal(daos_eq_poll(eq, 1, DAOS_EQ_WAIT, 3, done), 0);
	assert_int_equal(daos_eq_poll(eq, 0, 1000, 3, done), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(daos_event_init(&ev[i], eq, NULL), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(event_complete(&ev[i], i == 1 ? -DER_NOSPACE : 0), 0);
	assert_int_equal(event_complete(&ev[0], 0), -DER_INVAL);
	assert_int_equal(daos_eq_query(eq, DAOS_EQR_ALL, 0, NULL), 3);
	assert_int_equal(daos_eq_query(eq, DAOS_EQR_WAITING, 0, NULL), 0);
	assert_int_equal(daos_eq_query(eq, DAOS_EQR_COMPLETED, 2, done), 2);
	assert_ptr_equal(done[1], &ev[1]);
	assert_int_equal(daos_eq_destroy(eq, 0), -DER_BUSY);
	assert_int_equal(daos_eq_poll(eq, 1, DAOS_EQ_WAIT, 2, done), 2);
	assert_ptr_equal(done[0], &ev[0]);
	assert_int_equal(done[1]->ev_error, -DER_NOSPACE);
	assert_int_equal(daos_eq_poll(eq, 1, DAOS_EQ_WAIT, 2, done), 1);
	assert_ptr_equal(done[0], &ev[2]);
	/* A polled event can be used again. */
	assert_int_equal(event_complete(&ev[0], 0), 0);
	for (int i = 0; i < 3; i++)
		assert_int_equal(daos_event_fini(&ev[i]), 0);
	assert_int_equal(daos_event_fini(&ev[0]), -DER_INVAL);
	assert_int_equal(daos_eq_poll(eq, 0, DAOS_EQ_NOWAIT, 3, done), 0);
	assert_int_equal(daos_eq_destroy(eq, 0), 0);
	assert_int_equal(daos_eq_destroy(eq, 0), -DER_NO_HDL);
	assert_int_equal(daos_eq_poll(eq, 0, DAOS_EQ_NOWAIT, 3, done), -DER_NO_HDL);
	assert_int_equal(daos_event_init(&ev[0], eq, NULL), -DER_NO_HDL);
}

static void without_queue(void **state)
{
	daos_event_t ev;
	bool flag = false;

	(void)state;
	assert_int_equal(event_complete(NULL, -DER_EXIST), -DER_EXIST);
	assert_int_equal(daos_event_init(&ev, DAOS_HDL_INVAL, NULL), 0);
	assert_int_equal(event_complete(&ev, -DER_EXIST), 0);
	assert_int_equal(daos_event_test(&ev, DAOS_EQ_WAIT, &flag), 0);
	assert_true(flag);
	assert_int_equal(ev.ev_error, -DER_EXIST);
	assert_int_equal(event_complete(&ev, 0), 0);
	assert_int_equal(daos_event_abort(&ev), 0);
	assert_int_equal(daos_event_fini(&ev), 0);
	assert_int_equal(event_complete(&ev, 0), -DER_INVAL);
}

static void test_takes_from_queue(void **state)
{
	daos_event_t ev, *done;
	daos_handle_t eq;
	bool flag = false;

	(void)state;
	assert_int_equal(daos_eq_create(&eq), 0);
	assert_int_equal(daos_event_init(&ev, eq, NULL), 0);
	assert_int_equal(event_complete(&ev, 0), 0);
	assert_int_equal(daos_event_test(&ev, DAOS_EQ_NOWAIT, &flag), 0);
	assert_true(flag);
	assert_int_equal(daos_eq_poll(eq, 0, DAOS_EQ_NOWAIT, 1, &done), 0);
	/* A queue can be taken away from under its events. */
	assert_int_equal(event_complete(&ev, 0), 0);
	assert_int_equal(daos_eq_destroy(eq, DAOS_EQ_DESTROY_FORCE), 0);
	assert_int_equal(daos_event_fini(&ev), 0);
}

static void children(void **state)
{
	daos_event_t parent, kid[3], grandchild, *done[4];
	daos_handle_t eq;
	bool flag;

	(void)state;
	assert_int_equal(daos_eq_create(&eq), 0);
	assert_int_equal(daos_event_init(&parent, eq, NULL), 0);
	assert_int_equal(daos_event_parent_barrier(&parent), -DER_INVAL);
	for (int i = 0; i < 3; i++)
		assert_int_equal(daos_event_init(&kid[i], DAOS_HDL_INVAL, &parent), 0);
	assert_int_equal(daos_event_init(&grandchild, DAOS_HDL_INVAL, &kid[0]), -DER_INVAL);
	assert_ptr_equal(daos_event_next(&parent, NULL), &kid[0]);
	assert_ptr_equal(daos_event_next(&parent, &kid[1]), &kid[2]);
	assert_null(daos_event_next(&parent, &kid[2]));

	for (int i = 0; i < 3; i++)
		assert_int_equal(event_complete(&kid[i], i == 2 ? -DER_IO : 0), 0);
	assert_int_equal(daos_event_test(&kid[0], DAOS_EQ_NOWAIT, &flag), -DER_NO_PERM);
	assert_int_equal(daos_event_parent_barrier(&parent), 0);
	assert_int_equal(daos_eq_poll(eq, 1, DAOS_EQ_WAIT, 4, done), 1);
	assert_ptr_equal(done[0], &parent);
	assert_int_equal(parent.ev_error, -DER_IO);
	/* Collecting the parent makes all of them usable again. */
	assert_int_equal(event_complete(&kid[2], 0), 0);
	assert_int_equal(daos_eq_poll(eq, 1, DAOS_EQ_WAIT, 4, done), 1);
	assert_int_equal(parent.ev_error, 0);
	assert_int_equal(daos_event_fini(&kid[1]), 0);
	assert_ptr_equal(daos_event_next(&parent, &kid[0]), &kid[2]);
	/* The parent takes the rest along. */
	assert_int_equal(daos_event_fini(&parent), 0);
	assert_int_equal(daos_event_fini(&kid[0]), -DER_INVAL);
	assert_int_equal(daos_eq_destroy(eq, 0), 0);
}

static int note(void *arg, daos_event_t *ev, int rc)
{
	char *trace = arg;

	assert_non_null(ev);
	sprintf(trace + strlen(trace), "%d ", rc);
	return rc == 0 ? -DER_CANCELED : 0;
}

static void callbacks(void **state)
{
	char trace[64] = "";
	daos_event_t ev;
	bool flag;

	(void)state;
	assert_int_equal(daos_event_init(&ev, DAOS_HDL_INVAL, NULL), 0);
	assert_int_equal(daos_event_register_comp_cb(&ev, NULL, NULL), -DER_INVAL);
	assert_int_equal(daos_event_register_comp_cb(&ev, note, trace), 0);
	assert_int_equal(daos_event_register_comp_cb(&ev, note, trace), 0);
	assert_int_equal(event_complete(&ev, 0), 0);
	assert_string_equal(trace, "0 -1018 ");
	assert_int_equal(ev.ev_error, -DER_CANCELED);
	assert_int_equal(daos_event_register_comp_cb(&ev, note, trace), -DER_BUSY);
	assert_int_equal(daos_event_test(&ev, 0, &flag), 0);
	/* They are called once; those never called are forgotten with the event. */
	assert_int_equal(event_complete(&ev, 0), 0);
	assert_string_equal(trace, "0 -1018 ");
	assert_int_equal(daos_event_test(&ev, 0, &flag), 0);
	assert_int_equal(daos_event_register_comp_cb(&ev, note, trace), 0);
	assert_int_equal(daos_event_fini(&ev), 0);
}

#define THREADS 4
#define ROUNDS	2000

struct worker {
	daos_handle_t eq;
	unsigned done;
};

static void *complete_many(void *arg)
{
	struct worker *w = arg;

	for (int i = 0; i < ROUNDS; i++) {
		daos_event_t *ev = malloc(sizeof(*ev));

		assert_int_equal(daos_event_init(ev, w->eq, NULL), 0);
		assert_int_equal(event_complete(ev, -(int)(i % 7)), 0);
	}
	return NULL;
}

static void *poll_many(void *arg)
{
	struct worker *w = arg;

	while (w->done < THREADS * ROUNDS / 2) {
		daos_event_t *ev[8];
		unsigned want = THREADS * ROUNDS / 2 - w->done;
		int n = daos_eq_poll(w->eq, 0, DAOS_EQ_WAIT, want < 8 ? want : 8, ev);

		assert_true(n > 0);
		for (int i = 0; i < n; i++) {
			assert_int_equal(daos_event_fini(ev[i]), 0);
			free(ev[i]);
		}
		w->done += (unsigned)n;
	}
	return NULL;
}

static void threads(void **state)
{
	struct worker poller[2] = {0}, worker = {0};
	pthread_t polling[2], working[THREADS];
	daos_handle_t eq;

	(void)state;
	assert_int_equal(daos_eq_create(&eq), 0);
	worker.eq = eq;
	for (int i = 0; i < 2; i++) {
		poller[i].eq = eq;
		assert_int_equal(pthread_create(&polling[i], NULL, poll_many, &poller[i]), 0);
	}
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&working[i], NULL, complete_many, &worker), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(working[i], NULL);
	for (int i = 0; i < 2; i++)
		pthread_join(polling[i], NULL);
	assert_int_equal(daos_eq_destroy(eq, 0), 0);
}

static void *poll_forever(void *arg)
{
	daos_event_t *ev;

	return (void *)(intptr_t)daos_eq_poll(*(daos_handle_t *)arg, 0, DAOS_EQ_WAIT, 1, &ev);
}

static void destroy_wakes_pollers(void **state)
{
	daos_handle_t eq;
	pthread_t thread;
	void *rc;

	(void)state;
	assert_int_equal(daos_eq_create(&eq), 0);
	assert_int_equal(pthread_create(&thread, NULL, poll_forever, &eq), 0);
	usleep(20000);
	assert_int_equal(daos_eq_destroy(eq, 0), 0);
	pthread_join(thread, &rc);
	assert_int_equal((intptr_t)rc, -DER_NO_HDL);
}

static void timeout(void **state)
{
	struct timespec a, b;
	daos_handle_t eq;
	daos_event_t *ev;

	(void)state;
	assert_int_equal(daos_eq_create(&eq), 0);
	clock_gettime(CLOCK_MONOTONIC, &a);
	assert_int_equal(daos_eq_poll(eq, 0, 30000, 1, &ev), 0);
	clock_gettime(CLOCK_MONOTONIC, &b);
	assert_true((b.tv_sec - a.tv_sec) * 1000000 + (b.tv_nsec - a.tv_nsec) / 1000 >= 29000);
	assert_int_equal(daos_eq_destroy(eq, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(queue),
	    cmocka_unit_test(without_queue),
	    cmocka_unit_test(test_takes_from_queue),
	    cmocka_unit_test(children),
	    cmocka_unit_test(callbacks),
	    cmocka_unit_test(threads),
	    cmocka_unit_test(timeout),
	    cmocka_unit_test(destroy_wakes_pollers),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
