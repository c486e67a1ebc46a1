"""Any sentence-transformers model, by hub name or folder; its own prompts are used."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from parkbot.errors import BadSettings
from parkbot.models.embedder import Embedder
from parkbot.traits import STRONG

_UNTITLED = "title: none | text: "


class SentenceTransformersEmbedder(Embedder):
    """A model of the operator's choice.

    Raises:
        BadSettings: there is no such model, or it cannot be loaded.
    """

    traits = STRONG

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
                "give `builtin`, `e5`, a folder that holds one, or a hub name that this machine can reach"
            ) from error
        length = self._model.get_embedding_dimension()
        if length is None:
            raise BadSettings(f"PARKBOT_EMBEDDING_MODEL: {model} does not say how long its vectors are")
        # Vectors of another length or precision are others: kept ones must not be taken for them.
        cut = f", {dimensions} dimensions" if dimensions else ""
        precision = f", {dtype}" if dtype != "float32" else ""
        self.name = f"sentence-transformers/{Path(model).name}{cut}{precision}"
        self.dimensions = length
        self._batch_size = batch_size
        self._prompt: str | None = None  # that of the model
        if (self._model.prompts or {}).get("document") == _UNTITLED:
            # EmbeddingGemma's way: the title has a place of its own in the prompt.
            self.traits = replace(STRONG, passage="title: {place} | text: {words}")
            self._prompt = ""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages, [len(texts)][dimensions]."""
        vectors = self._model.encode_document(
            texts,
            prompt=self._prompt,
            batch_size=self._batch_size,
            normalize_embeddings=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, np.float32).tolist()  # type: ignore[no-any-return]  # tolist is untyped

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question, [dimensions]."""
        vector = self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vector, np.float32).tolist()  # type: ignore[no-any-return]  # tolist is untyped
