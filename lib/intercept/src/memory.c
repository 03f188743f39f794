#include "memory.h"

#include <link.h>
#include <sys/auxv.h>
#include <unistd.h>

#define RANGES_MAX 48
#define STACK_MAX  (64UL << 20) /* the kernel keeps more than that between the main stack and other mappings */

/* Start and end, whole pages. */
struct range {
	uintptr_t from, to;
};

static struct ranges {
	unsigned n;
	struct range range[RANGES_MAX];
} readable, writable;

static uintptr_t stack_end; /* above everything that the kernel puts there at start */
static uintptr_t heap_start;

extern void *__curbrk __attribute__((weak)); /* libc's: the end of the heap */

static void add(struct ranges *r, uintptr_t from, uintptr_t to)
{
	struct range *last = r->n == 0 ? NULL : &r->range[r->n - 1];

	from &= ~(IL_PAGE - 1);
	to = (to + IL_PAGE - 1) & ~(IL_PAGE - 1);
	if (last != NULL && last->to == from)
		last->to = to;
	else if (r->n < RANGES_MAX && from < to)
		r->range[r->n++] = (struct range){from, to};
}

static bool is_in(const struct ranges *r, uintptr_t at)
{
	for (unsigned i = 0; i < r->n; i++)
		if (at >= r->range[i].from && at < r->range[i].to)
			return true;
	return false;
}

/* The end of what ld.so makes read-only once it has put it in order: the beginning of data. */
static uintptr_t relro_end(const struct dl_phdr_info *info)
{
	for (unsigned i = 0; i < info->dlpi_phnum; i++)
		if (info->dlpi_phdr[i].p_type == PT_GNU_RELRO)
			return info->dlpi_addr + info->dlpi_phdr[i].p_vaddr + info->dlpi_phdr[i].p_memsz;
	return 0;
}

/* What is loaded at start stays. */
static int on_object(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	(void)arg;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		uintptr_t from = info->dlpi_addr + ph->p_vaddr, to = from + ph->p_memsz, end = relro_end(info);

		if (ph->p_type != PT_LOAD || !(ph->p_flags & PF_R) || from == to)
			continue;
		add(&readable, from, to);
		if (ph->p_flags & PF_W)
			add(&writable, end > from && end < to ? end + IL_PAGE - 1 : from, to);
	}
	return 0;
}

void il_memory_init(void)
{
	dl_iterate_phdr(on_object, NULL);
	stack_end = getauxval(AT_EXECFN);
	if (&__curbrk != NULL && __curbrk == NULL)
		heap_start = (uintptr_t)sbrk(0);
	else if (&__curbrk != NULL)
		heap_start = ((uintptr_t)__curbrk + IL_PAGE - 1) & ~(IL_PAGE - 1);
}

/* On the main thread's stack, if that is where the thread is, in the heap that grows by brk(), or in a library's data.
 */
static bool is_data(uintptr_t at, uintptr_t stack)
{
	return is_in(&writable, at) || (at >= stack && at < stack_end && stack_end - stack < STACK_MAX) ||
	       (heap_start != 0 && at >= heap_start && at < (uintptr_t)__curbrk);
}

bool il_can_write(void *p, size_t size, const void *sp)
{
	uintptr_t first = (uintptr_t)p, last = first + size - 1, stack = (uintptr_t)sp;

	return (last > first && is_data(first, stack) && is_data(last, stack)) || il_write_probe(p, size);
}

bool il_is_readable(const void *p, const void *sp)
{
	uintptr_t at = (uintptr_t)p;

	return is_data(at, (uintptr_t)sp) || is_in(&readable, at);
}
