#include "mounts.h"

#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

#include "arch.h"
#include "lock.h"

#define LIST_SIZE (1 << 20)
#define TEXT_SIZE (1 << 16)
#define TYPE	  " - fuse.daos "

struct il_mount il_mounts[IL_MOUNTS_MAX];
unsigned il_nmounts;
bool il_mounts_bare;

static char text[TEXT_SIZE]; /* what the strings in il_mounts are */
static size_t text_used;
static const char *points[IL_MOUNTS_MAX];
static _Atomic uint64_t unasked; /* by bit; which is a mount's that has no point in il_mounts yet */
static struct il_lock ask_lock;

/*
 * Where a path starts, seen from a mount point: how many components deep, and how many of them, from the first, are the
 * mount point's.
 */
struct place {
	uint16_t depth;
	uint16_t good;
};

static _Atomic(struct place) cwd_place[IL_MOUNTS_MAX];
static uint16_t point_depth[IL_MOUNTS_MAX];

static char *keep(const char *s, size_t len)
{
	char *p = text + text_used;

	if (len >= sizeof(text) - text_used)
		return NULL;
	for (size_t i = 0; i < len; i++)
		p[i] = s[i];
	p[len] = '\0';
	text_used += len + 1;
	return p;
}

/* Octal escapes, in place. */
static void unescape(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++)
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' && s[3] >= '0' &&
		    s[3] <= '7') {
			*to++ = (s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0');
			s += 3;
		} else {
			*to++ = *s;
		}
	*to = '\0';
}

static struct il_mount *add(const char *point, size_t len)
{
	struct il_mount *m = &il_mounts[il_nmounts];
	char *copy;

	while (len > 1 && point[len - 1] == '/')
		len--;
	if (il_nmounts == IL_MOUNTS_MAX || len < 2 || point[0] != '/' || (copy = keep(point, len)) == NULL)
		return NULL;
	unescape(copy);
	m->point = points[il_nmounts++] = copy;
	return m;
}

static const char *next_field(const char *p)
{
	while (*p != ' ' && *p != '\0')
		p++;
	return *p == ' ' ? p + 1 : p;
}

/* Whether the mount is this user's, or for all. */
static bool is_ours(const char *line)
{
	const char *owner = strstr(line, "user_id=");

	return strstr(line, "allow_other") != NULL ||
	       (owner != NULL && strtol(owner + strlen("user_id="), NULL, 10) == il_syscall(SYS_getuid));
}

/*
 * 36 35 98:0 /root /point options optional... - type source super-options
 *
 * Only whole mounts: where a part of one is bound to, the kernel knows which.
 */
static void add_line(const char *line)
{
	const char *device = next_field(next_field(line)), *top = next_field(device), *point = next_field(top);
	const char *options = next_field(point);
	struct il_mount *m;
	char *colon;
	long major;

	if (top[0] != '/' || top[1] != ' ' || options == point || !is_ours(options))
		return;
	m = add(point, options - point - 1);
	if (m == NULL)
		return;
	major = strtol(device, &colon, 10);
	m->dev = makedev(major, strtol(colon + 1, NULL, 10));
	m->is_real = 1;
	m->read_only = strncmp(options, "ro", 2) == 0;
	m->point = "";
	unasked |= 1UL << (m - il_mounts);
}

static void read_list(void)
{
	static char list[LIST_SIZE];
	size_t have = 0;
	ssize_t n;
	int fd = il_syscall(SYS_openat, AT_FDCWD, "/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	while (have < sizeof(list) - 1 && (n = il_syscall(SYS_read, fd, list + have, sizeof(list) - 1 - have)) > 0)
		have += n;
	il_syscall(SYS_close, fd);
	for (char *from = list, *hit; (hit = strstr(from, TYPE)) != NULL;) {
		char *line = memrchr(from, '\n', hit - from), *end = strchr(hit, '\n');

		line = line == NULL ? from : line + 1;
		if (end == NULL)
			break;
		*end = '\0';
		add_line(line);
		from = end + 1;
	}
}

static void add_own(void)
{
	const char *point = getenv("D_IL_MOUNT_POINT");
	const char *pool = getenv("D_IL_POOL"), *cont = getenv("D_IL_CONTAINER");
	struct il_mount *m;

	if (point == NULL || pool == NULL || cont == NULL || *pool == '\0' || *cont == '\0')
		return;
	for (unsigned i = 0; i < il_nmounts; i++)
		if (strcmp(points[i], point) == 0)
			return;
	/* Copies: programs write over their environment to show another name in ps(1). */
	pool = keep(pool, strlen(pool));
	cont = keep(cont, strlen(cont));
	m = pool == NULL || cont == NULL ? NULL : add(point, strlen(point));
	if (m == NULL)
		return;
	m->pool = pool;
	m->cont = cont;
	il_mounts_bare = true;
}

static const char *skip_slashes(const char *p)
{
	while (*p == '/')
		p++;
	return p;
}

/* The length of the component at p. */
static size_t component(const char *p)
{
	size_t n = 0;

	while (p[n] != '\0' && p[n] != '/')
		n++;
	return n;
}

static bool same(const char *a, size_t alen, const char *b, size_t blen)
{
	if (alen != blen)
		return false;
	while (alen > 0 && a[alen - 1] == b[alen - 1])
		alen--;
	return alen == 0;
}

/* The component of the mount point behind `n` others. */
static const char *point_component(const char *point, unsigned n)
{
	for (point = skip_slashes(point); n > 0; n--)
		point = skip_slashes(point + component(point));
	return point;
}

/* Goes along `path` from `at`; true as soon as it is at the mount point or below. */
static bool walk(unsigned mount, struct place *at, const char *path)
{
	const char *point = points[mount];

	for (path = skip_slashes(path); at->good < point_depth[mount] && *path != '\0'; path = skip_slashes(path)) {
		size_t len = component(path);

		if (same(path, len, "..", 2)) {
			if (at->depth > 0)
				at->depth--;
			if (at->good > at->depth)
				at->good = at->depth;
		} else if (!same(path, len, ".", 1)) {
			if (at->good == at->depth) {
				const char *want = point_component(point, at->good);

				if (same(path, len, want, component(want)))
					at->good++;
			}
			at->depth++;
		}
		path += len;
	}
	return at->good == point_depth[mount];
}

static bool match(unsigned mount, const char *path)
{
	struct place at = {0, 0};

	if (*path != '/')
		at = atomic_load_explicit(&cwd_place[mount], memory_order_relaxed);
	return walk(mount, &at, path);
}

bool il_mounts_match(const char *path)
{
	for (unsigned i = 0; i < il_nmounts; i++)
		if (match(i, path))
			return true;
	return false;
}

bool il_mounts_match_bare(const char *path)
{
	for (unsigned i = 0; i < il_nmounts; i++)
		if (!il_mounts[i].is_real && match(i, path))
			return true;
	return false;
}

bool il_mounts_mention(const char *path)
{
	for (unsigned i = 0; i < il_nmounts; i++) {
		const char *last = point_component(points[i], point_depth[i] - 1);

		if (il_mounts[i].is_real)
			continue;
		for (const char *p = skip_slashes(path); *p != '\0'; p = skip_slashes(p + component(p)))
			if (same(p, component(p), last, component(last)))
				return true;
	}
	return false;
}

void il_mounts_cwd_changed(void)
{
	char cwd[PATH_MAX];
	long len = il_syscall(SYS_getcwd, cwd, sizeof(cwd));

	for (unsigned i = 0; i < il_nmounts; i++) {
		struct place at = {0, 0};

		if (len > 0 && cwd[0] == '/')
			walk(i, &at, cwd);
		else
			at = (struct place){UINT16_MAX / 2, 0};
		atomic_store_explicit(&cwd_place[i], at, memory_order_relaxed);
	}
}

unsigned il_mounts_find(void)
{
	read_list();
	add_own();
	for (unsigned i = 0; i < il_nmounts; i++) {
		const char *p = skip_slashes(points[i]);

		for (point_depth[i] = 0; *p != '\0'; p = skip_slashes(p + component(p)))
			point_depth[i]++;
	}
	if (il_nmounts > 0)
		il_mounts_cwd_changed();
	return il_nmounts;
}

/* The part of `*p` before a slash or the end, kept; NULL: there is none. */
static const char *take_part(const char **p)
{
	size_t len = component(*p);
	const char *part = len == 0 ? NULL : keep(*p, len);

	*p += len;
	if (**p == '/')
		(*p)++;
	return part;
}

/* What dfuse says of itself: SYSTEM[/POOL[/CONTAINER]] (bin/dfuse/src/query.h). */
static bool ask(unsigned i)
{
	char value[512];
	struct il_mount *m = &il_mounts[i];
	long len = il_syscall(SYS_getxattr, points[i], "user.dfuse.mount", value, sizeof(value) - 1);
	const char *p = value;

	if (len <= 0)
		return false;
	value[len] = '\0';
	m->system = take_part(&p);
	m->pool = take_part(&p);
	m->cont = take_part(&p);
	return m->system != NULL;
}

static void ask_if(bool (*wanted)(unsigned mount, const char *where), const char *where)
{
	if (atomic_load(&unasked) == 0)
		return;
	il_lock(&ask_lock);
	for (unsigned i = 0; i < il_nmounts; i++)
		if ((atomic_load(&unasked) & (1UL << i)) && wanted(i, where)) {
			if (ask(i))
				__atomic_store_n(&il_mounts[i].point, points[i], __ATOMIC_RELEASE);
			else
				point_depth[i] = UINT16_MAX;
			atomic_fetch_and(&unasked, ~(1UL << i));
		}
	il_unlock(&ask_lock);
}

void il_mounts_ask(const char *path)
{
	ask_if(match, path);
}

static bool is_in(unsigned mount, const char *where)
{
	return strstr(where, points[mount]) != NULL;
}

void il_mounts_ask_in(const char *where)
{
	ask_if(is_in, where);
}
