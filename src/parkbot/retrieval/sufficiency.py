"""Is what was found enough to answer from? Decided from several signals, not from one cosine."""

import math
from dataclasses import dataclass

from parkbot.domain import Language


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known after a search.

    `dense`: how far the best measure stands out by meaning, in standard deviations, less what the
    best of so many measures would by chance. `agreement`: how many measures are among the first ten
    both by meaning and by words. `known`: the share of the question's content, by rarity, whose
    words stand anywhere in the library.
    """

    language: Language
    dense: float
    agreement: int
    known: float


def best_by_chance(measures: int) -> float:
    """Expected maximum of so many standard normal values, to first order: sqrt(2 ln n)."""
    return math.sqrt(2 * math.log(max(measures, 2)))


@dataclass(frozen=True, slots=True)
class _Weights:
    """Of a logistic regression on the tuning halves of the suites, and the probability to reach."""

    bias: float
    dense: float
    agreement: float
    known: float
    threshold: float


# Fitted on the tuning halves over the shipped knowledge alone and with 47 laws. In ten-fold
# cross-validation, at these thresholds, of questions that the library answers .11 and .21 (Chinese; shipped
# alone, with laws) and .09 and .32 (English) are refused; of off-topic ones .87 and .97 (.55 and .71 in
# English), of near misses .53 and .57 (.28 and .49), of too vague ones .53 and .53 (.40 and .47).
_WEIGHTS: dict[Language, _Weights] = {
    "zh": _Weights(3.37, 2.42, 0.14, 2.16, 0.37),
    "en": _Weights(1.98, 1.22, 0.15, 0.36, 0.42),
}


def probability(signals: Signals) -> float:
    """Probability that the library answers the question."""
    weights = _WEIGHTS[signals.language]
    score = (
        weights.bias
        + weights.dense * signals.dense
        + weights.agreement * signals.agreement
        + weights.known * signals.known
    )
    return 1 / (1 + math.exp(-score))


def is_sufficient(signals: Signals) -> bool:
    """Whether an answer should be given."""
    return probability(signals) >= _WEIGHTS[signals.language].threshold
