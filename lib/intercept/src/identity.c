/*
 * identity.c: the program becomes somebody else, or moves to another root.
 *
 * Where there are several threads, libc carries a change of identity to all of them by signals, from a site that cannot
 * be rewritten; so these functions are interposed. In another root the mounts are elsewhere: the library steps aside.
 */
#include <dlfcn.h>
#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include "gate.h"

static void changed(void)
{
	il_creds_changes++;
}

/* TYPE NAME(ARGS), which calls the next one with CALL and has succeeded if OK. */
#define INTERPOSE(type, name, args, call, ok)                      \
	__attribute__((visibility("default"))) type name args      \
	{                                                          \
		static type(*next) args;                           \
		type rc;                                           \
                                                                   \
		if (next == NULL)                                  \
			*(void **)&next = dlsym(RTLD_NEXT, #name); \
		if (next == NULL) {                                \
			errno = ENOSYS;                            \
			return -1;                                 \
		}                                                  \
		rc = next call;                                    \
		if (ok)                                            \
			changed();                                 \
		return rc;                                         \
	}

/* clang-format off */
INTERPOSE(int, setuid, (uid_t uid), (uid), rc == 0)
INTERPOSE(int, seteuid, (uid_t uid), (uid), rc == 0)
INTERPOSE(int, setreuid, (uid_t ruid, uid_t euid), (ruid, euid), rc == 0)
INTERPOSE(int, setresuid, (uid_t ruid, uid_t euid, uid_t suid), (ruid, euid, suid), rc == 0)
INTERPOSE(int, setgid, (gid_t gid), (gid), rc == 0)
INTERPOSE(int, setegid, (gid_t gid), (gid), rc == 0)
INTERPOSE(int, setregid, (gid_t rgid, gid_t egid), (rgid, egid), rc == 0)
INTERPOSE(int, setresgid, (gid_t rgid, gid_t egid, gid_t sgid), (rgid, egid, sgid), rc == 0)
INTERPOSE(int, setgroups, (size_t size, const gid_t *list), (size, list), rc == 0)
INTERPOSE(int, initgroups, (const char *user, gid_t group), (user, group), rc == 0)
INTERPOSE(int, setfsuid, (uid_t uid), (uid), 1)
INTERPOSE(int, setfsgid, (gid_t gid), (gid), 1)
/* clang-format on */

__attribute__((visibility("default"))) int chroot(const char *path)
{
	static int (*next)(const char *path);
	int rc;

	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "chroot");
	if (next == NULL) {
		errno = ENOSYS;
		return -1;
	}
	rc = next(path);
	if (rc == 0)
		il_off = true;
	return rc;
}
