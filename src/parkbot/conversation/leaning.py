"""What a turn is to the turns before it, told by its vector, where its words leave it open.

没验收就用了呢 and 评完了结果拿来干嘛用 name things, and still mean nothing alone; 节能审查归谁管 is as short
and does. 昨晚那场比分多少 leans on nothing and is about nothing that was talked of. What tells them apart was
learned from dialogues written for it (training/leaning.py).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from parkbot.models.kernel_machine import learned, unknown

LEANING = Path(__file__).with_name("leaning.npz")
ASIDES = Path(__file__).with_name("asides.npz")

PERHAPS = -1.3
"""How surely a question must lean to be in doubt."""


@dataclass(frozen=True, slots=True)
class Told:
    """How surely a turn leans on those before it, and how surely it is an aside.

    An aside is small talk, or about what no policy is about. Above 0 it is so, below it is not; 0 is not
    known.
    """

    leans: float = 0.0
    aside: float = 0.0

    @property
    def is_aside(self) -> bool:
        """Whether it inherits nothing, and nothing leans on it."""
        return self.aside > 0

    @property
    def may_lean(self) -> bool:
        """Whether it is in doubt that it says itself what it is about, or sure that it doesn't."""
        return self.leans > PERHAPS and self.leans != 0


Tell = Callable[[str], Told]


def untold(_text: str) -> Told:
    """Nothing was learned for this embedder."""
    return Told()


def told_by_vector(embedder: str, embed: Callable[[str], Sequence[float]]) -> Tell:
    """What was learned of the vectors that `embed` makes, which is of the embedder of this name."""
    leans, aside = learned(LEANING, embedder), learned(ASIDES, embedder)
    if leans is unknown or aside is unknown:
        return untold

    def tell(text: str) -> Told:
        vector = np.asarray(embed(text), np.float32)
        return Told(leans(vector), aside(vector))

    return tell
