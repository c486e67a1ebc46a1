"""Builds the embedder and the reranker. A model's library is imported where it is loaded, not before."""

from parkbot.models.cross_encoder import CrossEncoderReranker
from parkbot.models.embedder import Embedder
from parkbot.settings import Settings

__all__ = ["CrossEncoderReranker", "Embedder", "embedder", "reranker"]


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


def reranker(settings: Settings) -> CrossEncoderReranker | None:
    """The reranker that the settings name, if they name one.

    Raises:
        BadSettings: there is no such model, or it is none that ranks.
    """
    return None if settings.reranker_model is None else CrossEncoderReranker(settings.reranker_model)
