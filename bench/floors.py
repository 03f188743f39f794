"""What is wanted of the figures: bench/floors, applied. That file says what its lines mean."""
import re
from fnmatch import fnmatchcase

WANTED = re.compile(r"(>=|<=)(\+?)(\d+(?:\.\d+)?)$")


class Floor:
    """One wanted figure. `value` is what was reached, None if it was not measured."""

    def __init__(self, row, column, against, wanted, value):
        self.row, self.column, self.against, self.wanted, self.value = row, column, against, wanted, value
        sign, _, number = WANTED.match(wanted).groups()
        number = float(number)
        self.reached = value is not None and (value >= number if sign == ">=" else value <= number)
        # How much more (or, where less is wanted, how much less) it would have to be, in per cent of what is wanted.
        self.short = 0.0
        if value is not None and not self.reached:
            self.short = 100 * abs(number - value) / number if number else float("inf")

    def unit(self):
        if self.against == "-":
            return ""
        if self.wanted.startswith("<=+"):
            return " %s more than %s" % (self.row.unit, self.against)
        return " of itself with one thread" if self.against == "1thread" else " of " + self.against

    def text(self):
        what = "%s, %d thread%s: %s" % (self.row.name, self.row.threads, "s" if self.row.threads > 1 else "", self.column)
        verdict = "reached" if self.reached else "missed "
        by = "" if self.reached else ", missed by %.0f %%" % self.short
        return "%s %s: %.2f%s, wanted %s%s" % (verdict, what, self.value, self.unit(), self.wanted, by)

    def json(self):
        return {"row": self.row.name, "threads": self.row.threads, "column": self.column, "against": self.against,
                "wanted": self.wanted, "value": self.value, "reached": self.reached,
                "missed_by_percent": round(self.short, 1)}


class FloorsError(Exception):
    pass


def value_of(figures, row, column, against, wanted):
    if against == "-":
        own = row.value(column)
        return own.median if own else None
    if against == "1thread":
        # Not paired: each round measures the two at different times.
        one = figures.row(row.name, 1)
        if one is None or row.value(column) is None or one.value(column) is None:
            return None
        return row.value(column).median / one.value(column).median
    if wanted.startswith("<=+"):
        return row.more(column, against)
    ratio = row.ratio(column, against)
    return ratio.median if ratio else None


def apply(figures, lines, name):
    """The floors of what was measured. A line that cannot be understood is an error."""
    floors = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        words = line.split()
        if len(words) != 5 or not WANTED.match(words[4]):
            raise FloorsError("%s:%d: not a floor: '%s'" % (name, number, line.strip()))
        pattern, threads, columns, against, wanted = words
        if not any(fnmatchcase(known, pattern) for known in figures.units):
            raise FloorsError("%s:%d: no row is called '%s'" % (name, number, pattern))
        for row in figures.rows:
            if not fnmatchcase(row.name, pattern) or threads not in ("*", str(row.threads)):
                continue
            for column in figures.columns:
                if fnmatchcase(column, columns):
                    value = value_of(figures, row, column, against, wanted)
                    if value is not None:
                        floors.append(Floor(row, column, against, wanted, value))
    return floors
