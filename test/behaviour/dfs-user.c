/*
 * dfs-user: another user of a container, on libdfs, for tests.
 *
 *	dfs-user POOL CONTAINER
 *
 * Reads commands from standard input, one per line, and answers each with one line: the result, or `error NAME`. Stays
 * connected between them. Paths are absolute; words are separated by single spaces, the last one may have spaces in it.
 *
 *	write PATH TEXT      make or empty the file and write TEXT          read PATH       its first line
 *	append PATH TEXT     write TEXT at its end                          truncate PATH SIZE
 *	list PATH            the names in a directory                       stat PATH       type, mode, size
 *	mkdir PATH    remove PATH    chmod PATH MODE    symlink PATH TARGET    readlink PATH
 *	rename NAME NAME     both in the root directory
 *	setxattr PATH NAME VALUE     getxattr PATH NAME
 *	spoil WHAT           damage the superblock (WHAT: magic, version, layout)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <daos.h>
#include <daos_fs.h>
#include <daos_fs_sys.h>

enum { MAX_TEXT = 65536, WORDS = 4 };

struct user {
	const char *pool, *cont;
	dfs_sys_t *sys;
	dfs_t *dfs;
	char text[MAX_TEXT]; /* the answer */
};

static int do_write(struct user *u, char **w, int flags)
{
	daos_size_t len = strlen(w[2]), at = 0;
	struct stat st;
	dfs_obj_t *obj;
	int rc;

	rc = dfs_sys_open(u->sys, w[1], S_IFREG | 0644, O_CREAT | O_RDWR | flags, 0, 0, NULL, &obj);
	if (rc != 0)
		return rc;
	if (!(flags & O_TRUNC)) {
		rc = dfs_sys_stat(u->sys, w[1], 0, &st);
		at = rc == 0 ? (daos_size_t)st.st_size : 0;
	}
	if (rc == 0)
		rc = dfs_sys_write(u->sys, obj, w[2], at, &len, NULL);
	dfs_sys_close(obj);
	return rc;
}

static int do_read(struct user *u, char **w)
{
	daos_size_t len = MAX_TEXT - 1;
	dfs_obj_t *obj;
	int rc;

	rc = dfs_sys_open(u->sys, w[1], S_IFREG, O_RDONLY, 0, 0, NULL, &obj);
	if (rc != 0)
		return rc;
	rc = dfs_sys_read(u->sys, obj, u->text, 0, &len, NULL);
	u->text[rc == 0 ? len : 0] = '\0';
	u->text[strcspn(u->text, "\n")] = '\0';
	dfs_sys_close(obj);
	return rc;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int do_list(struct user *u, char **w)
{
	static char *name[4096];
	struct dirent *de = NULL;
	size_t n = 0;
	DIR *dir;
	int rc;

	rc = dfs_sys_opendir(u->sys, w[1], 0, &dir);
	if (rc != 0)
		return rc;
	while ((rc = dfs_sys_readdir(u->sys, dir, &de)) == 0 && de != NULL && n < 4096)
		name[n++] = strdup(de->d_name);
	dfs_sys_closedir(dir);
	qsort(name, n, sizeof(name[0]), compare);
	for (size_t i = 0; i < n; i++) {
		size_t at = strlen(u->text);

		snprintf(u->text + at, MAX_TEXT - at, "%s%s", i > 0 ? " " : "", name[i]);
		free(name[i]);
	}
	return rc;
}

static int do_stat(struct user *u, char **w)
{
	struct stat st;
	int rc = dfs_sys_stat(u->sys, w[1], O_NOFOLLOW, &st);

	if (rc == 0)
		snprintf(u->text, MAX_TEXT, "%s %o %lld",
			 S_ISDIR(st.st_mode)   ? "dir"
			 : S_ISLNK(st.st_mode) ? "link"
					       : "file",
			 st.st_mode & 07777, (long long)st.st_size);
	return rc;
}

static int do_truncate(struct user *u, char **w)
{
	return dfs_sys_punch(u->sys, w[1], (daos_off_t)strtoull(w[2], NULL, 0), DFS_MAX_FSIZE);
}

static int do_readlink(struct user *u, char **w)
{
	daos_size_t len = MAX_TEXT;

	return dfs_sys_readlink(u->sys, w[1], u->text, &len);
}

static int do_getxattr(struct user *u, char **w)
{
	daos_size_t len = MAX_TEXT - 1;
	int rc = dfs_sys_getxattr(u->sys, w[1], w[2], u->text, &len, 0);

	u->text[rc == 0 ? len : 0] = '\0';
	return rc;
}

/* The superblock's object, as the container's roots property tells it. */
static int superblock(daos_handle_t coh, daos_handle_t *oh)
{
	daos_prop_t *prop = daos_prop_alloc(1);
	struct daos_prop_co_roots *roots;
	int rc;

	if (prop == NULL)
		return -DER_NOMEM;
	prop->dpp_entries[0].dpe_type = DAOS_PROP_CO_ROOTS;
	rc = daos_cont_query(coh, NULL, prop, NULL);
	if (rc == 0) {
		roots = daos_prop_entry_get(prop, DAOS_PROP_CO_ROOTS)->dpe_val_ptr;
		rc = daos_obj_open(coh, roots->cr_oids[0], DAOS_OO_RW, oh, NULL);
	}
	daos_prop_free(prop);
	return rc;
}

static int do_spoil(struct user *u, char **w)
{
	static const struct {
		const char *what, *akey;
		daos_size_t size;
	} all[] = {{"magic", "DFS_MAGIC", 8}, {"version", "DFS_SB_VERSION", 2}, {"layout", "DFS_LAYOUT_VERSION", 2}};
	unsigned char value[8];
	char dkey_text[] = "DFS_SB_METADATA";
	d_iov_t dkey, iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
	daos_iod_t iod = {.iod_nr = 1, .iod_type = DAOS_IOD_SINGLE};
	daos_handle_t coh, oh;
	int rc = EINVAL;

	memset(value, 0x55, sizeof(value));
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (strcmp(w[1], all[i].what) != 0)
			continue;
		d_iov_set(&dkey, dkey_text, strlen(dkey_text));
		d_iov_set(&iov, value, all[i].size);
		d_iov_set(&iod.iod_name, (void *)all[i].akey, strlen(all[i].akey));
		iod.iod_size = all[i].size;
		rc = dfs_cont_get(u->dfs, &coh);
		if (rc != 0)
			return rc;
		rc = superblock(coh, &oh);
		if (rc == 0) {
			rc = daos_obj_update(oh, DAOS_TX_NONE, 0, &dkey, 1, &iod, &sgl, NULL);
			daos_obj_close(oh, NULL);
		}
		dfs_cont_put(u->dfs, coh);
		rc = rc == 0 ? 0 : EIO;
	}
	return rc;
}

static int run(struct user *u, char **w)
{
	const char *c = w[0];

	u->text[0] = '\0';
	if (strcmp(c, "write") == 0)
		return do_write(u, w, O_TRUNC);
	if (strcmp(c, "append") == 0)
		return do_write(u, w, 0);
	if (strcmp(c, "read") == 0)
		return do_read(u, w);
	if (strcmp(c, "list") == 0)
		return do_list(u, w);
	if (strcmp(c, "stat") == 0)
		return do_stat(u, w);
	if (strcmp(c, "truncate") == 0)
		return do_truncate(u, w);
	if (strcmp(c, "mkdir") == 0)
		return dfs_sys_mkdir(u->sys, w[1], 0755, 0);
	if (strcmp(c, "remove") == 0)
		return dfs_sys_remove(u->sys, w[1], false, NULL);
	if (strcmp(c, "chmod") == 0)
		return dfs_sys_chmod(u->sys, w[1], (mode_t)strtoul(w[2], NULL, 8));
	if (strcmp(c, "symlink") == 0)
		return dfs_sys_symlink(u->sys, w[2], w[1]);
	if (strcmp(c, "readlink") == 0)
		return do_readlink(u, w);
	if (strcmp(c, "rename") == 0)
		return dfs_move(u->dfs, NULL, w[1], NULL, w[2], NULL);
	if (strcmp(c, "setxattr") == 0)
		return dfs_sys_setxattr(u->sys, w[1], w[2], w[3], strlen(w[3]), 0, 0);
	if (strcmp(c, "getxattr") == 0)
		return do_getxattr(u, w);
	if (strcmp(c, "spoil") == 0)
		return do_spoil(u, w);
	return ENOTSUP;
}

static void serve(struct user *u)
{
	char line[MAX_TEXT], *word[WORDS], *at;
	int rc;

	while (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		at = line;
		for (int i = 0; i < WORDS; i++) {
			word[i] = at != NULL ? at : (char *)"";
			/* The last word is the rest of the line, and only setxattr has four. */
			if (i < (strcmp(word[0], "setxattr") == 0 ? WORDS - 1 : WORDS - 2) && at != NULL) {
				at = strchr(at, ' ');
				if (at != NULL)
					*at++ = '\0';
			}
		}
		rc = run(u, word);
		if (rc != 0)
			printf("error %s\n", strerrorname_np(rc) != NULL ? strerrorname_np(rc) : "?");
		else
			printf("%s\n", u->text);
		fflush(stdout);
	}
}

int main(int argc, char **argv)
{
	static struct user u;
	int rc;

	if (argc != 3) {
		fprintf(stderr, "usage: dfs-user POOL CONTAINER\n");
		return 2;
	}
	u.pool = argv[1];
	u.cont = argv[2];
	rc = dfs_init();
	if (rc == 0)
		rc = dfs_sys_connect(u.pool, NULL, u.cont, O_RDWR, 0, NULL, &u.sys);
	if (rc == 0)
		rc = dfs_sys2base(u.sys, &u.dfs);
	if (rc != 0) {
		fprintf(stderr, "dfs-user: container '%s' in pool '%s': %s\n", u.cont, u.pool, strerror(rc));
		return 1;
	}
	serve(&u);
	dfs_sys_disconnect(u.sys);
	dfs_fini();
	return 0;
}
