"""Vectors that were made once are kept: embedding is what ingest costs."""

import hashlib
import sqlite3
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from parkbot.errors import ParkBotError

Vectors = NDArray[np.float32]

_KEYS_AT_ONCE = 500
_SCHEMA = """
CREATE TABLE IF NOT EXISTS embedders (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS vectors (
    embedder INTEGER NOT NULL REFERENCES embedders (id),
    text_sha256 BLOB NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (embedder, text_sha256)
) WITHOUT ROWID;
"""


class TextEmbedder(Protocol):
    """What makes vectors: LangChain's `Embeddings` with a name has this shape."""

    name: str

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector for each text."""


class ShippedVectors:
    """Vectors that come with the knowledge; read when they are first needed, used only for their embedder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._rows: dict[bytes, int] | None = None
        self._embedder = ""
        self._vectors: NDArray[np.float16] = np.empty((0, 0), np.float16)

    def get(self, embedder_name: str, key: bytes) -> Vectors | None:
        """The vector of the text with this sha256."""
        with self._lock:
            if self._rows is None:
                self._rows = self._load()
        row = self._rows.get(key) if embedder_name == self._embedder else None
        return None if row is None else self._vectors[row].astype(np.float32)

    def _load(self) -> dict[bytes, int]:
        try:
            with self._path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                self._embedder = str(file["embedder"])
                self._vectors = file["vectors"]
                keys = file["keys"].tolist()
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
            raise ParkBotError(
                f"the vectors that ship with ParkBot are damaged ({self._path}); install it again"
            ) from error
        return {bytes.fromhex(key): row for row, key in enumerate(keys)}


def ship_vectors(path: Path, embedder_name: str, texts: Sequence[str], vectors: Vectors) -> None:
    """Writes the file that `ShippedVectors` reads, in an order that does not depend on the texts' order."""
    rows = {key_of(clean(text)).hex(): row for row, text in enumerate(texts)}
    order = [rows[key] for key in sorted(rows)]
    np.savez_compressed(
        path,
        embedder=np.array(embedder_name),
        keys=np.array(sorted(rows)),
        vectors=vectors[order].astype(np.float16),
    )


class VectorCache:
    """Vectors by embedder and text, in one SQLite file; safe to use from many threads and processes.

    The file can be deleted at any time: what it held is then embedded again.
    """

    def __init__(self, path: Path, shipped: ShippedVectors | None = None) -> None:
        self._path = path
        self._shipped = shipped
        self._lock = threading.Lock()
        with self._translated():
            self._database = _open(path)

    def close(self) -> None:
        """Closes the file."""
        with self._lock:
            self._database.close()

    def get(self, embedder_name: str, texts: Sequence[str]) -> list[Vectors | None]:
        """The vector of each text, or None where it is not known."""
        keys = [key_of(text) for text in texts]
        known: dict[bytes, Vectors] = {}
        for start in range(0, len(keys), _KEYS_AT_ONCE):
            known.update(self._stored(embedder_name, keys[start : start + _KEYS_AT_ONCE]))
        return [known[key] if key in known else self._from_shipped(embedder_name, key) for key in keys]

    def put(self, embedder_name: str, texts: Sequence[str], vectors: Vectors) -> None:
        """Keeps vectors; once this returns they outlive the process."""
        blobs = [vector.astype("<f4").tobytes() for vector in vectors]
        keys = [key_of(text) for text in texts]
        with self._using() as database, database:
            database.execute("BEGIN IMMEDIATE")
            embedder = self._id_of(embedder_name)
            rows = [(embedder, key, blob) for key, blob in zip(keys, blobs, strict=True)]
            database.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)

    def _stored(self, embedder_name: str, keys: list[bytes]) -> dict[bytes, Vectors]:
        marks = ",".join("?" * len(keys))
        statement = (
            "SELECT text_sha256, vector FROM vectors JOIN embedders ON embedders.id = embedder "
            f"WHERE name = ? AND text_sha256 IN ({marks})"
        )
        with self._using() as database:
            rows = database.execute(statement, (embedder_name, *keys)).fetchall()
        return {key: np.frombuffer(blob, "<f4").astype(np.float32) for key, blob in rows}

    def _from_shipped(self, embedder_name: str, key: bytes) -> Vectors | None:
        return None if self._shipped is None else self._shipped.get(embedder_name, key)

    def _id_of(self, embedder_name: str) -> int:
        self._database.execute("INSERT OR IGNORE INTO embedders (name) VALUES (?)", (embedder_name,))
        row = self._database.execute("SELECT id FROM embedders WHERE name = ?", (embedder_name,)).fetchone()
        return int(row[0])

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock, self._translated():
            yield self._database

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise ParkBotError(
                f"the cache of vectors {self._path} cannot be used: {error}; it can be removed without loss"
            ) from error


class CachedEmbedder:
    """An embedder that computes no vector twice."""

    def __init__(self, embedder: TextEmbedder, cache: VectorCache, batch_size: int = 32) -> None:
        self._embedder = embedder
        self._cache = cache
        self._batch_size = batch_size

    def embed(self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None) -> Vectors:
        """One vector for each text, [len(texts)][dimensions].

        Each batch is kept as soon as it is made: a run that is killed goes on where it was.
        `progress` hears how many texts are done, and of how many.

        Raises:
            ParkBotError: the embedder gives something other than one finite vector for each text.
        """
        cleaned = [clean(text) for text in texts]
        name = self._embedder.name
        found = self._cache.get(name, cleaned)
        vectors = {text: vector for text, vector in zip(cleaned, found, strict=True) if vector is not None}
        missing = Counter(text for text in cleaned if text not in vectors)
        done = len(cleaned) - missing.total()
        report = progress or _ignore
        report(done, len(cleaned))
        waiting = list(missing)
        for start in range(0, len(waiting), self._batch_size):
            batch = waiting[start : start + self._batch_size]
            fresh = self._computed(batch)
            self._cache.put(name, batch, fresh)
            vectors.update(zip(batch, fresh, strict=True))
            done += sum(missing[text] for text in batch)
            report(done, len(cleaned))
        return np.stack([vectors[text] for text in cleaned]) if cleaned else np.empty((0, 0), np.float32)

    def _computed(self, batch: list[str]) -> Vectors:
        vectors = np.asarray(self._embedder.embed_documents(batch), np.float32)
        if vectors.ndim != 2 or len(vectors) != len(batch) or not np.isfinite(vectors).all():
            raise ParkBotError(
                f"the embedder {self._embedder.name} gave no usable vectors "
                f"(shape {vectors.shape} for {len(batch)} texts)"
            )
        return vectors


def clean(text: str) -> str:
    """The text without NUL, at which embedders written in C stop reading."""
    return text.replace("\0", "")


def key_of(text: str) -> bytes:
    """What a text's vector is kept under."""
    return hashlib.sha256(text.encode()).digest()


def _ignore(_done: int, _total: int) -> None:
    """Nobody wants to know how far it is."""


def _open(path: Path) -> sqlite3.Connection:
    try:
        return _connected(path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        # Damaged. It holds nothing that cannot be embedded again.
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        return _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        # NORMAL: a power cut may cost the last batches, never the file.
        database.executescript(f"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {_SCHEMA}")
    except sqlite3.Error:
        database.close()
        raise
    return database
