"""What a question asks for, told by its vector, whatever the library holds.

A price, an opinion, a calculation or our own files may be as near to a measure as the question that the
measure answers; an act that nothing punishes as near to a penalty as the act next to it that it is for. What
tells them apart was learned from questions alone (training/asking.py, training/punishing.py).
"""

from dataclasses import dataclass
from pathlib import Path

from parkbot.domain import Filters
from parkbot.models.kernel_machine import Score, learned, unknown
from parkbot.questions import Question

RULES = Path(__file__).with_name("asking.npz")
PUNISHED = Path(__file__).with_name("punished.npz")


@dataclass(frozen=True, slots=True)
class Asks:
    """How surely a question asks for what a rule could say, and how surely about an act that is punished."""

    for_rule: Score = unknown
    of_punished: Score = unknown

    @classmethod
    def learned_for(cls, embedder: str) -> "Asks":
        """By the vectors of an embedder of this name."""
        return cls(learned(RULES, embedder), learned(PUNISHED, embedder))


NOTHING_LEARNED = Asks()
"""For vectors that nothing was learned of."""


@dataclass(frozen=True, slots=True)
class Alone:
    """A question by itself: how surely it asks for what a rule could say, and if the library covers it."""

    rule: float
    is_covered: bool


def covered(_question: Question, _filters: Filters) -> Alone:
    """Nothing is known of any question: it is taken for a complete one."""
    return Alone(rule=0.0, is_covered=True)
