"""The decision: hard checks reject and name what is wrong, the rest is weighed together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from parkbot.domain import Language
from parkbot.questions import language_of
from parkbot.verification.checks import CHECKS
from parkbot.verification.flaws import Flaw, Kind
from parkbot.verification.judging import THRESHOLD, Signals, probability, signals
from parkbot.verification.reading import Reading, Source, read, source
from parkbot.verification.units import normalised
from parkbot.verification.verbatim import is_quoted

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts → one unit vector a text, as rows."""

_KEPT_VECTORS = 4096


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
    """A claim with the flaws that were found, and its signals."""

    reading: Reading
    flaws: tuple[Flaw, ...]
    signals: Signals

    @property
    def same_language(self) -> bool:
        """Whether the claim is in the language of what it cites."""
        return all(clause.language == self.reading.language for clause in self.reading.source.clauses)


class Verifier:
    """Checks claims against exactly the measures that they cite; `embed` adds meaning to words."""

    def __init__(self, embed: Embed | None = None) -> None:
        self._embed = embed
        self._vector = lru_cache(maxsize=_KEPT_VECTORS)(self._embedded)

    def verify(self, claim: str, premises: Sequence[Premise]) -> Verdict:
        """Whether the measures say what the claim says."""
        language = language_of(claim)
        if not premises:
            return _rejected(Flaw(Kind.NOTHING_CITED, ""), language, 0.0)
        if any(is_quoted(normalised(claim), normalised(each.text)) for each in premises):
            return Verdict(True, "", 1.0)
        weighed = self.weigh(claim, premises)
        if hard := [flaw for flaw in weighed.flaws if flaw.is_hard]:
            return _rejected(hard[0], language, 0.0)
        score = probability(
            weighed.signals, same_language=weighed.same_language, has_dense=self._embed is not None
        )
        if score < THRESHOLD:
            return _rejected(_worst(weighed), language, score)
        return Verdict(True, "", score)

    def prepare(self, premises: Sequence[Premise]) -> None:
        """Read and embed measures beforehand, so that a claim about them is quick to check."""
        _source(premises)
        if self._embed is not None:
            for each in premises:
                self._vector(each.text)

    def weigh(self, claim: str, premises: Sequence[Premise]) -> Weighed:
        """All that is known of a claim before the decision."""
        reading = read(normalised(claim), language_of(claim), _source(premises))
        flaws = tuple(flaw for check in CHECKS for flaw in check(reading))
        lesser = [flaw for flaw in flaws if not flaw.is_hard]
        # What a hard check has stopped needs no embedding, by far the slowest step.
        dense = self._nearness(claim, premises) if len(lesser) == len(flaws) else 0.0
        return Weighed(reading, flaws, signals(reading, lesser, dense))

    def _nearness(self, claim: str, premises: Sequence[Premise]) -> float:
        if self._embed is None:
            return 0.0
        return max(float(self._vector(claim) @ self._vector(each.text)) for each in premises)

    def _embedded(self, text: str) -> NDArray[np.float32]:
        assert self._embed is not None
        vector: NDArray[np.float32] = np.asarray(self._embed([text]), np.float32)[0]
        return vector


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
