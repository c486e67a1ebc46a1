"""The matrix that brings questions nearer to the measures that answer them, by InfoNCE.

van den Oord, Li and Vinyals (2018), arXiv 1807.03748: of one right passage and many others, the right one
shall be the nearest. The matrix begins as the identity and is held to it.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from parkbot.models.adapter import Matrix

Vectors = NDArray[np.float32]

HOLD = 0.1
"""What the squared distance from the identity costs. Held back a tenth as hard, the matrix learns how the
questions are written that it is shown, and is worse at others (eval/results/tune-2026-11-25.md)."""

STEPS = 200
_AT_ONCE = 256
_OTHERS = 512
_TEMPERATURE = 0.05
_RATE = 1e-3
_MOMENTS = (0.9, 0.999)
_SEED = 20261125


def learned(
    questions: Vectors,
    weights: NDArray[np.float64],
    answers: Sequence[NDArray[np.intp]],
    passages: Vectors,
    progress: Callable[[int, int], None],
    hold: float = HOLD,
) -> Matrix:
    """The matrix, [dimensions][dimensions]; the same for the same input.

    `questions` and `passages` are vectors of unit length, `weights` how often each question is looked at
    beside the others, `answers` the rows of the passages that answer it, at least one. `progress` hears how
    many steps are done, and of how many.
    """
    often = weights / weights.sum()
    counts = np.array([len(rows) for rows in answers])
    right_rows = _even(answers, counts)
    chance = np.random.default_rng(_SEED)
    change = np.zeros((questions.shape[1],) * 2, np.float32)
    first, second = np.zeros_like(change), np.zeros_like(change)
    at_once = min(_AT_ONCE, len(questions))
    for step in range(1, STEPS + 1):
        chosen = chance.choice(len(questions), at_once, replace=False, p=often)
        right = right_rows[chosen, chance.integers(0, counts[chosen])]
        others = np.concatenate([right, chance.integers(0, len(passages), _OTHERS)])
        is_right_too = (right_rows[chosen][:, :, None] == others).any(axis=1)
        slope = _slope(questions[chosen], passages[others], is_right_too, change) + 2 * hold * change
        # Adam (Kingma and Ba, 2015, arXiv 1412.6980).
        first += (1 - _MOMENTS[0]) * (slope - first)
        second += (1 - _MOMENTS[1]) * (slope * slope - second)
        mean, spread = first / (1 - _MOMENTS[0] ** step), second / (1 - _MOMENTS[1] ** step)
        change -= np.float32(_RATE) * mean / (np.sqrt(spread) + np.float32(1e-8))
        progress(step, STEPS)
    return np.eye(len(change), dtype=np.float32) + change


def _even(answers: Sequence[NDArray[np.intp]], counts: NDArray[np.intp]) -> NDArray[np.intp]:
    """The answers as one array, [questions][most]; -1 where a question has fewer."""
    rows = np.full((len(answers), counts.max()), -1)
    rows[np.arange(counts.max()) < counts[:, None]] = np.concatenate(answers)
    return rows


def _slope(
    questions: Vectors, passages: Vectors, is_right_too: NDArray[np.bool_], change: Matrix
) -> NDArray[np.float32]:
    """Gradient of the mean loss by the change; passage i is the right one of question i.

    Further right passages of a question are no examples of wrong ones: they count for nothing.
    """
    count = len(questions)
    turned = questions + questions @ change.T
    length = np.linalg.norm(turned, axis=1, keepdims=True)
    unit = turned / length
    likeness = unit @ passages.T / _TEMPERATURE
    own = np.arange(count)
    left_out = is_right_too.copy()
    left_out[own, own] = False
    likeness[left_out] = -np.inf
    likeness -= likeness.max(axis=1, keepdims=True)
    pull = np.exp(likeness)
    pull /= pull.sum(axis=1, keepdims=True)
    pull[own, own] -= 1
    by_unit = pull @ passages / (_TEMPERATURE * count)
    by_turned = (by_unit - unit * (unit * by_unit).sum(axis=1, keepdims=True)) / length
    return np.asarray(by_turned.T @ questions, np.float32)
