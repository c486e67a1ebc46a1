"""Two ranked lists into one.

A convex combination of normalised scores (Bruch, Gai and Ingber, 2023, arXiv 2210.11934): it keeps
how much better one measure is than the next, which reciprocal ranks throw away.
"""

from collections.abc import Sequence

Ranking = Sequence[tuple[str, float]]
"""(measure id, score), best first, higher is better."""

DENSE_WEIGHT_ZH = 0.7
"""Best of .3 to .9 on the tuning halves: MRR@10 .69 (meaning alone .62, RRF .67)."""
DENSE_WEIGHT_EN = 0.55
"""Best of .25 to .95 on the tuning halves with the glossary: MRR@10 .585 (at .95: .48; before it: .33)."""


def normalised(ranking: Ranking) -> dict[str, float]:
    """Scores from 0 (the last of the list) to 1 (the first); 1 for all where they are equal."""
    if not ranking:
        return {}
    best, worst = ranking[0][1], ranking[-1][1]
    if best == worst:
        return {id: 1.0 for id, _ in ranking}
    return {id: (score - worst) / (best - worst) for id, score in ranking}


def fused(dense: Ranking, lexical: Ranking, dense_weight: float) -> list[tuple[str, float]]:
    """Both lists as one; a measure that a list does not hold gets 0 from it."""
    by_dense, by_lexical = normalised(dense), normalised(lexical)
    scores = {
        id: dense_weight * by_dense.get(id, 0.0) + (1 - dense_weight) * by_lexical.get(id, 0.0)
        for id in (*by_dense, *(id for id in by_lexical if id not in by_dense))
    }
    return sorted(scores.items(), key=lambda scored: -scored[1])
