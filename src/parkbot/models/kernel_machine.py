"""What was learned of texts by their vectors: a support vector machine in a file that ships."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]

Score = Callable[[Vector], float]
"""Above 0 where what was learned is so, below where not, the farther the surer; 0 is not known."""


def unknown(_vector: Vector) -> float:
    """Nothing was learned for this embedder."""
    return 0.0


def learned(file: Path, embedder: str) -> Score:
    """What a file says of the vectors that an embedder of this name makes."""
    name, score = _read(file)
    return score if name == embedder else unknown


@cache
def _read(file: Path) -> tuple[str, Score]:
    with np.load(file) as kept:
        known, weights = kept["questions"].astype(np.float32), kept["weights"].astype(np.float32)
        bias, width = float(kept["bias"]), float(kept["width"])
        embedder = str(kept["embedder"])

    def score(vector: Vector) -> float:
        """Of a support vector machine (Cortes and Vapnik 1995); kernel exp(-width |x - y|²), unit vectors."""
        return float(np.exp(2 * width * (known @ vector - 1)) @ weights) + bias

    return embedder, score
