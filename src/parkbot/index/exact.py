"""Passages by their vectors in memory: searched exactly, forgotten with the process.

The dense index belongs to the one process that owns the data folder; this one can be made beside it.
"""

from collections.abc import Collection as Set
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from parkbot.domain import SHARED_SPACE, Document, Language
from parkbot.index.dense import SMALLEST_DEVIATION, Near
from parkbot.index.passages import Passage


class ExactIndex:
    """Finds measures by cosine as `DenseIndex` does, with the same scores.

    `vectors` are those of all passages, [passages][dimensions], `measure_ids` whose they are.
    """

    def __init__(
        self, entries: Iterable[tuple[Document, Sequence[Passage], NDArray[np.float32]]], dimensions: int
    ) -> None:
        measure_ids: list[str] = []
        parts: dict[tuple[str, str], list[int]] = {}
        documents: list[str] = []
        blocks = [np.empty((0, dimensions), np.float32)]
        for document, passages, vectors in entries:
            rows = range(len(measure_ids), len(measure_ids) + len(passages))
            parts.setdefault((document.space, document.language), []).extend(rows)
            measure_ids += [passage.measure_id for passage in passages]
            documents += [document.id] * len(passages)
            blocks.append(vectors.reshape(-1, dimensions))
        self.measure_ids = tuple(measure_ids)
        self.vectors = np.concatenate(blocks)
        self._documents = np.array(documents, np.str_)
        self._parts = {key: np.array(rows) for key, rows in parts.items()}

    def search(
        self,
        vector: Sequence[float] | NDArray[np.float32],
        k: int,
        *,
        spaces: tuple[str, ...],
        document_ids: Set[str] | None = None,
        language: Language | None = None,
    ) -> list[Near]:
        """The k nearest measures, best first; scores as `DenseIndex.search` explains them."""
        cosines = self.vectors @ np.asarray(vector, np.float32)
        found: list[Near] = []
        for (space, its_language), rows in self._parts.items():
            if space in spaces and language in (None, its_language):
                usual = cosines[self._parts.get((SHARED_SPACE, its_language), rows)]
                mean, deviation = float(usual.mean()), float(usual.std()) + SMALLEST_DEVIATION
                nearest = self._nearest(cosines, self._wanted(rows, document_ids), k)
                found += [Near(id, (cosine - mean) / deviation, cosine) for id, cosine in nearest.items()]
        return sorted(found, key=lambda near: -near.score)[:k]

    def _wanted(self, rows: NDArray[np.intp], document_ids: Set[str] | None) -> NDArray[np.intp]:
        return rows if document_ids is None else rows[np.isin(self._documents[rows], list(document_ids))]

    def _nearest(self, cosines: NDArray[np.float32], rows: NDArray[np.intp], k: int) -> dict[str, float]:
        """Cosines of the k nearest measures among these passages, each as near as its nearest part."""
        best: dict[str, float] = {}
        for row in rows[np.argsort(-cosines[rows], kind="stable")]:
            best.setdefault(self.measure_ids[row], float(cosines[row]))
            if len(best) == k:
                break
        return best
