"""The decision: what is not there in figures or documents is rejected, the rest a network weighs."""

from collections.abc import Sequence
from dataclasses import dataclass

from parkbot.domain import Language
from parkbot.questions import language_of
from parkbot.verification.checks import CHECKS
from parkbot.verification.entailment import Entailment
from parkbot.verification.flaws import Flaw, Kind
from parkbot.verification.judging import signals
from parkbot.verification.premise import Premise
from parkbot.verification.reading import Reading, Source, read, source
from parkbot.verification.units import normalised
from parkbot.verification.verbatim import is_quoted

DECISIVE = (Kind.FIGURE, Kind.DOCUMENT, Kind.LISTED)
"""Kinds of hard flaws that decide by themselves.

A figure or a document that the source does not name, and what it forbids or punishes, told without that.
"""


@dataclass(frozen=True)
class Verdict:
    """Whether the measures support the claim; `reason` says in the claim's language what is wrong.

    `score` is how surely it is supported, 0 to 1; 0 where a decisive check failed. `is_quoted` if the claim
    is whole sentences of a measure.
    """

    supported: bool
    reason: str
    score: float
    is_quoted: bool = False


@dataclass(frozen=True)
class Weighed:
    """A claim with the flaws found; `is_quoted` if it is the source's own words."""

    reading: Reading
    flaws: tuple[Flaw, ...]
    is_quoted: bool = False

    @property
    def decisive(self) -> Flaw | None:
        """What rejects the claim by itself, if anything does."""
        return next((flaw for flaw in self.flaws if flaw.is_hard and flaw.kind in DECISIVE), None)

    @property
    def signals(self) -> tuple[float, ...]:
        """What the network is told of the flaws."""
        return signals(self.reading, self.flaws)


def weigh(claim: str, premises: Sequence[Premise]) -> Weighed:
    """All that is known of a claim before the decision; of a whole quote no more is asked."""
    reading = read(normalised(claim), language_of(claim), _source(premises))
    if any(is_quoted(reading.claim, each.bare) for each in premises):
        return Weighed(reading, (), is_quoted=True)
    return Weighed(reading, tuple(flaw for check in CHECKS for flaw in check(reading)))


class Verifier:
    """Checks claims against exactly the measures that they cite; `name` is that of its network."""

    def __init__(self, entailment: Entailment) -> None:
        self._entailment = entailment
        self.name = entailment.name

    def verify(self, claim: str, premises: Sequence[Premise]) -> Verdict:
        """Whether the measures say what the claim says."""
        language = language_of(claim)
        if not premises:
            return _rejected(Flaw(Kind.NOTHING_CITED, ""), language, 0.0)
        weighed = weigh(claim, premises)
        if weighed.is_quoted:
            return Verdict(True, "", 1.0, is_quoted=True)
        if weighed.decisive:
            return _rejected(weighed.decisive, language, 0.0)
        score = self._entailment.score(claim, premises, weighed.signals)
        if score < self._entailment.threshold:
            return _rejected(_worst(weighed), language, score)
        return Verdict(True, "", score)

    def prepare(self, premises: Sequence[Premise]) -> None:
        """Read measures beforehand, so that a claim about them is quick to check."""
        if premises:
            _source(premises)


def _source(premises: Sequence[Premise]) -> Source:
    return source(tuple((normalised(each.title), each.locator, normalised(each.text)) for each in premises))


def _worst(weighed: Weighed) -> Flaw:
    """What to name where no check decided by itself."""
    if weighed.flaws:
        return min(weighed.flaws, key=lambda flaw: not flaw.is_hard)
    pairs = [pair for pair in weighed.reading.pairs if pair.clause.terms]
    least = min(pairs, key=lambda pair: pair.share, default=None)
    return Flaw(Kind.CONTENT, least.clause.text if least else weighed.reading.claim)


def _rejected(flaw: Flaw, language: Language, score: float) -> Verdict:
    return Verdict(False, flaw.reason(language), score)
