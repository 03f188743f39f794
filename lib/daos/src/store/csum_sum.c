#include "csum_sum.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include <daos_errno.h>
#include <daos_prop.h>

#include "log.h"

#define MODULE	 "libdaos_csum.so"
#define FUNCTION "daos_csum_sum"

static _Atomic(csum_sum_fn *) function;

size_t csum_sum_size(uint32_t type)
{
	static const unsigned char size[] = {
	    [DAOS_PROP_CO_CSUM_CRC16] = 2,   [DAOS_PROP_CO_CSUM_CRC32] = 4,   [DAOS_PROP_CO_CSUM_CRC64] = 8,
	    [DAOS_PROP_CO_CSUM_SHA1] = 20,   [DAOS_PROP_CO_CSUM_SHA256] = 32, [DAOS_PROP_CO_CSUM_SHA512] = 64,
	    [DAOS_PROP_CO_CSUM_ADLER32] = 4,
	};

	return type < sizeof(size) ? size[type] : 0;
}

/* It lies beside the library that this is in. */
static void *load_module(void)
{
	char path[PATH_MAX];
	const char *slash;
	Dl_info self;

	if (dladdr(&function, &self) == 0 || self.dli_fname == NULL)
		return NULL;
	slash = strrchr(self.dli_fname, '/');
	if (snprintf(path, sizeof(path), "%.*s" MODULE, slash == NULL ? 0 : (int)(slash + 1 - self.dli_fname),
		     self.dli_fname) >= (int)sizeof(path))
		return NULL;
	return dlopen(path, RTLD_NOW | RTLD_LOCAL);
}

int csum_sum_load(void)
{
	csum_sum_fn *fn = NULL;
	const char *why;
	void *module;

	if (atomic_load(&function) != NULL)
		return 0;
	module = load_module();
	if (module != NULL)
		fn = (csum_sum_fn *)dlsym(module, FUNCTION);
	if (fn == NULL) {
		why = dlerror();
		log_warn("cannot load " MODULE ": %s", why != NULL ? why : "its place is not known");
		return -DER_NOTSUPPORTED;
	}
	atomic_store(&function, fn);
	return 0;
}

void csum_sum(uint32_t type, const void *buf, size_t len, uint8_t *out)
{
	atomic_load_explicit(&function, memory_order_relaxed)(type, buf, len, out, csum_sum_size(type));
}
