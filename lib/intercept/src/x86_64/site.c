#include "site.h"

#include <emmintrin.h>
#include <string.h>
#include <stdbool.h>

#define JUMP_LEN  5
#define LOOK_BACK 40 /* how far from the system call its number may have been loaded */

static uint32_t imm32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static bool is_rex(uint8_t byte)
{
	return (byte & 0xf0) == 0x40;
}

/* mov disp8(%rsp), %reg64, or the other direction. */
static bool is_stack_move(const uint8_t *p)
{
	return (p[0] == 0x48 || p[0] == 0x4c) && (p[1] == 0x8b || p[1] == 0x89) && (p[2] & 0xc7) == 0x44 &&
	       p[3] == 0x24;
}

static bool is_stack_sub(const uint8_t *p)
{
	return p[0] == 0x48 && p[1] == 0x81 && p[2] == 0xec;
}

/* The number was loaded somewhere before: is there an instruction that loads one that is wanted? */
static bool loads_wanted(const uint8_t *syscall, il_wanted_fn *wanted)
{
	for (const uint8_t *p = syscall - JUMP_LEN; p >= syscall - LOOK_BACK; p--)
		if (p[0] == 0xb8 && !is_rex(p[-1]) && imm32(p + 1) < 0x10000 && wanted(imm32(p + 1)))
			return true;
	return false;
}

/* mov %rdi, %rax or mov %rsi, %rax: the number is an argument of the function. */
static bool loads_argument(const uint8_t *syscall)
{
	for (const uint8_t *p = syscall - JUMP_LEN; p >= syscall - LOOK_BACK; p--)
		if (p[0] == 0x48 && p[1] == 0x89 && (p[2] == 0xf8 || p[2] == 0xf0))
			return true;
	return false;
}

const uint8_t *il_site_examine(const uint8_t *syscall, il_wanted_fn *wanted)
{
	const uint8_t *p = syscall - 5;

	if (p[0] == 0xb8 && !is_rex(p[-1]))
		return imm32(p + 1) < 0x10000 && wanted(imm32(p + 1)) ? p : NULL;
	if (p[0] >= 0xb9 && p[0] <= 0xbf && !is_rex(p[-1]))
		return loads_wanted(syscall, wanted) ? p : NULL;
	if (is_stack_move(p) && loads_argument(syscall))
		return wanted(IL_ANY_NUMBER) ? p : NULL;
	p = syscall - 6;
	if (p[0] == 0x41 && p[1] >= 0xb8 && p[1] <= 0xbf && !is_rex(p[-1]))
		return loads_wanted(syscall, wanted) ? p : NULL;
	p = syscall - 7;
	if (is_stack_sub(p))
		return loads_wanted(syscall, wanted) ? p : NULL;
	return NULL;
}

unsigned il_site_find(const uint8_t *text, size_t size, il_wanted_fn *wanted, struct il_site *sites, unsigned max)
{
	const __m128i first = _mm_set1_epi8(0x0f), second = _mm_set1_epi8(0x05);
	unsigned n = 0;

	for (size_t i = IL_SITE_START; i + 17 <= size; i += 16) {
		__m128i a = _mm_loadu_si128((const __m128i *)(text + i));
		__m128i b = _mm_loadu_si128((const __m128i *)(text + i + 1));
		unsigned hits = _mm_movemask_epi8(_mm_and_si128(_mm_cmpeq_epi8(a, first), _mm_cmpeq_epi8(b, second)));

		for (; hits != 0; hits &= hits - 1) {
			const uint8_t *syscall = text + i + __builtin_ctz(hits);
			const uint8_t *insn = il_site_examine(syscall, wanted);

			if (insn != NULL && n < max)
				sites[n++] = (struct il_site){insn, syscall};
		}
	}
	return n;
}
