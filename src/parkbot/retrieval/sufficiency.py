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
    and in one of the five best measures. `words`: how many words or pairs of characters that content has,
    up to `MANY_WORDS`, which a question that names a policy term always has: of others so short hardly
    anything is known. `wants_figure`: the question asks for an amount or a date, which a measure on the
    topic may well not give; `wants_facts`: by its words it asks for what no rule says; `rule`: how surely,
    by its vector, for what one could say. `is_elsewhere`: it is about provinces or countries of which the
    library holds nothing.
    """

    language: Language
    dense: float
    cosine: float
    lexical: float
    agreement: int
    known: float
    covered: float
    words: int
    wants_figure: bool
    wants_facts: bool
    rule: float
    is_elsewhere: bool


MANY_WORDS = 6


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
    words: float
    figure: float
    facts: float
    rule: float
    elsewhere: float


# Made by scripts/fit_sufficiency.py from the tuning halves, over the shipped knowledge with and without
# the 47 laws.
_WEIGHTS: dict[str, dict[Language, _Weights]] = {
    "e5": {
        "zh": _Weights(-0.38, 3.59, 0.2, 0.0, 0.39, 2.84, 0.0, 1.05, -2.39, -4.78, 0.0, -5.16),
        "en": _Weights(-42.25, 1.88, 37.61, 0.0, 0.08, 4.35, 0.0, 1.55, -1.1, -6.59, 0.0, -5.9),
    },
    "student": {
        "zh": _Weights(-18.98, 0.67, 17.17, 0.0, 0.12, 1.59, 0.0, 1.49, -2.01, -5.45, 1.08, -6.73),
        "en": _Weights(-21.29, 0.11, 19.36, 0.0, 0.0, 4.01, 0.0, 1.43, -1.08, -5.86, 0.99, -7.7),
    },
    # Fitted with EmbeddingGemma-300M, over the shipped knowledge and the 47 laws.
    "strong": {
        "zh": _Weights(-17.72, 0.4, 18.22, 0.0, 0.04, 1.42, 0.0, 1.56, -2.16, -6.22, 0.0, -5.83),
        "en": _Weights(-17.34, 0.05, 22.56, 0.0, 0.02, 1.66, 0.0, 1.31, -1.14, -6.24, 0.0, -6.18),
    },
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
            + weights.words * signals.words
            + weights.figure * signals.wants_figure
            + weights.facts * signals.wants_facts
            + weights.rule * signals.rule
            + weights.elsewhere * signals.is_elsewhere
        )
        return 1 / (1 + math.exp(-score))
