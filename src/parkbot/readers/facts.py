"""What several rules of metadata look at, found once in a text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from parkbot.readers import history
from parkbot.readers.places import region_of
from parkbot.readers.titles import DATE_LINE, NUMBER, NUMBER_LINE, is_title, organs

STEM_DATE = re.compile(r"[（(]((?:19|20)\d\d)-(\d\d)-(\d\d)[)）]\s*$")
STEM_COPY = re.compile(r"\s*[（(]\d{1,2}[)）]$|\.(?:pdf|docx?|html?)$", re.IGNORECASE)
ISSUED_PLAN = re.compile(r"印发\s*(?:[《〈<](.+)[》〉>）)]\s*|([^《》]{6,}))的(?:通知|函|公告)$")
NUMBER_FIELD = re.compile(rf"(?:发文字号|文\s*号)\s*[：:]\s*({NUMBER.pattern})")
DECREE_LINE = re.compile(r"([\u4e00-\u9fff]{2,24}令)\s*[（(]?\s*第?\s*(\d{1,4})\s*号\s*[）)]?")
TITLE_LINES = 12
"""Lines from the top among which a title without a mark is looked for."""

LONGEST_TITLE = 300
"""Characters; a longer heading is a paragraph that somebody marked as one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A text with the lines above its first article, the steps of its making, and what names it.

    `notice` is the title at the head of the text, `title` that of what a notice issues.
    """

    text: str
    stem: str
    title: str
    notice: str
    head: Sequence[str]
    steps: Sequence[history.Event]
    signature: tuple[tuple[str, ...], date | None]
    issuers: tuple[str, ...]
    number: str | None
    region: str | None

    @classmethod
    def of(cls, text: str, stem: str, hint: str | None) -> "Facts":
        """The facts of a text; `hint` is the title that its format offers beside it."""
        lines = history.head(text)
        steps = history.events(lines)
        notice = _notice_title(text, lines, hint) or stem_title(stem)
        title = own_title(notice)
        region = region_of(title, text) or region_of(notice, text)
        signature = _signature(text)
        issuers = history.bodies(steps, region is not None) or signature[0] or _named_on_top(notice, lines)
        number = history.decree(steps) or _number(lines)
        return cls(text, stem, title, notice, lines, steps, signature, issuers, number, region)


def stem_title(stem: str) -> str:
    """The title in a file's name: without a date at its end or the mark of a copy.

    >>> stem_title("节约能源法(2018-10-26)")
    '节约能源法'
    """
    return STEM_DATE.sub("", STEM_COPY.sub("", stem)).strip() or stem


def own_title(notice: str) -> str:
    """The title of what a notice issues, or the notice's own.

    >>> own_title("工业和信息化部关于印发《“十四五”工业绿色发展规划》的通知")
    '“十四五”工业绿色发展规划'
    """
    match = ISSUED_PLAN.search(notice)
    issued = (match.group(1) or match.group(2)).strip() if match else ""
    return notice if not issued or "》《" in issued or "》、《" in issued else issued


def _notice_title(text: str, lines: Sequence[str], hint: str | None) -> str | None:
    first = re.search(rf"^#[ \t]+(?!附)(.{{1,{LONGEST_TITLE}}})$", text, re.MULTILINE)
    if first:
        return re.sub(r"\s*\{#[\w.-]+\}$", "", first.group(1)).strip()
    if hint and len(hint) <= LONGEST_TITLE:
        return hint
    return next((line for line in lines[:TITLE_LINES] if is_title(line)), None)


def _named_on_top(notice: str, lines: Sequence[str]) -> tuple[str, ...]:
    """Issuers that the title begins with, before its 关于, or that stand right below it."""
    before, about, _ = notice.partition("关于")
    if about and (issuers := organs(before.strip())):
        return issuers
    return next((found for line in lines[1:3] if (found := organs(line))), ())


def _signature(text: str) -> tuple[tuple[str, ...], date | None]:
    """Issuers and date at the end of a notice: the first line that is a date, and names before it."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    for i, line in enumerate(lines):
        day = history.day_in(history.flat(line)) if DATE_LINE.fullmatch(line) else None
        if day:
            names: tuple[str, ...] = ()
            for above in reversed(lines[max(0, i - 12) : i]):
                found = organs(above)
                if found:
                    names = found + names
                elif not above.endswith(("代章）", "盖章）")):
                    break
            return names, day
    return (), None


def _number(lines: Sequence[str]) -> str | None:
    """The document's own number: on a line of its own or in a field, not in a sentence."""
    for line in lines:
        field = NUMBER_FIELD.search(line)
        if field or NUMBER_LINE.fullmatch(line):
            return normal_number(field.group(1) if field else line)
        opening = NUMBER.match(line)
        if opening and "签发人" in line:
            return normal_number(opening.group())
        if decree := DECREE_LINE.fullmatch(line):
            return f"{decree.group(1)}第{decree.group(2)}号"
    return None


def normal_number(number: str) -> str:
    """A document number in its usual form, with 〔〕.

    >>> normal_number("（国发[2021]33号）")
    '国发〔2021〕33号'
    """
    bare = re.sub(r"\s", "", number)
    if bare[0] in "（(" and bare[-1] in "）)":
        bare = bare[1:-1]
    return re.sub(r"[〔\[【（(﹝［](\d{4})年?[〕\]】）)﹞］]第?", r"〔\1〕", bare)
