/* What a file system consists of, counted. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "error.h"
#include "lookup.h"
#include "mount.h"
#include "stat.h"
#include "walk.h"

struct scan {
	struct dfs *dfs;
	uint64_t files, dirs, links;
	uint64_t bytes, largest;
	unsigned depth;
};

static int scan_entry(void *arg, const char *name, const struct entry *e, unsigned depth)
{
	struct scan *s = arg;
	struct stat st;
	int rc;

	(void)name;
	if (depth > s->depth)
		s->depth = depth;
	if (S_ISDIR(e->mode))
		s->dirs++;
	if (S_ISLNK(e->mode))
		s->links++;
	if (!S_ISREG(e->mode))
		return 0;
	rc = stat_entry(s->dfs, e, DAOS_HDL_INVAL, &st);
	if (rc != 0)
		return rc == ENOENT ? 0 : rc;
	s->files++;
	s->bytes += st.st_size;
	if ((uint64_t)st.st_size > s->largest)
		s->largest = st.st_size;
	return 0;
}

static void scan_print(const struct scan *s)
{
	printf("directories:     %" PRIu64 "\n", s->dirs);
	printf("files:           %" PRIu64 "\n", s->files);
	printf("symbolic links:  %" PRIu64 "\n", s->links);
	printf("bytes in files:  %" PRIu64 "\n", s->bytes);
	printf("largest file:    %" PRIu64 "\n", s->largest);
	printf("deepest entry:   %u\n", s->depth);
}

/*
 * Print to stdout what lies below `subdir` (NULL: the root), itself not counted. `flags` must be 0.
 */
int dfs_cont_scan(daos_handle_t poh, const char *cont, uint64_t flags, const char *subdir)
{
	struct scan scan = {0};
	daos_handle_t coh;
	struct lookup l;
	dfs_t *dfs;
	int rc;

	if (cont == NULL || flags != 0)
		return EINVAL;
	rc = der_to_errno(daos_cont_open(poh, cont, DAOS_COO_RO, &coh, NULL, NULL));
	if (rc != 0)
		return rc;
	rc = dfs_mount(poh, coh, O_RDONLY, &dfs);
	if (rc != 0)
		goto out_cont;
	scan.dfs = dfs;
	rc = lookup_walk(dfs, dfs->root.dir, subdir != NULL ? subdir : "/", true, &l);
	if (rc != 0)
		goto out_mount;
	rc = S_ISDIR(l.entry.mode) ? walk_tree(dfs, l.entry.oid, scan_entry, &scan) : ENOTDIR;
	lookup_put(&l);
	if (rc == 0)
		scan_print(&scan);
out_mount:
	dfs_umount(dfs);
out_cont:
	daos_cont_close(coh, NULL);
	return rc;
}
