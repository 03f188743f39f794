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

static void used_grows(void)
{
	struct statvfs before, after;
	char *data = new_bytes(32 * MIB);
	int fd = MAKE("f");

	OK(statvfs(".", &before));
	fill(data, 32 * MIB, 1);
	WRITE_AT(fd, data, 32 * MIB, 0);
	OK(fsync(fd));
	/* It may take a moment to show. Others use the disk, too: half of it must. */
	for (int i = 0; i < 50; i++) {
		OK(statvfs(".", &after));
		if ((before.f_bfree - after.f_bfree) * after.f_frsize >= 16 * MIB && before.f_bfree > after.f_bfree)
			return;
		usleep(100 * 1000);
	}
	GE((long long)(before.f_bfree - after.f_bfree) * (long long)after.f_frsize, 16 * MIB);
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
