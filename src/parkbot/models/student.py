"""ParkBot's own embedder: distilled for Chinese and English policy, run by onnxruntime on the CPU.

Its file ships inside the package (`model/`, with a card that says how it was made); no torch, no download.
"""

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parkbot.errors import ParkBotError
from parkbot.models.embedder import Embedder, terminated
from parkbot.traits import STUDENT

FOLDER = Path(__file__).parent / "model"

PASSAGE = "passage: "
LONGEST = 512
"""Pieces; what is longer is cut. Passages have some 250 at most."""


class StudentEmbedder(Embedder):
    """The default.

    Raises:
        ParkBotError: the model's files are missing, or not those that were shipped.
    """

    traits = STUDENT

    AT_ONCE = 4
    """Passages that one thread embeds in one call; more pad more and gain nothing."""

    def __init__(self, folder: Path = FOLDER) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        about = _checked(folder)
        self.name = f"builtin/{about['name']}"
        self.dimensions = int(about["dimensions"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding(pad_id=self._tokenizer.token_to_id("<pad>"), pad_token="<pad>")
        options = onnxruntime.SessionOptions()
        # One thread a call, several calls side by side: threads that share one call wait for each other.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._threads = ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="embedder")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of passages, [len(texts)][dimensions]."""
        # Texts of like length together: what is padded is computed, too.
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        written = [f"{PASSAGE}{text}" for text in terminated([texts[at] for at in order])]
        parts = [written[at : at + self.AT_ONCE] for at in range(0, len(written), self.AT_ONCE)]
        vectors = [vector for part in self._threads.map(self._vectors, parts) for vector in part.tolist()]
        placed: list[list[float]] = [[]] * len(texts)
        for at, vector in zip(order, vectors, strict=True):
            placed[at] = vector
        return placed

    def embed_query(self, text: str) -> list[float]:
        """Vector of a question, [dimensions]."""
        return self._vectors([f"query: {terminated([text])[0]}"])[0].tolist()  # type: ignore[no-any-return]  # tolist is untyped

    def _vectors(self, texts: list[str]) -> NDArray[np.float32]:
        (vectors,) = self._session.run(["vector"], self._pieces(texts))
        return np.asarray(vectors, np.float32)

    def _pieces(self, texts: list[str]) -> dict[str, NDArray[np.int64]]:
        encoded = self._tokenizer.encode_batch(texts)
        return {
            "input_ids": np.array([each.ids for each in encoded], np.int64),
            "attention_mask": np.array([each.attention_mask for each in encoded], np.int64),
        }


def _checked(folder: Path) -> dict[str, str]:
    """What the folder says of its model, once its files are known to be those that were shipped."""
    try:
        about: dict[str, str] = json.loads((folder / "about.json").read_text(encoding="utf-8"))
        for name in ("model.onnx", "tokenizer.json"):
            with (folder / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != about[name]:
                    raise ParkBotError(
                        f"the built-in embedder is damaged ({folder / name}); install ParkBot again"
                    )
    except (OSError, ValueError, KeyError) as error:
        raise ParkBotError(
            f"the built-in embedder cannot be read ({folder}: {error}); install ParkBot again, "
            "or set PARKBOT_EMBEDDING_MODEL=e5"
        ) from error
    return about
