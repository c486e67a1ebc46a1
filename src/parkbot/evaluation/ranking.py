"""Retrieval metrics of each question, by ranx (Bassani, ECIR 2022)."""

import os
import tempfile
import warnings
from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from parkbot.evaluation.runs import DEPTH, Outcome

RANX_NAMES = {
    "R@1": "recall@1",
    "R@5": "recall@5",
    "R@10": "recall@10",
    "R@100": "recall@100",
    "hit@1": "hit_rate@1",
    "hit@10": "hit_rate@10",
    "MRR@10": "mrr@10",
    "nDCG@10": "ndcg@10",
}
"""Our names of the metrics, and ranx's. nDCG is that of Järvelin and Kekäläinen (2002), all gold alike."""

SHARES = frozenset(("hit@1", "hit@10"))
"""Metrics that are 0 or 1 for each question, so that their mean is a share."""


def by_question(outcomes: Sequence[Outcome]) -> dict[str, NDArray[np.float64]]:
    """Metric → its value for each outcome [len(outcomes)]; all of them searched, with gold.

    What was retrieved is told by its rank alone, since the ranks of the gold measures say all that
    these metrics need; gold that was not retrieved has a number beyond the last rank.
    """
    if not outcomes:
        return {name: np.zeros(0) for name in RANX_NAMES}
    from numba.typed import List

    ranks = np.arange(1.0, DEPTH + 1)
    retrieved = np.stack([ranks, DEPTH + 1 - ranks], axis=1)
    scores = _evaluate()(
        List([_gold(outcome) for outcome in outcomes]),
        List([retrieved] * len(outcomes)),
        list(RANX_NAMES.values()),
        return_mean=False,
    )
    return {name: np.asarray(scores[ranx], np.float64) for name, ranx in RANX_NAMES.items()}


def _gold(outcome: Outcome) -> NDArray[np.float64]:
    """[gold][2]: rank of each gold measure, and its relevance, which is 1."""
    found = outcome.found.gold_ranks if outcome.found else ()
    missed = range(DEPTH + 1, DEPTH + 1 + outcome.gold - len(found))
    return np.array([(float(rank), 1.0) for rank in (*found, *missed)])


@cache
def _evaluate() -> Callable[..., dict[str, NDArray[np.float64]]]:
    """The `evaluate` of ranx. Its first use on a machine compiles for about ten seconds."""
    # ranx imports ir_datasets, which at once makes eighteen folders in the home folder if it is let.
    kept = os.environ.get("IR_DATASETS_HOME")
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        # Of escapes in its strings, where pip did not compile it.
        warnings.simplefilter("ignore")
        os.environ["IR_DATASETS_HOME"] = kept or scratch
        try:
            from ranx import evaluate
        finally:
            if kept is None:
                del os.environ["IR_DATASETS_HOME"]

    def quietly(*given: object, **options: object) -> dict[str, NDArray[np.float64]]:
        with warnings.catch_warnings():
            # Of its own loop counters, while it compiles; nothing that is computed depends on it.
            warnings.filterwarnings("ignore", message="unsafe cast from uint64 to int64")
            return evaluate(*given, **options)  # type: ignore[no-any-return]  # ranx is untyped

    return quietly
