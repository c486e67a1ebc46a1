"""Dates, decrees and adopting bodies in the lines between a law's title and its first article."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from parkbot.numerals import CHINESE, to_int

HEAD_LINES = 60
"""The history of the most amended law takes some twenty lines."""

DAY = re.compile(r"((?:19|20)\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
CHINESE_DAY = re.compile(rf"([{CHINESE}]{{4}})年([{CHINESE}]{{1,2}})月([{CHINESE}]{{1,3}})日")
EVENT_LINE = re.compile(
    r"[（(]?\s*(?:根据)?\s*(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日"
    # 6月30日前，各企业通过平台报送 sets a term for a duty.
    r"(?!\s*(?:[以之]?[前后]|[至止，]|起(?!(?:正式)?施行)))"
)
MADE = re.compile("通过|修订|修正|修改|公布|发布|颁布|批准")
BODY = re.compile(
    r"(全国人民代表大会常务委员会|全国人民代表大会(?!常务)"
    r"|[\u4e00-\u9fff]{2,12}?(?:省|市|自治区|自治州|自治县)(?=(?:第[一二三四五六七八九十]+届)?人民代表大会)|国务院)"
)
SESSION = re.compile(r"第[一二三四五六七八九十]+届(?=(?:全国)?人民代表大会)")
DECREE = re.compile(r"(?:中华人民共和国)?([\u4e00-\u9fff]{2,20}?)令\s*[（(]?\s*第?\s*(\d+)\s*号")
FIRST_PART = re.compile(rf"\s*(?:#{{2,6}}\s|第一[条章编]|第[{CHINESE}]+[条章编][\s　])")


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a document's making: its day, and what the line says of it."""

    day: date
    text: str

    @property
    def made(self) -> bool:
        """Whether the text was adopted, amended or promulgated then (and not only commenced)."""
        return bool(MADE.search(self.text))


def flat(text: str) -> str:
    """Full-width digits as ASCII; every character keeps its place."""
    return "".join(unicodedata.normalize("NFKC", c) if "０" <= c <= "９" else c for c in text)


def head(text: str) -> list[str]:
    """Lines above the first chapter or article."""
    lines: list[str] = []
    for line in text.split("\n", HEAD_LINES * 2)[: HEAD_LINES * 2]:
        if FIRST_PART.match(line) and lines:
            break
        if line.strip():
            lines.append(flat(line.strip()))
    return lines[:HEAD_LINES]


def day_in(text: str) -> date | None:
    """The first day that a text names, in either kind of numerals.

    >>> day_in("2022年3月9日"), day_in("二〇二二年三月九日")
    (datetime.date(2022, 3, 9), datetime.date(2022, 3, 9))
    """
    match = DAY.search(text) or CHINESE_DAY.search(text)
    if not match:
        return None
    year, month, day = (to_int(part) or 0 for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def events(lines: list[str]) -> list[Event]:
    """The steps that history lines tell of, in their order; a line may hold several."""
    found = []
    for line in lines:
        if not EVENT_LINE.match(line) or "施行" not in line and not MADE.search(line):
            continue
        starts = [m.start() for m in DAY.finditer(line)]
        for start, end in zip(starts, [*starts[1:], len(line)], strict=True):
            day = day_in(line[start:end])
            if day:
                found.append(Event(day, line[start:end]))
    return found


def bodies(steps: list[Event], region_named: bool) -> tuple[str, ...]:
    """Who made the document: the bodies that adopted it, not those that approved another's act.

    A local regulation is not made by the national congress, whatever its history lines say.
    """
    names: dict[str, None] = {}
    for step in steps:
        said = DAY.sub("", step.text.split("《")[0])
        if "批准" in said and "通过" not in said:
            continue
        match = BODY.search(SESSION.sub("", said))
        if match and not (region_named and match.group().startswith("全国")):
            names[_full_name(match.group(), step.text)] = None
    return tuple(names)


def _full_name(body: str, text: str) -> str:
    if body.startswith(("全国", "国务院")):
        return body
    return body + ("人民代表大会常务委员会" if "常务委员会" in text else "人民代表大会")


def decree(steps: list[Event]) -> str | None:
    """Number of the last decree by which the document was promulgated.

    >>> decree([Event(date(2021, 1, 24), "2021年1月24日中华人民共和国国务院令第736号公布")])
    '国务院令第736号'
    """
    numbers = [match for step in steps if (match := DECREE.search(DAY.sub("", step.text.split("《")[0])))]
    return f"{numbers[-1].group(1)}令第{numbers[-1].group(2)}号" if numbers else None
