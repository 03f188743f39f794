/* inode.c: identity and attributes: st_ino, st_dev, st_nlink, st_blocks, and statx(2). */
#include "helpers.h"

#include <sys/sysmacros.h>

static void same_everywhere(void)
{
	struct stat a, b, c;
	int fd = MAKE("f");

	a = STAT("f");
	b = LSTAT("f");
	c = FSTAT(fd);
	EQ(a.st_ino, b.st_ino);
	EQ(a.st_ino, c.st_ino);
	EQ(a.st_dev, c.st_dev);
	EQ(a.st_mode, c.st_mode);
	NE(a.st_ino, 0);
}

static void distinct(void)
{
	enum { COUNT_OF = 200 };
	ino_t ino[COUNT_OF];
	char name[16];

	for (int i = 0; i < COUNT_OF; i++) {
		snprintf(name, sizeof(name), "%d", i);
		if (i % 3 == 0)
			close(MAKE(name));
		else if (i % 3 == 1)
			OK(mkdir(name, 0755));
		else
			OK(symlink("same target", name));
		ino[i] = LSTAT(name).st_ino;
		for (int j = 0; j < i; j++)
			NE(ino[i], ino[j]);
	}
	for (int i = 0; i < COUNT_OF; i++) {
		snprintf(name, sizeof(name), "%d", i);
		EQ(LSTAT(name).st_ino, ino[i]);
	}
}

static void stable(void)
{
	ino_t ino, dir;

	OK(mkdir("d", 0755));
	PUT("d/f", "x");
	ino = STAT("d/f").st_ino;
	dir = STAT("d").st_ino;
	PUT("d/f", "rewritten");
	OK(chmod("d/f", 0600));
	OK(truncate("d/f", 0));
	EQ(STAT("d/f").st_ino, ino);
	OK(rename("d/f", "d/g"));
	OK(rename("d", "e"));
	EQ(STAT("e/g").st_ino, ino);
	EQ(STAT("e").st_ino, dir);
}

static void one_device(void)
{
	OK(mkdir("d", 0755));
	PUT("d/f", "");
	OK(symlink("x", "d/l"));
	EQ(STAT("d").st_dev, STAT(".").st_dev);
	EQ(STAT("d/f").st_dev, STAT(".").st_dev);
	EQ(LSTAT("d/l").st_dev, STAT(".").st_dev);
}

static void links(void)
{
	int fd = MAKE("f");

	EQ(STAT("f").st_nlink, 1);
	OK(mkdir("d", 0755));
	GE(STAT("d").st_nlink, 1);
	OK(unlink("f"));
	EQ(FSTAT(fd).st_nlink, 0);
}

static void recreated_while_open(void)
{
	int fd = MAKE("f");

	for (int i = 0; i < 20; i++) {
		OK(unlink("f"));
		PUT("f", "x");
		NE(STAT("f").st_ino, FSTAT(fd).st_ino);
	}
}

static void blocks_of_data(void)
{
	char *data = new_bytes(MIB);
	int fd = MAKE("f");

	fill(data, MIB, 1);
	EQ(FSTAT(fd).st_blocks, 0);
	WRITE_AT(fd, data, MIB, 0);
	OK(fsync(fd));
	GE(FSTAT(fd).st_blocks, MIB / 512);
	LE(FSTAT(fd).st_blocks, 2 * MIB / 512);
	EQ(STAT("f").st_blocks, FSTAT(fd).st_blocks);
	OK(ftruncate(fd, 0));
	OK(fsync(fd));
	LE(FSTAT(fd).st_blocks, 16);
}

static void blocks_after_close(void)
{
	char *data = new_bytes(MIB);
	int fd = MAKE("f");

	fill(data, MIB, 1);
	WRITE_AT(fd, data, MIB, 0);
	OK(fsync(fd));
	OK(close(fd));
	GE(STAT("f").st_blocks, MIB / 512);
	LE(STAT("f").st_blocks, 2 * MIB / 512);
}

static void block_size(void)
{
	PUT("f", "x");
	GE(STAT("f").st_blksize, 512);
	GE(STAT(".").st_blksize, 512);
}

static void sizes(void)
{
	PUT("f", "12345");
	EQ(STAT("f").st_size, 5);
	OK(symlink("123", "l"));
	EQ(LSTAT("l").st_size, 3);
	OK(mkdir("d", 0755));
	GE(STAT("d").st_size, 0);
}

static void by_statx(void)
{
	struct statx sx;
	struct stat st;
	int fd = MAKE("f");

	EQ(write(fd, "12345", 5), 5);
	st = STAT("f");
	OK(statx(AT_FDCWD, "f", 0, STATX_BASIC_STATS, &sx));
	EQ(sx.stx_mask & STATX_BASIC_STATS, STATX_BASIC_STATS);
	EQ(sx.stx_ino, st.st_ino);
	EQ(sx.stx_size, 5);
	EQ(sx.stx_mode, st.st_mode);
	EQ(sx.stx_nlink, 1);
	EQ(sx.stx_uid, geteuid());
	EQ(sx.stx_mtime.tv_sec, st.st_mtim.tv_sec);
	EQ(sx.stx_mtime.tv_nsec, st.st_mtim.tv_nsec);
	EQ(makedev(sx.stx_dev_major, sx.stx_dev_minor), st.st_dev);
	OK(statx(fd, "", AT_EMPTY_PATH | AT_STATX_FORCE_SYNC, STATX_ALL, &sx));
	EQ(sx.stx_size, 5);
	OK(statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, STATX_SIZE, &sx));
	EQ(sx.stx_size, 5);
}

static void statx_errors(void)
{
	struct statx sx;

	FAILS(ENOENT, statx(AT_FDCWD, "none", 0, STATX_ALL, &sx));
	FAILS(EBADF, statx(-1, "none", 0, STATX_ALL, &sx));
	FAILS(EINVAL, statx(AT_FDCWD, ".", 0x40000000, STATX_ALL, &sx));
}

static void stat_errors(void)
{
	struct stat st;

	PUT("f", "");
	FAILS(ENOENT, stat("none", &st));
	FAILS(ENOTDIR, stat("f/x", &st));
	FAILS(ENOTDIR, stat("f/", &st));
	FAILS(EBADF, fstat(-1, &st));
	FAILS(ENOTDIR, fstatat(OK(open("f", O_RDONLY)), "x", &st, 0));
	FAILS(EBADF, fstatat(-1, "f", &st, 0));
}

static void many_stats_agree(void)
{
	char name[16];

	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "%d", i);
		PUT_BYTES(name, "0123456789012345678901234567890123456789", (size_t)(i % 40));
	}
	for (int pass = 0; pass < 3; pass++)
		for (int i = 0; i < 300; i++) {
			snprintf(name, sizeof(name), "%d", i);
			EQ(STAT(name).st_size, i % 40);
		}
}

static const struct ps_case cases[] = {
    {"same_everywhere", "stat, lstat and fstat agree", same_everywhere},
    {"distinct", "no two files have one number, and it stays", distinct},
    {"stable", "the number stays through writing, chmod and renames", stable},
    {"one_device", "one st_dev in the whole file system", one_device},
    {"links", "a file has one link, none when unlinked", links},
    {"recreated_while_open", "a number is not used again while the file is open", recreated_while_open},
    {"blocks_of_data", "st_blocks is the real use, and goes with truncate", blocks_of_data},
    {"blocks_after_close", "st_blocks is right for a closed file", blocks_after_close},
    {"block_size", "st_blksize", block_size},
    {"sizes", "st_size of files and links", sizes},
    {"by_statx", "statx agrees with stat, with any sync flag", by_statx},
    {"statx_errors", "statx: ENOENT, EBADF, EINVAL", statx_errors},
    {"stat_errors", "stat: ENOENT, ENOTDIR, EBADF", stat_errors},
    {"many_stats_agree", "300 files, each with its own size, three times", many_stats_agree},
};
PS_GROUP(inode);
