"""What `parkbot tune` made: a matrix that turns the vectors of questions, kept in the data folder.

A question and the measure that answers it are written differently; how, is learned from a library's own
questions. Passages keep their vectors, so nothing has to be embedded anew, and taking the file away takes
all of it back.
"""

import logging
import os
import tempfile
import threading
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from parkbot.errors import ParkBotError

FILE = "tuning.npz"

_log = logging.getLogger(__name__)

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Adapter:
    """A matrix, [dimensions][dimensions], and the name of the one embedder whose questions it turns."""

    embedder: str
    matrix: Matrix

    def turn(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Vectors of questions, [..., dimensions], turned; of unit length."""
        turned = vectors @ self.matrix.T
        length = np.maximum(np.linalg.norm(turned, axis=-1, keepdims=True), np.float32(1e-12))
        return np.asarray(turned / length, np.float32)


def install(adapter: Adapter, folder: Path) -> None:
    """Put an adapter into a data folder in the place of the one before; readers see one or the other whole.

    Raises:
        ParkBotError: the folder cannot be written to.
    """
    try:
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=f".{FILE}.")
        with os.fdopen(descriptor, "wb") as file:
            np.savez(file, embedder=np.array(adapter.embedder), matrix=adapter.matrix)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, folder / FILE)
    except OSError as error:
        raise ParkBotError(f"{folder / FILE} cannot be written: {error.strerror}") from error


def remove(folder: Path) -> bool:
    """Take the adapter out of a data folder; whether there was one.

    Raises:
        ParkBotError: it cannot be removed.
    """
    try:
        (folder / FILE).unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ParkBotError(f"{folder / FILE} cannot be removed: {error.strerror}") from error
    return True


class InstalledAdapter:
    """The adapter of a data folder as it is now: what is installed or removed counts from the next question.

    Looking whether the file changed takes some microseconds, and needs nobody to tell a running server.
    One of another embedder, or a damaged one, is left out with a warning: questions are answered without.
    """

    def __init__(self, folder: Path, embedder: str, dimensions: int) -> None:
        self._path = folder / FILE
        self._embedder = embedder
        self._dimensions = dimensions
        self._lock = threading.Lock()
        self._state: tuple[int, int, int] | None = None
        self._adapter: Adapter | None = None

    def turn(self, vector: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """A question's vector turned; None if nothing is installed."""
        adapter = self._current()
        return None if adapter is None else adapter.turn(vector)

    def _current(self) -> Adapter | None:
        try:
            about = self._path.stat()
            state = (about.st_ino, about.st_mtime_ns, about.st_size)
        except OSError:
            state = None
        with self._lock:
            if state != self._state:
                self._state, self._adapter = state, None if state is None else self._read()
            return self._adapter

    def _read(self) -> Adapter | None:
        try:
            with np.load(self._path, allow_pickle=False) as file:
                adapter = Adapter(str(file["embedder"]), file["matrix"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            _log.warning(
                "%s is left out, it cannot be read (%s); `parkbot tune` makes it anew", self._path, error
            )
            return None
        if adapter.embedder != self._embedder:
            _log.warning(
                "%s is left out, it was made for the embedder %s; `parkbot tune` makes it anew",
                *(self._path, adapter.embedder),
            )
            return None
        shape, usable = (self._dimensions, self._dimensions), adapter.matrix.dtype == np.float32
        if adapter.matrix.shape != shape or not usable or not np.isfinite(adapter.matrix).all():
            _log.warning("%s is left out, it is damaged; `parkbot tune` makes it anew", self._path)
            return None
        return adapter
