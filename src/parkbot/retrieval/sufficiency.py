"""Is what was found enough to answer from? Decided from several signals, not from one cosine."""

import math
from dataclasses import dataclass

from parkbot.domain import Language


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known after a search.

    `cosine` of the best measure; `margin` from it to the hundredth; `coverage`, the share of the
    question's content (by rarity) that the best of five measures holds; `agreement`, how many
    measures are among the first ten both by meaning and by words.
    """

    language: Language
    cosine: float
    margin: float
    coverage: float
    agreement: int


def probability(signals: Signals) -> float:
    """Probability that the library answers the question, by logistic regression."""
    weights = _WEIGHTS[signals.language]
    score = (
        weights[0]
        + weights[1] * signals.cosine
        + weights[2] * signals.margin
        + weights[3] * signals.coverage
        + weights[4] * signals.agreement
    )
    return 1 / (1 + math.exp(-score))


def is_sufficient(signals: Signals) -> bool:
    """Whether an answer should be given."""
    return probability(signals) >= 0.5


_WEIGHTS: dict[Language, tuple[float, float, float, float, float]] = {
    "zh": (-3.0, 0.0, 10.0, 5.0, 0.1),
    "en": (-3.0, 0.0, 40.0, 0.0, 0.0),
}
