"""Characters → lines of text, with superscripts, blanks and page furniture dealt with."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from parkbot.readers.pdf.glyphs import Glyph, Page
from parkbot.readers.text import SUPERSCRIPTS

SMALL = 0.8
"""Below this share of the page's usual height, a raised digit is a superscript."""
MARGIN = 0.12
"""Share of the page's height, above and below, where running heads and page numbers stand."""
PAGE_NUMBER = re.compile(
    r"[—–\-－·.~\s]*(?:第?\s*(?:\d{1,4}|[IVXivx]{1,5})\s*页?)(?:\s*[/／,，共]+\s*\d{1,4}\s*页?)?[—–\-－·.~\s]*"
)
LEADER = re.compile(r"[.．…·。]{4,}\s*(?:[\dIVX]+)?$")
PUNCTUATION = "，。；：、！？（）《》〈〉“”‘’〔〕【】"
BEFORE_BLANK = re.compile(r"(?:第[一二三四五六七八九十百零\d]{1,6}[编篇章节条]|[部局委厅会院署行府组室央])$")
"""What a blank may follow in a line of Chinese; elsewhere it is the typesetter's."""
SHORT = 24
"""Characters; shorter lines are titles and forms, whose blanks mean something."""
WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u3000-\u303f“”‘’—…·]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text on a page; `size` is the usual height of its characters."""

    text: str
    x0: float
    x1: float
    y: float
    size: float

    @property
    def middle(self) -> float:
        """Its middle between left and right."""
        return (self.x0 + self.x1) / 2


def lines_of(glyphs: Sequence[Glyph]) -> list[Line]:
    """Lines from the top of the page to its bottom."""
    if not glyphs:
        return []
    usual = median(g.size for g in glyphs)
    rows: list[list[Glyph]] = []
    small = []
    for glyph in sorted(glyphs, key=lambda g: -g.y):
        if glyph.size < SMALL * usual:
            small.append(glyph)
        elif rows and rows[-1][0].y - glyph.y < 0.4 * glyph.size:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    for glyph in small:
        _place_small(rows, glyph)
    rows.sort(key=lambda row: -median(g.y for g in row))
    return [_line(row) for row in rows]


def _place_small(rows: list[list[Glyph]], glyph: Glyph) -> None:
    """A small character belongs to the line that it touches, else to a line of small ones."""
    for row in rows:
        height = max(g.size for g in row)
        if -0.3 * height < glyph.y - row[0].y < 0.6 * height and _touches(row, glyph, height):
            row.append(glyph)
            return
    for row in rows:
        if abs(row[0].y - glyph.y) < 0.4 * glyph.size:
            row.append(glyph)
            return
    rows.append([glyph])


def _touches(row: Sequence[Glyph], glyph: Glyph, height: float) -> bool:
    return min(g.x0 for g in row) - height < glyph.x0 and glyph.x1 < max(g.x1 for g in row) + height


def _line(row: Iterable[Glyph]) -> Line:
    glyphs = sorted(row, key=lambda g: g.x0)
    size = median(g.size for g in glyphs)
    base = median(g.y for g in glyphs)
    text = ""
    for before, glyph in zip([None, *glyphs], glyphs, strict=False):
        raised = glyph.size < SMALL * size and glyph.y > base + 0.1 * size
        char = glyph.char.translate(SUPERSCRIPTS) if raised else glyph.char
        blank = before and _apart(before, glyph, size)
        if blank and _chinese(before, glyph):
            blank = len(glyphs) < SHORT or bool(BEFORE_BLANK.search(text))
        text += (" " if blank else "") + char
    return Line(text, glyphs[0].x0, max(g.x1 for g in glyphs), base, size)


def _apart(before: Glyph, glyph: Glyph, size: float) -> bool:
    """Whether a blank stands between two characters: set one, and wide enough for its script."""
    gap = glyph.x0 - before.x1
    wide = bool(WIDE.match(before.char)), bool(WIDE.match(glyph.char))
    if not any(wide):
        return gap > 0.15 * size and (glyph.after_space or gap > 0.25 * size)
    if all(wide):
        marks = before.char in PUNCTUATION or glyph.char in PUNCTUATION
        return gap > (1.2 if marks else 0.4) * size and (glyph.after_space or gap > 0.9 * size)
    return gap > 0.6 * size


def _chinese(before: Glyph | None, glyph: Glyph) -> bool:
    return before is not None and bool(WIDE.match(before.char) and WIDE.match(glyph.char))


def without_furniture(pages: Sequence[Page], lines: Sequence[list[Line]]) -> list[list[Line]]:
    """Lines of each page without page numbers, running heads and tables of contents."""
    running = _running_heads(pages, lines)
    kept = []
    for page, page_lines in zip(pages, lines, strict=True):
        body = [
            line
            for line in page_lines
            if not (
                _in_margin(page, line) and (PAGE_NUMBER.fullmatch(line.text) or _pattern(line) in running)
            )
        ]
        kept.append(_without_contents(body))
    return kept


def _in_margin(page: Page, line: Line) -> bool:
    return not MARGIN * page.height < line.y < (1 - MARGIN) * page.height


def _pattern(line: Line) -> tuple[str, int]:
    """What makes two lines on different pages the same running head."""
    return re.sub(r"\d+", "0", line.text), round(line.y / 6)


def _running_heads(pages: Sequence[Page], lines: Sequence[list[Line]]) -> set[tuple[str, int]]:
    seen = Counter(
        pattern
        for page, page_lines in zip(pages, lines, strict=True)
        for pattern in {_pattern(line) for line in page_lines if _in_margin(page, line)}
    )
    return {pattern for pattern, count in seen.items() if count >= max(3, 0.4 * len(pages))}


def _without_contents(lines: list[Line]) -> list[Line]:
    """Lines without a table of contents: it repeats headings, and would be taken for them."""
    leaders = [i for i, line in enumerate(lines) if LEADER.search(line.text)]
    marks = [i for i, line in enumerate(lines) if i in leaders or PAGE_NUMBER.fullmatch(line.text)]
    if len(leaders) < 2 or len(marks) < 0.25 * len(lines):
        return lines
    first, last = marks[0], marks[-1]
    if not WIDE.match(lines[first].text):
        first -= 1  # dots and number stand on lines of their own, below the entry
    while first > 0 and _contents_title(lines[first - 1].text):
        first -= 1
    return lines[: max(first, 0)] + lines[last + 1 :]


def _contents_title(text: str) -> bool:
    return re.sub(r"\s", "", text) in ("目录", "目次", "Contents")
