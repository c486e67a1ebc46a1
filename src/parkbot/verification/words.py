"""Content of a text as terms that two wordings, and two languages, can share."""

import json
import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files

from parkbot.abbreviations import spelled_out
from parkbot.glossary import Entries, glossary, looked_up, read_entries, translated
from parkbot.questions import language_of

RAREST = 6.0
"""Weight of a term that the shipped knowledge does not know, as the table's weights count."""

_RUNS = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z][A-Za-z'-]*")
_IDLE_ZH = re.compile(
    "[的了之其及与和或者等并对将把被为由于在上中下是所该此也都就而且以应当须要到从按向已还均各]"
)
# Figures are compared as figures; as characters they would tell 一万元 from 1万元.
_AMOUNT = re.compile(
    "[\\d.,零〇一二三四五六七八九十百千两]+(?:[万亿]+(?:元|吨|千瓦|家)?|[%元吨年月日天倍家])(?:以[上下内])?"
)
_IDLE_EN = frozenset(
    "a an and are as at be been being by can could did do does for from had has have how if in into is it "
    "its may must no not of on or our shall should so such than that the their them there these they this "
    "those to up was we were what when where which who whom will with would you your all any each also "
    "other both more least most only whose need needs unless under over between "
    "whoever whether besides".split()
)
# Wordings of one thing, the longer ones first: digests shorten what statutes spell out.
_SAME: tuple[tuple[str, str], ...] = (
    ("中华人民共和国", ""),
    ("人民政府", "政府"),
    ("省、自治区、直辖市", "省级"),
    ("管理节能工作的部门", "节能主管部门"),
    ("生态环境主管部门", "生态环境部门"),
    ("环境保护行政主管部门", "环保部门"),
    ("环境保护主管部门", "环保部门"),
    ("市场监督管理部门", "市场监管部门"),
    ("水行政主管部门", "水行政部门"),
    ("固体废弃物", "固废"),
    ("固体废物", "固废"),
    ("危险废物", "危废"),
    ("环境影响评价", "环评"),
    ("能源消耗", "能耗"),
    ("未能", "未"),
    ("没有", "未"),
    ("达不到", "未达到"),
    ("倾倒、堆放", "倾倒堆放"),
)


def plain(text: str) -> str:
    """A Chinese text with one wording for each thing: 管理节能工作的部门 is 节能主管部门."""
    for long, short in _SAME:
        text = text.replace(long, short)
    return text


@lru_cache(maxsize=8192)
def terms(text: str) -> frozenset[str]:
    """Chinese bigrams and stems of English words that carry content."""
    return frozenset(run_of_terms(text))


@lru_cache(maxsize=8192)
def run_of_terms(text: str) -> tuple[str, ...]:
    """The terms of a text in their order."""
    if language_of(text) == "zh":
        text = _AMOUNT.sub(" ", plain(spelled_out(text)))
    found: list[str] = []
    for run in _RUNS.findall(text):
        if run[0] < "\u4e00":
            parts = run.lower().split("-")
            found += [stem(word) for word in parts if word not in _IDLE_EN and len(word) > 1]
        else:
            for part in _IDLE_ZH.split(run):
                found += [part[at : at + 2] for at in range(len(part) - 1)]
    return tuple(found)


@lru_cache(maxsize=8192)
def run_of_translations(text: str) -> tuple[tuple[str, ...], ...]:
    """The content words of an English text in their order, each with its wordings, if any are known."""
    found = looked_up(re.findall(r"[A-Za-z]+", text), _dictionary())
    return tuple(
        tuple(plain(each) for each in wordings)
        for term, wordings in found
        if wordings or (term not in _IDLE_EN and len(term) > 2)
    )


@lru_cache(maxsize=8192)
def translations(text: str) -> tuple[tuple[str, ...], ...]:
    """The terms of an English text, each with its Chinese wordings, spelled as `plain` does."""
    found = translated(re.findall(r"[A-Za-z0-9-]+", text), _dictionary()).terms
    return tuple(tuple(plain(wording) for wording in each) for each in found)


def untranslated(text: str) -> tuple[str, ...]:
    """The content words of an English text that no entry translates; figures are no words."""
    rest = translated(re.findall(r"[A-Za-z]+", text), _dictionary()).rest
    return tuple(word for word in rest if word not in _IDLE_EN and len(word) > 2)


@cache
def _dictionary() -> Entries:
    """The glossary, and the common words of rules, which would only blur a search."""
    text = files("parkbot.verification").joinpath("wordings.json").read_text(encoding="utf-8")
    common, terms = read_entries(text), glossary()
    return {
        key: tuple(dict.fromkeys((*terms.get(key, ()), *common.get(key, ())))) for key in {*terms, *common}
    }


def stem(word: str) -> str:
    """A word without its commonest endings: recycles, recycled and recycling meet."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


_ENDINGS = (
    *("isation", "ization", "ations", "ation", "ments", "ment", "ings", "ing", "ied", "ies"),
    *("ed", "es", "s", "ly", "e", "y"),
)


def weight(term: str) -> float:
    """How much a term tells: the logarithm of how rare it is among the measures that ship."""
    return _rarities().get(term, RAREST)


def covered(part: Iterable[str], whole: frozenset[str]) -> float:
    """Share of the terms, by weight, that stand in the whole; 1 where there is none."""
    total = held = 0.0
    for term in part:
        total += weight(term)
        held += weight(term) * (term in whole)
    return held / total if total else 1.0


@cache
def _rarities() -> dict[str, float]:
    text = files("parkbot.verification").joinpath("rarity.json").read_text(encoding="utf-8")
    rarities: dict[str, float] = json.loads(text)
    return rarities
