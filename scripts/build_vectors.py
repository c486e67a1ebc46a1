#!/usr/bin/env python3
"""Makes knowledge/vectors.npz, the vectors of the shipped documents: a first start need not embed them.

Run it after any change to knowledge/ or to how passages are made: .venv/bin/python scripts/build_vectors.py
"""

import argparse
import sys
from pathlib import Path

import numpy as np

from parkbot import readers
from parkbot.build import SHIPPED_VECTORS, bundled_knowledge
from parkbot.index.passages import passages, texts
from parkbot.index.vectors import ship_vectors
from parkbot.measures import split
from parkbot.models import embedder as embedder_of
from parkbot.models.embedder import Embedder
from parkbot.settings import load


def shipped_texts(folder: Path, embedder: Embedder) -> list[str]:
    """What is embedded of the shipped documents."""
    shipped: list[str] = []
    for file in sorted(folder.glob("*.md")):
        if file.name != "README.md":
            document = readers.read(file.name, file.read_bytes())
            _, measures = split(document)
            cut = [passage for each in measures for passage in passages(document, each)]
            shipped += texts(document, cut, embedder.traits)
    return shipped


def main() -> int:
    """Embed all and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=bundled_knowledge())
    folder: Path = parser.parse_args().folder
    embedder = embedder_of(load(embedding_model="builtin"))
    shipped = shipped_texts(folder, embedder)
    vectors = np.asarray(embedder.embed_documents(shipped), np.float32)
    ship_vectors(folder / SHIPPED_VECTORS, embedder.name, shipped, vectors)
    print(f"{len(shipped)} passages, {(folder / SHIPPED_VECTORS).stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
