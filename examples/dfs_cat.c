/*
 * dfs_cat POOL CONTAINER PATH: print a file of a container to standard output.
 *
 * Shows: connecting to a container by name, looking up a path, reading in pieces.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include <daos_fs.h>

static int copy_out(dfs_t *dfs, dfs_obj_t *file)
{
	static char buf[1 << 20];
	daos_size_t got;
	daos_off_t off = 0;
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
	int rc;

	do {
		d_iov_set(&iov, buf, sizeof(buf));
		rc = dfs_read(dfs, file, &sgl, off, &got, NULL);
		if (rc != 0)
			return rc;
		if (fwrite(buf, 1, got, stdout) != got)
			return errno;
		off += got;
	} while (got == sizeof(buf));
	return fflush(stdout) == 0 ? 0 : errno;
}

static int print_file(dfs_t *dfs, const char *path)
{
	dfs_obj_t *file;
	mode_t mode;
	int rc;

	rc = dfs_lookup(dfs, path, O_RDONLY, &file, &mode, NULL);
	if (rc != 0)
		return rc;
	rc = S_ISDIR(mode) ? EISDIR : copy_out(dfs, file);
	dfs_release(file);
	return rc;
}

int main(int argc, char **argv)
{
	dfs_t *dfs;
	int rc;

	if (argc != 4) {
		fprintf(stderr, "usage: dfs_cat POOL CONTAINER PATH\n");
		return 2;
	}
	rc = dfs_init();
	if (rc != 0) {
		fprintf(stderr, "dfs_cat: starting DAOS: %s\n", strerror(rc));
		return 1;
	}
	rc = dfs_connect(argv[1], NULL, argv[2], O_RDONLY, NULL, &dfs);
	if (rc != 0) {
		fprintf(stderr, "dfs_cat: container '%s' in pool '%s': %s\n", argv[2], argv[1], strerror(rc));
	} else {
		rc = print_file(dfs, argv[3]);
		if (rc != 0)
			fprintf(stderr, "dfs_cat: '%s': %s\n", argv[3], strerror(rc));
		dfs_disconnect(dfs);
	}
	dfs_fini();
	return rc != 0;
}
