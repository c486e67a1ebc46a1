"""A library in one file: documents, keys, conversations, feedback, cached vectors; and back again.

The indexes are not in it: they are made anew from the library, with the cached vectors.
"""

import hashlib
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from contextlib import closing, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, field_validator

from parkbot.errors import BadInput
from parkbot.index.lock import DataFolder
from parkbot.library.tables import REVISION

LIBRARY = "library.sqlite"
_DATABASES = (LIBRARY, "vectors.sqlite")
_FILES = ("tuning.npz",)
_MANIFEST = "manifest.json"
_DERIVED = ("chroma", "lexical")
_CONTENTS = frozenset((_MANIFEST, *_DATABASES, *_FILES))
_FORMAT = 1


class _MadeBy(BaseModel):
    """Who wrote a backup, which also a later format says."""

    format: int
    version: str
    revision: str


class _Manifest(_MadeBy):
    """What lies in a backup, with the SHA-256 of each."""

    made: str
    files: dict[str, str]

    @field_validator("files")
    @classmethod
    def _are_ours(cls, files: dict[str, str]) -> dict[str, str]:
        if LIBRARY not in files or not files.keys() <= _CONTENTS:
            raise ValueError("these are not the files of a backup")
        return files


def back_up(folder: Path, archive: Path) -> int:
    """Write all that cannot be made anew into a file that only its owner can read; its bytes.

    A server may go on meanwhile: SQLite copies one state of each database.

    Raises:
        BadInput: there is no library, or the file cannot be written.
    """
    if not (folder / LIBRARY).exists():
        raise BadInput(f"there is no library in {folder}; `parkbot ingest` or `serve` makes one")
    part = archive.with_name(archive.name + ".part")
    with tempfile.TemporaryDirectory(prefix="parkbot-backup-") as work:
        copied = _copied(folder, Path(work))
        try:
            part.unlink(missing_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as tar:
                for path in copied:
                    tar.add(path, path.name)
            part.replace(archive)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise BadInput(f"{archive} cannot be written: {error.strerror}") from error
    return archive.stat().st_size


def restore(archive: Path, folder: Path, *, force: bool) -> str:
    """Put a backup into a data folder that no process owns; the day it was made.

    All is unpacked and checked before anything there is replaced. Killed at any moment it leaves the library
    of before or that of the backup, whole; the indexes are made anew from either.

    Raises:
        BadInput: it is no backup, damaged, or of a newer ParkBot; or a library is there and `force` is not.
        Busy: a server owns the folder.
    """
    with DataFolder(folder, "parkbot restore"):
        if (folder / LIBRARY).exists() and not force:
            raise BadInput(f"there is a library in {folder} already; --force replaces it")
        # On the same disk: what was checked is then only renamed.
        with tempfile.TemporaryDirectory(prefix=".restoring-", dir=folder) as work:
            manifest = _unpacked(archive, Path(work))
            for name in _DERIVED:
                shutil.rmtree(folder / name, ignore_errors=True)
            for name in (*_DATABASES, *_FILES):
                if name in _DATABASES:
                    _empty_log(folder / name)
                if name in manifest.files:
                    Path(work, name).replace(folder / name)
                else:
                    (folder / name).unlink(missing_ok=True)
    return manifest.made


def _empty_log(database: Path) -> None:
    """Bring what a database's log holds into its file: SQLite would read it into the next one."""
    if database.exists():
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(database)) as opened:
            opened.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # a damaged one is of no more use
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _copied(folder: Path, work: Path) -> list[Path]:
    for name in _DATABASES:
        if (folder / name).exists():
            source, target = sqlite3.connect(folder / name), sqlite3.connect(work / name)
            with closing(source), closing(target):
                source.backup(target)
    for name in _FILES:
        if (folder / name).exists():
            shutil.copyfile(folder / name, work / name)
    copied = sorted(work.iterdir())
    manifest = _Manifest(
        format=_FORMAT,
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        version=version("parkbot"),
        revision=REVISION,
        files={path.name: _sha256(path) for path in copied},
    )
    (work / _MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    return [work / _MANIFEST, *copied]


def _unpacked(archive: Path, work: Path) -> _Manifest:
    """The manifest, when every file that it names lies in `work` as it was."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            members = [member for member in tar.getmembers() if member.isfile() and member.name in _CONTENTS]
            tar.extractall(work, members, filter="data")
        written = (work / _MANIFEST).read_bytes()
        made_by = _MadeBy.model_validate_json(written)
        if made_by.format > _FORMAT or made_by.revision > REVISION:
            raise BadInput(f"{archive} was made by ParkBot {made_by.version}; install that or a newer one")
        manifest = _Manifest.model_validate_json(written)
        is_whole = all(_sha256(work / name) == checksum for name, checksum in manifest.files.items())
    except FileNotFoundError as error:
        raise BadInput(f"{archive} is not there, or is no whole backup of ParkBot's") from error
    except (OSError, EOFError, tarfile.TarError, zlib.error, ValueError) as error:
        raise BadInput(f"{archive} is no backup of ParkBot's, or is damaged") from error
    if not is_whole:
        raise BadInput(f"{archive} is damaged: a checksum differs")
    return manifest


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
