/*
 * daos_oit_*: which objects a container has. The table is made when it is opened; it holds every object with a key, and
 * every array with a plain file.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <daos_api.h>

#include "error.h"
#include "event.h"
#include "handle.h"
#include "store/cont.h"
#include "store/kv_key.h"

struct oit {
	daos_obj_id_t *oid;
	d_iov_t *mark; /* of each; iov_buf NULL where there is none */
	uint32_t nr, room;
};

/* Handles of object tables share the type of object handles in DAOS; here a type of their own tells them apart. */
#define HTYPE_OIT 15

static void oit_destroy(void *arg)
{
	struct oit *t = arg;

	for (uint32_t i = 0; t->mark != NULL && i < t->nr; i++)
		free(t->mark[i].iov_buf);
	free(t->mark);
	free(t->oid);
	free(t);
}

static int add(struct oit *t, daos_obj_id_t oid)
{
	if (t->nr == t->room) {
		uint32_t room = t->room == 0 ? 256 : t->room * 2;
		daos_obj_id_t *p = realloc(t->oid, room * sizeof(*p));

		if (p == NULL)
			return -DER_NOMEM;
		t->oid = p;
		t->room = room;
	}
	t->oid[t->nr++] = oid;
	return 0;
}

/* Objects with keys: jump from each to the first key behind its last possible one. */
static int add_stored(struct oit *t, struct cont *cont)
{
	unsigned char next[KV_OID_LEN + KV_ENC_MAX + 1];
	struct env_cursor *cur;
	MDB_val key, val;
	struct env_txn *txn;
	daos_obj_id_t oid;
	int rc = env_read_begin(cont->env, &txn), m;

	if (rc != 0)
		return rc;
	rc = env_error(env_cursor_open(txn, CONT_DB_DKEY, &cur));
	if (rc == 0) {
		m = env_cursor_get(cur, &key, &val, MDB_FIRST);
		while (rc == 0 && m == 0) {
			kv_dec_oid(key.mv_data, &oid);
			rc = add(t, oid);
			memcpy(next, key.mv_data, KV_OID_LEN);
			memset(next + KV_OID_LEN, 0xff, sizeof(next) - KV_OID_LEN);
			key = (MDB_val){sizeof(next), next};
			m = env_cursor_get(cur, &key, &val, MDB_SET_RANGE);
		}
		env_cursor_close(cur);
	}
	env_read_end(cont->env, txn);
	return rc;
}

static int add_directory(struct oit *t, int data_fd, const char *name)
{
	unsigned long long hi, lo;
	struct dirent *de;
	int rc = 0, fd = openat(data_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (dir == NULL) {
		if (fd >= 0)
			close(fd);
		return fd < 0 && errno == ENOENT ? 0 : der_from_errno(errno);
	}
	while (rc == 0 && (de = readdir(dir)) != NULL)
		if (strlen(de->d_name) == 32 && sscanf(de->d_name, "%16llx%16llx", &hi, &lo) == 2)
			rc = add(t, (daos_obj_id_t){.lo = lo, .hi = hi});
	closedir(dir);
	return rc;
}

static int compare(const void *a, const void *b)
{
	const daos_obj_id_t *x = a, *y = b;

	if (x->hi != y->hi)
		return x->hi < y->hi ? -1 : 1;
	return (x->lo > y->lo) - (x->lo < y->lo);
}

static void sort_unique(struct oit *t)
{
	uint32_t kept = 0;

	if (t->nr == 0)
		return;
	qsort(t->oid, t->nr, sizeof(*t->oid), compare);
	for (uint32_t i = 1; i < t->nr; i++)
		if (compare(&t->oid[kept], &t->oid[i]) != 0)
			t->oid[++kept] = t->oid[i];
	t->nr = kept + 1;
}

static int oit_open(daos_handle_t coh, daos_handle_t *oh)
{
	struct cont_handle *ch = handle_get(coh, DAOS_HTYPE_CO);
	struct oit *t;
	char name[4];
	int rc;

	if (ch == NULL)
		return -DER_NO_HDL;
	t = calloc(1, sizeof(*t));
	rc = t == NULL ? -DER_NOMEM : add_stored(t, ch->cont);
	for (unsigned i = 0; rc == 0 && i < 256; i++) {
		snprintf(name, sizeof(name), "%02x", i);
		rc = add_directory(t, ch->cont->data_fd, name);
	}
	handle_put(coh);
	if (rc == 0) {
		sort_unique(t);
		t->mark = calloc(t->nr + 1, sizeof(*t->mark));
		rc = t->mark == NULL ? -DER_NOMEM : handle_new(HTYPE_OIT, t, oit_destroy, oh);
	}
	if (rc != 0 && t != NULL)
		oit_destroy(t);
	return rc;
}

int daos_oit_open(daos_handle_t coh, daos_epoch_t epoch, daos_handle_t *oh, daos_event_t *ev)
{
	(void)epoch; /* there are no snapshots of values: the table is of now */
	return event_complete(ev, oh == NULL ? -DER_INVAL : oit_open(coh, oh));
}

int daos_oit_close(daos_handle_t oh, daos_event_t *ev)
{
	return event_complete(ev, handle_close(oh, HTYPE_OIT));
}

/* The anchor holds the next index. `marked`: also those with a mark. */
static int oit_list(daos_handle_t oh, daos_obj_id_t *oids, uint32_t *nr, daos_anchor_t *anchor, bool marked,
		    daos_oit_filter_cb *filter)
{
	struct oit *t;
	uint32_t at = 0, max;

	if (oids == NULL || nr == NULL || anchor == NULL)
		return -DER_INVAL;
	t = handle_get(oh, HTYPE_OIT);
	if (t == NULL)
		return -DER_NO_HDL;
	max = *nr;
	*nr = 0;
	if (anchor->da_type != DAOS_ANCHOR_TYPE_ZERO)
		memcpy(&at, anchor->da_buf, sizeof(at));
	for (; at < t->nr && *nr < max; at++) {
		if (!marked && t->mark[at].iov_buf != NULL)
			continue;
		if (filter != NULL && filter(t->oid[at], &t->mark[at]) != 0)
			continue;
		oids[(*nr)++] = t->oid[at];
	}
	memcpy(anchor->da_buf, &at, sizeof(at));
	anchor->da_type = at == t->nr ? DAOS_ANCHOR_TYPE_EOF : DAOS_ANCHOR_TYPE_KEY;
	handle_put(oh);
	return 0;
}

int daos_oit_list(daos_handle_t oh, daos_obj_id_t *oids, uint32_t *nr, daos_anchor_t *anchor, daos_event_t *ev)
{
	return event_complete(ev, oit_list(oh, oids, nr, anchor, true, NULL));
}

int daos_oit_list_unmarked(daos_handle_t oh, daos_obj_id_t *oids, uint32_t *nr, daos_anchor_t *anchor, daos_event_t *ev)
{
	return event_complete(ev, oit_list(oh, oids, nr, anchor, false, NULL));
}

int daos_oit_list_filter(daos_handle_t oh, daos_obj_id_t *oids, uint32_t *nr, daos_anchor_t *anchor,
			 daos_oit_filter_cb *filter, daos_event_t *ev)
{
	return event_complete(ev, oit_list(oh, oids, nr, anchor, true, filter));
}

static int oit_mark(struct oit *t, daos_obj_id_t oid, const d_iov_t *mark)
{
	daos_obj_id_t *found = t->nr == 0 ? NULL : bsearch(&oid, t->oid, t->nr, sizeof(oid), compare);
	void *copy;

	if (found == NULL)
		return -DER_NONEXIST;
	copy = malloc(mark->iov_len + 1);
	if (copy == NULL)
		return -DER_NOMEM;
	memcpy(copy, mark->iov_buf, mark->iov_len);
	free(t->mark[found - t->oid].iov_buf);
	d_iov_set(&t->mark[found - t->oid], copy, mark->iov_len);
	return 0;
}

int daos_oit_mark(daos_handle_t oh, daos_obj_id_t oid, d_iov_t *mark, daos_event_t *ev)
{
	struct oit *t;
	int rc;

	if (mark == NULL || mark->iov_buf == NULL || mark->iov_len > DAOS_OIT_MARKER_MAX_LEN)
		return event_complete(ev, -DER_INVAL);
	t = handle_get(oh, HTYPE_OIT);
	if (t == NULL)
		return event_complete(ev, -DER_NO_HDL);
	rc = oit_mark(t, oid, mark);
	handle_put(oh);
	return event_complete(ev, rc);
}
