/* The parts of the tool that need no system: values, lists, the command line, tables and JSON text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail /* the tool has a function of that name */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmdline.h"
#include "json_text.h"
#include "pairs.h"
#include "prop_table.h"
#include "table.h"
#include "value.h"

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static void taken(const char *what, const char *text)
{
	print_error("%s \"%s\" is taken\n", what, text);
	assert_true(false);
}

static void sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t size;
	} good[] = {
	    {"0", 0},
	    {"65536", 65536},
	    {"64K", 64000},
	    {"64k", 64000},
	    {"64KB", 64000},
	    {"64KiB", 65536},
	    {"64 kib", 65536},
	    {"1.5G", 1500000000},
	    {"1MiB", 1048576},
	    {"2T", 2000000000000},
	    {"3PiB", 3377699720527872},
	    {"7B", 7},
	    {"18446744073709551615", UINT64_MAX},
	};
	static const char *const bad[] = {"",	    "K",    "-1", "1X", "1KiBB", "1.2.3", "18446744073709551616",
					  "99999E", "0x10", "1 2"};
	uint64_t size;
	char why[128];

	(void)state;
	for (size_t i = 0; i < LEN(good); i++) {
		assert_int_equal(size_parse(good[i].text, &size, why, sizeof(why)), 0);
		assert_int_equal(size, good[i].size);
	}
	for (size_t i = 0; i < LEN(bad); i++)
		if (size_parse(bad[i], &size, why, sizeof(why)) != -1)
			taken("size", bad[i]);
}

static void size_texts(void **state)
{
	char buf[SIZE_TEXT_LEN];

	(void)state;
	assert_string_equal(size_text(0, buf), "0 B");
	assert_string_equal(size_text(9, buf), "9 B");
	assert_string_equal(size_text(999, buf), "999 B");
	assert_string_equal(size_text(1000, buf), "1.0 kB");
	assert_string_equal(size_text(2000003072, buf), "2.0 GB");
	assert_string_equal(size_text(629754176, buf), "630 MB");
	assert_string_equal(size_text(1370248896, buf), "1.4 GB");
	assert_string_equal(size_text(UINT64_MAX, buf), "18 EB");
	assert_string_equal(size_text_binary(1048576, buf), "1.0 MiB");
	assert_string_equal(size_text_binary(4096, buf), "4.0 KiB");
	assert_string_equal(size_text_binary(131072, buf), "128 KiB");
}

static void numbers_and_words(void **state)
{
	char why[128];
	uint64_t lo, hi, n;
	uint32_t mode;
	uint16_t layout;

	(void)state;
	assert_int_equal(oid_parse("281479271677952.7", &lo, &hi, why, sizeof(why)), 0);
	assert_int_equal(hi, 281479271677952);
	assert_int_equal(lo, 7);
	assert_int_equal(oid_parse("1", &lo, &hi, why, sizeof(why)), -1);
	assert_int_equal(oid_parse("1.", &lo, &hi, why, sizeof(why)), -1);
	assert_int_equal(oid_parse("1.2x", &lo, &hi, why, sizeof(why)), -1);
	assert_int_equal(oid_parse("-1.2", &lo, &hi, why, sizeof(why)), -1);
	assert_int_equal(u64_parse("0x10", &n, why, sizeof(why)), 0);
	assert_int_equal(n, 16);
	assert_int_equal(u64_parse("-1", &n, why, sizeof(why)), -1);
	assert_int_equal(u64_parse("", &n, why, sizeof(why)), -1);
	assert_int_equal(mode_parse("4755", &mode, why, sizeof(why)), 0);
	assert_int_equal(mode, 04755);
	assert_int_equal(mode_parse("10000", &mode, why, sizeof(why)), -1);
	assert_int_equal(mode_parse("9", &mode, why, sizeof(why)), -1);
	assert_int_equal(layout_parse("posix", &layout, why, sizeof(why)), 0);
	assert_string_equal(layout_name(layout), "POSIX");
	assert_string_equal(layout_name(999), "unknown");
}

static void lists(void **state)
{
	static const char *const bad[] = {"", "k", ":v", "k:", "k:v,", "k:v,,l:w", ","};
	struct pairs pairs;
	char why[128];

	(void)state;
	assert_int_equal(pairs_parse("a:1,b:x:y", &pairs, why, sizeof(why)), 0);
	assert_int_equal(pairs.nr, 2);
	assert_string_equal(pairs.key[1], "b");
	assert_string_equal(pairs.value[1], "x:y");
	assert_int_equal(pairs.value_len[1], 3);
	pairs_free(&pairs);
	for (size_t i = 0; i < LEN(bad); i++)
		if (pairs_parse(bad[i], &pairs, why, sizeof(why)) != -1)
			taken("list", bad[i]);
	assert_int_equal(keys_parse("a,b", &pairs, why, sizeof(why)), 0);
	assert_int_equal(pairs.nr, 2);
	pairs_free(&pairs);
	assert_int_equal(keys_parse("a,", &pairs, why, sizeof(why)), -1);
}

static void properties(void **state)
{
	static const char *const bad[] = {"rd_fac:5",  "rd_fac:x",     "cksum:md5",	"layout_type:POSIX", "rd_lvl:3",
					  "label:a b", "ec_cell_sz:x", "perf_domain:x", "status:unclean",    "x:1"};
	daos_prop_t *prop;
	char why[512];

	(void)state;
	assert_int_equal(cont_props_parse("rd_fac:2,cksum:SHA1,ec_cell_sz:64KiB,rd_lvl:1", PROP_AT_CREATION, 1, &prop,
					  why, sizeof(why)),
			 0);
	assert_int_equal(prop->dpp_nr, 5);
	assert_int_equal(prop->dpp_entries[0].dpe_val, 2);
	assert_int_equal(prop->dpp_entries[1].dpe_val, DAOS_PROP_CO_CSUM_SHA1);
	assert_int_equal(prop->dpp_entries[2].dpe_val, 65536);
	assert_int_equal(prop->dpp_entries[3].dpe_val, DAOS_PROP_CO_REDUN_RANK);
	daos_prop_free(prop);
	for (size_t i = 0; i < LEN(bad); i++)
		if (cont_props_parse(bad[i], PROP_AT_CREATION, 0, &prop, why, sizeof(why)) != -1)
			taken("property", bad[i]);
	assert_int_equal(cont_props_parse("rd_fac:2", PROP_ALWAYS, 0, &prop, why, sizeof(why)), -1);
}

static int nothing(struct context *ctx)
{
	(void)ctx;
	return 0;
}

static const struct cmd leaves[] = {
    {"list", "ls", "", NULL, nothing, OPTS(OPT_VERBOSE_SMALL, OPT_PATH), NULL, 2},
    {"query", NULL, "", NULL, nothing, NULL, NULL, 0},
    {.name = NULL},
};
static const struct cmd branches[] = {
    {"container", "cont co", "", leaves, NULL, NULL, NULL, 0},
    {"filesystem", "fs", "", leaves, NULL, NULL, NULL, 0},
    {.name = NULL},
};
static const struct cmd root = {"tool", NULL, "", branches, NULL, NULL, NULL, 0};

/* Parse a line of words. The context's failure is the caller's to free. */
static int parse(struct context *ctx, const char *line)
{
	static char text[256];
	static char *argv[32];
	static const char *args[32];
	struct cmd_path path = {0};
	char *rest = text;
	int argc = 1;

	memset(ctx, 0, sizeof(*ctx));
	snprintf(text, sizeof(text), "%s", line);
	argv[0] = (char *)"tool";
	while ((argv[argc] = strsep(&rest, " ")) != NULL)
		argc++;
	return cmdline_parse(ctx, &root, argc, argv, args, &path);
}

static void command_lines(void **state)
{
	static const struct {
		const char *line;
		const char *error;
	} bad[] = {
	    {"co", "Please specify one command of: list or query"},
	    {"co lst", "Unknown command `lst', did you mean `list'?"},
	    {"co xyz", "Unknown command `xyz'. Please specify one command of: list or query"},
	    {"co list --nope=3", "unknown flag `nope'"},
	    {"co list -vX", "unknown flag `X'"},
	    {"co query -v", "unknown flag `v'"},
	    {"co list -v=1", "unknown flag `='"},
	    {"co list --verbose=1", "bool flag `-v, --verbose' cannot have an argument"},
	    {"co list -p", "expected argument for flag `-p, --path'"},
	    {"co list -p -v", "expected argument for flag `-p, --path', but got option `-v'"},
	    {"co list a b c", "unexpected argument \"c\""},
	};
	struct context ctx;

	(void)state;
	assert_int_equal(parse(&ctx, "--json co ls one -vp/a/b two"), 0);
	assert_ptr_equal(ctx.cmd, &leaves[0]);
	assert_true(ctx.json);
	assert_true(verbose(&ctx));
	assert_string_equal(ctx.opt[OPT_PATH], "/a/b");
	assert_string_equal(arg(&ctx, 1), "two");
	assert_null(arg(&ctx, 2));
	assert_int_equal(parse(&ctx, "fs list --path=a=b -p=c --path d"), 0);
	assert_string_equal(ctx.opt[OPT_PATH], "d");
	assert_int_equal(parse(&ctx, "fs list -- -v -"), 0);
	assert_false(verbose(&ctx));
	assert_string_equal(arg(&ctx, 0), "-v");
	assert_int_equal(parse(&ctx, "fs --help"), 0);
	assert_int_equal(parse(&ctx, "fs list --path="), 0);
	assert_string_equal(ctx.opt[OPT_PATH], "");
	for (size_t i = 0; i < LEN(bad); i++) {
		assert_int_equal(parse(&ctx, bad[i].line), -DER_MISC);
		assert_string_equal(ctx.error, bad[i].error);
		free(ctx.error);
	}
}

static void failures(void **state)
{
	struct context ctx = {0};

	(void)state;
	assert_int_equal(fail_der(&ctx, -DER_NONEXIST, "cannot do %d", 3), -DER_NONEXIST);
	assert_int_equal(fail(&ctx, "later"), -DER_NONEXIST);
	assert_int_equal(fail_prefix(&ctx, "pool %s", "p"), -DER_NONEXIST);
	assert_string_equal(ctx.error, "pool p: cannot do 3: DER_NONEXIST(-1005): The specified entity does not exist");
	free(ctx.error);
}

/* What `print` writes to standard output, in memory of the caller. */
static char *captured(void (*print)(void))
{
	char *text = calloc(1, 4096);
	FILE *file = tmpfile();
	int saved = dup(1);
	ssize_t n;

	assert_non_null(text);
	assert_non_null(file);
	fflush(stdout);
	dup2(fileno(file), 1);
	print();
	fflush(stdout);
	dup2(saved, 1);
	close(saved);
	n = pread(fileno(file), text, 4095, 0);
	assert_true(n >= 0);
	fclose(file);
	return text;
}

static void print_tables(void)
{
	struct context ctx = {0};
	struct table *t = table_new(2, "Name", "A");
	struct fields *f = fields_new();

	table_row(t, "x", "longer");
	table_print(&ctx, t, "  ");
	table_free(t);
	fields_add(f, "One", "%d", 1);
	fields_add(f, "Three", "%s", "long");
	fields_print(&ctx, f, 0);
	fields_print(&ctx, f, 7);
	fields_free(f);
	ctx.json = true;
	out(&ctx, "not with --json\n");
}

static void tables(void **state)
{
	char *text = captured(print_tables);

	(void)state;
	assert_string_equal(text, "  Name A      \n"
				  "  ---- -      \n"
				  "  x    longer \n"
				  "  One  : 1   \n"
				  "  Three: long\n"
				  "  One    : 1   \n"
				  "  Three  : long\n");
	free(text);
}

static void print_json(void)
{
	struct json_object *o =
	    json_tokener_parse("{\"a\":[],\"b\":{},\"c\":[1,true,null],\"d\":\"<&>/\\\"\\n\\u0001é\"}");

	json_text_print(stdout, o);
	json_object_put(o);
}

static void json(void **state)
{
	char *text = captured(print_json);

	(void)state;
	assert_string_equal(text, "{\n"
				  "  \"a\": [],\n"
				  "  \"b\": {},\n"
				  "  \"c\": [\n"
				  "    1,\n"
				  "    true,\n"
				  "    null\n"
				  "  ],\n"
				  "  \"d\": \"\\u003c\\u0026\\u003e/\\\"\\n\\u0001é\"\n"
				  "}\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sizes),	cmocka_unit_test(size_texts), cmocka_unit_test(numbers_and_words),
	    cmocka_unit_test(lists),	cmocka_unit_test(properties), cmocka_unit_test(command_lines),
	    cmocka_unit_test(failures), cmocka_unit_test(tables),     cmocka_unit_test(json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
