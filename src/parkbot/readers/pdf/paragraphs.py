"""Lines of pages → paragraphs and headings, joined where the typesetter broke them.

Chinese policy is set with a blank of two characters before each paragraph, full lines
to the right margin, and titles in the middle or in larger type: these are the cues.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from parkbot.numerals import CHINESE, to_int
from parkbot.readers.pdf.lines import WIDE, Line
from parkbot.readers.pdf.tables import Table
from parkbot.readers.titles import CHAPTER, DATE_LINE, NO_TITLE, NUMBER_LINE, NUMBERED, is_title, organs

ENDS = "。；！？：:;!?"
LARGER = 1.1
"""A line this much larger than the body is set as a title."""
ABOUT = re.compile(r"(?:[\u4e00-\u9fff ]+(?:部|委|局|厅|政府|办公室|院|署|会|部门) ?)?关于")
REMARK_ONLY = re.compile(r"[（(][^（）()]*[）)]")
NOTE = re.compile(r"[\d¹²³⁴⁵⁶⁷⁸⁹①-⑳*]{1,2}\s*[.．、]?")
ITEM = re.compile(rf"([（(]?)(\d{{1,2}}|[{CHINESE}]{{1,3}})([）)、.．])")
LABEL = re.compile(r"[^，。；]{2,14}[：:]")
NOTICE = ("通知", "公告", "通告", "公示", "函", "批复")
OPENED = {"《": "》", "（": "）", "〔": "〕", "“": "”"}


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading (level 1 or 2), or a table (`rows`)."""

    text: str
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the body of a page stands; `usual_size` is the size of the body in the whole document."""

    left: float
    right: float
    size: float
    indented: bool
    usual_size: float

    @property
    def middle(self) -> float:
        """Where the middle of a centred line is."""
        return (self.left + self.right) / 2


def frame_of(lines: Sequence[Line], fallback: Frame | None = None) -> Frame | None:
    """The frame of a page's lines, or the fallback where they are too few to tell."""
    if not lines:
        return fallback
    characters: Counter[float] = Counter()
    for line in lines:
        characters[round(line.size, 0)] += len(line.text)
    size = characters.most_common(1)[0][0] or 10.0
    body = [line for line in lines if abs(line.size - size) <= 0.15 * size and len(line.text) > 12]
    if len(body) < 5:
        return fallback or Frame(min(x.x0 for x in lines), max(x.x1 for x in lines), size, False, size)
    starts = Counter(round(line.x0 / 3) for line in body)
    often = [start for start, count in starts.items() if count >= 0.15 * len(body)]
    left = min(often, default=min(starts)) * 3.0
    right = median(sorted(line.x1 for line in body)[len(body) // 2 :])
    if fallback is None:
        return Frame(left, right, size, any(_is_indent(line.x0 - left, size) for line in lines), size)
    if fallback.indented and _is_indent(left - fallback.left, size):
        left, right = fallback.left, max(right, fallback.right)  # a page of short paragraphs and lists
    indented = any(_is_indent(line.x0 - left, size) for line in lines)
    return Frame(left, right, size, indented, max(size, fallback.size))


def _is_indent(distance: float, size: float) -> bool:
    return 1.2 * size < distance < 3.2 * size


class Assembler:
    """Takes the lines of page after page and keeps the blocks that they make."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.last: Line | None = None
        self.last_frame: Frame | None = None
        self.notes: list[str] = []
        self.new_page = False

    def start_page(self) -> None:
        """What follows stands on a new page: a paragraph may run on, its distance says nothing."""
        self.new_page = True

    def add_table(self, table: Table) -> None:
        """A table; one that goes on from the page before is joined to its beginning."""
        caption, rows = table.parted()
        if caption:
            self.blocks.append(Block(caption))
        before = self.blocks[-1] if self.blocks else None
        if self.new_page and before and before.rows and rows and len(before.rows[0]) == len(rows[0]):
            more = rows[1:] if rows[0] == before.rows[0] else rows
            self.blocks[-1] = replace(before, rows=before.rows + more)
        elif rows:
            self.blocks.append(Block("", rows=rows))
        self.last, self.new_page = None, False

    def add_notes(self, notes: Sequence[str]) -> None:
        """Footnotes of a page; they follow the paragraph that runs over them."""
        self.notes += notes

    def finished(self) -> list[Block]:
        """All blocks, with what was kept back."""
        self._place_notes()
        return self.blocks

    def _place_notes(self) -> None:
        self.blocks += [Block(note) for note in self.notes]
        self.notes = []

    def add(self, line: Line, frame: Frame) -> None:
        """The next line of the page."""
        level = _level(line, frame)
        if self._continues(line, frame, level):
            block = self.blocks[-1]
            raised = level if ABOUT.match(block.text) else block.level
            self.blocks[-1] = replace(block, text=join(block.text, line.text), level=raised)
        else:
            self._place_notes()
            self.blocks.append(Block(line.text, level))
        self.last, self.last_frame, self.new_page = line, frame, False

    def _continues(self, line: Line, frame: Frame, level: int) -> bool:
        last, last_frame = self.last, self.last_frame
        if last is None or last_frame is None or _alone(line.text):
            return False
        block = self.blocks[-1]
        if block.text.endswith(("，", "、", ",")) and not block.level:
            return True
        if level and not block.level and _flush(line, frame) and _full(last, last_frame):
            return _runs_on(block.text, last, last_frame, line, frame)  # body in larger type than elsewhere
        if block.level or level:
            return not self.new_page and self._title_continues(block, last, line, frame, level)
        if _displaced(line, frame) or _displaced(last, last_frame) or _alone(block.text):
            return False
        if len(self.blocks) < 4 and is_title(block.text):
            return False
        return _runs_on(block.text, last, last_frame, line, frame)

    def _title_continues(self, block: Block, last: Line, line: Line, frame: Frame, level: int) -> bool:
        """Whether a line is the next of a title that is set over several lines."""
        remark = line.text.startswith(("(", "（", "-", "－"))
        if last.y - line.y > (4.5 if remark else 3.2) * last.size or CHAPTER.match(line.text):
            return False
        if not block.level:  # the first line of a title may be too full to be known for one
            return bool(ABOUT.match(block.text)) and _open(block.text)
        if block.level != 1 or not (level or _set_apart(line, frame)):
            return False
        if remark:
            return True
        if abs(last.size - line.size) > 0.12 * last.size or block.text.endswith(NOTICE):
            return False
        return line.text not in block.text


def part_notes(lines: list[Line], frame: Frame) -> tuple[list[Line], list[str]]:
    """The body of a page and its footnotes: smaller lines at its end, the first with a number."""
    start = len(lines)
    while start > 0 and lines[start - 1].size < 0.86 * frame.size:
        start -= 1
    notes: list[str] = []
    for line in lines[start:]:
        if NOTE.match(line.text) or not notes:
            notes.append(line.text)
        else:
            notes[-1] = join(notes[-1], line.text)
    if not 0 < start < len(lines) or not NOTE.match(notes[0]):
        return lines, []
    return lines[:start], notes


def join(text: str, more: str) -> str:
    """Two parts of a line: with a blank between Latin words, with none in Chinese.

    >>> join("推动工业绿色低", "碳转型"), join("net zero", "industry"), join("工业和信息化部", "")
    ('推动工业绿色低碳转型', 'net zero industry', '工业和信息化部')
    """
    if not text or not more:
        return text + more
    if organs(text) and ("关于" in more or organs(more)):
        return f"{text} {more}"
    latin = not WIDE.match(text[-1]) and not WIDE.match(more[0])
    words = latin and (text[-1].isalpha() or text[-1] in ",.;:)") and (more[0].isalpha() or more[0] == "(")
    return f"{text} {more}" if words else text + more


def _level(line: Line, frame: Frame) -> int:
    """1 for a title, 2 for a chapter in the middle of the page, 0 for all else."""
    text = line.text
    if (
        _alone(text)
        or REMARK_ONLY.fullmatch(text)
        or len(text) > 60
        or "。" in text
        or "，" in text
        or text[-1] in "；："
    ):
        return 0
    larger = line.size > LARGER * frame.usual_size
    if CHAPTER.match(text):
        return 2 if larger or _centred(line, frame) else 0
    if NUMBERED.match(text):
        return 0
    if larger:
        return 1 if line.x0 < frame.middle else 0
    titled = is_title(text) or bool(ABOUT.match(text)) or bool(organs(text))
    return 1 if titled and _set_apart(line, frame) else 0


def _alone(text: str) -> bool:
    """Whether a line is one by its form: a date, a document number, a list of issuers, "附件2"."""
    return bool(DATE_LINE.fullmatch(text) or NUMBER_LINE.fullmatch(text) or NO_TITLE.fullmatch(text))


def _centred(line: Line, frame: Frame) -> bool:
    inset = min(line.x0 - frame.left, frame.right - line.x1)
    return abs(line.middle - frame.middle) < 1.2 * frame.size and inset > -0.5 * frame.size


def _set_apart(line: Line, frame: Frame) -> bool:
    """Whether a line stands in the middle and is not merely a short paragraph."""
    indent = line.x0 - frame.left
    inset = min(indent, frame.right - line.x1)
    return _centred(line, frame) and inset > frame.size and abs(indent - 2 * frame.size) > 0.4 * frame.size


def _displaced(line: Line, frame: Frame) -> bool:
    """Whether a line begins far inside the body: a signature, a date, a hanging list."""
    return line.x0 - frame.left > 3.4 * frame.size


def _flush(line: Line, frame: Frame) -> bool:
    return abs(line.x0 - frame.left) < 0.7 * frame.size


def _full(line: Line, frame: Frame) -> bool:
    """Whether a line reaches the right margin, give or take a character that would not fit."""
    return line.x1 > frame.right - 1.6 * frame.size


def _runs_on(text: str, last: Line, last_frame: Frame, line: Line, frame: Frame) -> bool:
    """Whether a line of the body goes on with the paragraph before it."""
    full = _full(last, last_frame)
    ended = text[-1] in ENDS
    indent = line.x0 - frame.left
    if indent > 0.7 * frame.size:  # a paragraph of its own, unless it is set awry
        awry = abs(indent - 2 * line.size) > 0.4 * line.size
        return awry and full and not ended and not NUMBERED.match(line.text)
    if _next_item(text, line.text) or (not frame.indented and NUMBERED.match(line.text)):
        return _open(text)
    if organs(line.text) and not full:
        return False
    if full or _open(text):
        return True
    body = (
        "，" in text
        or "。" in text
        or last.x1 - last_frame.left > 0.75 * (last_frame.right - last_frame.left)
    )
    return body and not ended and not LABEL.match(line.text)


def _next_item(text: str, line: str) -> bool:
    """Whether a line bears the number after that of a paragraph, so that it is the next of a list."""
    one, other = ITEM.match(text), ITEM.match(line)
    if not one or not other or one.group(1, 3) != other.group(1, 3):
        return False
    return (to_int(one.group(2)) or 0) + 1 == to_int(other.group(2))


def _open(text: str) -> bool:
    """Whether a bracket or a quotation is still open at the end of a text."""
    return any(text.rfind(left) > text.rfind(right) for left, right in OPENED.items())
