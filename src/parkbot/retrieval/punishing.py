"""Is the act that a question asks about what the measures found for it punish?

In every matter something is punished. Who asks what it costs to miss the target of a plan is near the article
that punishes selling unlabelled goods of that trade, and is misled by it.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from parkbot.domain import Source
from parkbot.penalties import PUNISHES
from parkbot.traits import Traits


@dataclass(frozen=True, slots=True)
class Likeness:
    """What is known of the best measure that punishes anything, beside the question.

    `punished`: how surely, by its vector, the question asks about an act that is punished. `covered`: the
    share of its content, by rarity, whose words stand in the measure. `confidence`: probability that the
    library covers the question.
    """

    punished: float
    covered: float
    confidence: float


@dataclass(frozen=True, slots=True)
class _Weights:
    """Of a logistic regression."""

    bias: float
    punished: float
    covered: float
    confidence: float


AHEAD = 0.15
"""Of the best score; so much better a duty must be found than what punishes to stand before it. Of the 474
questions that ask in words for the penalty of an act that is punished (training/written/penalties.jsonl, with
the laws) 338 have the right one first and 432 among five, without this 296 and 424; of 100 follow-ups that
ask for one, 55 and 94, without it 49 and 89. .1 to .2 do nearly the same."""


def penalties_ahead(sources: Sequence[Source]) -> tuple[Source, ...]:
    """The sources in the order in which they answer who asks for a penalty; their scores stay the search's.

    So what is decided by scores, such as which of them an answer cites, is decided as it was.
    """

    def ahead(source: Source) -> float:
        return source.score + (AHEAD if PUNISHES.search(source.measure.text) else 0.0)

    return tuple(sorted(sources, key=ahead, reverse=True))


AMONG = 10
"""A penalty is looked for among so many of the best measures."""


def likeness(
    sources: Sequence[Source], *, punished: float, weigh: Callable[[str], float], confidence: float
) -> Likeness | None:
    """What is known of the first of the best sources that punishes; None where none does.

    `weigh` says how much of the question's content a text holds.
    """
    first = next((source for source in sources[:AMONG] if PUNISHES.search(source.measure.text)), None)
    if first is None:
        return None
    return Likeness(punished, weigh(first.measure.text), confidence)


# Made by training/punishing.py, over the shipped knowledge with and without the 47 laws.
_WEIGHTS: dict[str, _Weights] = {"student": _Weights(-4.6, 1.51, 4.69, 2.61)}


class Punishing:
    """The decision as it was fitted for one embedder."""

    def __init__(self, weights: _Weights | None) -> None:
        self._weights = weights

    @classmethod
    def fitted_for(cls, traits: Traits) -> "Punishing":
        """The decision for embedders with these traits."""
        return cls(_WEIGHTS.get(traits.fitted))

    def probability(self, likeness: Likeness) -> float | None:
        """Probability that the measure punishes the act; None for an embedder that nothing was fitted for."""
        weights = self._weights
        if weights is None:
            return None
        score = (
            weights.bias
            + weights.punished * likeness.punished
            + weights.covered * likeness.covered
            + weights.confidence * likeness.confidence
        )
        return 1 / (1 + math.exp(-score))
