/* statfs.c: statvfs(3), statfs(2). */
#include "helpers.h"

#include <sys/statvfs.h>
#include <sys/vfs.h>

static void sane(void)
{
	struct statvfs sv;

	OK(statvfs(".", &sv));
	GE(sv.f_bsize, 512);
	GE(sv.f_frsize, 512);
	EQ(sv.f_frsize & (sv.f_frsize - 1), 0);
	GE(sv.f_blocks, 1);
	LE(sv.f_bfree, sv.f_blocks);
	LE(sv.f_bavail, sv.f_bfree);
	LE(sv.f_ffree, sv.f_files);
}

static void name_max(void)
{
	struct statvfs sv;

	OK(statvfs(".", &sv));
	EQ(sv.f_namemax, 255);
	EQ(pathconf(".", _PC_NAME_MAX), 255);
	EQ(pathconf(".", _PC_PATH_MAX), 4096);
}

static void by_descriptor(void)
{
	struct statvfs a, b;
	int fd = MAKE("f");

	OK(fstatvfs(fd, &a));
	OK(statvfs("f", &b));
	EQ(a.f_blocks, b.f_blocks);
	EQ(a.f_frsize, b.f_frsize);
	EQ(a.f_fsid, b.f_fsid);
	FAILS(EBADF, fstatvfs(-1, &a));
}

static void below(void)
{
	struct statfs a, b;

	OK(mkdir("d", 0755));
	OK(statfs(".", &a));
	OK(statfs("d", &b));
	EQ(a.f_type, b.f_type);
	EQ(a.f_blocks, b.f_blocks);
}

static void errors(void)
{
	struct statvfs sv;

	PUT("f", "");
	FAILS(ENOENT, statvfs("none", &sv));
	FAILS(ENOTDIR, statvfs("f/x", &sv));
	FAILS(ENOENT, statvfs("", &sv));
}

/* Whether the free space goes down when 32 MiB are written. It may take a moment to show. */
static bool shrinks(int fd, const char *data, off_t at, long long *by)
{
	struct statvfs before, after;

	OK(statvfs(".", &before));
	WRITE_AT(fd, data, 32 * MIB, at);
	OK(fsync(fd));
	for (int i = 0; i < 20; i++) {
		OK(statvfs(".", &after));
		*by = ((long long)before.f_bfree - (long long)after.f_bfree) * (long long)after.f_frsize;
		if (*by >= 16 * MIB)
			return true;
		usleep(100 * 1000);
	}
	return false;
}

/* Others use the disk, too, and may give back as much as is written here: it must show once in a few times. */
static void used_grows(void)
{
	char *data = new_bytes(32 * MIB);
	int fd = MAKE("f");
	long long by = 0;

	fill(data, 32 * MIB, 1);
	for (int i = 0; i < 5; i++)
		if (shrinks(fd, data, (off_t)i * 32 * MIB, &by))
			return;
	GE(by, 16 * MIB);
}

static const struct ps_case cases[] = {
    {"sane", "available <= free <= total, block size a power of two", sane},
    {"name_max", "names of 255 bytes", name_max},
    {"by_descriptor", "fstatvfs says the same", by_descriptor},
    {"below", "the same everywhere in the file system", below},
    {"errors", "ENOENT, ENOTDIR", errors},
    {"used_grows", "32 MiB written show in the free space", used_grows},
};
PS_GROUP(statfs);
