"""Which provinces a question is about: by their names or those of their cities, in Chinese or English."""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from parkbot.domain import Document, Span
from parkbot.names import bare_region
from parkbot.readers.places import authorities

EVERYWHERE = frozenset(("CN", "INTL", ""))
"""Regions whose documents apply, or may apply, in every province."""

# Ordinary words too: 大同小异, 长治久安, 保定, 三明治, 出海口. They are places only with their kind (大同市).
_ALSO_WORDS = frozenset("大同 长治 保定 三明 海口 安康 吉安 百色 来宾 朝阳 中山 通化 临沧 安阳 和田".split())


def within_words(kind: str) -> dict[str, frozenset[str]]:
    """Words in which a name stands that is not meant, and what they name: 复合肥 nothing, 内江苏 江苏.

    `kind` is "provinces" or "countries".
    """
    text = files("parkbot.retrieval").joinpath("within_words.json").read_text(encoding="utf-8")
    table: dict[str, list[str]] = json.loads(text)[kind]
    return {word: frozenset((name,) if name else ()) for name, words in table.items() for word in words}


@dataclass(frozen=True, slots=True)
class _Names:
    chinese: re.Pattern[str]
    english: re.Pattern[str]
    provinces: dict[str, frozenset[str]]


@cache
def _names() -> _Names:
    chinese = {name: frozenset(provinces) for name, provinces in authorities().regions.items()}
    chinese = {name: provinces for name, provinces in chinese.items() if name not in _ALSO_WORDS}
    chinese |= within_words("provinces")
    table: dict[str, list[str]] = json.loads(
        files("parkbot.retrieval").joinpath("regions.json").read_text(encoding="utf-8")
    )
    english: dict[str, frozenset[str]] = {}
    for province, spellings in table.items():
        for spelling in spellings:
            english[spelling.lower()] = english.get(spelling.lower(), frozenset()) | {province}
    return _Names(_any_of(chinese, ""), _any_of(english, r"\b"), {**chinese, **english})


def _any_of(names: dict[str, frozenset[str]], border: str) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(border + "(?:" + "|".join(map(re.escape, longest_first)) + ")" + border)


def provinces_named(question: str) -> frozenset[str]:
    """Provinces that a question names or means by a city; empty if it names none.

    A name that several provinces have counts for each of them.

    >>> sorted(provinces_named("我们在淄博，想参考上海的做法")), sorted(provinces_named("a plant in Suzhou"))
    (['上海', '山东'], ['安徽', '江苏'])
    """
    names = _names()
    lowered = question.lower()
    found = (*names.chinese.findall(lowered), *names.english.findall(lowered))
    return frozenset(province for name in found for province in names.provinces[name])


def province_spans(question: str) -> tuple[Span, ...]:
    """Where a question names provinces, or cities for them, in order."""
    names, lowered = _names(), question.lower()
    found = (
        match
        for pattern in (names.chinese, names.english)
        for match in pattern.finditer(lowered)
        if names.provinces[match[0]]
    )
    return tuple(sorted((Span(*match.span()) for match in found), key=lambda span: span.start))


# "We are in Jiangsu, …", with a pause after the name: where the one who asks is, not what is asked about.
_BEFORE = re.compile(
    r"(?:我们?|咱们?|园区?|公司|厂子?|企业|项目)(?:都|就)?(?:在|位于|地处|设在)$"
    r"|\b(?:we|i|(?:our|my) \w+)(?:'re| are|'m| am| is| operates?)(?: based| located)? in $"
)
_AFTER = re.compile(r"^(?:省|市|自治区|这边|这里|本地)?\s*[，,。.；;！!]")


def says_where_only(question: str) -> bool:
    """Whether provinces are named just to say where the asker is: national rules then answer, too.

    >>> says_where_only("我们在江苏，余热怎么利用？"), says_where_only("江苏对余热利用补贴多少钱？")
    (True, False)
    """
    spans, lowered = province_spans(question), question.lower()
    return bool(spans) and all(
        _BEFORE.search(lowered[: span.start]) and _AFTER.search(lowered[span.end :]) for span in spans
    )


def is_local(document: Document) -> bool:
    """Whether a document applies in a part of the country, or abroad, only."""
    return bare_region(document.region) not in EVERYWHERE


def applies_in(document: Document, provinces: frozenset[str]) -> bool:
    """Whether a document may apply in one of these provinces: theirs, and what applies everywhere."""
    return not is_local(document) or bare_region(document.region) in provinces
