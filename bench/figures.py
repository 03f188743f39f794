"""What bench/run has measured: rows of the table, each with a cell for every column.

A result is a line `ROUND COLUMN THREADS ROW VALUE`. Columns are paired by round: a ratio is one column's value against
another's in the same round, as speed, so that more is better whatever the unit.
"""
import os
from statistics import median

COLUMNS = ("plain", "library", "none", "passthrough", "kernel", "peer")
LESS_IS_BETTER = ("s", "ms")


class Spread:
    """The median of some values, and between which they lie."""

    def __init__(self, values):
        self.values = values
        self.median = median(values)
        self.low = min(values)
        self.high = max(values)

    def json(self):
        return {"median": self.median, "low": self.low, "high": self.high, "values": self.values}


class Row:
    def __init__(self, part, name, unit, threads):
        self.part, self.name, self.unit, self.threads = part, name, unit, threads
        self.rounds = {}  # column: {round: value}

    def value(self, column):
        """Spread of what a column reached, or None."""
        values = list(self.rounds.get(column, {}).values())
        return Spread(values) if values else None

    def ratio(self, column, other):
        """Spread of how many times as fast a column was as `other`, or None."""
        return speed_ratio(self.unit, self.rounds.get(column, {}), self.rounds.get(other, {}))

    def more(self, column, other):
        """Median of what a column's value is more than that of `other`, or None."""
        own, others = self.rounds.get(column, {}), self.rounds.get(other, {})
        both = [own[r] - others[r] for r in own if r in others]
        return median(both) if both else None


def speed_ratio(unit, own, others):
    pairs = [(own[r], others[r]) for r in sorted(own) if r in others]
    if unit in LESS_IS_BETTER:
        pairs = [(b, a) for a, b in pairs]
    pairs = [a / b for a, b in pairs if b > 0]
    return Spread(pairs) if pairs else None


class Figures:
    def __init__(self, order, results):
        """`order`: lines of bench/rows; `results`: lines of results."""
        self.units = {}
        for line in order:
            if line.strip() and not line.startswith("#"):
                part, name, unit = line.split()
                self.units[name] = (part, unit)
        rank = {name: i for i, name in enumerate(self.units)}
        rows = {}
        for line in results:
            round_, column, threads, name, value = line.split()
            if name not in self.units:
                continue  # what was measured for the sake of another row
            key = (int(threads), name)
            if key not in rows:
                rows[key] = Row(self.units[name][0], name, self.units[name][1], int(threads))
            rows[key].rounds.setdefault(column, {})[int(round_)] = float(value)
        # By part, in the order in which `rows` has them; in a part by threads.
        parts = list(dict.fromkeys(part for part, _ in self.units.values()))
        self.rows = sorted(rows.values(), key=lambda r: (parts.index(r.part), r.threads, rank[r.name]))
        self.columns = [c for c in COLUMNS if any(c in r.rounds for r in self.rows)]

    def row(self, name, threads):
        return next((r for r in self.rows if r.name == name and r.threads == threads), None)

    def groups(self):
        """(title, rows) for each part and number of threads."""
        titles = {}
        for row in self.rows:
            title = "%s, %d thread%s" % (row.part, row.threads, "s" if row.threads > 1 else "")
            titles.setdefault(title, []).append(row)
        return titles.items()

    def json(self):
        out = []
        for row in self.rows:
            columns = {}
            for column in self.columns:
                if row.value(column) is None:
                    continue
                columns[column] = row.value(column).json()
                ratio = row.ratio(column, "plain")
                if ratio and column != "plain":
                    columns[column]["ratio"] = ratio.json()
            out.append({"part": row.part, "row": row.name, "threads": row.threads, "unit": row.unit, "columns": columns})
        return out


def read(results, order=os.path.join(os.path.dirname(os.path.abspath(__file__)), "rows")):
    with open(order, encoding="utf-8") as a, open(results, encoding="utf-8") as b:
        return Figures(a, b)
