/* start.c: from a program's start to its end. */
#include "fsbench.h"

#include <spawn.h>
#include <sys/wait.h>

extern char **environ;

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The median, in milliseconds: one that was held up by something else says nothing. */
void run_start(long times, char **argv)
{
	const char *preload = getenv("FSBENCH_PRELOAD");
	double *each = calloc((size_t)times, sizeof(*each));
	int status;
	pid_t pid;

	if (each == NULL || (preload != NULL && setenv("LD_PRELOAD", preload, 1) != 0))
		err(1, "start");
	for (long i = 0; i < times; i++) {
		double begin = now();

		if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) != 0 || waitpid(pid, &status, 0) != pid)
			err(1, "%s", argv[0]);
		if (status != 0)
			errx(1, "%s ended with %d", argv[0], status);
		each[i] = (now() - begin) * 1000;
	}
	qsort(each, (size_t)times, sizeof(*each), compare);
	printf("start %.4f\n", each[times / 2]);
	free(each);
}
