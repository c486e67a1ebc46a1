"""Chinese and Arabic numerals, as statutes and questions write them."""

import re

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
UNITS = {"十": 10, "百": 100, "千": 1000}
CHINESE = "零〇○一二三四五六七八九十百千两"
"""Characters of which a Chinese ordinal is written; usable inside a regular expression's brackets."""


def to_int(numeral: str) -> int | None:
    """Value of `三十一`, `一百零二`, `31` or `３１`; None where it is no numeral.

    >>> to_int("一百一十"), to_int("二〇二五"), to_int("３１")
    (110, 2025, 31)
    """
    if re.fullmatch(r"\d+", numeral):
        return int(numeral)
    if not numeral or any(c not in DIGITS and c not in UNITS for c in numeral):
        return None
    if not any(c in UNITS for c in numeral):
        return int("".join(str(DIGITS[c]) for c in numeral))
    total, digit = 0, 0
    for c in numeral:
        if c in UNITS:
            total += (digit or 1) * UNITS[c]
            digit = 0
        else:
            digit = DIGITS[c]
    return total + digit


def to_chinese(number: int) -> str:
    """The ordinal as statutes write it; in digits what none of them has, 0 and what is above 9999.

    >>> to_chinese(31), to_chinese(102), to_chinese(110), to_chinese(10), to_chinese(10_000)
    ('三十一', '一百零二', '一百一十', '十', '10000')
    """
    if not 0 < number < 10_000:
        return str(number)
    written, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            written += ("零" if gap and written else "") + "零一二三四五六七八九"[digit] + name
        gap = digit == 0
    return written.removeprefix("一") if written.startswith("一十") else written
