#include "inherit.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <daos_local.h>

#include "ops.h"

static long add(char *buf, unsigned long size, long at, const char *kind, int fd, int flags, struct node *n)
{
	char path[PATH_MAX];
	int len;

	if (at < 0 || path_of(n, path, sizeof(path)) != 0 || strchr(path, '\n') != NULL)
		return at;
	if (fd < 0)
		len = snprintf(buf + at, size - (unsigned long)at, "%s %s\n", kind, path);
	else
		len = snprintf(buf + at, size - (unsigned long)at, "%s %d %d %s\n", kind, fd, flags, path);
	return (unsigned long)len >= size - (unsigned long)at ? -1 : at + len;
}

long inherit_give(char *buf, unsigned long size, const struct il_heir *heirs, unsigned nr_heirs, const char *cwd)
{
	long at = 0;

	if (size == 0)
		return -1;
	buf[0] = '\0';
	if (cwd != NULL && *cwd != '\0' && strchr(cwd, '\n') == NULL)
		at = snprintf(buf, size, "c %s\n", cwd);
	if ((unsigned long)at >= size)
		return -1;
	if (cwd == NULL && path_cwd() != NULL && !path_cwd()->fs->mount->is_real)
		at = add(buf, size, at, "c", -1, 0, path_cwd());
	for (unsigned i = 0; i < nr_heirs; i++) {
		struct file *f = file_get(heirs[i].from);

		if (f == NULL)
			continue;
		if (f->kind == IL_KIND_FILE)
			at = add(buf, size, at, "f", heirs[i].fd, f->flags, f->node);
		else if (!op_make_real_as(heirs[i].fd, heirs[i].from))
			at = add(buf, size, at, "d", heirs[i].fd, f->flags, f->node);
	}
	return at;
}

static struct node *find(const char *path)
{
	char outside[PATH_MAX];
	struct place p = {.outside = outside};
	struct stat st;

	return path_walk(AT_FDCWD, path, PATH_FOLLOW, &p) == 0 && node_mode(p.node, &st) == 0 ? p.node : NULL;
}

/* Whether the descriptor is of that file. */
static bool is_same(int fd, struct node *n)
{
	struct stat given, found;
	bool same;
	int plain;

	if (daos_local_array_open == NULL || daos_local_array_open(n->fs->coh, n->oid, O_PATH | O_CLOEXEC, &plain) != 0)
		return false;
	same = fstat(fd, &given) == 0 && fstat(plain, &found) == 0 && given.st_dev == found.st_dev &&
	       given.st_ino == found.st_ino;
	close(plain);
	return same;
}

static void take_line(char *line)
{
	struct node *n;
	int fd, flags, at = 0;

	if (line[0] == 'c' && line[1] == ' ') {
		n = find(line + 2);
		if (n != NULL && S_ISDIR(n->st.st_mode))
			path_set_cwd(n);
		return;
	}
	if (sscanf(line + 1, " %d %d %n", &fd, &flags, &at) != 2 || at == 0 || fd < 0 || fd >= IL_FD_MAX)
		return;
	il->kinds[fd] = IL_KIND_NONE;
	n = find(line + 1 + at);
	if (n == NULL || syscall(SYS_fcntl, fd, F_GETFD) < 0)
		return;
	if (line[0] == 'd' && S_ISDIR(n->st.st_mode))
		file_put(fd, flags & O_PATH ? IL_KIND_PATH : IL_KIND_DIR, flags, n);
	else if (line[0] == 'f' && S_ISREG(n->st.st_mode) && is_same(fd, n))
		file_put(fd, IL_KIND_FILE, flags, n);
}

void inherit_take(const char *text)
{
	char *copy = text == NULL ? NULL : strdup(text), *line, *save = NULL, cwd[PATH_MAX];
	struct node *n;

	for (line = copy == NULL ? NULL : strtok_r(copy, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save))
		take_line(line);
	free(copy);
	if (path_cwd() == NULL && getcwd(cwd, sizeof(cwd)) != NULL && cwd[0] == '/') {
		n = find(cwd);
		if (n != NULL && S_ISDIR(n->st.st_mode))
			path_set_cwd(n);
	}
}
