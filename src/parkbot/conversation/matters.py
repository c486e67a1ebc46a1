"""What a measure rules on, in a few of its words."""

import re

from parkbot.domain import Measure

LONGEST = 30
"""Characters of a matter; more would be a quote."""

_NUMBER = re.compile("^第[^条]{1,8}条(?:之.)?[\u3000 ]*")
_OPENING = re.compile(
    "^(?:违反[^，。]{0,12}规定，)?(?:有下列[^，。：]*，)?"
    r"(?P<matter>[^，。；：:\n]{2,60}?)(?:有下列[^，。：:\n]*)?的?(?:[，。；：:\n]|$)"
)
_REFERENCE = re.compile(
    "(?:本[法条例办规定细则]{1,4})?第[^条，。]{1,8}条(?:第[^款，。]{1,3}款)?(?:、第[^条，。]{1,8}条)*(?:规定)?的?"
)

_MIDDLE = re.compile("以外|以上|以下|尚不|但|或|及|由|的")
"""What begins so is torn from what stood before it: 以外的企业."""


def matter(measure: Measure) -> str:
    """Its title, or what it says before the first comma; empty where that says nothing.

    >>> from parkbot.domain import Span
    >>> text = "第八十二条 违反本法规定，未报送能源利用状况报告的，处罚款。"
    >>> matter(Measure("a82", "law", 0, "第八十二条", (), text, Span(0, 30)))
    '未报送能源利用状况报告'
    """
    if measure.title:
        return measure.title
    found = _OPENING.search(_NUMBER.sub("", measure.text))
    # Another article's number would read as the one that is meant.
    words = _REFERENCE.sub("", found["matter"]) if found else ""
    if _MIDDLE.match(words):
        return ""
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
