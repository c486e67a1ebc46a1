"""Is what was found enough to answer from? Decided from several signals, not from one cosine."""

import math
from dataclasses import dataclass

from parkbot.domain import Language
from parkbot.traits import Traits


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known after a search.

    `dense`: how far the best measure stands out by meaning, in standard deviations, less what the
    best of so many measures would by chance. `cosine`: of the best measure, as it is; of an embedder whose
    cosines mean the same for every question it tells most. `lexical`: the best BM25, a term of the question.
    `agreement`: how many measures are among the first ten both by meaning and by words. `known` and
    `covered`: the share of the question's content, by rarity, whose words stand anywhere in the library,
    and in one of the five best measures. `wants_figure`: the question asks for an amount or a date, which
    a measure on the topic may well not give; `wants_facts`: for what no rule says. `is_elsewhere`: it is
    about provinces of which the library holds nothing.
    """

    language: Language
    dense: float
    cosine: float
    lexical: float
    agreement: int
    known: float
    covered: float
    wants_figure: bool
    wants_facts: bool
    is_elsewhere: bool


def best_by_chance(measures: int) -> float:
    """Expected maximum of so many standard normal values, to first order: sqrt(2 ln n)."""
    return math.sqrt(2 * math.log(max(measures, 2)))


@dataclass(frozen=True, slots=True)
class _Weights:
    """Of a logistic regression on the tuning halves of the suites."""

    bias: float
    dense: float
    cosine: float
    lexical: float
    agreement: float
    known: float
    covered: float
    figure: float
    facts: float
    elsewhere: float


# Made by scripts/fit_sufficiency.py from the tuning halves, over the shipped knowledge with and without
# the 47 laws.
_STUDENT: dict[Language, _Weights] = {
    "zh": _Weights(-10.14, 0.0, 18.74, 1.11, 0.0, 0.67, 0.0, -2.34, -4.84, -7.5),
    "en": _Weights(-13.17, 0.0, 27.41, 0.38, 0.0, 0.0, 1.71, -2.14, -3.96, -7.08),
}
_WEIGHTS: dict[str, dict[Language, _Weights]] = {
    "e5": {
        "zh": _Weights(3.13, 2.14, 0.0, 0.93, 0.32, 6.32, 0.0, -2.57, -4.99, -7.29),
        "en": _Weights(1.39, 0.95, 0.0, 0.13, 0.17, 2.07, 4.9, -1.05, -3.26, -6.34),
    },
    "student": _STUDENT,
    # Not fitted: the student imitates the cosines of EmbeddingGemma-300M, which stands for strong models.
    "strong": _STUDENT,
}
THRESHOLD = 0.5
"""An answer is given from this probability on."""


class Sufficiency:
    """The decision as it was fitted for one embedder."""

    def __init__(self, weights: dict[Language, _Weights]) -> None:
        self._weights = weights

    @classmethod
    def fitted_for(cls, traits: Traits) -> "Sufficiency":
        """The decision for embedders with these traits."""
        return cls(_WEIGHTS[traits.fitted])

    def probability(self, signals: Signals) -> float:
        """Probability that the library answers the question, where half of all questions can be answered."""
        weights = self._weights[signals.language]
        score = (
            weights.bias
            + weights.dense * signals.dense
            + weights.cosine * signals.cosine
            + weights.lexical * signals.lexical
            + weights.agreement * signals.agreement
            + weights.known * signals.known
            + weights.covered * signals.covered
            + weights.figure * signals.wants_figure
            + weights.facts * signals.wants_facts
            + weights.elsewhere * signals.is_elsewhere
        )
        return 1 / (1 + math.exp(-score))
