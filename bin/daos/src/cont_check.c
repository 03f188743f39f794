#include "commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "json_build.h"
#include "value.h"

/* Called once for each object; the walk stops at the first number that is not 0. */
typedef int object_fn(struct context *ctx, struct target *t, daos_obj_id_t oid, void *arg);

/*
 * Walk the table of objects at a snapshot made for the purpose, or, where the engine has no snapshots, as it is now.
 */
static int for_each_object(struct context *ctx, struct target *t, object_fn *fn, void *fn_arg)
{
	daos_anchor_t anchor = {0};
	daos_epoch_range_t range = {0};
	daos_handle_t oit = DAOS_HDL_INVAL;
	daos_epoch_t epoch = DAOS_EPOCH_MAX;
	daos_obj_id_t oid[64];
	bool snap;
	int rc;

	rc = daos_cont_create_snap_opt(t->coh, &epoch, NULL, DAOS_SNAP_OPT_CR | DAOS_SNAP_OPT_OIT, NULL);
	snap = rc == 0;
	if (rc == -DER_NOSYS || rc == -DER_NOTSUPPORTED) {
		epoch = DAOS_EPOCH_MAX;
		rc = 0;
	}
	if (rc == 0)
		rc = daos_oit_open(t->coh, epoch, &oit, NULL);
	while (rc == 0 && !daos_anchor_is_eof(&anchor)) {
		uint32_t nr = sizeof(oid) / sizeof(oid[0]);

		rc = daos_oit_list(oit, oid, &nr, &anchor, NULL);
		for (uint32_t i = 0; rc == 0 && i < nr; i++)
			rc = fn(ctx, t, oid[i], fn_arg);
	}
	if (daos_handle_is_valid(oit))
		daos_oit_close(oit, NULL);
	if (snap) {
		range.epr_lo = range.epr_hi = epoch;
		daos_cont_destroy_snap(t->coh, range, NULL);
	}
	return rc;
}

struct check {
	uint64_t checked;
	uint64_t skipped;
	uint64_t inconsistent;
};

static int check_object(struct context *ctx, struct target *t, daos_obj_id_t oid, void *arg)
{
	struct check *c = arg;
	daos_handle_t oh = DAOS_HDL_INVAL;
	int rc = daos_obj_open(t->coh, oid, DAOS_OO_RO, &oh, NULL);

	if (rc != 0)
		return rc;
	daos_obj_close(oh, NULL);
	rc = daos_obj_verify(t->coh, oid, DAOS_EPOCH_MAX);
	c->checked++;
	if (rc == -DER_NOSYS || rc == -DER_NOTSUPPORTED) {
		c->skipped++;
	} else if (rc == -DER_MISMATCH) {
		c->inconsistent++;
		out(ctx, "found data inconsistency for object: %" PRIu64 ".%" PRIu64 "\n", oid.hi, oid.lo);
	} else if (rc != 0) {
		return rc;
	}
	return 0;
}

static const char *now_text(char *buf, size_t size)
{
	time_t now = time(NULL);
	struct tm tm;

	strftime(buf, size, "%a %b %e %H:%M:%S %Y", localtime_r(&now, &tm));
	return buf;
}

int cmd_cont_check(struct context *ctx)
{
	struct json_object *o = json_object_new_object();
	struct check c = {0};
	struct target t = {0};
	time_t begin = time(NULL);
	uint64_t seconds;
	char now[64];
	int rc = target_cont(ctx, &t, DAOS_PC_RW, DAOS_COO_RW);

	if (rc == 0) {
		out(ctx, "check container %s started at: %s\n\n", t.name, now_text(now, sizeof(now)));
		rc = for_each_object(ctx, &t, check_object, &c);
		if (rc != 0)
			fail_der(ctx, rc, "failed to check container %s", t.name);
	}
	respond(ctx, o);
	if (rc == 0) {
		seconds = time(NULL) - begin + 1;
		out(ctx, "check container %s completed at: %s\n\n", t.name, now_text(now, sizeof(now)));
		out(ctx, "checked: %" PRIu64 "\nskipped: %" PRIu64 "\ninconsistent: %" PRIu64 "\n", c.checked,
		    c.skipped, c.inconsistent);
		out(ctx, "run_time: %" PRIu64 " seconds\nscan_speed: %" PRIu64 " objs/sec\n", seconds,
		    c.checked / seconds);
		json_add_number(o, "checked", c.checked);
		json_add_number(o, "skipped", c.skipped);
		json_add_number(o, "inconsistent", c.inconsistent);
		json_add_number(o, "run_time", seconds);
	}
	if (rc == 0 && c.inconsistent > 0)
		rc = fail(ctx, "container %s has %" PRIu64 " inconsistent object(s)", t.name, c.inconsistent);
	target_close(&t);
	return rc;
}

static int list_object(struct context *ctx, struct target *t, daos_obj_id_t oid, void *arg)
{
	struct json_object *list = arg;
	char text[64];

	(void)t;
	snprintf(text, sizeof(text), "%" PRIu64 ".%" PRIu64, oid.hi, oid.lo);
	out(ctx, "%s\n", text);
	json_object_array_add(list, json_object_new_string(text));
	return 0;
}

int cmd_cont_list_objects(struct context *ctx)
{
	struct json_object *list = json_object_new_array();
	struct target t = {0};
	int rc = target_cont(ctx, &t, DAOS_PC_RW, DAOS_COO_RW);

	respond(ctx, list);
	if (rc == 0) {
		rc = for_each_object(ctx, &t, list_object, list);
		if (rc != 0)
			fail_der(ctx, rc, "failed to list objects of container %s", t.name);
	}
	target_close(&t);
	return rc;
}

/* Where an object lies: every class on this engine's one target; on a cluster only the servers could say more. */
int cmd_obj_query(struct context *ctx)
{
	char class[MAX_OBJ_CLASS_NAME_LEN + 8] = "unknown";
	struct json_object *o = json_object_new_object();
	daos_obj_id_t oid = {0};
	struct target t = {0};
	char why[128], text[64];
	int rc = target_cont(ctx, &t, DAOS_PC_RO, DAOS_COO_RO);

	respond(ctx, o);
	if (rc == 0 && arg(ctx, t.next) == NULL)
		rc = fail(ctx, "no object id supplied");
	if (rc == 0 && oid_parse(arg(ctx, t.next), &oid.lo, &oid.hi, why, sizeof(why)) != 0)
		rc = fail(ctx, "%s", why);
	if (rc == 0) {
		daos_oclass_id2name(daos_obj_id2class(oid), class);
		snprintf(text, sizeof(text), "%" PRIu64 ".%" PRIu64, oid.hi, oid.lo);
		out(ctx, "oid: %s class: %s type: %d ver: %u grp_nr: %u\n", text, class, daos_obj_id2type(oid),
		    t.pool_info.pi_map_ver, daos_obj_id2grp_nr(oid));
		json_add_text(o, "oid", text);
		json_add_text(o, "oclass", class);
		json_add_number(o, "type", daos_obj_id2type(oid));
		json_add_number(o, "version", t.pool_info.pi_map_ver);
		json_add_number(o, "grp_nr", daos_obj_id2grp_nr(oid));
	}
	target_close(&t);
	return rc;
}
