/*
 * json_text.h: a json-c value as the text that DAOS's tools print.
 *
 * Two blanks per level, a blank after the colon, [] and {} for what is empty, no escaped slash, and <, > and & escaped.
 * That is not what json-c's own printer does, and scripts compare the text.
 */
#ifndef DAOS_TOOL_JSON_TEXT_H
#define DAOS_TOOL_JSON_TEXT_H

#include <stdio.h>
#include <json-c/json.h>

void json_text_print(FILE *file, struct json_object *value);

#endif
