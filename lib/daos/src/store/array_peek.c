#include "array_peek.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <daos_errno.h>

#include "array_open.h"
#include "array_table.h"
#include "error.h"
#include "lease.h"
#include "rest_table.h"

#define SEEN_OFTEN 64 /* from there on every so many */

static bool from_note(const struct rest_note *note, struct stat *st)
{
	if (note->kind != REST_FILE && note->kind != REST_ABSENT)
		return false;
	st->st_nlink = note->kind == REST_FILE ? 1 : 0;
	st->st_size = note->size;
	st->st_blocks = note->blocks;
	st->st_mtim = note->mtime;
	return true;
}

bool array_peek_noted(struct cont *cont, daos_obj_id_t oid, struct stat *st)
{
	struct rest_note note;

	return rest_find(cont, oid, &note) && from_note(&note, st);
}

bool array_peek_rest(struct cont *cont, daos_obj_id_t oid, struct stat *st, const volatile uint64_t **word,
		     uint64_t *value)
{
	struct rest_note note;

	if (!rest_find(cont, oid, &note) || !from_note(&note, st))
		return false;
	*word = rest_count_word(cont, oid);
	*value = note.count;
	return *word != NULL;
}

static bool worth_asking(uint64_t seen)
{
	return seen >= SEEN_OFTEN ? seen % SEEN_OFTEN == 0 : seen > 1 && (seen & (seen - 1)) == 0;
}

/* Look at the file, and whether it is at rest. */
static int look_closely(struct cont *cont, const char *name, struct stat *st, struct rest_note *note)
{
	int fd = openat(cont->data_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int rc = 0;

	if (fd < 0)
		return errno == EWOULDBLOCK ? 0 : errno;
	if (lease_writers(fd, st) == LEASE_FREE)
		note->kind = st->st_nlink > 0 ? REST_FILE : REST_SEEN;
	else if (fstat(fd, st) != 0)
		rc = errno;
	close(fd);
	return rc;
}

static int look(struct cont *cont, daos_obj_id_t oid, struct stat *st, struct rest_note *note)
{
	char name[ARRAY_NAME_MAX];
	int err = 0;

	array_name(oid, name);
	st->st_nlink = 0;
	if (worth_asking(note->seen))
		err = look_closely(cont, name, st, note);
	if (err == 0 && st->st_nlink == 0 && fstatat(cont->data_fd, name, st, AT_SYMLINK_NOFOLLOW) != 0)
		err = errno;
	if (err == ENOENT) {
		memset(st, 0, sizeof(*st));
		note->kind = REST_ABSENT;
		err = 0;
	}
	return err == 0 ? array_check_alive(cont, oid) : der_from_errno(err);
}

int array_peek(struct cont *cont, daos_obj_id_t oid, struct stat *st, bool *at_rest)
{
	struct rest_note note = {0};
	bool noting;
	int rc;

	if (at_rest == NULL)
		return array_peek_noted(cont, oid, st) ? 0 : look(cont, oid, st, &note);
	noting = rest_find(cont, oid, &note);

	*at_rest = noting && from_note(&note, st);
	if (*at_rest)
		return 0;
	note.seen = noting ? (note.kind == REST_SEEN ? note.seen : 0) + 1 : 0;
	note.kind = REST_SEEN;
	rc = look(cont, oid, st, &note);
	if (rc != 0 || !noting)
		return rc;
	note.size = st->st_size;
	note.blocks = st->st_blocks;
	note.mtime = st->st_mtim;
	rest_note(cont, oid, &note);
	*at_rest = note.kind != REST_SEEN;
	return 0;
}
