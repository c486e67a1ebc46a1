"""Plain text → Content."""

import re
import unicodedata

from parkbot.readers.content import Content
from parkbot.readers.encoding import decode

SUPERSCRIPTS = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
"""Raised digits, for formats that raise them by other means than the character."""
RADICAL = re.compile("[\u2e80-\u2fd5]")
SIMPLIFIED = "⺠民⻄西⻅见⻆角⻉贝⻋车⻓长⻔门⻘青⻚页⻛风⻜飞⻝食⻢马⻣骨⻥鱼⻦鸟⻨麦⻩黄⻬齐⻮齿⻰龙"
"""Radicals for which Unicode knows no compatible character, each before the character that it is."""
CHARACTERS = dict(zip(SIMPLIFIED[::2], SIMPLIFIED[1::2], strict=True))
BLANK_LINES = re.compile(r"\n{3,}")


def read_text(name: str, data: bytes) -> Content:
    """The text as it stands, without blanks at line ends."""
    return Content(text=tidy(decode(name, data)))


def tidy(text: str) -> str:
    """No blanks at line ends, no more than one blank line in a row, none at the borders, no radicals."""
    lines = "\n".join(line.rstrip() for line in unified(text).split("\n"))
    return BLANK_LINES.sub("\n\n", lines).strip("\n")


def unified(text: str) -> str:
    """Radicals as the characters that they look like: PDFs printed by browsers hold the one for the other.

    >>> unified("第⼀条 ⻓三⾓")
    '第一条 长三角'
    """
    return RADICAL.sub(_character, text)


def _character(radical: re.Match[str]) -> str:
    return CHARACTERS.get(radical[0]) or unicodedata.normalize("NFKC", radical[0])
