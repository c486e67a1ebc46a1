"""One process owns a data folder; who it is stands beside the lock, for those who come second."""

import json
import os
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from parkbot.errors import Busy, ParkBotError

_LOCK = "parkbot.lock"
_OWNER = "parkbot.owner.json"

# `owner` takes the lock for an instant to see whether it is free; a start at that instant waits it out.
_PATIENCE_S = 0.5


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that owns a data folder, and where it can be reached if it serves.

    `pid` is None in the moment between its taking the folder and its saying who it is.
    """

    command: str
    pid: int | None
    started: str
    host: str | None = None
    port: int | None = None

    @property
    def url(self) -> str | None:
        """Address for a client on the same machine; None if it does not serve."""
        if self.host is None or self.port is None:
            return None
        here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)
        return f"http://[{here}]:{self.port}" if ":" in here else f"http://{here}:{self.port}"

    def __str__(self) -> str:
        if self.pid is None:
            return self.command
        address = f", {self.url}" if self.url else ""
        return f"`{self.command}` (process {self.pid}{address})"


class DataFolder:
    """Owns a data folder from `with` to its end; the system ends it with the process, however it dies.

    Raises:
        Busy: another process owns it.
        ParkBotError: it cannot be made or written to.
    """

    def __init__(self, path: Path, command: str) -> None:
        self.path = path
        self._lock = FileLock(path / _LOCK, mode=0o600, thread_local=False)
        self._owner = Owner(command, os.getpid(), datetime.now(UTC).isoformat(timespec="seconds"))

    def __enter__(self) -> Self:
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock.acquire(timeout=_PATIENCE_S)
            self._tell()
        except Timeout as error:
            raise Busy(_in_use(self.path)) from error
        except OSError as error:
            self._lock.release()
            raise ParkBotError(_unusable(self.path, error)) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        (self.path / _OWNER).unlink(missing_ok=True)
        self._lock.release()

    def set_address(self, host: str, port: int) -> None:
        """Says where the server listens, so that commands on this folder can go through it."""
        self._owner = replace(self._owner, host=host, port=port)
        self._tell()

    def _tell(self) -> None:
        # mkstemp makes the file 0600; the rename lets nobody read half of it.
        descriptor, name = tempfile.mkstemp(dir=self.path, prefix=f".{_OWNER}.")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(self._owner), file)
        os.replace(name, self.path / _OWNER)


def owner(path: Path) -> Owner | None:
    """The living process that owns a data folder; None if it is free."""
    if not (path / _LOCK).exists() or _is_free(path):
        return None
    return _told(path)


def _is_free(path: Path) -> bool:
    lock = FileLock(path / _LOCK, mode=0o600, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    except OSError as error:
        raise ParkBotError(_unusable(path, error)) from error
    lock.release()
    return True


def _told(path: Path) -> Owner:
    for _ in range(10):
        with suppress(OSError, ValueError, TypeError):
            return Owner(**json.loads((path / _OWNER).read_text(encoding="utf-8")))
        time.sleep(0.02)
    return Owner("another process", None, "")


def _in_use(path: Path) -> str:
    return f"the data folder {path} is in use by {_told(path)}; stop it, or use --data-dir"


def _unusable(path: Path, error: OSError) -> str:
    return f"the data folder {path} cannot be used: {error.strerror}; choose another with --data-dir"
