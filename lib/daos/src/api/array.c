/*
 * daos_array_*: open, close, destroy. The bytes are in array_rw.c.
 */
#include <stdlib.h>
#include <string.h>

#include <daos_api.h>
#include <daos_array.h>

#include "array_handle.h"
#include "event.h"
#include "handle.h"
#include "library.h"
#include "store/kv.h"
#include "tx.h"

/* Dkey 0, akey "daos_array_metadata" of an array of type DAOS_OT_ARRAY. */
struct metadata {
	uint64_t magic, cell_size, chunk_size;
};

#define METADATA_MAGIC 0xdaca55a9daca55a9ULL
#define METADATA_AKEY  "daos_array_metadata"

static uint64_t metadata_dkey;

int array_handle_fd(struct array_handle *h, int *fd)
{
	return array_fd(h->a, obj_handle_writable(&h->obj), fd);
}

int array_handle_fd_both(struct array_handle *h, int *fd)
{
	return obj_handle_writable(&h->obj) ? array_write_fd(h->a, false, &h->shape, fd) : array_handle_fd(h, fd);
}

int array_handle_fd_write(struct array_handle *h, int *fd)
{
	int rc = obj_handle_writable(&h->obj) ? 0 : -DER_NO_PERM;

	if (rc == 0)
		rc = array_write_fd(h->a, true, &h->shape, fd);
	return rc == 0 ? array_will_write(h->a, *fd) : rc;
}

static void metadata_io(struct metadata *md, daos_key_t *dkey, daos_iod_t *iod, d_iov_t *iov, d_sg_list_t *sgl)
{
	d_iov_set(dkey, &metadata_dkey, sizeof(metadata_dkey));
	d_iov_set(iov, md, sizeof(*md));
	*sgl = (d_sg_list_t){.sg_nr = 1, .sg_iovs = iov};
	*iod = (daos_iod_t){.iod_type = DAOS_IOD_SINGLE, .iod_size = sizeof(*md), .iod_nr = 1};
	d_iov_set(&iod->iod_name, (void *)METADATA_AKEY, strlen(METADATA_AKEY));
}

/* -DER_NONEXIST: there is no such array. */
static int metadata_get(struct cont *cont, daos_obj_id_t oid, struct array_shape *shape)
{
	struct metadata md = {0};
	daos_key_t dkey;
	daos_iod_t iod;
	d_iov_t iov;
	d_sg_list_t sgl;
	struct kv_dkey d;
	struct kv kv;
	struct env_txn *txn;
	int rc = env_read_begin(cont->env, &txn);

	if (rc != 0)
		return rc;
	metadata_io(&md, &dkey, &iod, &iov, &sgl);
	kv_view(&kv, cont, txn, oid);
	rc = kv_dkey_load(&kv, &dkey, &d);
	if (rc == 0)
		rc = kv_fetch(&d, &iod, &sgl);
	env_read_end(cont->env, txn);
	if (rc == 0 && iod.iod_size == 0)
		rc = -DER_NONEXIST;
	if (rc == 0 && (iod.iod_size != sizeof(md) || md.magic != METADATA_MAGIC))
		rc = -DER_DF_INVAL;
	*shape = (struct array_shape){md.cell_size, md.chunk_size};
	return rc;
}

static int metadata_put(struct cont *cont, daos_obj_id_t oid, struct tx *tx, const struct array_shape *shape)
{
	struct metadata md = {METADATA_MAGIC, shape->cell_size, shape->chunk_size};
	daos_key_t dkey;
	daos_iod_t iod;
	d_iov_t iov;
	d_sg_list_t sgl;
	struct obj_op op = {.kind = OBJ_OP_UPDATE,
			    .oid = oid,
			    .flags = DAOS_COND_DKEY_INSERT,
			    .dkeys = &dkey,
			    .nr = 1,
			    .iods = &iod,
			    .sgls = &sgl};

	metadata_io(&md, &dkey, &iod, &iov, &sgl);
	return tx != NULL ? tx_add(tx, &op) : tx_run_alone(cont, &op);
}

static void array_handle_destroy(void *arg)
{
	struct array_handle *h = arg;

	array_put(h->a, obj_handle_writable(&h->obj));
	handle_put(h->obj.coh);
	free(h);
}

static int handle_make(struct cont_handle *ch, daos_handle_t coh, daos_obj_id_t oid, unsigned mode,
		       const struct array_shape *shape, daos_handle_t *oh)
{
	struct array_handle *h = calloc(1, sizeof(*h));
	int rc;

	if (h == NULL)
		return -DER_NOMEM;
	h->obj = (struct obj_handle){.coh = coh, .ch = ch, .oid = oid, .mode = mode};
	h->shape = *shape;
	rc = array_get(ch->cont, oid, obj_handle_writable(&h->obj), &h->a);
	if (rc != 0) {
		free(h);
		return rc;
	}
	rc = handle_new(DAOS_HTYPE_ARRAY, h, array_handle_destroy, oh);
	if (rc != 0) {
		array_put(h->a, obj_handle_writable(&h->obj));
		free(h);
	}
	return rc;
}

enum how { CREATE, OPEN, OPEN_WITH_ATTR };

static bool type_allows(daos_obj_id_t oid, enum how how)
{
	enum daos_otype_t type = daos_obj_id2type(oid);

	if (how == OPEN_WITH_ATTR)
		return type == DAOS_OT_ARRAY_ATTR || type == DAOS_OT_ARRAY_BYTE;
	return type == DAOS_OT_ARRAY;
}

static int open_array(daos_handle_t coh, daos_obj_id_t oid, daos_handle_t th, unsigned mode, enum how how,
		      struct array_shape *shape, daos_handle_t *oh)
{
	struct cont_handle *ch;
	struct tx *tx = NULL;
	int rc = library_check();

	if (rc != 0)
		return rc;
	if (oh == NULL || !type_allows(oid, how) || (how != OPEN && (shape->cell_size == 0 || shape->chunk_size == 0)))
		return -DER_INVAL;
	ch = handle_get(coh, DAOS_HTYPE_CO);
	if (ch == NULL)
		return -DER_NO_HDL;
	rc = tx_get(th, &tx);
	if (rc == 0 && how == CREATE)
		rc = cont_handle_writable(ch) ? metadata_put(ch->cont, oid, tx, shape) : -DER_NO_PERM;
	if (rc == 0 && how == OPEN)
		rc = metadata_get(ch->cont, oid, shape);
	if (rc == 0)
		rc = handle_make(ch, coh, oid, mode, shape, oh);
	tx_put(tx == NULL ? DAOS_TX_NONE : th);
	if (rc != 0)
		handle_put(coh);
	return rc;
}

int daos_array_create(daos_handle_t coh, daos_obj_id_t oid, daos_handle_t th, daos_size_t cell_size,
		      daos_size_t chunk_size, daos_handle_t *oh, daos_event_t *ev)
{
	struct array_shape shape = {cell_size, chunk_size};

	return event_complete(ev, open_array(coh, oid, th, DAOS_OO_RW, CREATE, &shape, oh));
}

int daos_array_open(daos_handle_t coh, daos_obj_id_t oid, daos_handle_t th, unsigned int mode, daos_size_t *cell_size,
		    daos_size_t *chunk_size, daos_handle_t *oh, daos_event_t *ev)
{
	struct array_shape shape;
	int rc;

	if (cell_size == NULL || chunk_size == NULL)
		return event_complete(ev, -DER_INVAL);
	rc = open_array(coh, oid, th, mode, OPEN, &shape, oh);
	if (rc == 0) {
		*cell_size = shape.cell_size;
		*chunk_size = shape.chunk_size;
	}
	return event_complete(ev, rc);
}

int daos_array_open_with_attr(daos_handle_t coh, daos_obj_id_t oid, daos_handle_t th, unsigned int mode,
			      daos_size_t cell_size, daos_size_t chunk_size, daos_handle_t *oh, daos_event_t *ev)
{
	struct array_shape shape = {cell_size, chunk_size};

	return event_complete(ev, open_array(coh, oid, th, mode, OPEN_WITH_ATTR, &shape, oh));
}

int daos_array_close(daos_handle_t oh, daos_event_t *ev)
{
	return event_complete(ev, handle_close(oh, DAOS_HTYPE_ARRAY));
}

int daos_array_destroy(daos_handle_t oh, daos_handle_t th, daos_event_t *ev)
{
	struct array_handle *h = handle_get(oh, DAOS_HTYPE_ARRAY);
	struct obj_op op = {.kind = OBJ_OP_PUNCH};
	struct tx *tx;
	int rc;

	if (h == NULL)
		return event_complete(ev, -DER_NO_HDL);
	op.oid = h->obj.oid;
	rc = obj_handle_writable(&h->obj) ? tx_get(th, &tx) : -DER_NO_PERM;
	if (rc == 0) {
		rc = tx != NULL ? tx_add(tx, &op) : tx_run_alone(h->obj.ch->cont, &op);
		tx_put(th);
	}
	handle_put(oh);
	return event_complete(ev, rc);
}

int daos_array_get_attr(daos_handle_t oh, daos_size_t *chunk_size, daos_size_t *cell_size)
{
	struct array_handle *h = handle_get(oh, DAOS_HTYPE_ARRAY);

	if (h == NULL)
		return -DER_NO_HDL;
	*chunk_size = h->shape.chunk_size;
	*cell_size = h->shape.cell_size;
	handle_put(oh);
	return 0;
}

/* Of an array that nobody has written to: afterwards the chunks have their places. */
int daos_array_update_chunk_size(daos_handle_t oh, daos_size_t chunk_size)
{
	struct array_handle *h = handle_get(oh, DAOS_HTYPE_ARRAY);
	int fd, rc;

	if (h == NULL)
		return -DER_NO_HDL;
	rc = chunk_size == 0 || daos_obj_id2type(h->obj.oid) == DAOS_OT_ARRAY ? -DER_INVAL : array_handle_fd(h, &fd);
	if (rc == 0)
		rc = -DER_BUSY;
	if (rc == -DER_NONEXIST) {
		h->shape.chunk_size = chunk_size;
		rc = 0;
	}
	handle_put(oh);
	return rc;
}

/* What a handle is in another process of this machine. */
struct global {
	uint64_t magic;
	daos_obj_id_t oid;
	struct array_shape shape;
};

#define GLOBAL_MAGIC 0x79617272616c6f63ULL

int daos_array_local2global(daos_handle_t oh, d_iov_t *glob)
{
	struct array_handle *h = handle_get(oh, DAOS_HTYPE_ARRAY);
	struct global g;
	int rc = 0;

	if (h == NULL)
		return -DER_NO_HDL;
	if (glob == NULL) {
		rc = -DER_INVAL;
	} else if (glob->iov_buf == NULL) {
		glob->iov_buf_len = sizeof(g);
	} else if (glob->iov_buf_len < sizeof(g)) {
		glob->iov_buf_len = sizeof(g);
		rc = -DER_TRUNC;
	} else {
		g = (struct global){GLOBAL_MAGIC, h->obj.oid, h->shape};
		memcpy(glob->iov_buf, &g, sizeof(g));
		glob->iov_len = sizeof(g);
	}
	handle_put(oh);
	return rc;
}

int daos_array_global2local(daos_handle_t coh, d_iov_t glob, unsigned int mode, daos_handle_t *oh)
{
	struct cont_handle *ch;
	struct global g;
	int rc;

	if (oh == NULL || glob.iov_buf == NULL || glob.iov_len < sizeof(g))
		return -DER_INVAL;
	memcpy(&g, glob.iov_buf, sizeof(g));
	if (g.magic != GLOBAL_MAGIC)
		return -DER_INVAL;
	ch = handle_get(coh, DAOS_HTYPE_CO);
	if (ch == NULL)
		return -DER_NO_HDL;
	rc = handle_make(ch, coh, g.oid, mode == 0 ? DAOS_OO_RW : mode, &g.shape, oh);
	if (rc != 0)
		handle_put(coh);
	return rc;
}
