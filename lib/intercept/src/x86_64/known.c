/*
 * known.c: prints where the sites are in the libc and ld.so that it runs with, as C. The library is built with that,
 * and need not search where it meets the same ones.
 */
#include <stdio.h>

#include "../calls.h"
#include "libraries.h"
#include "site.h"

#define MAX_SITES 512

static void print(const struct il_library *lib)
{
	static struct il_site sites[MAX_SITES];
	unsigned n = il_site_find(lib->text, lib->size, il_call_wanted, sites, MAX_SITES);

	if (n == 0)
		return;
	printf("\t{.build_id = {");
	for (unsigned i = 0; i < IL_BUILD_ID_MAX; i++)
		printf("%u, ", lib->build_id[i]);
	printf("},\n\t .nr = %u,\n\t .offset = (const uint32_t[]){", n);
	for (unsigned i = 0; i < n; i++)
		printf("%#x, ", (unsigned)(sites[i].syscall - lib->base));
	printf("}},\n");
}

int main(void)
{
	struct il_library libs[IL_LIBRARIES_MAX];
	unsigned n = il_libraries(libs);

	il_calls_init();
	for (unsigned i = 0; i < n; i++)
		print(&libs[i]);
	return n == 0;
}
