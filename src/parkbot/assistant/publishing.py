"""One document into the library and the dense index, changed in both, and out of both again.

What takes long, the vectors, comes first; then the document changes hands in one moment. Whoever calls
stands alone in the library (`Library.alone`); a kill or an error leaves what `Upkeep.finish` finishes.
"""

from collections.abc import Callable, Sequence
from functools import partial

from parkbot import corrections
from parkbot.domain import Document, DocumentChanges, Heading, Measure
from parkbot.index.dense import DenseIndex
from parkbot.index.passages import Passage, passages, vectors
from parkbot.index.vectors import CachedEmbedder, Vectors
from parkbot.library import Library
from parkbot.traits import Traits

Progress = Callable[[int, int], None]
"""Called with how much is done, and of how much."""


class Publisher:
    """Keeps library and dense index in step, document by document."""

    def __init__(self, library: Library, dense: DenseIndex, embedder: CachedEmbedder, traits: Traits) -> None:
        self._library = library
        self._dense = dense
        self._embedder = embedder
        self._traits = traits

    def publish(
        self,
        document: Document,
        headings: tuple[Heading, ...],
        measures: tuple[Measure, ...],
        progress: Progress | None,
    ) -> None:
        """Vectors first, since they take long; then the document changes hands in one moment."""
        cut, vectors = self._vectors(document, measures, progress)
        self._library.stage(document, headings, measures)
        self._dense.replace(document, cut, vectors)
        self._library.publish(document.id)

    def edit(self, document: Document, changes: DocumentChanges) -> Document:
        """Correct what is embedded too: as for a new version, what takes long comes first."""
        measures = self._library.measures_of(document.id, (document.space,))
        cut, vectors = self._vectors(corrections.applied(document, changes), measures)
        edited = self._library.edit(document.id, changes, silences=True)
        self._dense.replace(edited, cut, vectors)
        self._library.publish(document.id)
        return edited

    def remove(self, document_id: str) -> None:
        """Take a document out; from the first moment on it does not answer."""
        self._library.begin_removal(document_id)
        self._dense.remove(document_id)
        self._library.remove(document_id)

    def make_vectors(self, document: Document, measures: Sequence[Measure]) -> None:
        """Make the vectors of a document anew."""
        cut, vectors = self._vectors(document, measures)
        self._dense.replace(document, cut, vectors)

    def _vectors(
        self, document: Document, measures: Sequence[Measure], progress: Progress | None = None
    ) -> tuple[list[Passage], Vectors]:
        """The passages of a document and their vectors."""
        cut = [passage for measure in measures for passage in passages(document, measure)]
        return cut, vectors(document, cut, self._traits, partial(self._embedder.embed, progress=progress))
