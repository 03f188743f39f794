/* concurrency.c: what must hold when threads and processes work on the same files at the same time. */
#include "helpers.h"

enum { WORKERS = 4 };

/* Worker 0 reads, the others replace by rename: a reader finds always one whole version. */
static void replace_worker(int who)
{
	char mine[64], text[64], got[64];

	snprintf(mine, sizeof(mine), "tmp%d", who);
	for (int i = 0; i < 150; i++) {
		if (who == 0) {
			int fd = OK(open("current", O_RDONLY));
			ssize_t n = OK(read(fd, got, sizeof(got)));

			EQ(n, 20);
			for (int b = 1; b < n; b++)
				EQ(got[b], got[0]);
			OK(close(fd));
		} else {
			memset(text, 'a' + (i + who) % 26, 20);
			text[20] = '\0';
			PUT(mine, text);
			OK(rename(mine, "current"));
		}
	}
}

static void replaced_whole(void)
{
	PUT("current", "aaaaaaaaaaaaaaaaaaaa");
	in_processes(WORKERS, replace_worker);
	EQ(COUNT("."), 1);
}

static void exchange_worker(int who)
{
	for (int i = 0; i < 200; i++) {
		if (who % 2 == 0) {
			OK(renameat2(AT_FDCWD, "a", AT_FDCWD, "b", RENAME_EXCHANGE));
		} else {
			OK(access("a", F_OK));
			OK(access("b", F_OK));
		}
	}
}

static void exchange_never_misses(void)
{
	PUT("a", "A");
	PUT("b", "B");
	in_processes(WORKERS, exchange_worker);
	HAS("a", "A");
	HAS("b", "B");
}

static void fill_worker(int who)
{
	char name[64];

	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "w%d-%d", who, i);
		PUT(name, name);
		HAS(name, name);
		if (i % 2 == 0)
			OK(unlink(name));
	}
}

static void same_directory(void)
{
	in_threads(WORKERS, fill_worker);
	EQ(COUNT("."), WORKERS * 50);
}

static void same_directory_processes(void)
{
	in_processes(WORKERS, fill_worker);
	EQ(COUNT("."), WORKERS * 50);
}

static void tree_worker(int who)
{
	char path[128];

	for (int i = 0; i < 25; i++) {
		snprintf(path, sizeof(path), "t%d", who);
		OK(mkdir(path, 0755));
		strcat(path, "/sub");
		OK(mkdir(path, 0755));
		strcat(path, "/f");
		PUT(path, "x");
		OK(unlink(path));
		*strrchr(path, '/') = '\0';
		OK(rmdir(path));
		*strrchr(path, '/') = '\0';
		OK(rmdir(path));
	}
}

static void trees(void)
{
	in_threads(WORKERS, tree_worker);
	in_processes(WORKERS, tree_worker);
	EQ(COUNT("."), 0);
}

static void region_worker(int who)
{
	char *data = new_bytes(10000), *got = new_bytes(10000);
	int fd = OK(open("f", O_RDWR));

	for (int i = 0; i < 20; i++) {
		off_t at = (off_t)(i * WORKERS + who) * 10000;

		fill(data, 10000, (unsigned int)(i * WORKERS + who));
		WRITE_AT(fd, data, 10000, at);
		READ_AT(fd, got, 10000, at);
		MEM(got, data, 10000);
	}
	OK(close(fd));
}

static void regions(void)
{
	size_t len = 20 * WORKERS * 10000;
	char *want = new_bytes(len);

	for (unsigned int i = 0; i < 20 * WORKERS; i++)
		fill(want + i * 10000, 10000, i);
	close(MAKE("f"));
	in_threads(WORKERS, region_worker);
	HAS_BYTES("f", want, len);
	close(MAKE("f"));
	in_processes(WORKERS, region_worker);
	HAS_BYTES("f", want, len);
}

static int one_fd;

static void shared_offset_worker(int who)
{
	char line[8];

	snprintf(line, sizeof(line), "%c123456", 'a' + who);
	for (int i = 0; i < 200; i++)
		EQ(write(one_fd, line, 7), 7);
}

static void shared_offset(void)
{
	char *all = new_bytes(WORKERS * 1400);

	one_fd = MAKE("f");
	in_threads(WORKERS, shared_offset_worker);
	EQ(FSTAT(one_fd).st_size, WORKERS * 1400);
	READ_AT(one_fd, all, WORKERS * 1400, 0);
	for (int i = 0; i < WORKERS * 200; i++)
		MEM(all + i * 7 + 1, "123456", 6);
}

static void rmdir_create_worker(int who)
{
	for (int i = 0; i < 200; i++) {
		if (who % 2 == 0) {
			int fd = open("d/f", O_CREAT | O_RDWR, 0644);

			if (fd < 0) {
				EQ(errno, ENOENT);
				if (mkdir("d", 0755) != 0)
					EQ(errno, EEXIST);
			} else {
				OK(close(fd));
				if (unlink("d/f") != 0)
					EQ(errno, ENOENT);
			}
		} else if (rmdir("d") != 0) {
			TRUE(errno == ENOTEMPTY || errno == EEXIST || errno == ENOENT);
		}
	}
}

static void rmdir_against_create(void)
{
	in_processes(WORKERS, rmdir_create_worker);
	if (exists("d"))
		OK(rmdir("d"));
	EQ(COUNT("."), 0);
}

/* open(2) with O_CREAT has no reason to fail, however often somebody else removes the file. */
static void create_unlink_worker(int who)
{
	(void)who;
	for (int i = 0; i < 2000; i++) {
		OK(close(OK(open("f", O_CREAT | O_RDWR, 0644))));
		if (unlink("f") != 0)
			EQ(errno, ENOENT);
	}
}

static void create_against_unlink(void)
{
	in_processes(WORKERS, create_unlink_worker);
	EQ(COUNT("."), 0);
}

static void cross_rename_worker(int who)
{
	for (int i = 0; i < 150; i++) {
		int rc = who % 2 ? rename("a/f", "b/f") : rename("b/f", "a/f");

		if (rc != 0)
			EQ(errno, ENOENT);
	}
}

static void cross_renames(void)
{
	OK(mkdir("a", 0755));
	OK(mkdir("b", 0755));
	PUT("a/f", "only one");
	in_processes(WORKERS, cross_rename_worker);
	EQ(COUNT("a") + COUNT("b"), 1);
	HAS(exists("a/f") ? "a/f" : "b/f", "only one");
}

static void directory_move_worker(int who)
{
	for (int i = 0; i < 150; i++) {
		int rc = who % 2 ? rename("a", "b/a") : rename("b/a", "a");

		if (rc != 0)
			EQ(errno, ENOENT);
		rc = open(who % 2 ? "a/in/f" : "b/a/in/f", O_RDONLY);
		if (rc >= 0)
			OK(close(rc));
		else
			EQ(errno, ENOENT);
	}
}

static void directory_moves(void)
{
	OK(mkdir("a", 0755));
	OK(mkdir("b", 0755));
	OK(mkdir("a/in", 0755));
	PUT("a/in/f", "x");
	in_processes(WORKERS, directory_move_worker);
	HAS(exists("a") ? "a/in/f" : "b/a/in/f", "x");
}

static void grow_and_cut_worker(int who)
{
	int fd = OK(open("f", O_RDWR));
	char buf[8192];
	ssize_t n;

	for (int i = 0; i < 150; i++) {
		if (who == 0) {
			OK(ftruncate(fd, 0));
		} else if (who == 1) {
			memset(buf, 'x', sizeof(buf));
			OK(pwrite(fd, buf, sizeof(buf), 0));
		} else {
			n = OK(pread(fd, buf, sizeof(buf), 0));
			for (ssize_t b = 0; b < n; b++)
				TRUE(buf[b] == 'x' || buf[b] == 0);
		}
	}
	OK(close(fd));
}

static void grow_and_cut(void)
{
	close(MAKE("f"));
	in_threads(WORKERS, grow_and_cut_worker);
	in_processes(WORKERS, grow_and_cut_worker);
	LE(STAT("f").st_size, 8192);
}

static void lookups_worker(int who)
{
	char name[64];

	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "moving%d", i % 2);
		if (who == 0) {
			snprintf(name, sizeof(name), "moving%d", (i + 1) % 2);
			OK(rename(i % 2 ? "moving1" : "moving0", name));
		} else {
			struct stat st;

			if (stat(name, &st) == 0)
				EQ(st.st_size, 4);
			else
				EQ(errno, ENOENT);
			EQ(STAT("fixed").st_size, 5);
		}
	}
}

static void lookups_while_renaming(void)
{
	PUT("moving0", "1234");
	PUT("fixed", "12345");
	in_processes(WORKERS, lookups_worker);
	EQ(COUNT("."), 2);
}

static const struct ps_case cases[] = {
    {"replaced_whole", "a file replaced by rename is always there and whole", replaced_whole},
    {"exchange_never_misses", "RENAME_EXCHANGE: both names exist at any time", exchange_never_misses},
    {"same_directory", "threads create, read and remove in one directory", same_directory},
    {"same_directory_processes", "processes create, read and remove in one directory", same_directory_processes},
    {"trees", "threads and processes make and remove trees", trees},
    {"regions", "threads and processes write regions of one file", regions},
    {"shared_offset", "writes through one descriptor: every one has its own place", shared_offset},
    {"rmdir_against_create", "rmdir against create: ENOTEMPTY or ENOENT, nothing in between", rmdir_against_create},
    {"create_against_unlink", "open with O_CREAT works while others remove the file", create_against_unlink},
    {"cross_renames", "one file moved to and fro by four processes is never lost or doubled", cross_renames},
    {"directory_moves", "a directory moved to and fro keeps what is in it", directory_moves},
    {"grow_and_cut", "write, truncate and read at once: only bytes that were written, or zeros", grow_and_cut},
    {"lookups_while_renaming", "lookups while another process renames", lookups_while_renaming},
};
PS_GROUP(concurrency);
