"""Settings → the objects of ParkBot: the only place that puts them together."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import numpy as np

from parkbot import chat_models, models
from parkbot.answering.generative import Author, Effort
from parkbot.assistant import PolicyAssistant, Progress
from parkbot.index.dense import DenseIndex
from parkbot.index.lexical import LexicalIndex
from parkbot.index.lock import DataFolder
from parkbot.index.vectors import CachedEmbedder, ShippedVectors, VectorCache
from parkbot.library import Keys, Library
from parkbot.models.student import StudentEmbedder
from parkbot.settings import Settings
from parkbot.verification import Verifier

SHIPPED_VECTORS = "vectors.npz"


def bundled_knowledge() -> Path:
    """Folder of the policy documents that ship: inside the wheel, or beside src/ in a checkout."""
    package = Path(__file__).parent
    in_wheel = package / "knowledge"
    return in_wheel if in_wheel.is_dir() else package.parent.parent / "knowledge"


def assistant(settings: Settings, *, owner: str, rebuild: bool = False) -> PolicyAssistant:
    """The assistant of a data folder, which this process owns until `close`.

    `rebuild` empties the dense index first, whatever embedder made it.

    Raises:
        Busy: another process owns the folder.
        WrongEmbedder: another embedder made the index.
    """
    with ExitStack() as resources:
        folder = settings.data_dir.resolve()
        owned = resources.enter_context(DataFolder(folder, owner))
        library = _library(settings)
        resources.callback(library.close)
        embedder = models.embedder(settings)
        cache = VectorCache(folder / "vectors.sqlite", ShippedVectors(bundled_knowledge() / SHIPPED_VECTORS))
        resources.callback(cache.close)
        dense = DenseIndex(folder / "chroma", embedder.name, embedder.dimensions, fresh=rebuild)
        resources.callback(dense.close)
        built = PolicyAssistant(
            settings=settings,
            library=library,
            dense=dense,
            lexical=LexicalIndex(folder / "lexical"),
            embedder=CachedEmbedder(embedder, cache, settings.embedding_batch_size),
            embed_query=embedder.embed_query,
            traits=embedder.traits,
            author=_author(settings, embedder),
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


def _author(settings: Settings, embedder: models.Embedder) -> Author | None:
    """Who writes the answers, if a chat model is to."""
    model = chat_models.chat_model(settings)
    if model is None:
        return None
    effort = Effort(
        seconds=settings.llm_timeout,
        evidence_tokens=settings.llm_evidence_tokens,
        one_at_a_time=settings.llm_one_at_a_time,
        has_judge=settings.llm_judge,
    )
    return Author(model, verifier(embedder), effort)


def verifier(embedder: models.Embedder | None = None) -> Verifier:
    """A verifier of claims with ParkBot's own embedder, to whose cosines its weights were fitted.

    It shares `embedder` if that is the one, and else loads its own.
    """
    own = embedder if isinstance(embedder, StudentEmbedder) else StudentEmbedder()
    return Verifier(lambda texts: np.asarray(own.embed_documents(list(texts)), np.float32))


@contextmanager
def keys(settings: Settings, *, owner: str) -> Iterator[Keys]:
    """The keys of a data folder that no server has, without the models and indexes of an assistant.

    Raises:
        Busy: another process owns the folder.
    """
    with DataFolder(settings.data_dir.resolve(), owner), closing(_library(settings)) as library:
        yield library.keys


def _library(settings: Settings) -> Library:
    file = settings.data_dir.resolve() / "library.sqlite"
    return Library(settings.database_url or f"sqlite:///{file}", settings.retention_days or None)


def reindex(settings: Settings, progress: Progress | None = None) -> int:
    """Make the indexes of a data folder anew from its library; returns how many measures it holds."""
    built = assistant(settings, owner="parkbot reindex", rebuild=True)
    try:
        return built.reindex(progress)
    finally:
        built.close()
