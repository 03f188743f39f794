#include "error.h"

#include <errno.h>
#include <stddef.h>

#include <daos_errno.h>

/* The first line of an errno is the one that der_from_errno() uses; the first of a DER the one of der_to_errno(). */
static const struct {
	int der;
	int err;
} table[] = {
    {DER_NO_PERM, EPERM},
    {DER_NO_PERM, EACCES},
    {DER_NO_HDL, EBADF},
    {DER_INVAL, EINVAL},
    {DER_EXIST, EEXIST},
    {DER_NONEXIST, ENOENT},
    {DER_UNREACH, EHOSTUNREACH},
    {DER_NOSPACE, ENOSPC},
    {DER_QUOTA_LIMIT, EDQUOT},
    {DER_ALREADY, EALREADY},
    {DER_NOMEM, ENOMEM},
    {DER_NOSYS, ENOSYS},
    {DER_TIMEDOUT, ETIMEDOUT},
    {DER_BUSY, EBUSY},
    {DER_AGAIN, EAGAIN},
    {DER_PROTO, EPROTO},
    {DER_IO, EIO},
    {DER_CANCELED, ECANCELED},
    {DER_OVERFLOW, EOVERFLOW},
    {DER_BADPATH, ENOTDIR},
    {DER_NOTDIR, ENOTDIR},
    {DER_STALE, ESTALE},
    {DER_TX_RESTART, ERESTART},
    {DER_NOTSUPPORTED, EOPNOTSUPP},
    {DER_SHUTDOWN, ESHUTDOWN},
    {DER_INPROGRESS, EINPROGRESS},
    {DER_TRUNC, EOVERFLOW},
    {DER_REC2BIG, E2BIG},
    {DER_KEY2BIG, E2BIG},
    {DER_MISMATCH, EINVAL},
    {DER_OP_CANCELED, ECANCELED},
    {DER_EXCEEDS_PATH_LEN, ENAMETOOLONG},
    {DER_OP_NOT_PERMITTED, EPERM},
    {DER_DF_INVAL, EINVAL},
    {DER_DF_INCOMPT, EINVAL},
    {DER_IO_INVAL, EINVAL},
    {DER_ENOENT, ENOENT},
    {DER_UNINIT, EINVAL},
    {DER_NO_PERM, EROFS},
};

#define TABLE_LEN (sizeof(table) / sizeof(table[0]))

int der_from_errno(int err)
{
	if (err == 0)
		return 0;
	for (size_t i = 0; i < TABLE_LEN; i++)
		if (table[i].err == err)
			return -table[i].der;
	return -DER_MISC;
}

int der_to_errno(int der)
{
	if (der == 0)
		return 0;
	for (size_t i = 0; i < TABLE_LEN; i++)
		if (table[i].der == -der)
			return table[i].err;
	return EIO;
}
