"""An embedder without meaning, for tests of structure."""

import hashlib

import numpy as np

from parkbot.models.embedder import Embedder
from parkbot.traits import E5


class ConstantEmbedder(Embedder):
    """Pseudo-random vectors by the text's hash, at once."""

    name = "constant"
    dimensions = 8
    traits = E5

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages, [len(texts)][8]."""
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question, [8]."""
        digest = hashlib.sha256(text.encode()).digest()[: self.dimensions]
        vector = np.frombuffer(digest, np.uint8).astype(np.float32) - 127.5
        return (vector / np.linalg.norm(vector)).tolist()  # type: ignore[no-any-return]  # tolist is untyped
