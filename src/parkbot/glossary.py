"""English policy terms in Chinese: carries an English question over to Chinese measures."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
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


Entries = Mapping[tuple[str, ...], tuple[str, ...]]
"""The stems of a term, and its Chinese wordings."""


def translated(words: Sequence[str], entries: Entries | None = None) -> Translation:
    """Terms of the glossary, or of other entries, among the words, the longest first at each place.

    >>> translated(["waste", "heat", "trees"]).terms[0][0]
    '余热'
    """
    entries = glossary() if entries is None else entries
    found = list(looked_up(words, entries))
    return Translation(
        tuple({wordings: None for _, wordings in found if wordings}),
        tuple(term for term, wordings in found if not wordings),
    )


def looked_up(words: Sequence[str], entries: Entries) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Terms in their order with their wordings, the longest first at each place; a word unknown has none."""
    words = [part for word in words for part in re.findall(r"[a-z0-9]+", word.lower())]
    while words:
        length, wordings = _longest(words, entries)
        yield " ".join(words[:length]), wordings
        words = words[length:]


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
    return frozenset(term for wordings in glossary().values() for term in wordings)


@cache
def _longest_chinese() -> int:
    return max(map(len, _chinese()))


def _longest(words: Sequence[str], entries: Entries) -> tuple[int, tuple[str, ...]]:
    for length in range(min(LONGEST_TERM, len(words)), 0, -1):
        if wordings := entries.get(_key(words[:length])):
            return length, wordings
    return 1, ()


@cache
def glossary() -> Entries:
    """The policy terms that questions and claims share."""
    return read_entries(files("parkbot").joinpath("glossary.json").read_text(encoding="utf-8"))


def read_entries(text: str) -> Entries:
    """The entries of a JSON file, a list of `{"en": [term …], "zh": [wording …]}`; equal terms are joined."""
    entries: dict[tuple[str, ...], dict[str, None]] = {}
    for entry in json.loads(text):
        for term in entry["en"]:
            key = _key(re.findall(r"[a-z0-9]+", term.lower()))
            entries.setdefault(key, {}).update(dict.fromkeys(entry["zh"]))
    return {key: tuple(wordings) for key, wordings in entries.items()}


def _key(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(_stem(word) for word in words)


def _stem(word: str) -> str:
    """A word without its ending, enough for permits, permitted and permitting to meet."""
    for ending, kept in (("ies", "y"), ("ing", ""), ("ed", ""), ("es", ""), ("s", ""), ("e", "")):
        if word.endswith(ending) and len(word) - len(ending) + len(kept) >= 3:
            word = word[: -len(ending)] + kept
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word.removesuffix("e")
