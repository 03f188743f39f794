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
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "../calls.h"
#include "libraries.h"
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

static struct il_library loader;
static uint8_t area[AREA_SIZE] __attribute__((aligned(4096)));

struct library {
	struct il_library file;
	const uint8_t *from, *to;    /* where its sites are */
	struct il_site *first, *end; /* which they are */
};

struct found {
	struct library lib[IL_LIBRARIES_MAX];
	unsigned nlibs;
	struct il_site site[MAX_SITES];
	struct il_site *end;
};

/* Where the sites are (offsets of the system call) in the libraries that this one was built with. */
struct known {
	uint8_t build_id[IL_BUILD_ID_MAX];
	unsigned nr;
	const uint32_t *offset;
};

static const struct known known[] = {
#ifdef IL_KNOWN_SITES
#include IL_KNOWN_SITES
#endif
    {.nr = 0},
};

static bool is_near(const void *a, const void *b)
{
	intptr_t distance = (intptr_t)a - (intptr_t)b;

	return distance > -0x7f000000L && distance < 0x7f000000L;
}

static const struct known *find_known(const struct il_library *lib)
{
	for (const struct known *k = known; k->nr > 0; k++)
		if (memcmp(k->build_id, lib->build_id, sizeof(k->build_id)) == 0)
			return k;
	return NULL;
}

static bool protect(const uint8_t *from, const uint8_t *to, int prot)
{
	uintptr_t start = (uintptr_t)from & ~(PAGE - 1), end = ((uintptr_t)to + PAGE - 1) & ~(PAGE - 1);

	return il_syscall(SYS_mprotect, start, end - start, prot) == 0;
}

/*
 * Each is looked at once more: whatever has been said, nothing else than a site becomes a jump. The page is written to
 * at once: one fault instead of two.
 */
static void take_known(const struct known *k, struct library *lib, const struct il_site *limit)
{
	const uint8_t *text = lib->file.text;

	for (unsigned i = 0; i < k->nr && lib->end < limit; i++) {
		const uint8_t *syscall = lib->file.base + k->offset[i], *insn;

		__atomic_fetch_or((uint8_t *)syscall, 0, __ATOMIC_RELAXED);
		if (syscall < text + IL_SITE_START || syscall[0] != 0x0f || syscall[1] != 0x05)
			continue;
		insn = il_site_examine(syscall, il_call_wanted);
		if (insn != NULL)
			*lib->end++ = (struct il_site){insn, syscall};
	}
}

/* Find the sites of a library and make it writable there. False: it has none, or stays as it is. */
static bool open_library(struct library *lib, const struct il_site *limit)
{
	const struct known *k = find_known(&lib->file);
	const uint8_t *text = lib->file.text, *end = text + lib->file.size;

	if (!is_near(text, area) || !is_near(end, area))
		return false;
	if (k != NULL) {
		lib->from = lib->file.base + k->offset[0] - IL_INSN_MAX;
		lib->to = lib->file.base + k->offset[k->nr - 1] + IL_SYSCALL_LEN;
		if (lib->from < text || lib->to > end ||
		    !protect(lib->from, lib->to, PROT_READ | PROT_WRITE | PROT_EXEC))
			return false;
		take_known(k, lib, limit);
		return true;
	}
	lib->end += il_site_find(text, lib->file.size, il_call_wanted, lib->first, limit - lib->first);
	if (lib->end == lib->first)
		return false;
	lib->from = lib->first->insn;
	lib->to = lib->end[-1].syscall + IL_SYSCALL_LEN;
	return protect(lib->from, lib->to, PROT_READ | PROT_WRITE | PROT_EXEC);
}

static void find(struct found *found)
{
	struct il_library files[IL_LIBRARIES_MAX];
	unsigned n = il_libraries(files);

	found->end = found->site;
	for (unsigned i = 0; i < n; i++) {
		struct library *lib = &found->lib[found->nlibs];

		if (files[i].is_loader)
			loader = files[i];
		*lib = (struct library){.file = files[i], .first = found->end, .end = found->end};
		if (!open_library(lib, found->site + MAX_SITES))
			continue;
		found->end = lib->end;
		found->nlibs++;
	}
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

bool il_arch_is_loader(const struct il_regs *regs)
{
	const uint8_t *ip = (const uint8_t *)regs->ip;

	return ip >= loader.text && ip < loader.text + loader.size;
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
	unsigned n;
	bool ok;

	find_vector();
	find(&found);
	n = found.end - found.site;
	for (unsigned i = 0; i < n; i++)
		write_trampoline(area + i * TRAMPOLINE_MAX, &found.site[i]);
	ok = n > 0 && protect(area, area + n * TRAMPOLINE_MAX, PROT_READ | PROT_EXEC);
	for (unsigned i = 0; i < n && ok; i++)
		write_jump(&found.site[i], area + i * TRAMPOLINE_MAX);
	for (unsigned i = 0; i < found.nlibs; i++)
		protect(found.lib[i].from, found.lib[i].to, PROT_READ | PROT_EXEC);
	return ok ? n : 0;
}
