/* Files by libdfs. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <daos.h>
#include <daos_fs.h>
#include <daos_fs_sys.h>

#include "crowd.h"

static dfs_sys_t *sys;
static dfs_t *dfs;
static char buf[CROWD_SIZE], mine[CROWD_SIZE];
static size_t my_size;
static char my_path[32];

static const char *path_of(const char *name)
{
	static char paths[4][80];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "/%s", name);
	return path;
}

static void begin(const char *const *where)
{
	dfs_obj_t *obj;

	called(dfs_init(), NEVER);
	called(dfs_sys_connect(where[0], NULL, where[1], O_RDWR, 0, NULL, &sys), NEVER);
	called(dfs_sys2base(sys, &dfs), NEVER);
	snprintf(my_path, sizeof(my_path), "/own.%u", self_number);
	called(dfs_sys_open(sys, my_path, S_IFREG | 0644, O_CREAT | O_EXCL | O_RDWR, 0, 0, NULL, &obj), NEVER);
	dfs_sys_close(obj);
}

/* An object that was removed has no bytes, and takes none. */
static void use(dfs_obj_t *obj, const char *name)
{
	daos_size_t off = pick(CROWD_SIZE), len = pick((unsigned)(CROWD_SIZE - off) + 1);

	if (pick(2)) {
		calling("dfs_sys_read %s", name);
		if (called(dfs_sys_read(sys, obj, buf, off, &len, NULL), MAY(ENOENT)) == 0)
			check_bytes(buf, len, off, name[3], "dfs_sys_read");
		return;
	}
	fill(buf, len, off, name[3]);
	calling("dfs_sys_write %s", name);
	called(dfs_sys_write(sys, obj, buf, off, &len, NULL), MAY(ENOENT));
}

static void open_one(void)
{
	const char *name = pick_name(pick_class());
	int flags = O_RDWR | (pick(2) ? O_CREAT : 0);
	dfs_obj_t *obj;

	calling("dfs_sys_open %s %#o", name, flags);
	if (called(dfs_sys_open(sys, path_of(name), S_IFREG | 0644, flags, 0, 0, NULL, &obj), MAY(ENOENT)) != 0)
		return;
	for (unsigned i = pick(4); i > 0; i--)
		use(obj, name);
	called(dfs_sys_close(obj), NEVER);
}

static void move_one(void)
{
	char class = pick_class();
	const char *from = pick_name(class), *to = pick_name(class);
	char dir[8] = {'/', from[0], from[1]}, to_dir[8] = {'/', to[0], to[1]};
	dfs_obj_t *a, *b;

	calling("dfs_move %s %s", from, to);
	if (called(dfs_lookup(dfs, dir, O_RDWR, &a, NULL, NULL), MAY(ENOENT)) != 0)
		return;
	if (called(dfs_lookup(dfs, to_dir, O_RDWR, &b, NULL, NULL), MAY(ENOENT)) == 0) {
		if (pick(3) > 0)
			called(dfs_move(dfs, a, (char *)from + 3, b, (char *)to + 3, NULL), MAY(ENOENT));
		else
			called(dfs_exchange(dfs, a, (char *)from + 3, b, (char *)to + 3), MAY(EINVAL, ENOENT));
		dfs_release(b);
	}
	dfs_release(a);
}

static void list_one(void)
{
	struct dirent *e;
	unsigned seen = 0;
	DIR *dir;

	calling("dfs_sys_opendir /");
	called(dfs_sys_opendir(sys, "/", 0, &dir), NEVER);
	do {
		called(dfs_sys_readdir(sys, dir, &e), NEVER);
		seen += e != NULL && strcmp(e->d_name, my_path + 1) == 0;
	} while (e != NULL);
	dfs_sys_closedir(dir);
	if (seen != 1)
		wrong("lists a file that is there %u times", seen);
}

static void name_one(void)
{
	const char *name = pick_name(pick_class());
	struct stat st;

	switch (pick(4)) {
	case 0:
		calling("dfs_sys_remove %s", name);
		called(dfs_sys_remove(sys, path_of(name), false, NULL), MAY(ENOENT));
		break;
	case 1:
		calling("dfs_sys_stat %s", name);
		called(dfs_sys_stat(sys, path_of(name), 0, &st), MAY(ENOENT));
		break;
	case 2:
		calling("dfs_sys_punch %s", name);
		called(dfs_sys_punch(sys, path_of(name), pick(CROWD_SIZE), DFS_MAX_FSIZE), MAY(ENOENT));
		break;
	default:
		calling("dfs_sys_mkdir %.2s", name);
		called(dfs_sys_mkdir(sys, (char[]){'/', name[0], name[1], '\0'}, 0755, 0), MAY(EEXIST));
	}
}

static void shared(void)
{
	switch (pick(8)) {
	case 0:
	case 1:
		move_one();
		break;
	case 2:
		list_one();
		break;
	case 3:
	case 4:
		name_one();
		break;
	default:
		open_one();
	}
}

static void own(void)
{
	daos_size_t off = pick(CROWD_SIZE), len = pick((unsigned)(CROWD_SIZE - off) + 1), size = sizeof(buf);
	dfs_obj_t *obj;

	calling("dfs_sys_open %s", my_path);
	if (called(dfs_sys_open(sys, my_path, S_IFREG | 0644, O_RDWR, 0, 0, NULL, &obj), NEVER) != 0)
		return;
	for (size_t i = 0; i < len; i++)
		mine[off + i] = (char)pick(256);
	if (len > 0 && off + len > my_size)
		my_size = off + len;
	calling("dfs_sys_write %s", my_path);
	called(dfs_sys_write(sys, obj, mine + off, off, &len, NULL), NEVER);
	calling("dfs_sys_read %s", my_path);
	called(dfs_sys_read(sys, obj, buf, 0, &size, NULL), NEVER);
	if (size != my_size || memcmp(buf, mine, my_size) != 0)
		wrong("%zu bytes, or other ones than the %zu that were written", (size_t)size, my_size);
	called(dfs_sys_close(obj), NEVER);
}

const struct kind kind_dfs = {.begin = begin, .shared = shared, .own = own};
