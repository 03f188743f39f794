/*
 * daos_errno.h: error numbers of the DAOS API.
 *
 * Functions of libdaos return 0 or one of these negated; those of libdfs and libduns return 0 or a positive errno
 * value.
 */
#ifndef DFUSE_DAOS_ERRNO_H
#define DFUSE_DAOS_ERRNO_H

#include <gurt/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/* To print an error with printf(): the name, the number, the text. */
#define DF_RC "%s(%d): '%s'"

enum daos_errno {
	DER_SUCCESS = 0, /* success */

	/* Of the common library. */
	DER_ERR_GURT_BASE = 1000,
	DER_NO_PERM = 1001,	      /* not allowed, by rights or by how it was opened */
	DER_NO_HDL = 1002,	      /* not an open handle (of this kind) */
	DER_INVAL = 1003,	      /* an argument is not valid */
	DER_EXIST = 1004,	      /* it is there already */
	DER_NONEXIST = 1005,	      /* there is no such thing */
	DER_UNREACH = 1006,	      /* node cannot be reached */
	DER_NOSPACE = 1007,	      /* no space left */
	DER_ALREADY = 1008,	      /* it was done before */
	DER_NOMEM = 1009,	      /* out of memory */
	DER_NOSYS = 1010,	      /* there is no such function here */
	DER_TIMEDOUT = 1011,	      /* timed out */
	DER_BUSY = 1012,	      /* in use */
	DER_AGAIN = 1013,	      /* try again */
	DER_PROTO = 1014,	      /* incompatible protocol */
	DER_UNINIT = 1015,	      /* no daos_init() */
	DER_TRUNC = 1016,	      /* the buffer is too short */
	DER_OVERFLOW = 1017,	      /* value too large for its type */
	DER_CANCELED = 1018,	      /* canceled */
	DER_OOG = 1019,		      /* not a member of the group */
	DER_HG = 1020,		      /* transport error */
	DER_UNREG = 1021,	      /* request is not registered */
	DER_ADDRSTR_GEN = 1022,	      /* failed to make an address string */
	DER_PMIX = 1023,	      /* PMIx error */
	DER_IVCB_FORWARD = 1024,      /* request must be forwarded */
	DER_MISC = 1025,	      /* miscellaneous error */
	DER_BADPATH = 1026,	      /* bad path name */
	DER_NOTDIR = 1027,	      /* not a directory */
	DER_CORPC_INCOMPLETE = 1028,  /* collective request did not complete */
	DER_NO_RAS_RANK = 1029,	      /* no rank is subscribed to RAS events */
	DER_NOTATTACH = 1030,	      /* not attached to the service group */
	DER_MISMATCH = 1031,	      /* versions do not match */
	DER_EXCLUDED = 1032,	      /* the rank has been excluded */
	DER_NOREPLY = 1033,	      /* no reply */
	DER_DOS = 1034,		      /* denial of service */
	DER_BAD_TARGET = 1035,	      /* the target is not the right one for this request */
	DER_GRPVER = 1036,	      /* group versions differ */
	DER_HLC_SYNC = 1037,	      /* the clocks are too far apart */
	DER_NO_SHMEM = 1038,	      /* not enough shared memory */
	DER_ADD_METRIC_FAILED = 1039, /* failed to add a metric */
	DER_DURATION_MISMATCH = 1040, /* start and end of a duration do not match */
	DER_OP_NOT_PERMITTED = 1041,  /* operation is not allowed on this metric */
	DER_EXCEEDS_PATH_LEN = 1042,  /* path name too long */
	DER_METRIC_NOT_FOUND = 1043,  /* no such metric */
	DER_SHMEM_PERMS = 1044,	      /* no permission for the shared memory */
	DER_HG_FATAL = 1045,	      /* fatal transport error */
	DER_QUOTA_LIMIT = 1046,	      /* quota exceeded */

	/* Of storage. */
	DER_ERR_DAOS_BASE = 2000,
	DER_IO = 2001,		       /* input or output error */
	DER_FREE_MEM = 2002,	       /* failed to free memory */
	DER_ENOENT = 2003,	       /* no such entry */
	DER_NOTYPE = 2004,	       /* unknown type */
	DER_NOSCHEMA = 2005,	       /* unknown object schema */
	DER_NOLOCAL = 2006,	       /* not a local entity */
	DER_STALE = 2007,	       /* stale */
	DER_NOTLEADER = 2008,	       /* not the service's leader */
	DER_TGT_CREATE = 2009,	       /* failed to create a target */
	DER_EP_RO = 2010,	       /* the epoch is read-only */
	DER_EP_OLD = 2011,	       /* the epoch is too old */
	DER_KEY2BIG = 2012,	       /* a key does not fit in the buffer, or is too long */
	DER_REC2BIG = 2013,	       /* a value does not fit in the buffer */
	DER_IO_INVAL = 2014,	       /* buffers do not match the extents */
	DER_EQ_BUSY = 2015,	       /* the event queue has events */
	DER_DOMAIN = 2016,	       /* not enough fault domains */
	DER_SHUTDOWN = 2017,	       /* shutting down */
	DER_INPROGRESS = 2018,	       /* operation in progress */
	DER_NOTAPPLICABLE = 2019,      /* not applicable */
	DER_NOTREPLICA = 2020,	       /* not a replica of the service */
	DER_CSUM = 2021,	       /* checksum error */
	DER_DF_INVAL = 2022,	       /* what is stored is damaged */
	DER_DF_INCOMPT = 2023,	       /* what is stored has a newer format */
	DER_REC_SIZE = 2024,	       /* wrong record size */
	DER_TX_RESTART = 2025,	       /* the transaction lost against another: restart it */
	DER_DATA_LOSS = 2026,	       /* data was lost */
	DER_OP_CANCELED = 2027,	       /* operation canceled */
	DER_TX_BUSY = 2028,	       /* the transaction is busy */
	DER_AGENT_INCOMPAT = 2029,     /* incompatible agent */
	DER_NEED_TX = 2030,	       /* the operation needs a transaction */
	DER_RF = 2031,		       /* more failures than the redundancy factor allows */
	DER_FETCH_AGAIN = 2032,	       /* fetch again */
	DER_TX_UNCERTAIN = 2033,       /* the transaction's outcome is not known */
	DER_AGENT_COMM = 2034,	       /* cannot talk to the agent */
	DER_ID_MISMATCH = 2035,	       /* identifiers do not match */
	DER_TGT_RETRY = 2036,	       /* retry with another target */
	DER_NOTSUPPORTED = 2037,       /* that cannot be done here */
	DER_CONTROL_INCOMPAT = 2038,   /* incompatible control plane */
	DER_NO_SERVICE = 2039,	       /* no service available */
	DER_TX_ID_REUSED = 2040,       /* the transaction id was used before */
	DER_UPDATE_AGAIN = 2041,       /* update again */
	DER_NVME_IO = 2042,	       /* NVMe input or output error */
	DER_NO_CERT = 2043,	       /* no certificate */
	DER_BAD_CERT = 2044,	       /* bad certificate */
	DER_VOS_PARTIAL_UPDATE = 2045, /* an extent was updated in part */
	DER_CHKPT_BUSY = 2046,	       /* a checkpoint is running */
	DER_DIV_BY_ZERO = 2047,	       /* division by zero */
	DER_OVERLOAD_RETRY = 2048,     /* the target is overloaded, retry later */
	DER_NOT_RESUME = 2049,	       /* cannot be resumed */
	DER_CONT_NONEXIST = 2050,      /* the container does not exist */
	DER_CONT_DESTROYING = 2051,    /* the container is being destroyed */
	DER_IGNORE = 2052,	       /* ignored */

	/* No error: the end of the list, and what stands for any other number. */
	DER_LAST_VALID = 2053,
	DER_UNKNOWN = 0x7a508,
};

/*
 * The name of an error, such as "DER_NONEXIST" for -1005; either sign will do. 0 is "DER_SUCCESS", anything unknown
 * "DER_UNKNOWN". Never NULL, never to be freed.
 */
const char *d_errstr(int rc);

/* The same as a text for people, such as "The specified entity does not exist". */
const char *d_errdesc(int rc);

#ifdef __cplusplus
}
#endif

#endif
