/* Names and texts of the DER numbers. The texts are part of what the tools print. */
#include <stddef.h>

#include <daos_errno.h>

#define E(name, text)             \
	{                         \
		name, #name, text \
	}

static const struct {
	int code;
	const char *name;
	const char *text;
} table[] = {
    E(DER_SUCCESS, "Success"),
    E(DER_NO_PERM, "Operation not permitted"),
    E(DER_NO_HDL, "Not an open handle"),
    E(DER_INVAL, "Invalid argument"),
    E(DER_EXIST, "Entity already exists"),
    E(DER_NONEXIST, "The specified entity does not exist"),
    E(DER_UNREACH, "Node cannot be reached"),
    E(DER_NOSPACE, "No space left in the storage"),
    E(DER_ALREADY, "Already done"),
    E(DER_NOMEM, "Out of memory"),
    E(DER_NOSYS, "Function not implemented"),
    E(DER_TIMEDOUT, "Timed out"),
    E(DER_BUSY, "In use"),
    E(DER_AGAIN, "Try again"),
    E(DER_PROTO, "Incompatible protocol"),
    E(DER_UNINIT, "The library is not initialised"),
    E(DER_TRUNC, "The buffer is too short"),
    E(DER_OVERFLOW, "Value too large for its type"),
    E(DER_CANCELED, "Canceled"),
    E(DER_OOG, "Not a member of the group"),
    E(DER_HG, "Transport error"),
    E(DER_UNREG, "Request is not registered"),
    E(DER_ADDRSTR_GEN, "Failed to make an address string"),
    E(DER_PMIX, "PMIx error"),
    E(DER_IVCB_FORWARD, "Request must be forwarded"),
    E(DER_MISC, "Miscellaneous error"),
    E(DER_BADPATH, "Bad path name"),
    E(DER_NOTDIR, "Not a directory"),
    E(DER_CORPC_INCOMPLETE, "Collective request did not complete"),
    E(DER_NO_RAS_RANK, "No rank is subscribed to RAS events"),
    E(DER_NOTATTACH, "Not attached to the service group"),
    E(DER_MISMATCH, "Versions do not match"),
    E(DER_EXCLUDED, "The rank has been excluded"),
    E(DER_NOREPLY, "No reply"),
    E(DER_DOS, "Denial of service"),
    E(DER_BAD_TARGET, "The target is not the right one for this request"),
    E(DER_GRPVER, "Group versions differ"),
    E(DER_HLC_SYNC, "The clocks are too far apart"),
    E(DER_NO_SHMEM, "Not enough shared memory"),
    E(DER_ADD_METRIC_FAILED, "Failed to add a metric"),
    E(DER_DURATION_MISMATCH, "Start and end of a duration do not match"),
    E(DER_OP_NOT_PERMITTED, "Operation is not allowed on this metric"),
    E(DER_EXCEEDS_PATH_LEN, "Path name too long"),
    E(DER_METRIC_NOT_FOUND, "No such metric"),
    E(DER_SHMEM_PERMS, "No permission for the shared memory"),
    E(DER_HG_FATAL, "Fatal transport error"),
    E(DER_QUOTA_LIMIT, "Quota exceeded"),
    E(DER_IO, "Input or output error"),
    E(DER_FREE_MEM, "Failed to free memory"),
    E(DER_ENOENT, "No such entry"),
    E(DER_NOTYPE, "Unknown type"),
    E(DER_NOSCHEMA, "Unknown object schema"),
    E(DER_NOLOCAL, "Not a local entity"),
    E(DER_STALE, "Stale"),
    E(DER_NOTLEADER, "Not the service's leader"),
    E(DER_TGT_CREATE, "Failed to create a target"),
    E(DER_EP_RO, "The epoch is read-only"),
    E(DER_EP_OLD, "The epoch is too old"),
    E(DER_KEY2BIG, "Key too large"),
    E(DER_REC2BIG, "Record too large for the buffer"),
    E(DER_IO_INVAL, "Buffers do not match the extents"),
    E(DER_EQ_BUSY, "The event queue has events"),
    E(DER_DOMAIN, "Not enough fault domains"),
    E(DER_SHUTDOWN, "Shutting down"),
    E(DER_INPROGRESS, "Operation in progress"),
    E(DER_NOTAPPLICABLE, "Not applicable"),
    E(DER_NOTREPLICA, "Not a replica of the service"),
    E(DER_CSUM, "Checksum error"),
    E(DER_DF_INVAL, "Damaged durable format"),
    E(DER_DF_INCOMPT, "Incompatible durable format"),
    E(DER_REC_SIZE, "Wrong record size"),
    E(DER_TX_RESTART, "The transaction must be restarted"),
    E(DER_DATA_LOSS, "Data was lost"),
    E(DER_OP_CANCELED, "Operation canceled"),
    E(DER_TX_BUSY, "The transaction is busy"),
    E(DER_AGENT_INCOMPAT, "Incompatible agent"),
    E(DER_NEED_TX, "The operation needs a transaction"),
    E(DER_RF, "More failures than the redundancy factor allows"),
    E(DER_FETCH_AGAIN, "Fetch again"),
    E(DER_TX_UNCERTAIN, "The transaction's outcome is not known"),
    E(DER_AGENT_COMM, "Cannot talk to the agent"),
    E(DER_ID_MISMATCH, "Identifiers do not match"),
    E(DER_TGT_RETRY, "Retry with another target"),
    E(DER_NOTSUPPORTED, "Operation not supported"),
    E(DER_CONTROL_INCOMPAT, "Incompatible control plane"),
    E(DER_NO_SERVICE, "No service available"),
    E(DER_TX_ID_REUSED, "The transaction id was used before"),
    E(DER_UPDATE_AGAIN, "Update again"),
    E(DER_NVME_IO, "NVMe input or output error"),
    E(DER_NO_CERT, "No certificate"),
    E(DER_BAD_CERT, "Bad certificate"),
    E(DER_VOS_PARTIAL_UPDATE, "An extent was updated in part"),
    E(DER_CHKPT_BUSY, "A checkpoint is running"),
    E(DER_DIV_BY_ZERO, "Division by zero"),
    E(DER_OVERLOAD_RETRY, "The target is overloaded, retry later"),
    E(DER_NOT_RESUME, "Cannot be resumed"),
    E(DER_CONT_NONEXIST, "The container does not exist"),
    E(DER_CONT_DESTROYING, "The container is being destroyed"),
    E(DER_IGNORE, "Ignored"),
};

static const char unknown_name[] = "DER_UNKNOWN";
static const char unknown_text[] = "Unknown error";

/* Numbers grow along the table, but not by one: it is short enough to be walked. */
static int find(int rc)
{
	unsigned code = rc < 0 ? -(unsigned)rc : (unsigned)rc;

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if ((unsigned)table[i].code == code)
			return (int)i;
	return -1;
}

const char *d_errstr(int rc)
{
	int i = find(rc);

	return i < 0 ? unknown_name : table[i].name;
}

const char *d_errdesc(int rc)
{
	int i = find(rc);

	return i < 0 ? unknown_text : table[i].text;
}
