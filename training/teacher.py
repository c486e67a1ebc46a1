"""Where the teacher puts all passages and questions.

    python training/teacher.py WORK --model FOLDER [--seconds N]

The teacher is EmbeddingGemma-300M, on the GPU if there is one. Its vectors are kept in
WORK/teacher.sqlite as they are made, by text: a run that is stopped goes on. Once all are there, they are
turned onto their first principal directions, the student's axes, and written to WORK/targets.npz.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import track
from sentence_transformers import SentenceTransformer

from corpus import TARGETS, checksum, for_teacher, passages, questions
from machine import COMPUTES_IN_BFLOAT16, DEVICE
from parkbot.index.vectors import VectorCache

NAME = "embeddinggemma-300m"
BATCH = 25_000 if DEVICE == "cuda" else 5_000
"""Characters that are embedded together."""
DIMENSIONS = 384
LONGEST = 384
"""Pieces; passages have some 250 at most."""


def missing(cache: VectorCache, texts: list[str]) -> list[str]:
    """Texts whose vector is not known yet, each once, in order of length (batches pad little)."""
    known = cache.get(NAME, texts)
    waiting = {text for text, vector in zip(texts, known, strict=True) if vector is None}
    return sorted(waiting, key=lambda text: (len(text), text))


def batches(texts: list[str]) -> list[list[str]]:
    """Texts that are embedded together, in their order: the more, the shorter they are."""
    cut: list[list[str]] = []
    start = 0
    while start < len(texts):
        count = max(1, BATCH // len(texts[start]))
        cut.append(texts[start : start + count])
        start += count
    return cut


def embed(cache: VectorCache, folder: str, texts: list[str], seconds: float) -> None:
    """Computes and keeps vectors of the texts, as long as there is time."""
    dtype = "bfloat16" if COMPUTES_IN_BFLOAT16 else "float32"
    model = SentenceTransformer(folder, device=DEVICE, model_kwargs={"dtype": dtype})
    model.max_seq_length = LONGEST
    if DEVICE == "cpu":  # norms and products fused: 38 texts a second instead of 21 with AMX
        transformer = model[0].auto_model
        transformer.forward = torch.compile(transformer.forward, dynamic=True)
    until = time.monotonic() + seconds
    for batch in track(batches(texts), description="teacher"):
        if time.monotonic() > until:
            break
        vectors = model.encode(batch, prompt="", batch_size=len(batch), normalize_embeddings=True)
        cache.put(NAME, batch, np.asarray(vectors, np.float32))


def principal(path: Path, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The first principal directions through the origin, [768][384]; kept: they are the student's axes."""
    if path.exists():
        return np.load(path)
    values, directions = np.linalg.eigh(vectors.T @ vectors)
    share = values[::-1][:DIMENSIONS].sum() / values.sum()
    print(f"{DIMENSIONS} directions hold {share:.4f} of the teacher's vectors")
    turn = np.ascontiguousarray(directions[:, ::-1][:, :DIMENSIONS])
    np.save(path, turn)
    return turn


def write_targets(work: Path, texts: list[str], vectors: NDArray[np.float32], count: int) -> None:
    """Of so many questions, then of passages. Half precision moves none by what could be learned."""
    turned = (vectors @ principal(work / "principal.npy", vectors)).astype(np.float16)
    np.savez(
        work / TARGETS,
        questions=turned[:count],
        passages=turned[count:],
        texts=checksum(*texts),
    )


def main() -> None:
    """Embeds what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("work", type=Path)
    parser.add_argument("--model", required=True)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    options = parser.parse_args()
    cache = VectorCache(options.work / "teacher.sqlite")
    asked, said = questions(options.work), passages(options.work)
    texts = for_teacher(asked, said)
    waiting = missing(cache, texts)
    print(f"{len(texts)} texts, {len(waiting)} to embed")
    if waiting:
        embed(cache, options.model, waiting, options.seconds)
    vectors = [vector for vector in cache.get(NAME, texts) if vector is not None]
    if len(vectors) == len(texts):
        write_targets(options.work, texts, np.stack(vectors), len(asked))


if __name__ == "__main__":
    main()
