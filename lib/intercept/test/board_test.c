/*
 * board_test.c: the board alone: what a card answers, what makes it void, and readers while it is written.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "board.h"

static struct board *board;
static board_word version, count; /* what containers and files at rest have in shared memory */

static int setup(void **state)
{
	(void)state;
	board = calloc(1, sizeof(*board));
	version = 1;
	count = 0;
	board->cont[0].word = (uintptr_t)&version;
	board_move(board, 0, 7, 1);
	return board == NULL;
}

static int teardown(void **state)
{
	(void)state;
	free(board);
	return 0;
}

/* Every part of the answer follows from `n`, so that a mixture of two is seen. */
static struct board_answer answer_of(uint64_t n)
{
	struct board_answer a;

	memset(&a, 0, sizeof(a));
	a.epoch = 7;
	a.flags = BOARD_STAT | BOARD_FOLLOW;
	a.st.st_ino = a.st.st_size = (off_t)n;
	a.st.st_blocks = (blkcnt_t)(n * 3);
	a.st.st_mtim.tv_sec = (time_t)(n * 5);
	a.st.st_ctim.tv_nsec = (long)(n * 7);
	return a;
}

static bool is_of(const struct board_answer *a, uint64_t n)
{
	struct board_answer want = answer_of(n);

	return memcmp(&a->st, &want.st, sizeof(want.st)) == 0;
}

static struct board_key key_of(uint64_t start, const char *text)
{
	struct board_key key;

	assert_true(board_key(&key, start, text));
	return key;
}

static unsigned post(uint64_t start, const char *text, const struct board_answer *a)
{
	struct board_key key = key_of(start, text);
	unsigned card = board_victim(board, &key);

	board_put(board, card, &key, a);
	return card;
}

static bool find(uint64_t start, const char *text, struct board_answer *a)
{
	struct board_key key = key_of(start, text);
	struct board_ref ref;

	return board_find(board, &key, a, &ref);
}

static void keys(void **state)
{
	char longest[BOARD_TEXT + 2];
	struct board_answer a = answer_of(1), b = answer_of(2), got;
	struct board_key key;
	struct board_ref ref;

	(void)state;
	memset(longest, 'x', sizeof(longest));
	longest[BOARD_TEXT] = '\0';
	assert_false(find(BOARD_TOP, "/a/b", &got));
	post(BOARD_TOP, "/a/b", &a);
	post(5, "/a/b", &b);
	post(BOARD_TOP, longest, &b);
	assert_true(find(BOARD_TOP, "/a/b", &got) && is_of(&got, 1));
	assert_true(find(5, "/a/b", &got) && is_of(&got, 2));
	assert_true(find(BOARD_TOP, longest, &got) && is_of(&got, 2));
	for (const char **no = (const char *[]){"/a/", "/a/bb", "/a/c", "a/b", "/A/b", "", NULL}; *no != NULL; no++)
		assert_false(find(BOARD_TOP, *no, &got));
	longest[BOARD_TEXT - 1] = 'y';
	assert_false(find(BOARD_TOP, longest, &got));
	longest[BOARD_TEXT] = 'x';
	longest[BOARD_TEXT + 1] = '\0';
	assert_false(board_key(&key, BOARD_TOP, longest));
	post(BOARD_TOP, "/a/b", &b); /* in the same place */
	assert_true(find(BOARD_TOP, "/a/b", &got) && is_of(&got, 2));
	assert_true(board_key(&key, BOARD_OPEN | 9, NULL));
	assert_false(board_find(board, &key, &got, &ref));
}

static void what_makes_void(void **state)
{
	struct board_answer a = answer_of(1), got;
	struct board_key key = key_of(BOARD_TOP, "/a");
	struct board_ref ref;
	unsigned card;

	(void)state;
	a.rest_word = (uintptr_t)&count;
	a.rest_value = 4;
	count = 4;
	card = post(BOARD_TOP, "/a", &a);
	assert_true(find(BOARD_TOP, "/a", &got));
	count = 5; /* somebody opens the file for writing */
	assert_false(find(BOARD_TOP, "/a", &got));
	count = 4;
	version = 2; /* somebody changes the container */
	assert_false(find(BOARD_TOP, "/a", &got));
	board_move(board, 0, 7, 2); /* it was this process, and not this name */
	assert_true(find(BOARD_TOP, "/a", &got));
	version = 3;
	board_move(board, 0, 8, 3); /* it was not */
	assert_false(find(BOARD_TOP, "/a", &got));
	a.epoch = 8;
	assert_int_equal(post(BOARD_TOP, "/a", &a), card);
	assert_true(board_find(board, &key, &got, &ref));
	assert_true(board_still(board, &got, &ref));
	version = 4;
	assert_false(board_still(board, &got, &ref));
	version = 3;
	assert_true(board_still(board, &got, &ref));
	board_drop(board, card);
	assert_false(board_still(board, &got, &ref));
	assert_false(find(BOARD_TOP, "/a", &got));
}

/* More than there is room for: the newest is there, and nothing that never was. */
static void crowding(void **state)
{
	struct board_answer got;
	char name[32];

	(void)state;
	for (unsigned i = 1; i <= 3 * BOARD_CARDS; i++) {
		struct board_answer a = answer_of(i);

		snprintf(name, sizeof(name), "/file-%u", i);
		post(BOARD_TOP, name, &a);
		assert_true(find(BOARD_TOP, name, &got) && is_of(&got, i));
	}
	for (unsigned i = 1; i <= 3 * BOARD_CARDS; i++) {
		snprintf(name, sizeof(name), "/file-%u", i);
		if (find(BOARD_TOP, name, &got))
			assert_true(is_of(&got, i));
	}
}

#define READERS 3
#define ROUNDS	20000

static atomic_bool stop;
static board_word returned; /* changes up to this one have returned */

/* An answer is whole, and no older than the last change that had returned when the question was asked. */
static void *read_all(void *arg)
{
	struct board_answer got;
	unsigned long *found = arg;

	while (!stop) {
		uint64_t before = returned;

		if (find(BOARD_TOP, "/name", &got)) {
			uint64_t n = (uint64_t)got.st.st_size;

			if (!is_of(&got, n) || n < before)
				abort();
			__atomic_fetch_add(found, 1, __ATOMIC_RELAXED);
		}
	}
	return NULL;
}

/* As the inside does: by turns its own changes and those of others, which void all. */
static void readers_and_a_writer(void **state)
{
	unsigned long found[READERS] = {0}, sum = 0;
	struct board_answer a = answer_of(0), other = answer_of(0);
	pthread_t thread[READERS];
	uint64_t epoch = 7;
	unsigned card;

	(void)state;
	stop = false;
	returned = 0;
	for (unsigned i = 0; i < READERS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, read_all, &found[i]), 0);
	for (uint64_t n = 1; n <= ROUNDS || sum == 0; n++) {
		version = n + 1;
		if (n % 3 == 0) {
			epoch++;
		} else {
			struct board_key key = key_of(BOARD_TOP, "/name");

			card = board_victim(board, &key);
			board_drop(board, card);
		}
		board_move(board, 0, epoch, n + 1);
		returned = n;
		a = answer_of(n);
		a.epoch = other.epoch = epoch;
		post(BOARD_TOP, "/name", &a);
		post(n, "/other", &other);
		if (n % 1000 == 0)
			for (unsigned i = 0; i < READERS; i++)
				sum += __atomic_load_n(&found[i], __ATOMIC_RELAXED);
	}
	stop = true;
	for (unsigned i = 0; i < READERS; i++)
		assert_int_equal(pthread_join(thread[i], NULL), 0);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {CASE(keys), CASE(what_makes_void), CASE(crowding),
					   CASE(readers_and_a_writer)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
