#include "library.h"

#include <stdatomic.h>

#include <daos.h>

/* How often daos_init() was called without its daos_fini(). What the engine keeps open is tied to handles, not to this.
 */
static atomic_uint users;

int library_check(void)
{
	return atomic_load_explicit(&users, memory_order_acquire) == 0 ? -DER_UNINIT : 0;
}

int daos_init(void)
{
	atomic_fetch_add(&users, 1);
	return 0;
}

int daos_fini(void)
{
	unsigned n = atomic_load(&users);

	do {
		if (n == 0)
			return -DER_UNINIT;
	} while (!atomic_compare_exchange_weak(&users, &n, n - 1));
	return 0;
}

/* Whatever a child needs anew after fork() is reopened at its first use. */
int daos_reinit(void)
{
	return library_check();
}
