# shellcheck shell=bash
# test/lib.sh: helpers for whole-system tests; source it from bash.
#
#	. "$(dirname "$0")/../lib.sh"      # or wherever the script lies below test/
#	need_mount                         # skips (exit 77) where nothing can be mounted
#	new_store                          # STORE: an empty store below WORK, removed at exit
#	new_pool tank                      # POOL=tank
#	new_container home [OPTIONS]       # CONT=home, a POSIX container in POOL
#	mount_dfuse [dfuse OPTIONS]        # MNT: POOL/CONT mounted on an own directory below WORK
#	new_mount [dfuse OPTIONS]          # the five lines above in one
#	need_user; as_user command...      # as an ordinary user, from need_user on also for the lines above
#	at_once                            # what one process has changed, the others see when its call returns
#	check "what must hold" command...  # passes if the command returns 0; shows its output if not
#	expect "what" WANTED "$got"        # compares two strings
#	check_fails "what" REGEX command   # passes if the command fails and prints one line that matches REGEX
#	wait_for command...                # until it returns 0, for a minute at most
#	gone PID                           # the process has ended
#	summary                            # prints `N passed, N failed` and exits with 0 or 1
#
# The programs come from the build directory DFUSE_BUILD (default: build/ of this repository). With DFUSE_TESTDIR=DIR no
# file system is mounted: the same script runs in the plain directory DIR, which shows what the script itself is worth.
# With DFUSE_TEST_ALL=1 a missing program is a failure, not a reason to skip.
#
# With DFUSE_TEST_INTERCEPT=mount or none the script itself, from mount_dfuse on, and all that it starts run under the
# interception library: in the mount, or with none (then MNT is an empty directory, which the library takes for the container).
# For that, mount_dfuse starts the script once more; what comes before it happens twice. How the two differ:
#
#	outside command...                 # runs the command without the library
#	summary                            # also checks that calls were carried; and with no mount, that all of them were
#
# What must hold: a test removes, unmounts and ends only what it made itself, whatever way it ends.

LIB_SRC=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
DFUSE_BUILD=${DFUSE_BUILD:-$LIB_SRC/build}
PATH=$DFUSE_BUILD/bin/dfuse:$DFUSE_BUILD/bin/daos:$PATH:/usr/sbin:/sbin
export DFUSE_BUILD PATH LC_ALL=C.UTF-8
unset DAOS_LOCAL_ROOT DAOS_LOCAL_PATIENCE_MS DAOS_POOL DAOS_CONT

PASSED=0
FAILED=0
MOUNTS=()
JOBS=()
USER_RUN=()
LIB_ARGS=("$@")
INTERCEPT=${DFUSE_TEST_INTERCEPT:-}
if [ -n "${DFUSE_TEST_INSIDE:-}" ]; then
	WORK=$DFUSE_TEST_INSIDE
else
	WORK=$(mktemp -d "${TMPDIR:-/tmp}/dfuse-test.XXXXXX") || exit 1
	chmod 0755 "$WORK"
fi

pass()
{
	PASSED=$((PASSED + 1))
	echo "ok   $*"
}

fail()
{
	FAILED=$((FAILED + 1))
	echo "FAIL $*"
}

check()
{
	local what=$1 out=$WORK/.out.$BASHPID shown rc
	shift
	shown=${*//[$'\n\t']/ }
	"$@" >"$out" 2>&1
	rc=$?
	if [ $rc -eq 0 ]; then
		pass "$what"
	else
		fail "$what: '${shown:0:200}' returned $rc:"
		tail -n 40 "$out" | sed 's/^/     | /'
	fi
	rm -f "$out"
	return $rc
}

expect()
{
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1: expected '$2', got '$3'"
		return 1
	fi
}

check_fails()
{
	local what=$1 regex=$2 out rc
	shift 2
	out=$("$@" 2>&1)
	rc=$?
	if [ $rc -eq 0 ]; then
		fail "$what: '$*' succeeded: $out"
	elif [ $rc -ge 126 ]; then
		fail "$what: '$*' ended with $rc: $out"
	elif [[ $out == *$'\n'* ]]; then
		fail "$what: '$*' printed more than one line: $out"
	elif [[ ! $out =~ $regex ]]; then
		fail "$what: '$*' printed '$out', which does not match '$regex'"
	else
		pass "$what"
	fi
}

summary()
{
	[ -z "${DFUSE_TEST_INSIDE:-}" ] || check_carried
	echo "$PASSED passed, $FAILED failed"
	[ "$FAILED" -eq 0 ]
	exit
}

# Ends the test without a verdict.
skip()
{
	if [ "${DFUSE_TEST_ALL:-0}" = 1 ]; then
		fail "skipped, but DFUSE_TEST_ALL=1 asks for everything: $*"
		summary
	fi
	echo "SKIP $*"
	exit 77
}

need()
{
	local p
	for p; do
		command -v "$p" >/dev/null || skip "$p is not installed"
	done
}

# /dev/fuse is 0666 where udev made it. Where it is not, root makes it so, for the tests that run as an ordinary user.
need_mount()
{
	[ -z "${DFUSE_TESTDIR:-}" ] || return 0
	[ -e /dev/fuse ] || skip "no /dev/fuse here"
	if [ "$(id -u)" = 0 ] && [ "$(stat -c %a /dev/fuse)" != 666 ]; then
		chmod 0666 /dev/fuse || skip "cannot make /dev/fuse usable"
	fi
	# fusermount3 looks there for an ordinary user's mounts; small containers have none.
	[ "$(id -u)" != 0 ] || [ -e /etc/mtab ] || ln -s ../proc/self/mounts /etc/mtab
	[ -w /dev/fuse ] || skip "no right to open /dev/fuse"
	need fusermount3
}

# at_once: from here on a change waits long, not just a moment, until the others' watchers have seen it: on a busy machine
# they get no processor at once. For what is done in turn: who changes things through several mounts at the same time may
# have the mounts wait for each other.
at_once()
{
	export DAOS_LOCAL_PATIENCE_MS=10000
}

# as_user COMMAND...: as nobody where the test runs as root, else as the user it runs as. The programs then come from an
# own installation below WORK, as the build directory may lie where nobody cannot look.
need_user()
{
	[ "$(id -u)" = 0 ] || return 0
	need setpriv
	[ ${#USER_RUN[@]} -eq 0 ] || return 0
	USER_RUN=(setpriv --reuid=nobody --regid=nogroup --clear-groups env "HOME=$WORK" USER=nobody LOGNAME=nobody)
	if [ -z "${DFUSE_TESTDIR:-}${DFUSE_TEST_INSIDE:-}" ]; then
		DESTDIR=$WORK/inst meson install --no-rebuild --quiet -C "$DFUSE_BUILD" >"$WORK/inst.log" 2>&1 ||
			{ cat "$WORK/inst.log"; skip "cannot install the programs for an ordinary user"; }
		local prefix
		prefix=$(cd "$WORK/inst" && find . -path '*/bin/dfuse' | head -n 1)
		prefix=$WORK/inst/${prefix%/bin/dfuse}
		PATH=$prefix/bin:$PATH
		IL_LIB=$prefix/lib/libioil.so
	fi
}

as_user()
{
	"${USER_RUN[@]}" "$@"
}

new_store()
{
	STORE=$WORK/store${1:-}
	[ -z "${DFUSE_TESTDIR:-}" ] || return 0
	export DAOS_LOCAL_ROOT=$STORE
	[ -z "${DFUSE_TEST_INSIDE:-}" ] || return 0
	mkdir -m 0700 "$STORE" || exit 1
	[ ${#USER_RUN[@]} -eq 0 ] || chown nobody:nogroup "$STORE"
}

new_pool()
{
	POOL=${1:-tank}
	[ -n "${DFUSE_TESTDIR:-}${DFUSE_TEST_INSIDE:-}" ] || as_user dmg pool create "$POOL" --size="${2:-16G}" >"$WORK/.pool" 2>&1 ||
		{ cat "$WORK/.pool"; fail "cannot create pool $POOL"; summary; }
}

new_container()
{
	CONT=${1:-home}
	[ $# -eq 0 ] || shift
	[ -n "${DFUSE_TESTDIR:-}${DFUSE_TEST_INSIDE:-}" ] || as_user daos container create "$POOL" "$CONT" --type=POSIX "$@" >"$WORK/.cont" 2>&1 ||
		{ cat "$WORK/.cont"; fail "cannot create container $CONT in pool $POOL"; summary; }
}

# new_mountpoint: MNT is a new empty directory below WORK.
new_mountpoint()
{
	MNT=$WORK/mnt.${#MOUNTS[@]}
	if [ -z "${DFUSE_TEST_INSIDE:-}" ] || [ ${#MOUNTS[@]} -gt 0 ]; then
		mkdir "$MNT" || exit 1
	fi
	[ ${#USER_RUN[@]} -eq 0 ] || chown nobody:nogroup "$MNT"
	MOUNTS+=("$MNT")
}

# mount_dfuse [OPTIONS]: starts dfuse in the background for POOL and CONT; MNT is where. DFUSE_OPTIONS go first.
mount_dfuse()
{
	if [ -n "${DFUSE_TEST_INSIDE:-}" ] && [ "$INTERCEPT" = none ]; then
		MNT=$WORK/mnt.0
		return 0
	fi
	if [ -n "${DFUSE_TESTDIR:-}" ]; then
		MNT=$(mktemp -d "$DFUSE_TESTDIR/dfuse-test.XXXXXX") || exit 1
		[ ${#USER_RUN[@]} -eq 0 ] || chown nobody:nogroup "$MNT"
		PLAIN+=("$MNT")
		return 0
	fi
	new_mountpoint
	if [ -n "$INTERCEPT" ] && [ ${#MOUNTS[@]} -eq 1 ] && [ -n "${DFUSE_TEST_INSIDE:-}" ]; then
		return 0
	fi
	[ "$INTERCEPT" != none ] || start_inside
	# shellcheck disable=SC2086 # DFUSE_OPTIONS is a list
	if ! outside as_user dfuse --mountpoint="$MNT" --pool="$POOL" --container="$CONT" ${DFUSE_OPTIONS:-} "$@" >"$WORK/.mnt" 2>&1; then
		cat "$WORK/.mnt"
		fail "dfuse --mountpoint=$MNT --pool=$POOL --container=$CONT ${DFUSE_OPTIONS:-} $*"
		summary
	fi
	mountpoint -q "$MNT" || as_user mountpoint -q "$MNT" || { fail "dfuse returned 0 but $MNT is no mount point"; summary; }
	start_inside
}

# The script once more, under the library, if it is to be and is not yet. What each program did is reported to one file.
start_inside()
{
	[ -n "$INTERCEPT" ] && [ -z "${DFUSE_TEST_INSIDE:-}" ] || return 0
	[ ${#USER_RUN[@]} -gt 0 ] || IL_LIB=$DFUSE_BUILD/lib/intercept/libioil.so
	[ -e "$IL_LIB" ] || skip "the interception library is not built here"
	: >"$WORK/report" && chmod 0666 "$WORK/report"
	export DFUSE_TEST_INSIDE=$WORK LD_PRELOAD=$IL_LIB D_IL_REPORT=json:$WORK/report
	[ "$INTERCEPT" != none ] || export D_IL_POOL=$POOL D_IL_CONTAINER=$CONT D_IL_MOUNT_POINT=$MNT
	trap - EXIT
	exec bash "$0" "${LIB_ARGS[@]}"
}

# outside COMMAND...: without the interception library. A function's own commands are still the script's, so under it.
outside()
{
	if [ -z "${DFUSE_TEST_INSIDE:-}" ]; then
		"$@"
	elif [ "$1" = as_user ]; then
		shift
		env -u LD_PRELOAD "${USER_RUN[@]}" "$@"
	else
		env -u LD_PRELOAD "$@"
	fi
}

# new_mount [dfuse OPTIONS]: all of it: a store, a pool, a container and its mount MNT.
new_mount()
{
	need_mount
	new_store
	new_pool tank
	new_container home
	mount_dfuse "$@"
}

# daemons MNT: the process ids of the dfuse processes started for MNT.
daemons()
{
	local p
	grep -lsF -- "$1" /proc/[0-9]*/cmdline | while read -r p; do
		p=${p%/cmdline}
		[[ $(tr '\0' '\n' <"$p/cmdline" | head -n 1) != *dfuse ]] || echo "${p#/proc/}"
	done 2>/dev/null
}

# unmount [MNT]: unmounts and waits until the daemon is gone; false if it stays for two minutes. A mount may be
# busy for a moment, as with a statfs(2) of somebody who looks at all mounts.
unmount()
{
	local mnt=${1:-$MNT} i
	[ -z "${DFUSE_TESTDIR:-}" ] || return 0
	[ "$INTERCEPT" != none ] || return 0
	for ((i = 0; ; i++)); do
		! outside as_user fusermount3 -u "$mnt" 2>"$WORK/.unmount" || break
		if ((i >= 200)) || ! grep -q busy "$WORK/.unmount"; then
			cat "$WORK/.unmount"
			return 1
		fi
		sleep 0.1
	done
	# What was removed last is given back to the host's file system before the daemon ends, which may be slow at that.
	for ((i = 0; i < 1200; i++)); do
		[ -n "$(daemons "$mnt")" ] || return 0
		sleep 0.1
	done
	echo "dfuse of $mnt still runs two minutes after the unmount"
	return 1
}

# in_background COMMAND...: starts it; JOB is its process id. It is ended at exit at the latest.
# check_carried: the library has carried nearly all calls, and with no mount nothing has gone past it. What a call on a
# container must be passed on for is rare: a path that leads out of it, a program that steps aside.
check_carried()
{
	local report carried passed
	report=$(outside python3 "$LIB_SRC/test/intercept/report.py" "$WORK/report" 2>&1)
	read -r _ carried passed _ <<<"$(tail -n 1 <<<"$report")"
	if [[ $carried =~ ^[0-9]+$ ]] && [ "$carried" -gt $((${passed:-0} * 9)) ]; then
		pass "the library carried $carried calls and passed $passed on"
	else
		fail "the library carried more than nine tenths of the calls:"
		tail -n 60 <<<"$report" | sed 's/^/     | /'
	fi
	[ "$INTERCEPT" != none ] || expect "nothing went past the library" "" "$(outside ls -A "$MNT")"
}

# wait_for COMMAND...: until it succeeds, for a minute at most.
wait_for()
{
	local i
	for ((i = 0; i < 600; i++)); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}

# gone PID: the process has ended; maybe nobody has asked yet how.
gone()
{
	local stat
	! { stat=$(<"/proc/$1/stat"); } 2>/dev/null || [[ ${stat##*) } == [ZX]* ]]
}

in_background()
{
	"$@" &
	JOB=$!
	JOBS+=("$JOB")
}

cleanup()
{
	local rc=$? m p
	trap - EXIT
	unset LD_PRELOAD
	cd /
	for p in "${JOBS[@]}"; do
		kill "$p" 2>/dev/null
	done
	for m in "${MOUNTS[@]}"; do
		if grep -qF " $m " /proc/self/mounts; then
			fusermount3 -u "$m" 2>/dev/null || fusermount3 -uz "$m" 2>/dev/null || umount -l "$m" 2>/dev/null
		fi
		for ((p = 0; p < 50; p++)); do
			[ -n "$(daemons "$m")" ] || break
			sleep 0.1
		done
		for p in $(daemons "$m"); do
			kill -9 "$p" 2>/dev/null
		done
	done
	for m in "${PLAIN[@]}"; do
		rm -rf "$m"
	done
	# One file system only: a mount that is stuck must not be emptied.
	rm -rf --one-file-system "$WORK"
	exit $rc
}
PLAIN=()
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
