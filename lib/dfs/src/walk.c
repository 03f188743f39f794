#include "walk.h"

#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "mount.h"

/* Directories still to be listed, first in first out: pending[first .. nr). */
struct queue {
	struct pending {
		daos_obj_id_t oid;
		unsigned depth;
	} * pending;
	size_t first;
	size_t nr;
	size_t room;
};

static int queue_add(struct queue *q, daos_obj_id_t oid, unsigned depth)
{
	if (q->nr == q->room && q->first > q->room / 2) {
		memmove(q->pending, q->pending + q->first, (q->nr - q->first) * sizeof(*q->pending));
		q->nr -= q->first;
		q->first = 0;
	} else if (q->nr == q->room) {
		size_t room = q->room != 0 ? q->room * 2 : 64;
		struct pending *p = realloc(q->pending, room * sizeof(*p));

		if (p == NULL)
			return ENOMEM;
		q->pending = p;
		q->room = room;
	}
	q->pending[q->nr++] = (struct pending){oid, depth};
	return 0;
}

struct walk {
	struct dfs *dfs;
	struct queue queue;
	walk_visit_t visit;
	void *arg;
};

static int visit_name(struct walk *w, struct dnode *dir, const char *key, size_t len, unsigned depth)
{
	char name[DFS_MAX_NAME + 1];
	struct entry e;
	int rc;

	rc = entry_fetch(dir->oh, w->dfs->th, key, len, &e, NULL);
	if (rc != 0)
		return rc == ENOENT ? 0 : rc;
	memcpy(name, key, len);
	name[len] = '\0';
	rc = w->visit(w->arg, name, &e, depth);
	if (rc == 0 && S_ISDIR(e.mode))
		rc = queue_add(&w->queue, e.oid, depth + 1);
	return rc;
}

static int visit_directory(struct walk *w, struct dnode *dir, unsigned depth)
{
	enum { BATCH = 64 };
	char buf[BATCH * DFS_MAX_NAME];
	daos_anchor_t anchor = {0};
	daos_key_desc_t kd[BATCH];
	int rc = 0;

	while (rc == 0 && !daos_anchor_is_eof(&anchor)) {
		uint32_t nr = BATCH;
		char *p = buf;
		d_sg_list_t sgl;
		d_iov_t iov;

		d_iov_set(&iov, buf, sizeof(buf));
		sgl = (d_sg_list_t){.sg_nr = 1, .sg_iovs = &iov};
		rc = der_to_errno(daos_obj_list_dkey(dir->oh, w->dfs->th, &nr, kd, &sgl, &anchor, NULL));
		for (uint32_t i = 0; rc == 0 && i < nr; p += kd[i].kd_key_len, i++)
			rc = visit_name(w, dir, p, kd[i].kd_key_len, depth);
	}
	return rc;
}

int walk_tree(struct dfs *dfs, daos_obj_id_t top, walk_visit_t visit, void *arg)
{
	struct walk w = {.dfs = dfs, .visit = visit, .arg = arg};
	int rc = queue_add(&w.queue, top, 1);

	while (rc == 0 && w.queue.first < w.queue.nr) {
		struct pending next = w.queue.pending[w.queue.first++];
		struct dnode *dir;

		rc = dnode_get(dfs, next.oid, NULL, NULL, &dir);
		if (rc != 0)
			break;
		rc = visit_directory(&w, dir, next.depth);
		dnode_put(dir);
	}
	free(w.queue.pending);
	return rc;
}
