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
        "zh": _Weights(3.13, 2.14, 0.0, 0.93, 0.32, 6.32, 0.0, 0.0, -2.57, -4.99, 0.0, -7.29),
        "en": _Weights(1.39, 0.95, 0.0, 0.13, 0.17, 2.07, 4.9, 0.0, -1.05, -3.26, 0.0, -6.34),
    },
    "student": {
        "zh": _Weights(-19.96, 0.0, 19.54, 0.0, 0.13, 0.0, 0.0, 1.5, -1.87, -6.08, 1.13, -7.56),
        "en": _Weights(-20.77, 0.15, 23.31, 0.06, 0.15, 0.0, 1.26, 1.44, -1.36, -6.5, 0.93, -7.66),
    },
    # Fitted with EmbeddingGemma-300M, over the shipped knowledge and the 47 laws.
    "strong": {
        "zh": _Weights(-16.53, 0.01, 20.61, 0.0, 0.02, 0.09, 0.0, 1.49, -1.0, -6.67, 0.0, -6.94),
        "en": _Weights(-17.47, 0.25, 22.57, 0.0, 0.0, 0.0, 1.41, 1.79, -2.17, -2.5, 0.0, -6.63),
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
