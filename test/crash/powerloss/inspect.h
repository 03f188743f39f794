/*
 * inspect.h: open an image as the next user of the store would, and compare what is there with what was promised.
 */
#ifndef POWERLOSS_INSPECT_H
#define POWERLOSS_INSPECT_H

#include <stdbool.h>

#include "expect.h"

/* In a process of its own, with DAOS_LOCAL_ROOT the image. Prints what is wrong on stderr. */
bool inspect(const struct expect *e, size_t moment);

#endif
