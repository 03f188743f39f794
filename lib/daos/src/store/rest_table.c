#include "rest_table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#include <daos_errno.h>

#include "env_state.h"
#include "error.h"
#include "private.h"

#define MAGIC	   0x7473657265737566ULL
#define VERSION	   1
#define PAGE	   4096
#define PER_PAGE   64
#define PAGES	   32768 /* room for 2^21 notes: about 10^6 files without much crowding */
#define FIRST	   2	 /* pages before the slots: header, map */
#define WAYS	   4
#define KIND_SHIFT 62
#define SEC_MAX	   (1LL << 33)

typedef atomic_uint_fast64_t word_t;

/* A note as it is in the file. Every word may be overwritten at any time. */
enum { HI, LO, COUNT, SIZE, BLOCKS, MTIME, CHECK, WORDS };

struct slot {
	word_t count;
	word_t note[WORDS];
};

_Static_assert(sizeof(struct slot) == PAGE / PER_PAGE, "a slot is a cache line");

struct header {
	uint64_t magic;
	uint64_t version;
	uint64_t dev, ino; /* of this file: a copy of a store is another store */
	char boot[40];
};

struct rest {
	union {
		struct {
			struct header header;
			struct rest_stock stock;
		};
		unsigned char page0[PAGE];
	};
	word_t ready[PAGE / 8]; /* a bit per page of slots */
	struct slot slot[PAGES][PER_PAGE];
};

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9fb21c651e98df25ULL;
	return h ^ (h >> 29);
}

/* daos_obj_oid_cycle() adds a constant to `hi`; its inverse tells how many times, so that neighbours can be found. */
#define CYCLE_INVERSE 0x5c884641U

struct place {
	unsigned page, alternate, slot;
};

static struct place place_of(daos_obj_id_t oid)
{
	uint32_t number = (uint32_t)oid.hi * CYCLE_INVERSE + (uint32_t)oid.lo;
	uint64_t h = mix(mix(mix(0x5bd1e995, number / PER_PAGE), oid.lo / PER_PAGE), oid.hi >> 32);

	return (struct place){.page = h % PAGES, .alternate = (h >> 32) % PAGES, .slot = number % PER_PAGE};
}

/* The file */

static bool header_is_of(const struct header *h, const struct stat *st, const char *boot)
{
	return h->magic == MAGIC && h->version == VERSION && h->dev == st->st_dev && h->ino == st->st_ino &&
	       (boot == NULL || strncmp(h->boot, boot, sizeof(h->boot)) == 0);
}

static bool header_is_good(int fd, const char *boot, struct stat *st)
{
	struct header h;

	return fstat(fd, st) == 0 && st->st_size == sizeof(struct rest) && pread(fd, &h, sizeof(h), 0) == sizeof(h) &&
	       header_is_of(&h, st, boot);
}

/*
 * Begin anew. Nobody of this boot uses the file, unless its header was damaged; so it keeps its size and its inode, and
 * those who have it mapped find zeros.
 */
static int begin(int fd, const char *boot)
{
	struct header h = {.magic = MAGIC, .version = VERSION};
	struct stat st;

	if (fstat(fd, &st) != 0)
		return der_from_errno(errno);
	if (st.st_size > 0 && fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, st.st_size) != 0)
		return der_from_errno(errno);
	if (ftruncate(fd, sizeof(struct rest)) != 0 || fallocate(fd, 0, 0, FIRST * PAGE) != 0)
		return der_from_errno(errno);
	h.dev = st.st_dev;
	h.ino = st.st_ino;
	strncpy(h.boot, boot, sizeof(h.boot) - 1);
	return pwrite(fd, &h, sizeof(h), 0) == sizeof(h) ? 0 : -DER_NOSPACE;
}

/* Who does not know the boot can count in a table that is there, but neither begin one nor believe it. */
static int open_file(struct cont *cont, int *fd)
{
	const char *boot = env_boot_id();
	struct stat st;
	int rc;

	rc = private_open(cont->data_fd, "../rest", O_RDWR | O_CREAT, fd);
	if (rc != 0)
		return rc;
	if (header_is_good(*fd, boot, &st))
		return 0;
	while (flock(*fd, LOCK_EX) != 0 && errno == EINTR)
		;
	if (!header_is_good(*fd, boot, &st))
		rc = boot == NULL ? -DER_NOTSUPPORTED : begin(*fd, boot);
	flock(*fd, LOCK_UN);
	if (rc != 0)
		close(*fd);
	return rc;
}

/* The mapping, made by whoever needs it first. */
static int rest_get(struct cont *cont, struct rest **out)
{
	void *expected = NULL, *p;
	int fd, rc;

	*out = atomic_load_explicit(&cont->rest, memory_order_acquire);
	if (*out != NULL)
		return 0;
	rc = open_file(cont, &fd);
	if (rc != 0)
		return rc;
	p = mmap(NULL, sizeof(struct rest), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	rc = p == MAP_FAILED ? der_from_errno(errno) : 0;
	close(fd);
	if (rc != 0)
		return rc;
	if (!atomic_compare_exchange_strong(&cont->rest, &expected, p)) {
		munmap(p, sizeof(struct rest));
		p = expected;
	}
	*out = p;
	return 0;
}

static bool is_ready(struct rest *r, unsigned page)
{
	return atomic_load(&r->ready[page / 64]) >> page % 64 & 1;
}

/* Give the page room on disk, so that writing to it cannot fail later, which would be SIGBUS. */
static bool make_ready(struct cont *cont, struct rest *r, unsigned page)
{
	int fd, rc;

	if (is_ready(r, page))
		return true;
	if (private_open(cont->data_fd, "../rest", O_RDWR, &fd) != 0)
		return false;
	rc = fallocate(fd, 0, (off_t)(FIRST + page) * PAGE, PAGE);
	close(fd);
	if (rc != 0)
		return false;
	atomic_fetch_or(&r->ready[page / 64], 1ULL << page % 64);
	return true;
}

/* Slots */

static uint64_t checksum(const struct rest *r, const uint64_t w[WORDS])
{
	uint64_t h = r->header.ino;

	for (unsigned i = 0; i < CHECK; i++)
		h = mix(h, w[i]);
	return h;
}

static bool slot_load(const struct rest *r, struct slot *s, uint64_t w[WORDS])
{
	for (unsigned i = 0; i < WORDS; i++)
		w[i] = atomic_load_explicit(&s->note[i], memory_order_relaxed);
	return w[CHECK] == checksum(r, w);
}

static void slot_store(const struct rest *r, struct slot *s, uint64_t w[WORDS])
{
	w[CHECK] = checksum(r, w);
	for (unsigned i = 0; i < WORDS; i++)
		atomic_store_explicit(&s->note[i], w[i], memory_order_relaxed);
}

/* Whether the note in `w` still holds, wherever its object's home is. */
static bool is_current(struct rest *r, const uint64_t w[WORDS])
{
	struct place at = place_of((daos_obj_id_t){.hi = w[HI], .lo = w[LO]});

	return is_ready(r, at.page) && atomic_load(&r->slot[at.page][at.slot].count) == w[COUNT];
}

/* The way `i` that a note may be at. */
static struct slot *way(struct rest *r, const struct place *at, unsigned i)
{
	return &r->slot[i < WAYS ? at->page : at->alternate][at->slot ^ i % WAYS];
}

static bool pack(daos_obj_id_t oid, const struct rest_note *note, uint64_t w[WORDS])
{
	int64_t sec = note->mtime.tv_sec;

	if (sec < -SEC_MAX || sec >= SEC_MAX)
		return false;
	w[HI] = oid.hi;
	w[LO] = oid.lo;
	w[COUNT] = note->count;
	w[SIZE] = note->kind == REST_SEEN ? note->seen : (uint64_t)note->size;
	w[BLOCKS] = (uint64_t)note->blocks | (uint64_t)note->kind << KIND_SHIFT;
	w[MTIME] = (uint64_t)sec << 30 | (uint64_t)note->mtime.tv_nsec;
	return (uint64_t)note->blocks >> KIND_SHIFT == 0;
}

static void unpack(const uint64_t w[WORDS], struct rest_note *note)
{
	note->kind = w[BLOCKS] >> KIND_SHIFT;
	note->seen = w[SIZE];
	note->size = (off_t)w[SIZE];
	note->blocks = (blkcnt_t)(w[BLOCKS] & ~(3ULL << KIND_SHIFT));
	note->mtime.tv_sec = (int64_t)w[MTIME] >> 30;
	note->mtime.tv_nsec = (long)(w[MTIME] & ((1U << 30) - 1));
}

bool rest_find(struct cont *cont, daos_obj_id_t oid, struct rest_note *note)
{
	struct place at = place_of(oid);
	uint64_t w[WORDS];
	struct rest *r;

	note->kind = REST_NONE;
	if (env_boot_id() == NULL || rest_get(cont, &r) != 0 || !make_ready(cont, r, at.page))
		return false;
	note->count = atomic_load(&r->slot[at.page][at.slot].count);
	for (unsigned i = 0; i < 2 * WAYS; i++) {
		if (i == WAYS && !is_ready(r, at.alternate))
			break;
		if (!slot_load(r, way(r, &at, i), w) || w[HI] != oid.hi || w[LO] != oid.lo || w[COUNT] != note->count)
			continue;
		unpack(w, note);
		break;
	}
	return true;
}

const volatile uint64_t *rest_count_word(struct cont *cont, daos_obj_id_t oid)
{
	struct place at = place_of(oid);
	struct rest *r;

	_Static_assert(sizeof(word_t) == sizeof(uint64_t), "an atomic word can be read as a plain one");
	if (rest_get(cont, &r) != 0 || !is_ready(r, at.page))
		return NULL;
	return (const volatile uint64_t *)&r->slot[at.page][at.slot].count;
}

/* How little is lost by overwriting the slot. */
static unsigned worth(struct rest *r, struct slot *s, daos_obj_id_t oid)
{
	uint64_t w[WORDS];

	if (slot_load(r, s, w) && w[HI] == oid.hi && w[LO] == oid.lo)
		return 0;
	if (w[CHECK] != checksum(r, w) || !is_current(r, w))
		return 1;
	return w[BLOCKS] >> KIND_SHIFT == REST_SEEN ? 2 : 3;
}

void rest_note(struct cont *cont, daos_obj_id_t oid, const struct rest_note *note)
{
	struct place at = place_of(oid);
	unsigned least = 4, best = 0;
	uint64_t w[WORDS];
	struct rest *r;

	if (!pack(oid, note, w) || rest_get(cont, &r) != 0)
		return;
	for (unsigned i = 0; i < 2 * WAYS && least > 0; i++) {
		unsigned lost;

		if (i == WAYS && (least < 2 || !make_ready(cont, r, at.alternate)))
			break;
		lost = worth(r, way(r, &at, i), oid);
		if (lost < least) {
			least = lost;
			best = i;
		}
	}
	if (least < 3 || note->kind != REST_SEEN)
		slot_store(r, way(r, &at, best), w);
}

/* Add one to the count of the object. *before: what it was; UINT64_MAX: it has no count. */
static int count(struct cont *cont, daos_obj_id_t oid, uint64_t *before)
{
	struct place at = place_of(oid);
	struct rest *r;
	int rc = rest_get(cont, &r);

	*before = UINT64_MAX;
	/* No room for a table, or no table can be: then nobody else has one either, or will find the file open. */
	if (rc == -DER_NOSPACE || rc == -DER_QUOTA_LIMIT || rc == -DER_NO_PERM || rc == -DER_NOTSUPPORTED)
		return 0;
	if (rc != 0)
		return rc;
	atomic_thread_fence(memory_order_seq_cst);
	if (is_ready(r, at.page))
		*before = atomic_fetch_add(&r->slot[at.page][at.slot].count, 1);
	return 0;
}

int rest_disturb(struct cont *cont, daos_obj_id_t oid)
{
	uint64_t before;

	return count(cont, oid, &before);
}

int rest_claim(struct cont *cont, daos_obj_id_t oid, const struct rest_note *before, bool found, bool made,
	       uint64_t *claim)
{
	uint64_t old;
	int rc = count(cont, oid, &old);

	*claim = 0;
	if (rc == 0 && found && old == before->count && (made || before->kind == REST_FILE))
		*claim = old + 1;
	return rc;
}

void rest_settle(struct cont *cont, daos_obj_id_t oid, uint64_t claim, const struct stat *st)
{
	struct rest_note note;

	if (claim == 0 || st->st_nlink == 0 || !rest_find(cont, oid, &note) || note.count != claim)
		return;
	note.kind = REST_FILE;
	note.size = st->st_size;
	note.blocks = st->st_blocks;
	note.mtime = st->st_mtim;
	rest_note(cont, oid, &note);
}

struct rest_stock *rest_stock(struct cont *cont)
{
	struct rest *r;

	return env_boot_id() != NULL && rest_get(cont, &r) == 0 ? &r->stock : NULL;
}

void rest_close(struct cont *cont)
{
	void *r = atomic_exchange(&cont->rest, NULL);

	if (r != NULL)
		munmap(r, sizeof(struct rest));
}
