"""Builds the embedder. Each model's library is imported where the model is loaded, not before."""

from parkbot.models.embedder import Embedder
from parkbot.settings import Settings

__all__ = ["Embedder", "embedder"]


def embedder(settings: Settings) -> Embedder:
    """The embedder that the settings name.

    Raises:
        BadSettings: there is no such model, or it cannot be loaded.
    """
    match settings.embedding_model:
        case "builtin":
            from parkbot.models.student import StudentEmbedder

            return StudentEmbedder()
        case "e5":
            from parkbot.models.e5 import E5Embedder

            return E5Embedder()
        case "constant":
            from parkbot.models.constant import ConstantEmbedder

            return ConstantEmbedder()
        case model:
            from parkbot.models.sentence_transformers import SentenceTransformersEmbedder

            return SentenceTransformersEmbedder(
                model,
                batch_size=settings.embedding_batch_size,
                dtype=settings.embedding_dtype,
                dimensions=settings.embedding_dimensions,
            )
