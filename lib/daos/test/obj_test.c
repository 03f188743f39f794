/*
 * Objects: random updates compared with a model in memory, enumeration, transactions, several processes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store_fixture.h"

static daos_handle_t coh;

static int setup(void **state)
{
	uuid_t uuid;

	if (store_setup(state) != 0 || pool_setup(state) != 0)
		return 1;
	coh = cont_make("c", uuid);
	return 0;
}

static int teardown(void **state)
{
	cont_close(coh);
	return pool_teardown(state) || store_teardown(state);
}

static daos_handle_t open_object(enum daos_otype_t type, uint64_t lo)
{
	daos_obj_id_t oid = {.lo = lo};
	daos_handle_t oh;

	assert_int_equal(daos_obj_generate_oid(coh, &oid, type, 0, 0, 0), 0);
	assert_int_equal(daos_obj_open(coh, oid, DAOS_OO_RW, &oh, NULL), 0);
	return oh;
}

/* The model: a few dkeys with a few akeys, each nothing, a single value, or an array of one-byte records. */
#define DKEYS  5
#define AKEYS  6
#define LENGTH 3000

struct model_akey {
	int type;
	size_t len;
	unsigned char data[LENGTH];
	bool there[LENGTH];
};

static struct model_akey model[DKEYS][AKEYS];

/* Names of all lengths, some too long to be a key of the database. */
static void name_of(char *buf, char kind, unsigned i)
{
	static const unsigned len[] = {1, 8, 40, 95, 96, 250};

	memset(buf, kind, len[i]);
	buf[0] = 'a' + i;
	buf[len[i]] = '\0';
}

struct io {
	daos_key_t dkey;
	daos_iod_t iod;
	daos_recx_t rx;
	d_iov_t iov;
	d_sg_list_t sgl;
	char dname[256], aname[256];
};

static void io_set(struct io *io, unsigned d, unsigned a, int type, void *buf, size_t len)
{
	memset(io, 0, sizeof(*io));
	name_of(io->dname, 'D', d);
	name_of(io->aname, 'A', a);
	d_iov_set(&io->dkey, io->dname, strlen(io->dname));
	d_iov_set(&io->iod.iod_name, io->aname, strlen(io->aname));
	d_iov_set(&io->iov, buf, len);
	io->sgl = (d_sg_list_t){.sg_nr = 1, .sg_iovs = &io->iov};
	io->iod.iod_type = type;
	io->iod.iod_nr = 1;
	io->iod.iod_size = type == DAOS_IOD_SINGLE ? len : 1;
	io->iod.iod_recxs = type == DAOS_IOD_SINGLE ? NULL : &io->rx;
}

static int update(daos_handle_t oh, struct io *io)
{
	return daos_obj_update(oh, DAOS_TX_NONE, 0, &io->dkey, 1, &io->iod, &io->sgl, NULL);
}

static void random_single(daos_handle_t oh, unsigned d, unsigned a)
{
	struct model_akey *m = &model[d][a];
	unsigned char buf[LENGTH];
	size_t len = random() % 4 ? random() % 100 + 1 : random() % LENGTH + 1;
	struct io io;
	int rc;

	memset(buf, (int)random(), len);
	io_set(&io, d, a, DAOS_IOD_SINGLE, buf, len);
	rc = update(oh, &io);
	if (m->type == DAOS_IOD_ARRAY) {
		assert_int_equal(rc, -DER_NO_PERM);
		return;
	}
	assert_int_equal(rc, 0);
	m->type = DAOS_IOD_SINGLE;
	m->len = len;
	memcpy(m->data, buf, len);
}

static void random_extent(daos_handle_t oh, unsigned d, unsigned a, bool punch)
{
	struct model_akey *m = &model[d][a];
	unsigned char buf[LENGTH];
	unsigned start = random() % LENGTH, nr = random() % (LENGTH - start) + 1;
	bool any = false;
	struct io io;
	int rc;

	if (random() % 2)
		nr = nr > 50 ? 50 : nr;
	memset(buf, (int)random(), nr);
	io_set(&io, d, a, DAOS_IOD_ARRAY, buf, nr);
	io.rx = (daos_recx_t){start, nr};
	io.iod.iod_size = punch ? 0 : 1;
	rc = update(oh, &io);
	if (m->type == DAOS_IOD_SINGLE) {
		assert_int_equal(rc, -DER_NO_PERM);
		return;
	}
	assert_int_equal(rc, 0);
	for (unsigned i = 0; i < nr; i++) {
		m->there[start + i] = !punch;
		m->data[start + i] = buf[i];
	}
	for (unsigned i = 0; i < LENGTH; i++)
		any |= m->there[i];
	m->type = any ? DAOS_IOD_ARRAY : DAOS_IOD_NONE;
}

static void random_punch(daos_handle_t oh, unsigned d, unsigned a, bool whole)
{
	struct io io;

	io_set(&io, d, a, DAOS_IOD_SINGLE, NULL, 0);
	if (whole) {
		assert_int_equal(daos_obj_punch_dkeys(oh, DAOS_TX_NONE, 0, 1, &io.dkey, NULL), 0);
		memset(model[d], 0, sizeof(model[d]));
	} else {
		assert_int_equal(daos_obj_punch_akeys(oh, DAOS_TX_NONE, 0, &io.dkey, 1, &io.iod.iod_name, NULL), 0);
		memset(&model[d][a], 0, sizeof(model[d][a]));
	}
}

static void compare_akey(daos_handle_t oh, unsigned d, unsigned a)
{
	struct model_akey *m = &model[d][a];
	unsigned char buf[LENGTH];
	struct io io;

	memset(buf, 0x5a, sizeof(buf));
	io_set(&io, d, a, m->type == DAOS_IOD_NONE ? DAOS_IOD_SINGLE : m->type, buf, sizeof(buf));
	io.rx = (daos_recx_t){0, LENGTH};
	io.iod.iod_size = DAOS_REC_ANY;
	assert_int_equal(daos_obj_fetch(oh, DAOS_TX_NONE, 0, &io.dkey, 1, &io.iod, &io.sgl, NULL, NULL), 0);
	if (m->type == DAOS_IOD_NONE) {
		assert_int_equal(io.iod.iod_size, 0);
	} else if (m->type == DAOS_IOD_SINGLE) {
		assert_int_equal(io.iod.iod_size, m->len);
		assert_memory_equal(buf, m->data, m->len);
	} else {
		for (unsigned i = 0; i < LENGTH; i++)
			assert_int_equal(buf[i], m->there[i] ? m->data[i] : 0x5a);
	}
}

/* Every name once, `per` at a time; returns how many. */
static unsigned count_keys(daos_handle_t oh, daos_key_t *dkey, uint32_t per)
{
	daos_anchor_t anchor = {0};
	unsigned n = 0;

	while (!daos_anchor_is_eof(&anchor)) {
		daos_key_desc_t kds[8];
		char buf[4096];
		d_iov_t iov;
		d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
		uint32_t nr = per;

		d_iov_set(&iov, buf, sizeof(buf));
		if (dkey == NULL)
			assert_int_equal(daos_obj_list_dkey(oh, DAOS_TX_NONE, &nr, kds, &sgl, &anchor, NULL), 0);
		else
			assert_int_equal(daos_obj_list_akey(oh, DAOS_TX_NONE, dkey, &nr, kds, &sgl, &anchor, NULL), 0);
		n += nr;
	}
	return n;
}

static void compare_all(daos_handle_t oh)
{
	unsigned dkeys = 0;

	for (unsigned d = 0; d < DKEYS; d++) {
		unsigned akeys = 0;
		struct io io;

		for (unsigned a = 0; a < AKEYS; a++) {
			compare_akey(oh, d, a);
			akeys += model[d][a].type != DAOS_IOD_NONE;
		}
		io_set(&io, d, 0, DAOS_IOD_SINGLE, NULL, 0);
		assert_int_equal(count_keys(oh, &io.dkey, 1), akeys);
		assert_int_equal(count_keys(oh, &io.dkey, 8), akeys);
		dkeys += akeys > 0;
	}
	assert_int_equal(count_keys(oh, NULL, 1), dkeys);
	assert_int_equal(count_keys(oh, NULL, 8), dkeys);
}

static void test_random_updates(void **state)
{
	daos_handle_t oh = open_object(DAOS_OT_MULTI_HASHED, 1);

	(void)state;
	srandom(1);
	memset(model, 0, sizeof(model));
	for (unsigned i = 0; i < 4000; i++) {
		unsigned d = random() % DKEYS, a = random() % AKEYS, what = random() % 20;

		if (what < 6)
			random_single(oh, d, a);
		else if (what < 14)
			random_extent(oh, d, a, what > 11);
		else if (what < 19)
			random_punch(oh, d, a, false);
		else
			random_punch(oh, d, a, true);
		compare_akey(oh, d, a);
		if (i % 100 == 0)
			compare_all(oh);
	}
	compare_all(oh);
	assert_int_equal(daos_obj_punch(oh, DAOS_TX_NONE, 0, NULL), 0);
	memset(model, 0, sizeof(model));
	compare_all(oh);
	daos_obj_close(oh, NULL);
}

/* An enumeration goes on right where it was, whatever happens to other names meanwhile. */
static void test_list_while_changing(void **state)
{
	daos_handle_t oh = open_object(DAOS_OT_MULTI_HASHED, 2);
	daos_anchor_t anchor = {0};
	bool seen[1000] = {0};
	char name[256], one = 1;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		struct io io;

		io_set(&io, 0, 0, DAOS_IOD_SINGLE, &one, 1);
		snprintf(name, sizeof(name), "x%04u", i);
		if (i % 3 == 0) { /* names that differ only at their end, too long for a key */
			memset(name, 'l', 200);
			snprintf(name + 200, 8, "%04u", i);
		}
		d_iov_set(&io.dkey, name, strlen(name));
		assert_int_equal(update(oh, &io), 0);
	}
	while (!daos_anchor_is_eof(&anchor)) {
		daos_key_desc_t kds[7];
		char buf[2000], *p = buf;
		d_iov_t iov;
		d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
		uint32_t nr = 7;

		d_iov_set(&iov, buf, sizeof(buf));
		assert_int_equal(daos_obj_list_dkey(oh, DAOS_TX_NONE, &nr, kds, &sgl, &anchor, NULL), 0);
		for (uint32_t i = 0; i < nr; p += kds[i++].kd_key_len) {
			daos_key_t dkey;
			unsigned n = 0;

			memcpy(name, p, kds[i].kd_key_len);
			name[kds[i].kd_key_len] = '\0';
			n = strtoul(name + strcspn(name, "0123456789"), NULL, 10);
			assert_false(seen[n]);
			seen[n] = true;
			if (i % 2) { /* what was returned goes away, the last of an answer too */
				d_iov_set(&dkey, name, strlen(name));
				assert_int_equal(daos_obj_punch_dkeys(oh, DAOS_TX_NONE, 0, 1, &dkey, NULL), 0);
			}
		}
	}
	for (unsigned i = 0; i < 1000; i++)
		assert_true(seen[i]);
	daos_obj_close(oh, NULL);
}

static uint64_t fetch_number(daos_handle_t oh, daos_handle_t th)
{
	uint64_t n = 0;
	struct io io;

	io_set(&io, 0, 0, DAOS_IOD_SINGLE, &n, sizeof(n));
	assert_int_equal(daos_obj_fetch(oh, th, 0, &io.dkey, 1, &io.iod, &io.sgl, NULL, NULL), 0);
	return n;
}

/* Read, add one, commit; again when somebody was faster. */
static void add_one(daos_handle_t oh)
{
	daos_handle_t th;
	struct io io;
	uint64_t n;
	int rc;

	assert_int_equal(daos_tx_open(coh, &th, 0, NULL), 0);
	for (;;) {
		n = fetch_number(oh, th) + 1;
		io_set(&io, 0, 0, DAOS_IOD_SINGLE, &n, sizeof(n));
		assert_int_equal(daos_obj_update(oh, th, 0, &io.dkey, 1, &io.iod, &io.sgl, NULL), 0);
		rc = daos_tx_commit(th, NULL);
		if (rc == 0)
			break;
		assert_int_equal(rc, -DER_TX_RESTART);
		assert_int_equal(daos_tx_restart(th, NULL), 0);
	}
	daos_tx_close(th, NULL);
}

/* Transactions of several processes lose no update. The children use what the parent opened. */
static void test_transactions_of_processes(void **state)
{
	daos_handle_t oh = open_object(DAOS_OT_MULTI_HASHED, 3);
	int status;

	(void)state;
	for (int i = 0; i < 4; i++) {
		if (fork() == 0) {
			for (int k = 0; k < 200; k++)
				add_one(oh);
			_exit(0);
		}
	}
	for (int i = 0; i < 4; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(fetch_number(oh, DAOS_TX_NONE), 800);
	daos_obj_close(oh, NULL);
}

/* The epoch of an object moves when a dkey comes or goes, and only then. */
static void test_epoch(void **state)
{
	daos_handle_t oh = open_object(DAOS_OT_MULTI_HASHED, 4);
	daos_epoch_t e[4];
	struct io io;

	(void)state;
	assert_int_equal(daos_obj_query_max_epoch(oh, DAOS_TX_NONE, &e[0], NULL), 0);
	assert_int_equal(e[0], 0);
	io_set(&io, 0, 0, DAOS_IOD_SINGLE, "v", 1);
	assert_int_equal(update(oh, &io), 0);
	assert_int_equal(daos_obj_query_max_epoch(oh, DAOS_TX_NONE, &e[1], NULL), 0);
	assert_int_equal(update(oh, &io), 0);
	assert_int_equal(daos_obj_query_max_epoch(oh, DAOS_TX_NONE, &e[2], NULL), 0);
	assert_int_equal(daos_obj_punch_dkeys(oh, DAOS_TX_NONE, 0, 1, &io.dkey, NULL), 0);
	assert_int_equal(daos_obj_query_max_epoch(oh, DAOS_TX_NONE, &e[3], NULL), 0);
	assert_true(e[1] > e[0] && e[2] == e[1] && e[3] > e[2]);
	daos_obj_close(oh, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_random_updates),
	    cmocka_unit_test(test_list_while_changing),
	    cmocka_unit_test(test_transactions_of_processes),
	    cmocka_unit_test(test_epoch),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
