/*
 * test.h: cmocka with what it needs included before it.
 */
#ifndef DFUSE_DAOS_TEST_H
#define DFUSE_DAOS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
