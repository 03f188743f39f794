#!/bin/bash
# The conformance suite itself: what does not hold is reported, with place and reason, and nothing is left behind.
. "$(dirname "$0")/../lib.sh"
SUITE=$1
mkdir "$WORK/dir"

out=$("$SUITE" --only='selftest.*' --timeout=1 "$WORK/dir" 2>&1)
expect "its exit status tells failures" 1 $?

reports()
{
	if [[ $out == *"$2"* ]]; then pass "$1"; else fail "$1: no '$2' in: $out"; fi
}

reports "a case that holds" "ok selftest.passes"
reports "a wrong number" "STAT(\"f\").st_size: got 4, expected 5"
reports "a wrong content" "got byte 0x78 at 2, expected 0x73"
reports "a wrong errno" "got ENOENT, expected EACCES"
reports "an unexpected success" "got success (0), expected EEXIST"
reports "an unexpected failure" "rmdir(\"none\"): got ENOENT, expected success"
reports "a failure in a child process" "got \"got this\", expected \"wanted that\""
reports "a failure in a thread" "FAIL selftest.in_thread: selftest.c:"
reports "a crash" "got signal 11"
reports "a hang" "got no end, expected one within 1 s"
reports "a skipped case" "skip selftest.skips: for this reason"
reports "the file and line" "FAIL selftest.wrong_number: selftest.c:"
expect "the count" "1 passed, 9 failed" "$(tail -n 1 <<<"$out")"
expect "nothing is left" "" "$(ls -A "$WORK/dir")"
"$SUITE" >/dev/null 2>&1
expect "a wrong command line is status 2" 2 $?
"$SUITE" --only='no.such.case' "$WORK/dir" >/dev/null 2>&1
expect "running nothing is a failure" 1 $?
expect "names are unique" "" "$("$SUITE" --list | awk '{print $1}' | sort | uniq -d)"
summary
