/*
 * json_build.h: short names for making the answers of --json.
 */
#ifndef DAOS_TOOL_JSON_BUILD_H
#define DAOS_TOOL_JSON_BUILD_H

#include <stdint.h>
#include <json-c/json.h>

static inline void json_add(struct json_object *object, const char *key, struct json_object *value)
{
	json_object_object_add(object, key, value);
}

static inline void json_add_text(struct json_object *object, const char *key, const char *text)
{
	json_add(object, key, json_object_new_string(text));
}

static inline void json_add_number(struct json_object *object, const char *key, uint64_t number)
{
	json_add(object, key, json_object_new_uint64(number));
}

static inline void json_add_bool(struct json_object *object, const char *key, int truth)
{
	json_add(object, key, json_object_new_boolean(truth));
}

#endif
