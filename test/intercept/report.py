#!/usr/bin/python3
"""report.py FILE [CALL...]: what D_IL_REPORT=json:FILE has counted, summed over all programs that wrote to FILE.

Prints `CALL CARRIED PASSED BOARD` for every call, sorted by name, then `total CARRIED PASSED BOARD`. With CALLs, those and their
total only. BOARD is how many of the carried were answered without going inside.
What works on a descriptor's number alone is the kernel's in any case, and left out of the total.
"""
import json
import sys


NUMBERS = {"close", "close_range", "dup", "dup2", "dup3", "fcntl"}


def add(sums, counts):
    """Adds the counts of one program: a line {"pid": .., "program": .., "carried": {CALL: N, ..}, "passed": {..}, "board": {..}}."""
    for place, key in enumerate(("carried", "passed", "board")):
        for call, n in counts[key].items():
            sums.setdefault(call, [0, 0, 0])[place] += n


def main():
    sums = {}
    with open(sys.argv[1], encoding="utf-8", errors="replace") as report:
        for line in report:
            add(sums, json.loads(line))
    names = [n for n in sorted(sums) if not sys.argv[2:] or n in sys.argv[2:]]
    for name in names:
        print(name, *sums[name])
    print("total", *[sum(sums[n][i] for n in names if n not in NUMBERS) for i in range(3)])


main()
