"""Settings → the objects of ParkBot: the only place that puts them together."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache as cache_calls
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from threadpoolctl import threadpool_limits

from parkbot import chat_models, models
from parkbot.assistant import PolicyAssistant, Progress
from parkbot.conversation.leaning import told_by_vector
from parkbot.domain import Document
from parkbot.errors import BadInput
from parkbot.index.dense import DenseIndex
from parkbot.index.exact import ExactIndex
from parkbot.index.lexical import LexicalIndex
from parkbot.index.lock import DataFolder
from parkbot.index.passages import Passage, passages, vectors
from parkbot.index.stores import ChromaServer, Files, Store
from parkbot.index.vectors import CachedEmbedder, ShippedVectors, VectorCache, Vectors
from parkbot.library import Approvals, Keys, Library
from parkbot.models.adapter import InstalledAdapter
from parkbot.retrieval.asking import Asks
from parkbot.retrieval.reranking import Reranking
from parkbot.settings import Settings
from parkbot.traits import Traits
from parkbot.tuning.ground import Ground

if TYPE_CHECKING:
    from parkbot.answering.generative import Author
    from parkbot.verification import Verifier

SHIPPED_VECTORS = "vectors.npz"
QUERIES_REMEMBERED = 64
"""Vectors of questions that are kept: more than one conversation asks for again."""


def bundled_knowledge() -> Path:
    """Folder of the policy documents that ship: inside the wheel, or beside src/ in a checkout."""
    package = Path(__file__).parent
    in_wheel = package / "knowledge"
    return in_wheel if in_wheel.is_dir() else package.parent.parent / "knowledge"


def assistant(settings: Settings, *, owner: str | None, rebuild: bool = False) -> PolicyAssistant:
    """The assistant of a data folder, which this process owns until `close`.

    `owner` None: a parent process owns it for several; library and dense index must be ones to share then.
    `rebuild` empties the dense index first, whatever embedder made it.

    Raises:
        Busy: another process owns the folder.
        WrongEmbedder: another embedder made the index.
        Unavailable: the database or the Chroma server does not answer.
    """
    # One vector against a few thousand: further threads would only wait for it, and take half of the time
    # that all processors spend on an answer.
    threadpool_limits(1, user_api="blas")
    with ExitStack() as resources:
        folder = settings.data_dir.resolve()
        owned = resources.enter_context(DataFolder(folder, owner)) if owner else None
        library = _library(settings)
        resources.callback(library.close)
        embedder = models.embedder(settings)
        # A follow-up's vectors are asked for by what tells it, and again by the search.
        embed_query = lru_cache(QUERIES_REMEMBERED)(embedder.embed_query)
        cache = _vector_cache(settings)
        resources.callback(cache.close)
        dense = DenseIndex(_store(settings), embedder.name, embedder.dimensions, fresh=rebuild)
        resources.callback(dense.close)
        built = PolicyAssistant(
            settings=settings,
            library=library,
            dense=dense,
            lexical=LexicalIndex(folder / "lexical"),
            embedder=CachedEmbedder(embedder, cache, settings.embedding_batch_size),
            embed_query=embed_query,
            traits=embedder.traits,
            turn=InstalledAdapter(folder, embedder.name, embedder.dimensions).turn,
            asks=Asks.learned_for(embedder.name),
            tell=told_by_vector(embedder.name, embed_query),
            reranking=_reranking(settings),
            author=_author(settings),
            bundled=bundled_knowledge() if settings.bundled_knowledge else None,
            folder=owned,
            resources=resources.pop_all(),
        )
    try:
        built.repair()
        built.refresh()
    except BaseException:
        built.close()
        raise
    return built


def _reranking(settings: Settings) -> Reranking | None:
    """Who puts the best hits into order once more, if anybody is to."""
    reranker = models.reranker(settings)
    return None if reranker is None else Reranking(reranker, settings.reranker_size)


def _author(settings: Settings) -> "Author | None":
    """Who writes the answers, if a chat model is to."""
    model = chat_models.chat_model(settings)
    if model is None:
        return None
    from parkbot.answering.generative import Author, Effort

    effort = Effort(
        seconds=settings.llm_timeout,
        evidence_tokens=settings.llm_evidence_tokens,
        one_at_a_time=settings.llm_one_at_a_time,
        has_judge=settings.llm_judge,
    )
    return Author(model, verifier(), effort)


def verifier() -> "Verifier":
    """A verifier of claims."""
    from parkbot.verification import Entailment, Verifier

    return Verifier(Entailment())


@contextmanager
def keys(settings: Settings, *, owner: str) -> Iterator[Keys]:
    """The keys of a data folder that no server has, without the models and indexes of an assistant.

    Raises:
        Busy: another process owns the folder.
    """
    with DataFolder(settings.data_dir.resolve(), owner), closing(_library(settings)) as library:
        yield library.keys


@contextmanager
def approvals(settings: Settings) -> Iterator[Approvals]:
    """The feedback of a data folder and what of it is approved, whoever owns the folder: SQL is shared.

    Raises:
        BadInput: there is no library.
    """
    with closing(_existing_library(settings)) as library:
        yield library.approvals


@contextmanager
def ground(settings: Settings, progress: Progress) -> Iterator[Ground]:
    """What `parkbot tune` learns from, beside a server that owns the data folder: it is only read.

    Vectors come out of the cache; `progress` hears how many documents have theirs.

    Raises:
        BadInput: there is no library.
    """
    with ExitStack() as resources:
        library = resources.enter_context(closing(_existing_library(settings)))
        embedder = models.embedder(settings)
        cache = resources.enter_context(closing(_vector_cache(settings)))
        cached = CachedEmbedder(embedder, cache, settings.embedding_batch_size)
        lexical = LexicalIndex(Path(resources.enter_context(TemporaryDirectory(prefix="parkbot-"))))
        lexical.refresh(library.all_measures, library.generation)
        index = ExactIndex(_embedded(library, cached, embedder.traits, progress), embedder.dimensions)
        embed_query = cache_calls(embedder.embed_query)
        yield Ground(library, index, lexical, embedder.name, embedder.traits, embed_query)


def _embedded(
    library: Library, embedder: CachedEmbedder, traits: Traits, progress: Progress
) -> Iterator[tuple[Document, list[Passage], Vectors]]:
    total = len(library.measure_counts(library.spaces()))
    by_document = groupby(library.all_measures(), key=lambda pair: pair[0])
    for done, (document, pairs) in enumerate(by_document, 1):
        cut = [passage for _, measure in pairs for passage in passages(document, measure)]
        yield document, cut, vectors(document, cut, traits, embedder.embed)
        progress(done, total)


def _existing_library(settings: Settings) -> Library:
    if settings.database_url is None and not (settings.data_dir / "library.sqlite").exists():
        raise BadInput(f"there is no library in {settings.data_dir}; `parkbot ingest` or `serve` makes one")
    return _library(settings)


def _vector_cache(settings: Settings) -> VectorCache:
    shipped = ShippedVectors(bundled_knowledge() / SHIPPED_VECTORS)
    return VectorCache(settings.data_dir.resolve() / "vectors.sqlite", shipped)


def _library(settings: Settings) -> Library:
    file = settings.data_dir.resolve() / "library.sqlite"
    return Library(settings.database_url or f"sqlite:///{file}", settings.retention_days or None)


def _store(settings: Settings) -> Store:
    if settings.chroma_url is not None:
        return ChromaServer(settings.chroma_url)
    return Files(settings.data_dir.resolve() / "chroma")


def reindex(settings: Settings, progress: Progress | None = None) -> int:
    """Make the indexes of a data folder anew from its library; returns how many measures it holds."""
    built = assistant(settings, owner="parkbot reindex", rebuild=True)
    try:
        return built.reindex(progress)
    finally:
        built.close()
