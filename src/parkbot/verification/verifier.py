"""The decision: hard checks reject and name what is wrong, the rest is weighed together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from parkbot.domain import Language
from parkbot.questions import language_of
from parkbot.verification.checks import CHECKS
from parkbot.verification.clauses import sentences
from parkbot.verification.flaws import Flaw, Kind
from parkbot.verification.judging import UNKNOWN, Nearness, Signals, decision, probability, signals
from parkbot.verification.reading import Reading, Source, read, source
from parkbot.verification.units import normalised
from parkbot.verification.verbatim import is_quoted

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts → one unit vector a text, as rows."""

_KEPT_VECTORS = 8192
FEWEST_OF_PART = 8
"""Terms of a clause of a claim that is worth an embedding of its own."""
FEWEST_CHARACTERS = 8
"""Of a sentence of a measure that is worth one."""


@dataclass(frozen=True)
class Premise:
    """A cited measure: its document's title, its locator, its text."""

    title: str
    locator: str
    text: str


@dataclass(frozen=True)
class Verdict:
    """Whether the measures support the claim; `reason` says in the claim's language what is wrong.

    `score` is the probability of being supported, 0 where a hard check failed.
    """

    supported: bool
    reason: str
    score: float


@dataclass(frozen=True)
class Weighed:
    """A claim with the flaws found, and its signals; `is_quoted` if it is the source's own words."""

    reading: Reading
    flaws: tuple[Flaw, ...]
    signals: Signals
    is_quoted: bool = False

    @property
    def same_language(self) -> bool:
        """Whether the claim is in the language of what it cites."""
        return all(clause.language == self.reading.language for clause in self.reading.source.clauses)


class Verifier:
    """Checks claims against exactly the measures that they cite; `embed` adds meaning to words."""

    def __init__(self, embed: Embed | None = None) -> None:
        self._embed = embed
        self._kept: dict[str, NDArray[np.float32]] = {}
        self._lock = Lock()

    def verify(self, claim: str, premises: Sequence[Premise]) -> Verdict:
        """Whether the measures say what the claim says."""
        language = language_of(claim)
        if not premises:
            return _rejected(Flaw(Kind.NOTHING_CITED, ""), language, 0.0)
        weighed = self.weigh(claim, premises)
        if weighed.is_quoted:
            return Verdict(True, "", 1.0)
        if hard := [flaw for flaw in weighed.flaws if flaw.is_hard]:
            return _rejected(hard[0], language, 0.0)
        score = probability(
            weighed.signals, same_language=weighed.same_language, has_dense=self._embed is not None
        )
        if score < decision().threshold:
            return _rejected(_worst(weighed), language, score)
        return Verdict(True, "", score)

    def prepare(self, premises: Sequence[Premise]) -> None:
        """Read and embed measures beforehand, so that a claim about them is quick to check."""
        _source(premises)
        if self._embed is not None and premises:
            self._vectors(_passages(premises))

    def weigh(self, claim: str, premises: Sequence[Premise]) -> Weighed:
        """All that is known of a claim before the decision; of a whole quote no more is asked."""
        reading = read(normalised(claim), language_of(claim), _source(premises))
        if any(is_quoted(reading.claim, normalised(each.text)) for each in premises):
            return Weighed(reading, (), signals(reading, (), UNKNOWN), is_quoted=True)
        flaws = tuple(flaw for check in CHECKS for flaw in check(reading))
        lesser = [flaw for flaw in flaws if not flaw.is_hard]
        # What a hard check has stopped needs no embedding, by far the slowest step.
        nearness = self._nearness(reading, premises) if len(lesser) == len(flaws) else UNKNOWN
        return Weighed(reading, flaws, signals(reading, lesser, nearness))

    def _nearness(self, reading: Reading, premises: Sequence[Premise]) -> Nearness:
        if self._embed is None:
            return UNKNOWN
        parts = [each.raw for each in reading.clauses if len(each.terms) >= FEWEST_OF_PART]
        if len(parts) < 2:
            parts = []
        cosines = self._vectors([reading.claim, *parts]) @ self._vectors(_passages(premises)).T
        nearest = cosines.max(axis=1)
        return Nearness(float(nearest[0]), float(nearest.min()))

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors as rows; of those that are not at hand, all in one call."""
        assert self._embed is not None
        with self._lock:
            held = {text: self._kept[text] for text in texts if text in self._kept}
        if missing := [text for text in dict.fromkeys(texts) if text not in held]:
            vectors = np.asarray(self._embed(missing), np.float32)
            new = dict(zip(missing, vectors, strict=True))
            held |= new
            with self._lock:
                self._kept |= new
                while len(self._kept) > _KEPT_VECTORS:
                    del self._kept[next(iter(self._kept))]
        return np.stack([held[text] for text in texts])


def _passages(premises: Sequence[Premise]) -> list[str]:
    """What a claim may be near to: whole measures, and their sentences."""
    found: dict[str, None] = {}
    for each in premises:
        found[each.text] = None
        found.update(dict.fromkeys(part for part in sentences(each.text) if len(part) >= FEWEST_CHARACTERS))
    return list(found)


def _source(premises: Sequence[Premise]) -> Source:
    return source(tuple((normalised(each.title), each.locator, normalised(each.text)) for each in premises))


def _worst(weighed: Weighed) -> Flaw:
    """What to name where no check failed by itself."""
    if weighed.flaws:
        return weighed.flaws[0]
    pairs = [pair for pair in weighed.reading.pairs if pair.clause.terms]
    least = min(pairs, key=lambda pair: pair.place.share if pair.place else 0.0, default=None)
    return Flaw(Kind.CONTENT, least.clause.text if least else weighed.reading.claim)


def _rejected(flaw: Flaw, language: Language, score: float) -> Verdict:
    return Verdict(False, flaw.reason(language), score)
