/*
 * start.c: when the library is loaded.
 *
 * It steps aside, which means that nothing at all is changed, if the program has more rights than its user, if it is in
 * D_IL_BYPASS_LIST, if there is no place where a container is, if it is not alone (another library has made threads),
 * or if the code of libc is not as expected or cannot be changed.
 *
 * D_IL_BYPASS_LIST has names of programs, separated by colons or commas. A script is named by its own name or that of
 * its interpreter.
 */
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "arch.h"
#include "calls.h"
#include "enter.h"
#include "exec.h"
#include "memory.h"
#include "mounts.h"
#include "report.h"

/* libc's own; absent before 2.32. */
extern char __libc_single_threaded __attribute__((weak));

static bool in_list(const char *list, const char *name)
{
	const char *slash = strrchr(name, '/');
	size_t len;

	if (slash != NULL)
		name = slash + 1;
	len = strlen(name);
	for (const char *p = list; len > 0 && *p != '\0';) {
		size_t n = strcspn(p, ":,");

		if (n == len && memcmp(p, name, n) == 0)
			return true;
		p += n;
		if (*p != '\0')
			p++;
	}
	return false;
}

static bool is_bypassed(void)
{
	const char *list = getenv("D_IL_BYPASS_LIST");
	const char *started_as = (const char *)getauxval(AT_EXECFN);

	if (list == NULL)
		return false;
	return in_list(list, program_invocation_name) || (started_as != NULL && in_list(list, started_as));
}

static bool is_alone(void)
{
	return &__libc_single_threaded == NULL || __libc_single_threaded;
}

/* Whether it is not libc's. Such a one may use files itself, and ld.so calls it when it loads the inside. */
static bool has_own_malloc(void)
{
	Dl_info info;

	return dladdr((void *)malloc, &info) != 0 && strstr(info.dli_fname, "/libc.so") == NULL;
}

__attribute__((constructor)) static void start(void)
{
	if (getauxval(AT_SECURE) || is_bypassed() || !is_alone() || il_mounts_find() == 0)
		return;
	il_calls_init();
	il_memory_init();
	il_inherit_init();
	il_report_init();
	if (il_enter_init() != 0)
		return;
	if (has_own_malloc())
		il_inside_ready();
	il_arch_rewrite();
}
