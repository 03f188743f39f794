#!/bin/bash
# The outside of the interception library, with an inside made for tests: below $SEEN is what is below $REAL.
LIB=$(realpath "$1")
PROGRAM=$(realpath "$2")
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
REAL=$WORK/real
SEEN=$WORK/seen/mount
mkdir "$REAL" "$WORK/seen"
BAD=0

# under HOW COMMAND...: with the library; HOW is what the inside does.
under()
{
	local how=$1
	shift
	D_IL_POOL=$how D_IL_CONTAINER=$REAL D_IL_MOUNT_POINT=$SEEN LD_PRELOAD=$LIB "$@"
}

# check WHAT COMMAND...
check()
{
	local what=$1
	shift
	if ! "$@" >"$WORK/out" 2>&1; then
		echo "FAIL $what"
		cat "$WORK/out"
		BAD=1
	fi
}

for how in map clobber; do
	for name in open names libc cwd fds registers signals threads children socket cancel; do
		check "$how: $name" under $how "$PROGRAM" "$SEEN" "$REAL" $name
	done
	rm -rf "${REAL:?}"/*
done

# expect WHAT WANT GOT
expect()
{
	if [ "$2" != "$3" ]; then
		echo "FAIL $1"
		printf 'want: %s\ngot:  %s\n' "$2" "$3"
		BAD=1
	fi
}

# Where it steps aside, the mount point is not there.
echo text >"$REAL/file"
check "a file is there" under map cat "$SEEN/file"
check "an inside that does not start" eval '! under refuse cat "$SEEN/file"'
for list in cat x:cat 'x,cat,y'; do
	check "D_IL_BYPASS_LIST=$list" eval '! D_IL_BYPASS_LIST=$list under map cat "$SEEN/file"'
done
check "another program in D_IL_BYPASS_LIST" eval 'D_IL_BYPASS_LIST=bat:cats under map cat "$SEEN/file"'
printf '#!/bin/bash\ncat %s\n' "$SEEN/file" >"$WORK/script"
chmod +x "$WORK/script"
check "children of a bypassed script" eval 'D_IL_BYPASS_LIST=script under map "$WORK/script"'
check "a script that is bypassed" eval '! D_IL_BYPASS_LIST=script under map "$WORK/script" <"$SEEN/file"'
check "after a seccomp filter" under map "$PROGRAM" "$SEEN" "$REAL" seccomp
if [ "$(id -u)" = 0 ]; then
	cp "$(command -v cat)" "$WORK/suid"
	chown 1 "$WORK/suid"
	chmod u+s "$WORK/suid"
	check "a set-uid program" eval '! under map "$WORK/suid" "$SEEN/file"'
fi
check "a relative LD_PRELOAD" eval '(cd "$(dirname "$LIB")" && LIB=./$(basename "$LIB") && under map bash -c "cd / && read -r _ <$SEEN/file")'

# The next program.
mkdir "$REAL/dir"
expect "it is where this one was" "$SEEN/dir" "$(under map bash -c "cd $SEEN/dir && /bin/pwd")"
expect "outside again" "/" "$(under map bash -c "cd $SEEN/dir && cd / && /bin/pwd")"
expect "its environment has nothing new" "" "$(under map bash -c "cd $SEEN/dir && env | grep INHERIT")"
cat >"$WORK/spawn.py" <<END
import os, subprocess
def where(cwd):
    print(subprocess.run(["/bin/pwd"], cwd=cwd, stdout=subprocess.PIPE, text=True).stdout, end="")
os.chdir("$SEEN")
where(None); where("dir"); where("/"); where("$SEEN/dir/.."); where("dir")
try:
    where("none")
except OSError as e:
    print(e.errno)
print(os.getcwd())
END
expect "children of vfork() that go elsewhere" "$SEEN $SEEN/dir / $SEEN $SEEN/dir 2 $SEEN" \
	"$(under map python3 -E -S "$WORK/spawn.py" 2>&1 | tr '\n' ' ' | sed 's/ $//')"

# What it reports, and that it says nothing else.
expect "nothing is printed" "text" "$(under map cat "$SEEN/file" 2>&1)"
expect "the first calls" "[libioil] Intercepting openat of $SEEN/file
[libioil] Intercepting newfstatat of 
libpil4dfs intercepting summary for ops on DFS:
[open   ]  1" "$(D_IL_REPORT=2 under map cat "$SEEN/file" 2>&1 >/dev/null | head -n 4)"
expect "a sum" "[op_sum ]  3" "$(D_IL_REPORT=0 under map cat "$SEEN/file" 2>&1 >/dev/null | tail -n 1)"
D_IL_REPORT=json:$WORK/json under map cat "$SEEN/file" >/dev/null
D_IL_REPORT=json:$WORK/json under pass cat "$SEEN/file" >/dev/null
expect "counts as JSON" '{"program":"cat","carried":{"openat":1,"newfstatat":1,"close":1},"passed":{},"board":{}}
{"program":"cat","carried":{},"passed":{"openat":1},"board":{}}' "$(sed 's/"pid":[0-9]*,//' "$WORK/json")"
exit $BAD
