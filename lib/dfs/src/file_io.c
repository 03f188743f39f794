#include "file_io.h"

#include <errno.h>
#include <stdlib.h>

#include "error.h"
#include "mount.h"

/* A request: what it asks the array for, and where the answer goes. */
struct io {
	daos_array_iod_t iod;
	d_sg_list_t *sgl;
	daos_size_t *read_size; /* NULL for a write */
	daos_size_t total;	/* bytes asked for */
	bool dead;		/* never started; nothing may be reported */
	/* backing of iod and sgl for requests with one range or one buffer */
	daos_range_t range;
	d_sg_list_t one_sgl;
	d_iov_t iov;
};

static int check_read(const struct dfs *dfs, const struct dfs_obj *obj)
{
	int rc = obj_check_file(dfs, obj);

	if (rc == 0 && obj->flags == O_WRONLY)
		rc = EPERM;
	return rc;
}

static int check_write(const struct dfs *dfs, const struct dfs_obj *obj)
{
	int rc = obj_check_file(dfs, obj);

	if (rc == 0)
		rc = mount_check_write(dfs);
	if (rc == 0 && obj->flags == O_RDONLY)
		rc = EPERM;
	return rc;
}

static daos_size_t sgl_len(const d_sg_list_t *sgl)
{
	daos_size_t len = 0;

	for (uint32_t i = 0; i < sgl->sg_nr; i++)
		len += sgl->sg_iovs[i].iov_len;
	return len;
}

static int io_one_range(struct io *io, daos_off_t off, d_sg_list_t *sgl)
{
	if (sgl == NULL)
		return EINVAL;
	io->sgl = sgl;
	io->total = sgl_len(sgl);
	io->range = (daos_range_t){off, io->total};
	io->iod.arr_nr = 1;
	io->iod.arr_rgs = &io->range;
	return 0;
}

static void io_one_buffer(struct io *io, void *buf, daos_off_t off, daos_size_t size)
{
	d_iov_set(&io->iov, buf, size);
	io->one_sgl = (d_sg_list_t){.sg_nr = 1, .sg_iovs = &io->iov};
	io_one_range(io, off, &io->one_sgl);
}

static int io_ranges(struct io *io, dfs_iod_t *iod, d_sg_list_t *sgl)
{
	if (iod == NULL || sgl == NULL || (iod->iod_nr != 0 && iod->iod_rgs == NULL))
		return EINVAL;
	io->sgl = sgl;
	io->iod.arr_nr = iod->iod_nr;
	io->iod.arr_rgs = iod->iod_rgs;
	for (daos_size_t i = 0; i < iod->iod_nr; i++)
		io->total += iod->iod_rgs[i].rg_len;
	return io->total == sgl_len(sgl) ? 0 : EINVAL;
}

/* How many of the bytes asked for lie within a file of `size`. */
static daos_size_t within(const struct io *io, daos_size_t size)
{
	daos_size_t sum = 0;

	for (daos_size_t i = 0; i < io->iod.arr_nr; i++) {
		const daos_range_t *r = &io->iod.arr_rgs[i];

		if (r->rg_idx < size)
			sum += r->rg_len < size - r->rg_idx ? r->rg_len : size - r->rg_idx;
	}
	return sum;
}

/* A finished event's callback, called once per event that was started. */
static int io_done(void *arg, daos_event_t *ev, int rc)
{
	struct io *io = arg;

	(void)ev;
	if (!io->dead && rc == 0 && io->read_size != NULL)
		*io->read_size = io->iod.arr_nr_read;
	free(io);
	return 0;
}

static int io_start(struct dfs_obj *obj, struct io *io, daos_event_t *ev)
{
	/* Nothing to do but to complete the event, which only a call with it can. */
	if (io->total == 0)
		return ev != NULL ? daos_array_get_size(obj->oh, obj->dfs->th, &io->total, ev) : 0;
	if (io->read_size != NULL)
		return daos_array_read(obj->oh, obj->dfs->th, &io->iod, io->sgl, ev);
	return daos_array_write(obj->oh, DAOS_TX_NONE, &io->iod, io->sgl, ev);
}

static int io_run_now(struct dfs_obj *obj, struct io *io)
{
	daos_size_t size;
	int rc = io_start(obj, io, NULL);

	if (rc != 0 || io->read_size == NULL)
		return der_to_errno(rc);
	*io->read_size = io->iod.arr_nr_read;
	/* Some engines count nothing when all was read, and nothing when nothing was. */
	if (io->total != 0 && io->iod.arr_nr_read == 0 && io->iod.arr_nr_short_read == 0) {
		rc = daos_array_get_size(obj->oh, obj->dfs->th, &size, NULL);
		if (rc == 0)
			*io->read_size = within(io, size);
	}
	return der_to_errno(rc);
}

/* `io` is on the caller's stack and is copied for a request that outlives the call. */
static int io_run(struct dfs_obj *obj, struct io *io, daos_event_t *ev)
{
	struct io *own;
	int rc;

	if (ev == NULL)
		return io_run_now(obj, io);
	own = malloc(sizeof(*own));
	if (own == NULL)
		return ENOMEM;
	*own = *io;
	if (io->iod.arr_rgs == &io->range)
		own->iod.arr_rgs = &own->range;
	if (io->sgl == &io->one_sgl) {
		own->sgl = &own->one_sgl;
		own->one_sgl.sg_iovs = &own->iov;
	}
	rc = daos_event_register_comp_cb(ev, io_done, own);
	if (rc != 0) {
		free(own);
		return der_to_errno(rc);
	}
	rc = io_start(obj, own, ev);
	/* There is no taking back of a callback: it frees the request when the event is used for something else. */
	if (rc != 0)
		own->dead = true;
	return der_to_errno(rc);
}

int dfs_read(dfs_t *dfs, dfs_obj_t *obj, d_sg_list_t *sgl, daos_off_t off, daos_size_t *read_size, daos_event_t *ev)
{
	struct io io = {.read_size = read_size};
	int rc = check_read(dfs, obj);

	if (rc == 0)
		rc = read_size != NULL ? io_one_range(&io, off, sgl) : EINVAL;
	return rc != 0 ? rc : io_run(obj, &io, ev);
}

int dfs_readx(dfs_t *dfs, dfs_obj_t *obj, dfs_iod_t *iod, d_sg_list_t *sgl, daos_size_t *read_size, daos_event_t *ev)
{
	struct io io = {.read_size = read_size};
	int rc = check_read(dfs, obj);

	if (rc == 0)
		rc = read_size != NULL ? io_ranges(&io, iod, sgl) : EINVAL;
	return rc != 0 ? rc : io_run(obj, &io, ev);
}

int dfs_write(dfs_t *dfs, dfs_obj_t *obj, d_sg_list_t *sgl, daos_off_t off, daos_event_t *ev)
{
	struct io io = {0};
	int rc = check_write(dfs, obj);

	if (rc == 0)
		rc = io_one_range(&io, off, sgl);
	return rc != 0 ? rc : io_run(obj, &io, ev);
}

int dfs_writex(dfs_t *dfs, dfs_obj_t *obj, dfs_iod_t *iod, d_sg_list_t *sgl, daos_event_t *ev)
{
	struct io io = {0};
	int rc = check_write(dfs, obj);

	if (rc == 0)
		rc = io_ranges(&io, iod, sgl);
	return rc != 0 ? rc : io_run(obj, &io, ev);
}

int file_read_buf(struct dfs_obj *obj, void *buf, daos_off_t off, daos_size_t *size, daos_event_t *ev)
{
	struct io io = {.read_size = size};
	int rc = check_read(obj->dfs, obj);

	if (rc != 0)
		return rc;
	io_one_buffer(&io, buf, off, *size);
	return io_run(obj, &io, ev);
}

int file_write_buf(struct dfs_obj *obj, const void *buf, daos_off_t off, daos_size_t size, daos_event_t *ev)
{
	struct io io = {0};
	int rc = check_write(obj->dfs, obj);

	if (rc != 0)
		return rc;
	io_one_buffer(&io, (void *)buf, off, size);
	return io_run(obj, &io, ev);
}

int dfs_get_size(dfs_t *dfs, dfs_obj_t *obj, daos_size_t *size)
{
	int rc = obj_check_file(dfs, obj);

	if (rc != 0 || size == NULL)
		return EINVAL;
	return der_to_errno(daos_array_get_size(obj->oh, dfs->th, size, NULL));
}

int dfs_get_size_by_oid(dfs_t *dfs, daos_obj_id_t oid, daos_size_t chunk_size, daos_size_t *size)
{
	daos_handle_t oh;
	int rc;

	if (dfs == NULL || size == NULL || daos_obj_id2type(oid) != DAOS_OT_ARRAY_BYTE)
		return EINVAL;
	rc = obj_open_array(dfs, oid, chunk_size, O_RDONLY, &oh);
	if (rc != 0)
		return rc;
	rc = der_to_errno(daos_array_get_size(oh, dfs->th, size, NULL));
	daos_array_close(oh, NULL);
	return rc;
}

/*
 * Make bytes read as zeros. `len` DFS_MAX_FSIZE sets the size to `off`, growing or shrinking. A range that reaches the
 * end shortens the file to `off`; one beyond it changes nothing.
 */
int dfs_punch(dfs_t *dfs, dfs_obj_t *obj, daos_off_t off, daos_size_t len)
{
	daos_range_t range = {off, len};
	daos_array_iod_t iod = {.arr_nr = 1, .arr_rgs = &range};
	daos_size_t size;
	int rc = check_write(dfs, obj);

	if (rc != 0)
		return rc;
	if (len == DFS_MAX_FSIZE)
		return der_to_errno(daos_array_set_size(obj->oh, DAOS_TX_NONE, off, NULL));
	rc = daos_array_get_size(obj->oh, DAOS_TX_NONE, &size, NULL);
	if (rc != 0 || size <= off || len == 0)
		return der_to_errno(rc);
	if (len >= size - off)
		rc = daos_array_set_size(obj->oh, DAOS_TX_NONE, off, NULL);
	else
		rc = daos_array_punch(obj->oh, DAOS_TX_NONE, &iod, NULL);
	return der_to_errno(rc);
}
