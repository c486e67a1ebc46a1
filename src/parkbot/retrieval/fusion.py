"""Two ranked lists into one.

A weighted sum of scores, not of ranks (Bruch, Gai and Ingber, 2023, arXiv 2210.11934): it keeps how much
better one measure is than the next. Both scores mean the same for every question: by meaning, standard
deviations above what is usual in a language; by words, BM25 for each term of the question.
"""

from collections.abc import Callable, Sequence

Ranking = Sequence[tuple[str, float]]
"""(measure id, score), best first, higher is better."""


def fused(
    dense: Ranking, lexical: Ranking, lexical_weight: float, prior: Callable[[str], float]
) -> list[tuple[str, float]]:
    """Both lists as one, best first, with scores from 1 (the first) to 0 (the last).

    A measure that the words did not find has nothing from them; one that the meaning did not find is
    taken to be a standard deviation farther than the last that it found. `prior` adds what is known of a
    measure (by id) besides.
    """
    by_dense, by_lexical = dict(dense), dict(lexical)
    beyond = dense[-1][1] - 1 if dense else 0.0
    scores = {
        id: by_dense.get(id, beyond) + lexical_weight * by_lexical.get(id, 0.0) + prior(id)
        for id in dict.fromkeys((*by_dense, *by_lexical))
    }
    return _scaled(sorted(scores.items(), key=lambda scored: -scored[1]))


def averaged(rankings: Sequence[tuple[Ranking, float]]) -> list[tuple[str, float]]:
    """Rankings of the same measures by several readings of a question, each with its share, as one.

    What a reading did not find has nothing from it.
    """
    scores: dict[str, float] = {}
    for ranking, share in rankings:
        for id, score in ranking:
            scores[id] = scores.get(id, 0.0) + share * score
    return _scaled(sorted(scores.items(), key=lambda scored: -scored[1]))


def _scaled(ranking: list[tuple[str, float]]) -> list[tuple[str, float]]:
    if not ranking:
        return []
    best, worst = ranking[0][1], ranking[-1][1]
    return [(id, (score - worst) / (best - worst) if best > worst else 1.0) for id, score in ranking]
