#include "json_text.h"

#include <stdbool.h>
#include <string.h>

static void print_string(FILE *file, const char *text, size_t len)
{
	fputc('"', file);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = text[i];

		if (c == '"' || c == '\\')
			fprintf(file, "\\%c", c);
		else if (c == '\n')
			fputs("\\n", file);
		else if (c == '\r')
			fputs("\\r", file);
		else if (c == '\t')
			fputs("\\t", file);
		else if (c < 0x20 || c == '<' || c == '>' || c == '&')
			fprintf(file, "\\u%04x", c);
		else
			fputc(c, file);
	}
	fputc('"', file);
}

static void new_line(FILE *file, int depth)
{
	fprintf(file, "\n%*s", depth * 2, "");
}

static void print_value(FILE *file, struct json_object *value, int depth);

static void print_array(FILE *file, struct json_object *value, int depth)
{
	size_t len = json_object_array_length(value);

	fputc('[', file);
	for (size_t i = 0; i < len; i++) {
		new_line(file, depth + 1);
		print_value(file, json_object_array_get_idx(value, i), depth + 1);
		if (i + 1 < len)
			fputc(',', file);
	}
	if (len > 0)
		new_line(file, depth);
	fputc(']', file);
}

static void print_object(FILE *file, struct json_object *value, int depth)
{
	bool first = true;

	fputc('{', file);
	json_object_object_foreach(value, key, member)
	{
		if (!first)
			fputc(',', file);
		first = false;
		new_line(file, depth + 1);
		print_string(file, key, strlen(key));
		fputs(": ", file);
		print_value(file, member, depth + 1);
	}
	if (!first)
		new_line(file, depth);
	fputc('}', file);
}

static void print_value(FILE *file, struct json_object *value, int depth)
{
	switch (json_object_get_type(value)) {
	case json_type_object:
		print_object(file, value, depth);
		break;
	case json_type_array:
		print_array(file, value, depth);
		break;
	case json_type_string:
		print_string(file, json_object_get_string(value), json_object_get_string_len(value));
		break;
	default:
		fputs(json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN), file);
		break;
	}
}

void json_text_print(FILE *file, struct json_object *value)
{
	print_value(file, value, 0);
	fputc('\n', file);
}
