"""Content of a text as terms that two wordings, and two languages, can share."""

import re
from collections.abc import Iterable
from functools import lru_cache

from parkbot.abbreviations import spelled_out
from parkbot.glossary import translated
from parkbot.questions import language_of

_RUNS = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z][A-Za-z'-]*")
_IDLE_ZH = re.compile("[的了之其及与和或者等并对将把被为由于在上中下有是所该此也都就而且以可应当须必]")
_IDLE_EN = frozenset(
    "a an and are as at be been being by can could did do does for from had has have how if in into is it "
    "its may must no not of on or our shall should so such than that the their them there these they this "
    "those to under up was we were what when where which who will with within would you your any all each "
    "also other both more least most only one who whose".split()
)


@lru_cache(maxsize=4096)
def terms(text: str) -> frozenset[str]:
    """Chinese bigrams and stems of English words that carry content."""
    if language_of(text) == "zh":
        text = spelled_out(text)
    found: set[str] = set()
    for run in _RUNS.findall(text):
        if run[0] < "\u4e00":
            found |= {stem(word) for word in run.lower().split("-") if word not in _IDLE_EN and len(word) > 1}
        else:
            for part in _IDLE_ZH.split(run):
                found |= {part[at : at + 2] for at in range(len(part) - 1)}
    return frozenset(found)


@lru_cache(maxsize=4096)
def translations(text: str) -> tuple[tuple[str, ...], ...]:
    """The policy terms of an English text, each with its Chinese wordings."""
    return translated(re.findall(r"[A-Za-z0-9-]+", text)).terms


def stem(word: str) -> str:
    """A word without its commonest endings: recycles, recycled and recycling meet."""
    for ending in ("isation", "ization", "ations", "ation", "ments", "ment", "ings", "ing", "ied", "ies", "ed", "es", "s", "ly", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def covered(part: Iterable[str], whole: frozenset[str]) -> float:
    """Share of the terms that stand in the whole; 1 where there is none."""
    terms = list(part)
    return sum(term in whole for term in terms) / len(terms) if terms else 1.0
