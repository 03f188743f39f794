#include "exec.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calls.h"
#include "cwd.h"
#include "enter.h"
#include "fds.h"
#include "gate.h"
#include "memory.h"
#include "mounts.h"
#include "thread.h"
#include "vfork.h"

/*
 * D_IL_INHERIT=[c]{FD:KIND:DEVICE:INODE,}|TEXT
 *
 * What is before the bar is the outside's: it says which descriptors are of interest, and that the working directory
 * is, before there is an inside. TEXT is the inside's.
 */
#define NAME	  "D_IL_INHERIT="
#define TEXT_SIZE (100UL << 10) /* the kernel takes strings up to 128 KiB */
#define HEIRS_MAX 1024
#define ENV_MAX	  (1UL << 20)

extern char **environ;

static char *inherited; /* the whole value */

struct env {
	char text[TEXT_SIZE];
	struct il_heir heirs[HEIRS_MAX];
	char *entries[];
};

/* The program's, if it can be read: how many entries. -1: the kernel shall say what is wrong. */
static long count_entries(char *const *env)
{
	for (long n = 0; env != NULL && n < (long)ENV_MAX; n++) {
		if ((n == 0 || ((uintptr_t)&env[n] & (IL_PAGE - 1)) < sizeof(*env)) &&
		    (!il_can_read_page(&env[n]) || !il_can_read_page((const char *)&env[n] + sizeof(*env) - 1)))
			return -1;
		if (env[n] == NULL)
			return n;
	}
	return env == NULL ? 0 : -1;
}

static unsigned add_heir(struct il_heir *heirs, unsigned n, int fd, int from)
{
	enum il_kind kind = il_kind_of(from);
	long flags;

	if (n == HEIRS_MAX || kind == IL_KIND_NONE || kind == IL_KIND_INTERNAL)
		return n;
	flags = il_syscall(SYS_fcntl, fd, F_GETFD);
	if (flags >= 0 && !(flags & FD_CLOEXEC))
		heirs[n++] = (struct il_heir){fd, from};
	return n;
}

static unsigned find_heirs(struct il_heir *heirs)
{
	bool child = il_in_vfork_child();
	unsigned n = 0;

	for (unsigned i = 0; child && i < il_thread.nr_vfork_fds; i++)
		n = add_heir(heirs, n, il_thread.vfork_fds[i].fd, il_thread.vfork_fds[i].from);
	for (long fd = il_kind_next(0); fd >= 0; fd = il_kind_next(fd + 1))
		if (!child || il_vfork_from(fd) == fd)
			n = add_heir(heirs, n, fd, fd);
	return n;
}

/* After the inside has made real what can be. */
static int put_heir(char *p, size_t size, const struct il_heir *heir)
{
	struct stat st;

	if (il_syscall(SYS_fstat, heir->fd, &st) != 0)
		return 0;
	return snprintf(p, size, "%d:%d:%lx:%lx,", heir->fd, il_kind_of(heir->from), (long)st.st_dev, (long)st.st_ino);
}

/* `cwd`: of a child of vfork(). */
static bool is_inside(const char *cwd)
{
	return cwd == NULL ? il_cwd_inside : *cwd != '\0';
}

/* The value for the next program. False: nothing to say, or it does not fit. */
static bool write_text(struct env *env)
{
	const struct il_inside *in = il_inside_get();
	unsigned nr = find_heirs(env->heirs);
	const char *cwd = il_in_vfork_child() ? il_vfork_cwd() : NULL;
	size_t at = sizeof(NAME) - 1, half = sizeof(env->text) / 2;
	long len;

	if (in == NULL || (nr == 0 && !is_inside(cwd)))
		return false;
	len = in->inherit(env->text + half, sizeof(env->text) - half, env->heirs, nr, cwd);
	if (len <= 0)
		return false;
	memcpy(env->text, NAME, at);
	if (is_inside(cwd) && (cwd != NULL || !il_mounts_match(".")))
		env->text[at++] = 'c';
	for (unsigned i = 0; i < nr && at < half - 128; i++)
		at += put_heir(env->text + at, half - at, &env->heirs[i]);
	env->text[at++] = '|';
	memmove(env->text + at, env->text + half, len);
	env->text[at + len] = '\0';
	return true;
}

/* What this program was told, if nothing of it has been looked at yet. */
static bool repeat_text(struct env *env)
{
	if (inherited == NULL || strlen(inherited) + sizeof(NAME) > sizeof(env->text))
		return false;
	strcpy(stpcpy(env->text, NAME), inherited);
	return true;
}

static void extend_env(struct il_room *room)
{
	int at = room->call.nr == SYS_execveat ? 3 : 2;
	char *const *old = (char *const *)room->call.arg[at];
	long n = count_entries(old);
	struct env *env;
	size_t size;

	if (n < 0)
		return;
	size = sizeof(*env) + (n + 2) * sizeof(char *);
	env = il_map(size);
	if (env == NULL)
		return;
	room->env = env;
	room->env_size = size;
	if (!(il_inside_started() ? write_text(env) : repeat_text(env)))
		return;
	memcpy(env->entries, old, n * sizeof(*old));
	env->entries[n] = env->text;
	room->call.arg[at] = (long)env->entries;
}

static void next_program(struct il_room *room)
{
	il_room_absolute(room);
	room->answer = room->concerned == 0 ? IL_PASS : il_ask_inside(&room->call);
	if (room->answer == IL_PASS)
		extend_env(room);
}

void il_gate_exec(struct il_regs *regs, const struct il_desc *desc, unsigned concerned)
{
	if (concerned != 0 || il_inside_started() || inherited != NULL)
		il_enter(regs, desc, concerned, next_program);
}

static const char *take_heir(const char *p)
{
	unsigned long device, inode;
	int fd, kind, len = 0;
	struct stat st;

	if (sscanf(p, "%d:%d:%lx:%lx,%n", &fd, &kind, &device, &inode, &len) != 4 || len == 0)
		return NULL;
	if (fd >= 0 && fd < IL_FD_MAX && kind > IL_KIND_NONE && kind < IL_KIND_INTERNAL && fstat(fd, &st) == 0 &&
	    st.st_dev == device && st.st_ino == inode) {
		il_kinds[fd] = kind;
		il_fd_raise(fd);
	}
	return p + len;
}

void il_inherit_init(void)
{
	const char *p;

	for (char **e = environ; e != NULL && *e != NULL; e++)
		if (strncmp(*e, NAME, sizeof(NAME) - 1) == 0) {
			inherited = strdup(*e + sizeof(NAME) - 1); /* programs write over their environment */
			do
				e[0] = e[1];
			while (*e++ != NULL);
			break;
		}
	if (inherited == NULL)
		return;
	p = inherited;
	if (*p == 'c') {
		il_cwd_inside = 1;
		p++;
	}
	while (p != NULL && *p != '|' && *p != '\0')
		p = take_heir(p);
}

const char *il_inherited(void)
{
	const char *bar = inherited == NULL ? NULL : strchr(inherited, '|');

	return bar == NULL ? NULL : bar + 1;
}
