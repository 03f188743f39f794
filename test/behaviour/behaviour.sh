# shellcheck shell=bash
# behaviour.sh: more helpers for the tests of dfuse's own behaviour; source it instead of ../lib.sh.
#
#	uuid_of pool LABEL; uuid_of container POOL LABEL
#	write_text PATH TEXT
#	fails_with "what" ERRNO call ARGS   # listdir, stat, mkdir, create, symlink, rmdir, unlink, rename, read, write
#	refuses "what" call ARGS            # the same, with an errno that says that it is not to be
#	fails "what" command...             # any failure
#	wrong "what" REGEX dfuse ARGS       # ends non-zero with one line on stderr and none on stdout; mounts nothing, changes nothing
#	mount_says KEY [MNT]                # a value of dfuse's own statistics, as `passthrough` or `statistics.read`; "" if none
#	dfs_start POOL CONT; dfs WORDS...   # another user of the container, on libdfs: see dfs-user.c
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
unset DFUSE_TESTDIR # what is tested here is the mount
at_once
PATH=$PATH:$DFUSE_BUILD/test/behaviour
export PATH

uuid_of()
{
	local kind=$1
	shift
	if [ "$kind" = pool ]; then set -- "$@" '"uuid"'; else set -- "$@" '"container_uuid"'; fi
	daos --json "$kind" query "${@:1:$#-1}" | grep -o "${*: -1}: *\"[^\"]*\"" | head -n 1 | cut -d'"' -f4
}

write_text()
{
	printf '%s\n' "$2" >"$1"
}

mount_says()
{
	getfattr -n user.dfuse.query --only-values --absolute-names "${2:-$MNT}" | python3 -c 'if True:
		import json, sys
		value = json.load(sys.stdin)
		for key in sys.argv[1].split("."):
			value = value.get(key, "") if isinstance(value, dict) else ""
		print(json.dumps(value) if isinstance(value, (bool, dict)) else value)' "$1"
}

# syscall NAME ARGS: prints 0 or the name of the errno.
syscall()
{
	python3 - "$@" <<'PYTHON'
import errno, os, sys

def create(path):
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o644))

def read(path):
    open(path, "rb").read()

def write(path):
    os.write(os.open(path, os.O_WRONLY), b"x")

calls = {
    "listdir": os.listdir, "stat": os.stat, "mkdir": os.mkdir, "create": create, "symlink": os.symlink, "rmdir": os.rmdir,
    "unlink": os.unlink, "rename": os.rename, "read": read, "write": write, "chmod": lambda p, m: os.chmod(p, int(m, 8)),
    "statvfs": os.statvfs,
}
try:
    calls[sys.argv[1]](*sys.argv[2:])
    print("0")
except OSError as e:
    print("ENOTSUP" if e.errno == errno.ENOTSUP else errno.errorcode.get(e.errno, e.errno))
PYTHON
}

fails_with()
{
	local what=$1 want=$2
	shift 2
	expect "$what" "$want" "$(syscall "$@")"
}

refuses()
{
	local what=$1 got
	shift
	got=$(syscall "$@")
	case $got in
	ENOTSUP | EPERM | EACCES | EROFS | EBUSY | ENOTEMPTY | EISDIR | EXDEV) pass "$what is refused ($got)" ;;
	*) fail "$what is not refused: got '$got'" ;;
	esac
}

fails()
{
	local what=$1
	shift
	if "$@" >/dev/null 2>&1; then fail "$what: '$*' succeeded"; else pass "$what"; fi
}

# What a wrong start must leave alone: the mount table, the mount points, the pools and containers of the store.
state()
{
	grep -F " $WORK/" /proc/self/mounts
	ls -lA "$WORK"/mnt.* 2>/dev/null
	(cd "$STORE" 2>/dev/null && find . -maxdepth 3 -type d | sort)
}

wrong()
{
	local what=$1 regex=$2 before rc lines
	shift 2
	before=$(state)
	"$@" >"$WORK/.wrong.out" 2>"$WORK/.wrong.err" </dev/null
	rc=$?
	lines=$(wc -l <"$WORK/.wrong.err")
	if [ $rc -eq 0 ]; then
		fail "$what: '$*' succeeded"
		[ -z "${MNT:-}" ] || ! mountpoint -q "$MNT" || unmount "$MNT"
	elif [ $rc -ge 126 ]; then
		fail "$what: '$*' ended with $rc"
	elif [ -s "$WORK/.wrong.out" ]; then
		fail "$what: printed on stdout: $(head -n 3 "$WORK/.wrong.out")"
	elif [ "$lines" -ne 1 ] || [ "$(tail -c 1 "$WORK/.wrong.err" | wc -l)" -ne 1 ]; then
		fail "$what: $lines lines on stderr: $(head -n 5 "$WORK/.wrong.err")"
	elif [[ ! $(cat "$WORK/.wrong.err") =~ $regex ]]; then
		fail "$what: '$(cat "$WORK/.wrong.err")' does not match '$regex'"
	elif [ "$before" != "$(state)" ]; then
		fail "$what: something changed: $(diff <(echo "$before") <(state) | head -n 5)"
	else
		pass "$what: status $rc, '$(cat "$WORK/.wrong.err")'"
	fi
}

dfs_start()
{
	coproc DFS { exec dfs-user "$1" "$2" 2>&1; }
	JOBS+=("$DFS_PID")
}

dfs()
{
	local answer
	echo "$*" >&"${DFS[1]}" && read -r -t 30 answer <&"${DFS[0]}" || answer="no answer"
	printf '%s\n' "$answer"
}

# The only daemon of a mount point.
daemon()
{
	daemons "${1:-$MNT}" | head -n 1
}
