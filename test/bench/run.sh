#!/bin/bash
# bench/run with next to nothing to measure: every row of every column is there, and the floors are applied.
. "$(dirname "$0")/../lib.sh"
need_mount
need python3 git tar
[ -x "$DFUSE_BUILD/bench/fsbench" ] || skip "fsbench is not built here"
export BUILD=$DFUSE_BUILD OUT=$WORK TINY=1 DOC=$WORK/page.md
printf '<!-- figures -->\n<!-- /figures -->\n' >"$DOC"
LOOSE=$WORK/loose WRONG=$WORK/wrong
echo "create 1 kernel plain >=0" >"$LOOSE"
echo "create 1 kernel plain >=1000000" >"$WRONG"

# bench STATUS WHAT [VARIABLE=VALUE...]
bench()
{
	env -u TMPDIR "${@:3}" "$LIB_SRC/bench/run" >"$WORK/table" 2>&1
	local rc=$?
	[ $rc = "$1" ] || tail -n 20 "$WORK/table"
	expect "$2: status" "$1" $rc
}

bench 0 "all that needs no build" PARTS="data blocks names programs start grow" FLOORS="$LOOSE"
check "every row is there for every column" python3 - "$WORK/result.json" "$LIB_SRC/bench/rows" <<'END'
import json, sys
result = json.load(open(sys.argv[1]))
seen = {(r["row"], r["threads"]): r["columns"] for r in result["rows"]}
there = result["columns"]
assert {"plain", "kernel"} <= set(there), there
absent = " ".join(result["notes"])
for column in ("library", "none", "passthrough", "peer"):
    assert column in there or "'%s'" % column in absent, (column, there, absent)
missing = []
for line in open(sys.argv[2]):
    if line.startswith("#"):
        continue
    part, name, unit = line.split()
    if name == "ninja" or name.endswith("-first") or name[-6:] in ("@10000", "100000", "000000"):
        continue  # what is left out for its length, and what would have the kernel forget
    for threads in (1, 8) if part in ("names", "data") else (1,):
        for column in ("plain", "kernel") if part == "grow" else there:
            if column == "peer" and part == "blocks" or column == "plain" and name == "inode-bytes":
                continue
            value = seen.get((name, threads), {}).get(column)
            if value is None or not value["median"] > 0:
                missing.append((name, threads, column))
assert not missing, missing
END
check "the drawing is XML" python3 -c 'import sys, xml.etree.ElementTree as t; t.parse(sys.argv[1])' "$WORK/result.svg"
expect "the table has the row" 2 "$(grep -c '^create  *op/s' "$WORK/table")"
expect "the document too" 2 "$(grep -c '^| create | op/s' "$DOC")"
expect "what is loosely wanted is reached" "floors: 1 reached, 0 missed" "$(tail -n 1 "$WORK/table")"

bench 1 "a build, and a wrong floor" PARTS="names build" BENCH_COLUMNS="none kernel" FLOORS="$WRONG"
expect "it says missed" "floors: 0 reached, 1 missed" "$(tail -n 1 "$WORK/table")"
expect "with the figure" 1 "$(grep -c '^missed  create, 1 thread: kernel: .* of plain, wanted >=1000000, missed by 100 %' "$WORK/table")"
expect "the build was measured" 1 "$(grep -cE '^ninja +s +[0-9.]+( +\| +[0-9.]+ \([0-9.]+-[0-9.]+\)){2}' "$WORK/table")"
expect "nothing is left mounted" "" "$(grep -F " $BUILD/bench/disk." /proc/self/mounts)"
check_fails "blanks in a path are refused" "must not have blanks" env TMPDIR="/tmp/a b" "$LIB_SRC/bench/run"
summary
