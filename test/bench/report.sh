#!/bin/bash
# bench/report.py: from known results the table, JSON, drawing and document that are right for them.
. "$(dirname "$0")/../lib.sh"
need python3
REPORT=(python3 -B "$LIB_SRC/bench/report.py")

# Three rounds: the library 2, 1 and 4 times as fast as the plain directory, in pairs; a build in half the time; a start 1 ms longer.
cat >"$WORK/results" <<'END'
0 plain 1 create 100
0 library 1 create 200
1 library 1 create 300
1 plain 1 create 300
2 plain 1 create 50
2 library 1 create 200
0 library 8 create 700
0 plain 8 create 700
0 kernel 1 create 50
0 peer 1 create 100
0 plain 1 ninja 10
0 library 1 ninja 5
0 plain 1 start-idle 1
0 library 1 start-idle 2
0 kernel 1 inode-bytes 250
0 library 1 something-else 1
END
cat >"$WORK/floors" <<'END'
# a comment

create      1 library plain   >=2.0
create      8 library 1thread >=3
create      * kernel  peer    >=1
ninja       1 library plain   >=1.5
start-*     1 library plain   <=+0.5
inode-bytes 1 kernel  -       <=300
END

report()
{
	"${REPORT[@]}" --results="$WORK/results" --floors="$WORK/floors" "$@" >"$WORK/table" 2>&1
}

json()
{
	python3 - "$WORK/result.json" "$1" <<-'END'
		import json, sys
		result = json.load(open(sys.argv[1]))
		rows = {(r["row"], r["threads"]): r for r in result["rows"]}
		print(eval(sys.argv[2]))
	END
}

report --host=here --json="$WORK/result.json" --svg="$WORK/result.svg"
expect "a missed floor is status 1" 1 $?
expect "the order of columns" "['plain', 'library', 'kernel', 'peer']" "$(json 'result["columns"]')"
expect "a ratio is the median of pairs" 2.0 "$(json 'rows["create", 1]["columns"]["library"]["ratio"]["median"]')"
expect "its spread" "(1.0, 4.0)" "$(json 'tuple(rows["create", 1]["columns"]["library"]["ratio"][k] for k in ("low", "high"))')"
expect "of times less is better" 2.0 "$(json 'rows["ninja", 1]["columns"]["library"]["ratio"]["median"]')"
expect "the middle of what was measured" 100.0 "$(json 'rows["create", 1]["columns"]["plain"]["median"]')"
expect "what is no row is left out" 5 "$(json 'len(rows)')"
expect "floors: which are reached" "[True, True, False, True, False, True]" \
	"$(json '[[f for f in result["floors"] if f["row"] == r and f["threads"] == t and f["column"] == c][0]["reached"] for r, t, c in
	(("create", 1, "library"), ("create", 8, "library"), ("create", 1, "kernel"), ("ninja", 1, "library"), ("start-idle", 1, "library"), ("inode-bytes", 1, "kernel"))]')"
expect "a cell says what was reached" 1 "$(grep -c '^create *op/s *100 | *2\.00 (1\.00-4\.00) ok' "$WORK/table")"
expect "and what was missed by how much" 1 "$(grep -c '^start-idle .* 0\.50 (0\.50-0\.50) -100%' "$WORK/table")"
expect "a missed floor has a line" 1 "$(grep -c '^missed  create, 1 thread: kernel: 0\.50 of peer, wanted >=1, missed by 50 %' "$WORK/table")"
expect "the count" "floors: 4 reached, 2 missed" "$(tail -n 1 "$WORK/table")"
check "the drawing is XML with a mark for each ratio" python3 - "$WORK/result.svg" <<'END'
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
titles = [t.text for t in root.iter("{http://www.w3.org/2000/svg}title")]
assert root.tag.endswith("svg") and "library: 2.00" in titles and "kernel: 0.50" in titles and "peer: 1.00" in titles, titles
END

sed -i '/kernel  peer/d; /start-/d' "$WORK/floors"
report
expect "all reached is status 0" 0 $?
sed -i 's/>=2.0/>=2.1/' "$WORK/floors"
report
expect "the same with a wrong floor is status 1" 1 $?
expect "and is missed" 1 "$(grep -c '^missed  create, 1 thread: library: 2.00 of plain, wanted >=2.1, missed by 5 %' "$WORK/table")"

printf 'before\n<!-- figures -->\nold\n<!-- /figures -->\nafter\n' >"$WORK/page.md"
report --doc="$WORK/page.md"
expect "a document keeps what is around its markers" "before after" "$(sed -n '1p;$p' "$WORK/page.md" | paste -sd' ')"
expect "and loses the old figures" 0 "$(grep -c '^old$' "$WORK/page.md")"
expect "and has the new" 1 "$(grep -c '^| create | op/s | 100 | 2.00 (1.00-4.00)' "$WORK/page.md")"
check "the drawing is beside it" test -s "$WORK/page.svg"
report --doc="$WORK/page.md"
expect "a second time it is the same page" 1 "$(grep -c '^| create | op/s | 100 | 2.00' "$WORK/page.md")"
echo nothing >"$WORK/other.md"

check_wrong()
{
	local what=$1 regex=$2
	check_fails "$what" "$regex" "${REPORT[@]}" --results="$WORK/results" --floors="$WORK/floors" "${@:3}"
}
check_wrong "a document without markers" "other.md: no '<!-- figures -->'" --doc="$WORK/other.md"
echo "create 1 library plain 2.0" >"$WORK/floors"
check_wrong "a floor that is none" "floors:1: not a floor: 'create 1 library plain 2.0'"
echo "creat 1 library plain >=2.0" >"$WORK/floors"
check_wrong "a floor for a row that there is not" "floors:1: no row is called 'creat'"
: >"$WORK/results"
check_wrong "no results" "nothing was measured"

# The floors of this repository name rows and columns that there are.
echo "0 plain 1 create 1" >"$WORK/results"
check "bench/floors is understood" "${REPORT[@]}" --results="$WORK/results" --floors="$LIB_SRC/bench/floors"
expect "and names columns that there are" "" "$(awk '/^[^#]/ { print $3 }' "$LIB_SRC/bench/floors" | sort -u |
	grep -vxE 'plain|library|none|passthrough|kernel|peer')"
summary
