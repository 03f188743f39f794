/* Texts that users give: access control lists, principals, properties, UNS values, labels, object classes. */
#include <stdlib.h>
#include <string.h>

#include <daos.h>
#include <daos_fs.h>
#include <daos_security.h>
#include <daos_uns.h>

#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	return 0;
}

size_t fuzz_seed(unsigned n, uint8_t *data, size_t room)
{
	(void)n, (void)data, (void)room;
	return 0;
}

static void access_control(const char *text)
{
	enum daos_acl_principal_type type;
	struct daos_ace *ace;
	struct daos_acl *acl;
	const char *one[2] = {text, "A::OWNER@:rw"};
	char *name = NULL, back[4096], **strs;
	size_t nr;

	if (daos_acl_principal_from_str(text, &type, &name) == 0)
		free(name);
	if (daos_ace_from_str(text, &ace) == 0) {
		daos_ace_to_str(ace, back, sizeof(back));
		daos_ace_free(ace);
	}
	if (daos_acl_from_strs(one, 2, &acl) == 0) {
		if (daos_acl_validate(acl) == 0 && daos_acl_to_strs(acl, &strs, &nr) == 0) {
			for (size_t i = 0; i < nr; i++)
				free(strs[i]);
			free(strs);
		}
		daos_acl_free(acl);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct duns_attr_t attr = {0};
	daos_prop_t *prop;
	char *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	access_control(text);
	if (daos_prop_from_str(text, size, &prop) == 0)
		daos_prop_free(prop);
	daos_label_is_valid(text);
	daos_oclass_name2id(text);
	daos_is_valid_uuid_string(text, UUID_SST_NONE);
	if (duns_parse_attr(text, size + 1, &attr) == 0)
		duns_destroy_attr(&attr);
	free(text);
	return 0;
}
