/*
 * rewrite.c: sites become jumps to trampolines.
 *
 * A trampoline is the instruction that made way, `lea syscall(%rip), %rcx` and a jump to il_entry. All are in this
 * library's own memory, which ld.so has put near libc; a library that is not within 2 GiB is left alone.
 *
 * A page is never writable alone: libc's text becomes writable and executable in one step that hardened systems refuse
 * (then nothing has been changed), and gives up the right to write in another, which nothing refuses.
 */
#include "../arch.h"

#include <cpuid.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "../calls.h"
#include "site.h"

#define PAGE	       4096UL
#define TRAMPOLINE_MAX 24
#define MAX_SITES      512
#define AREA_SIZE      (MAX_SITES * TRAMPOLINE_MAX)
#define MAX_LIBRARIES  4
#define FXSAVE_SIZE    512
#define LEAF_XSAVE     0xd
#define SUB_XSAVEC     (1U << 1)
#define JUMP	       0xe9
#define JUMP_LEN       5
#define BREAK	       0xcc

void il_entry(void);

extern bool il_has_xsave, il_has_xsavec;
bool il_has_xsave __attribute__((visibility("hidden"))), il_has_xsavec __attribute__((visibility("hidden")));

static uint8_t area[AREA_SIZE] __attribute__((aligned(4096)));

struct library {
	uint8_t *text;
	size_t size;
	unsigned first, count; /* of sites */
};

struct found {
	struct library lib[MAX_LIBRARIES];
	unsigned nlibs;
	struct il_site site[MAX_SITES];
	unsigned nsites;
};

static const char *const names[] = {"libc.so.6", "libpthread.so.0", "ld-linux-x86-64.so.2"};

static bool is_named(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash == NULL ? path : slash + 1;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(base, names[i]) == 0)
			return true;
	return false;
}

static bool is_near(const void *a, const void *b)
{
	intptr_t distance = (intptr_t)a - (intptr_t)b;

	return distance > -0x7f000000L && distance < 0x7f000000L;
}

static int on_library(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct found *found = arg;

	(void)size;
	if (!is_named(info->dlpi_name))
		return 0;
	for (unsigned i = 0; i < info->dlpi_phnum && found->nlibs < MAX_LIBRARIES; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		struct library *lib = &found->lib[found->nlibs];

		if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_X))
			continue;
		lib->text = (uint8_t *)(info->dlpi_addr + ph->p_vaddr);
		lib->size = ph->p_memsz;
		if (!is_near(lib->text, area) || !is_near(lib->text + lib->size, area))
			continue;
		lib->first = found->nsites;
		lib->count = il_site_find(lib->text, lib->size, il_call_wanted, found->site + found->nsites,
					  MAX_SITES - found->nsites);
		found->nsites += lib->count;
		if (lib->count > 0)
			found->nlibs++;
	}
	return 0;
}

static uint8_t *put_rel32(uint8_t *at, const void *to)
{
	int32_t rel = (const uint8_t *)to - (at + sizeof(rel));

	memcpy(at, &rel, sizeof(rel));
	return at + sizeof(rel);
}

static void write_trampoline(uint8_t *p, const struct il_site *site)
{
	size_t len = site->syscall - site->insn;

	memcpy(p, site->insn, len);
	p += len;
	*p++ = 0x48; /* lea syscall(%rip), %rcx */
	*p++ = 0x8d;
	*p++ = 0x0d;
	p = put_rel32(p, site->syscall);
	*p++ = JUMP;
	put_rel32(p, (const void *)il_entry);
}

/* From here to the end no function of libc: its code is being changed. */
static void write_jump(const struct il_site *site, uint8_t *trampoline)
{
	uint8_t *p = (uint8_t *)site->insn;

	*p++ = JUMP;
	p = put_rel32(p, trampoline);
	while (p < site->syscall)
		*p++ = BREAK;
}

static bool protect(const void *start, const void *end, int prot)
{
	uintptr_t from = (uintptr_t)start & ~(PAGE - 1), to = ((uintptr_t)end + PAGE - 1) & ~(PAGE - 1);

	return il_syscall(SYS_mprotect, from, to - from, prot) == 0;
}

static bool patch(const struct found *found, const struct library *lib)
{
	const struct il_site *first = &found->site[lib->first], *last = first + lib->count - 1;

	if (!protect(first->insn, last->syscall, PROT_READ | PROT_WRITE | PROT_EXEC))
		return false;
	for (const struct il_site *site = first; site <= last; site++)
		write_jump(site, area + (site - found->site) * TRAMPOLINE_MAX);
	return protect(first->insn, last->syscall, PROT_READ | PROT_EXEC);
}

static void find_vector(void)
{
	unsigned a, b, c, d;

	__cpuid(1, a, b, c, d);
	il_has_xsave = (c & bit_OSXSAVE) != 0;
	if (il_has_xsave) {
		__cpuid_count(LEAF_XSAVE, 1, a, b, c, d);
		il_has_xsavec = (a & SUB_XSAVEC) != 0;
	}
}

size_t il_arch_vector_size(void)
{
	unsigned a, b, c, d;

	if (!il_has_xsave)
		return FXSAVE_SIZE;
	__cpuid_count(LEAF_XSAVE, 0, a, b, c, d);
	return b;
}

unsigned il_arch_rewrite(void)
{
	static struct found found;
	unsigned done = 0;

	find_vector();
	dl_iterate_phdr(on_library, &found);
	if (found.nsites == 0)
		return 0;
	for (unsigned i = 0; i < found.nsites; i++)
		write_trampoline(area + i * TRAMPOLINE_MAX, &found.site[i]);
	if (!protect(area, area + sizeof(area), PROT_READ | PROT_EXEC))
		return 0;
	for (unsigned i = 0; i < found.nlibs; i++)
		if (patch(&found, &found.lib[i]))
			done += found.lib[i].count;
	return done;
}
