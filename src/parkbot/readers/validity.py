"""Until when a document says of itself that it is valid (本办法自2022年3月1日起施行，有效期5年)."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from parkbot.numerals import CHINESE, to_int
from parkbot.readers.history import day_in, flat

_ITSELF = (
    "本(?:实施|管理|暂行|若干|扶持|支持|奖励|激励|指导|操作|申报|专项|行动|工作|政策){0,3}"
    "(?:办法|通知|细则|规定|意见|方案|政策|措施|规程|规则|条例|指南|指引|公告|通告|决定)"
)
_COMMENCES = r"[自从][^，。；]{2,20}起(?:正式)?(?:施行|实施|执行|生效)"
# A term that begins a clause after the commencement is the document's; 许可证有效期 is a permit's.
_TERM = re.compile(
    rf"{_ITSELF}(?:的|[^。]*?{_COMMENCES}(?:[^。]*?[，,；;])?)?有效期限?(?:为|是|：|:)?\s*(?P<term>[^。]*)"
)
_UNTIL = re.compile(r"(?:[自从][^至到]{2,20})?截?[至到](?:20|二)[^，；]*?(?:日|年底|月底)")
_LASTS = re.compile(rf"(\d{{1,2}}|[{CHINESE}]{{1,3}})(年|个月)(?![\d{CHINESE}半又])")
_COMMENCES_ON = re.compile(r"[自从]([^，。；]{2,20}?)起(?:正式)?(?:施行|实施|执行|生效)")
_MADE = re.compile("(?:发布|公布|印发|颁布)之日")
_END_OF = re.compile(r"(20\d\d)年(?:(1[0-2]|0?[1-9])月)?底$")


def expires_on(text: str, issued: date | None) -> date | None:
    """The last day of the term that a document gives itself; None where it gives none, or several.

    >>> expires_on("本办法自2022年3月1日起施行，有效期5年。", None)
    datetime.date(2027, 2, 28)
    """
    ends = {end for end in _ends(flat(text), issued) if end}
    return ends.pop() if len(ends) == 1 else None


def _ends(text: str, issued: date | None) -> Iterator[date | None]:
    for line in text.split("\n"):
        for sentence in line.split("。"):
            if claim := _TERM.search(sentence):
                yield _last_day(claim["term"]) or _counted(sentence, claim["term"], issued)


def _last_day(term: str) -> date | None:
    """The day that a term names: 至2027年12月31日, 至2025年底."""
    until = _UNTIL.match(term)
    if not until:
        return None
    named = re.split("[至到]", until[0])[-1]
    if end := _END_OF.search(named):
        return _before(date(int(end[1]), int(end[2] or 12), 1), months=1)
    return day_in(named)


def _counted(sentence: str, term: str, issued: date | None) -> date | None:
    """The last day of 5年, counted from the commencement that the same sentence gives."""
    lasts, commences = _LASTS.match(term), _COMMENCES_ON.search(sentence)
    if not lasts or not commences:
        return None
    start = issued if _MADE.search(commences[1]) else day_in(commences[1])
    number = to_int(lasts[1])
    if start is None or not number:
        return None
    return _before(start, months=number * (12 if lasts[2] == "年" else 1))


def _before(start: date, *, months: int) -> date | None:
    """The day before the one that lies so many months after `start`."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    try:
        return date(year, month + 1, start.day) - timedelta(days=1)
    except ValueError:  # from the 29th of February on: the month is shorter, and ends with its last day
        return _before(start.replace(day=1), months=months + 1)
