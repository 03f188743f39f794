"""The comparison as an SVG: a line for each row, on it a mark for each column at its ratio to the plain directory, with its spread."""
from math import log2
from xml.sax.saxutils import escape

COLORS = {"library": "#0072b2", "none": "#56b4e9", "passthrough": "#009e73", "kernel": "#d55e00", "peer": "#777777"}
LEFT, RIGHT, WIDTH, STEP, HEAD = 190, 20, 900, 15, 58
LOWEST, HIGHEST = 1 / 32, 32


def place(ratio):
    """Where a ratio is on the logarithmic scale; what is beyond its ends is at the end."""
    ratio = min(max(ratio, LOWEST), HIGHEST)
    return LEFT + (WIDTH - LEFT - RIGHT) * (log2(ratio) - log2(LOWEST)) / (log2(HIGHEST) - log2(LOWEST))


def text(x, y, what, more=""):
    return '<text x="%.1f" y="%.1f"%s>%s</text>' % (x, y, more, escape(what))


def legend(figures):
    out, x = [], LEFT
    for column in figures.columns:
        if column in COLORS:
            out.append('<circle cx="%d" cy="20" r="4" fill="%s"/>' % (x, COLORS[column]))
            out.append(text(x + 8, 24, column))
            x += 110
    return out


def scale(bottom):
    out = []
    for power in range(-5, 6):
        ratio = 2.0**power
        x = place(ratio)
        out.append('<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="%s"/>' %
                   (x, HEAD - 8, x, bottom, "#000" if power == 0 else "#ddd"))
        out.append(text(x, HEAD - 12, "%g" % ratio if power >= 0 else "1/%g" % (1 / ratio), ' text-anchor="middle"'))
    return out


def row_marks(row, columns, y):
    out = [text(LEFT - 10, y + 4, row.name, ' text-anchor="end"')]
    for column in columns:
        ratio = row.ratio(column, "plain")
        if column not in COLORS or ratio is None:
            continue
        out.append('<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" stroke-opacity="0.5"/>' %
                   (place(ratio.low), y, place(ratio.high), y, COLORS[column]))
        out.append('<circle cx="%.1f" cy="%.1f" r="4" fill="%s"><title>%s</title></circle>' %
                   (place(ratio.median), y, COLORS[column], escape("%s: %.2f" % (column, ratio.median))))
    return out


def svg(figures, host):
    """The drawing. `host` is what it was measured on."""
    marks, y = [], HEAD + 10
    for title, rows in figures.groups():
        rows = [r for r in rows if len(r.rounds) > 1]
        if not rows:
            continue
        marks.append(text(10, y + 4, title, ' font-weight="bold"'))
        y += STEP
        for row in rows:
            marks += row_marks(row, figures.columns, y)
            y += STEP
        y += STEP / 2
    height = y + 24
    return "\n".join(
        ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="11">' %
         (WIDTH, height), '<rect width="%d" height="%d" fill="#fff"/>' % (WIDTH, height),
         text(10, 24, "speed, plain directory = 1", ' font-weight="bold"')] + legend(figures) + scale(y) + marks +
        [text(10, height - 8, host), "</svg>", ""])
