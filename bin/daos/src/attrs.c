#include "attrs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_build.h"
#include "pairs.h"
#include "table.h"

struct attr_owner attr_owner_pool(const struct target *t)
{
	return (struct attr_owner){
	    "pool", t->poh, t->name, daos_pool_list_attr, daos_pool_get_attr, daos_pool_set_attr, daos_pool_del_attr};
}

struct attr_owner attr_owner_cont(const struct target *t)
{
	return (struct attr_owner){
	    "container",       t->coh, t->name, daos_cont_list_attr, daos_cont_get_attr, daos_cont_set_attr,
	    daos_cont_del_attr};
}

/* The names, one NUL-terminated string after the other. */
static int read_names(struct context *ctx, const struct attr_owner *owner, char **names, size_t *size)
{
	int rc;

	*names = NULL;
	*size = 0;
	rc = owner->list(owner->handle, NULL, size, NULL);
	if (rc == 0 && *size > 0) {
		*names = calloc(1, *size + 1);
		rc = *names != NULL ? owner->list(owner->handle, *names, size, NULL) : -DER_NOMEM;
	}
	if (rc != 0) {
		free(*names);
		*names = NULL;
		fail_der(ctx, rc, "failed to list attributes for %s %s", owner->what, owner->name);
	}
	return rc;
}

/* The same names as a list "k,k"; NULL if there are none. */
static int all_keys(struct context *ctx, const struct attr_owner *owner, struct pairs *keys)
{
	size_t size, room = 0;
	char *names;
	int rc = read_names(ctx, owner, &names, &size);

	memset(keys, 0, sizeof(*keys));
	if (rc != 0 || names == NULL)
		return rc;
	for (size_t i = 0; i < size; i++)
		room += names[i] == '\0';
	keys->text = names;
	keys->key = calloc(room + 1, sizeof(*keys->key));
	keys->value = calloc(room + 1, sizeof(*keys->value));
	keys->value_len = calloc(room + 1, sizeof(*keys->value_len));
	if (keys->key == NULL || keys->value == NULL || keys->value_len == NULL) {
		pairs_free(keys);
		return fail_der(ctx, -DER_NOMEM, "failed to list attributes for %s %s", owner->what, owner->name);
	}
	for (char *name = names; name < names + size; name += strlen(name) + 1)
		if (*name != '\0')
			keys->key[keys->nr++] = name;
	return 0;
}

/* Fetch the values of `keys`, each with a NUL behind it. They belong to the caller, as one block. */
static int read_values(struct context *ctx, const struct attr_owner *owner, struct pairs *keys, char **block)
{
	void **buf = calloc(keys->nr + 1, sizeof(*buf));
	size_t total = 0;
	int rc = buf != NULL ? 0 : -DER_NOMEM;

	*block = NULL;
	if (rc == 0 && keys->nr > 0)
		rc = owner->get(owner->handle, keys->nr, keys->key, NULL, keys->value_len, NULL);
	if (rc != 0) {
		free(buf);
		return fail_der(ctx, rc, "failed to get attributes for %s %s: failed to get %s attribute sizes",
				owner->what, owner->name, owner->what);
	}
	for (int i = 0; i < keys->nr; i++)
		total += keys->value_len[i] + 1;
	*block = calloc(1, total + 1);
	total = 0;
	for (int i = 0; *block != NULL && i < keys->nr; i++) {
		buf[i] = *block + total;
		keys->value[i] = buf[i];
		total += keys->value_len[i] + 1;
	}
	rc = *block != NULL ? 0 : -DER_NOMEM;
	if (rc == 0 && keys->nr > 0)
		rc = owner->get(owner->handle, keys->nr, keys->key, buf, keys->value_len, NULL);
	if (rc != 0)
		fail_der(ctx, rc, "failed to get attributes for %s %s", owner->what, owner->name);
	free(buf);
	return rc;
}

static char *base64(const unsigned char *data, size_t len)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *text = malloc((len + 2) / 3 * 4 + 1);
	size_t out = 0;

	if (text == NULL)
		return NULL;
	for (size_t i = 0; i < len; i += 3) {
		unsigned int b = data[i] << 16 | (i + 1 < len ? data[i + 1] << 8 : 0) | (i + 2 < len ? data[i + 2] : 0);

		text[out++] = digit[b >> 18];
		text[out++] = digit[b >> 12 & 63];
		text[out++] = i + 1 < len ? digit[b >> 6 & 63] : '=';
		text[out++] = i + 2 < len ? digit[b & 63] : '=';
	}
	text[out] = '\0';
	return text;
}

/* A value is bytes, so JSON has it in base 64. */
static struct json_object *pair_json(const struct pairs *pairs, int i)
{
	struct json_object *o = json_object_new_object();
	char *value = base64((const unsigned char *)pairs->value[i], pairs->value_len[i]);

	json_add_text(o, "name", pairs->key[i]);
	json_add_text(o, "value", value != NULL ? value : "");
	free(value);
	return o;
}

static void print_header(const struct context *ctx, const struct attr_owner *owner, int nr)
{
	out(ctx, "Attributes for %s %s:\n", owner->what, owner->name);
	if (nr == 0)
		out(ctx, "  No attributes found.\n");
}

static void show_values(struct context *ctx, const struct attr_owner *owner, const struct pairs *pairs, bool single)
{
	struct table *t = table_new(2, "Name", "Value");
	struct json_object *list = json_object_new_array();

	print_header(ctx, owner, pairs->nr);
	for (int i = 0; i < pairs->nr; i++) {
		table_row(t, pairs->key[i], pairs->value[i]);
		json_object_array_add(list, pair_json(pairs, i));
	}
	if (pairs->nr > 0)
		table_print(ctx, t, "");
	table_free(t);
	respond(ctx, list);
	if (single && pairs->nr == 1)
		respond(ctx, json_object_get(json_object_array_get_idx(list, 0)));
}

static void show_names(struct context *ctx, const struct attr_owner *owner, const struct pairs *pairs)
{
	struct table *t = table_new(1, "Name");
	struct json_object *list = json_object_new_array();

	print_header(ctx, owner, pairs->nr);
	for (int i = 0; i < pairs->nr; i++) {
		table_row(t, pairs->key[i]);
		json_object_array_add(list, json_object_new_string(pairs->key[i]));
	}
	if (pairs->nr > 0)
		table_print(ctx, t, "");
	table_free(t);
	respond(ctx, list);
}

int attrs_list(struct context *ctx, const struct attr_owner *owner, bool values)
{
	struct pairs pairs;
	char *block = NULL;
	int rc = all_keys(ctx, owner, &pairs);

	if (rc == 0 && values)
		rc = read_values(ctx, owner, &pairs, &block);
	if (rc == 0 && values)
		show_values(ctx, owner, &pairs, false);
	else if (rc == 0)
		show_names(ctx, owner, &pairs);
	free(block);
	pairs_free(&pairs);
	return rc;
}

int attrs_get(struct context *ctx, const struct attr_owner *owner, const char *list)
{
	struct pairs pairs = {0};
	char *block = NULL;
	char why[256];
	int rc = 0;

	if (list == NULL)
		rc = all_keys(ctx, owner, &pairs);
	else if (keys_parse(list, &pairs, why, sizeof(why)) != 0)
		rc = fail(ctx, "%s", why);
	if (rc == 0)
		rc = read_values(ctx, owner, &pairs, &block);
	if (rc == 0)
		show_values(ctx, owner, &pairs, list != NULL);
	free(block);
	pairs_free(&pairs);
	return rc;
}

int attrs_set(struct context *ctx, const struct attr_owner *owner, const char *list)
{
	struct pairs pairs = {0};
	char why[256];
	int rc;

	if (pairs_parse(list, &pairs, why, sizeof(why)) != 0)
		return fail(ctx, "%s", why);
	rc = owner->set(owner->handle, pairs.nr, pairs.key, (const void *const *)pairs.value, pairs.value_len, NULL);
	if (rc != 0)
		fail_der(ctx, rc, "failed to set attributes on %s %s", owner->what, owner->name);
	pairs_free(&pairs);
	return rc;
}

int attrs_del(struct context *ctx, const struct attr_owner *owner, const char *list)
{
	struct pairs pairs = {0};
	char why[256];
	int rc;

	if (keys_parse(list, &pairs, why, sizeof(why)) != 0)
		return fail(ctx, "%s", why);
	rc = owner->del(owner->handle, pairs.nr, pairs.key, NULL);
	if (rc != 0)
		fail_der(ctx, rc, "failed to delete attributes on %s %s", owner->what, owner->name);
	else
		out(ctx, "Attribute(s) %s successfully deleted on %s \"%s\"\n", list, owner->what, owner->name);
	pairs_free(&pairs);
	return rc;
}
