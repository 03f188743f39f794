#include "obj_array.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <daos_errno.h>

#include "error.h"
#include "store/array.h"
#include "store/array_data.h"
#include "store/sgl.h"

static uint64_t number_of(const daos_key_t *dkey)
{
	uint64_t v;

	memcpy(&v, dkey->iov_buf, sizeof(v));
	return le64toh(v);
}

bool obj_array_has_dkey(daos_obj_id_t oid, const daos_key_t *dkey)
{
	return daos_is_array(oid) && dkey->iov_len == sizeof(uint64_t) && number_of(dkey) > 0;
}

bool obj_array_has(daos_obj_id_t oid, const struct obj_op *op)
{
	return op->kind != OBJ_OP_PUNCH && obj_array_has_dkey(oid, &op->dkeys[0]);
}

static bool is_data_akey(const daos_key_t *akey)
{
	return akey->iov_len == 1 && *(const char *)akey->iov_buf == '0';
}

/* The array of an object, what shape it has, and its file. */
struct open_array {
	struct array *a;
	struct array_shape shape;
	bool writer;
	int fd;
};

static int open_array(struct obj_handle *o, bool create, struct open_array *oa)
{
	struct cont *cont = o->ch->cont;
	struct env_txn *txn;
	int rc = env_read_begin(cont->env, &txn);

	if (rc != 0)
		return rc;
	rc = array_shape_get(txn, o->oid, &oa->shape);
	env_read_end(cont->env, txn);
	if (rc == 0)
		rc = array_get(cont, o->oid, create, &oa->a);
	if (rc != 0)
		return rc;
	oa->writer = create;
	rc = create ? array_write_fd(oa->a, true, &oa->shape, &oa->fd) : array_fd(oa->a, false, &oa->fd);
	if (rc == 0 && create)
		rc = array_will_write(oa->a, oa->fd);
	if (rc != 0)
		array_put(oa->a, create);
	return rc;
}

/* Where a record of a chunk is in the file. */
static int64_t offset_of(const struct array_shape *s, uint64_t dkey, uint64_t idx)
{
	return (int64_t)(((dkey - 1) * s->chunk_size + idx) * s->cell_size);
}

static int update_iod(struct open_array *oa, uint64_t dkey, const daos_iod_t *iod, d_sg_list_t *sgl)
{
	struct sgl_cursor c;
	int rc = 0;

	if (!is_data_akey(&iod->iod_name) || iod->iod_type != DAOS_IOD_ARRAY)
		return -DER_INVAL;
	if (iod->iod_size != 0 && iod->iod_size != oa->shape.cell_size)
		return -DER_INVAL;
	if (sgl != NULL)
		sgl_start(&c, sgl, false);
	for (uint32_t i = 0; rc == 0 && i < iod->iod_nr; i++) {
		const daos_recx_t *rx = &iod->iod_recxs[i];
		uint64_t bytes = rx->rx_nr * oa->shape.cell_size;
		int64_t at = offset_of(&oa->shape, dkey, rx->rx_idx);

		if (rx->rx_idx + rx->rx_nr > oa->shape.chunk_size)
			return -DER_INVAL;
		if (iod->iod_size == 0)
			rc = array_data_punch(oa->a, oa->fd, at, bytes);
		else
			rc = sgl == NULL ? -DER_INVAL : array_data_write(oa->a, oa->fd, &c, at, bytes);
	}
	return rc;
}

static int punch_chunks(struct open_array *oa, const struct obj_op *op)
{
	int rc = 0;

	for (unsigned i = 0; rc == 0 && i < (op->kind == OBJ_OP_PUNCH_DKEYS ? op->nr : 1); i++)
		rc = array_data_punch(oa->a, oa->fd, offset_of(&oa->shape, number_of(&op->dkeys[i]), 0),
				      oa->shape.chunk_size * oa->shape.cell_size);
	return rc;
}

int obj_array_update(struct obj_handle *o, const struct obj_op *op)
{
	struct open_array oa;
	int rc = open_array(o, true, &oa);

	if (rc != 0)
		return rc;
	if (op->kind != OBJ_OP_UPDATE)
		rc = punch_chunks(&oa, op);
	for (unsigned i = 0; op->kind == OBJ_OP_UPDATE && rc == 0 && i < op->nr; i++)
		rc = update_iod(&oa, number_of(op->dkeys), &op->iods[i], op->sgls == NULL ? NULL : &op->sgls[i]);
	array_put(oa.a, oa.writer);
	return rc;
}

static int fetch_iod(struct open_array *oa, uint64_t dkey, daos_iod_t *iod, d_sg_list_t *sgl)
{
	struct sgl_cursor c;
	size_t got, before = 0, length = 0;
	int rc = 0;

	if (!is_data_akey(&iod->iod_name)) {
		iod->iod_size = 0;
		return 0;
	}
	if (iod->iod_type != DAOS_IOD_ARRAY)
		return -DER_INVAL;
	iod->iod_size = oa->shape.cell_size;
	if (sgl == NULL)
		return 0;
	sgl_start(&c, sgl, true);
	for (uint32_t i = 0; rc == 0 && i < iod->iod_nr; i++) {
		const daos_recx_t *rx = &iod->iod_recxs[i];
		uint64_t bytes = rx->rx_nr * oa->shape.cell_size;

		if (rx->rx_idx + rx->rx_nr > oa->shape.chunk_size)
			return -DER_INVAL;
		rc = array_data_read(oa->a, oa->fd, &c, offset_of(&oa->shape, dkey, rx->rx_idx), bytes, &got);
		length = got > 0 ? before + got : length;
		before += bytes;
	}
	if (rc == 0)
		sgl_set_length(sgl, length);
	return rc;
}

int obj_array_fetch(struct obj_handle *o, const daos_key_t *dkey, unsigned nr, daos_iod_t *iods, d_sg_list_t *sgls)
{
	struct open_array oa;
	int rc = open_array(o, false, &oa);

	if (rc == -DER_NONEXIST) {
		for (unsigned i = 0; i < nr; i++)
			iods[i].iod_size = 0;
		return 0;
	}
	if (rc != 0)
		return rc;
	for (unsigned i = 0; rc == 0 && i < nr; i++)
		rc = fetch_iod(&oa, number_of(dkey), &iods[i], sgls == NULL ? NULL : &sgls[i]);
	array_put(oa.a, oa.writer);
	return rc;
}

int obj_array_next_chunk(struct obj_handle *o, uint64_t after, uint64_t *dkey)
{
	struct open_array oa;
	off_t at;
	int rc = open_array(o, false, &oa);

	if (rc != 0)
		return rc;
	at = lseek(oa.fd, offset_of(&oa.shape, after + 1, 0), SEEK_DATA);
	if (at < 0)
		rc = errno == ENXIO ? -DER_NONEXIST : der_from_errno(errno);
	else
		*dkey = (uint64_t)at / (oa.shape.chunk_size * oa.shape.cell_size) + 1;
	array_put(oa.a, oa.writer);
	return rc;
}

int obj_array_last_chunk(struct obj_handle *o, uint64_t *dkey, uint64_t *end)
{
	struct open_array oa;
	off_t size;
	int rc = open_array(o, false, &oa);

	if (rc != 0)
		return rc;
	size = lseek(oa.fd, 0, SEEK_END);
	if (size < (off_t)oa.shape.cell_size) {
		rc = -DER_NONEXIST;
	} else {
		uint64_t last = (uint64_t)size / oa.shape.cell_size - 1;

		*dkey = last / oa.shape.chunk_size + 1;
		*end = last % oa.shape.chunk_size + 1;
	}
	array_put(oa.a, oa.writer);
	return rc;
}
