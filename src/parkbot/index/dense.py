"""The dense index: passages by their vectors, in Chroma (see `stores` for where that is).

Chroma's local store filters by looking every match up in SQLite: asking for a space or a language
that most passages have cost 62 ms over 25,000 vectors, against 5 ms without a filter. So each space
and language has a collection of its own: what a caller may not see is not searched at all.
"""

import threading
from collections import Counter
from collections.abc import Collection as Set
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from parkbot.domain import SHARED_SPACE, Document, Language
from parkbot.errors import WrongEmbedder
from parkbot.index.passages import VERSION, Passage
from parkbot.index.stores import PREFIX, Store, ours

if TYPE_CHECKING:
    from chromadb.api.collection_configuration import CreateHNSWConfiguration
    from chromadb.api.models.Collection import Collection
    from chromadb.api.types import Where

# Recall@50 against brute force, 384 dimensions, crowded random vectors (clusters with noise):
# 5,000 vectors .999, 25,000 vectors .994 at 6 ms (ef_search 400: .972; the defaults: .90).
_HNSW: "CreateHNSWConfiguration" = {
    "space": "cosine",
    "max_neighbors": 32,
    "ef_construction": 200,
    "ef_search": 800,
    # Up to so many vectors are put into the graph again at each start: 0.2 s of 5,000, 1 s of 25,000.
    "sync_threshold": 500,
}

# A filter by documents: over 25,000 vectors, `$in` with 2,000 ids takes 72 ms and with 1 to 20 ids 21 ms;
# asking for 1,000 results without metadata takes 9 ms. So many ids are filtered here, out of more
# results than wanted, and few are left to Chroma, as are many when the results did not hold enough.
_FEW_IDS = 20
_MOST_RESULTS = 2000

# What is usual in a language is judged by so many passages at most.
_SAMPLE = 2000
SMALLEST_DEVIATION = 0.01
"""Keeps a score finite where all cosines are the same."""

# Chroma takes 5,461 at most; smaller ones let searches in between.
_BATCH = 500


class Near(NamedTuple):
    """A measure, how far its cosine stands out (see `DenseIndex.search`), and the cosine itself."""

    measure_id: str
    score: float
    cosine: float


class DenseIndex:
    """Finds measures by cosine. Safe to use from many threads.

    Raises:
        WrongEmbedder: what the store holds was made by another embedder.
        Unavailable: the store is a server that does not answer.
        ParkBotError: the store cannot be read or written.
    """

    def __init__(self, store: Store, embedder_name: str, dimensions: int, *, fresh: bool = False) -> None:
        """Opens the store; `fresh` empties it first, whatever made it.

        A folder that is damaged, or was left in the middle of a change, is emptied too: it holds nothing
        that the library does not, and `passages_by_document` tells what to put back.
        """
        self._store = store
        self._writing = threading.Lock()
        self._anywhere = np.ones(dimensions, np.float32)
        self._made_by: dict[str, str | int] = {
            "embedder": embedder_name,
            "dimensions": dimensions,
            "passages": VERSION,
        }
        with self._translated():
            if fresh:
                store.erase()
            self._client = store.open()
        self._collections = self._listed()
        self._samples: dict[tuple[str, str], NDArray[np.float32]] = {}
        if not store.is_shared and self.count() < sum(self.passages_by_document().values()):
            self.reset()

    def close(self) -> None:
        """Lets go of the store."""
        self._store.close(self._client)

    def follow(self) -> None:
        """Learn what other processes changed: which collections there are, and what is usual in them."""
        if self._store.is_shared:
            with self._writing:
                self._collections, self._samples = self._listed(), {}

    def replace(self, document: Document, passages: Sequence[Passage], vectors: NDArray[np.float32]) -> None:
        """Puts a document's passages in place of those that it had, also where its language changed."""
        with self._changing():
            self._delete(document.id)
            if not passages:
                return
            collection = self._collection(document.space, document.language)
            for start in range(0, len(passages), _BATCH):
                some = passages[start : start + _BATCH]
                collection.upsert(
                    ids=[_key(start + n, document.id, passage.measure_id) for n, passage in enumerate(some)],
                    embeddings=vectors[start : start + _BATCH],
                    metadatas=[{"document": document.id}] * len(some),
                )

    def remove(self, document_id: str) -> None:
        """Takes a document's passages out; no error if there are none."""
        with self._changing():
            self._delete(document_id)

    def search(
        self,
        vector: Sequence[float] | NDArray[np.float32],
        k: int,
        *,
        spaces: tuple[str, ...],
        document_ids: Set[str] | None = None,
        language: Language | None = None,
    ) -> list[Near]:
        """The k nearest measures, best first; a measure is as near as its nearest part.

        The score says how many standard deviations a cosine lies above the question's cosines to
        what is held in the measure's language. Without that, texts in the question's own language
        come first whatever they say: English questions had the right (Chinese) measure first for
        .05, with it for .23. It also means the same for every embedder.
        """
        if document_ids is not None and not document_ids:
            return []
        best: list[Near] = []
        query = np.asarray(vector, np.float32)
        wanted = None if document_ids is None else frozenset(document_ids)
        with self._translated():
            for (space, its_language), collection in tuple(self._collections.items()):
                if space in spaces and language in (None, its_language):
                    usual = self._sample(space, its_language) @ query
                    mean, deviation = float(usual.mean()), float(usual.std()) + SMALLEST_DEVIATION
                    near = _nearest(collection, query, k, wanted)
                    best += [Near(id, (cosine - mean) / deviation, cosine) for id, cosine in near.items()]
        # Chroma gives what is equally near in any order: the same question is to find the same each time.
        return sorted(best, key=lambda near: (-near.score, near.measure_id))[:k]

    def _sample(self, space: str, language: str) -> NDArray[np.float32]:
        """Vectors in a language, [up to 2000][dimensions], of the shared space where that holds any.

        A park's own few documents would tell what is usual for their topic, not for their language.
        """
        key = (SHARED_SPACE, language) if (SHARED_SPACE, language) in self._collections else (space, language)
        # A change puts an empty dictionary in place of this one, so what is noted late does no harm.
        samples = self._samples
        if key not in samples:
            some = self._collections[key].get(limit=_SAMPLE, include=["embeddings"])["embeddings"]
            vectors = np.asarray(some, np.float32).reshape(-1, int(self._made_by["dimensions"]))
            # An empty collection is searched in vain: one vector of zeros will do.
            samples[key] = vectors if len(vectors) else np.zeros((1, vectors.shape[1]), np.float32)
        return samples[key]

    def count(self) -> int:
        """How many passages can be found; looks for all of them (0.1 s for 25,000)."""
        return sum(self._findable(collection) for collection in tuple(self._collections.values()))

    def passages_by_document(self) -> dict[str, int]:
        """How many passages each document has here, to hold against the library."""
        with self._translated():
            keys = [key for each in tuple(self._collections.values()) for key in each.get(include=[])["ids"]]
        return Counter(_document_of(key) for key in keys)

    def reset(self) -> None:
        """Drops everything. Not while another thread searches."""
        with self._writing:
            self._store.close(self._client)
            with self._translated():
                self._store.erase()
                self._client = self._store.open()
            self._collections = {}
            self._samples = {}

    def _delete(self, document_id: str) -> None:
        for collection in self._collections.values():
            collection.delete(where={"document": document_id})

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with self._writing, self._translated(), self._store.changing():
            if self._store.is_shared:
                self._collections = self._listed()
            yield
            if not self._store.is_shared:
                # Chroma may write its files as late as at the next query; so that is now.
                for collection in self._collections.values():
                    _results(collection, self._anywhere, 1)
            self._samples = {}

    def _listed(self) -> dict[tuple[str, str], "Collection"]:
        with self._translated():
            collections = ours(self._client.list_collections())
        for collection in collections:
            made_by = {name: (collection.metadata or {}).get(name, "unknown") for name in self._made_by}
            if made_by != self._made_by:
                self._store.close(self._client)
                raise WrongEmbedder(self._mismatch(made_by))
        return {(each.metadata["space"], each.metadata["language"]): each for each in collections}

    def _mismatch(self, made_by: dict[str, str | int]) -> str:
        if _named(made_by) == _named(self._made_by):
            return f"another version of ParkBot made the index in {self._store}; run `parkbot reindex`"
        return (
            f"the index in {self._store} was made by the embedder {_named(made_by)}, "
            f"but {_named(self._made_by)} is configured; run `parkbot reindex`, "
            "or set PARKBOT_EMBEDDING_MODEL back"
        )

    def _collection(self, space: str, language: Language) -> "Collection":
        key = (space, language)
        if key not in self._collections:
            # A space may have any name, a collection may not.
            name = f"{PREFIX}{language}-{sha256(space.encode()).hexdigest()[:32]}"
            self._collections[key] = self._client.get_or_create_collection(
                name,
                configuration={"hnsw": _HNSW},
                metadata={"space": space, "language": language, **self._made_by},
                embedding_function=None,
            )
        return self._collections[key]

    def _findable(self, collection: "Collection") -> int:
        from chromadb.errors import ChromaError

        try:
            held = collection.count()
            found = len(_results(collection, self._anywhere, held)) if held else 0
        except ChromaError:
            return 0
        # The graph may leave a vector or two unreachable; a damaged one leaves most.
        return held if found >= held * 0.99 else found

    @contextmanager
    def _translated(self) -> Iterator[None]:
        import httpx
        from chromadb.errors import ChromaError

        try:
            yield
        except (ChromaError, OSError, httpx.HTTPError) as error:
            raise self._store.failed(error) from error


def _nearest(
    collection: "Collection", vector: NDArray[np.float32], k: int, wanted: frozenset[str] | None
) -> dict[str, float]:
    """Cosines of at least the k nearest measures of a collection, if it has so many."""
    where = _where(wanted) if wanted is not None and len(wanted) <= _FEW_IDS else None
    size = 2 * k if wanted is None or where else 4 * k
    while True:
        results = _results(collection, vector, size, where)
        measures = _measures(results, wanted)
        if len(measures) >= k or len(results) < size:
            return measures
        size *= 4
        if where is None and wanted is not None and size > _MOST_RESULTS:
            where, size = _where(wanted), 2 * k


def _results(
    collection: "Collection", vector: NDArray[np.float32], size: int, where: "Where | None" = None
) -> list[tuple[str, float]]:
    found = collection.query(query_embeddings=vector, n_results=size, where=where, include=["distances"])
    distances = found["distances"] or [[]]
    return list(zip(found["ids"][0], distances[0], strict=True))


def _measures(results: list[tuple[str, float]], wanted: frozenset[str] | None) -> dict[str, float]:
    best: dict[str, float] = {}
    for key, distance in results:  # nearest first
        if wanted is None or _document_of(key) in wanted:
            best.setdefault(key.split("#", 2)[2], 1 - distance)
    return best


def _where(document_ids: frozenset[str]) -> "Where":
    return cast("Where", {"document": {"$in": list(document_ids)}})


def _key(number: int, document_id: str, measure_id: str) -> str:
    """A passage's key. It says what the passage belongs to: reading metadata costs 2 ms a query."""
    return f"{number}#{document_id}#{measure_id}"


def _document_of(key: str) -> str:
    return key.split("#", 2)[1]


def _named(made_by: dict[str, str | int]) -> str:
    return f"{made_by['embedder']} ({made_by['dimensions']} dimensions)"
