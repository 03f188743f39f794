/*
 * board.h: answers that need nobody inside.
 *
 * The inside posts what it has found out on *cards*, in memory of the process that the outside reads: a path and what
 * is there, or that nothing is. A call that a card answers blocks no signals, takes no room and saves no registers.
 *
 * What makes a card right
 *
 * - Names, attributes and links, all along the path, are those of a version of the container. The container's version
 *   is a word in memory shared by all processes (daos_local_cont_version_at()): as long as it is the one that the board
 *   has for the container, nothing has changed.
 * - After a change by this process alone the inside drops the cards that it concerns, then moves the board's version
 *   on: the other cards stay. After anybody else's the container's epoch grows, and all its cards are void.
 * - Size and times of a file at rest hold as long as another word does (daos_local_array_rest()), and no mount may know
 *   of bytes that the plain file does not have yet: so one by name must have BOARD_PLAIN. Those of a file that is not
 *   at rest are not on cards, except that an open one's can be asked of the kernel and put together with the
 * rest (BOARD_LIVE).
 * - Rights are those of who the process was; when it becomes somebody else, all cards are void (struct board, creds).
 *
 * One thread at a time writes: the one that holds the inside's lock. Readers take no lock: a card's sequence number is
 * odd while it is being written, and a reader that sees it change has no answer. Everything is made of atomic words; so
 * there is no data race. Where a reader has no answer, the inside is asked.
 *
 * A reader has an answer that was right at some moment of its call: it looks at the card first, then at the board's
 * version, then at the words. The writer drops cards before it moves the version, and sets the epoch before the
 * version.
 *
 * After fork() the child has the board as it was.
 */
#ifndef DFUSE_IL_BOARD_H
#define DFUSE_IL_BOARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#define BOARD_WAYS  4
#define BOARD_SETS  2048
#define BOARD_CARDS (BOARD_WAYS * BOARD_SETS)
#define BOARD_TEXT  160	 /* longer paths have no cards */
#define BOARD_CONTS 8	 /* further containers have none */
#define BOARD_FDS   1024 /* nor have descriptors from here on */
#define BOARD_NAME  40	 /* of a plain file */

/* Where a path begins. Directories and files have numbers that are never used again. */
#define BOARD_TOP  0ULL		/* with a slash */
#define BOARD_OPEN (1ULL << 63) /* | number, without a text: the open file itself */

struct board_key {
	uint64_t start;
	const char *text;
	size_t len;
	uint64_t hash;
};

enum {
	BOARD_ABSENT = 1,   /* there is nothing: ENOENT */
	BOARD_FOLLOW = 2,   /* right for calls that follow a link in the last place */
	BOARD_NOFOLLOW = 4, /* for those that do not */
	BOARD_STAT = 8,	    /* `st` is complete */
	BOARD_LIVE = 16,    /* `st` but for what the plain file knows better (struct board_answer, plain_mtim) */
	BOARD_PLAIN = 128,  /* where the plain file is (daos_local_array_place()) */
	BOARD_ATIME = 32,   /* st_atim is its own, and not st_mtim */
	BOARD_READ_ONLY = 64,
	BOARD_REAL = 8,	      /* access(2)'s bits by the real ids are from this bit on, */
	BOARD_EFFECTIVE = 12, /* and those by the effective ids from here */
};

/* What a card says. */
struct board_answer {
	uint64_t cont;	/* which of the board's */
	uint64_t epoch; /* of that */
	uint64_t flags;
	uint64_t rest_word; /* address; 0: none */
	uint64_t rest_value;
	uint64_t node;	 /* its number */
	uint64_t cached; /* address of the first line's word */
	char name[BOARD_NAME];
	struct stat st;
	struct timespec plain_mtim; /* the plain file's when `st` was made: while it is that, the times in `st` hold */
};

#define BOARD_BODY (sizeof(struct board_answer) / sizeof(uint64_t))
_Static_assert(sizeof(struct board_answer) % sizeof(uint64_t) == 0, "it is copied by words");

typedef _Atomic uint64_t board_word;
typedef uint64_t __attribute__((may_alias)) board_raw; /* of a struct board_answer */

struct board_card {
	board_word seq;
	board_word hash; /* 0: nothing is here */
	board_word start;
	board_word len;
	board_word body[BOARD_BODY];
	board_word text[BOARD_TEXT / sizeof(uint64_t)];
};

struct board_cont {
	board_word version;
	board_word epoch;
	board_word word; /* address of the container's version */
	/* Of daos_local_array_place(), written once. */
	board_word dir_fd, watcher, watcher_step, cached_step, lines;
};

/*
 * What the outside has opened by itself, and the inside does not know of yet: number of the node, and flags of open(2)
 * above it. Whoever takes a descriptor's word out, by putting 0 there, deals with it: the inside, which looks through
 * these at the beginning of each call, before it does away with any node, or who closes the descriptor.
 *
 * The inside says that it is busy before it looks; the outside looks whether it is afterwards, and then waits for it.
 * So no call of the inside goes on after an open has returned that it has not seen: it may close a descriptor of the
 * same file, which ends the process's locks on it.
 */
#define BOARD_NODE_BITS 40

struct board {
	board_word creds;	       /* how often the process has become somebody else, when the cards were made */
	board_word cwd;		       /* number of the working directory; 0: it is not in a container */
	board_word fd_node[BOARD_FDS]; /* number of what a descriptor stands for; 0: nothing of ours */
	board_word busy;
	board_word opened[BOARD_FDS];
	board_word opened_bits[BOARD_FDS / 64]; /* where one of `opened` may not be 0 */
	struct board_cont cont[BOARD_CONTS];
	struct board_card card[BOARD_CARDS];
};

/* `text` is a string, or NULL. False: it is too long for a card. */
bool board_key(struct board_key *key, uint64_t start, const char *text);

/* Up to eight bytes of the key's text, from `at` on; the rest is 0. */
uint64_t board_text(const struct board_key *key, size_t at);

/* A card as it was read. */
struct board_ref {
	unsigned card;
	uint64_t seq;
};

/* Any thread, at any time. No libc, no vector registers. False: the inside must be asked. */
bool board_find(const struct board *b, const struct board_key *key, struct board_answer *out, struct board_ref *ref);

/* Whether the card is still there, and right. */
bool board_still(const struct board *b, const struct board_answer *answer, const struct board_ref *ref);

/*
 * The writer's. board_put() tells which card it has taken, of those that the key may have; board_victim() tells before
 * which that will be.
 */
unsigned board_victim(const struct board *b, const struct board_key *key);
void board_put(struct board *b, unsigned card, const struct board_key *key, const struct board_answer *answer);
void board_drop(struct board *b, unsigned card);

/* Version and epoch of the container from now on. */
void board_move(struct board *b, unsigned cont, uint64_t epoch, uint64_t version);

#endif
