"""English policy terms in Chinese: carries an English question over to Chinese measures."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LONGEST_TERM = 5
"""Words of the longest term that is looked up."""


@dataclass(frozen=True, slots=True)
class Translation:
    """What the glossary makes of an English text.

    `terms` are the Chinese wordings of each term that it knows, the commonest first;
    `rest` are the words that it does not know.
    """

    terms: tuple[tuple[str, ...], ...]
    rest: tuple[str, ...]

    @property
    def question(self) -> str:
        """The terms as a Chinese keyword question."""
        return " ".join(wordings[0] for wordings in self.terms)


def translated(words: Sequence[str]) -> Translation:
    """Terms of the glossary among the words, the longest first at each place.

    >>> translated(["waste", "heat", "trees"]).terms[0][0]
    '余热'
    """
    words = [part for word in words for part in re.findall(r"[a-z0-9]+", word.lower())]
    terms: dict[tuple[str, ...], None] = {}
    rest: list[str] = []
    while words:
        length, wordings = _longest(words)
        if wordings:
            terms[wordings] = None
        else:
            rest.append(words[0])
        words = words[length:]
    return Translation(tuple(terms), tuple(rest))


def segments(run: str) -> tuple[str, ...]:
    """A run of Chinese text cut at the borders of the terms that the glossary knows, the longest first.

    >>> segments("回收余热")
    ('回收', '余热')
    """
    found: list[str] = []
    unknown = at = 0
    while at < len(run):
        length = next((n for n in range(_longest_chinese(), 1, -1) if run[at : at + n] in _chinese()), 0)
        if length:
            found += [run[unknown:at], run[at : at + length]]
            unknown = at + length
        at += length or 1
    return tuple(part for part in (*found, run[unknown:]) if part)


def is_term(text: str) -> bool:
    """Whether the glossary knows this Chinese term."""
    return text in _chinese()


@cache
def _chinese() -> frozenset[str]:
    return frozenset(term for wordings in _entries().values() for term in wordings)


@cache
def _longest_chinese() -> int:
    return max(map(len, _chinese()))


def _longest(words: Sequence[str]) -> tuple[int, tuple[str, ...]]:
    for length in range(min(LONGEST_TERM, len(words)), 0, -1):
        if wordings := _entries().get(_key(words[:length])):
            return length, wordings
    return 1, ()


@cache
def _entries() -> dict[tuple[str, ...], tuple[str, ...]]:
    text = files("parkbot").joinpath("glossary.json").read_text(encoding="utf-8")
    return {
        _key(re.findall(r"[a-z0-9]+", term.lower())): tuple(entry["zh"])
        for entry in json.loads(text)
        for term in entry["en"]
    }


def _key(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(_stem(word) for word in words)


def _stem(word: str) -> str:
    """A word without its ending, enough for permits, permitted and permitting to meet."""
    for ending, kept in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", "")):
        if word.endswith(ending) and len(word) - len(ending) + len(kept) >= 3:
            word = word[: -len(ending)] + kept
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word.removesuffix("e")
