#include "libraries.h"

#include <elf.h>
#include <link.h>
#include <string.h>

static const char *const names[IL_LIBRARIES_MAX] = {"libc.so.6", "libpthread.so.0", "ld-linux-x86-64.so.2"};

struct search {
	struct il_library *found;
	unsigned n;
};

static bool is_named(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash == NULL ? path : slash + 1;

	for (size_t i = 0; i < IL_LIBRARIES_MAX; i++)
		if (strcmp(base, names[i]) == 0)
			return true;
	return false;
}

static void take_build_id(struct il_library *lib, const uint8_t *p, size_t size)
{
	while (size >= sizeof(ElfW(Nhdr))) {
		const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)p;
		size_t name = (note->n_namesz + 3) & ~3UL, desc = (note->n_descsz + 3) & ~3UL;

		if (sizeof(*note) + name + desc > size)
			return;
		p += sizeof(*note) + name;
		if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && note->n_descsz <= IL_BUILD_ID_MAX) {
			memcpy(lib->build_id, p, note->n_descsz);
			return;
		}
		p += desc;
		size -= sizeof(*note) + name + desc;
	}
}

static int look(struct dl_phdr_info *info, size_t size, void *arg)
{
	struct search *search = arg;
	struct il_library lib = {.base = (const uint8_t *)info->dlpi_addr,
				 .is_loader = strstr(info->dlpi_name, "/ld-linux") != NULL};

	(void)size;
	if (search->n == IL_LIBRARIES_MAX || !is_named(info->dlpi_name))
		return 0;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];

		if (ph->p_type == PT_NOTE)
			take_build_id(&lib, lib.base + ph->p_vaddr, ph->p_memsz);
		if (ph->p_type == PT_LOAD && (ph->p_flags & PF_X) && lib.text == NULL) {
			lib.text = lib.base + ph->p_vaddr;
			lib.size = ph->p_memsz;
		}
	}
	if (lib.text != NULL)
		search->found[search->n++] = lib;
	return 0;
}

unsigned il_libraries(struct il_library found[IL_LIBRARIES_MAX])
{
	struct search search = {.found = found};

	dl_iterate_phdr(look, &search);
	return search.n;
}
