/*
 * dfs_put POOL CONTAINER PATH: write standard input to a file of a container. The container and the file are created if
 * they are missing, and directories on the way; what the file held before is lost.
 *
 * Shows: DFS by path (daos_fs_sys.h), creating, writing.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <daos_fs_sys.h>

static int copy_in(dfs_sys_t *sys, dfs_obj_t *file)
{
	static char buf[1 << 20];
	daos_off_t off = 0;
	daos_size_t n;
	int rc = 0;

	while (rc == 0 && (n = fread(buf, 1, sizeof(buf), stdin)) != 0) {
		rc = dfs_sys_write(sys, file, buf, off, &n, NULL);
		off += n;
	}
	return rc == 0 && ferror(stdin) ? EIO : rc;
}

static int make_parents(dfs_sys_t *sys, const char *path)
{
	char *dir = strdup(path);
	char *slash = dir != NULL ? strrchr(dir, '/') : NULL;
	int rc = dir != NULL ? 0 : ENOMEM;

	if (slash != NULL && slash != dir) {
		*slash = '\0';
		rc = dfs_sys_mkdir_p(sys, dir, 0755, 0);
	}
	free(dir);
	return rc;
}

static int put(dfs_sys_t *sys, const char *path)
{
	dfs_obj_t *file;
	dfs_t *dfs;
	int rc;

	rc = make_parents(sys, path);
	if (rc != 0)
		return rc;
	rc = dfs_sys_open(sys, path, S_IFREG | 0644, O_RDWR | O_CREAT | O_TRUNC, 0, 0, NULL, &file);
	if (rc != 0)
		return rc;
	rc = copy_in(sys, file);
	dfs_sys_close(file);
	if (rc == 0)
		rc = dfs_sys2base(sys, &dfs);
	return rc != 0 ? rc : dfs_sync(dfs);
}

int main(int argc, char **argv)
{
	dfs_sys_t *sys;
	int rc;

	if (argc != 4) {
		fprintf(stderr, "usage: dfs_put POOL CONTAINER PATH\n");
		return 2;
	}
	rc = dfs_init();
	if (rc != 0) {
		fprintf(stderr, "dfs_put: starting DAOS: %s\n", strerror(rc));
		return 1;
	}
	rc = dfs_sys_connect(argv[1], NULL, argv[2], O_RDWR | O_CREAT, 0, NULL, &sys);
	if (rc != 0) {
		fprintf(stderr, "dfs_put: container '%s' in pool '%s': %s\n", argv[2], argv[1], strerror(rc));
	} else {
		rc = put(sys, argv[3]);
		if (rc != 0)
			fprintf(stderr, "dfs_put: '%s': %s\n", argv[3], strerror(rc));
		dfs_sys_disconnect(sys);
	}
	dfs_fini();
	return rc != 0;
}
