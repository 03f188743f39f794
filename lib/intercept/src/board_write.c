#include "board.h"

/* Release: what was written before is seen before. */
static void set(board_word *word, uint64_t value)
{
	atomic_store_explicit(word, value, memory_order_release);
}

static uint64_t own(const board_word *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

static bool is_same(const struct board_card *card, const struct board_key *key)
{
	return own(&card->hash) == key->hash && own(&card->start) == key->start && own(&card->len) == key->len;
}

#define BODY(card, field) own(&(card)->body[offsetof(struct board_answer, field) / sizeof(uint64_t)])

/* Whether nobody can believe it any more. */
static bool is_void(const struct board *b, const struct board_card *card)
{
	return own(&card->hash) == 0 || BODY(card, epoch) != own(&b->cont[BODY(card, cont)].epoch);
}

unsigned board_victim(const struct board *b, const struct board_key *key)
{
	unsigned set = key->hash % BOARD_SETS * BOARD_WAYS, best = set + (key->hash >> 32) % BOARD_WAYS;

	for (unsigned i = set; i < set + BOARD_WAYS; i++)
		if (is_void(b, &b->card[i]))
			best = i;
	for (unsigned i = set; i < set + BOARD_WAYS; i++)
		if (is_same(&b->card[i], key))
			best = i;
	return best;
}

void board_put(struct board *b, unsigned number, const struct board_key *key, const struct board_answer *answer)
{
	const board_raw *from = (const board_raw *)answer;
	struct board_card *card = &b->card[number];
	uint64_t seq = own(&card->seq);

	set(&card->seq, seq + 1);
	set(&card->hash, key->hash);
	set(&card->start, key->start);
	set(&card->len, key->len);
	for (size_t at = 0; at < key->len; at += sizeof(uint64_t))
		set(&card->text[at / sizeof(uint64_t)], board_text(key, at));
	for (size_t i = 0; i < BOARD_BODY; i++)
		set(&card->body[i], from[i]);
	set(&card->seq, seq + 2);
}

void board_drop(struct board *b, unsigned at)
{
	struct board_card *card = &b->card[at];
	uint64_t seq = own(&card->seq);

	set(&card->seq, seq + 1);
	set(&card->hash, 0);
	set(&card->seq, seq + 2);
}

void board_move(struct board *b, unsigned cont, uint64_t epoch, uint64_t version)
{
	set(&b->cont[cont].epoch, epoch);
	set(&b->cont[cont].version, version);
}
