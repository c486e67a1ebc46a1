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
