"""Files and folders into the library, one after another; what cannot be read is told, the rest goes on."""

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from parkbot.domain import Document, IngestResult
from parkbot.errors import BadInput, NotFound
from parkbot.library.naming import is_gone
from parkbot.readers import SUFFIXES

UNREADABLE = frozenset(
    (
        *(".doc", ".docx", ".wps", ".rtf", ".odt"),
        *(".xls", ".xlsx", ".et", ".ods", ".csv"),
        *(".ppt", ".pptx", ".dps", ".odp"),
        *(".ofd", ".ceb", ".caj", ".epub", ".zip", ".rar", ".7z"),
    )
)
"""Endings of files that may well hold policy and cannot be read; somebody who has such should be told."""


class Store(Protocol):
    """What is needed of an assistant, be it here or behind a server."""

    def add_document(
        self,
        name: str,
        data: bytes,
        *,
        source: str | None = None,
        space: str = ...,
        progress: Callable[[int, int], None] | None = None,
    ) -> IngestResult:
        """Read, split and index one file."""

    def remove_document(self, id: str, spaces: tuple[str, ...]) -> None:
        """Remove a document and its measures."""

    def documents(self, spaces: tuple[str, ...]) -> tuple[Document, ...]:
        """All documents that answer."""

    def refresh(self) -> None:
        """Let what was added be found by its words."""


@dataclass(frozen=True, slots=True)
class Found:
    """The files under the paths that were given, and what stood in the way.

    `passed_over`: how many files of each ending lie there that ParkBot cannot read, the most first.
    """

    files: tuple[Path, ...]
    roots: tuple[Path, ...]
    failed: tuple[IngestResult, ...]
    passed_over: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. Bytes tell the time that is left better than files, which differ a hundredfold."""

    files: int
    all_files: int
    bytes: float
    all_bytes: int
    passages: int


def find(paths: Sequence[Path]) -> Found:
    """The readable files under files and folders, sorted, each once; hidden ones are left out.

    Raises:
        BadInput: a path does not exist.
    """
    files: dict[Path, None] = {}
    roots: list[Path] = []
    failed: list[IngestResult] = []
    unread: set[Path] = set()
    for path in paths:
        if not os.path.lexists(path):
            raise BadInput(f"there is no file or folder {path}")
        # realpath, not Path.resolve: a symlink that points at itself is a file that fails, not an exception.
        resolved = Path(os.path.realpath(path))
        if resolved.is_dir():
            roots.append(resolved)
            for file in _walk(resolved, failed):
                if file.suffix.lower() in SUFFIXES:
                    files[file] = None
                else:
                    unread.add(file)
        elif problem := _unusable(resolved):
            failed.append(_failed(resolved, problem))
        else:
            files[resolved] = None
    passed_over = Counter(file.suffix.lower() for file in sorted(unread))
    return Found(tuple(files), tuple(roots), tuple(failed), dict(passed_over.most_common()))


def ingest(
    store: Store,
    found: Found,
    *,
    space: str,
    prune: bool = False,
    max_file_bytes: int,
    on_progress: Callable[[Progress], None] | None = None,
) -> Iterator[IngestResult]:
    """Bring the files into the library, and say of each what became of it.

    With `prune`, documents of the space whose file under one of the folders is gone are removed; a folder
    of which not one file could be read removes nothing, for it is more likely unplugged than emptied.
    """
    yield from found.failed
    readable: list[Path] = []
    run = _Run(store, space, max_file_bytes, found.files, on_progress or (lambda progress: None))
    for path in found.files:
        result = run.add(path)
        if result.outcome != "failed":
            readable.append(path)
        yield result
    if prune:
        roots = [root for root in found.roots if any(path.is_relative_to(root) for path in readable)]
        yield from _prune(store, roots, space)
    store.refresh()


class _Run:
    """One run over the files, and its progress."""

    def __init__(
        self,
        store: Store,
        space: str,
        max_file_bytes: int,
        files: Collection[Path],
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._store = store
        self._space = space
        self._max_file_bytes = max_file_bytes
        self._on_progress = on_progress
        self._sizes = {path: _size(path) for path in files}
        self._progress = Progress(0, len(self._sizes), 0, sum(self._sizes.values()), 0)
        on_progress(self._progress)

    def add(self, path: Path) -> IngestResult:
        """One file into the library."""
        result = self._result(path)
        self._progress = replace(
            self._progress, files=self._progress.files + 1, bytes=self._progress.bytes + self._sizes[path]
        )
        self._on_progress(self._progress)
        return result

    def _result(self, path: Path) -> IngestResult:
        before = self._progress

        def passages(done: int, total: int) -> None:
            part = self._sizes[path] * done / max(total, 1)
            self._progress = replace(before, passages=before.passages + done)
            self._on_progress(replace(self._progress, bytes=before.bytes + part))

        try:
            source = _source(path)
            data = self._read(path)
            return self._store.add_document(
                path.name, data, source=source, space=self._space, progress=passages
            )
        except BadInput as error:
            return _failed(path, str(error))

    def _read(self, path: Path) -> bytes:
        try:
            if path.stat().st_size > self._max_file_bytes:
                limit = f"{self._max_file_bytes / 1e6:.0f} MB"
                raise BadInput(f"larger than {limit} (PARKBOT_MAX_FILE_BYTES); split it")
            return path.read_bytes()
        except OSError as error:
            raise BadInput(f"cannot be read: {error.strerror}") from error


def _prune(store: Store, roots: Sequence[Path], space: str) -> Iterator[IngestResult]:
    for document in store.documents((space,)):
        path = Path(document.source)
        under_root = path.is_absolute() and any(path.is_relative_to(root) for root in roots)
        if document.space == space and under_root and is_gone(document.source):
            try:
                store.remove_document(document.id, (space,))
            except NotFound:  # somebody else removed it in the meantime
                continue
            yield IngestResult(document.source, document.id, "removed")


def _walk(root: Path, failed: list[IngestResult]) -> Iterator[Path]:
    """Documents under a folder, readable or not; one reached twice, as by a loop of symlinks, counts once."""
    seen: set[str] = set()

    def unlisted(error: OSError) -> None:
        failed.append(_failed(Path(error.filename), f"cannot be listed: {error.strerror}"))

    for folder, names, file_names in os.walk(root, onerror=unlisted, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            names.clear()
            continue
        seen.add(real)
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(file_names):
            path = Path(os.path.realpath(os.path.join(folder, name)))
            # Word and WPS keep a file ~$name beside a document while it is open.
            if name.startswith((".", "~$")) or not path.is_file():
                continue
            if path.suffix.lower() in SUFFIXES | UNREADABLE:
                yield path


def _unusable(path: Path) -> str | None:
    """What keeps a file that was named from being read, if anything can be told from outside."""
    if path.suffix.lower() not in SUFFIXES:
        return f"not a format that can be read; readable are {', '.join(sorted(SUFFIXES))}"
    return None if path.is_file() else "not a regular file"


def _source(path: Path) -> str:
    try:
        str(path).encode()
    except UnicodeEncodeError as error:
        raise BadInput("its name is not valid UTF-8; rename it") from error
    return str(path)


def _failed(path: Path, error: str) -> IngestResult:
    source = os.fsencode(path).decode(errors="replace")
    return IngestResult(source, None, "failed", error=error)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # reading it will say what is wrong
