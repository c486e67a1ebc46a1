"""Figures of a text, however they are written: 二十万元, 20万元 and 200,000 yuan are one figure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from parkbot.numerals import DIGITS, UNITS, to_int
from parkbot.verification.units import COUNT, COUNTED, SCALES, UNIT, unit_of

DATE, ARTICLE, PARAGRAPH, NUMBER, PLAN, OFTEN = "date", "article", "paragraph", "number", "plan", "often"
"""What a figure may be besides an amount of some unit; `NUMBER` is a document's, `OFTEN` a rhythm."""
PERCENT, SHARE, UNKNOWN = "%", "share", ""

_NOT_AMOUNTS = frozenset((DATE, ARTICLE, PARAGRAPH, NUMBER, PLAN, OFTEN))


class Bound(Enum):
    """Which side of a figure is meant: 以上 and at least, 以下 and at most, 后 and after, or the figure."""

    LOWER = "lower"
    UPPER = "upper"
    AFTER = "after"
    EXACT = "exact"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a normalised text: `value` is a number, or year, month and day (0: not given).

    `unit` is what it counts (`元`, `吨`, `%` …), one of the kinds above, or `UNKNOWN`. `start` and `end`
    are where it stands.
    """

    value: tuple[float, ...]
    unit: str
    bound: Bound
    start: int
    end: int

    @property
    def is_amount(self) -> bool:
        """Whether it is an amount of something, and no date and no number of a text."""
        return self.unit not in _NOT_AMOUNTS

    def is_alike(self, other: "Figure") -> bool:
        """Whether both may measure the same thing."""
        if self.unit == other.unit:
            return True
        vague = (UNKNOWN, COUNT)
        return self.is_amount and other.is_amount and (self.unit in vague or other.unit in vague)

    def agrees(self, source: "Figure") -> bool:
        """Whether a source's figure bears this one out; a date may be less exact than its source."""
        if not self.is_alike(source) or (self.bound, source.bound) in _CONTRARY:
            return False
        if self.unit == DATE:
            return all(mine in (0, theirs) for mine, theirs in zip(self.value, source.value, strict=True))
        return all(
            abs(mine - theirs) <= 1e-6 * max(1.0, abs(theirs))
            for mine, theirs in zip(self.value, source.value, strict=False)
        )


_CONTRARY = frozenset(
    (
        (Bound.LOWER, Bound.UPPER),
        (Bound.UPPER, Bound.LOWER),
        (Bound.AFTER, Bound.UPPER),
        (Bound.UPPER, Bound.AFTER),
        (Bound.AFTER, Bound.EXACT),
    )
)
"""Bounds of a claim and of its source that cannot both be meant."""

_ZH = "零〇○一二三四五六七八九十百千两"
_DIGITS = r"\d[\d,]*(?:\.\d+)?"
_MONTHS = tuple("jan feb mar apr may jun jul aug sep oct nov dec".split())
_MONTH = (
    r"(?P<m>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|(?-i:May|MAY)|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?P<y>(?:19|20)\d\d)"
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_ZH_DAY = rf"(?P<m>\d{{1,2}}|[{_ZH}]{{1,2}})月(?:份|(?P<d>\d{{1,2}}|[{_ZH}]{{1,3}})日)?"
_DATES = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?<!\d){_YEAR}[-./](?P<m>\d{{1,2}})[-./](?P<d>\d{{1,2}})(?!\d)",
        rf"(?<![\d{_ZH}])(?P<y>(?:19|20)\d\d|[一二][{_ZH}]{{3}})\s?年(?!内)(?:{_ZH_DAY})?",
        rf"\b{_DAY} (?:of )?{_MONTH}\b(?:,? {_YEAR})?",
        rf"\b{_MONTH} {_DAY}\b(?:,? {_YEAR}\b)?",
        rf"\b{_MONTH} {_YEAR}\b",
        rf"(?<![\d{_ZH}个]){_ZH_DAY}(?=[底末初前起中上下，。、—]|以前|$)",
        rf"(?<![\d{_ZH}个])(?P<m>\d{{1,2}}|[{_ZH}]{{1,2}})月(?P<d>\d{{1,2}}|[{_ZH}]{{1,3}})日",
        rf"(?<![\d.,/]){_YEAR}(?!\d|[.,]\d|\s?(?:{UNIT}|{COUNTED}|[万亿]|million|companies|号))",
    )
)
_NUMBERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (NUMBER, re.compile(r"(?P<n>\d+)\s?号|\bno\. ?(?P<e>\d+)", re.IGNORECASE)),
    (ARTICLE, re.compile(rf"第(?P<n>[{_ZH}\d]+)条|\barticles? ?(?P<e>\d+)", re.IGNORECASE)),
    (PARAGRAPH, re.compile(rf"第(?P<n>[{_ZH}\d]+)款|\bparagraphs? ?(?P<e>\d+)", re.IGNORECASE)),
    (
        PLAN,
        re.compile(
            rf"(?<![{_ZH}])(?P<n>十[一二三四五六七]?)五(?=[”\"」』]|规划|期间|时期|末)"
            rf"|\b(?P<e>1\d)th five-year",
            re.IGNORECASE,
        ),
    ),
)
_WHOLE = rf"(?:[{_ZH}]+|\d+)"
_PARTS = re.compile(
    rf"(?P<of>(?:[{_ZH}]+|\d+)万?|万)分之(?P<n>{_WHOLE}(?:[.点]{_WHOLE})?)(?:以上(?P<to>{_WHOLE})(?=以下))?"
    r"|(?<![\d/])(?P<n2>[1-9])/(?P<of2>[2-9])(?![\d/])"
)
_AS_PERCENT = (100, 1_000, 10_000, 100_000, 1_000_000)
_RHYTHMS = tuple(
    (days, re.compile(form, re.IGNORECASE))
    for days, form in (
        (182, r"每半年|twice a year|half-yearly|semi-annually|every 6 months"),
        (365, r"每年|逐年|按年|\bannually\b|\b(?:every|each|per|a) year\b|\byearly\b"),
        (91, r"每季度?|按季|\bquarterly\b|\b(?:every|each|per) quarter\b"),
        (30, r"每个?月|按月|\bmonthly\b|\b(?:every|each|per|a) month\b"),
        (7, r"每周|按周|\bweekly\b|\b(?:every|each|per) week\b"),
        (1, r"每[日天]|\bdaily\b|\b(?:every|each) day\b"),
    )
)
_NUMERAL = rf"(?:{_DIGITS}|[{_ZH}]+)"
_SCALE = "|".join(SCALES).replace("|千|", "|千(?![瓦米克卡伏帕])|")
_AMOUNT = re.compile(
    rf"(?P<between>\bbetween )?(?P<sign>[≥≤><])?\s?(?<![\d.A-Za-z])"
    rf"(?P<n>{_NUMERAL}|(?<![{_ZH}\d])(?=[万亿][元吨种家个]))(?:\s?(?P<s>{_SCALE}))?"
    rf"(?:(?(between) and |(?:\s?[-–—~～至到]+\s?| to ))(?P<n2>{_NUMERAL})(?:\s?(?P<s2>{_SCALE}))?)?"
    rf"\s?-?[余多]?\s?(?P<unit>{UNIT}|{COUNTED})?",
    re.IGNORECASE,
)
_IDLE = re.compile(rf"[一两]{COUNTED}|[{_ZH}]+(?!{UNIT}|{COUNTED})")
"""一个, 一家 and 两个 say little more than a and both; a Chinese numeral without a unit is part of a word."""

_AFTER = (
    (Bound.AFTER, re.compile(r"[底末]?以?之?后(?!续)")),
    (
        Bound.LOWER,
        re.compile(
            r"\s?(?:[及或(（含]{0,3}\s?以上|及以上|起|(?<=[日月年天])之?前)"
            r"| (?:before|prior|ahead|in advance)\b|,? (?:and|or) (?:more|above|over"
            r"|higher|longer)",
            re.I,
        ),
    ),
    (
        Bound.UPPER,
        re.compile(r"\s?(?:[及或]?以[下内]|之?内|封顶)|,? (?:or|and) (?:less|below|under|lower|fewer)", re.I),
    ),
)
_DATE_LIMIT = re.compile(r"(?:年?底|末)?[之以]?前")
_NEAR = r"(?:the |of |a |an |by |be |about |around |为|到|在|达到|的|约|于){0,3}\s?$"
_BEFORE = (
    (Bound.AFTER, re.compile(r"\bafter (?:the end of )?$", re.IGNORECASE)),
    (
        Bound.LOWER,
        re.compile(
            r"(?:至少(?:保存)?|不(?:得|能)?(?:低于|少于|短于|小于)|最低|最少|超过?|高于|大于|逾|起码|多于"
            r"|at least|(?:no|not)(?: be)? (?:less|lower|fewer|shorter) than|more than|over|above"
            r"|(?:no|not) (?:earlier|sooner) than|not before|higher than|exceed(?:s|ing|ed)?"
            r"|minimum(?: of)?|longer than|since|from)\s?" + _NEAR,
            re.IGNORECASE,
        ),
    ),
    (
        Bound.UPPER,
        re.compile(
            r"(?:截[止至]|不[晚迟]于|[不未](?:得|能)?(?:超过?|高于|大于|多于|长于)|至多|最多|最高|最长|不[满足]|低于|少于|小于|短于"
            r"|at most|(?:no|not)(?: be)? (?:more|higher|greater|longer|later) than|(?:not|never"
            r"|without) exceed(?:ing)?|up to|within"
            r"|under|below|less than|fewer than|lower than|maximum(?: of)?|capped at|before|by"
            r"|by the end of)\s?" + _NEAR,
            re.IGNORECASE,
        ),
    ),
)
# may not be stored for more than a year: at most a year
_DENIED = re.compile(
    r"(?:\b(?:not|never|cannot|no \w+ (?:may|shall|can))\b|不得|不能|不可)[^，。；,.;]{1,32}$", re.IGNORECASE
)
_COMPARED = re.compile(
    r"超过|高于|大于|逾|低于|少于|短于|小于|多于"
    r"|more than|over|above|exceed|longer than|higher than|less than"
    r"|below|under|fewer than|lower than",
    re.IGNORECASE,
)
_SIGNS = {"≥": Bound.LOWER, ">": Bound.LOWER, "≤": Bound.UPPER, "<": Bound.UPPER}


@lru_cache(maxsize=8192)
def figures(text: str) -> tuple[Figure, ...]:
    """All figures of a normalised text (see `units.normalised`), in their order."""
    found: list[Figure] = []
    for kind in (_dates, _numbers, _rhythms, _parts, _amounts):
        new = list(kind(text))
        found += new
        for figure in new:  # what has been read is not read again as something else
            text = text[: figure.start] + "\x00" * (figure.end - figure.start) + text[figure.end :]
    return tuple(sorted(found, key=lambda figure: figure.start))


def _dates(text: str) -> Iterator[Figure]:
    for form in _DATES:
        for match in form.finditer(text):
            parts = match.groupdict()
            value = (_number(parts.get("y")), _month(parts.get("m")), _number(parts.get("d")))
            bound = Bound.UPPER if _DATE_LIMIT.match(text, match.end()) else _bound(text, *match.span())
            yield Figure(value, DATE, bound, *match.span())
            text = text[: match.start()] + "\x00" * len(match[0]) + text[match.end() :]


def _numbers(text: str) -> Iterator[Figure]:
    for kind, form in _NUMBERS:
        for match in form.finditer(text):
            value = _number(match["n"] or match["e"])
            if kind == PLAN and match["n"]:
                value = {"十": 10.0}.get(match["n"], value)
            yield Figure((value,), kind, Bound.EXACT, *match.span())


def _rhythms(text: str) -> Iterator[Figure]:
    for days, form in _RHYTHMS:
        for match in form.finditer(text):
            yield Figure((days,), OFTEN, Bound.EXACT, *match.span())


def _parts(text: str) -> Iterator[Figure]:
    for match in _PARTS.finditer(text):
        of = _whole_of(match["of"] or match["of2"])
        if not of:
            continue
        unit, scale = (PERCENT, 100 / of) if of in _AS_PERCENT else (SHARE, 1 / of)
        bound = _bound(text, *match.span())
        if match["to"]:
            yield Figure((_number(match["to"]) * scale,), unit, Bound.UPPER, match.end("to"), match.end())
            bound = Bound.LOWER
        yield Figure((_number(match["n"] or match["n2"]) * scale,), unit, bound, *match.span())


def _whole_of(written: str) -> float:
    """Of how many parts a share is: 百, 万, 十万, 3."""
    before, times = written.removesuffix("万"), 10_000 if written.endswith("万") else 1
    return (_number(before) if before else 1.0) * times


def _amounts(text: str) -> Iterator[Figure]:
    for match in _AMOUNT.finditer(text):
        if not match["s"] and not match["n2"] and _IDLE.fullmatch(match[0].strip()):
            continue
        if match["n"] and match["n"][0] in _ZH and not (match["unit"] or match["s"]):
            continue
        unit, times = unit_of(match["unit"])
        start = match.start("n")
        bound = _SIGNS.get(match["sign"] or "") or _bound(text, start, match.end())
        if unit == "年" and match["n"] == "一" and text[:start].endswith(("上", "前", "下")):
            continue  # 上一年 is a year, and not how many
        scale = SCALES.get((match["s"] or _shared(match)).lower(), 1.0)
        value = (_number(match["n"]) if match["n"] else 1.0) * scale * times
        if match["n2"]:
            scale = SCALES.get((match["s2"] or "").lower(), 1.0)
            upper = _number(match["n2"]) * scale * times
            yield Figure((value,), unit, Bound.LOWER, start, match.start("n2"))
            yield Figure((upper,), unit, Bound.UPPER, match.start("n2"), match.end())
        else:
            yield Figure((value,), unit, bound, start, match.end())


def _shared(match: re.Match[str]) -> str:
    """The word that multiplies both ends of a range: 三至五万, but not 五千至五万."""
    ends_by_itself = (match["n"] or "")[-1:] in ("百", "千") and match["n"][-1] not in (match["n2"] or "")
    return "" if ends_by_itself else match["s2"] or ""


def _bound(text: str, start: int, end: int) -> Bound:
    for bound, form in _AFTER:
        if form.match(text, end):
            return bound
    before = text[max(0, start - 40) : start]
    found = [(match.start(), bound) for bound, form in _BEFORE if (match := form.search(before))]
    if not found:
        return Bound.EXACT
    at, bound = min(found, key=lambda each: each[0])
    if _DENIED.search(before[:at]) and _COMPARED.match(before, at):
        return Bound.UPPER if bound is Bound.LOWER else Bound.LOWER
    return bound


def _number(written: str | None) -> float:
    if not written:
        return 0.0
    whole, _, rest = written.replace(",", "").replace("点", ".").partition(".")
    decimals = "".join(str(DIGITS.get(digit, digit)) for digit in rest if digit not in UNITS)
    return float(to_int(whole) or 0) + float(f"0.{decimals}")


def _month(written: str | None) -> float:
    if written and written[:3].lower() in _MONTHS:
        return _MONTHS.index(written[:3].lower()) + 1.0
    return _number(written)
