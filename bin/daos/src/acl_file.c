#include "acl_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entries {
	char **text;
	size_t nr;
};

static int add_entry(struct entries *list, const char *text)
{
	char **bigger = realloc(list->text, (list->nr + 1) * sizeof(*bigger));

	if (bigger == NULL)
		return ENOMEM;
	list->text = bigger;
	list->text[list->nr] = strdup(text);
	return list->text[list->nr++] != NULL ? 0 : ENOMEM;
}

static void free_entries(struct entries *list)
{
	for (size_t i = 0; i < list->nr; i++)
		free(list->text[i]);
	free(list->text);
}

/* The lines that are neither blank nor comments, without blanks around them. */
static int read_entries(FILE *file, struct entries *list)
{
	char *line = NULL;
	size_t room = 0;
	int rc = 0;

	while (rc == 0 && getline(&line, &room, file) >= 0) {
		char *text = line + strspn(line, " \t");

		text[strcspn(text, " \t\r\n#")] = '\0';
		if (*text != '\0')
			rc = add_entry(list, text);
	}
	if (rc == 0 && ferror(file))
		rc = EIO;
	free(line);
	return rc;
}

int acl_file_read(struct context *ctx, const char *path, struct daos_acl **acl)
{
	struct entries list = {0};
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	int rc = file != NULL ? 0 : errno;

	if (rc == 0)
		rc = read_entries(file, &list);
	if (rc != 0) {
		rc = fail_errno(ctx, rc, "unable to read ACL file \"%s\"", path);
	} else if (list.nr == 0) {
		rc = fail(ctx, "ACL file \"%s\" contains no entries", path);
	} else {
		rc = daos_acl_from_strs((const char **)list.text, list.nr, acl);
		if (rc != 0)
			fail_der(ctx, rc, "invalid ACL in \"%s\"", path);
	}
	free_entries(&list);
	if (file != NULL && file != stdin)
		fclose(file);
	return rc;
}

int acl_from_entry(struct context *ctx, const char *entry, struct daos_acl **acl)
{
	int rc = daos_acl_from_strs(&entry, 1, acl);

	if (rc != 0)
		fail_der(ctx, rc, "invalid ACL entry \"%s\"", entry);
	return rc;
}

char *principal_text(const char *name)
{
	char *text;

	if (asprintf(&text, "%s%s", name, strchr(name, '@') != NULL ? "" : "@") < 0)
		return NULL;
	return text;
}
