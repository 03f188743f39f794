#include "board_answer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "board.h"
#include "fds.h"
#include "gate.h"
#include "memory.h"
#include "report.h"
#include "statx.h"
#include "thread.h"
#include "vfork.h"

struct board *_Atomic il_board;

/* What a path begins at; BOARD_TOP: it is absolute, or nobody knows. */
static uint64_t start_of(const struct board *b, long dirfd)
{
	if ((int)dirfd == AT_FDCWD)
		return il_cwd_inside ? b->cwd : 0;
	return (unsigned long)dirfd < BOARD_FDS ? b->fd_node[dirfd] : 0;
}

/* What is known of a path; `follow`: BOARD_FOLLOW or BOARD_NOFOLLOW. */
static bool find_path(long dirfd, const char *path, uint64_t follow, struct board_answer *answer, struct board_ref *ref)
{
	const struct board *b = il_board;
	uint64_t start = path == NULL || *path == '/' ? BOARD_TOP : start_of(b, dirfd);
	struct board_key key;

	return path != NULL && *path != '\0' && (*path == '/' || start != 0) && b->creds == il_creds_changes &&
	       board_key(&key, start, path) && board_find(b, &key, answer, ref) && (answer->flags & follow);
}

static bool find_open(long fd, struct board_answer *answer)
{
	const struct board *b = il_board;
	uint64_t node = (unsigned long)fd < BOARD_FDS ? b->fd_node[fd] : 0;
	struct board_key key;
	struct board_ref ref;

	return node != 0 && board_key(&key, BOARD_OPEN | node, NULL) && board_find(b, &key, answer, &ref);
}

static bool later(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

/* Whether a mount may know bytes of the plain file that are not there yet. After it was opened, before it is looked at.
 */
static bool may_be_cached(const struct board_answer *answer)
{
	const struct board_cont *cont = &il_board->cont[answer->cont];

	atomic_thread_fence(memory_order_seq_cst);
	for (uint64_t i = 0; i < cont->lines; i++)
		if (__atomic_load_n((const int *)(cont->watcher + i * cont->watcher_step), __ATOMIC_ACQUIRE) != 0 &&
		    __atomic_load_n((const unsigned *)(answer->cached + i * cont->cached_step), __ATOMIC_ACQUIRE) != 0)
			return true;
	return false;
}

static bool same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/*
 * False: the file was written since the card was made, and the times were not those of its last write, but set: whether
 * the write came later than that, DFS must say.
 */
static bool merge(struct board_answer *answer, const struct stat *plain)
{
	struct stat *st = &answer->st;

	if (!same_time(&plain->st_mtim, &answer->plain_mtim)) {
		if (!same_time(&st->st_mtim, &answer->plain_mtim) || !later(&plain->st_mtim, &answer->plain_mtim))
			return false;
		st->st_mtim = plain->st_mtim;
		if (later(&plain->st_mtim, &st->st_ctim))
			st->st_ctim = plain->st_mtim;
	}
	st->st_size = plain->st_size;
	st->st_blocks = plain->st_blocks;
	if (!(answer->flags & BOARD_ATIME))
		st->st_atim = st->st_mtim;
	return true;
}

/* The kernel knows the rest. False: it does not. */
static bool complete_open(long fd, struct board_answer *answer)
{
	struct stat plain;
	uint64_t node;

	if (answer->flags & BOARD_STAT)
		return true;
	node = il_board->fd_node[fd];
	if (!(answer->flags & BOARD_LIVE) || il_kind_of(fd) != IL_KIND_FILE || il_syscall(SYS_fstat, fd, &plain) != 0 ||
	    il_board->fd_node[fd] != node) /* closed meanwhile */
		return false;
	return merge(answer, &plain);
}

/*
 * From time to time the inside is to find out whether the file is at rest, the more rarely the more often it was not.
 * Counted by card; a count may be lost, or be of the card's last path.
 */
static bool is_time_to_look(const struct board_ref *ref)
{
	static _Atomic uint8_t asked[BOARD_CARDS];
	uint8_t n = atomic_load_explicit(&asked[ref->card], memory_order_relaxed) + 1;

	atomic_store_explicit(&asked[ref->card], n, memory_order_relaxed);
	return n == 4 || n == 32 || n == 128;
}

static bool complete_named(struct board_answer *answer, const struct board_ref *ref)
{
	const struct board_cont *cont = &il_board->cont[answer->cont];
	struct stat plain;

	if ((answer->flags & BOARD_STAT) && !S_ISREG(answer->st.st_mode))
		return true;
	/* First: of what a mount has written back since then, the plain file tells. */
	if (!(answer->flags & BOARD_PLAIN) || may_be_cached(answer))
		return false;
	if (answer->flags & BOARD_STAT)
		return board_still(il_board, answer, ref);
	if (!(answer->flags & BOARD_LIVE) || is_time_to_look(ref) ||
	    il_syscall(SYS_newfstatat, cont->dir_fd, answer->name, &plain, AT_SYMLINK_NOFOLLOW) != 0)
		return false;
	return merge(answer, &plain);
}

/* Gives it to the program. EFAULT is for the inside to say. */
static bool give_stat(struct il_regs *regs, const struct stat *st, int arg)
{
	struct stat *to = (struct stat *)regs->arg[arg];

	if (!il_can_write(to, sizeof(*to), regs))
		return false;
	*to = *st;
	il_regs_answer(regs, 0);
	return true;
}

static bool give_statx(struct il_regs *regs, const struct stat *st, int arg)
{
	struct statx *to = (struct statx *)regs->arg[arg];

	if (!il_can_write(to, sizeof(*to), regs))
		return false;
	statx_from_stat(st, to);
	il_regs_answer(regs, 0);
	return true;
}

static bool is_absent(struct il_regs *regs, const struct board_answer *answer)
{
	if (!(answer->flags & BOARD_ABSENT))
		return false;
	il_regs_answer(regs, -ENOENT);
	return true;
}

static bool answer_stat(struct il_regs *regs, long dirfd, const char *path, long flags, int buf_arg)
{
	uint64_t follow = flags & AT_SYMLINK_NOFOLLOW ? BOARD_NOFOLLOW : BOARD_FOLLOW;
	struct board_answer answer;
	struct board_ref ref;

	if (flags & AT_EMPTY_PATH && (path == NULL || *path == '\0')) {
		if (!find_open(dirfd, &answer) || !complete_open(dirfd, &answer))
			return false;
	} else {
		if (!find_path(dirfd, path, follow, &answer, &ref))
			return false;
		if (is_absent(regs, &answer))
			return true;
		if (!complete_named(&answer, &ref))
			return false;
	}
	return regs->nr == SYS_statx ? give_statx(regs, &answer.st, buf_arg) : give_stat(regs, &answer.st, buf_arg);
}

static bool answer_fstat(struct il_regs *regs)
{
	struct board_answer answer;

	return find_open(regs->arg[0], &answer) && complete_open(regs->arg[0], &answer) &&
	       give_stat(regs, &answer.st, 1);
}

static bool answer_access(struct il_regs *regs, long dirfd, const char *path, long mode, long flags)
{
	uint64_t follow = flags & AT_SYMLINK_NOFOLLOW ? BOARD_NOFOLLOW : BOARD_FOLLOW;
	struct board_answer answer;
	struct board_ref ref;
	uint64_t rights;

	if ((mode & ~7L) || (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW)) ||
	    !find_path(dirfd, path, follow, &answer, &ref))
		return false;
	if (is_absent(regs, &answer))
		return true;
	rights = answer.flags >> (flags & AT_EACCESS ? BOARD_EFFECTIVE : BOARD_REAL);
	if ((mode & W_OK) && (answer.flags & BOARD_READ_ONLY))
		il_regs_answer(regs, -EROFS);
	else
		il_regs_answer(regs, (uint64_t)mode & 7 & ~rights ? -EACCES : 0);
	return true;
}

#define OPEN_FLAGS (O_CLOEXEC | O_LARGEFILE | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)

/* From here on the descriptor is one of ours. */
static void register_opened(long fd, uint64_t node, long flags)
{
	struct board *b = il_board;

	b->fd_node[fd] = node;
	b->opened[fd] = node | (uint64_t)flags << BOARD_NODE_BITS;
	atomic_fetch_or(&b->opened_bits[fd / 64], 1ULL << fd % 64);
	il_kinds[fd] = IL_KIND_FILE;
	il_fd_raise((int)fd);
}

bool il_board_forgets(long fd)
{
	struct board *b = il_board;
	uint64_t opened;

	if (b == NULL || (unsigned long)fd >= BOARD_FDS)
		return false;
	opened = b->opened[fd];
	if (opened == 0 || !atomic_compare_exchange_strong(&b->opened[fd], &opened, 0))
		return false;
	b->fd_node[fd] = 0;
	il_kinds[fd] = IL_KIND_NONE;
	return true;
}

/* Whether another descriptor stands for it. */
static bool is_open_here(long fd, uint64_t node)
{
	for (long i = 0; i < BOARD_FDS && i < il_fd_top; i++)
		if (i != fd && il_board->fd_node[i] == node)
			return true;
	return false;
}

/*
 * The plain file is opened for reading, at a moment at which the card was right. Afterwards a mount that caches it is
 * seen, as the engine does it; and whether the card is still there: then the node is, too, and the inside finds it
 * before it does away with it. Otherwise the descriptor is closed again and the inside asked. But closing one ends the
 * locks that the process has on the file: so this is not tried where it has another one, and if it has one by now, the
 * descriptor is kept; for then the mount caches nothing, and the node stays. Descriptors that the board has no room for
 * are not looked at: so nothing is opened from when there are such.
 */
static bool open_plain(struct il_regs *regs, const struct board_answer *answer, const struct board_ref *ref, long flags)
{
	const struct board_cont *cont = &il_board->cont[answer->cont];
	uint64_t node = answer->node;
	bool good;
	long fd;

	if (il_fd_top > BOARD_FDS || is_open_here(-1, node))
		return false;
	fd = il_syscall(SYS_openat, cont->dir_fd, answer->name, flags | O_NOFOLLOW);
	if (fd < 0)
		return false;
	good = !may_be_cached(answer);
	if (fd >= BOARD_FDS || (!good && !is_open_here(fd, node))) {
		il_syscall(SYS_close, fd);
		return false;
	}
	register_opened(fd, node, flags);
	good = good && board_still(il_board, answer, ref);
	if (!good && !is_open_here(fd, node) && il_board_forgets(fd)) {
		il_syscall(SYS_close, fd);
		return false;
	}
	if (!good || il_board->busy)
		il_gate_tell(fd);
	il_regs_answer(regs, fd);
	return true;
}

static bool answer_open(struct il_regs *regs, long dirfd, const char *path, long flags)
{
	uint64_t follow = flags & O_NOFOLLOW ? BOARD_NOFOLLOW : BOARD_FOLLOW;
	struct board_answer answer;
	struct board_ref ref;

	if ((flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) || !find_path(dirfd, path, follow, &answer, &ref))
		return false;
	if (is_absent(regs, &answer))
		return true;
	return !(flags & ~OPEN_FLAGS) && (answer.flags & BOARD_PLAIN) && (answer.flags >> BOARD_EFFECTIVE & R_OK) &&
	       open_plain(regs, &answer, &ref, flags);
}

#define STAT_FLAGS  (AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH | AT_NO_AUTOMOUNT)
#define STATX_FLAGS (STAT_FLAGS | AT_STATX_SYNC_TYPE)

static bool answer_call(struct il_regs *regs)
{
	const long *arg = regs->arg;

	switch (regs->nr) {
	case SYS_stat:
		return answer_stat(regs, AT_FDCWD, (const char *)arg[0], 0, 1);
	case SYS_lstat:
		return answer_stat(regs, AT_FDCWD, (const char *)arg[0], AT_SYMLINK_NOFOLLOW, 1);
	case SYS_newfstatat:
		return !(arg[3] & ~STAT_FLAGS) && answer_stat(regs, arg[0], (const char *)arg[1], arg[3], 2);
	case SYS_statx:
		return !(arg[2] & ~STATX_FLAGS) && (arg[2] & AT_STATX_SYNC_TYPE) != AT_STATX_SYNC_TYPE &&
		       !(arg[3] & STATX__RESERVED) && answer_stat(regs, arg[0], (const char *)arg[1], arg[2], 4);
	case SYS_fstat:
		return answer_fstat(regs);
	case SYS_access:
		return answer_access(regs, AT_FDCWD, (const char *)arg[0], arg[1], 0);
	case SYS_faccessat:
		return answer_access(regs, arg[0], (const char *)arg[1], arg[2], 0);
	case SYS_faccessat2:
		return answer_access(regs, arg[0], (const char *)arg[1], arg[2], arg[3]);
	case SYS_open:
		return answer_open(regs, AT_FDCWD, (const char *)arg[0], arg[1]);
	case SYS_openat:
		return answer_open(regs, arg[0], (const char *)arg[1], arg[2]);
	default:
		return false;
	}
}

bool il_board_answers(struct il_regs *regs)
{
	long nr = regs->nr;

	if (il_board == NULL || il_report_prints || (il_thread.may_vfork && il_in_vfork_child()) || !answer_call(regs))
		return false;
	il_report_answered(nr);
	return true;
}
