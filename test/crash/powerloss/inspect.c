#include "inspect.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <daos.h>
#include <daos_fs.h>
#include <daos_local.h>

#include "workload.h"

/* What was found wrong; the first thing that is ends it. */
#define FAIL(...)                             \
	do {                                  \
		fprintf(stderr, __VA_ARGS__); \
		fputc('\n', stderr);          \
		return false;                 \
	} while (0)

#define MUST(call)                                  \
	do {                                        \
		int rc_ = (call);                   \
		if (rc_ != 0)                       \
			FAIL("%s: %d", #call, rc_); \
	} while (0)

struct view {
	const struct expect *e;
	size_t moment;
	daos_handle_t poh, coh;
	dfs_t *dfs;
	char **line;
	size_t lines;
};

static bool open_all(struct view *v)
{
	MUST(daos_pool_connect(WORKLOAD_POOL, NULL, DAOS_PC_RW, &v->poh, NULL, NULL));
	MUST(daos_cont_open(v->poh, WORKLOAD_CONT, DAOS_COO_RW, &v->coh, NULL, NULL));
	MUST(dfs_mount(v->poh, v->coh, O_RDWR, &v->dfs));
	return true;
}

static bool close_all(struct view *v)
{
	MUST(dfs_umount(v->dfs));
	MUST(daos_cont_close(v->coh, NULL));
	MUST(daos_pool_disconnect(v->poh, NULL));
	return true;
}

static bool look_at_file(struct view *v, dfs_obj_t *obj, daos_obj_id_t oid, const char *path)
{
	daos_size_t size, got;
	const char *wrong;
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
	char *data;

	MUST(dfs_get_size(v->dfs, obj, &size));
	if (size > (64 << 20))
		FAIL("%s: has %" PRIu64 " bytes", path, size);
	data = malloc(size + 1);
	d_iov_set(&iov, data, size);
	got = size;
	MUST(size > 0 ? dfs_read(v->dfs, obj, &sgl, 0, &got, NULL) : 0);
	if (got != size)
		FAIL("%s: %" PRIu64 " bytes of %" PRIu64 " read", path, got, size);
	wrong = expect_file(v->e, v->moment, oid.hi, oid.lo, data, size);
	free(data);
	if (wrong != NULL)
		FAIL("%s (%" PRIu64 ".%" PRIu64 ", %" PRIu64 " bytes): %s", path, oid.hi, oid.lo, size, wrong);
	return true;
}

static bool look_at_dir(struct view *v, dfs_obj_t *dir, const char *path);

static bool look_at(struct view *v, const char *path)
{
	dfs_obj_t *obj;
	daos_obj_id_t oid;
	char target[64] = "", *line;
	daos_size_t len = sizeof(target);
	mode_t mode;
	bool good = true;

	if (dfs_lookup(v->dfs, path, O_RDWR | O_NOFOLLOW, &obj, &mode, NULL) != 0)
		FAIL("%s: listed but not found", path);
	MUST(dfs_obj2id(obj, &oid));
	if (S_ISLNK(mode))
		MUST(dfs_get_symlink_value(obj, target, &len));
	else
		snprintf(target, sizeof(target), "%" PRIu64 ".%" PRIu64, oid.hi, oid.lo);
	if (asprintf(&line, "%c %s %s\n", S_ISLNK(mode) ? 'l' : S_ISDIR(mode) ? 'd' : 'f', path, target) < 0)
		return false;
	v->line = realloc(v->line, (v->lines + 1) * sizeof(*v->line));
	v->line[v->lines++] = line;
	if (S_ISDIR(mode))
		good = look_at_dir(v, obj, path);
	else if (S_ISREG(mode))
		good = look_at_file(v, obj, oid, path);
	dfs_release(obj);
	return good;
}

static bool look_at_dir(struct view *v, dfs_obj_t *dir, const char *path)
{
	daos_anchor_t anchor = {0};
	struct dirent de[16];
	char child[512];

	while (!daos_anchor_is_eof(&anchor)) {
		uint32_t nr = 16;

		MUST(dfs_readdir(v->dfs, dir, &anchor, &nr, de));
		for (uint32_t i = 0; i < nr; i++) {
			snprintf(child, sizeof(child), "%s/%s", path, de[i].d_name);
			if (!look_at(v, child))
				return false;
		}
	}
	return true;
}

static bool look_at_root(struct view *v)
{
	dfs_obj_t *root;
	bool good;

	MUST(dfs_lookup(v->dfs, "/", O_RDWR, &root, NULL, NULL));
	good = look_at_dir(v, root, "");
	dfs_release(root);
	return good;
}

/* By path, as expect.c sorts them. */
static int by_path(const void *a, const void *b)
{
	const char *x = *(char *const *)a + 2, *y = *(char *const *)b + 2;
	size_t nx = strcspn(x, " "), ny = strcspn(y, " ");
	int c = memcmp(x, y, nx < ny ? nx : ny);

	return c != 0 ? c : (nx > ny) - (nx < ny);
}

static bool compare_names(struct view *v)
{
	size_t len = 1;
	char *text, *why;
	bool good;

	for (size_t i = 0; i < v->lines; i++)
		len += strlen(v->line[i]);
	text = calloc(1, len);
	if (v->lines > 0)
		qsort(v->line, v->lines, sizeof(*v->line), by_path);
	for (size_t i = 0; i < v->lines; i++) {
		strcat(text, v->line[i]);
		free(v->line[i]);
	}
	free(v->line);
	good = expect_names(v->e, v->moment, text, &why);
	if (!good) {
		fprintf(stderr, "names are those of no moment that may be:\n%s%s", text, why);
		free(why);
	}
	free(text);
	return good;
}

/* The container is of use: something new survives being closed. */
static bool work_on(struct view *v)
{
	char bytes[1000];
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
	daos_size_t got = sizeof(bytes);
	dfs_obj_t *obj;

	memset(bytes, 'n', sizeof(bytes));
	d_iov_set(&iov, bytes, sizeof(bytes));
	MUST(dfs_open(v->dfs, NULL, "new", S_IFREG | 0600, O_RDWR | O_CREAT | O_EXCL, 0, 0, NULL, &obj));
	MUST(dfs_write(v->dfs, obj, &sgl, 0, NULL));
	dfs_release(obj);
	if (!close_all(v) || !open_all(v))
		return false;
	MUST(dfs_open(v->dfs, NULL, "new", S_IFREG, O_RDWR, 0, 0, NULL, &obj));
	memset(bytes, 0, sizeof(bytes));
	MUST(dfs_read(v->dfs, obj, &sgl, 0, &got, NULL));
	dfs_release(obj);
	if (got != sizeof(bytes) || bytes[0] != 'n' || bytes[999] != 'n')
		FAIL("a new file has other contents after closing and opening");
	MUST(dfs_remove(v->dfs, NULL, "new", false, NULL));
	return true;
}

static void silence_stdout(void)
{
	int fd = open("/dev/null", O_WRONLY);

	dup2(fd, 1);
	close(fd);
}

/* Objects that nothing names are found and their space is given back: nothing is left to find. */
static bool clean_up(void)
{
	daos_handle_t poh;
	uuid_t uuid;

	MUST(daos_pool_connect(WORKLOAD_POOL, NULL, DAOS_PC_RW, &poh, NULL, NULL));
	MUST(dfs_cont_check(poh, WORKLOAD_CONT, DFS_CHECK_REMOVE, NULL));
	MUST(dfs_cont_create_with_label(poh, "another", NULL, &uuid, NULL, NULL));
	MUST(daos_pool_disconnect(poh, NULL));
	return true;
}

/* Plain files below data/ of the container, and which objects they are of. */
static bool is_named(struct view *v, const char *name)
{
	uint64_t hi, lo;
	char line[64];

	if (sscanf(name, "%16" SCNx64 "%16" SCNx64, &hi, &lo) != 2)
		return false;
	snprintf(line, sizeof(line), " %" PRIu64 ".%" PRIu64 "\n", hi, lo);
	for (size_t i = 0; i < v->lines; i++)
		if (strstr(v->line[i], line) != NULL)
			return true;
	return false;
}

static char *data_path(struct view *v)
{
	char pool[UUID_STR_LEN], cont[UUID_STR_LEN], *path;
	daos_pool_info_t pi = {0};
	daos_cont_info_t ci = {0};

	if (daos_pool_query(v->poh, NULL, &pi, NULL, NULL) != 0 || daos_cont_query(v->coh, &ci, NULL, NULL) != 0)
		return NULL;
	uuid_unparse_lower(pi.pi_uuid, pool);
	uuid_unparse_lower(ci.ci_uuid, cont);
	return asprintf(&path, "%s/daos_server/%s/%s/data", getenv("DAOS_LOCAL_ROOT"), pool, cont) < 0 ? NULL : path;
}

static bool look_for_owners(struct view *v, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *de;
	char child[512];
	bool good = dir != NULL;

	while (good && (de = readdir(dir)) != NULL) {
		if (de->d_name[0] == '.')
			continue;
		snprintf(child, sizeof(child), "%s/%s", path, de->d_name);
		if (de->d_type == DT_DIR) {
			good = look_for_owners(v, child);
		} else if (!is_named(v, de->d_name)) {
			fprintf(stderr, "%s: a plain file that nothing names, after the check\n", child);
			good = false;
		}
	}
	if (dir != NULL)
		closedir(dir);
	return good;
}

static bool after_check(struct view *v)
{
	char *path;
	bool good;

	v->line = NULL;
	v->lines = 0;
	if (!open_all(v) || !look_at_root(v) || (path = data_path(v)) == NULL)
		return false;
	good = look_for_owners(v, path);
	free(path);
	for (size_t i = 0; i < v->lines; i++)
		free(v->line[i]);
	free(v->line);
	return good && close_all(v);
}

/* Before there was a container: whatever is there, one can be made. */
static bool begin_anew(void)
{
	daos_handle_t poh;
	uuid_t uuid;

	MUST(daos_local_pool_create(NULL, "fresh", 0, NULL, NULL));
	MUST(daos_pool_connect("fresh", NULL, DAOS_PC_RW, &poh, NULL, NULL));
	MUST(dfs_cont_create_with_label(poh, WORKLOAD_CONT, NULL, &uuid, NULL, NULL));
	MUST(daos_pool_disconnect(poh, NULL));
	return true;
}

bool inspect(const struct expect *e, size_t moment)
{
	struct view v = {.e = e, .moment = moment};
	bool good;

	silence_stdout();
	MUST(daos_init());
	MUST(dfs_init());
	if (!expect_ready(e, moment))
		return begin_anew();
	good = open_all(&v) && look_at_root(&v) && compare_names(&v) && work_on(&v) && close_all(&v) && clean_up() &&
	       after_check(&v);
	MUST(dfs_fini());
	MUST(daos_fini());
	return good;
}
