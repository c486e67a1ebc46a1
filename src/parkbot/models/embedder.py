"""What all embedders have in common."""

from abc import ABC, abstractmethod

from parkbot.traits import Traits


class Embedder(ABC):
    """Makes vectors of unit length, so that a dot product is a cosine.

    It has the shape of LangChain's `Embeddings`, and a name, which ties an index to what made it. It is none
    by descent: importing that class takes a third of a second (`parkbot.langchain.PolicyEmbeddings` is one).
    """

    name: str
    dimensions: int
    traits: Traits

    @abstractmethod
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages, [len(texts)][dimensions]."""

    @abstractmethod
    def embed_query(self, text: str) -> list[float]:
        """Vector of a question, [dimensions]."""


def terminated(texts: list[str]) -> list[str]:
    """Texts without NUL, at which tokenizers and engines written in C stop reading."""
    return [text.replace("\0", " ") for text in texts]
