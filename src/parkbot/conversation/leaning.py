"""Does a question lean on what was said before? Told by its vector, where its words leave it open.

没验收就用了呢 and 评完了结果拿来干嘛用 name things, and still mean nothing alone; 节能审查归谁管 is as short
and does. What tells them apart was learned from dialogues written for it (training/leaning.py).
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from parkbot.models.kernel_machine import learned, unknown

LEARNED = Path(__file__).with_name("leaning.npz")


Leans = Callable[[str], float]
"""How surely a question leans on the turns before it: above 0 it does; 0 is not known."""


def never(_text: str) -> float:
    """Nothing was learned for this embedder."""
    return 0.0


def leans_on_history(embedder: str, embed: Callable[[str], Sequence[float]]) -> Leans:
    """What was learned of the vectors that `embed` makes, which is of the embedder of this name."""
    score = learned(LEARNED, embedder)
    if score is unknown:
        return never
    return lambda text: score(np.asarray(embed(text), np.float32))
