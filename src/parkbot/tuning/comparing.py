"""Whether questions that were not learned from are answered better than before."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from parkbot.domain import SHARED_SPACE, Filters
from parkbot.questions import analyse
from parkbot.retrieval import Retriever
from parkbot.tuning.drawing import Example

DEPTH = 10
TOLERATED = 0.01
"""Of 400 questions' MRR@10, so much is chance."""

Kind = Literal["approved", "drawn"]

_RESAMPLES = 2000
_SEED = 20261125


@dataclass(frozen=True, slots=True)
class Compared:
    """Held-out questions of one kind before and after.

    `mrr`: one over the rank of the first right measure among the first ten, on average; `hit`: the share of
    questions with a right one among them. `low` and `high` hold the change of `mrr` with 95 % confidence.
    """

    kind: Kind
    questions: int
    mrr_before: float
    mrr_after: float
    hit_before: float
    hit_after: float
    low: float
    high: float

    @property
    def is_better(self) -> bool:
        """Whether it is surely better."""
        return self.low > 0

    @property
    def is_worse(self) -> bool:
        """Whether it falls by more than chance may move it."""
        fall = max(self.mrr_before - self.mrr_after, self.hit_before - self.hit_after)
        return self.high < 0 or fall > TOLERATED


def worth(retriever: Retriever, example: Example) -> float:
    """One over the rank of the first right measure among the first ten; 0 if there is none."""
    spaces = tuple(dict.fromkeys((SHARED_SPACE, example.space)))
    found = retriever.retrieve(analyse(example.question), k=DEPTH, filters=Filters(spaces=spaces)).sources
    ranks = (rank for rank, each in enumerate(found, 1) if each.measure.id in example.measure_ids)
    return next((1 / rank for rank in ranks), 0.0)


def compared(kind: Kind, before: Sequence[float], after: Sequence[float]) -> Compared:
    """The worth of the same questions before and after, not none; the interval by the paired bootstrap."""
    early, late = np.asarray(before), np.asarray(after)
    chance = np.random.default_rng(_SEED)
    drawn = chance.integers(0, len(early), (_RESAMPLES, len(early)))
    low, high = np.percentile((late - early)[drawn].mean(axis=1), (2.5, 97.5))
    return Compared(
        kind=kind,
        questions=len(early),
        mrr_before=float(early.mean()),
        mrr_after=float(late.mean()),
        hit_before=float((early > 0).mean()),
        hit_after=float((late > 0).mean()),
        low=float(low),
        high=float(high),
    )


def asked_of(retriever: Retriever, examples: Sequence[Example], told: Callable[[], None]) -> list[float]:
    """The worth of each question; `told` hears of each that is done."""
    worths = []
    for example in examples:
        worths.append(worth(retriever, example))
        told()
    return worths
