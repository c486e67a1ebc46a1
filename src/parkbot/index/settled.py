"""Whether Chroma's files are as its last finished change left them.

Chroma rewrites its vector files in place. On what a kill in that moment leaves it may crash, or fill the
disk from a torn list of links, with no error that one could catch. So the sizes of the files are noted
after each change, no note stands during one, and files that do not fit their note are never opened.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_NOTE = "settled.json"
_DATABASE = "chroma.sqlite3"


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """The folder counts as unsettled within, and after an error or a kill within."""
    note = folder / _NOTE
    note.unlink(missing_ok=True)
    yield
    fresh = note.with_suffix(".new")
    fresh.write_text(json.dumps(_sizes(folder)), encoding="utf-8")
    fresh.replace(note)


def is_settled(folder: Path) -> bool:
    """Whether the folder can be opened without harm."""
    try:
        noted = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return False
    return bool(noted == _sizes(folder)) and _is_database(folder / _DATABASE)


def _sizes(folder: Path) -> dict[str, int]:
    """Of the vector files; the database is SQLite's and survives a kill by itself."""
    return {str(path.relative_to(folder)): path.stat().st_size for path in folder.glob("*/*")}


def _is_database(path: Path) -> bool:
    # Looked at before Chroma does: where it failed once it cannot be opened again in the same process.
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            return bool(database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    except sqlite3.DatabaseError:
        return False
