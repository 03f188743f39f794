/*
 * inside.c: an inside for tests. What is below the mount point is what is below the directory D_IL_CONTAINER names; so
 * every call has an answer that a test can compare with the kernel's.
 *
 * D_IL_POOL chooses how it answers: `map` carries calls out, `pass` changes their paths and leaves them to the kernel,
 * `clobber` carries them out and spoils all vector registers, `refuse` does not start.
 */
#include "inside.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arch.h"
#include "calls.h"

static const struct il_config *config;
static const char *point, *root;
static bool clobber, pass;

static void spoil(void)
{
	__asm__ volatile("pcmpeqb %%xmm0, %%xmm0; pcmpeqb %%xmm1, %%xmm1; pcmpeqb %%xmm2, %%xmm2;"
			 "pcmpeqb %%xmm3, %%xmm3; pcmpeqb %%xmm4, %%xmm4; pcmpeqb %%xmm5, %%xmm5;"
			 "pcmpeqb %%xmm6, %%xmm6; pcmpeqb %%xmm7, %%xmm7; pcmpeqb %%xmm8, %%xmm8;"
			 "pcmpeqb %%xmm9, %%xmm9; pcmpeqb %%xmm10, %%xmm10; pcmpeqb %%xmm11, %%xmm11;"
			 "pcmpeqb %%xmm12, %%xmm12; pcmpeqb %%xmm13, %%xmm13; pcmpeqb %%xmm14, %%xmm14;"
			 "pcmpeqb %%xmm15, %%xmm15; fldpi; fldpi" ::
			     : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
			       "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
	if (__builtin_cpu_supports("avx"))
		__asm__ volatile("vzeroall" ::
				     : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",
				       "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}

static long make(const struct il_call *c)
{
	return il_syscall(c->nr, c->arg[0], c->arg[1], c->arg[2], c->arg[3], c->arg[4], c->arg[5]);
}

static void give_kind(long fd, bool path_only)
{
	struct stat st;

	if (fd < 0 || fd >= IL_FD_MAX || fstat(fd, &st) != 0)
		return;
	config->kinds[fd] = path_only ? IL_KIND_PATH : S_ISDIR(st.st_mode) ? IL_KIND_DIR : IL_KIND_FILE;
}

/* The real place of `path` in `buf`. */
static bool map(const char *path, char *buf)
{
	size_t len = strlen(point);

	if (strncmp(path, point, len) != 0 || (path[len] != '/' && path[len] != '\0'))
		return false;
	return snprintf(buf, PATH_MAX, "%s%s", root, path + len) < PATH_MAX;
}

static long my_getcwd(const struct il_call *call)
{
	char real[PATH_MAX], seen[PATH_MAX];
	size_t len;

	if (getcwd(real, sizeof(real)) == NULL)
		return -errno;
	len = snprintf(seen, sizeof(seen), "%s%s", point, real + strlen(root)) + 1;
	if (len > (size_t)call->arg[1])
		return -ERANGE;
	memcpy((char *)call->arg[0], seen, len);
	return len;
}

static long close_range_(const struct il_call *call)
{
	for (long fd = call->arg[0]; fd <= call->arg[1] && fd < 100; fd++)
		config->kinds[fd] = IL_KIND_NONE;
	return make(call);
}

/* Descriptors: the kernel, and the table. */
static long fds(struct il_call *call)
{
	long rc;

	if (call->nr == SYS_close) {
		config->kinds[call->arg[0]] = IL_KIND_NONE;
		return make(call);
	}
	rc = make(call);
	if (rc >= 0 && (call->nr != SYS_fcntl || call->arg[1] == F_DUPFD || call->arg[1] == F_DUPFD_CLOEXEC))
		config->kinds[rc] = config->kinds[call->arg[0]];
	return rc;
}

static long call_it(struct il_call *call)
{
	const struct il_desc *desc = il_call_find(call->nr);
	char *buf[] = {call->path, call->path2};
	long rc;

	for (int i = 0; i < 2; i++) {
		int at = desc->path[i] - 1;

		if (at >= 0 && call->arg[at] != 0 && map((const char *)call->arg[at], buf[i]))
			call->arg[at] = (long)buf[i];
	}
	/* It takes a thread that this libc knows to ask for the class of a character. */
	if (!isprint((unsigned char)root[0]))
		return -EIO;
	if (pass)
		return IL_PASS;
	if (clobber)
		spoil();
	call->carried = 1;
	switch (call->nr) {
	case SYS_getcwd:
		return my_getcwd(call);
	case SYS_chdir:
	case SYS_fchdir:
		rc = make(call);
		if (rc == 0) {
			char cwd[PATH_MAX] = "";

			*config->cwd_inside = getcwd(cwd, sizeof(cwd)) != NULL && strncmp(cwd, root, strlen(root)) == 0;
		}
		return rc;
	case SYS_close_range:
		return close_range_(call);
	case SYS_close:
	case SYS_dup:
	case SYS_dup2:
	case SYS_dup3:
	case SYS_fcntl:
		return fds(call);
	case SYS_execve:
	case SYS_execveat:
		call->carried = 0;
		return IL_PASS;
	default:
		break;
	}
	rc = make(call);
	if ((call->nr == SYS_open || call->nr == SYS_openat || call->nr == SYS_creat) && !call->vfork)
		give_kind(rc, (call->arg[call->nr == SYS_open ? 1 : 2] & O_PATH) && call->nr != SYS_creat);
	return rc;
}

/* What the program before this one has left. */
static void take(const char *text)
{
	if (text == NULL || strncmp(text, "cwd=", 4) != 0 || text[4] == '\0')
		return;
	*config->cwd_inside = chdir(text + 4) == 0;
}

static int start(const struct il_config *c)
{
	const struct il_mount *m = &c->mounts[c->nr_mounts - 1];

	config = c;
	if (c->abi != IL_INSIDE_ABI || m->is_real)
		return EINVAL;
	il_calls_init();
	point = m->point;
	root = m->cont;
	clobber = strcmp(m->pool, "clobber") == 0;
	pass = strcmp(m->pool, "pass") == 0;
	take(c->inherit);
	return strcmp(m->pool, "refuse") == 0 ? ENOTSUP : 0;
}

static void nothing(void)
{
}

static long inherit(char *buf, unsigned long size, const struct il_heir *heirs, unsigned nr_heirs, const char *cwd)
{
	char real[PATH_MAX] = "";

	(void)heirs;
	(void)nr_heirs;
	if (cwd == NULL && *config->cwd_inside && getcwd(real, sizeof(real)) == NULL)
		real[0] = '\0';
	if (cwd != NULL && *cwd != '\0' && !map(cwd, real))
		real[0] = '\0';
	return snprintf(buf, size, "cwd=%s", real);
}

__attribute__((visibility("default"))) extern const struct il_inside il_inside;

const struct il_inside il_inside = {
    .abi = IL_INSIDE_ABI,
    .start = start,
    .call = call_it,
    .fork_prepare = nothing,
    .fork_parent = nothing,
    .fork_child = nothing,
    .inherit = inherit,
};
