"""Does a question ask for what a rule could say at all? Told by its vector, whatever the library holds.

A price, an opinion, a calculation or our own files may be as near to a measure as the question that the
measure answers. What tells them apart was learned from questions alone (training/asking.py).
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]

AsksForRule = Callable[[Vector], float]
"""How surely a question, by its vector, asks for what a rule could say: above 0 it does; 0 is not known."""

LEARNED = Path(__file__).with_name("asking.npz")


def unknown(_vector: Vector) -> float:
    """Nothing was learned for this embedder."""
    return 0.0


def asks_for_rule(embedder: str) -> AsksForRule:
    """What was learned of the questions' vectors that an embedder of this name makes."""
    name, learned = _learned()
    return learned if name == embedder else unknown


@cache
def _learned() -> tuple[str, AsksForRule]:
    with np.load(LEARNED) as kept:
        questions, weights = kept["questions"].astype(np.float32), kept["weights"].astype(np.float32)
        bias, width = float(kept["bias"]), float(kept["width"])
        embedder = str(kept["embedder"])

    def score(vector: Vector) -> float:
        """Of a support vector machine (Cortes and Vapnik 1995); kernel exp(-width |x - y|²), unit vectors."""
        return float(np.exp(2 * width * (questions @ vector - 1)) @ weights) + bias

    return embedder, score
