/*
 * Containers with checksums: what is damaged on the disk is not read, and what is not damaged is, whatever way a writer
 * ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <daos_local.h>

#include "store_fixture.h"

#define CHUNK 4096 /* of checksums */

static daos_handle_t coh;
static uuid_t cont_uuid;

static int setup(void **state)
{
	pool_size = 1 << 30;
	return store_setup(state) != 0 || pool_setup(state) != 0;
}

static int teardown(void **state)
{
	return pool_teardown(state) || store_teardown(state);
}

static void make(unsigned type)
{
	struct daos_prop_entry entries[] = {{.dpe_type = DAOS_PROP_CO_CSUM, .dpe_val = type},
					    {.dpe_type = DAOS_PROP_CO_CSUM_CHUNK_SIZE, .dpe_val = CHUNK}};
	daos_prop_t prop = {.dpp_nr = 2, .dpp_entries = entries};
	char label[32];

	snprintf(label, sizeof(label), "c%u", type);
	assert_ok(daos_cont_create_with_label(poh, label, &prop, &cont_uuid, NULL));
	coh = cont_open_label(label, DAOS_COO_RW);
}

static int setup_cont(void **state)
{
	(void)state;
	make(DAOS_PROP_CO_CSUM_CRC32);
	return 0;
}

static int teardown_cont(void **state)
{
	(void)state;
	cont_close(coh);
	assert_ok(daos_cont_destroy(poh, "c2", 1, NULL));
	return 0;
}

static daos_handle_t open_array(uint64_t lo, daos_obj_id_t *oid)
{
	daos_handle_t oh;

	*oid = (daos_obj_id_t){.lo = lo};
	assert_ok(daos_obj_generate_oid(coh, oid, DAOS_OT_ARRAY_BYTE, 0, 0, 0));
	assert_ok(daos_array_open_with_attr(coh, *oid, DAOS_TX_NONE, DAOS_OO_RW, 1, 1 << 20, &oh, NULL));
	return oh;
}

static int transfer(daos_handle_t oh, bool write, void *buf, size_t len, uint64_t at, size_t *got)
{
	daos_range_t range = {.rg_idx = at, .rg_len = len};
	daos_array_iod_t iod = {.arr_nr = 1, .arr_rgs = &range};
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
	int rc;

	d_iov_set(&iov, buf, len);
	rc = write ? daos_array_write(oh, DAOS_TX_NONE, &iod, &sgl, NULL)
		   : daos_array_read(oh, DAOS_TX_NONE, &iod, &sgl, NULL);
	if (got != NULL)
		*got = iod.arr_nr_read;
	return rc;
}

static void put(daos_handle_t oh, uint64_t at, size_t len, int byte)
{
	char *buf = malloc(len);

	memset(buf, byte, len);
	assert_ok(transfer(oh, true, buf, len, at, NULL));
	free(buf);
}

/* The bytes are `byte`, all `len` of them. */
static void assert_bytes(daos_handle_t oh, uint64_t at, size_t len, int byte)
{
	unsigned char *buf = malloc(len);
	size_t got;

	assert_ok(transfer(oh, false, buf, len, at, &got));
	assert_int_equal(got, len);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(buf[i], byte);
	free(buf);
}

static int try_read(daos_handle_t oh, uint64_t at, size_t len)
{
	char *buf = malloc(len);
	int rc = transfer(oh, false, buf, len, at, NULL);

	free(buf);
	return rc;
}

/* data/XX/name or sums/XX/name of an array, open. */
static int open_file(const char *kind, daos_obj_id_t oid, int flags)
{
	unsigned spread = (oid.hi ^ (oid.hi >> 8) ^ oid.lo) & 0xff;
	char path[4096], *dir = cont_dir(cont_uuid);
	int fd;

	snprintf(path, sizeof(path), "%s/%s/%02x/%016llx%016llx", dir, kind, spread, (unsigned long long)oid.hi,
		 (unsigned long long)oid.lo);
	free(dir);
	if (flags == O_EXCL)
		return unlink(path);
	fd = open(path, flags);
	assert_true(fd >= 0);
	return fd;
}

static void poke(const char *kind, daos_obj_id_t oid, off_t at, const void *bytes, size_t len)
{
	int fd = open_file(kind, oid, O_RDWR);

	assert_int_equal(pwrite(fd, bytes, len, at), len);
	close(fd);
}

static void flip(daos_obj_id_t oid, off_t at)
{
	int fd = open_file("data", oid, O_RDWR);
	char c;

	assert_int_equal(pread(fd, &c, 1, at), 1);
	c ^= 4;
	assert_int_equal(pwrite(fd, &c, 1, at), 1);
	close(fd);
}

static void set_size(daos_handle_t oh, uint64_t size)
{
	assert_ok(daos_array_set_size(oh, DAOS_TX_NONE, size, NULL));
}

static void punch(daos_handle_t oh, uint64_t at, uint64_t len)
{
	daos_range_t range = {.rg_idx = at, .rg_len = len};
	daos_array_iod_t iod = {.arr_nr = 1, .arr_rgs = &range};

	assert_ok(daos_array_punch(oh, DAOS_TX_NONE, &iod, NULL));
}

static void test_every_type(void **state)
{
	daos_obj_id_t oid;
	char label[32];

	(void)state;
	for (unsigned type = DAOS_PROP_CO_CSUM_CRC16; type <= DAOS_PROP_CO_CSUM_ADLER32; type++) {
		daos_handle_t oh;

		make(type);
		oh = open_array(1, &oid);
		put(oh, 0, 3 * CHUNK + 100, 'a');
		assert_bytes(oh, 0, 3 * CHUNK + 100, 'a');
		flip(oid, CHUNK + 7);
		assert_bytes(oh, 0, CHUNK, 'a');
		assert_der(try_read(oh, CHUNK, 1), -DER_CSUM);
		assert_der(try_read(oh, 0, 2 * CHUNK), -DER_CSUM);
		assert_bytes(oh, 2 * CHUNK, CHUNK + 100, 'a');
		assert_der(daos_obj_verify(coh, oid, DAOS_EPOCH_MAX), -DER_MISMATCH);
		flip(oid, CHUNK + 7);
		assert_bytes(oh, 0, 3 * CHUNK + 100, 'a');
		assert_ok(daos_obj_verify(coh, oid, DAOS_EPOCH_MAX));
		assert_ok(daos_array_close(oh, NULL));
		cont_close(coh);
		snprintf(label, sizeof(label), "c%u", type);
		assert_ok(daos_cont_destroy(poh, label, 1, NULL));
	}
}

static void test_no_descriptor(void **state)
{
	daos_obj_id_t oid;
	daos_handle_t oh = open_array(1, &oid);
	int fd;

	(void)state;
	assert_der(daos_local_cont_plain(coh), -DER_NOTSUPPORTED);
	assert_der(daos_local_array_fd(oh, DAOS_LOCAL_CREATE, &fd), -DER_NOTSUPPORTED);
	assert_der(daos_local_array_open(coh, oid, O_RDWR | O_CREAT, &fd), -DER_NOTSUPPORTED);
	assert_ok(daos_local_array_open_lock(coh, oid, O_RDWR | O_CREAT | O_CLOEXEC, &fd));
	close(fd);
	put(oh, 0, CHUNK, 'a');
	assert_der(daos_local_array_open_lock(coh, oid, O_RDWR | O_TRUNC | O_CLOEXEC, &fd), -DER_INVAL);
	assert_bytes(oh, 0, CHUNK, 'a');
	assert_ok(daos_array_close(oh, NULL));
}

/* Damage is not given a good checksum by writing beside it, and goes when it is written over. */
static void test_writing_over_damage(void **state)
{
	daos_obj_id_t oid;
	daos_handle_t oh = open_array(1, &oid);
	char byte = 'x';

	(void)state;
	put(oh, 0, 4 * CHUNK, 'a');
	flip(oid, CHUNK + 100);
	assert_der(transfer(oh, true, &byte, 1, CHUNK + 5, NULL), -DER_CSUM);
	assert_der(daos_array_set_size(oh, DAOS_TX_NONE, CHUNK + 200, NULL), -DER_CSUM);
	assert_der(try_read(oh, CHUNK, 1), -DER_CSUM);
	assert_bytes(oh, 0, CHUNK, 'a');
	put(oh, CHUNK, CHUNK, 'b');
	assert_bytes(oh, CHUNK, CHUNK, 'b');
	assert_bytes(oh, 2 * CHUNK, 2 * CHUNK, 'a');
	assert_ok(daos_obj_verify(coh, oid, DAOS_EPOCH_MAX));
	flip(oid, 3 * CHUNK);
	set_size(oh, CHUNK);
	set_size(oh, 4 * CHUNK);
	assert_bytes(oh, CHUNK, 3 * CHUNK, 0);
	assert_ok(daos_array_close(oh, NULL));
}

static void test_shapes(void **state)
{
	daos_obj_id_t oid;
	daos_handle_t oh = open_array(1, &oid);
	char zero = 1;
	size_t got;

	(void)state;
	assert_int_equal(transfer(oh, false, &zero, 1, 0, &got), 0);
	assert_int_equal(got, 0);
	put(oh, 10, 20, 'a'); /* from 10 to 30 */
	assert_bytes(oh, 0, 10, 0);
	put(oh, 30, CHUNK, 'b'); /* over the first chunk's end */
	assert_bytes(oh, 10, 20, 'a');
	assert_bytes(oh, 30, CHUNK, 'b');
	put(oh, 10 * CHUNK + 1, 1, 'c'); /* a hole */
	assert_bytes(oh, CHUNK + 30, 9 * CHUNK - 29, 0);
	punch(oh, 20, CHUNK); /* both edges */
	assert_bytes(oh, 10, 10, 'a');
	assert_bytes(oh, 20, CHUNK, 0);
	assert_bytes(oh, CHUNK + 20, 10, 'b');
	punch(oh, 0, 20 * CHUNK);
	assert_bytes(oh, 0, 10 * CHUNK + 2, 0);
	put(oh, 0, 12 * CHUNK, 'd');
	set_size(oh, 5 * CHUNK + 5);
	assert_bytes(oh, 0, 5 * CHUNK + 5, 'd');
	set_size(oh, 7 * CHUNK);
	assert_bytes(oh, 5 * CHUNK + 5, 2 * CHUNK - 5, 0);
	put(oh, 6 * CHUNK, CHUNK, 'e');
	assert_bytes(oh, 0, 5 * CHUNK + 5, 'd');
	assert_ok(daos_obj_verify(coh, oid, DAOS_EPOCH_MAX));
	set_size(oh, 0);
	assert_int_equal(transfer(oh, false, &zero, 1, 0, &got), 0);
	assert_int_equal(got, 0);
	put(oh, 1ULL << 36, 3, 'f');
	assert_bytes(oh, 1ULL << 36, 3, 'f');
	assert_ok(daos_obj_verify(coh, oid, DAOS_EPOCH_MAX));
	assert_ok(daos_array_close(oh, NULL));
}

/* A model in memory, and operations of all kinds at random. */
static void test_against_model(void **state)
{
	enum { MAX = 20 * CHUNK };
	static unsigned char model[MAX], buf[MAX];
	uint64_t size = 0;
	daos_obj_id_t oid;
	daos_handle_t oh = open_array(1, &oid);
	unsigned seed = 7;
	size_t got;

	(void)state;
	memset(model, 0, sizeof(model));
	for (int i = 0; i < 1500; i++) {
		uint64_t at = (uint64_t)rand_r(&seed) % (MAX - 1), len = 1 + (uint64_t)rand_r(&seed) % (MAX - at);
		int what = rand_r(&seed) % 10;

		if (what < 4 && len > 3 * CHUNK)
			len = 1 + len % (3 * CHUNK);
		if (what < 4) {
			memset(model + at, 'a' + i % 26, len);
			put(oh, at, len, 'a' + i % 26);
			size = at + len > size ? at + len : size;
		} else if (what == 4) {
			punch(oh, at, len);
			memset(model + at, 0, len);
		} else if (what == 5) {
			set_size(oh, at);
			if (at < size)
				memset(model + at, 0, size - at);
			size = at;
		} else {
			assert_ok(transfer(oh, false, buf, len, at, &got));
			assert_int_equal(got, at >= size ? 0 : len < size - at ? len : size - at);
			assert_memory_equal(buf, model + at, got);
		}
	}
	assert_ok(daos_obj_verify(coh, oid, DAOS_EPOCH_MAX));
	assert_ok(daos_array_close(oh, NULL));
}

/* By dkey and akey the same bytes are reached, and checked. */
static void test_object_api(void **state)
{
	daos_obj_id_t oid;
	daos_handle_t ah = open_array(1, &oid), oh;
	uint64_t chunk = 1;
	char buf[16] = "";
	daos_recx_t recx = {.rx_idx = 3, .rx_nr = 5};
	daos_iod_t iod = {.iod_type = DAOS_IOD_ARRAY, .iod_size = 1, .iod_nr = 1, .iod_recxs = &recx};
	daos_key_t dkey;
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};

	(void)state;
	put(ah, 0, 2 * CHUNK, 'a');
	assert_ok(daos_obj_open(coh, oid, DAOS_OO_RW, &oh, NULL));
	d_iov_set(&dkey, &chunk, sizeof(chunk));
	d_iov_set(&iod.iod_name, "0", 1);
	d_iov_set(&iov, "hello", 5);
	assert_ok(daos_obj_update(oh, DAOS_TX_NONE, 0, &dkey, 1, &iod, &sgl, NULL));
	d_iov_set(&iov, buf, 5);
	assert_ok(daos_obj_fetch(oh, DAOS_TX_NONE, 0, &dkey, 1, &iod, &sgl, NULL, NULL));
	assert_string_equal(buf, "hello");
	assert_bytes(ah, 8, CHUNK, 'a');
	flip(oid, 100);
	assert_der(daos_obj_fetch(oh, DAOS_TX_NONE, 0, &dkey, 1, &iod, &sgl, NULL, NULL), -DER_CSUM);
	assert_ok(daos_obj_close(oh, NULL));
	assert_ok(daos_array_close(ah, NULL));
}

/* Records, as the format says: a header of 64 bytes, 16 for each CRC32. */
static off_t record_at(unsigned chunk)
{
	return 64 + 16 * (off_t)chunk;
}

/* A writer that was killed leaves a mark: the chunk is good, whatever is in it. */
static void test_killed_while_writing(void **state)
{
	const uint32_t writing = 2;
	daos_obj_id_t oid;
	daos_handle_t oh = open_array(1, &oid);
	char byte = 'x';

	(void)state;
	put(oh, 0, 3 * CHUNK, 'a');
	flip(oid, 5);
	poke("sums", oid, record_at(0), &writing, sizeof(writing));
	assert_ok(try_read(oh, 0, CHUNK));
	assert_ok(daos_obj_verify(coh, oid, DAOS_EPOCH_MAX));
	flip(oid, CHUNK);
	poke("sums", oid, record_at(1), &writing, sizeof(writing));
	assert_ok(transfer(oh, true, &byte, 1, CHUNK + 9, NULL));
	assert_ok(try_read(oh, CHUNK, CHUNK));
	flip(oid, CHUNK); /* and from then on it is checked again */
	assert_der(try_read(oh, CHUNK, CHUNK), -DER_CSUM);
	assert_ok(daos_array_close(oh, NULL));
}

static void test_killed_while_cutting(void **state)
{
	const uint32_t busy = 3;
	daos_obj_id_t oid;
	daos_handle_t oh = open_array(1, &oid);

	(void)state;
	put(oh, 0, 3 * CHUNK, 'a');
	flip(oid, 5);
	flip(oid, 2 * CHUNK);
	poke("sums", oid, 16, &busy, sizeof(busy));
	assert_ok(try_read(oh, 0, 3 * CHUNK));
	flip(oid, 5);
	assert_der(try_read(oh, 0, 1), -DER_CSUM);
	assert_ok(daos_array_close(oh, NULL));
}

static const char *state_path(void)
{
	static char path[4096];
	char *dir = cont_dir(cont_uuid);

	snprintf(path, sizeof(path), "%s/sums/state", dir);
	free(dir);
	return path;
}

static int open_state(void)
{
	int fd = open(state_path(), O_RDWR | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

/* What a container looks like after the machine went down: open, in another boot. */
static void lose_power(void)
{
	static const char boot[] = "00000000-0000-0000-0000-000000000000";
	uint32_t open_flag = 1;
	int fd;

	cont_close(coh);
	fd = open_state();
	assert_int_equal(pwrite(fd, &open_flag, sizeof(open_flag), 24), sizeof(open_flag));
	assert_int_equal(pwrite(fd, boot, sizeof(boot), 32 + 32 * 8), sizeof(boot));
	close(fd);
	coh = cont_open_label("c2", DAOS_COO_RW);
}

static daos_handle_t reopen(daos_obj_id_t oid)
{
	daos_handle_t oh;

	assert_ok(daos_array_open_with_attr(coh, oid, DAOS_TX_NONE, DAOS_OO_RW, 1, 1 << 20, &oh, NULL));
	return oh;
}

static void test_power_loss(void **state)
{
	daos_obj_id_t synced, dirty, old, written;
	daos_handle_t oh = open_array(1, &synced);

	(void)state;
	put(oh, 0, 2 * CHUNK, 'a');
	assert_ok(daos_local_array_sync(oh));
	assert_ok(daos_array_close(oh, NULL));
	oh = open_array(2, &old); /* not synced, but closed by all before: that syncs */
	put(oh, 0, 2 * CHUNK, 'a');
	assert_ok(daos_array_close(oh, NULL));
	cont_close(coh);
	coh = cont_open_label("c2", DAOS_COO_RW);
	oh = open_array(3, &dirty);
	put(oh, 0, 2 * CHUNK, 'a');
	assert_ok(daos_array_close(oh, NULL));
	oh = open_array(4, &written); /* synced, and written to after that */
	put(oh, 0, 2 * CHUNK, 'a');
	assert_ok(daos_local_array_sync(oh));
	put(oh, 7, 1, 'b');
	assert_ok(daos_array_close(oh, NULL));
	lose_power();
	flip(synced, 9);
	flip(old, 9);
	flip(dirty, 9);
	flip(written, 9);
	oh = reopen(synced);
	assert_der(try_read(oh, 0, 1), -DER_CSUM);
	assert_ok(daos_array_close(oh, NULL));
	oh = reopen(old);
	assert_der(try_read(oh, 0, 1), -DER_CSUM);
	assert_ok(daos_array_close(oh, NULL));
	oh = reopen(dirty);
	assert_ok(try_read(oh, 0, CHUNK));
	flip(dirty, 9); /* what was there after the power came back counts from then on */
	assert_der(try_read(oh, 0, 1), -DER_CSUM);
	assert_ok(daos_array_close(oh, NULL));
	oh = reopen(written);
	put(oh, 11, 1, 'c');
	assert_ok(try_read(oh, 0, 2 * CHUNK));
	flip(written, CHUNK);
	assert_der(try_read(oh, CHUNK, 1), -DER_CSUM);
	assert_ok(daos_array_close(oh, NULL));
}

/* Damage is not taken for a lost era because nobody can tell; and one's own era is known. */
static void test_unreadable_state(void **state)
{
	daos_obj_id_t oid;
	daos_handle_t oh = open_array(1, &oid);

	(void)state;
	put(oh, 0, 2 * CHUNK, 'a');
	flip(oid, 9);
	assert_int_equal(chmod(state_path(), 0666), 0); /* so that the engine refuses it */
	assert_der(try_read(oh, 0, 1), -DER_CSUM);
	assert_ok(daos_array_close(oh, NULL));
	cont_close(coh);
	coh = cont_open_label("c2", DAOS_COO_RW);
	oh = reopen(oid);
	assert_der(try_read(oh, 0, 1), -DER_NO_PERM);
	assert_bytes(oh, CHUNK, CHUNK, 'a');
	assert_int_equal(chmod(state_path(), 0600), 0);
	assert_der(try_read(oh, 0, 1), -DER_CSUM);
	assert_ok(daos_array_close(oh, NULL));
}

/* Without sums/state all eras of before are lost, though as many have begun since. */
static void test_no_state(void **state)
{
	daos_obj_id_t oid, other;
	daos_handle_t oh = open_array(1, &oid);
	uint64_t junk = 0x6b6e756a;
	int fd;

	(void)state;
	for (int damaged = 0; damaged < 2; damaged++) {
		put(oh, 0, 2 * CHUNK, 'a');
		assert_ok(daos_array_close(oh, NULL));
		cont_close(coh);
		if (damaged) {
			fd = open_state();
			assert_int_equal(pwrite(fd, &junk, sizeof(junk), 0), sizeof(junk));
			close(fd);
		} else {
			assert_int_equal(unlink(state_path()), 0);
		}
		coh = cont_open_label("c2", DAOS_COO_RW);
		oh = open_array(2, &other);
		put(oh, 0, 1, 'b');
		assert_ok(daos_array_close(oh, NULL));
		flip(oid, 9);
		oh = reopen(oid);
		assert_ok(try_read(oh, 0, 1));
		flip(oid, 9);
		assert_der(try_read(oh, 0, 1), -DER_CSUM);
	}
	assert_ok(daos_array_close(oh, NULL));
}

static void test_no_file_of_checksums(void **state)
{
	daos_obj_id_t oid;
	daos_handle_t oh = open_array(1, &oid);
	char junk[32];

	(void)state;
	put(oh, 0, 2 * CHUNK, 'a');
	assert_int_equal(open_file("sums", oid, O_EXCL), 0); /* removed */
	assert_bytes(oh, 0, 2 * CHUNK, 'a');
	flip(oid, 3);
	assert_der(try_read(oh, 0, 1), -DER_CSUM);
	flip(oid, 3);
	memset(junk, 'j', sizeof(junk));
	poke("sums", oid, 0, junk, sizeof(junk));
	assert_der(try_read(oh, 0, 1), -DER_CSUM);
	assert_der(daos_obj_verify(coh, oid, DAOS_EPOCH_MAX), -DER_MISMATCH);
	assert_ok(daos_array_close(oh, NULL));
}

/* A file that was cut on the disk. */
static void test_lost_end(void **state)
{
	daos_obj_id_t oid;
	daos_handle_t oh = open_array(1, &oid);
	int fd;

	(void)state;
	put(oh, 0, 3 * CHUNK, 'a');
	fd = open_file("data", oid, O_RDWR);
	assert_int_equal(ftruncate(fd, CHUNK + 1), 0);
	close(fd);
	assert_der(daos_obj_verify(coh, oid, DAOS_EPOCH_MAX), -DER_MISMATCH);
	assert_der(try_read(oh, CHUNK, 1), -DER_CSUM);
	assert_ok(daos_array_close(oh, NULL));
}

static void test_removed(void **state)
{
	daos_obj_id_t oid;
	daos_handle_t oh = open_array(1, &oid), other;

	(void)state;
	put(oh, 0, 2 * CHUNK, 'a');
	other = reopen(oid);
	assert_ok(daos_array_destroy(other, DAOS_TX_NONE, NULL));
	assert_ok(daos_array_close(other, NULL));
	assert_bytes(oh, 0, 2 * CHUNK, 'a');
	put(oh, 0, 10, 'b');
	assert_bytes(oh, 0, 10, 'b');
	assert_ok(daos_array_close(oh, NULL));
	cont_close(coh); /* removes what was destroyed */
	assert_int_equal(open_file("sums", oid, O_EXCL), -1);
	coh = cont_open_label("c2", DAOS_COO_RW);
}

struct job {
	daos_obj_id_t oid;
	int byte;
};

/* Writes to its own bytes of chunks that others write to at the same time. */
static int write_slices(void *arg)
{
	struct job *job = arg;
	daos_handle_t oh, own_poh, own_coh;
	char buf[64];
	int rc = daos_pool_connect(POOL, NULL, DAOS_PC_RW, &own_poh, NULL, NULL);

	if (rc == 0)
		rc = daos_cont_open(own_poh, "c2", DAOS_COO_RW, &own_coh, NULL, NULL);
	if (rc == 0)
		rc = daos_array_open_with_attr(own_coh, job->oid, DAOS_TX_NONE, DAOS_OO_RW, 1, 1 << 20, &oh, NULL);
	memset(buf, 'a' + job->byte, sizeof(buf));
	for (int i = 0; rc == 0 && i < 300; i++) {
		rc = transfer(oh, true, buf, sizeof(buf), (uint64_t)(i % 150) * 256 + (uint64_t)job->byte * 64, NULL);
		if (rc == 0)
			rc = try_read(oh, (uint64_t)(i * 7 % 150) * 256, 256);
	}
	return rc != 0;
}

static void test_processes(void **state)
{
	struct job job = {0};
	daos_handle_t oh = open_array(1, &job.oid);
	pid_t pid[4];
	int status;

	(void)state;
	put(oh, 0, 150 * 256, 'z');
	for (job.byte = 0; job.byte < 4; job.byte++) {
		pid[job.byte] = fork();
		assert_true(pid[job.byte] >= 0);
		if (pid[job.byte] == 0)
			_exit(write_slices(&job));
	}
	for (int i = 0; i < 4; i++) {
		assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
		assert_int_equal(status, 0);
	}
	for (int i = 0; i < 600; i++)
		assert_bytes(oh, (uint64_t)i * 64, 64, 'a' + i % 4);
	assert_ok(daos_obj_verify(coh, job.oid, DAOS_EPOCH_MAX));
	assert_ok(daos_array_close(oh, NULL));
}

/* Killed anywhere, again and again: what is there reads, and what was written whole is there. */
static void test_kill(void **state)
{
	struct job job = {0};
	daos_handle_t oh = open_array(1, &job.oid);
	unsigned seed = 3;
	int status;

	(void)state;
	put(oh, 0, 150 * 256, 'z');
	for (int round = 0; round < 30; round++) {
		pid_t pid = fork();

		assert_true(pid >= 0);
		if (pid == 0) {
			job.byte = round % 4;
			for (;;)
				write_slices(&job);
		}
		usleep(5000 + (useconds_t)rand_r(&seed) % 20000);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_ok(daos_obj_verify(coh, job.oid, DAOS_EPOCH_MAX));
	}
	assert_ok(daos_array_close(oh, NULL));
}

/* A child that has all our descriptors, and keeps them. */
static pid_t fork_idle(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return pid;
}

static void end_idle(pid_t pid)
{
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* Nobody has a lock on the file, which is then closed. */
static void assert_unlocked(int fd)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	assert_int_equal(fcntl(fd, F_OFD_SETLK, &l), 0);
	close(fd);
}

static void test_forked_with_era(void **state)
{
	daos_obj_id_t oid;
	daos_handle_t oh = open_array(1, &oid);
	uint32_t open_flag = 1;
	pid_t pid;
	int fd;

	(void)state;
	put(oh, 0, 10, 'a');
	pid = fork_idle();
	assert_ok(daos_array_close(oh, NULL));
	cont_close(coh);
	fd = open_state();
	assert_int_equal(pread(fd, &open_flag, sizeof(open_flag), 24), sizeof(open_flag));
	assert_int_equal(open_flag, 0);
	assert_unlocked(fd);
	end_idle(pid);
	coh = cont_open_label("c2", DAOS_COO_RW);
}

struct writer {
	daos_handle_t oh;
	atomic_bool stop;
	int rc;
};

/* Whether somebody waits for a lock on this file. */
static bool has_waiter(int fd)
{
	FILE *locks = fopen("/proc/locks", "r");
	char line[256], inode[32];
	struct stat st;
	bool found = false;

	assert_non_null(locks);
	assert_int_equal(fstat(fd, &st), 0);
	snprintf(inode, sizeof(inode), ":%llu ", (unsigned long long)st.st_ino);
	while (fgets(line, sizeof(line), locks) != NULL)
		found = found || (strstr(line, "->") != NULL && strstr(line, inode) != NULL);
	fclose(locks);
	return found;
}

static void *write_once(void *arg)
{
	struct writer *w = arg;
	char byte = 'x';

	w->rc = transfer(w->oh, true, &byte, 1, 0, NULL);
	return NULL;
}

/* While one thread waits for another process to end the era, others work, and fork. */
static void test_waiting_for_era(void **state)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	daos_obj_id_t oid, other;
	struct writer w = {.oh = open_array(1, &oid)};
	daos_handle_t oh;
	pthread_t thread;
	int fd;

	(void)state;
	put(w.oh, 0, 1, 'a');
	assert_ok(daos_array_close(w.oh, NULL));
	cont_close(coh);
	coh = cont_open_label("c2", DAOS_COO_RW);
	w.oh = reopen(oid);
	fd = open_state();
	assert_int_equal(fcntl(fd, F_OFD_SETLK, &l), 0);
	assert_int_equal(pthread_create(&thread, NULL, write_once, &w), 0);
	for (int i = 0; i < 6000 && !has_waiter(fd); i++)
		usleep(10000);
	assert_true(has_waiter(fd));
	oh = open_array(2, &other);
	assert_ok(daos_array_close(oh, NULL));
	end_idle(fork_idle());
	close(fd);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_ok(w.rc);
	assert_bytes(w.oh, 0, 1, 'x');
	assert_ok(daos_array_close(w.oh, NULL));
}

/* Threads that all begin the era. */
static void test_threads_begin_era(void **state)
{
	struct writer w[4] = {0};
	pthread_t thread[4];
	daos_obj_id_t oid;

	(void)state;
	for (int round = 0; round < 5; round++) {
		for (unsigned i = 0; i < 4; i++) {
			w[i].oh = open_array(i, &oid);
			assert_int_equal(pthread_create(&thread[i], NULL, write_once, &w[i]), 0);
		}
		for (unsigned i = 0; i < 4; i++) {
			assert_int_equal(pthread_join(thread[i], NULL), 0);
			assert_ok(w[i].rc);
			assert_bytes(w[i].oh, 0, 1, 'x');
			assert_ok(daos_array_close(w[i].oh, NULL));
		}
		cont_close(coh);
		assert_unlocked(open_state());
		coh = cont_open_label("c2", DAOS_COO_RW);
	}
}

static void *write_always(void *arg)
{
	struct writer *w = arg;
	static char buf[16 * CHUNK];

	while (w->rc == 0 && !atomic_load(&w->stop))
		w->rc = transfer(w->oh, true, buf, sizeof(buf), 0, NULL);
	return NULL;
}

/* Children that were forked amidst of a thread's operations. */
static void test_forked_in_operation(void **state)
{
	daos_obj_id_t oid;
	struct writer w = {.oh = open_array(1, &oid)};
	pthread_t thread;
	pid_t pid[20];

	(void)state;
	put(w.oh, 0, 10, 'a');
	assert_int_equal(pthread_create(&thread, NULL, write_always, &w), 0);
	for (int i = 0; i < 20; i++)
		pid[i] = fork_idle();
	atomic_store(&w.stop, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_ok(w.rc);
	assert_unlocked(open_file("sums", oid, O_RDWR));
	for (int i = 0; i < 20; i++)
		end_idle(pid[i]);
	assert_ok(daos_array_close(w.oh, NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_cont, teardown_cont)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_type),
	    TEST(test_no_descriptor),
	    TEST(test_writing_over_damage),
	    TEST(test_shapes),
	    TEST(test_against_model),
	    TEST(test_object_api),
	    TEST(test_killed_while_writing),
	    TEST(test_killed_while_cutting),
	    TEST(test_power_loss),
	    TEST(test_unreadable_state),
	    TEST(test_no_state),
	    TEST(test_no_file_of_checksums),
	    TEST(test_lost_end),
	    TEST(test_removed),
	    TEST(test_processes),
	    TEST(test_kill),
	    TEST(test_forked_with_era),
	    TEST(test_waiting_for_era),
	    TEST(test_threads_begin_era),
	    TEST(test_forked_in_operation),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
