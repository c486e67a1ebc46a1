"""What all embedders have in common."""

from langchain_core.embeddings import Embeddings

from parkbot.traits import Traits


class Embedder(Embeddings):
    """LangChain's `Embeddings` with a name, which ties an index to what made it, and what suits it.

    Vectors have unit length, so a dot product is a cosine.
    """

    name: str
    dimensions: int
    traits: Traits


def terminated(texts: list[str]) -> list[str]:
    """Texts without NUL, at which tokenizers and engines written in C stop reading."""
    return [text.replace("\0", " ") for text in texts]
