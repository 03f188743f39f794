/*
 * crowd SECONDS LIMIT PROCESSES SEED posix|mounts DIR
 * crowd SECONDS LIMIT PROCESSES SEED dfs POOL CONTAINER
 *
 * `mounts` is `posix` where names are changed by way of other mounts, too.
 *
 * Exits with 0 when all processes have worked for SECONDS without a fault; no call may take longer than LIMIT seconds.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "crowd.h"

#define MAX_PROCESSES 64

struct member *self;
unsigned self_number;
bool crowd_of_mounts;
static unsigned seed;

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

unsigned pick(unsigned n)
{
	return (unsigned)rand_r(&seed) / 7 % n;
}

char pick_class(void)
{
	return pick(2) ? 'a' : 'b';
}

static char *buffer(void)
{
	static char buffers[8][64];
	static unsigned next;

	return buffers[next++ % 8];
}

const char *pick_dir(void)
{
	return strcpy(buffer(), (const char *[]){"d0", "d1", "d2"}[pick(3)]);
}

const char *pick_name(char class)
{
	char *name = buffer();

	snprintf(name, 64, "%s/%c%u", pick_dir(), class, pick(2));
	return name;
}

static char byte_at(size_t off, char class)
{
	return (char)(1 + (off * 31 + (off >> 8) * 7 + (size_t) class * 101) % 255);
}

void fill(char *buf, size_t len, size_t off, char class)
{
	for (size_t i = 0; i < len; i++)
		buf[i] = byte_at(off + i, class);
}

void check_bytes(const char *buf, size_t len, size_t off, char class, const char *what)
{
	for (size_t i = 0; i < len; i++)
		if (buf[i] != 0 && buf[i] != byte_at(off + i, class))
			wrong("%s: byte %zu is %d, not 0 or %d", what, off + i, buf[i], byte_at(off + i, class));
}

void calling(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(self->call, sizeof(self->call), format, ap);
	va_end(ap);
	self->since = now_ms();
}

int called(int err, const int *allowed)
{
	self->since = 0;
	self->calls++;
	if (err == 0)
		return 0;
	while (*allowed != 0 && *allowed != err)
		allowed++;
	if (*allowed == 0)
		wrong("%s", strerrorname_np(err));
	return err;
}

void wrong(const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	printf("process %u, after %llu calls: %s: %s\n", self_number, (unsigned long long)self->calls, self->call,
	       text);
	exit(1);
}

static _Noreturn void work(const struct kind *kind, const char *const *where, int64_t until)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	calling("begin");
	kind->begin(where);
	called(0, NEVER);
	while (now_ms() < until) {
		kind->shared();
		if (pick(4) == 0)
			kind->own();
	}
	exit(0);
}

/* Whether all are well, or have ended well; `left` counts who has not ended. */
static bool watch(struct member *members, unsigned n, int64_t limit, unsigned *left)
{
	int64_t now = now_ms(), since;
	bool well = true;
	int status;

	while (*left > 0 && waitpid(-1, &status, WNOHANG) > 0) {
		--*left;
		well = well && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	}
	for (unsigned i = 0; i < n; i++) {
		since = members[i].since;
		if (since != 0 && now - since > limit) {
			printf("process %u hangs in %s\n", i, members[i].call);
			well = false;
		}
	}
	return well;
}

int main(int argc, char **argv)
{
	static const struct timespec pause = {.tv_nsec = 50 * 1000 * 1000};
	const struct kind *kind;
	struct member *members;
	unsigned n, left;
	pid_t pids[MAX_PROCESSES];
	uint64_t calls = 0;
	int64_t until, limit;
	bool well = true;

	if (argc < 7) {
		fprintf(stderr, "usage: crowd SECONDS LIMIT PROCESSES SEED posix|mounts DIR | dfs POOL CONTAINER\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	until = now_ms() + atoi(argv[1]) * 1000;
	limit = atoi(argv[2]) * 1000;
	n = left = (unsigned)atoi(argv[3]) % (MAX_PROCESSES + 1);
	kind = strcmp(argv[5], "dfs") == 0 ? &kind_dfs : &kind_posix;
	crowd_of_mounts = strcmp(argv[5], "mounts") == 0;
	members = mmap(NULL, n * sizeof(*members), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (members == MAP_FAILED)
		return 2;
	for (unsigned i = 0; i < n; i++) {
		pids[i] = fork();
		if (pids[i] < 0)
			return 2;
		if (pids[i] == 0) {
			self = &members[i];
			self_number = (unsigned)getpid();
			seed = (unsigned)atoi(argv[4]) * 1000 + i;
			work(kind, (const char *const *)argv + 6, until);
		}
	}
	while (well && left > 0) {
		nanosleep(&pause, NULL);
		well = watch(members, n, limit, &left);
	}
	for (unsigned i = 0; i < n; i++) {
		if (!well)
			kill(pids[i], SIGKILL);
		calls += members[i].calls;
	}
	printf("%llu calls\n", (unsigned long long)calls);
	return well ? 0 : 1;
}
