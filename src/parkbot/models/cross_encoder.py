"""A reranker of the operator's choice: any sentence-transformers CrossEncoder, by hub name or folder."""

import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from parkbot.errors import BadSettings
from parkbot.models.embedder import terminated

LONGEST = 512
"""Pieces of question and text together, where a model would read more: its cost grows with them."""


class CrossEncoderReranker:
    """Reads a question and a text together, which tells more than two vectors do and costs far more.

    Raises:
        BadSettings: there is no such model, it cannot be loaded, or it was not made to rank.
    """

    def __init__(self, model: str) -> None:
        from sentence_transformers import CrossEncoder

        try:
            self._model = CrossEncoder(model, device="cpu")
        except Exception as error:  # each reader of weights and configurations raises its own
            raise _unusable(model, "it cannot be loaded as a sentence-transformers CrossEncoder") from error
        loaded = self._model[0].model
        if type(loaded).__name__ not in (loaded.config.architectures or ()):
            # An embedder loads as well, with a last layer of random numbers.
            raise _unusable(model, "it was not trained to rank")
        if self._model.num_labels != 1:
            raise _unusable(model, f"it gives {self._model.num_labels} scores a text instead of one")
        self._model.max_seq_length = min(self._model.max_seq_length or LONGEST, LONGEST)
        self._lock = threading.Lock()

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        """How well each text answers the question, [len(texts)]; higher is better, comparable among them."""
        if not texts:
            return np.zeros(0, np.float32)
        asked, *read = terminated([question, *texts])
        # Its tokenizer is not safe to use from several threads, and one call keeps all cores busy.
        with self._lock:
            scores = self._model.predict([(asked, text) for text in read], show_progress_bar=False)
        return np.asarray(scores, np.float32)


def _unusable(model: str, why: str) -> BadSettings:
    return BadSettings(
        f"PARKBOT_RERANKER_MODEL: {model}: {why}; give a folder that holds a cross-encoder, "
        "or a hub name that this machine can reach, or unset it"
    )
