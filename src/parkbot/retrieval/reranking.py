"""The best of what was found, in the order of a model that reads question and measure together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from parkbot.domain import Source
from parkbot.models import CrossEncoderReranker
from parkbot.questions import Question


@dataclass(frozen=True, slots=True)
class Reranking:
    """How many of the best sources a model puts into order."""

    model: CrossEncoderReranker
    size: int

    def reranked(self, question: Question, sources: Sequence[Source]) -> tuple[Source, ...]:
        """The sources, the first `size` of them in the model's order.

        The order is the model's, the scale stays the search's: each place keeps its score. So what is
        decided by scores (which sources an answer cites) means the same with any model and without one.
        """
        first = sources[: self.size]
        scores = self.model.scores(question.text, [source.words for source in first])
        order = np.argsort(-scores, kind="stable")
        placed = (replace(first[at], score=source.score) for at, source in zip(order, first, strict=True))
        return (*placed, *sources[self.size :])
