#include "board.h"

#define PRIME 0x100000001b3ULL

bool board_key(struct board_key *key, uint64_t start, const char *text)
{
	uint64_t h = (start ^ 0x9e3779b97f4a7c15ULL) * PRIME;
	size_t len = 0;

	for (; text != NULL && text[len] != '\0'; len++) {
		if (len == BOARD_TEXT)
			return false;
		h = (h ^ (unsigned char)text[len]) * PRIME;
	}
	h ^= h >> 29;
	*key = (struct board_key){start, text, len, h == 0 ? 1 : h};
	return true;
}

/* Acquire: what is read afterwards is no older. */
static uint64_t get(const board_word *word)
{
	return atomic_load_explicit(word, memory_order_acquire);
}

static bool is_text(const struct board_card *card, const struct board_key *key)
{
	for (size_t at = 0; at < key->len; at += sizeof(uint64_t)) {
		uint64_t have = get(&card->text[at / sizeof(uint64_t)]), want = 0;

		for (size_t i = 0; i < sizeof(uint64_t) && at + i < key->len; i++)
			want |= (uint64_t)(unsigned char)key->text[at + i] << (8 * i);
		if (have != want)
			return false;
	}
	return true;
}

static bool read_card(const struct board_card *card, const struct board_key *key, struct board_answer *out)
{
	board_raw *to = (board_raw *)out;
	uint64_t seq = get(&card->seq);

	if ((seq & 1) || get(&card->hash) != key->hash || get(&card->start) != key->start ||
	    get(&card->len) != key->len || !is_text(card, key))
		return false;
	for (size_t i = 0; i < BOARD_BODY; i++)
		to[i] = get(&card->body[i]);
	return get(&card->seq) == seq;
}

static uint64_t get_at(uint64_t address)
{
	return __atomic_load_n((const uint64_t *)(uintptr_t)address, __ATOMIC_ACQUIRE);
}

static bool holds(const struct board *b, const struct board_answer *answer)
{
	const struct board_cont *cont = &b->cont[answer->cont];
	uint64_t version = get(&cont->version);

	return get(&cont->epoch) == answer->epoch && get_at(get(&cont->word)) == version &&
	       (answer->rest_word == 0 || get_at(answer->rest_word) == answer->rest_value);
}

bool board_find(const struct board *b, const struct board_key *key, struct board_answer *out)
{
	const struct board_card *set = &b->card[key->hash % BOARD_SETS * BOARD_WAYS];

	for (unsigned i = 0; i < BOARD_WAYS; i++)
		if (read_card(&set[i], key, out))
			return holds(b, out);
	return false;
}
