#include "tx.h"

#include <errno.h>
#include <time.h>

#include "error.h"
#include "mount.h"

enum {
	TX_EAGER_TRIES = 8,	    /* conflicts before waiting between tries */
	TX_PAUSE_MAX = 1000 * 1000, /* nanoseconds */
};

static void pause_before_try(unsigned try)
{
	unsigned shift = try - TX_EAGER_TRIES < 10 ? try - TX_EAGER_TRIES : 10;
	long nsec = 1000L << shift;
	struct timespec ts = {0, nsec < TX_PAUSE_MAX ? nsec : TX_PAUSE_MAX};

	nanosleep(&ts, NULL);
}

int tx_run(struct dfs *dfs, tx_body_t body, void *arg)
{
	daos_handle_t th;
	int rc;

	rc = daos_tx_open(dfs->coh, &th, 0, NULL);
	if (rc != 0)
		return der_to_errno(rc);
	for (unsigned try = 1;; try++) {
		rc = body(dfs, th, arg);
		if (rc == 0)
			rc = der_to_errno(daos_tx_commit(th, NULL));
		if (rc != ERESTART)
			break;
		if (try >= TX_EAGER_TRIES)
			pause_before_try(try);
		rc = der_to_errno(daos_tx_restart(th, NULL));
		if (rc != 0)
			break;
	}
	if (rc != 0)
		daos_tx_abort(th, NULL);
	daos_tx_close(th, NULL);
	return rc;
}
