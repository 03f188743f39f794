#include "query.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <daos_uns.h>

#include "invalidate.h"
#include "link.h"

#define DEFAULT_SYSTEM "daos_server"

static int finish(FILE *out, char **text, int rc)
{
	if (fclose(out) != 0 && rc == 0)
		rc = ENOMEM;
	if (rc != 0) {
		free(*text);
		*text = NULL;
	}
	return rc;
}

static void print_string(FILE *out, const char *s)
{
	fputc('"', out);
	for (; *s != '\0'; s++)
		if (*s == '"' || *s == '\\')
			fprintf(out, "\\%c", *s);
		else if ((unsigned char)*s < ' ')
			fprintf(out, "\\u%04x", *s);
		else
			fputc(*s, out);
	fputc('"', out);
}

/* Of each kind of request how many there were; then what more is known of them. */
static void print_requests(struct mount *m, FILE *out)
{
	struct stats_total total;
	const char *comma = "";

	fprintf(out, "\"statistics\":{");
	for (unsigned i = 0; i < STAT_COUNT; i++) {
		stats_get(&m->stats, i, &total);
		if (total.count == 0)
			continue;
		fprintf(out, "%s\"%s\":%" PRIu64, comma, stats_name(i), total.count);
		comma = ",";
	}
	fprintf(out, "},\"operations\":{");
	comma = "";
	for (unsigned i = 0; i < STAT_COUNT; i++) {
		stats_get(&m->stats, i, &total);
		if (total.count == 0)
			continue;
		fprintf(out,
			"%s\"%s\":{\"count\":%" PRIu64 ",\"bytes\":%" PRIu64 ",\"mean_ns\":%" PRIu64
			",\"p50_ns\":%" PRIu64 ",\"p90_ns\":%" PRIu64 ",\"p99_ns\":%" PRIu64 ",\"max_ns\":%" PRIu64 "}",
			comma, stats_name(i), total.count, total.bytes, total.timed > 0 ? total.time / total.timed : 0,
			stats_percentile(&total, 50), stats_percentile(&total, 90), stats_percentile(&total, 99),
			total.max);
		comma = ",";
	}
	fprintf(out, "},\"opened\":{");
	for (unsigned i = 0; i < STAT_OPEN_COUNT; i++)
		fprintf(out, "%s\"%s\":%" PRIu64, i == 0 ? "" : ",", stats_open_name(i),
			stats_get_opened(&m->stats, i));
	fprintf(out, "}");
}

static int get_query(struct mount *m, char **text)
{
	size_t len;
	FILE *out = open_memstream(text, &len);

	if (out == NULL)
		return ENOMEM;
	fprintf(out, "{\"inodes\":%zu,\"open_files\":%" PRIu64 ",\"pools\":%u,\"containers\":%u,",
		inode_table_count(&m->inodes), m->open_files, m->conns.npools, m->conns.ncontainers);
	print_requests(m, out);
	fprintf(out,
		",\"transport\":\"read/write\",\"passthrough\":%s,\"writeback\":%s,\"threads\":%u,\"libfuse\":\"%s\"}",
		m->passthrough ? "true" : "false", m->writeback ? "true" : "false", m->threads, fuse_pkgversion());
	return finish(out, text, 0);
}

static int get_object(struct mount *m, struct inode *inode, char **text)
{
	char path[PATH_MAX + 1];
	size_t len;
	FILE *out;
	int rc;

	if (!inode_is_dfs(inode))
		return ENODATA;
	rc = -inode_path(&m->inodes, inode, path, sizeof(path));
	out = rc == 0 ? open_memstream(text, &len) : NULL;
	if (out == NULL)
		return rc == 0 ? ENOMEM : rc;
	fprintf(out,
		"{\"pool\":\"%s\",\"container\":\"%s\",\"oid\":\"%llu.%llu\",\"path\":", inode->cont->pool->uuid_str,
		inode->cont->uuid_str, (unsigned long long)inode->oid.hi, (unsigned long long)inode->oid.lo);
	print_string(out, path);
	fputc('}', out);
	return finish(out, text, 0);
}

/* For the interception library. */
static int get_mount(struct mount *m, char **text)
{
	const char *sys = m->conns.sys_name == NULL ? DEFAULT_SYSTEM : m->conns.sys_name;
	const struct inode *root = m->inodes.root;
	int n;

	if (root->kind == INODE_SYSTEM)
		n = asprintf(text, "%s", sys);
	else if (root->kind == INODE_POOL)
		n = asprintf(text, "%s/%s", sys, root->pool->uuid_str);
	else
		n = asprintf(text, "%s/%s/%s", sys, root->cont->pool->uuid_str, root->cont->uuid_str);
	return n < 0 ? ENOMEM : 0;
}

int query_get(struct mount *m, struct inode *inode, const char *name, char **text)
{
	char link[LINK_TEXT_LEN + 1];

	if (strcmp(name, QUERY_ATTR) == 0)
		return get_query(m, text);
	if (strcmp(name, MOUNT_ATTR) == 0)
		return get_mount(m, text);
	if (strcmp(name, OBJECT_ATTR) == 0)
		return get_object(m, inode, text);
	if (strcmp(name, DUNS_XATTR_NAME) != 0 || inode->kind != INODE_ROOT)
		return ENODATA;
	link_text(inode->cont, link);
	*text = strdup(link);
	return *text == NULL ? ENOMEM : 0;
}

bool query_is_ours(const char *name)
{
	return strncmp(name, "user.dfuse.", strlen("user.dfuse.")) == 0;
}

int query_evict(struct mount *m, struct inode *inode)
{
	return invalidate_later(m, inode, true);
}
