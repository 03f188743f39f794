#include "board.h"

#define PRIME 0x9fb21c651e98df25ULL

uint64_t board_text(const struct board_key *key, size_t at)
{
	size_t n = key->len - at;
	uint64_t word = 0;

	if (n >= sizeof(word)) {
		__builtin_memcpy(&word, key->text + at, sizeof(word));
		return word;
	}
	while (n-- > 0)
		word = word << 8 | (unsigned char)key->text[at + n];
	return word;
}

bool board_key(struct board_key *key, uint64_t start, const char *text)
{
	uint64_t h = start * PRIME;
	size_t len = 0;

	while (text != NULL && text[len] != '\0')
		if (++len > BOARD_TEXT)
			return false;
	*key = (struct board_key){.start = start, .text = text, .len = len};
	for (size_t at = 0; at < len; at += sizeof(uint64_t)) {
		h = (h ^ board_text(key, at)) * PRIME;
		h ^= h >> 29;
	}
	h = (h ^ len) * PRIME;
	h ^= h >> 32;
	key->hash = h == 0 ? 1 : h;
	return true;
}

/* Acquire: what is read afterwards is no older. */
static uint64_t get(const board_word *word)
{
	return atomic_load_explicit(word, memory_order_acquire);
}

static bool is_text(const struct board_card *card, const struct board_key *key)
{
	for (size_t at = 0; at < key->len; at += sizeof(uint64_t))
		if (get(&card->text[at / sizeof(uint64_t)]) != board_text(key, at))
			return false;
	return true;
}

static bool read_card(const struct board_card *card, const struct board_key *key, struct board_answer *out,
		      uint64_t *seq)
{
	board_raw *to = (board_raw *)out;

	*seq = get(&card->seq);
	if ((*seq & 1) || get(&card->hash) != key->hash || get(&card->start) != key->start ||
	    get(&card->len) != key->len || !is_text(card, key))
		return false;
	for (size_t i = 0; i < BOARD_BODY; i++)
		to[i] = get(&card->body[i]);
	return get(&card->seq) == *seq;
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

bool board_find(const struct board *b, const struct board_key *key, struct board_answer *out, struct board_ref *ref)
{
	unsigned first = key->hash % BOARD_SETS * BOARD_WAYS;

	for (unsigned i = first; i < first + BOARD_WAYS; i++)
		if (read_card(&b->card[i], key, out, &ref->seq)) {
			ref->card = i;
			return holds(b, out);
		}
	return false;
}

bool board_still(const struct board *b, const struct board_answer *answer, const struct board_ref *ref)
{
	return get(&b->card[ref->card].seq) == ref->seq && holds(b, answer);
}
