"""Is what was found enough to answer from? Decided from several signals, not from one cosine."""

import math
from dataclasses import dataclass

from parkbot.domain import Language


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known after a search.

    `dense` is how far the best measure stands out by meaning, in standard deviations, `margin` how
    far it stands before the hundredth; `coverage`, the share of the question's content (by rarity)
    that the best of five measures holds; `agreement`, how many measures are among the first ten
    both by meaning and by words.
    """

    language: Language
    dense: float
    margin: float
    coverage: float
    agreement: int


@dataclass(frozen=True, slots=True)
class _Weights:
    """Of a logistic regression on the tuning halves of the suites, and the probability to reach."""

    bias: float
    dense: float
    margin: float
    coverage: float
    agreement: float
    threshold: float


# Tuning halves, 47 laws and the shipped knowledge. At these thresholds, of questions that the library
# answers .20 (Chinese) and .30 (English) are refused; of off-topic ones .84 and .70, of near misses .55
# and .40, of too vague ones .73 and .70.
_WEIGHTS: dict[Language, _Weights] = {
    "zh": _Weights(-7.01, 3.12, 0.0, 0.45, 0.15, 0.40),
    "en": _Weights(-6.61, 6.01, -5.66, 0.0, 0.0, 0.45),
}


def probability(signals: Signals) -> float:
    """Probability that the library answers the question."""
    weights = _WEIGHTS[signals.language]
    score = (
        weights.bias
        + weights.dense * signals.dense
        + weights.margin * signals.margin
        + weights.coverage * signals.coverage
        + weights.agreement * signals.agreement
    )
    return 1 / (1 + math.exp(-score))


def is_sufficient(signals: Signals) -> bool:
    """Whether an answer should be given."""
    return probability(signals) >= _WEIGHTS[signals.language].threshold
