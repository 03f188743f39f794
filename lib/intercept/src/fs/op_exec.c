/* op_exec.c: running programs, and calls that only the kernel can answer. */
#include "ops.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <daos_local.h>

#include "error.h"

static int exec_fd = -1; /* of an earlier try */

/* "#!interpreter argument" in `line`: both, NULL where there is none. False: it is no script. */
static bool parse_script(char *line, char **interpreter, char **argument)
{
	char *end;

	if (line[0] != '#' || line[1] != '!')
		return false;
	line[strcspn(line, "\n")] = '\0';
	line += 2 + strspn(line + 2, " \t");
	for (end = line + strlen(line); end > line && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r');)
		*--end = '\0';
	*interpreter = line;
	line += strcspn(line, " \t");
	*argument = NULL;
	if (*line != '\0') {
		*line++ = '\0';
		line += strspn(line, " \t");
		if (*line != '\0')
			*argument = line;
	}
	return **interpreter != '\0';
}

/* Run the interpreter instead, with the script's path, which it opens for itself. */
static int exec_script(struct il_call *c, int path_arg, char *interpreter, char *argument, const char *script)
{
	char *const *argv = (char *const *)c->arg[path_arg + 1];
	size_t nr = 0, at = 0;
	char **new;
	char *p = c->path;

	while (argv != NULL && argv[nr] != NULL)
		nr++;
	new = calloc(nr + 4, sizeof(*new)); /* for the program that comes: nobody frees it */
	if (new == NULL)
		return ENOMEM;
	if (strlen(interpreter) + (argument != NULL ? strlen(argument) : 0) + strlen(script) + 3 > PATH_MAX)
		return ENAMETOOLONG;
	new[at++] = strcpy(p, interpreter);
	p += strlen(p) + 1;
	if (argument != NULL) {
		new[at++] = strcpy(p, argument);
		p += strlen(p) + 1;
	}
	new[at++] = strcpy(p, script);
	for (size_t i = 1; i < nr; i++)
		new[at++] = argv[i];
	c->arg[2] = c->arg[path_arg + 2];
	c->arg[1] = (long)new;
	c->arg[0] = (long)c->path;
	c->nr = SYS_execve;
	return 0;
}

/* The plain file is what the kernel can run. */
static int exec_plain(struct il_call *c, int path_arg, struct place *p)
{
	char line[512], *interpreter, *argument, script[PATH_MAX];
	ssize_t n;
	int rc;

	if (!p->fs->plain)
		return ENOTSUP;
	if (exec_fd >= 0)
		close(exec_fd);
	rc = der_to_errno(daos_local_array_open(p->fs->coh, p->node->oid, O_RDONLY | O_CLOEXEC, &exec_fd));
	if (rc != 0)
		return rc == ENOENT ? ENOEXEC : rc;
	n = pread(exec_fd, line, sizeof(line) - 1, 0);
	line[n > 0 ? n : 0] = '\0';
	if (parse_script(line, &interpreter, &argument)) {
		const char *said = (const char *)c->arg[path_arg];

		/* By the name that the program used, where the interpreter finds it by that. */
		if (said != NULL && (said[0] == '/' || (said[0] != '\0' && path_arg == 0)) &&
		    strlen(said) < sizeof(script))
			strcpy(script, said); /* rc is 0 */
		else
			rc = path_of(p->node, script, sizeof(script));
		return rc == 0 ? exec_script(c, path_arg, interpreter, argument, script) : rc;
	}
	if (fchmod(exec_fd, 0700) != 0)
		return errno;
	c->arg[4] = AT_EMPTY_PATH;
	c->arg[3] = c->arg[path_arg + 2];
	c->arg[2] = c->arg[path_arg + 1];
	c->arg[1] = (long)"";
	c->arg[0] = exec_fd;
	c->nr = SYS_execveat;
	return 0;
}

static long exec_path(struct il_call *c, int dir_arg, int path_arg, int flags)
{
	struct place p;
	struct stat st;
	int rc = op_walk(c, dir_arg, path_arg, flags, &p);

	if (rc == 0 && p.fs->mount->is_real) {
		if (dir_arg != NO_DIR)
			op_make_real((int)c->arg[dir_arg]);
		return IL_PASS;
	}
	if (rc == 0)
		rc = node_mode(p.node, &st);
	if (rc == 0 && S_ISLNK(st.st_mode))
		rc = ELOOP;
	if (rc == 0 && !S_ISREG(st.st_mode))
		rc = EACCES;
	if (rc == 0)
		rc = may(&st, X_OK, false);
	if (rc == 0)
		rc = exec_plain(c, path_arg, &p);
	return rc == 0 ? IL_PASS : op_answer(c, rc);
}

long op_execve(struct il_call *c)
{
	return exec_path(c, NO_DIR, 0, PATH_FOLLOW);
}

long op_execveat(struct il_call *c)
{
	return exec_path(c, 0, 1,
			 (c->arg[4] & AT_SYMLINK_NOFOLLOW ? 0 : PATH_FOLLOW) |
			     (c->arg[4] & AT_EMPTY_PATH ? PATH_EMPTY : 0));
}

/* inotify_add_watch, name_to_handle_at: a descriptor, a path. */
long op_at_path(struct il_call *c)
{
	struct place p;
	int dir_arg = c->nr == SYS_inotify_add_watch ? NO_DIR : 0;
	int rc = op_walk(c, dir_arg, 1, PATH_FOLLOW, &p);

	return rc == 0 ? op_kernel(c, dir_arg, 1, &p, EOPNOTSUPP) : op_answer(c, rc);
}
