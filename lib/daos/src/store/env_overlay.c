/*
 * The overlay of a process: what the log has over LMDB, brought up to date by who needs it.
 *
 * replay_lock is held by the one thread that adds to the overlay: one that replays records, or the writer for the whole
 * of its transaction. overlay_lock protects live->overlay, its base and how much of the log is in it; both must be held
 * to change them. Order: LMDB's write lock, replay_lock, overlay_lock.
 */
#include <daos_errno.h>

#include "env_live.h"
#include "env_log.h"
#include "env_record.h"
#include "overlay.h"

#define WASTE_MAX (1 << 20) /* bytes that changes undone or replaced may leave behind */

static void install(struct env_live *live, struct overlay *o, uint64_t base, uint32_t used)
{
	struct overlay *old = live->overlay;

	pthread_mutex_lock(&live->overlay_lock);
	live->overlay = o;
	live->overlay_base = base;
	live->overlay_used = used;
	pthread_mutex_unlock(&live->overlay_lock);
	if (old != o)
		overlay_unref(old);
}

void env_overlay_drop(struct env_live *live)
{
	install(live, NULL, 0, 0);
}

void env_overlay_used(struct env_live *live, uint32_t used)
{
	install(live, live->overlay, live->overlay_base, used);
}

int env_overlay_advance(struct env_live *live, uint64_t word)
{
	uint64_t base = env_log_base(word);
	uint32_t from, to = env_log_used(word), used;
	size_t len;
	void *buf;
	int rc;

	if (live->overlay != NULL && live->overlay_base > base)
		return -DER_AGAIN;
	if (live->overlay == NULL || live->overlay_base < base || overlay_waste(live->overlay) > WASTE_MAX) {
		struct overlay *o = overlay_new(ENV_DB_MAX);

		if (o == NULL)
			return -DER_NOMEM;
		install(live, o, base, 0);
	}
	from = live->overlay_used;
	if (from >= to)
		return 0;
	len = (size_t)(to - from) * 8;
	buf = overlay_alloc(live->overlay, len);
	if (buf == NULL)
		return -DER_NOMEM;
	if (!env_log_copy(live->log, base, from, to, buf))
		return env_log_base(env_log_word(live->log)) == base ? -DER_DF_INVAL : -DER_AGAIN;
	rc = env_record_replay(live->overlay, ENV_DB_MAX, base, buf, len, from, &used);
	env_overlay_used(live, used);
	return rc;
}

/* A reference to the overlay, if it has all that the word speaks of. *moved: it has another base already. */
static struct overlay *current(struct env_live *live, uint64_t word, bool *moved)
{
	struct overlay *o = NULL;

	pthread_mutex_lock(&live->overlay_lock);
	*moved = live->overlay != NULL && live->overlay_base > env_log_base(word);
	if (live->overlay != NULL && live->overlay_base == env_log_base(word) &&
	    live->overlay_used >= env_log_used(word)) {
		o = live->overlay;
		overlay_ref(o);
	}
	pthread_mutex_unlock(&live->overlay_lock);
	return o;
}

int env_overlay_get(struct env_live *live, uint64_t word, struct overlay **o)
{
	bool moved;
	int rc;

	while ((*o = current(live, word, &moved)) == NULL) {
		if (moved)
			return -DER_AGAIN;
		pthread_mutex_lock(&live->replay_lock);
		rc = env_overlay_advance(live, word);
		pthread_mutex_unlock(&live->replay_lock);
		if (rc != 0)
			return rc;
	}
	return 0;
}
