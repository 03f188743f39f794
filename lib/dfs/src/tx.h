/*
 * tx.h: several reads and updates as one transaction.
 *
 * Whatever changes an entry that exists, or more than one thing at once, runs in here: nobody sees it half done, it is
 * whole or absent after a crash, and it is redone when something that it has read was changed meanwhile. This holds in
 * relaxed and in balanced mode alike.
 */
#ifndef DFS_TX_H
#define DFS_TX_H

#include <daos.h>
#include <daos_fs.h>

/*
 * What runs in the transaction: returns 0 to commit, a positive errno to give up. May be called several times, so it
 * starts from scratch each time. All reads come before the first update (DAOS does not show a transaction its own).
 */
typedef int (*tx_body_t)(struct dfs *dfs, daos_handle_t th, void *arg);

/* Returns what the body did, or the positive errno of the transaction. */
int tx_run(struct dfs *dfs, tx_body_t body, void *arg);

#endif
