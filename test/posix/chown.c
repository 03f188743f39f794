/* chown.c: chown(2) and relatives. Every file in a dfuse mount belongs to the one user who mounted it. */
#include "helpers.h"

static void nothing(void)
{
	PUT("f", "x");
	OK(chown("f", (uid_t)-1, (gid_t)-1));
	EQ(STAT("f").st_uid, geteuid());
	EQ(STAT("f").st_gid, getegid());
}

static void to_itself(void)
{
	PUT("f", "x");
	OK(mkdir("d", 0755));
	OK(symlink("none", "l"));
	OK(chown("f", geteuid(), getegid()));
	OK(chown("f", geteuid(), (gid_t)-1));
	OK(chown("f", (uid_t)-1, getegid()));
	OK(chown("d", geteuid(), getegid()));
	OK(lchown("l", geteuid(), getegid()));
	OK(lchown("f", geteuid(), getegid()));
	HAS("f", "x");
}

static void other_forms(void)
{
	int fd = MAKE("f"), d = OK(open(".", O_RDONLY));

	OK(fchown(fd, geteuid(), getegid()));
	OK(fchownat(d, "f", geteuid(), getegid(), 0));
	OK(fchownat(fd, "", geteuid(), getegid(), AT_EMPTY_PATH));
	OK(symlink("none", "l"));
	OK(fchownat(d, "l", geteuid(), getegid(), AT_SYMLINK_NOFOLLOW));
	FAILS(EBADF, fchown(-1, geteuid(), getegid()));
}

static void to_other_refused(void)
{
	PUT("f", "x");
	if (AS_ROOT && !ON_DFUSE) {
		OK(chown("f", 12345, 12346));
		EQ(STAT("f").st_uid, 12345);
		EQ(STAT("f").st_gid, 12346);
		return;
	}
	FAILS2(EPERM, EOPNOTSUPP, chown("f", geteuid() + 1, (gid_t)-1));
	FAILS2(EPERM, EOPNOTSUPP, chown("f", geteuid() + 1, getegid()));
	EQ(STAT("f").st_uid, geteuid());
}

static void to_other_group_refused(void)
{
	PUT("f", "x");
	if (AS_ROOT && !ON_DFUSE) {
		OK(chown("f", (uid_t)-1, 12346));
		EQ(STAT("f").st_gid, 12346);
		return;
	}
	FAILS2(EPERM, EOPNOTSUPP, chown("f", (uid_t)-1, getegid() + 1));
	FAILS2(EPERM, EOPNOTSUPP, fchown(OK(open("f", O_RDWR)), geteuid(), getegid() + 1));
	EQ(STAT("f").st_gid, getegid());
}

static void refused_on_all_kinds(void)
{
	need_root();
	if (!ON_DFUSE)
		SKIP("root may on a plain file system");
	OK(mkdir("d", 0755));
	OK(symlink("none", "l"));
	FAILS2(EPERM, EOPNOTSUPP, chown("d", 12345, 12345));
	FAILS2(EPERM, EOPNOTSUPP, lchown("l", 12345, 12345));
	EQ(LSTAT("l").st_uid, 0);
	EQ(STAT("d").st_uid, 0);
}

static void errors(void)
{
	PUT("f", "");
	OK(symlink("none", "l"));
	FAILS(ENOENT, chown("none", geteuid(), getegid()));
	FAILS(ENOENT, chown("l", geteuid(), getegid()));
	FAILS(ENOENT, chown("", geteuid(), getegid()));
	FAILS(ENOTDIR, chown("f/x", geteuid(), getegid()));
}

static void marks_ctime(void)
{
	struct stat before, after;

	PUT("f", "x");
	before = STAT("f");
	tick();
	OK(chown("f", geteuid(), getegid()));
	after = STAT("f");
	TRUE(ts_cmp(after.st_ctim, before.st_ctim) > 0);
	EQ(ts_cmp(after.st_mtim, before.st_mtim), 0);
}

static void clears_setid(void)
{
	need_user();
	PUT("f", "x");
	OK(chmod("f", 06755));
	OK(chown("f", geteuid(), getegid()));
	EQ(STAT("f").st_mode, S_IFREG | 0755);
}

static void keeps_mode(void)
{
	PUT("f", "x");
	OK(chmod("f", 0641));
	OK(chown("f", geteuid(), getegid()));
	EQ(STAT("f").st_mode, S_IFREG | 0641);
}

static const struct ps_case cases[] = {
    {"nothing", "-1, -1 changes nothing and succeeds", nothing},
    {"to_itself", "chown to the owner it has succeeds, for all kinds", to_itself},
    {"other_forms", "fchown, fchownat, AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW", other_forms},
    {"to_other_refused", "another owner: EPERM or ENOTSUP, except for root on a plain file system", to_other_refused},
    {"to_other_group_refused", "another group: the same", to_other_group_refused},
    {"refused_on_all_kinds", "root is refused on a dfuse mount: directories and links, too", refused_on_all_kinds},
    {"errors", "ENOENT, ENOTDIR", errors},
    {"marks_ctime", "ctime is marked, mtime stays", marks_ctime},
    {"clears_setid", "chown by an ordinary user clears set-user-id and set-group-id", clears_setid},
    {"keeps_mode", "the permission bits stay", keeps_mode},
};
PS_GROUP(chown);
