#include "post.h"

#include <string.h>
#include <unistd.h>

#include <daos_local.h>

#include "board.h"
#include "file.h"

/* What the cards hang on: each node has a chain of them, of numbers counted from 1. */
static struct node *owner[BOARD_CARDS];
static unsigned next_card[BOARD_CARDS];

static struct fs *posting[BOARD_CONTS];
static unsigned nr_posting;

void post_begin(struct fs *fs)
{
	const volatile uint64_t *word;

	fs->board_cont = -1;
	if (il->board == NULL || nr_posting == BOARD_CONTS || daos_local_cont_version_at == NULL ||
	    daos_local_cont_version_at(fs->coh, &word) != 0)
		return;
	fs->board_cont = (int)nr_posting;
	posting[nr_posting++] = fs;
	il->board->cont[fs->board_cont].word = (uintptr_t)word;
}

static uint64_t epoch(const struct fs *fs)
{
	return fs->gen + fs->voids;
}

static void unhang(unsigned card)
{
	unsigned *at;

	if (owner[card] == NULL)
		return;
	for (at = &owner[card]->cards; *at != card + 1; at = &next_card[*at - 1])
		;
	*at = next_card[card];
	owner[card] = NULL;
}

static void put(struct node *n, const struct board_key *key, const struct board_answer *answer)
{
	unsigned card = board_victim(il->board, key);

	unhang(card);
	board_put(il->board, card, key, answer);
	owner[card] = n;
	next_card[card] = n->cards;
	n->cards = card + 1;
}

void post_drop(struct node *n)
{
	while (n->cards != 0) {
		unsigned card = n->cards - 1;

		board_drop(il->board, card);
		unhang(card);
	}
}

void post_void(struct fs *fs)
{
	fs->voids++;
}

void post_void_all(void)
{
	for (unsigned i = 0; i < nr_posting; i++)
		posting[i]->voids++;
}

void post_fd(int fd, const struct node *n)
{
	if (il->board != NULL && fd < BOARD_FDS)
		il->board->fd_node[fd] = n == NULL ? 0 : n->id;
}

void post_cwd(const struct node *n)
{
	if (il->board != NULL)
		il->board->cwd = n == NULL ? 0 : n->id;
}

static void take(int fd)
{
	uint64_t opened = atomic_exchange(&il->board->opened[fd], 0);
	struct node *n = opened == 0 ? NULL : node_by_id(opened & ((1ULL << BOARD_NODE_BITS) - 1));

	if (n != NULL)
		file_put(fd, IL_KIND_FILE, (int)(opened >> BOARD_NODE_BITS), n);
}

void post_enter(void)
{
	struct board *b = il->board;

	if (b == NULL)
		return;
	atomic_store(&b->busy, 1);
	for (unsigned i = 0; i < BOARD_FDS / 64; i++) {
		uint64_t bits = b->opened_bits[i] == 0 ? 0 : atomic_exchange(&b->opened_bits[i], 0);

		for (; bits != 0; bits &= bits - 1)
			take((int)(i * 64) + __builtin_ctzll(bits));
	}
}

/* From now on the cards that were left hold with what the call has changed. */
void post_leave(void)
{
	struct board *b = il->board;

	if (b == NULL)
		return;
	for (unsigned i = 0; i < nr_posting; i++)
		if (b->cont[i].epoch != epoch(posting[i]) || b->cont[i].version != posting[i]->version)
			board_move(b, i, epoch(posting[i]), posting[i]->version);
	if (b->creds != creds_seen())
		b->creds = creds_seen();
	atomic_store_explicit(&b->busy, 0, memory_order_release);
}

static uint64_t rights(const struct stat *st, bool real)
{
	uint64_t bits = 0;

	for (int bit = 1; bit <= 4; bit <<= 1)
		if (may(st, bit, real) == 0)
			bits |= (uint64_t)bit;
	return bits;
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* Whether size and times in `st` are those of a file at rest; the answer then says where to see that they still are. */
static bool is_at_rest(const struct node *n, const struct stat *st, struct board_answer *answer)
{
	const volatile uint64_t *word;
	struct stat rest;

	if (daos_local_array_rest == NULL ||
	    daos_local_array_rest(n->fs->coh, n->oid, &rest, &word, &answer->rest_value) != 0)
		return false;
	answer->rest_word = (uintptr_t)word;
	return rest.st_size == n->plain_size && rest.st_blocks == n->plain_blocks &&
	       same_time(&rest.st_mtim, &n->plain_mtime) && st->st_size == n->st.st_size &&
	       st->st_blocks == n->st.st_blocks && same_time(&st->st_mtim, &n->st.st_mtim);
}

/* Where its plain file is: for who opens it to read, or looks how large it is. */
static bool has_place(const struct node *n, struct board_answer *answer)
{
	struct board_cont *cont = &il->board->cont[n->fs->board_cont];
	struct daos_local_place place;

	_Static_assert(BOARD_NAME >= DAOS_LOCAL_PLACE_MAX, "a name fits");
	if (daos_local_array_place == NULL || daos_local_array_place(n->fs->coh, n->oid, &place) != 0)
		return false;
	memcpy(answer->name, place.name, sizeof(place.name));
	answer->cached = (uintptr_t)place.cached;
	cont->dir_fd = (uint64_t)place.dir_fd;
	cont->watcher = (uintptr_t)place.watcher;
	cont->watcher_step = place.watcher_step;
	cont->cached_step = place.cached_step;
	cont->lines = place.lines;
	return true;
}

/* What is known of a node in this call: its attributes have just been looked at. */
static bool describe(const struct node *n, const struct stat *st, struct board_answer *answer)
{
	memset(answer, 0, sizeof(*answer));
	if (n->gone || n->checked != now_gen(n->fs))
		return false;
	answer->cont = (uint64_t)n->fs->board_cont;
	answer->epoch = epoch(n->fs);
	if (st != NULL)
		answer->st = *st;
	answer->flags = rights(&n->st, true) << BOARD_REAL | rights(&n->st, false) << BOARD_EFFECTIVE;
	if (n->fs->read_only)
		answer->flags |= BOARD_READ_ONLY;
	if (n->has_atime)
		answer->flags |= BOARD_ATIME;
	answer->node = n->id;
	if (S_ISREG(n->st.st_mode) && has_place(n, answer))
		answer->flags |= BOARD_PLAIN;
	if (st != NULL && (!S_ISREG(n->st.st_mode) || ((answer->flags & BOARD_PLAIN) && is_at_rest(n, st, answer)))) {
		answer->flags |= BOARD_STAT;
		return true;
	}
	answer->rest_word = 0;
	answer->st = n->st;
	answer->st.st_atim = n->has_atime ? n->atime : n->st.st_mtim;
	answer->plain_mtim = n->plain_mtime;
	if (S_ISREG(n->st.st_mode))
		answer->flags |= BOARD_LIVE;
	return true;
}

/* What the text of a path begins at; false: the card would depend on more than the container. */
static bool key_of(const struct il_call *c, int path_arg, const struct place *place, struct board_key *key)
{
	const char *path = (const char *)c->arg[path_arg];

	if (c->vfork || place->crossed || place->start == NULL || place->start->gone ||
	    place->start->fs->board_cont < 0 || path == NULL || path[0] == '\0')
		return false;
	return board_key(key, path[0] == '/' ? BOARD_TOP : place->start->id, path);
}

/* Where no link was followed, it makes no difference whether one would have been. */
static uint64_t follow_flags(int flags, const struct place *place, bool is_link)
{
	if (place->links == 0 && !is_link)
		return BOARD_FOLLOW | BOARD_NOFOLLOW;
	return flags & PATH_FOLLOW ? BOARD_FOLLOW : BOARD_NOFOLLOW;
}

void post_found(const struct il_call *c, int path_arg, int flags, const struct place *place, const struct stat *st)
{
	struct board_answer answer;
	struct board_key key;

	if (!key_of(c, path_arg, place, &key) || place->node->fs != place->start->fs ||
	    !describe(place->node, st, &answer))
		return;
	answer.flags |= follow_flags(flags, place, S_ISLNK(place->node->st.st_mode));
	put(place->node, &key, &answer);
}

void post_missing(const struct il_call *c, int path_arg, int flags, const struct place *place)
{
	struct board_answer answer = {.flags = BOARD_ABSENT};
	struct board_key key;

	if (place->missing == NULL || !key_of(c, path_arg, place, &key) || place->missing->fs != place->start->fs)
		return;
	answer.cont = (uint64_t)place->start->fs->board_cont;
	answer.epoch = epoch(place->start->fs);
	answer.flags |= follow_flags(flags, place, false);
	put(place->missing, &key, &answer);
}

void post_open(const struct il_call *c, struct node *n, const struct stat *st)
{
	struct board_answer answer;
	struct board_key key;

	if (c->vfork || n->fs->board_cont < 0 || !describe(n, st, &answer))
		return;
	board_key(&key, BOARD_OPEN | n->id, NULL);
	put(n, &key, &answer);
}
