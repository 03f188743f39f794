/*
 * kv_digest.h: a number that changes when a part of an object does, for transactions that read it.
 */
#ifndef DFUSE_STORE_KV_DIGEST_H
#define DFUSE_STORE_KV_DIGEST_H

#include "kv.h"

/* Of a dkey with all its akeys. */
uint64_t kv_digest_dkey(struct kv *kv, const daos_key_t *dkey);

/* Of the names of the object's dkeys. */
uint64_t kv_digest_object(struct kv *kv);

#endif
