/*
 * dfs_ls POOL CONTAINER [PATH]: list a directory of a container, one line per entry, in the order of the container.
 *
 * Shows: listing a directory in batches with an anchor, together with the attributes of the entries.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <daos_fs.h>

enum { BATCH = 128 };

static void print_entry(const char *name, const struct stat *st)
{
	static const char bits[] = "xwrxwrxwr";
	char mode[] = "----------", when[32];
	struct tm tm;

	if (S_ISDIR(st->st_mode))
		mode[0] = 'd';
	else if (S_ISLNK(st->st_mode))
		mode[0] = 'l';
	for (int i = 0; i < 9; i++)
		if (st->st_mode & (1 << i))
			mode[9 - i] = bits[i];
	strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", localtime_r(&st->st_mtime, &tm));
	printf("%s %5u %5u %12lld %s %s\n", mode, st->st_uid, st->st_gid, (long long)st->st_size, when, name);
}

static int list(dfs_t *dfs, dfs_obj_t *dir)
{
	static struct dirent entry[BATCH];
	static struct stat st[BATCH];
	daos_anchor_t anchor = {0};

	while (!daos_anchor_is_eof(&anchor)) {
		uint32_t nr = BATCH;
		int rc = dfs_readdirplus(dfs, dir, &anchor, &nr, entry, st);

		if (rc != 0)
			return rc;
		for (uint32_t i = 0; i < nr; i++)
			print_entry(entry[i].d_name, &st[i]);
	}
	return 0;
}

static int list_path(dfs_t *dfs, const char *path)
{
	dfs_obj_t *obj;
	struct stat st;
	int rc;

	rc = dfs_lookup(dfs, path, O_RDONLY, &obj, NULL, &st);
	if (rc != 0)
		return rc;
	if (S_ISDIR(st.st_mode))
		rc = list(dfs, obj);
	else
		print_entry(path, &st);
	dfs_release(obj);
	return rc;
}

int main(int argc, char **argv)
{
	const char *path = argc == 4 ? argv[3] : "/";
	dfs_t *dfs;
	int rc;

	if (argc != 3 && argc != 4) {
		fprintf(stderr, "usage: dfs_ls POOL CONTAINER [PATH]\n");
		return 2;
	}
	rc = dfs_init();
	if (rc != 0) {
		fprintf(stderr, "dfs_ls: starting DAOS: %s\n", strerror(rc));
		return 1;
	}
	rc = dfs_connect(argv[1], NULL, argv[2], O_RDONLY, NULL, &dfs);
	if (rc != 0) {
		fprintf(stderr, "dfs_ls: container '%s' in pool '%s': %s\n", argv[2], argv[1], strerror(rc));
	} else {
		rc = list_path(dfs, path);
		if (rc != 0)
			fprintf(stderr, "dfs_ls: '%s': %s\n", path, strerror(rc));
		dfs_disconnect(dfs);
	}
	dfs_fini();
	return rc != 0;
}
