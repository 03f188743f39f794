/*
 * site_test.c: disassembles the libc and ld.so of this machine, function by function, and proves that every site is
 * what the search takes it for: two whole instructions, one after the other, and nothing jumps between the bytes that
 * make way. And the other way round: that no system call of interest has been missed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <capstone/capstone.h>
#include <link.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calls.h"
#include "x86_64/libraries.h"
#include "x86_64/site.h"

#define MAX_SITES 512
#define EH_ENC	  0x3b1b /* table: data relative, 4 bytes; pointer: pc relative, 4 bytes */

/* By offset in the text. */
struct text {
	const struct il_library *lib;
	uint8_t *starts;   /* an instruction starts here */
	uint8_t *targets;  /* a jump goes here */
	uint8_t *syscalls; /* a system call of interest is here */
	unsigned nsites;
	struct il_site site[MAX_SITES];
};

static csh handle;

/* .eh_frame_hdr: where functions begin, in order. */
struct functions {
	const uint8_t *hdr;
	const int32_t (*table)[2];
	unsigned n;
};

static int find_table(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct functions *f = arg;

	(void)size;
	for (unsigned i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_GNU_EH_FRAME && (const uint8_t *)info->dlpi_addr == f->hdr) {
			f->hdr = (const uint8_t *)info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
			f->n = *(const uint32_t *)(f->hdr + 8);
			f->table = (const void *)(f->hdr + 12);
			return 1;
		}
	return 0;
}

static bool is_load_of_wanted(const cs_insn *insn)
{
	const cs_x86 *x = &insn->detail->x86;

	return insn->id == X86_INS_MOV && x->op_count == 2 && x->operands[0].type == X86_OP_REG &&
	       (x->operands[0].reg == X86_REG_EAX || x->operands[0].reg == X86_REG_RAX) &&
	       x->operands[1].type == X86_OP_IMM && x->operands[1].imm >= 0 && x->operands[1].imm < IL_NR_MAX &&
	       il_call_wanted(x->operands[1].imm);
}

static void take_jump(struct text *t, const cs_insn *insn)
{
	const cs_x86 *x = &insn->detail->x86;
	uint64_t to;

	if (!cs_insn_group(handle, insn, CS_GRP_JUMP) && !cs_insn_group(handle, insn, CS_GRP_CALL))
		return;
	if (x->op_count != 1 || x->operands[0].type != X86_OP_IMM)
		return;
	to = x->operands[0].imm - (uint64_t)(uintptr_t)t->lib->text;
	if (to < t->lib->size)
		t->targets[to] = 1;
}

static void take_function(struct text *t, const uint8_t *from, const uint8_t *to)
{
	cs_insn *insn = cs_malloc(handle);
	uint64_t address = (uint64_t)(uintptr_t)from;
	size_t left = to - from;
	bool loaded = false;

	while (cs_disasm_iter(handle, &from, &left, &address, insn)) {
		size_t at = insn->address - (uint64_t)(uintptr_t)t->lib->text;

		t->starts[at] = 1;
		take_jump(t, insn);
		if (insn->id == X86_INS_SYSCALL)
			t->syscalls[at] = loaded ? 2 : 1;
		loaded = is_load_of_wanted(insn);
	}
	cs_free(insn, 1);
}

static void disassemble(struct text *t)
{
	const struct il_library *lib = t->lib;
	struct functions f = {.hdr = lib->base};

	t->starts = calloc(lib->size, 1);
	t->targets = calloc(lib->size, 1);
	t->syscalls = calloc(lib->size, 1);
	assert_true(t->starts != NULL && t->targets != NULL && t->syscalls != NULL);
	assert_int_equal(dl_iterate_phdr(find_table, &f), 1);
	assert_int_equal(f.hdr[3], EH_ENC >> 8);
	for (unsigned i = 0; i < f.n; i++) {
		const uint8_t *from = f.hdr + f.table[i][0];
		const uint8_t *to = i + 1 < f.n ? f.hdr + f.table[i + 1][0] : lib->text + lib->size;

		if (from >= lib->text && to <= lib->text + lib->size)
			take_function(t, from, to);
	}
}

static void check_site(const struct text *t, const struct il_site *site)
{
	size_t at = site->insn - t->lib->text, len = site->syscall - site->insn;

	if (!t->starts[at] || t->syscalls[at + len] == 0)
		fail_msg("%#lx: not an instruction and a system call", (long)(site->insn - t->lib->base));
	for (size_t i = 1; i < len; i++)
		if (t->starts[at + i] || t->targets[at + i])
			fail_msg("%#lx: something is in its middle", (long)(site->insn - t->lib->base));
	t->syscalls[at + len] = 1;
}

static void check_library(const struct il_library *lib)
{
	struct text t = {.lib = lib};

	disassemble(&t);
	t.nsites = il_site_find(lib->text, lib->size, il_call_wanted, t.site, MAX_SITES);
	assert_true(t.nsites > 0 && t.nsites < MAX_SITES);
	for (unsigned i = 0; i < t.nsites; i++)
		check_site(&t, &t.site[i]);
	for (size_t i = 0; i < lib->size; i++)
		if (t.syscalls[i] == 2)
			fail_msg("%#lx: missed", (long)(lib->text + i - lib->base));
	free(t.starts);
	free(t.targets);
	free(t.syscalls);
}

static void test_sites(void **state)
{
	struct il_library libs[IL_LIBRARIES_MAX];
	unsigned n = il_libraries(libs);

	(void)state;
	assert_true(n >= 2);
	il_calls_init();
	assert_int_equal(cs_open(CS_ARCH_X86, CS_MODE_64, &handle), CS_ERR_OK);
	cs_option(handle, CS_OPT_DETAIL, CS_OPT_ON);
	for (unsigned i = 0; i < n; i++)
		check_library(&libs[i]);
	cs_close(&handle);
}

/* What the search must not take: bytes that only look like a site. */
static void test_not_sites(void **state)
{
	static const uint8_t long_move[] = {0x41, 0xb8, 2, 0, 0, 0, 0x0f, 0x05};	  /* mov $2, %r8d */
	static const uint8_t other_number[] = {0x90, 0xb8, 0x38, 0x01, 0, 0, 0x0f, 0x05}; /* not wanted */
	static const uint8_t site[] = {0x90, 0xb8, 2, 0, 0, 0, 0x0f, 0x05};
	uint8_t text[512];
	struct il_site found[4];

	(void)state;
	il_calls_init();
	memset(text, 0x90, sizeof(text));
	memcpy(text + 100, long_move, sizeof(long_move));
	memcpy(text + 200, other_number, sizeof(other_number));
	memcpy(text + 300, site, sizeof(site));
	assert_int_equal(il_site_find(text, sizeof(text), il_call_wanted, found, 4), 1);
	assert_ptr_equal(found[0].insn, text + 301);
	assert_ptr_equal(found[0].syscall, text + 306);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_sites), cmocka_unit_test(test_not_sites)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
