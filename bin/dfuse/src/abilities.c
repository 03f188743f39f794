#include "abilities.h"

#include <string.h>

#include <daos_types.h>

#include "backing.h"
#include "exit_code.h"
#include "log.h"

#define WHY_LEN 128

static bool may_write_back(const struct options *opt)
{
	return !opt->disable_caching && !opt->disable_wb_cache && !opt->read_only;
}

int abilities_choose(struct mount *m)
{
	const struct options *opt = m->opt;
	char why[WHY_LEN];

	m->passthrough = opt->passthrough != CHOICE_OFF && !opt->disable_caching && backing_possible(why, sizeof(why));
	if (opt->passthrough == CHOICE_ON && !m->passthrough) {
		log_error("--passthrough=on: %s", why);
		return EXIT_NO_RIGHT;
	}
	m->writeback = !m->passthrough && may_write_back(opt);
	return EXIT_DONE;
}

bool abilities_agree(struct mount *m, struct fuse_conn_info *conn)
{
	if (m->passthrough && !backing_begin(conn)) {
		m->passthrough = false;
		m->writeback = may_write_back(m->opt);
		if (m->opt->passthrough == CHOICE_ON) {
			log_error("--passthrough=on: this kernel does not have it; Linux 6.9 and newer do");
			return false;
		}
	}
	m->writeback = m->writeback && (conn->capable & FUSE_CAP_WRITEBACK_CACHE) != 0;
	if (m->writeback)
		conn->want |= FUSE_CAP_WRITEBACK_CACHE;
	else
		conn->want &= ~(unsigned)FUSE_CAP_WRITEBACK_CACHE;
	return true;
}

void abilities_announce(const struct mount *m)
{
	const struct options *opt = m->opt;
	char shown[3 * DAOS_PROP_MAX_LABEL_BUF_LEN];

	if (opt->container != NULL)
		snprintf(shown, sizeof(shown), "container '%s' in pool '%s'", opt->container, opt->pool);
	else if (opt->pool != NULL)
		snprintf(shown, sizeof(shown), "pool '%s'", opt->pool);
	else
		snprintf(shown, sizeof(shown), "all pools");
	log_info("%s: %s, read/write transport, passthrough %s, write-back %s, %u thread%s, libfuse %s", m->path, shown,
		 m->passthrough ? "on" : "off", m->writeback ? "on" : "off", m->threads, m->threads == 1 ? "" : "s",
		 fuse_pkgversion());
}

void abilities_print(FILE *out)
{
	char why[WHY_LEN];

	if (backing_possible(why, sizeof(why)))
		fprintf(out, "\nHere: libfuse %s; passthrough if the kernel has it (Linux 6.9 and newer).\n",
			fuse_pkgversion());
	else
		fprintf(out, "\nHere: libfuse %s; no passthrough: %s.\n", fuse_pkgversion(), why);
}
