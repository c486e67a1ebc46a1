"""Pages of a PDF → their characters and ruling lines, in upright page coordinates.

PDFium (through pypdfium2, BSD/Apache) gives both: it is the engine of a browser, reads
what parks' PDFs are made of, is kept up to date, and is some ten times faster than the
pure Python readers.
"""

import ctypes
import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from parkbot.readers.text import unified

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

THIN = 3.0
"""Points: a path no thicker than this and longer than SHORTEST_RULE is a ruling line."""
SHORTEST_RULE = 6.0
UPRIGHT = 0.2
"""Sine of the largest slope of text that is read; steeper text is a watermark or stamp."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character: its place on the baseline, its box's sides, its height.

    `after_space` tells that the PDF has a blank before it.
    """

    char: str
    x0: float
    x1: float
    y: float
    size: float
    after_space: bool = False

    @property
    def middle(self) -> float:
        """Its middle between left and right."""
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line of a table or box; horizontal where y0 == y1."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on one page."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class _Turn:
    """Turns a page by quarters until its text is upright, with its lower left corner at 0, 0."""

    quarters: int
    left: float
    bottom: float

    def point(self, x: float, y: float) -> tuple[float, float]:
        x, y = _quarter_turned(x, y, self.quarters)
        return x - self.left, y - self.bottom

    def box(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of a box after the turn."""
        (ax, ay), (bx, by) = self.point(x0, y0), self.point(x1, y1)
        return min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _quarter_turned(x: float, y: float, quarters: int) -> tuple[float, float]:
    return ((x, y), (y, -x), (-x, -y), (-y, x))[quarters]


@dataclass(frozen=True, slots=True)
class _Raw:
    """A character as PDFium reports it."""

    char: str
    angle: float
    origin: tuple[float, float]
    box: tuple[float, float, float, float]
    font_size: float
    after_space: bool


def read_page(page: "PdfPage") -> Page:
    """Characters and rules of a page, turned so that most of its text is upright."""
    raw = _raw_characters(page)
    quarters = Counter(round(c.angle / (math.pi / 2)) % 4 for c in raw).most_common(1)
    box = page.get_mediabox()
    corners = [_quarter_turned(x, y, quarters[0][0] if quarters else 0) for x in box[::2] for y in box[1::2]]
    left, bottom = min(x for x, _ in corners), min(y for _, y in corners)
    turn = _Turn(quarters[0][0] if quarters else 0, left, bottom)
    glyphs = [_glyph(c, turn) for c in raw if abs(math.sin(c.angle - turn.quarters * math.pi / 2)) < UPRIGHT]
    width, height = max(x for x, _ in corners) - left, max(y for _, y in corners) - bottom
    return Page(width, height, tuple(glyphs), tuple(_rules(page, turn)))


def _glyph(raw: _Raw, turn: _Turn) -> Glyph:
    x0, y0, x1, y1 = turn.box(*raw.box)
    return Glyph(raw.char, x0, x1, turn.point(*raw.origin)[1], (y1 - y0) or raw.font_size, raw.after_space)


def _raw_characters(page: "PdfPage") -> list[_Raw]:
    """The visible characters in the order of the file; blanks become `after_space`."""
    import pypdfium2.raw as pdfium

    text = page.get_textpage()
    x, y, box = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF()
    found: list[_Raw] = []
    after_space = False
    for i in range(text.count_chars()):
        char = unified(chr(pdfium.FPDFText_GetUnicode(text, i)))
        if char.isspace() or not char.isprintable():
            after_space = after_space or char.isspace()
            continue
        pdfium.FPDFText_GetCharOrigin(text, i, x, y)
        pdfium.FPDFText_GetLooseCharBox(text, i, box)
        angle = pdfium.FPDFText_GetCharAngle(text, i)
        corners = (box.left, box.bottom, box.right, box.top)
        size = pdfium.FPDFText_GetFontSize(text, i)
        found.append(_Raw(char, angle, (x.value, y.value), corners, size, after_space))
        after_space = False
    text.close()
    return found


def _rules(page: "PdfPage", turn: _Turn) -> list[Rule]:
    """Thin paths, which is how tables are ruled; other paths are backgrounds and pictures."""
    import pypdfium2.raw as pdfium

    rules = []
    for path in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=4):
        x0, y0, x1, y1 = turn.box(*path.get_bounds())
        if y1 - y0 < THIN and x1 - x0 > SHORTEST_RULE:
            rules.append(Rule(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2))
        elif x1 - x0 < THIN and y1 - y0 > SHORTEST_RULE:
            rules.append(Rule((x0 + x1) / 2, y0, (x0 + x1) / 2, y1))
    return rules
