"""What people shorten, spelled out as documents write it: 环评 is 环境影响评价 in every law."""

import json
import re
from functools import cache
from importlib.resources import files


def spelled_out(text: str) -> str:
    """A Chinese question with its abbreviations spelled out; what is spelled out already stays.

    Words that hold one by chance, 中国企业 or 性能评价, stand in the table for themselves.

    >>> spelled_out("环评要多久批下来")
    '环境影响评价要多久批下来'
    >>> spelled_out("生产过程中水污染物超标，中水怎么用")
    '生产过程中水污染物超标，再生水怎么用'
    """
    pattern, full = _table()
    return pattern.sub(lambda match: full[match[0]] if full[match[0]] not in text else match[0], text)


@cache
def _table() -> tuple[re.Pattern[str], dict[str, str]]:
    full: dict[str, str] = json.loads(
        files("parkbot").joinpath("abbreviations.json").read_text(encoding="utf-8")
    )
    longest_first = sorted(full, key=len, reverse=True)
    # A Latin abbreviation is a word of its own: not the VOC of VOCATION.
    names = (rf"(?<![A-Za-z]){name}(?![A-Za-z])" if name.isascii() else name for name in longest_first)
    return re.compile("|".join(names)), full
