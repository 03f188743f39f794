/*
 * work.h: what is done in a container while calls fail: a list of steps, each of which can be done again after it
 * failed.
 */
#ifndef FAULTS_WORK_H
#define FAULTS_WORK_H

#include <stdbool.h>

#define WORK_POOL "tank"
#define WORK_CONT "home"

struct step {
	const char *what;
	int (*run)(void); /* 0 or an errno */
	int twice; /* what a second run may say if the first, which failed, had its effect nevertheless; 0: nothing */
};

extern const struct step work[];
extern const unsigned work_steps;

/* Make the store that is worked on, with DAOS_LOCAL_ROOT an empty directory. */
bool work_prepare(void);

/* After all steps: what is there is what they made, and what was there before is as it was. Opens and closes by itself.
 */
bool work_verify(void);

#endif
