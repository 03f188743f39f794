#include "bytes.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE 4096

void bytes_free(struct bytes *b)
{
	for (size_t i = 0; i < b->pages; i++)
		free(b->page[i]);
	free(b->page);
	*b = (struct bytes){0};
}

void bytes_copy(struct bytes *to, const struct bytes *from)
{
	*to = (struct bytes){.size = from->size, .pages = from->pages};
	to->page = calloc(from->pages + 1, sizeof(*to->page));
	for (size_t i = 0; i < from->pages; i++)
		if (from->page[i] != NULL) {
			to->page[i] = malloc(PAGE);
			memcpy(to->page[i], from->page[i], PAGE);
		}
}

static unsigned char *page_for(struct bytes *b, size_t i)
{
	if (i >= b->pages) {
		size_t pages = i + i / 2 + 8;

		b->page = realloc(b->page, pages * sizeof(*b->page));
		memset(&b->page[b->pages], 0, (pages - b->pages) * sizeof(*b->page));
		b->pages = pages;
	}
	if (b->page[i] == NULL)
		b->page[i] = calloc(1, PAGE);
	return b->page[i];
}

void bytes_write(struct bytes *b, uint64_t at, const void *data, size_t len)
{
	const unsigned char *from = data;

	if (at + len > b->size)
		b->size = at + len;
	while (len > 0) {
		size_t off = at % PAGE, n = PAGE - off < len ? PAGE - off : len;

		memcpy(page_for(b, at / PAGE) + off, from, n);
		at += n;
		from += n;
		len -= n;
	}
}

void bytes_punch(struct bytes *b, uint64_t at, uint64_t len)
{
	uint64_t end = at + len;

	if (end < at || end > b->size)
		end = b->size;
	while (at < end) {
		size_t off = at % PAGE, n = PAGE - off < end - at ? PAGE - off : end - at, i = at / PAGE;

		if (i >= b->pages)
			return;
		if (b->page[i] != NULL)
			memset(b->page[i] + off, 0, n);
		at += n;
	}
}

void bytes_resize(struct bytes *b, uint64_t size)
{
	if (size < b->size)
		bytes_punch(b, size, b->size - size);
	b->size = size;
}

bool bytes_save(const struct bytes *b, int fd)
{
	for (size_t i = 0; i < b->pages && i * PAGE < b->size; i++) {
		size_t n = b->size - i * PAGE < PAGE ? b->size - i * PAGE : PAGE;

		if (b->page[i] != NULL && pwrite(fd, b->page[i], n, (off_t)(i * PAGE)) != (ssize_t)n)
			return false;
	}
	return ftruncate(fd, (off_t)b->size) == 0;
}
