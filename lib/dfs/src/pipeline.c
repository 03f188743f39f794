/* Filtering on the servers is not supported. The calls are there so that programs which have them load. */
#include <errno.h>

#include <daos_fs.h>

int dfs_pipeline_create(dfs_t *dfs, dfs_predicate_t pred, uint64_t flags, dfs_pipeline_t **pipeline)
{
	(void)dfs, (void)pred, (void)flags, (void)pipeline;
	return ENOTSUP;
}

int dfs_pipeline_destroy(dfs_pipeline_t *pipeline)
{
	(void)pipeline;
	return ENOTSUP;
}

int dfs_readdir_with_filter(dfs_t *dfs, dfs_obj_t *obj, dfs_pipeline_t *pipeline, daos_anchor_t *anchor, uint32_t *nr,
			    struct dirent *dirs, daos_obj_id_t *oids, daos_size_t *csizes, uint64_t *nr_scanned)
{
	(void)dfs, (void)obj, (void)pipeline, (void)anchor, (void)nr, (void)dirs, (void)oids, (void)csizes;
	(void)nr_scanned;
	return ENOTSUP;
}
