"""What figures count, and how numbers are written in words."""

import re

SCALES = {
    "万亿": 1e12, "亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4, "千": 1e3,
    "trillion": 1e12, "billion": 1e9, "million": 1e6, "thousand": 1e3,
}  # fmt: skip
"""Words that multiply; the longer ones first."""

COUNT = "count"
COUNTED = "[家个项类种座批级期人名款章编条台套部件处辆]"
"""What follows a Chinese number of things."""

_UNITS: tuple[tuple[str, str, float], ...] = (
    # how it is written, what it counts, how many of that; the longer ones first
    ("个?百分点|percentage[ -]points?", "百分点", 1),
    ("%|per ?cent(?:age)?", "%", 1),
    ("‰", "%", 0.1),
    ("tCO2/GJ|kgCO2/kWh", "factor", 1),
    ("蒸吨(?:/小时)?|(?:steam )?t(?:onne|on)?s?(?: of steam)? (?:per|an) hour|t/h", "蒸吨", 1),
    ("吨标准?煤|t(?:onne|on)?s? of (?:standard )?coal(?: equivalent)?|tce", "吨标准煤", 1),
    ("吨|tonnes?|tons?", "吨", 1),
    ("千瓦时|度电|kwh", "千瓦时", 1),
    ("千瓦|kw|kilowatts?", "千瓦", 1),
    ("mw|兆瓦|megawatts?", "千瓦", 1e3),
    ("gw|吉瓦|gigawatts?", "千瓦", 1e6),
    ("立方米|m3|m³|cubic met(?:re|er)s?", "立方米", 1),
    ("平方米|m2|m²|square met(?:re|er)s?", "平方米", 1),
    ("公顷|hectares?", "公顷", 1),
    ("公里|千米|kilomet(?:re|er)s?|km", "公里", 1),
    ("美元|(?:US )?dollars?|usd", "美元", 1),
    ("欧元|euros?|eur", "欧元", 1),
    ("元(?!素)|yuan|rmb|cny", "元", 1),
    ("倍|times|fold", "倍", 1),
    ("个?工作日|(?:working|business)[ -]days?", "工作日", 1),
    ("个?小时|hours?", "小时", 1),
    ("[日天]|(?:calendar )?days?", "日", 1),
    ("个?月|months?", "月", 1),
    ("周年|年(?!度)|years?", "年", 1),
    ("℃|°c", "℃", 1),
    ("次", "次", 1),
    ("成(?![为立本分果效])", "%", 10),
)
_EACH = tuple((re.compile(written, re.IGNORECASE), unit, times) for written, unit, times in _UNITS)
UNIT = "(?:" + "|".join(rf"(?:{written})(?![A-Za-z])" for written, _, _ in _UNITS) + ")"
"""One unit, in a regular expression."""

_ONES = dict(
    zip(
        "nought one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen".split(),
        range(20),
        strict=True,
    )
)
_TENS = dict(
    zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True)
)
_WORD = re.compile(
    rf"\b(?:(?P<tens>{'|'.join(_TENS)})(?:[ -](?P<and>{'|'.join(_ONES)}))?|(?P<ones>{'|'.join(_ONES)}))"
    r"(?P<hundred>[ -]hundred)?\b",
    re.IGNORECASE,
)
_ONE_OF_NOTHING = re.compile(
    rf"(?:[ -](?!hundred)(?!{UNIT})(?!million|billion|thousand)|[,.;]|$)", re.IGNORECASE
)
_SHARES = tuple(
    (re.compile(rf"\b(?:{words})\b|{zh}" if zh else rf"\b(?:{words})\b", re.IGNORECASE), share)
    for words, zh, share in (
        ("two[ -]thirds", "", "2/3"),
        ("three[ -]quarters", "", "3/4"),
        ("(?:one|a)[ -]third", "", "1/3"),
        ("(?:one|a)[ -]quarter|one[ -]fourth", "", "1/4"),
        ("half a million", "半百万", "500,000"),
        ("(?:one[ -])?half(?! of the| a year|-yearly)", "一半|半数", "50%"),
    )
)
_WIDE = str.maketrans("０１２３４５６７８９％．＋－〜", "0123456789%.+-~")


def normalised(text: str) -> str:
    """A text with plain digits, and English numbers in digits: twenty-five → 25, two thirds → 2/3.

    Applying it twice changes nothing more.
    """
    text = text.translate(_WIDE)
    for words, share in _SHARES:
        text = words.sub(share, text)
    return _WORD.sub(_digits, text)


def unit_of(written: str | None) -> tuple[str, float]:
    """What is counted, and how many of it one stands for; empty where no unit was written."""
    if not written:
        return "", 1.0
    for form, unit, times in _EACH:
        if form.fullmatch(written):
            return unit, times
    return COUNT, 1.0


def _digits(match: re.Match[str]) -> str:
    if match["tens"]:
        number = _TENS[match["tens"].lower()] + _ONES.get((match["and"] or "zero").lower(), 0)
    else:
        number = _ONES[match["ones"].lower()]
    if number == 1 and not match["hundred"] and _ONE_OF_NOTHING.match(match.string, match.end()):
        return match[0]
    return str(number * 100 if match["hundred"] else number)
