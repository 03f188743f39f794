#!/bin/bash
# What dfuse says of itself: requests counted and timed, by kind, and how files were opened.
. "$(dirname "$0")/behaviour.sh"
new_mount --passthrough=off

# stat_says KEY: a value of `daos filesystem query --json`.
stat_says()
{
	daos --json filesystem query "$MNT" | python3 -c 'if True:
		import json, sys
		value = json.load(sys.stdin)["response"]
		for key in sys.argv[1].split("."):
			value = value.get(key, "")
		print(value)' "$1"
}

mkdir "$MNT/d1" "$MNT/d2" "$MNT/d3"
expect "three directories were made" 3 "$(stat_says operations.mkdir.count)"
expect "as the older counters say" 3 "$(stat_says statistics.mkdir)"
head -c 300000 /dev/zero >"$MNT/zeros"
sync "$MNT/zeros"
expect "the bytes that were written" 300000 "$(stat_says operations.write.bytes)"
dd if="$MNT/zeros" of=/dev/null bs=4096 iflag=direct status=none
expect "the bytes that were read" 300000 "$(stat_says operations.read.bytes)"
# times_fit: all that is said of each operation's times goes together.
times_fit()
{
	daos --json filesystem query "$MNT" | python3 -c 'if True:
		import json, sys
		for name, op in json.load(sys.stdin)["response"]["operations"].items():
			assert 0 <= op["p50_ns"] <= op["p90_ns"] <= op["p99_ns"] <= op["max_ns"], (name, op)
			assert op["mean_ns"] <= op["max_ns"], (name, op)
			assert op["count"] > 0, (name, op)'
}

# What other threads count just then is read in no order, so that it may not fit once.
check "percentiles are in order, and none is above the longest" wait_for times_fit
before=$(stat_says opened.kept)
cat "$MNT/zeros" >"$WORK/copy"
cat "$MNT/zeros" >"$WORK/copy"
check "a second reader finds what the kernel has kept" test "$(stat_says opened.kept)" -gt "$before"
expect "transport" read/write "$(stat_says transport)"
expect "passthrough" False "$(stat_says passthrough)"
check "as text: a line for each kind" bash -c "daos filesystem query '$MNT' | grep -qE '^ +mkdir: +3 +0 +[0-9.]+ '"
check "and one on the transport" bash -c "daos filesystem query '$MNT' | grep -qE '^ +Transport: read/write, passthrough off, write-back on, '"
check "unmount" unmount
summary
