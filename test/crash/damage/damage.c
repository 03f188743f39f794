/*
 * damage: opens hundreds of damaged stores.
 *
 *	damage [-n STORES] [-s SEED] [-i STORE]
 *
 * Each is a copy of a good one with something wrong in one of its files or directories: bits flipped, a part
 *overwritten, cut off, emptied, gone, exchanged with another, a directory or a link or a FIFO in its place. What is
 *asked of it, in a process of its own: everything that can be asked. The process must end by itself in time and without
 *a signal; a call says what it says; and what is read of a file whose plain file was not touched is what was written
 *there, or an error. A second process checks the container, which must end as well.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <daos.h>
#include <daos_fs.h>
#include <daos_local.h>

#define TIME_LIMIT 120
#define FILES	   12
#define FILE_SIZE  5000
#define PATHS_MAX  256

enum harm { FLIP, OVERWRITE, CUT, EMPTY, GROW, GONE, EXCHANGE, DIRECTORY, LINK, FIFO, HARMS };

static const char *const harm_name[HARMS] = {"bits flipped", "overwritten", "cut off",	 "emptied", "grown",
					     "gone",	     "exchanged",   "directory", "link",    "FIFO"};

static char root[64];
static char *path[PATHS_MAX];
static unsigned paths;
static uint64_t state;

static unsigned any(unsigned below)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned)(state >> 33) % below;
}

static int remove_one(const char *p, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(p);
}

static void remove_tree(const char *p)
{
	nftw(p, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The good store */

static void fill(char *buf, unsigned file)
{
	memset(buf, 'a' + (int)file, FILE_SIZE);
}

static int make_file(dfs_t *dfs, dfs_obj_t *dir, unsigned i)
{
	char name[16], buf[FILE_SIZE];
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
	dfs_obj_t *obj;
	int rc;

	snprintf(name, sizeof(name), "f%u", i);
	fill(buf, i);
	d_iov_set(&iov, buf, sizeof(buf));
	rc = dfs_open(dfs, dir, name, S_IFREG | 0600, O_RDWR | O_CREAT | O_EXCL, 0, 0, NULL, &obj);
	if (rc != 0)
		return rc;
	rc = dfs_write(dfs, obj, &sgl, 0, NULL);
	if (rc == 0)
		rc = dfs_setxattr(dfs, obj, "user.large", buf, 4000, 0);
	dfs_release(obj);
	return rc;
}

static int make_store(void)
{
	daos_handle_t poh, coh;
	dfs_obj_t *dir, *link;
	dfs_t *dfs;
	uuid_t uuid;
	int rc;

	if (daos_init() != 0 || dfs_init() != 0 || daos_local_pool_create(NULL, "tank", 1ULL << 30, NULL, NULL) != 0 ||
	    daos_pool_connect("tank", NULL, DAOS_PC_RW, &poh, NULL, NULL) != 0 ||
	    dfs_cont_create_with_label(poh, "home", NULL, &uuid, &coh, &dfs) != 0)
		return 1;
	rc = dfs_open(dfs, NULL, "d", S_IFDIR | 0700, O_RDWR | O_CREAT | O_EXCL, 0, 0, NULL, &dir);
	for (unsigned i = 0; rc == 0 && i < FILES; i++)
		rc = make_file(dfs, dir, i);
	if (rc == 0)
		rc = dfs_open(dfs, NULL, "l", S_IFLNK | 0777, O_RDWR | O_CREAT | O_EXCL, 0, 0, "target", &link);
	if (rc != 0)
		return 1;
	dfs_release(link);
	dfs_release(dir);
	return dfs_umount(dfs) != 0 || daos_cont_close(coh, NULL) != 0 || daos_pool_disconnect(poh, NULL) != 0 ||
	       dfs_fini() != 0 || daos_fini() != 0;
}

static int collect(const char *p, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type;
	if (ftw->level > 0 && paths < PATHS_MAX)
		path[paths++] = strdup(p + strlen("good/"));
	return 0;
}

/* Harm */

static void spoil(int fd, off_t size, enum harm harm)
{
	unsigned char buf[4096];
	off_t at = size > 0 ? (off_t)any((unsigned)(size > 1 << 30 ? 1 << 30 : size)) : 0;
	unsigned n;

	switch (harm) {
	case FLIP:
		for (unsigned i = 1 + any(40); i > 0 && size > 0; i--) {
			at = (off_t)any((unsigned)(size > 65536 && any(2) ? 65536 : size));
			if (pread(fd, buf, 1, at) == 1) {
				buf[0] ^= (unsigned char)(1 << any(8));
				(void)!pwrite(fd, buf, 1, at);
			}
		}
		break;
	case OVERWRITE:
		n = 1 + any(sizeof(buf));
		for (unsigned i = 0; i < n; i++)
			buf[i] = (unsigned char)(any(4) ? any(256) : 255);
		if (any(2) || at + n > size)
			at = 0;
		(void)!pwrite(fd, buf, n, at);
		break;
	case CUT:
		(void)!ftruncate(fd, at);
		break;
	case EMPTY:
		(void)!ftruncate(fd, 0);
		break;
	default:
		(void)!ftruncate(fd, size + 1 + (off_t)any(100000));
	}
}

static void replace(const char *p, enum harm harm)
{
	struct stat st;

	if (lstat(p, &st) != 0)
		return;
	if (S_ISDIR(st.st_mode))
		remove_tree(p);
	else
		unlink(p);
	if (harm == DIRECTORY)
		mkdir(p, 0700);
	else if (harm == LINK)
		(void)!symlink(any(2) ? "/etc/passwd" : "nowhere", p);
	else if (harm == FIFO)
		mkfifo(p, 0600);
}

static void exchange(const char *p)
{
	char other[256];

	for (unsigned i = 0; i < 20; i++) {
		snprintf(other, sizeof(other), "store/%s", path[any(paths)]);
		if (strcmp(other, p) != 0 && renameat2(AT_FDCWD, p, AT_FDCWD, other, RENAME_EXCHANGE) == 0)
			return;
	}
}

/*
 * LMDB trusts its pages: behind the meta pages, which the engine checks, flipped bits may lead it behind the end of its
 * map. So there only whole files are harmed.
 */
#define META_PAGES 8192

static bool is_database(const char *p)
{
	return strcmp(p + strlen(p) - 3, "/db") == 0;
}

/* What is done to one store; says so in `what`. */
static void harm_it(char *what, size_t size)
{
	enum harm harm = (enum harm)any(HARMS);
	const char *name = path[any(paths)];
	char p[256];
	struct stat st;
	int fd;

	if (any(3) != 0) /* the databases are most of it */
		harm = any(2) ? FLIP : OVERWRITE;
	for (unsigned i = 0; i < 200 && harm <= OVERWRITE; i++) {
		name = path[any(paths)];
		snprintf(p, sizeof(p), "store/%s", name);
		if (stat(p, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && (any(3) == 0 || is_database(p)))
			break;
	}
	snprintf(p, sizeof(p), "store/%s", name);
	if (harm == FIFO &&
	    strstr(name, "/data/") != NULL) /* plain files are opened as programs ask for it, and may wait */
		harm = GONE;
	snprintf(what, size, "%s: %s", name, harm_name[harm]);
	if (harm == EXCHANGE) {
		exchange(p);
	} else if (harm >= GONE) {
		replace(p, harm);
	} else {
		fd = open(p, O_RDWR);
		if (fd >= 0 && fstat(fd, &st) == 0)
			spoil(fd, harm <= OVERWRITE && is_database(p) ? META_PAGES : st.st_size, harm);
		if (fd >= 0)
			close(fd);
	}
}

/* Everything that can be asked */

static bool read_file(dfs_t *dfs, dfs_obj_t *dir, unsigned i, bool exchanged)
{
	char name[16], buf[FILE_SIZE], want[FILE_SIZE];
	daos_size_t got = sizeof(buf), len = sizeof(buf);
	d_iov_t iov;
	d_sg_list_t sgl = {.sg_nr = 1, .sg_iovs = &iov};
	dfs_obj_t *obj;
	bool good = true;

	snprintf(name, sizeof(name), "f%u", i);
	if (dfs_open(dfs, dir, name, S_IFREG, O_RDWR, 0, 0, NULL, &obj) != 0)
		return true;
	fill(want, i);
	memset(buf, 0, sizeof(buf));
	d_iov_set(&iov, buf, sizeof(buf));
	/* Flipped bits in a plain file show as such; a file's bytes must not be another's, unless the files were
	 * exchanged. */
	if (dfs_read(dfs, obj, &sgl, 0, &got, NULL) == 0 && !exchanged && got == FILE_SIZE && buf[100] == buf[2000] &&
	    buf[2000] == buf[4000] && buf[100] >= 'a' && buf[100] < 'a' + FILES && buf[100] != want[100]) {
		fprintf(stderr, "f%u: has the bytes of f%u\n", i, buf[100] - 'a');
		good = false;
	}
	dfs_getxattr(dfs, obj, "user.large", buf, &len);
	dfs_chmod(dfs, dir, name, 0640);
	dfs_release(obj);
	return good;
}

static bool look_around(dfs_t *dfs, bool exchanged)
{
	daos_anchor_t anchor = {0};
	struct dirent de[8];
	dfs_obj_t *dir, *obj;
	unsigned rounds = 0;
	bool good = true;
	uint32_t nr;

	if (dfs_lookup(dfs, "/d", O_RDWR, &dir, NULL, NULL) != 0)
		return true;
	do {
		nr = 8;
	} while (rounds++ < 100 && dfs_readdir(dfs, dir, &anchor, &nr, de) == 0 && !daos_anchor_is_eof(&anchor));
	for (unsigned i = 0; i < FILES; i++)
		good = read_file(dfs, dir, i, exchanged) && good;
	if (dfs_open(dfs, dir, "new", S_IFREG | 0600, O_RDWR | O_CREAT, 0, 0, NULL, &obj) == 0) {
		dfs_punch(dfs, obj, 10000, DFS_MAX_FSIZE);
		dfs_release(obj);
	}
	dfs_move(dfs, dir, (char *)"new", NULL, (char *)"newer", NULL);
	dfs_remove(dfs, NULL, "newer", false, NULL);
	dfs_sync(dfs);
	dfs_release(dir);
	return good;
}

static int ask(bool *exchanged)
{
	daos_handle_t poh, coh;
	daos_size_t n = 0;
	bool good = true;
	dfs_t *dfs;

	if (daos_init() != 0 || dfs_init() != 0)
		return 1;
	daos_mgmt_list_pools(NULL, &n, NULL, NULL);
	if (daos_pool_connect("tank", NULL, DAOS_PC_RW, &poh, NULL, NULL) == 0) {
		daos_pool_info_t pi = {.pi_bits = DPI_ALL};

		daos_pool_query(poh, NULL, &pi, NULL, NULL);
		daos_pool_list_cont(poh, &n, NULL, NULL);
		if (daos_cont_open(poh, "home", DAOS_COO_RW, &coh, NULL, NULL) == 0) {
			if (dfs_mount(poh, coh, O_RDWR, &dfs) == 0) {
				good = look_around(dfs, *exchanged);
				dfs_umount(dfs);
			}
			daos_cont_close(coh, NULL);
		}
		daos_pool_disconnect(poh, NULL);
	}
	dfs_fini();
	daos_fini();
	return good ? 0 : 1;
}

static int check(bool *exchanged)
{
	daos_handle_t poh;
	int null = open("/dev/null", O_WRONLY);

	(void)exchanged;
	dup2(null, 1);
	if (daos_init() != 0 || dfs_init() != 0)
		return 1;
	if (daos_pool_connect("tank", NULL, DAOS_PC_RW, &poh, NULL, NULL) == 0) {
		dfs_cont_check(poh, "home", DFS_CHECK_PRINT | DFS_CHECK_VERIFY, NULL);
		daos_pool_disconnect(poh, NULL);
	}
	dfs_fini();
	daos_fini();
	return 0;
}

static bool in_child(int (*fn)(bool *), bool *arg, const char *what, unsigned store)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		alarm(TIME_LIMIT);
		_exit(fn(arg));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return false;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	fprintf(stderr, "FAIL store %u (%s): ", store, what);
	if (WIFSIGNALED(status))
		fprintf(stderr, "ended by signal %d%s\n", WTERMSIG(status),
			WTERMSIG(status) == SIGALRM ? ": it hangs" : "");
	else
		fprintf(stderr, "status %d\n", WEXITSTATUS(status));
	return false;
}

static int make(bool *arg)
{
	(void)arg;
	return make_store();
}

int main(int argc, char **argv)
{
	unsigned stores = 400, only = UINT32_MAX, bad = 0;
	uint64_t seed = 1;
	char what[512];
	int c;

	while ((c = getopt(argc, argv, "n:s:i:")) != -1) {
		if (c == 'n')
			stores = (unsigned)strtoul(optarg, NULL, 0);
		else if (c == 's')
			seed = strtoull(optarg, NULL, 0);
		else if (c == 'i')
			only = (unsigned)strtoul(optarg, NULL, 0);
		else
			return 2;
	}
	printf("seed %llu\n", (unsigned long long)seed);
	snprintf(root, sizeof(root), "%s/dfuse-damage-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(root) == NULL || chdir(root) != 0 || mkdir("good", 0700) != 0)
		return 2;
	setenv("DAOS_LOCAL_ROOT", "good", 1);
	if (!in_child(make, NULL, "none", 0))
		return 1;
	nftw("good", collect, 16, FTW_PHYS);
	setenv("DAOS_LOCAL_ROOT", "store", 1);
	for (unsigned i = 0; i < stores; i++) {
		bool exchanged;

		if (only != UINT32_MAX && only != i)
			continue;
		state = seed * 1000003 + i;
		remove_tree("store");
		if (system("cp -a good store") != 0)
			return 2;
		harm_it(what, sizeof(what));
		exchanged = strstr(what, harm_name[EXCHANGE]) != NULL;
		bad += !in_child(ask, &exchanged, what, i) || !in_child(check, &exchanged, what, i);
	}
	if (chdir("/") == 0)
		remove_tree(root);
	printf("%u passed, %u failed\n", stores - bad, bad);
	return bad != 0;
}
