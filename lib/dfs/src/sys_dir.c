/* Directories by path. */
#include <errno.h>
#include <stdlib.h>

#include "mount.h"
#include "prefix.h"
#include "sys.h"

enum { SYS_DIR_BATCH = 128 };

/* What a DIR * of dfs_sys_opendir() is. To be used by one thread at a time. */
struct sys_stream {
	dfs_obj_t *obj;
	daos_anchor_t anchor;
	uint32_t nr;
	uint32_t next;
	struct dirent entry[SYS_DIR_BATCH];
};

int dfs_sys_mkdir(dfs_sys_t *sys, const char *path, mode_t mode, daos_oclass_id_t cid)
{
	struct sys_path sp;
	int rc = sys_path_get(sys, path, &sp);

	if (rc != 0)
		return rc;
	rc = sp.name[0] == '\0' ? EEXIST : dfs_mkdir(sys->dfs, sp.dir->obj, sp.name, mode, cid);
	sys_path_put(sys, &sp, rc);
	return rc;
}

/* mkdir, if need be, of a directory on the way. */
static int mkdir_or_there(dfs_sys_t *sys, const char *path, mode_t mode, daos_oclass_id_t cid)
{
	struct stat st;
	int rc = dfs_sys_mkdir(sys, path, mode, cid);

	if (rc != EEXIST)
		return rc;
	rc = dfs_sys_stat(sys, path, 0, &st);
	return rc != 0 ? rc : S_ISDIR(st.st_mode) ? 0 : ENOTDIR;
}

/* Make `path` and every directory above it that is missing. */
int dfs_sys_mkdir_p(dfs_sys_t *sys, const char *path, mode_t mode, daos_oclass_id_t cid)
{
	const char *inside = path;
	char *text, *p;
	int rc = sys != NULL ? prefix_strip(sys->dfs, &inside) : EINVAL;

	if (rc != 0 || strcmp(inside, "/") == 0)
		return rc;
	text = strdup(path);
	if (text == NULL)
		return ENOMEM;
	/* The prefix lies outside of the container: the first directory to make is behind it. */
	p = text + (inside - path);
	p += strspn(p, "/");
	while (rc == 0 && *p != '\0') {
		char end;

		p += strcspn(p, "/");
		end = *p;
		*p = '\0';
		rc = mkdir_or_there(sys, text, mode, cid);
		*p = end;
		p += strspn(p, "/");
	}
	free(text);
	return rc;
}

int dfs_sys_opendir(dfs_sys_t *sys, const char *path, int flags, DIR **dirp)
{
	struct sys_stream *s;
	int rc;

	if (sys == NULL || dirp == NULL)
		return EINVAL;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return ENOMEM;
	rc = dfs_sys_open(sys, path, S_IFDIR, O_RDONLY | (flags & O_NOFOLLOW), 0, 0, NULL, &s->obj);
	if (rc != 0) {
		free(s);
		return rc;
	}
	*dirp = (DIR *)s;
	return 0;
}

int dfs_sys_closedir(DIR *dirp)
{
	struct sys_stream *s = (struct sys_stream *)dirp;
	int rc;

	if (s == NULL)
		return EINVAL;
	rc = dfs_release(s->obj);
	free(s);
	return rc;
}

/* The next entry, valid until the next call; NULL at the end. */
int dfs_sys_readdir(dfs_sys_t *sys, DIR *dirp, struct dirent **entry)
{
	struct sys_stream *s = (struct sys_stream *)dirp;
	int rc = 0;

	if (sys == NULL || s == NULL || entry == NULL)
		return EINVAL;
	*entry = NULL;
	while (rc == 0 && s->next == s->nr && !daos_anchor_is_eof(&s->anchor)) {
		s->next = 0;
		s->nr = SYS_DIR_BATCH;
		rc = dfs_readdir(sys->dfs, s->obj, &s->anchor, &s->nr, s->entry);
		if (rc != 0)
			s->nr = 0;
	}
	if (rc == 0 && s->next < s->nr)
		*entry = &s->entry[s->next++];
	return rc;
}
