/*
 * Changing the properties of containers: in general, their access control list and their owner.
 *
 * An ACL is kept and given back as it was set. Who may use a container is decided by the file system that the store is
 * on: a store is for its owner alone (store/system.h).
 */
#include <stdlib.h>

#include <daos_cont.h>
#include <daos_errno.h>
#include <daos_security.h>

#include "cont_handle.h"
#include "event.h"
#include "store/props.h"

static int set_in(struct cont_handle *h, const daos_prop_t *prop)
{
	int rc = props_check(PROPS_CONT, prop, false);

	if (rc == 0)
		rc = cont_prop_set(h, prop);
	if (rc == 0)
		cont_touch(h);
	return rc;
}

static int set_prop(daos_handle_t coh, const daos_prop_t *prop)
{
	struct cont_handle *h;
	int rc = cont_handle_get_rw(coh, &h);

	if (rc != 0)
		return rc;
	rc = prop != NULL && prop->dpp_nr > 0 ? set_in(h, prop) : -DER_INVAL;
	handle_put(coh);
	return rc;
}

int daos_cont_set_prop(daos_handle_t coh, daos_prop_t *prop, daos_event_t *ev)
{
	return event_complete(ev, set_prop(coh, prop));
}

int daos_cont_status_clear(daos_handle_t coh, daos_event_t *ev)
{
	struct daos_co_status st = {.dcs_status = DAOS_PROP_CO_HEALTHY, .dcs_flags = DAOS_PROP_CO_CLEAR};
	struct daos_prop_entry entry = {.dpe_type = DAOS_PROP_CO_STATUS, .dpe_val = daos_prop_co_status_2_val(&st)};
	daos_prop_t prop = {.dpp_nr = 1, .dpp_entries = &entry};

	return event_complete(ev, set_prop(coh, &prop));
}

static int get_acl(struct cont_handle *h, daos_prop_t **out)
{
	static const uint32_t type[] = {DAOS_PROP_CO_ACL, DAOS_PROP_CO_OWNER, DAOS_PROP_CO_OWNER_GROUP};
	daos_prop_t *prop = daos_prop_alloc(3);
	int rc = 0;

	if (prop == NULL)
		return -DER_NOMEM;
	for (int i = 0; i < 3 && rc == 0; i++) {
		prop->dpp_entries[i].dpe_type = type[i];
		rc = cont_prop_get(h, &prop->dpp_entries[i]);
	}
	if (rc == 0)
		*out = prop;
	else
		daos_prop_free(prop);
	return rc;
}

/* *prop: the ACL, the owner and the group; to be freed with daos_prop_free(). */
int daos_cont_get_acl(daos_handle_t coh, daos_prop_t **prop, daos_event_t *ev)
{
	struct cont_handle *h = cont_handle_get(coh);
	int rc = -DER_NO_HDL;

	if (h != NULL) {
		rc = prop != NULL ? get_acl(h, prop) : -DER_INVAL;
		handle_put(coh);
	}
	return event_complete(ev, rc);
}

static int acl_load(struct cont_handle *h, struct daos_acl **acl)
{
	struct daos_prop_entry entry = {.dpe_type = DAOS_PROP_CO_ACL};
	int rc = cont_prop_get(h, &entry);

	*acl = entry.dpe_val_ptr;
	return rc;
}

static int acl_store(struct cont_handle *h, struct daos_acl *acl)
{
	struct daos_prop_entry entry = {.dpe_type = DAOS_PROP_CO_ACL, .dpe_val_ptr = acl};
	daos_prop_t prop = {.dpp_nr = 1, .dpp_entries = &entry};

	return set_in(h, &prop);
}

static int overwrite_acl(daos_handle_t coh, struct daos_acl *acl)
{
	struct cont_handle *h;
	int rc = cont_handle_get_rw(coh, &h);

	if (rc != 0)
		return rc;
	rc = acl_store(h, acl);
	handle_put(coh);
	return rc;
}

int daos_cont_overwrite_acl(daos_handle_t coh, struct daos_acl *acl, daos_event_t *ev)
{
	return event_complete(ev, overwrite_acl(coh, acl));
}

/* Entries for principals that have one already replace it. */
static int acl_merge(struct daos_acl **acl, struct daos_acl *more)
{
	struct daos_ace *ace;
	int rc = 0;

	for (ace = daos_acl_get_next_ace(more, NULL); ace != NULL && rc == 0; ace = daos_acl_get_next_ace(more, ace))
		rc = daos_acl_add_ace(acl, ace);
	return rc;
}

static int update_acl(daos_handle_t coh, struct daos_acl *more)
{
	struct daos_acl *acl = NULL;
	struct cont_handle *h;
	int rc = cont_handle_get_rw(coh, &h);

	if (rc != 0)
		return rc;
	rc = more != NULL ? daos_acl_validate(more) : -DER_INVAL;
	if (rc == 0)
		rc = acl_load(h, &acl);
	if (rc == 0)
		rc = acl_merge(&acl, more);
	if (rc == 0)
		rc = acl_store(h, acl);
	daos_acl_free(acl);
	handle_put(coh);
	return rc;
}

int daos_cont_update_acl(daos_handle_t coh, struct daos_acl *acl, daos_event_t *ev)
{
	return event_complete(ev, update_acl(coh, acl));
}

static int delete_ace(daos_handle_t coh, enum daos_acl_principal_type type, d_string_t name)
{
	struct daos_acl *acl = NULL;
	struct cont_handle *h;
	int rc = cont_handle_get_rw(coh, &h);

	if (rc != 0)
		return rc;
	rc = acl_load(h, &acl);
	if (rc == 0)
		rc = daos_acl_remove_ace(&acl, type, name);
	if (rc == 0)
		rc = acl_store(h, acl);
	daos_acl_free(acl);
	handle_put(coh);
	return rc;
}

int daos_cont_delete_acl(daos_handle_t coh, enum daos_acl_principal_type type, d_string_t name, daos_event_t *ev)
{
	return event_complete(ev, delete_ace(coh, type, name));
}

static int set_owner(daos_handle_t coh, d_string_t user, d_string_t group)
{
	struct daos_prop_entry entry[2];
	daos_prop_t prop = {.dpp_nr = 0, .dpp_entries = entry};

	if (user != NULL)
		entry[prop.dpp_nr++] = (struct daos_prop_entry){.dpe_type = DAOS_PROP_CO_OWNER, .dpe_str = user};
	if (group != NULL)
		entry[prop.dpp_nr++] = (struct daos_prop_entry){.dpe_type = DAOS_PROP_CO_OWNER_GROUP, .dpe_str = group};
	return set_prop(coh, &prop);
}

int daos_cont_set_owner_no_check(daos_handle_t coh, d_string_t user, d_string_t group, daos_event_t *ev)
{
	return event_complete(ev, set_owner(coh, user, group));
}

/* With check: both must be known to this machine. -DER_NONEXIST */
int daos_cont_set_owner(daos_handle_t coh, d_string_t user, d_string_t group, daos_event_t *ev)
{
	uid_t uid;
	gid_t gid;
	int rc = 0;

	if (user != NULL)
		rc = daos_acl_principal_to_uid(user, &uid);
	if (rc == 0 && group != NULL)
		rc = daos_acl_principal_to_gid(group, &gid);
	return event_complete(ev, rc == 0 ? set_owner(coh, user, group) : rc);
}
