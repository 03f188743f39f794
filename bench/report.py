#!/usr/bin/python3
"""report.py --results=FILE --floors=FILE [--notes=FILE] [--host=TEXT] [--json=FILE] [--svg=FILE] [--doc=FILE]

The table of bench/run, on standard output, from what it has measured; as JSON and as a drawing; and in a document, between
the lines `<!-- figures -->` and `<!-- /figures -->`, with the drawing beside it under the document's name.

Exit status: 0; 1 if a floor is missed; 2 if nothing was measured or a file is not as it should be.
"""
import argparse
import datetime
import json
import sys

import draw
import figures as figures_of
import floors as floors_of

BEGIN, END = "<!-- figures -->", "<!-- /figures -->"


def number(value):
    return "%.0f" % value if value >= 100 else "%.3g" % value


class Table:
    def __init__(self, figures, floors):
        self.figures = figures
        self.columns = [c for c in figures.columns if c != "plain"]
        # A cell shows the floors that its ratio is held against, those against the plain directory.
        self.floors = {}
        for floor in floors:
            if floor.against == "plain":
                self.floors.setdefault((floor.row, floor.column), []).append(floor)

    def verdict(self, row, column):
        floors = self.floors.get((row, column), [])
        if not floors:
            return ""
        short = max(f.short for f in floors)
        return "ok" if all(f.reached for f in floors) else "-%.0f%%" % short

    def cell(self, row, column):
        value, ratio = row.value(column), row.ratio(column, "plain")
        if value is None:
            return ""
        if ratio is None:
            return number(value.median)
        return "%5.2f (%.2f-%.2f) %s" % (ratio.median, ratio.low, ratio.high, self.verdict(row, column))

    def plain(self, row):
        value = row.value("plain")
        return number(value.median) if value else ""

    def text(self):
        out = []
        for title, rows in self.figures.groups():
            out.append("\n%-26s %9s" % (title, "plain") + "".join(" | %-22s" % c for c in self.columns))
            for row in rows:
                out.append("%-20s %-5s %9s" % (row.name, row.unit, self.plain(row)) +
                           "".join(" | %-22s" % self.cell(row, c) for c in self.columns))
        return "\n".join(line.rstrip() for line in out)

    def markdown(self):
        out = []
        for title, rows in self.figures.groups():
            out += ["", "| %s | | plain | " % title + " | ".join(self.columns) + " |",
                    "|---|---|--:|" + "--:|" * len(self.columns)]
            for row in rows:
                out.append("| %s | %s | %s | " % (row.name, row.unit, self.plain(row)) +
                           " | ".join(self.cell(row, c).strip() for c in self.columns) + " |")
        return out


def floor_lines(floors):
    """What was missed, and what was reached that no cell of the table shows."""
    missed = [f for f in floors if not f.reached]
    lines = [f.text() for f in floors if not f.reached or f.against != "plain"]
    if floors:
        lines.append("floors: %d reached, %d missed" % (len(floors) - len(missed), len(missed)))
    return lines


def put_into(path, lines):
    """Replaces what is between the markers of a document."""
    with open(path, encoding="utf-8") as doc:
        text = doc.read()
    begin, end = text.find(BEGIN), text.find(END)
    if begin < 0 or end < begin:
        raise floors_of.FloorsError("%s: no '%s' before a '%s'" % (path, BEGIN, END))
    with open(path, "w", encoding="utf-8") as doc:
        doc.write(text[:begin] + BEGIN + "\n" + "\n".join(lines) + "\n" + text[end:])


def write_files(options, figures, floors, notes):
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")
    drawing = draw.svg(figures, "%s, %s" % (options.host, now))
    if options.svg:
        with open(options.svg, "w", encoding="utf-8") as out:
            out.write(drawing)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            json.dump({"host": options.host, "date": now, "notes": notes, "columns": figures.columns,
                       "rows": figures.json(), "floors": [f.json() for f in floors]}, out, indent=1)
    if options.doc:
        with open(options.doc[:-3] + ".svg", "w", encoding="utf-8") as out:
            out.write(drawing)
        svg = options.doc[:-3].split("/")[-1] + ".svg"
        put_into(options.doc, ["Measured on %s: %s." % (now, options.host)] + notes +
                 ["", "![speed against the plain directory](%s)" % svg] + Table(figures, floors).markdown() +
                 ["", "```"] + floor_lines(floors) + ["```"])


def main():
    parser = argparse.ArgumentParser(prog="report.py")
    for name in ("results", "floors"):
        parser.add_argument("--" + name, required=True)
    for name in ("notes", "host", "json", "svg", "doc"):
        parser.add_argument("--" + name, default="")
    options = parser.parse_args()
    notes = []
    if options.notes:
        with open(options.notes, encoding="utf-8") as lines:
            notes = [line.strip() for line in lines]
    try:
        figures = figures_of.read(options.results)
        if not figures.rows:
            raise floors_of.FloorsError("%s: nothing was measured" % options.results)
        with open(options.floors, encoding="utf-8") as lines:
            floors = floors_of.apply(figures, lines, options.floors)
        write_files(options, figures, floors, notes)
    except (OSError, floors_of.FloorsError) as error:
        print("report.py: %s" % error, file=sys.stderr)
        sys.exit(2)
    print("speed against the plain directory (median, and from lowest to highest round); ok: as wanted, -N%: N per cent short of it")
    print("on " + options.host)
    print(Table(figures, floors).text())
    print()
    print("\n".join(floor_lines(floors)))
    sys.exit(0 if all(f.reached for f in floors) else 1)


main()
