"""The documents that ship with ParkBot: brought into the library, and kept as they ship."""

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from parkbot.domain import Document, IndexProgress
from parkbot.errors import ParkBotError

SOURCE = "bundled:"
"""Source of the documents that ship with ParkBot, followed by the file name."""

log = logging.getLogger(__name__)


def ships(document: Document) -> bool:
    """Whether a document came with ParkBot."""
    return document.source.startswith(SOURCE)


class ShippedKnowledge:
    """Brings the files of a folder into the library, at once or in the background.

    `add` takes name, bytes and source of a file; `held` gives the documents of the library; `remove` takes
    one out by its id; `finish` is called when all are in. No folder: nothing ships.
    """

    def __init__(
        self,
        folder: Path | None,
        *,
        add: Callable[[str, bytes, str], object],
        held: Callable[[], Iterable[Document]],
        remove: Callable[[str], None],
        finish: Callable[[], None],
    ) -> None:
        self._folder = folder
        self._add = add
        self._held = held
        self._remove = remove
        self._finish = finish
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.progress = IndexProgress(0, 0, ready=True)

    def start(self) -> None:
        """Bring them in in the background; `progress` tells how far that is."""
        self.progress = IndexProgress(0, len(self._files()), ready=False)
        self._thread = threading.Thread(target=self._run, name="indexing", daemon=True)
        self._thread.start()

    def ensure(self, report: Callable[[int, int], None] | None = None) -> None:
        """Index those that are new or changed, and drop those that ship no longer."""
        files = self._files()
        self.progress = IndexProgress(0, len(files), ready=False)
        for done, file in enumerate(files, 1):
            if self._stopping.is_set():
                return
            self._add(file.name, file.read_bytes(), SOURCE + file.name)
            self.progress = IndexProgress(done, len(files), ready=False)
            if report:
                report(done, len(files))
        shipped = {SOURCE + file.name for file in files}
        for document in self._held():
            if ships(document) and document.source not in shipped:
                self._remove(document.id)
        self._finish()
        self.progress = IndexProgress(len(files), len(files), ready=True)

    def close(self) -> None:
        """Stop after the document at hand, and wait for it."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            self.ensure()
        except Exception as error:  # the thread's edge: the page shows what went wrong
            log.exception("indexing of the shipped knowledge failed")
            known = isinstance(error, ParkBotError)
            message = str(error) if known else f"{type(error).__name__}; see the log"
            self.progress = replace(self.progress, error=message)

    def _files(self) -> list[Path]:
        if self._folder is None:
            return []
        return sorted(file for file in self._folder.glob("*.md") if file.name != "README.md")
