#include "system.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <daos_errno.h>

#include "dir.h"
#include "error.h"
#include "private.h"

enum { DB_POOL, DB_LABEL };

static const struct env_kind kind = {
    .magic = "dfuse system", .version = 1, .features = 0, .db = {[DB_POOL] = "pool", [DB_LABEL] = "label"}};

const char *system_name(const char *name)
{
	if (name == NULL || name[0] == '\0')
		return SYSTEM_NAME_DEFAULT;
	if (strnlen(name, DAOS_SYS_NAME_MAX + 1) > DAOS_SYS_NAME_MAX || strchr(name, '/') != NULL || name[0] == '.')
		return NULL;
	return name;
}

static char *home_root(void)
{
	const char *home = getenv("HOME");
	struct passwd pw, *found = NULL;
	char buf[4096], *root;

	if ((home == NULL || home[0] != '/') && getpwuid_r(geteuid(), &pw, buf, sizeof(buf), &found) == 0 &&
	    found != NULL)
		home = pw.pw_dir;
	if (home == NULL || asprintf(&root, "%s/.local/share/daos", home) < 0)
		return NULL;
	return root;
}

/* The directory that the systems are in. */
static char *root_path(void)
{
	const char *root = getenv("DAOS_LOCAL_ROOT");
	const char *data = getenv("XDG_DATA_HOME");

	if (root != NULL && root[0] != '\0')
		return strdup(root);
	return data != NULL && data[0] == '/' ? dir_join(data, "daos") : home_root();
}

/* A new system is built beside its place, and appears there at once. The root is locked. */
static int build(const char *root, const char *name, const char *path)
{
	char *tmp = NULL;
	struct env *env;
	int rc;

	if (asprintf(&tmp, "%s/.%s.new", root, name) < 0)
		return -DER_NOMEM;
	rc = dir_remove(tmp); /* of a creation that crashed */
	if (rc == 0)
		rc = private_mkdir(AT_FDCWD, tmp);
	if (rc != 0)
		goto out;
	rc = env_open(tmp, &kind, ENV_CREATE, &env);
	if (rc == 0) {
		env_close(env);
		rc = dir_sync(tmp);
	}
	if (rc == 0 && rename(tmp, path) != 0)
		rc = errno == ENOTEMPTY ? -DER_EXIST : der_from_errno(errno);
	if (rc == 0)
		rc = dir_sync(root);
	if (rc != 0)
		dir_remove(tmp);
out:
	free(tmp);
	return rc;
}

static int create(const char *root, const char *name, const char *path)
{
	struct env *env;
	int lock;
	int rc = dir_make_all(root);

	if (rc != 0)
		return rc;
	rc = dir_lock(root, &lock);
	if (rc != 0)
		return rc;
	rc = env_open(path, &kind, 0, &env);
	if (rc == 0)
		env_close(env); /* another process was faster */
	else if (rc == -DER_NONEXIST)
		rc = build(root, name, path);
	dir_unlock(lock);
	return rc;
}

int system_open_path(const char *name, const char *path, struct system **out)
{
	struct system *sys = calloc(1, sizeof(*sys));
	int rc;

	if (sys == NULL)
		return -DER_NOMEM;
	snprintf(sys->name, sizeof(sys->name), "%s", name);
	rc = env_open(path, &kind, 0, &sys->env); /* which follows no link to it */
	if (rc == 0) {
		sys->path = realpath(path, NULL);
		rc = sys->path != NULL ? 0 : der_from_errno(errno);
	}
	if (rc != 0) {
		if (sys->env != NULL)
			env_close(sys->env);
		free(sys);
		return rc;
	}
	sys->pools = (struct registry){sys->env, sys->path, DB_POOL, DB_LABEL};
	*out = sys;
	return 0;
}

int system_open(const char *name, bool make, struct system **out)
{
	char *root, *path = NULL;
	int rc = -DER_NOMEM;

	name = system_name(name);
	if (name == NULL)
		return -DER_INVAL;
	root = root_path();
	if (root != NULL)
		path = dir_join(root, name);
	if (path != NULL)
		rc = system_open_path(name, path, out);
	if (rc == -DER_NONEXIST && make) {
		rc = create(root, name, path);
		if (rc == 0)
			rc = system_open_path(name, path, out);
	}
	free(path);
	free(root);
	return rc;
}

void system_close(struct system *sys)
{
	env_close(sys->env);
	free(sys->path);
	free(sys);
}
