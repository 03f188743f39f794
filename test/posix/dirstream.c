/* dirstream.c: telldir, seekdir, rewinddir, and listing while the directory changes. */
#include "helpers.h"

enum { N = 600 };

static void name(char *path, int i)
{
	snprintf(path, 64, "d/e%d", i);
}

static DIR *directory(int n)
{
	char path[64];

	OK(mkdir("d", 0755));
	for (int i = 0; i < n; i++) {
		name(path, i);
		close(MAKE(path));
	}
	return SOME(opendir("d"));
}

static void seek_to_every_place(void)
{
	char names[N + 2][256];
	long at[N + 2];
	struct dirent *de;
	DIR *dir = directory(N);
	int n = 0;

	for (;;) {
		long here = telldir(dir);

		de = readdir(dir);
		if (de == NULL)
			break;
		at[n] = here;
		snprintf(names[n++], 256, "%s", de->d_name);
	}
	EQ(n, N + 2);
	for (int i = n - 1; i >= 0; i -= 7) {
		seekdir(dir, at[i]);
		EQ(telldir(dir), at[i]);
		de = SOME(readdir(dir));
		STR(de->d_name, names[i]);
	}
}

static void seek_and_go_on(void)
{
	DIR *dir = directory(N);
	int rest = 0, again = 0;
	long middle;

	for (int i = 0; i < 250; i++)
		SOME(readdir(dir));
	middle = telldir(dir);
	while (readdir(dir) != NULL)
		rest++;
	EQ(rest, N + 2 - 250);
	seekdir(dir, middle);
	while (readdir(dir) != NULL)
		again++;
	EQ(again, rest);
}

static void rewinds(void)
{
	DIR *dir = directory(20);
	int n = 0;

	while (readdir(dir) != NULL)
		n++;
	EQ(n, 22);
	TRUE(readdir(dir) == NULL);
	PUT("d/new", "");
	OK(unlink("d/e0"));
	OK(unlink("d/e1"));
	rewinddir(dir);
	for (n = 0; readdir(dir) != NULL;)
		n++;
	EQ(n, 21);
}

static void end_is_stable(void)
{
	DIR *dir = directory(5);

	while (readdir(dir) != NULL)
		;
	errno = 0;
	TRUE(readdir(dir) == NULL);
	EQ(errno, 0);
}

/* Entries that are there all the time are listed exactly once, whatever happens to the others. */
static void others_come_and_go(void)
{
	int seen[N] = {0}, round = 0, i;
	DIR *dir = directory(N);
	struct dirent *de;
	char path[64];

	/* Even ones stay. */
	while ((de = readdir(dir)) != NULL) {
		if (sscanf(de->d_name, "e%d", &i) == 1)
			seen[i]++;
		if (round < N / 2) {
			name(path, 2 * round + 1);
			OK(unlink(path));
			snprintf(path, sizeof(path), "d/new%d", round);
			close(MAKE(path));
			round++;
		}
	}
	for (i = 0; i < N; i += 2)
		EQ(seen[i], 1);
	for (i = 1; i < N; i += 2)
		LE(seen[i], 1);
}

static void seek_while_changing(void)
{
	int seen[N] = {0}, i, n = 0;
	DIR *dir = directory(N);
	struct dirent *de;
	char path[64];

	while ((de = readdir(dir)) != NULL) {
		long here = telldir(dir);

		if (sscanf(de->d_name, "e%d", &i) == 1)
			seen[i]++;
		if (++n % 10 == 0) {
			snprintf(path, sizeof(path), "d/x%d", n);
			close(MAKE(path));
			if (n % 20 == 0) {
				snprintf(path, sizeof(path), "d/x%d", n - 10);
				OK(unlink(path));
			}
			rewinddir(dir);
			seekdir(dir, here);
		}
		LE(n, 3 * N);
	}
	for (i = 0; i < N; i++)
		EQ(seen[i], 1);
}

static void removing_what_is_listed(void)
{
	DIR *dir = directory(N);
	struct dirent *de;
	char path[300];

	while ((de = readdir(dir)) != NULL) {
		if (de->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "d/%s", de->d_name);
		OK(unlink(path));
	}
	closedir(dir);
	EQ(COUNT("d"), 0);
	OK(rmdir("d"));
}

static void renaming_what_is_listed(void)
{
	DIR *dir = directory(200);
	char from[300], to[300];
	struct dirent *de;
	int n = 0;

	OK(mkdir("to", 0755));
	while ((de = readdir(dir)) != NULL) {
		if (de->d_name[0] != 'e')
			continue;
		snprintf(from, sizeof(from), "d/%s", de->d_name);
		snprintf(to, sizeof(to), "to/%s", de->d_name);
		OK(rename(from, to));
		n++;
	}
	EQ(n, 200);
	EQ(COUNT("d"), 0);
	EQ(COUNT("to"), 200);
}

static void creating_while_listing_ends(void)
{
	DIR *dir = directory(50);
	char path[64];
	int n = 0;

	while (readdir(dir) != NULL) {
		snprintf(path, sizeof(path), "d/more%d", n++);
		if (n <= 2000)
			close(MAKE(path));
		LE(n, 2100);
	}
	GE(n, 52);
}

static volatile bool stop;

static void churn(int who)
{
	char path[64];

	if (who == 0) {
		for (int i = 0; i < 30; i++) {
			int seen[N] = {0}, e;
			DIR *dir = SOME(opendir("d"));
			struct dirent *de;

			while ((de = readdir(dir)) != NULL)
				if (sscanf(de->d_name, "e%d", &e) == 1)
					seen[e]++;
			closedir(dir);
			for (e = 0; e < N; e++)
				EQ(seen[e], 1);
		}
		stop = true;
		return;
	}
	for (int i = 0; !stop; i++) {
		snprintf(path, sizeof(path), "d/churn-%d-%d", who, i % 50);
		close(OK(open(path, O_CREAT | O_RDWR, 0644)));
		OK(unlink(path));
	}
}

static void threads_change(void)
{
	closedir(directory(N));
	in_threads(3, churn);
	EQ(COUNT("d"), N);
}

static const struct ps_case cases[] = {
    {"seek_to_every_place", "seekdir goes back to every place that telldir told", seek_to_every_place},
    {"seek_and_go_on", "the same rest is listed from a place again", seek_and_go_on},
    {"rewinds", "rewinddir shows the directory as it is now", rewinds},
    {"end_is_stable", "the end stays the end, without an error", end_is_stable},
    {"others_come_and_go", "entries that stay are listed once while others come and go", others_come_and_go},
    {"seek_while_changing", "seekdir after changes neither loses nor repeats entries", seek_while_changing},
    {"removing_what_is_listed", "removing each entry as it is listed empties the directory", removing_what_is_listed},
    {"renaming_what_is_listed", "moving each entry as it is listed moves all", renaming_what_is_listed},
    {"creating_while_listing_ends", "listing ends though entries are created", creating_while_listing_ends},
    {"threads_change", "listings are right while other threads create and unlink", threads_change},
};
PS_GROUP(dirstream);
