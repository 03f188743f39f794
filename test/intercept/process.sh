#!/bin/bash
# process.sh BUILDDIR: what processes do to themselves while they use a container under the interception library: signals, threads,
# forks, closed descriptors, filters, allocators, set-uid and static programs, children in and out of it; and that nothing is printed.
. "$(dirname "$0")/../lib.sh"
[ $# -eq 1 ] || { echo "usage: process.sh DIRECTORY-OF-THE-TEST-PROGRAMS" >&2; exit 2; }
BIN=$1
new_mount
cd / || exit 1

# silent COMMAND...: status 0 and not a byte printed.
silent()
{
	local out rc
	out=$("$@" 2>&1 </dev/null)
	rc=$?
	[ -z "$out" ] || echo "$out"
	[ $rc -eq 0 ] && [ -z "$out" ]
}

# A directory for each, and nothing may be left in it.
for c in signals fork threads close descriptors seccomp exec stdio async limits pointers exit; do
	mkdir "$MNT/$c"
	check "$c" silent timeout 60 "$BIN/process" $c "$MNT/$c"
	rm -rf "${MNT:?}/$c"
done
echo data >"$MNT/five"
check "an allocator that opens files" silent "$BIN/allocator" "$MNT/five"

# What does not touch a container says and does what it always does.
check "true is silent" silent true
expect "a program that knows nothing of containers" "12" "$(bash -c 'echo 12' 2>&1)"
check_fails "an error is the program's own" '^cat: .*none: No such file or directory$' cat "$MNT/none"

# counted COMMAND...: what the library did with the calls on the container of the command and its children: `total CARRIED PASSED BOARD`.
counted()
{
	rm -f "$WORK/one"
	D_IL_REPORT=json:$WORK/one "$@" >/dev/null 2>&1
	[ -e "$WORK/one" ] || : >"$WORK/one"
	outside python3 "$LIB_SRC/test/intercept/report.py" "$WORK/one" | tail -n 1
}

# How many it carried.
carried()
{
	counted "$@" | cut -d ' ' -f 2
}

if [ -n "$INTERCEPT" ]; then
	cat_calls=$(carried cat "$MNT/five")
	expect "cat of one file is carried" 1 $((cat_calls >= 2))
	expect "a program in D_IL_BYPASS_LIST is left alone" 0 "$(D_IL_BYPASS_LIST='cat' carried cat "$MNT/five")"
	expect "others are not" "$cat_calls" "$(D_IL_BYPASS_LIST='tac:dog:ca:catt' carried cat "$MNT/five")"
	expect "its children are carried" 1 "$(($(D_IL_BYPASS_LIST='env' carried env cat "$MNT/five") >= 2))"
	expect "the child of a program that is carried, bypassed" 0 \
		"$(D_IL_BYPASS_LIST='foo:cat' carried env cat "$MNT/five")"
	expect "without LD_PRELOAD nothing is carried" 0 "$(carried env -u LD_PRELOAD cat "$MNT/five")"

	# What is asked for again and again: the board answers, also in these tests.
	# shellcheck disable=SC2016 # it is for that shell
	read -r _ all _ board <<<"$(counted bash -c 'for ((i = 0; i < 100; i++)); do [ -d "$0" ] && [ ! -e "$0/none" ]; done' "$MNT")"
	expect "200 questions are carried, most of them by the board" 1 $((all >= 200 && board >= 150 && board <= all))
	expect "none of those that are printed is" 200 \
		"$(D_IL_REPORT=-1 bash -c 'for ((i = 0; i < 200; i++)); do [ -d "$0" ]; done' "$MNT" 2>&1 | grep -c '^\[libioil\] Intercepting')"

	# The report, as DAOS users know it.
	report=$(D_IL_REPORT=2 cat "$MNT/five" 2>&1 >/dev/null)
	expect "D_IL_REPORT=2 shows two calls" 2 "$(grep -c '^\[libioil\]' <<<"$report")"
	expect "and a summary" 1 "$(grep -c '^\[op_sum \] *[1-9]' <<<"$report")"
	expect "the file's content is not disturbed" data "$(D_IL_REPORT=-1 cat "$MNT/five" 2>/dev/null)"
	for value in 0 "" no false x; do
		expect "D_IL_REPORT='$value' shows no call" "" "$(D_IL_REPORT=$value cmp "$MNT/five" "$MNT/five" 2>&1 | grep Intercepting)"
	done
	check "a report that cannot be written is not spoken of" silent env D_IL_REPORT=json:/none/x cmp "$MNT/five" "$MNT/five"

	# A program that is not what it was: what a pool or container that is not there makes of the library is the kernel path.
	(
		FAILED=0
		export D_IL_POOL=nonesuch D_IL_CONTAINER=nothing D_IL_MOUNT_POINT=$WORK/elsewhere
		mkdir "$WORK/elsewhere"
		echo kernel >"$WORK/elsewhere/file"
		check "a pool that is not there: the kernel's file system" silent cmp "$WORK/elsewhere/file" <(echo kernel)
		[ "$FAILED" -eq 0 ]
	) || fail "a pool that is not there"
fi

if [ "$INTERCEPT" = mount ]; then
	# What cannot be carried works through the mount.
	printf '#include <stdio.h>\nint main(int c, char **v) { FILE *f = fopen(v[1], "r+"); int n = f ? fgetc(f) : 0; rewind(f); fputs("D", f); fclose(f); return n != 100 || c != 2; }\n' >"$WORK/s.c"
	if cc -static -o "$WORK/static" "$WORK/s.c" 2>/dev/null; then
		check "a static program" silent "$WORK/static" "$MNT/five"
		expect "what it wrote is seen at once" Data "$(cat "$MNT/five")"
	fi
	expect "what was written here is seen through the mount at once" "y Data" \
		"$(echo y >"$MNT/y"; outside cat "$MNT/y" "$MNT/five" | tr '\n' ' ' | sed 's/ $//')"
	outside cp "$MNT/five" "$MNT/six"
	expect "and the other way round" Data "$(cat "$MNT/six")"
fi
if [ "$(id -u)" = 0 ] && [ -n "$INTERCEPT" ]; then
	cp /bin/cat "$WORK/suid" && chmod 4755 "$WORK/suid"
	expect "a set-uid program is left alone" "" \
		"$(setpriv --reuid=nobody --regid=nogroup --clear-groups "$WORK/suid" /proc/self/maps 2>&1 | grep libioil)"
fi
jemalloc=$(compgen -G '/usr/lib/*/libjemalloc.so.2' | head -n 1)
if [ -n "$jemalloc" ]; then
	check "with jemalloc first" silent env "LD_PRELOAD=$jemalloc:${LD_PRELOAD:-}" "$BIN/process" fork "$MNT"
	check "with jemalloc last" silent env "LD_PRELOAD=${LD_PRELOAD:+$LD_PRELOAD:}$jemalloc" "$BIN/process" fork "$MNT"
fi
rm -rf "${MNT:?}"/*
check "unmount" unmount
summary
