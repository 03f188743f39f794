/* The ranges that one owner has locked. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lock_range.h"

static void set(struct lock_range **list, int64_t start, int64_t end, short type)
{
	struct lock_range want = {.start = start, .end = end, .type = type, .pid = 1};

	assert_int_equal(lock_ranges_set(list, &want), 0);
}

/* The list as text: r or w, first and last byte of each. */
static void expect(const struct lock_range *list, const char *want)
{
	char text[256] = "";
	size_t n = 0;

	for (; list != NULL; list = list->next)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s%c%lld-%lld", n > 0 ? " " : "",
				      list->type == F_WRLCK ? 'w' : 'r', (long long)list->start,
				      list->end == LOCK_END ? -1LL : (long long)list->end);
	assert_string_equal(text, want);
}

static void test_split(void **state)
{
	struct lock_range *list = NULL;

	(void)state;
	set(&list, 0, 99, F_WRLCK);
	set(&list, 40, 59, F_UNLCK);
	expect(list, "w0-39 w60-99");
	set(&list, 70, 79, F_RDLCK);
	expect(list, "w0-39 w60-69 r70-79 w80-99");
	set(&list, 0, LOCK_END, F_UNLCK);
	expect(list, "");
	set(&list, 10, LOCK_END, F_RDLCK);
	set(&list, 20, 29, F_UNLCK);
	expect(list, "r10-19 r30--1");
	lock_ranges_free(&list);
}

static void test_join(void **state)
{
	struct lock_range *list = NULL;

	(void)state;
	set(&list, 20, 29, F_RDLCK);
	set(&list, 0, 9, F_RDLCK);
	expect(list, "r0-9 r20-29");
	set(&list, 10, 19, F_RDLCK);
	expect(list, "r0-29");
	set(&list, 30, LOCK_END, F_RDLCK);
	expect(list, "r0--1");
	set(&list, 5, 9, F_WRLCK);
	set(&list, 0, 4, F_WRLCK);
	expect(list, "w0-9 r10--1");
	set(&list, 3, 20, F_RDLCK);
	expect(list, "w0-2 r3--1");
	lock_ranges_free(&list);
}

static void test_conflict(void **state)
{
	struct lock_range want = {.start = 10, .end = 19, .type = F_RDLCK};
	struct lock_range *list = NULL;

	(void)state;
	set(&list, 0, 14, F_RDLCK);
	set(&list, 15, 15, F_WRLCK);
	assert_int_equal(lock_ranges_conflict(list, &want)->start, 15);
	want.end = 14;
	assert_null(lock_ranges_conflict(list, &want));
	want.type = F_WRLCK;
	assert_int_equal(lock_ranges_conflict(list, &want)->start, 0);
	want.start = want.end = 16;
	assert_null(lock_ranges_conflict(list, &want));
	lock_ranges_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_split),
	    cmocka_unit_test(test_join),
	    cmocka_unit_test(test_conflict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
