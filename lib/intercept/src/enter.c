#include "enter.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "board.h"
#include "board_answer.h"
#include "calls.h"
#include "gate.h"
#include "exec.h"
#include "lock.h"
#include "memory.h"
#include "mounts.h"
#include "report.h"
#include "thread.h"
#include "vfork.h"

#define STACK_SIZE (512UL << 10)
#define ALIGN	   64UL
#define FORKING	   (1U << 31)

/* Threads inside, and FORKING while nobody may enter. */
static _Atomic uint32_t visitors;
static struct il_lock fork_lock; /* one forks at a time */
static uint64_t fork_mask;	 /* the signal mask of the thread that does */

static struct il_lock rooms_lock;
static struct il_room *rooms;

static struct il_lock start_lock;
static _Atomic(const struct il_inside *) inside;
static struct il_config config;
static const char *library;			/* the path of this one */
static locale_t (*use_locale)(locale_t locale); /* the inside's libc's */

static void block_signals(uint64_t *old)
{
	uint64_t all = UINT64_MAX;

	il_syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, old, IL_MASK_SIZE);
}

static void restore_signals(const uint64_t *old)
{
	il_syscall(SYS_rt_sigprocmask, SIG_SETMASK, old, 0, IL_MASK_SIZE);
}

/* Lies at the lower end of its mapping; the stack's guard page is behind it. */
static struct il_room *room_new(void)
{
	size_t head = (sizeof(struct il_room) + ALIGN - 1) & ~(ALIGN - 1);
	size_t low = (head + il_arch_vector_size() + IL_PAGE - 1) & ~(IL_PAGE - 1);
	size_t size = low + IL_PAGE + STACK_SIZE;
	char *at = il_map(size);
	struct il_room *room = (struct il_room *)at;

	if (at == NULL)
		return NULL;
	il_syscall(SYS_mprotect, at + low, IL_PAGE, PROT_NONE);
	room->vector = at + head;
	room->stack_top = at + size;
	return room;
}

/* Signals are blocked: no holder of the lock is interrupted, and a child of vfork() does not die with it held. */
static struct il_room *room_get(void)
{
	struct il_room *room;

	il_lock(&rooms_lock);
	room = rooms;
	if (room != NULL)
		rooms = room->next;
	il_unlock(&rooms_lock);
	return room == NULL ? room_new() : room;
}

void il_room_put(struct il_room *room)
{
	if (room->env != NULL)
		il_syscall(SYS_munmap, room->env, room->env_size);
	room->env = NULL;
	il_lock(&rooms_lock);
	room->next = rooms;
	rooms = room;
	il_unlock(&rooms_lock);
}

static void arrive(void)
{
	for (;;) {
		uint32_t n = atomic_load(&visitors);

		if (n & FORKING)
			il_syscall(SYS_futex, &visitors, FUTEX_WAIT_PRIVATE, n, 0);
		else if (atomic_compare_exchange_weak(&visitors, &n, n + 1))
			return;
	}
}

static void depart(void)
{
	if (atomic_fetch_sub(&visitors, 1) == (FORKING | 1))
		il_syscall(SYS_futex, &visitors, FUTEX_WAKE_PRIVATE, INT_MAX);
}

/* At the upper end of what the process may have. */
int il_fd_reserved(void)
{
	struct rlimit limit = {0, 0};

	il_syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, &limit);
	if (limit.rlim_cur > IL_FD_MAX)
		limit.rlim_cur = IL_FD_MAX;
	return limit.rlim_cur > 4UL * IL_FD_RESERVED ? limit.rlim_cur - IL_FD_RESERVED : limit.rlim_cur / 4 * 3;
}

/*
 * The inside's libc has seen neither this thread nor any other begin, and some of its functions (those of ctype.h) use
 * what it gives to threads when they begin. uselocale() does that again.
 */
static void greet(void)
{
	if (il_thread.greeted || use_locale == NULL)
		return;
	use_locale(LC_GLOBAL_LOCALE);
	il_thread.greeted = true;
}

static char **environment; /* the inside's copy */

/* libc's and ld.so's functions are right here: the inside's stack and registers, and busy is set. */
static const struct il_inside *load(void)
{
	char name[PATH_MAX + sizeof(IL_INSIDE_NAME)];
	char *slash = realpath(library, name) == NULL ? NULL : strrchr(name, '/');
	const struct il_inside *found;
	void *handle;

	if (slash == NULL)
		return NULL;
	strcpy(slash + 1, IL_INSIDE_NAME);
	handle = dlmopen(LM_ID_NEWLM, name, RTLD_NOW | RTLD_LOCAL);
	found = handle == NULL ? NULL : dlsym(handle, IL_INSIDE_SYMBOL);

	if (found == NULL || found->abi != IL_INSIDE_ABI)
		return NULL;
	*(void **)&use_locale = dlsym(handle, "uselocale");
	greet();
	il_mounts_ask(".");
	if (il_inherited() != NULL)
		il_mounts_ask_in(il_inherited());
	il_fd_base = il_fd_reserved();
	config = (struct il_config){
	    .abi = IL_INSIDE_ABI,
	    .nr_mounts = il_nmounts,
	    .mounts = il_mounts,
	    .kinds = il_kinds,
	    .fd_base = il_fd_base,
	    .umask = &il_umask,
	    .environment = environment,
	    .creds_changes = &il_creds_changes,
	    .inherit = il_inherited(),
	    .cwd_inside = &il_cwd_inside,
	    .board = il_map(sizeof(struct board)),
	};
	if (found->start(&config) != 0)
		return NULL;
	il_board = config.board;
	return found;
}

const struct il_inside *il_inside_get(void)
{
	const struct il_inside *found = atomic_load(&inside);

	if (found != NULL)
		greet();
	if (found != NULL || il_in_vfork_child())
		return found;
	il_lock(&start_lock);
	found = atomic_load(&inside);
	if (found == NULL && !il_off) {
		found = load();
		if (found == NULL)
			il_off = true;
		atomic_store(&inside, found);
	}
	il_unlock(&start_lock);
	greet();
	return found;
}

/* Before the inside sees the call, it must know where its paths lead. */
static void ask_mounts(const struct il_call *call)
{
	const struct il_desc *desc = il_call_find(call->nr);

	for (unsigned i = 0; i < 2; i++)
		if (desc->path[i] != 0 && call->arg[desc->path[i] - 1] != 0)
			il_mounts_ask((const char *)call->arg[desc->path[i] - 1]);
}

void il_inside_ready(void)
{
	uint64_t mask;

	block_signals(&mask);
	il_thread.busy = true;
	il_inside_get();
	il_thread.busy = false;
	restore_signals(&mask);
}

long il_ask_inside(struct il_call *call)
{
	const struct il_inside *in;
	long nr = call->nr, arg[6], rc;

	for (unsigned i = 0; i < 6; i++)
		arg[i] = call->arg[i];
	ask_mounts(call);
	in = il_inside_get();

	call->carried = 0;
	call->vfork = il_in_vfork_child();
	rc = in == NULL ? IL_PASS : in->call(call);
	if (rc >= il_fd_top && rc < il_fd_base && il_kind_of(rc) != IL_KIND_NONE)
		il_fd_raise((int)rc);
	il_report_call(nr, arg, rc != IL_PASS && call->carried);
	return rc;
}

bool il_inside_started(void)
{
	return atomic_load_explicit(&inside, memory_order_relaxed) != NULL;
}

static void run(void *arg)
{
	struct il_room *room = arg;

	room->fn(room);
}

/* Whether the inside has made another call of it. A path of ours alone is only another name for the same. */
static bool has_changed(const struct il_room *room)
{
	const struct il_regs *regs = room->regs;

	if (room->call.nr != regs->nr)
		return true;
	for (unsigned i = 0; i < 6; i++)
		if (room->call.arg[i] != regs->arg[i] && room->call.arg[i] != (long)room->absolute[0] &&
		    room->call.arg[i] != (long)room->absolute[1] && (int)room->call.arg[i] != AT_FDCWD)
			return true;
	return false;
}

static long make(const struct il_call *call)
{
	return il_syscall(call->nr, call->arg[0], call->arg[1], call->arg[2], call->arg[3], call->arg[4], call->arg[5]);
}

void il_enter(struct il_regs *regs, const struct il_desc *desc, unsigned concerned, void (*fn)(struct il_room *room))
{
	struct il_room *room;
	uint64_t mask;
	bool changed = false;

	block_signals(&mask);
	arrive();
	il_thread.busy = true;
	room = room_get();
	if (room != NULL) {
		room->fn = fn;
		room->regs = regs;
		room->desc = desc;
		room->concerned = concerned;
		room->call.nr = regs->nr;
		for (unsigned i = 0; i < 6; i++)
			room->call.arg[i] = regs->arg[i];
		room->call.path = room->path[0];
		room->call.path2 = room->path[1];
		room->answer = IL_PASS;
		il_arch_call(run, room, room->stack_top, room->vector);
		if (room->answer != IL_PASS)
			il_regs_answer(regs, room->answer);
		else
			changed = has_changed(room);
		if (!changed)
			il_room_put(room);
	}
	il_thread.busy = false;
	depart();
	restore_signals(&mask);
	if (changed) {
		if (desc->special == IL_EXEC && il_in_vfork_child())
			il_thread.exec_room = room;
		il_regs_answer(regs, make(&room->call));
		il_thread.exec_room = NULL;
		il_room_put(room);
	}
}

/* Runs on the stack of whoever calls fork(), which may call functions: no room is needed for registers. */
static void fork_prepare(void)
{
	const struct il_inside *in;
	uint64_t mask;
	uint32_t n;

	block_signals(&mask);
	il_thread.busy = true;
	il_lock(&fork_lock);
	fork_mask = mask;
	while (((n = atomic_fetch_or(&visitors, FORKING)) & ~FORKING) != 0)
		il_syscall(SYS_futex, &visitors, FUTEX_WAIT_PRIVATE, n | FORKING, 0);
	in = atomic_load(&inside);
	if (in != NULL) {
		greet();
		in->fork_prepare();
	}
}

static void fork_done(void)
{
	uint64_t mask = fork_mask;

	atomic_store(&visitors, 0);
	il_syscall(SYS_futex, &visitors, FUTEX_WAKE_PRIVATE, INT_MAX);
	il_unlock(&fork_lock);
	il_thread.busy = false;
	restore_signals(&mask);
}

static void fork_parent(void)
{
	const struct il_inside *in = atomic_load(&inside);

	if (in != NULL)
		in->fork_parent();
	fork_done();
}

static void fork_child(void)
{
	const struct il_inside *in = atomic_load(&inside);

	il_pid = il_syscall(SYS_getpid);
	il_thread.may_vfork = false;
	il_report_fork_child();
	if (in != NULL)
		in->fork_child();
	fork_done();
}

/* Strings and pointers in one piece of memory; NULL if there is none: the inside then knows no environment. */
static char **copy_environment(void)
{
	size_t n = 0, size = sizeof(char *), len;
	char **copy, *text;

	for (; environ != NULL && environ[n] != NULL; n++)
		size += sizeof(char *) + strlen(environ[n]) + 1;
	copy = (char **)il_syscall(SYS_mmap, 0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if ((uintptr_t)copy >= -4095UL)
		return NULL;
	text = (char *)(copy + n + 1);
	for (size_t i = 0; i < n; i++) {
		len = strlen(environ[i]) + 1;
		copy[i] = memcpy(text, environ[i], len);
		text += len;
	}
	return copy;
}

int il_enter_init(void)
{
	static char absolute[PATH_MAX];
	Dl_info info;

	environment = copy_environment();
	if (dladdr((void *)il_enter_init, &info) == 0)
		return ENOENT;
	library = info.dli_fname;
	if (library[0] != '/' && (library = realpath(library, absolute)) == NULL)
		return errno;
	il_pid = il_syscall(SYS_getpid);
	il_umask = il_syscall(SYS_umask, 0);
	il_syscall(SYS_umask, il_umask);
	return pthread_atfork(fork_prepare, fork_parent, fork_child);
}
