/*
 * daos_array_*: bytes and size.
 */
#include <daos_api.h>
#include <daos_array.h>

#include "array_handle.h"
#include "event.h"
#include "handle.h"
#include "hlc.h"
#include "store/array_data.h"
#include "store/changes.h"

static bool ranges_match(const daos_array_iod_t *iod, const d_sg_list_t *sgl, uint64_t cell, bool fill)
{
	uint64_t cells = 0;

	for (uint64_t i = 0; i < iod->arr_nr; i++)
		cells += iod->arr_rgs[i].rg_len;
	return cells * cell == sgl_total(sgl, fill);
}

/* The parts of ranges that lie behind the end of the array. */
static uint64_t cells_beyond(const daos_array_iod_t *iod, uint64_t size)
{
	uint64_t beyond = 0;

	for (uint64_t i = 0; i < iod->arr_nr; i++) {
		uint64_t idx = iod->arr_rgs[i].rg_idx, len = iod->arr_rgs[i].rg_len;

		if (idx + len > size)
			beyond += idx >= size ? len : idx + len - size;
	}
	return beyond;
}

static int read_ranges(struct array_handle *h, int fd, daos_array_iod_t *iod, d_sg_list_t *sgl)
{
	uint64_t cell = h->shape.cell_size, bytes = 0, asked = 0;
	struct sgl_cursor c;
	size_t got;
	int rc = 0;

	sgl_start(&c, sgl, true);
	for (uint64_t i = 0; rc == 0 && i < iod->arr_nr; i++) {
		rc = array_data_read(h->a, fd, &c, iod->arr_rgs[i].rg_idx * cell, iod->arr_rgs[i].rg_len * cell, &got);
		bytes += got;
		asked += iod->arr_rgs[i].rg_len;
	}
	iod->arr_nr_read = bytes / cell;
	iod->arr_nr_short_read = asked - iod->arr_nr_read;
	return rc;
}

static int array_read(struct array_handle *h, daos_array_iod_t *iod, d_sg_list_t *sgl)
{
	int fd, rc;

	if (!ranges_match(iod, sgl, h->shape.cell_size, true))
		return -DER_INVAL;
	rc = array_handle_fd(h, &fd);
	if (rc == -DER_NONEXIST) {
		iod->arr_nr_read = 0;
		iod->arr_nr_short_read = cells_beyond(iod, 0);
		return 0;
	}
	return rc == 0 ? read_ranges(h, fd, iod, sgl) : rc;
}

int daos_array_read(daos_handle_t oh, daos_handle_t th, daos_array_iod_t *iod, d_sg_list_t *sgl, daos_event_t *ev)
{
	struct array_handle *h = handle_get(oh, DAOS_HTYPE_ARRAY);
	int rc;

	(void)th; /* bytes are not part of transactions */
	if (h == NULL)
		return event_complete(ev, -DER_NO_HDL);
	rc = iod == NULL || sgl == NULL ? -DER_INVAL : array_read(h, iod, sgl);
	handle_put(oh);
	return event_complete(ev, rc);
}

static int array_write(struct array_handle *h, daos_array_iod_t *iod, d_sg_list_t *sgl)
{
	uint64_t cell = h->shape.cell_size;
	struct sgl_cursor c;
	int fd, rc;

	if (!ranges_match(iod, sgl, cell, false))
		return -DER_INVAL;
	rc = array_handle_fd_write(h, &fd);
	sgl_start(&c, sgl, false);
	for (uint64_t i = 0; rc == 0 && i < iod->arr_nr; i++)
		rc = array_data_write(h->a, fd, &c, iod->arr_rgs[i].rg_idx * cell, iod->arr_rgs[i].rg_len * cell);
	return rc;
}

int daos_array_write(daos_handle_t oh, daos_handle_t th, daos_array_iod_t *iod, d_sg_list_t *sgl, daos_event_t *ev)
{
	struct array_handle *h = handle_get(oh, DAOS_HTYPE_ARRAY);
	int rc;

	(void)th;
	if (h == NULL)
		return event_complete(ev, -DER_NO_HDL);
	rc = iod == NULL || sgl == NULL ? -DER_INVAL : array_write(h, iod, sgl);
	changes_tell(h->obj.ch->cont, h->obj.oid, NULL);
	handle_put(oh);
	return event_complete(ev, rc);
}

static int array_punch(struct array_handle *h, daos_array_iod_t *iod)
{
	uint64_t cell = h->shape.cell_size;
	int fd, rc;

	if (!obj_handle_writable(&h->obj))
		return -DER_NO_PERM;
	rc = array_handle_fd_both(h, &fd);
	if (rc == -DER_NONEXIST)
		return 0;
	if (rc == 0)
		rc = array_will_write(h->a, fd);
	for (uint64_t i = 0; rc == 0 && i < iod->arr_nr; i++)
		rc = array_data_punch(h->a, fd, iod->arr_rgs[i].rg_idx * cell, iod->arr_rgs[i].rg_len * cell);
	return rc;
}

int daos_array_punch(daos_handle_t oh, daos_handle_t th, daos_array_iod_t *iod, daos_event_t *ev)
{
	struct array_handle *h = handle_get(oh, DAOS_HTYPE_ARRAY);
	int rc;

	(void)th;
	if (h == NULL)
		return event_complete(ev, -DER_NO_HDL);
	rc = iod == NULL ? -DER_INVAL : array_punch(h, iod);
	changes_tell(h->obj.ch->cont, h->obj.oid, NULL);
	handle_put(oh);
	return event_complete(ev, rc);
}

int daos_array_stat(daos_handle_t oh, daos_handle_t th, daos_array_stbuf_t *stbuf, daos_event_t *ev)
{
	struct array_handle *h = handle_get(oh, DAOS_HTYPE_ARRAY);
	struct stat st;
	int rc;

	(void)th;
	if (h == NULL)
		return event_complete(ev, -DER_NO_HDL);
	rc = stbuf == NULL ? -DER_INVAL : array_stat(h->a, obj_handle_writable(&h->obj), &st);
	if (rc == 0) {
		stbuf->st_size = (uint64_t)st.st_size / h->shape.cell_size;
		stbuf->st_max_epoch = st.st_mtim.tv_sec == 0 ? 0 : hlc_from_timespec(&st.st_mtim);
	}
	handle_put(oh);
	return event_complete(ev, rc);
}

int daos_array_get_size(daos_handle_t oh, daos_handle_t th, daos_size_t *size, daos_event_t *ev)
{
	daos_array_stbuf_t st;
	int rc = size == NULL ? -DER_INVAL : daos_array_stat(oh, th, &st, NULL);

	if (rc == 0)
		*size = st.st_size;
	return event_complete(ev, rc);
}

static int array_set_size(struct array_handle *h, uint64_t size)
{
	int fd, rc;

	if (size > (uint64_t)INT64_MAX / h->shape.cell_size)
		return -DER_INVAL;
	rc = array_handle_fd_write(h, &fd);
	return rc == 0 ? array_data_resize(h->a, fd, (int64_t)(size * h->shape.cell_size)) : rc;
}

int daos_array_set_size(daos_handle_t oh, daos_handle_t th, daos_size_t size, daos_event_t *ev)
{
	struct array_handle *h = handle_get(oh, DAOS_HTYPE_ARRAY);
	int rc;

	(void)th;
	if (h == NULL)
		return event_complete(ev, -DER_NO_HDL);
	rc = array_set_size(h, size);
	changes_tell(h->obj.ch->cont, h->obj.oid, NULL);
	handle_put(oh);
	return event_complete(ev, rc);
}
