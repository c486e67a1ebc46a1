"""The teacher's vectors of all passages and questions, kept as they are made: a run that is stopped goes on.

    python training/teacher.py WORK --model FOLDER [--seconds N]

Writes WORK/teacher.sqlite, by text. The teacher is EmbeddingGemma-300M in bfloat16.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from rich.progress import track

from corpus import passages, questions
from parkbot.index.vectors import VectorCache

NAME = "embeddinggemma-300m"
BATCH = 16


class Teacher:
    """Texts → vectors [len(texts)][768], unit length, by way of the cache."""

    def __init__(self, work: Path, model: str | None = None) -> None:
        self._cache = VectorCache(work / "teacher.sqlite")
        self._folder = model
        self._model = None

    def missing(self, texts: list[str]) -> list[str]:
        """Texts whose vector is not known yet, each once, in order of length (batches pad little)."""
        known = self._cache.get(NAME, texts)
        waiting = {text for text, vector in zip(texts, known, strict=True) if vector is None}
        return sorted(waiting, key=lambda text: (len(text), text))

    def embed(self, texts: list[str]) -> None:
        """Computes and keeps the vectors of one batch."""
        if self._model is None:
            from sentence_transformers import SentenceTransformer

            self._model = SentenceTransformer(self._folder, device="cpu", model_kwargs={"dtype": "bfloat16"})
            self._model.max_seq_length = 384
        vectors = self._model.encode(texts, prompt="", batch_size=BATCH, normalize_embeddings=True)
        self._cache.put(NAME, texts, np.asarray(vectors, np.float32))

    def vectors(self, texts: list[str]) -> np.ndarray:
        """Known vectors, [len(texts)][768]."""
        return np.stack(self._cache.get(NAME, texts))


def main() -> None:
    """Embeds what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--model", required=True)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    options = parser.parse_args()
    teacher = Teacher(options.work, options.model)
    texts = [one.for_teacher for one in questions(options.work)] + [
        one.for_teacher for one in passages(options.work)
    ]
    missing = teacher.missing(texts)
    print(f"{len(texts)} texts, {len(missing)} to embed")
    until = time.monotonic() + options.seconds
    for start in track(range(0, len(missing), BATCH), description="teacher"):
        if time.monotonic() > until:
            break
        teacher.embed(missing[start : start + BATCH])


if __name__ == "__main__":
    main()
