#include "fs.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

struct creds il_creds;

void creds_read(void)
{
	il_creds.uid = getuid();
	il_creds.euid = (uid_t)syscall(SYS_setfsuid, -1); /* which changes nothing */
	il_creds.gid = getgid();
	il_creds.egid = (gid_t)syscall(SYS_setfsgid, -1);
	il_creds.nr_groups = getgroups(64, il_creds.groups);
}

static unsigned seen;

bool creds_check(void)
{
	unsigned changes = il->creds_changes != NULL ? *il->creds_changes : 0;

	if (changes == seen)
		return false;
	seen = changes;
	creds_read();
	return true;
}

unsigned creds_seen(void)
{
	return seen;
}

static bool in_group(gid_t gid, bool real)
{
	if (gid == (real ? il_creds.gid : il_creds.egid))
		return true;
	for (int i = 0; i < il_creds.nr_groups; i++)
		if (il_creds.groups[i] == gid)
			return true;
	return false;
}

int may(const struct stat *st, int mask, bool real)
{
	uid_t uid = real ? il_creds.uid : il_creds.euid;
	mode_t bits = st->st_mode;

	if (uid == 0) { /* root may all, but run only what somebody may run */
		if ((mask & X_OK) && S_ISREG(st->st_mode) && !(st->st_mode & 0111))
			return EACCES;
		return 0;
	}
	if (uid == st->st_uid)
		bits >>= 6;
	else if (in_group(st->st_gid, real))
		bits >>= 3;
	return ((mode_t)mask & 7 & ~bits) != 0 ? EACCES : 0;
}

bool owner_or_root(const struct stat *st)
{
	return il_creds.euid == 0 || il_creds.euid == st->st_uid;
}
