"""The measures of a document in their order, read once for each state of the library."""

import threading

from parkbot.domain import Measure
from parkbot.library import Library

_MOST_DOCUMENTS = 300


class Siblings:
    """Safe to use from many threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._generation = -1
        self._held: dict[str, tuple[Measure, ...]] = {}
        self._lock = threading.Lock()

    def of(self, document_id: str, spaces: tuple[str, ...]) -> tuple[Measure, ...]:
        """The measures of a document; none if it is not in these spaces."""
        generation = self._library.generation
        key = f"{'/'.join(spaces)} {document_id}"
        with self._lock:
            if generation != self._generation or len(self._held) >= _MOST_DOCUMENTS:
                self._generation, self._held = generation, {}
            if key in self._held:
                return self._held[key]
        measures = self._library.measures_of(document_id, spaces)
        with self._lock:
            if generation == self._generation:
                self._held[key] = measures
        return measures
