"""What is learned from and compared on: a library with its vectors in memory, whoever owns the folder."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parkbot.index.exact import ExactIndex
from parkbot.index.lexical import LexicalIndex
from parkbot.library import Library
from parkbot.retrieval import Retriever
from parkbot.retrieval.searching import Turn, unturned
from parkbot.traits import Traits


@dataclass(frozen=True, slots=True)
class Ground:
    """A library as it is, its indexes, and the embedder that made them.

    `embed_query` keeps what it made: a question is asked several times.
    """

    library: Library
    index: ExactIndex
    lexical: LexicalIndex
    embedder: str
    traits: Traits
    embed_query: Callable[[str], Sequence[float]]

    def retriever(self, turn: Turn = unturned) -> Retriever:
        """The real retrieval, with or without something learned."""
        return Retriever(self.library, self.index, self.lexical, self.embed_query, self.traits, turn)

    def vectors(self, questions: Sequence[str], progress: Callable[[int, int], None]) -> NDArray[np.float32]:
        """Vectors of questions, [len(questions)][dimensions]."""
        made = np.empty((len(questions), self.index.vectors.shape[1]), np.float32)
        for at, question in enumerate(questions):
            made[at] = self.embed_query(question)
            progress(at + 1, len(questions))
        return made
