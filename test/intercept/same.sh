#!/bin/bash
# same.sh SCRIPT: the commands of SCRIPT in a plain directory without the library, and in the container under it: the same
# output, exit status and tree must come of it. DFUSE_TEST_INTERCEPT says how (see test/lib.sh); without it, the kernel
# path is compared.
#
# SCRIPT runs in an empty directory, its working directory, with /bin/bash. It prints what it does with `say WHAT COMMAND...`,
# which also shows the command's exit status; it must not print what differs between any two runs (inode numbers, times
# that it has not set). The trees are compared by name, type, mode, size of files, link target, bytes, and times before the year 2020.
. "$(dirname "$0")/../lib.sh"
[ $# -eq 1 ] || { echo "usage: same.sh SCRIPT" >&2; exit 2; }
SCRIPT=$(realpath "$1")
new_mount

PLAIN_DIR=$WORK/plain
mkdir "$PLAIN_DIR" "$WORK/out" "$WORK/tmp"

PRELUDE='
say()
{
	local what=$1 rc
	shift
	echo "-- $what"
	"$@"
	rc=$?
	echo "-> $rc"
	return $rc
}
umask 022
'

# run DIR OUT: the script in DIR. What it prints of DIR and of its own process becomes the same everywhere.
run()
{
	(
		cd "$1" || exit 1
		BASH_ENV='' TMPDIR=$WORK/tmp bash -c "$PRELUDE"'. "$0"' "$SCRIPT"
		echo "status $?"
	) >"$2" 2>&1 </dev/null
	sed -i "s|$1|DIR|g" "$2"
}

run_outside()
{
	(
		unset LD_PRELOAD
		run "$@"
	)
}

# tree DIR OUT
tree()
{
	(
		cd "$1" || exit 1
		find . -mindepth 1 -printf '%P\n' | LC_ALL=C sort | while IFS= read -r name; do
			printf '%s ' "$name"
			find "./$name" -maxdepth 0 -type d -printf '%y %m ' -o -maxdepth 0 -printf '%y %m %s %l '
			time=$(stat -c %.9Y "./$name")
			[ "${time%.*}" -ge 1577836800 ] || printf '%s ' "$time"
			if [ -f "./$name" ] && [ ! -L "./$name" ]; then cksum <"./$name"; else echo; fi
		done
	) >"$2" 2>&1
}

same()
{
	diff -u "$1" "$2"
}

run_outside "$PLAIN_DIR" "$WORK/out/plain"
(
	unset LD_PRELOAD
	tree "$PLAIN_DIR" "$WORK/out/plain.tree"
)
run "$MNT" "$WORK/out/dfuse"
tree "$MNT" "$WORK/out/dfuse.tree"
commands=$(grep -c '^-- ' "$WORK/out/plain")
expect "the script ran to its end in the plain directory" "status 0" "$(tail -n 1 "$WORK/out/plain")"
check "the same output of $commands commands" same "$WORK/out/plain" "$WORK/out/dfuse"
check "the same tree" same "$WORK/out/plain.tree" "$WORK/out/dfuse.tree"
if [ "$INTERCEPT" = mount ]; then
	(
		unset LD_PRELOAD
		tree "$MNT" "$WORK/out/kernel.tree"
	)
	check "the same tree through the mount" same "$WORK/out/plain.tree" "$WORK/out/kernel.tree"
fi
check "remove all" eval 'rm -rf "$MNT"/* "$MNT"/.[!.]* && [ -z "$(ls -A "$MNT")" ]'
check "unmount" unmount
summary
