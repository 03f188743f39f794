/* sparse.c: files with holes; SEEK_DATA and SEEK_HOLE. Offsets are multiples of 1 MiB, on which any store can make
 * holes. */
#include "helpers.h"

static void hole_then_data(void)
{
	char data[4096];
	int fd = MAKE("f");

	fill(data, sizeof(data), 1);
	WRITE_AT(fd, data, sizeof(data), 8 * MIB);
	EQ(lseek(fd, 0, SEEK_HOLE), 0);
	EQ(lseek(fd, 0, SEEK_DATA), 8 * MIB);
	EQ(lseek(fd, 8 * MIB, SEEK_DATA), 8 * MIB);
	EQ(lseek(fd, 8 * MIB, SEEK_HOLE), 8 * MIB + 4096);
}

static void data_then_hole(void)
{
	char *data = new_bytes(MIB);
	int fd = MAKE("f");

	fill(data, MIB, 1);
	WRITE_AT(fd, data, MIB, 0);
	OK(ftruncate(fd, 8 * MIB));
	EQ(lseek(fd, 0, SEEK_DATA), 0);
	EQ(lseek(fd, 0, SEEK_HOLE), MIB);
	EQ(lseek(fd, 2 * MIB, SEEK_HOLE), 2 * MIB);
	FAILS(ENXIO, lseek(fd, 2 * MIB, SEEK_DATA));
}

static void no_hole(void)
{
	int fd = MAKE("f");

	EQ(write(fd, "0123456789", 10), 10);
	EQ(lseek(fd, 0, SEEK_DATA), 0);
	EQ(lseek(fd, 5, SEEK_DATA), 5);
	EQ(lseek(fd, 0, SEEK_HOLE), 10);
	EQ(lseek(fd, 9, SEEK_HOLE), 10);
}

static void unsynced_data_is_data(void)
{
	char *data = new_bytes(MIB);
	int fd = MAKE("f");

	OK(ftruncate(fd, 16 * MIB));
	OK(fsync(fd));
	fill(data, MIB, 1);
	for (off_t at = MIB; at < 16 * MIB; at += 4 * MIB) {
		WRITE_AT(fd, data, MIB, at);
		EQ(lseek(fd, at - MIB / 2, SEEK_DATA), at);
		EQ(lseek(fd, at, SEEK_HOLE), at + MIB);
	}
}

static void empty(void)
{
	int fd = MAKE("f");

	FAILS(ENXIO, lseek(fd, 0, SEEK_DATA));
	FAILS(ENXIO, lseek(fd, 0, SEEK_HOLE));
}

static void all_hole(void)
{
	int fd = MAKE("f");

	OK(ftruncate(fd, 4 * MIB));
	FAILS(ENXIO, lseek(fd, 0, SEEK_DATA));
	EQ(lseek(fd, 0, SEEK_HOLE), 0);
	EQ(lseek(fd, MIB, SEEK_HOLE), MIB);
}

static void beyond_end(void)
{
	int fd = MAKE("f");

	EQ(write(fd, "0123456789", 10), 10);
	FAILS(ENXIO, lseek(fd, 10, SEEK_DATA));
	FAILS(ENXIO, lseek(fd, 10, SEEK_HOLE));
	FAILS(ENXIO, lseek(fd, 1000, SEEK_DATA));
	FAILS(ENXIO, lseek(fd, 1000, SEEK_HOLE));
	FAILS2(ENXIO, EINVAL, lseek(fd, -1, SEEK_DATA));
	FAILS2(ENXIO, EINVAL, lseek(fd, -1, SEEK_HOLE));
}

static void failure_keeps_offset(void)
{
	int fd = MAKE("f");

	EQ(write(fd, "0123456789", 10), 10);
	EQ(lseek(fd, 3, SEEK_SET), 3);
	FAILS(ENXIO, lseek(fd, 20, SEEK_DATA));
	EQ(lseek(fd, 0, SEEK_CUR), 3);
	EQ(lseek(fd, 5, SEEK_DATA), 5);
	EQ(lseek(fd, 0, SEEK_CUR), 5);
}

/* Data at 1, 3, 5, ... MiB. */
static int comb(const char *name, int teeth)
{
	char *data = new_bytes(MIB);
	int fd = MAKE(name);

	fill(data, MIB, 9);
	for (int i = 0; i < teeth; i++)
		WRITE_AT(fd, data, MIB, (2 * i + 1) * (off_t)MIB);
	free(data);
	return fd;
}

static void walk(void)
{
	int fd = comb("f", 6);
	off_t at = 0;

	for (int i = 0; i < 6; i++) {
		at = OK(lseek(fd, at, SEEK_DATA));
		EQ(at, (2 * i + 1) * MIB);
		at = OK(lseek(fd, at, SEEK_HOLE));
		EQ(at, (2 * i + 2) * MIB);
	}
	FAILS(ENXIO, lseek(fd, at, SEEK_DATA));
}

static void copy_by_walk(void)
{
	int in = comb("in", 4), out = MAKE("out");
	char *buf = new_bytes(MIB), *a = new_bytes(8 * MIB), *b = new_bytes(8 * MIB);
	off_t data, hole = 0, size = FSTAT(in).st_size;

	while (hole < size) {
		data = OK(lseek(in, hole, SEEK_DATA));
		hole = OK(lseek(in, data, SEEK_HOLE));
		for (off_t at = data; at < hole; at += MIB) {
			READ_AT(in, buf, MIB, at);
			WRITE_AT(out, buf, MIB, at);
		}
	}
	READ_AT(in, a, (size_t)size, 0);
	READ_AT(out, b, (size_t)size, 0);
	MEM(b, a, size);
	OK(fsync(in));
	OK(fsync(out));
	LE(FSTAT(out).st_blocks, FSTAT(in).st_blocks + 64);
}

static void holes_read_zero(void)
{
	char *got = new_bytes(5 * MIB);
	int fd = MAKE("f");

	WRITE_AT(fd, "x", 1, 2 * MIB + 5);
	WRITE_AT(fd, "y", 1, 5 * MIB - 1);
	memset(got, 0xff, 5 * MIB);
	READ_AT(fd, got, 5 * MIB, 0);
	for (size_t i = 0; i < 5 * MIB; i++)
		if (got[i] != 0 && i != 2 * MIB + 5 && i != 5 * MIB - 1)
			EQ(got[i], 0);
	EQ(got[2 * MIB + 5], 'x');
}

static void blocks(void)
{
	int fd = MAKE("f");

	WRITE_AT(fd, "x", 1, 100 * MIB);
	OK(fsync(fd));
	EQ(FSTAT(fd).st_size, 100 * MIB + 1);
	LE(FSTAT(fd).st_blocks, 2048);
	GE(FSTAT(fd).st_blocks, 1);
}

static void filling_a_hole(void)
{
	char *data = new_bytes(MIB);
	int fd = comb("f", 2);

	fill(data, MIB, 2);
	WRITE_AT(fd, data, MIB, 2 * MIB);
	EQ(lseek(fd, 0, SEEK_DATA), MIB);
	EQ(lseek(fd, MIB, SEEK_HOLE), 4 * MIB);
}

static void truncate_leaves_hole(void)
{
	int fd = comb("f", 3);

	OK(ftruncate(fd, 3 * MIB));
	OK(ftruncate(fd, 6 * MIB));
	EQ(lseek(fd, MIB, SEEK_HOLE), 2 * MIB);
	FAILS(ENXIO, lseek(fd, 2 * MIB, SEEK_DATA));
}

static void read_only_fd(void)
{
	int fd;

	close(comb("f", 2));
	fd = OK(open("f", O_RDONLY));
	EQ(lseek(fd, 0, SEEK_DATA), MIB);
	EQ(lseek(fd, MIB, SEEK_HOLE), 2 * MIB);
}

static const struct ps_case cases[] = {
    {"hole_then_data", "SEEK_DATA finds the data behind a hole", hole_then_data},
    {"data_then_hole", "SEEK_HOLE finds the hole behind data; no more data is ENXIO", data_then_hole},
    {"no_hole", "the end of file is a hole", no_hole},
    {"unsynced_data_is_data", "data that was just written is never reported as a hole", unsynced_data_is_data},
    {"empty", "an empty file has neither (ENXIO)", empty},
    {"all_hole", "a file without data: ENXIO for data, a hole everywhere", all_hole},
    {"beyond_end", "ENXIO at and behind the end", beyond_end},
    {"failure_keeps_offset", "the offset moves on success only", failure_keeps_offset},
    {"walk", "SEEK_DATA and SEEK_HOLE visit every extent", walk},
    {"copy_by_walk", "a copy by extents is equal and as sparse", copy_by_walk},
    {"holes_read_zero", "holes read as zeros", holes_read_zero},
    {"blocks", "holes take no space (st_blocks)", blocks},
    {"filling_a_hole", "a filled hole is data", filling_a_hole},
    {"truncate_leaves_hole", "shrinking and growing leaves a hole", truncate_leaves_hole},
    {"read_only_fd", "works on a read-only descriptor, after the writer has closed", read_only_fd},
};
PS_GROUP(sparse);
