#include "handshake.h"

#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/fuse.h>

#if defined(FUSE_CAP_HANDLE_KILLPRIV_V2) && defined(FUSE_CAP_DIRECT_IO_ALLOW_MMAP)

int handshake_begin(struct mount *m)
{
	(void)m;
	return 0;
}

bool handshake_killpriv(struct mount *m, struct fuse_conn_info *conn)
{
	(void)m;
	conn->want |= conn->capable & FUSE_CAP_HANDLE_KILLPRIV_V2;
	return (conn->want & FUSE_CAP_HANDLE_KILLPRIV_V2) != 0;
}

bool handshake_direct_mmap(struct mount *m, struct fuse_conn_info *conn)
{
	(void)m;
	conn->want |= conn->capable & FUSE_CAP_DIRECT_IO_ALLOW_MMAP;
	return (conn->want & FUSE_CAP_DIRECT_IO_ALLOW_MMAP) != 0;
}

#else

#define DIRECT_IO_ALLOW_MMAP (1ULL << 36)

/* Touched by the thread that serves FUSE_INIT only, which is the first request and answered before any other is sent.
 */
static struct {
	uint64_t unique;  /* of the request; 0: not seen yet */
	uint64_t offered; /* flags of the kernel */
	uint64_t add;	  /* flags for the reply */
	atomic_bool done;
} init;

static ssize_t on_read(int fd, void *buf, size_t len, void *arg)
{
	ssize_t n = read(fd, buf, len);
	const struct fuse_in_header *in = buf;
	const struct fuse_init_in *body;

	(void)arg;
	if (!atomic_load_explicit(&init.done, memory_order_relaxed) &&
	    n >= (ssize_t)(sizeof(*in) + 4 * sizeof(uint32_t)) && in->opcode == FUSE_INIT) {
		body = (const void *)(in + 1);
		init.unique = in->unique;
		init.offered = body->flags;
		if ((body->flags & FUSE_INIT_EXT) && n >= (ssize_t)(sizeof(*in) + sizeof(*body)))
			init.offered |= (uint64_t)body->flags2 << 32;
	}
	return n;
}

static ssize_t on_writev(int fd, struct iovec *iov, int count, void *arg)
{
	const struct fuse_out_header *out = iov[0].iov_base;
	struct fuse_init_out *body;

	(void)arg;
	if (!atomic_load_explicit(&init.done, memory_order_relaxed) && init.unique != 0 && out->unique == init.unique &&
	    out->error == 0 && count == 2 && iov[1].iov_len >= 4 * sizeof(uint32_t)) {
		body = iov[1].iov_base;
		body->flags |= (uint32_t)init.add;
		if (init.add >> 32 != 0 && iov[1].iov_len >= sizeof(*body)) {
			body->flags |= FUSE_INIT_EXT;
			body->flags2 |= (uint32_t)(init.add >> 32);
		}
		init.done = true;
	}
	return writev(fd, iov, count);
}

int handshake_begin(struct mount *m)
{
	const struct fuse_custom_io io = {.read = on_read, .writev = on_writev};

	return -fuse_session_custom_io(m->session, &io, fuse_session_fd(m->session));
}

bool handshake_killpriv(struct mount *m, struct fuse_conn_info *conn)
{
	(void)m;
	(void)conn;
	init.add |= init.offered & FUSE_HANDLE_KILLPRIV_V2;
	return (init.add & FUSE_HANDLE_KILLPRIV_V2) != 0;
}

bool handshake_direct_mmap(struct mount *m, struct fuse_conn_info *conn)
{
	(void)m;
	(void)conn;
	init.add |= init.offered & DIRECT_IO_ALLOW_MMAP;
	return (init.add & DIRECT_IO_ALLOW_MMAP) != 0;
}

#endif
