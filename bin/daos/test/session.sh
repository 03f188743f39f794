#!/bin/bash
# session.sh FILE: replays a session with the daos and dmg tools and compares what they print and return.
#
# In FILE, a line "$ COMMAND" is run by the shell; the lines after it, up to "[exit N]", are what it must print (stdout and
# stderr) and return. A line "! COMMAND" is run too, must succeed and prints nothing. Lines before the first command and
# between "[exit N]" and the next command are comments. The functions of test/lib.sh can be used.
#
# What differs from run to run is replaced before comparing: UUIDs, times, free space, and the test's own directory (WORK).
# With RECORD=1 the session is printed as it went, instead of compared.
. "$(dirname "$0")/../../../test/lib.sh"

normalise()
{
	sed -E \
		-e 's/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx/g' \
		-e 's/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}(\.[0-9]+)? \+0000 UTC( \(0x[0-9a-f]+\))?/TIME/g' \
		-e 's/\([0-9]{4}(-[0-9]{2}){3}:[0-9]{2}:[0-9]{2}\)/(TIME)/' \
		-e 's/(started|completed) at: .*/\1 at: TIME/' \
		-e 's/("(free|min|max|mean)": )[0-9]+/\1N/' \
		-e 's/0x[0-9a-f]{12,16}/EPOCH/g' \
		-e 's/("epoch": )[0-9]+/\1N/' \
		-e 's/(inode|inodes|Inodes|Evicted inode)("?): [0-9]+/\1\2: N/' \
		-e '/^  (Container|Pool|Number|Latest|Dir|File|Chunk)[A-Za-z/ ]* : /s/ +$//' \
		-e 's/(run_time"?|scan_speed): [0-9]+/\1: N/' \
		-e "s#$WORK#WORK#g" -e "s/\\b($ME|$MINE)@/me@/g" -e 's/me@ +$/me@/'
}

# In this shell, not one below it: mount_dfuse and the like set variables, and need and skip may end the test.
silent()
{
	eval "$1" >"$WORK/.silent" 2>&1 && return
	cat "$WORK/.silent"
	fail "line $2: $1"
	summary
}

run()
{
	local got
	got=$({ eval "$1"; } 2>&1; echo "[exit $?]")
	got=$(normalise <<<"$got")
	if [ "${RECORD:-0}" = 1 ]; then
		printf '$ %s\n%s\n\n' "$1" "$got"
	elif [ "$got" = "$2" ]; then
		pass "$1"
	else
		fail "line $3: $1"
		diff <(echo "$2") <(echo "$got") | sed 's/^/     | /'
	fi
}

SESSION=$(realpath "$1") || exit 1
ME=$(id -un)
MINE=$(id -gn)
umask 022
new_store
cd "$WORK" || exit 1
number=0
command=
expected=
while IFS= read -r line || [ -n "$line" ]; do
	number=$((number + 1))
	case $line in
	'! '*)
		[ -n "$command" ] || {
			[ "${RECORD:-0}" = 1 ] && echo "$line"
			silent "${line#! }" $number
			continue
		} ;;&
	'$ '*)
		[ -n "$command" ] || { command=${line#\$ }; expected=; at=$number; continue; } ;;&
	'[exit '*)
		run "$command" "$expected$line" "$at"
		command=
		continue ;;
	esac
	if [ -n "$command" ]; then
		expected+=$line$'\n'
	elif [ "${RECORD:-0}" = 1 ] && [ -n "$line" ]; then
		echo "$line"
	fi
done <"$SESSION"
[ -z "$command" ] || fail "line $at: no [exit N] after $command"
[ "${RECORD:-0}" = 1 ] || summary
