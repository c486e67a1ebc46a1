"""What of a question belongs to the names of documents in it: its articles, and the year of a version."""

import re
from itertools import pairwise

_ARTICLE_OF = re.compile(
    r"\bart(?:icles?|\.)?\s*[\d\s,()and-]+of\s+(?:(?:the|china(?:['’]s)?|chinese|prc(?:['’]s)?|(?:19|20)\d\d)\s+)*[\"“]?$",
    re.IGNORECASE,
)
_YEAR = r"(?<!\d)(?P<year>(?:19|20)\d{2})(?!\d)"
# 2020年签的合同 says nothing of the version.
_YEAR_BEFORE = re.compile(
    rf"{_YEAR}\s*(?:年的?|年?(?:版本?|修订版?|修正版?)的?|(?:version|edition|revision) of)?\s*(?:the\s+)?$",
    re.IGNORECASE,
)
_YEAR_BEHIND = re.compile(
    rf"^\s*(?:[（(]\s*{_YEAR}\s*年?(?:版本?|修[订正]版?)?\s*[）)]"
    rf"|{_YEAR.replace('year', 'bare')}\s*年?(?:版|修[订正]))"
)
_YEAR_WITHIN = re.compile(rf"[（(]{_YEAR}[^（(]*[）)]》$")


def year_named(question: str, start: int, end: int) -> int | None:
    """The year of the version that a question names with a document's name at this place; None without one.

    >>> year_named("2020年的节水条例", 6, 10), year_named("2020年签的合同，节水条例", 9, 13)
    (2020, None)
    """
    found = (
        _YEAR_WITHIN.search(question[start:end])
        or _YEAR_BEHIND.search(question[end:])
        or _YEAR_BEFORE.search(question[:start].rstrip("《"))
    )
    return int(next(group for group in found.groups() if group)) if found else None


def shared_out(question: str, spans: list[tuple[int, int]]) -> list[str]:
    """The question cut into what belongs to each of the names in it, which are left out of the parts.

    A part goes from its name to the next one, in English from the article that is said to be of it.
    """
    ordered = sorted(spans)
    cuts = [0]
    for (_, before), (start, _) in pairwise(ordered):
        of_it = _ARTICLE_OF.search(question[before:start])
        cuts.append(before + of_it.start() if of_it else start)
    cuts.append(len(question))
    parts = {
        span: question[cut : span[0]] + " " + question[span[1] : end]
        for span, cut, end in zip(ordered, cuts, cuts[1:], strict=False)
    }
    return [parts[span] for span in spans]
