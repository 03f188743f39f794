/*
 * daos_keys POOL CONTAINER: print the keys of a POSIX container's root directory as DAOS has them: a dkey for each
 * entry, and below it its akeys.
 *
 * Shows: libdaos alone: pool and container handles, a container's properties, enumeration of dkeys and akeys.
 */
#include <stdio.h>

#include <daos.h>

enum { BATCH = 16, KEY_MAX = 512 };

struct keys {
	char buf[BATCH * KEY_MAX];
	daos_key_desc_t kd[BATCH];
	uint32_t nr;
};

/* The next keys of the object, or, with `dkey`, of that dkey. */
static int next_keys(daos_handle_t oh, daos_key_t *dkey, daos_anchor_t *anchor, struct keys *k)
{
	d_sg_list_t sgl;
	d_iov_t iov;

	d_iov_set(&iov, k->buf, sizeof(k->buf));
	sgl = (d_sg_list_t){.sg_nr = 1, .sg_iovs = &iov};
	k->nr = BATCH;
	if (dkey != NULL)
		return daos_obj_list_akey(oh, DAOS_TX_NONE, dkey, &k->nr, k->kd, &sgl, anchor, NULL);
	return daos_obj_list_dkey(oh, DAOS_TX_NONE, &k->nr, k->kd, &sgl, anchor, NULL);
}

static int print_akeys(daos_handle_t oh, char *name, size_t len)
{
	static struct keys k;
	daos_anchor_t anchor = {0};
	daos_key_t dkey;
	int rc = 0;

	printf("%.*s\n", (int)len, name);
	d_iov_set(&dkey, name, len);
	while (rc == 0 && !daos_anchor_is_eof(&anchor)) {
		char *p = k.buf;

		rc = next_keys(oh, &dkey, &anchor, &k);
		for (uint32_t i = 0; rc == 0 && i < k.nr; p += k.kd[i].kd_key_len, i++)
			printf("\t%.*s\n", (int)k.kd[i].kd_key_len, p);
	}
	return rc;
}

static int print_object(daos_handle_t coh, daos_obj_id_t oid)
{
	static struct keys k;
	daos_anchor_t anchor = {0};
	daos_handle_t oh = DAOS_HDL_INVAL;
	int rc;

	rc = daos_obj_open(coh, oid, DAOS_OO_RO, &oh, NULL);
	while (rc == 0 && !daos_anchor_is_eof(&anchor)) {
		char *p = k.buf;

		rc = next_keys(oh, NULL, &anchor, &k);
		for (uint32_t i = 0; rc == 0 && i < k.nr; p += k.kd[i].kd_key_len, i++)
			rc = print_akeys(oh, p, k.kd[i].kd_key_len);
	}
	if (daos_handle_is_valid(oh))
		daos_obj_close(oh, NULL);
	return rc;
}

static int print_root(daos_handle_t coh)
{
	daos_prop_t *prop = daos_prop_alloc(1);
	struct daos_prop_entry *e;
	struct daos_prop_co_roots *roots;
	int rc;

	if (prop == NULL)
		return -DER_NOMEM;
	prop->dpp_entries[0].dpe_type = DAOS_PROP_CO_ROOTS;
	rc = daos_cont_query(coh, NULL, prop, NULL);
	e = daos_prop_entry_get(prop, DAOS_PROP_CO_ROOTS);
	if (rc == 0 && (e == NULL || e->dpe_val_ptr == NULL))
		rc = -DER_INVAL;
	if (rc == 0) {
		roots = e->dpe_val_ptr;
		rc = print_object(coh, roots->cr_oids[1]);
	}
	daos_prop_free(prop);
	return rc;
}

int main(int argc, char **argv)
{
	daos_handle_t poh, coh;
	int rc;

	if (argc != 3) {
		fprintf(stderr, "usage: daos_keys POOL CONTAINER\n");
		return 2;
	}
	rc = daos_init();
	if (rc != 0)
		goto out;
	rc = daos_pool_connect(argv[1], NULL, DAOS_PC_RO, &poh, NULL, NULL);
	if (rc != 0)
		goto out_fini;
	rc = daos_cont_open(poh, argv[2], DAOS_COO_RO, &coh, NULL, NULL);
	if (rc == 0) {
		rc = print_root(coh);
		daos_cont_close(coh, NULL);
	}
	daos_pool_disconnect(poh, NULL);
out_fini:
	daos_fini();
out:
	if (rc != 0)
		fprintf(stderr, "daos_keys: container '%s' in pool '%s': %s\n", argv[2], argv[1], d_errdesc(rc));
	return rc != 0;
}
