"""Places in documents, article, paragraph and item, as people and locators write them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from parkbot.measures.annexes import without_annex
from parkbot.numerals import CHINESE, to_int


@dataclass(frozen=True, slots=True)
class Place:
    """Article, paragraph (款) and item (项) as a question gives them; `sub` is the 之一 of an article."""

    article: int
    sub: int = 0
    paragraph: int | None = None
    item: int | None = None


_NUMBER = rf"(?:[{CHINESE}]+|\d+)"
# 31条 is an article behind a name, 有10条生产线 is none.
_BEHIND_A_NAME = r"(?<![^\s、，,和及与或到至的里中])"
_NO_LINES = r"(?!例|措施|建议|意见|标准|[^，。？\s]{0,4}线)"
_BARE = rf"{_BEHIND_A_NAME}(?P<bare>\d+|[{CHINESE}]{{2,6}})\s*条{_NO_LINES}"
_PLACE = re.compile(
    rf"(?:第\s*(?P<n>{_NUMBER})\s*条(?!例)|{_BARE})(?:之(?P<sub>[{CHINESE}]+))?"
    rf"(?:\s*的?第?\s*(?P<p>{_NUMBER})\s*款)?(?:\s*(?:的)?第?\s*[（(]?(?P<i>{_NUMBER})[）)]?\s*项)?"
)
_AND = r"\s*(?:[、,，和及与或]|以及)\s*"
# The 1、 before 第三十一条 numbers a question.
_LIST = re.compile(
    rf"(?:第\s*{_NUMBER}(?:{_AND}第?\s*{_NUMBER})+|{_BEHIND_A_NAME}{_NUMBER}(?:{_AND}{_NUMBER})+)\s*条{_NO_LINES}"
)
_RANGE = re.compile(
    rf"(?:第|{_BEHIND_A_NAME})\s*(?P<first>{_NUMBER})\s*条?\s*[-–—~～至到]\s*第?\s*(?P<last>{_NUMBER})\s*条{_NO_LINES}"
)
_ENGLISH_LIST = re.compile(r"\barticles\s+(?P<numbers>\d+(?:\s*(?:,|and|or|&)+\s*\d+)+)", re.IGNORECASE)
_ENGLISH_RANGE = re.compile(
    r"\barticles\s+(?P<first>\d+)\s*(?:[-–—~]|to|through)\s*(?P<last>\d+)", re.IGNORECASE
)
MOST_OF_A_RANGE = 10
"""A range of more articles is no address but a part of a law."""
_ENGLISH_PLACE = re.compile(
    r"\bart(?:icles?|\.)?\s*(?P<n>\d+)(?:\s*\((?P<p>\d+)\))?(?:,?\s*(?:para(?:graph)?\.?)\s*(?P<p2>\d+))?"
    r"(?:,?\s*(?:item)\s*\(?(?P<i>\d+)\)?)?",
    re.IGNORECASE,
)
_ENGLISH_PARAGRAPH_BEFORE = re.compile(r"\bpara(?:graph)?\.?\s*(?P<p>\d+)\s+of\s+(?=art)", re.IGNORECASE)


def places_in(question: str) -> tuple[tuple[Place, ...], str]:
    """The articles that a text names, in order, and the text without them."""
    places: list[Place] = []

    def note(match: re.Match[str]) -> str:
        groups = match.groupdict()
        article = to_int(groups.get("n") or groups.get("bare") or "")
        if article is None:
            return match[0]
        places.append(
            Place(
                article,
                to_int(groups.get("sub") or "") or 0,
                to_int(groups.get("p") or groups.get("p2") or ""),
                to_int(groups.get("i") or ""),
            )
        )
        return " "

    question = _each_by_itself(question)
    before = _ENGLISH_PARAGRAPH_BEFORE.search(question)
    rest = _ENGLISH_PARAGRAPH_BEFORE.sub(" ", question)
    rest = _ENGLISH_PLACE.sub(note, _PLACE.sub(note, rest))
    if before and len(places) == 1 and places[0].paragraph is None:
        places = [Place(places[0].article, places[0].sub, int(before["p"]), places[0].item)]
    return tuple(dict.fromkeys(places)), rest


def _each_by_itself(question: str) -> str:
    """Lists and ranges of articles written out: 第三十一、三十二条, articles 31 to 33.

    >>> _each_by_itself("第31-33条"), _each_by_itself("Articles 3 and 5")
    ('第31条、第32条、第33条', 'Article 3, Article 5')
    """

    def numbers(match: re.Match[str]) -> list[int]:
        first, last = to_int(match["first"]), to_int(match["last"])
        if first is None or last is None or not first < last <= first + MOST_OF_A_RANGE:
            return []
        return list(range(first, last + 1))

    def chinese(found: Iterable[object]) -> str:
        return "、".join(f"第{each}条" for each in found)

    def english(found: Iterable[object]) -> str:
        return ", ".join(f"Article {each}" for each in found)

    question = _RANGE.sub(lambda match: chinese(numbers(match)) or match[0], question)
    question = _LIST.sub(lambda match: chinese(re.findall(_NUMBER, match[0])), question)
    question = _ENGLISH_RANGE.sub(lambda match: english(numbers(match)) or match[0], question)
    return _ENGLISH_LIST.sub(lambda match: english(re.findall(r"\d+", match["numbers"])), question)


def place_of(locator: str) -> Place | None:
    """The place that a locator gives (第六条第一款, Article 5, 附件 第三条); None where it is no article."""
    locator = without_annex(locator)
    match = _PLACE.match(locator) or _ENGLISH_PLACE.match(locator)
    places, _ = places_in(match[0]) if match else ((), "")
    return places[0] if places else None
