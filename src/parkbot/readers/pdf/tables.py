"""Ruled tables of a page → Markdown tables; each is taken out of the page's characters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from parkbot.readers.pdf.glyphs import Glyph, Page, Rule
from parkbot.readers.pdf.lines import lines_of

MOST_RULES = 1_000
"""On one page; a page with more is a drawing, and looking for tables in it takes long."""
NEAR = 4.0
"""Points within which two rules are on one grid line, or touch."""


@dataclass(frozen=True, slots=True)
class Table:
    """A Markdown table and where it stands on its page."""

    rows: tuple[tuple[str, ...], ...]
    top: float
    bottom: float

    def parted(self) -> tuple[str, tuple[tuple[str, ...], ...]]:
        """The caption that spans the first row, if one does, and the rows below it."""
        first = set(self.rows[0])
        if len(first) == 1 and len(self.rows) > 1:
            return self.rows[0][0], self.rows[1:]
        return "", self.rows


def take_tables(page: Page) -> tuple[list[Table], list[Glyph]]:
    """The ruled tables of a page, and the characters that stand outside them."""
    rest = list(page.glyphs)
    tables: list[Table] = []
    if len(page.rules) > MOST_RULES:
        return tables, rest
    for rules in _groups(page.rules):
        grid = _Grid.of(rules)
        if len(grid.xs) < 3 or len(grid.ys) < 3:
            continue  # one row or one column: a box around text, or lines between paragraphs
        inside = [g for g in rest if grid.holds(g)]
        rows = grid.rows(inside)
        if len(rows) < 2:
            continue
        tables.append(Table(tuple(rows), grid.ys[0], grid.ys[-1]))
        rest = [g for g in rest if not grid.holds(g)]
    return tables, rest


def _groups(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules that touch one another, directly or through others."""
    groups: list[list[Rule]] = []
    for rule in rules:
        touching = [group for group in groups if any(_touch(rule, other) for other in group)]
        groups = [group for group in groups if group not in touching]
        groups.append([rule, *(other for group in touching for other in group)])
    return groups


def _touch(a: Rule, b: Rule) -> bool:
    return a.x0 - NEAR <= b.x1 and b.x0 - NEAR <= a.x1 and a.y0 - NEAR <= b.y1 and b.y0 - NEAR <= a.y1


@dataclass(frozen=True, slots=True)
class _Grid:
    """Grid lines of a table: `xs` from left to right, `ys` from top to bottom."""

    xs: list[float]
    ys: list[float]
    rules: list[Rule]

    @classmethod
    def of(cls, rules: list[Rule]) -> "_Grid":
        xs = _distinct(r.x0 for r in rules if r.x1 - r.x0 < r.y1 - r.y0)
        ys = _distinct(r.y0 for r in rules if r.x1 - r.x0 > r.y1 - r.y0)
        return cls(xs, ys[::-1], rules)

    def holds(self, glyph: Glyph) -> bool:
        return self.xs[0] < glyph.middle < self.xs[-1] and self.ys[-1] < _height(glyph) < self.ys[0]

    def rows(self, glyphs: Sequence[Glyph]) -> list[tuple[str, ...]]:
        """Text of each cell; one that spans rows is repeated in each of them."""
        cells: dict[tuple[int, int], list[Glyph]] = {}
        for glyph in glyphs:
            cells.setdefault(self._home(glyph), []).append(glyph)
        texts = {place: _cell_text(found) for place, found in cells.items()}
        rows = [
            tuple(texts.get(self._origin(row, column), "") for column in range(len(self.xs) - 1))
            for row in range(len(self.ys) - 1)
        ]
        return [row for row in rows if any(row)]

    def _home(self, glyph: Glyph) -> tuple[int, int]:
        row = max(i for i, y in enumerate(self.ys[:-1]) if _height(glyph) < y)
        column = max(i for i, x in enumerate(self.xs[:-1]) if x < glyph.middle)
        return self._origin(row, column)

    def _origin(self, row: int, column: int) -> tuple[int, int]:
        """The first cell of those that are one because no rule parts them."""
        while column > 0 and not self._parted_left(row, column):
            column -= 1
        while row > 0 and not self._parted_above(row, column):
            row -= 1
        return row, column

    def _parted_above(self, row: int, column: int) -> bool:
        y, x = self.ys[row], (self.xs[column] + self.xs[column + 1]) / 2
        return any(abs(r.y0 - y) < NEAR and abs(r.y1 - y) < NEAR and r.x0 < x < r.x1 for r in self.rules)

    def _parted_left(self, row: int, column: int) -> bool:
        x, y = self.xs[column], (self.ys[row] + self.ys[row + 1]) / 2
        return any(abs(r.x0 - x) < NEAR and abs(r.x1 - x) < NEAR and r.y0 < y < r.y1 for r in self.rules)


def _height(glyph: Glyph) -> float:
    """Middle of a character's height."""
    return glyph.y + 0.35 * glyph.size


def _distinct(values: Iterable[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > NEAR:
            found.append(value)
    return found


def _cell_text(glyphs: Sequence[Glyph]) -> str:
    lines = [line.text for line in lines_of(glyphs)]
    text = lines[0]
    for line in lines[1:]:
        latin = text[-1].isascii() and line[0].isascii() and text[-1].isalpha() and line[0].isalpha()
        text += (" " if latin else "") + line
    return text
