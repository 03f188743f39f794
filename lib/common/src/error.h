/*
 * error.h: one place for the translation between errno, LMDB's and DAOS's error numbers.
 *
 * Names: der_* is a negative DER number or 0; errno values are positive.
 */
#ifndef DFUSE_ERROR_H
#define DFUSE_ERROR_H

/* errno (positive, 0 for none) to a negative DER number. Unknown ones become -DER_MISC. */
int der_from_errno(int err);

/* A negative DER number (or 0) to a positive errno (or 0). Unknown ones become EIO. */
int der_to_errno(int der);

#endif
