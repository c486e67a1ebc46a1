"""Where the dense index lives: Chroma's files in the data folder, or a Chroma server."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlsplit

from parkbot.errors import BadSettings, ParkBotError, Unavailable
from parkbot.index.settled import changing, is_settled

if TYPE_CHECKING:
    import httpx
    from chromadb.api.client import Client
    from chromadb.api.fastapi import FastAPI
    from chromadb.api.models.Collection import Collection
    from chromadb.config import Settings

PREFIX = "passages-"
"""How the names of our collections begin; a server may hold others, too."""

_PATIENCE_S = 60.0


class Store(Protocol):
    """A place for collections of vectors.

    `is_shared`: other processes may change what is there, and it is not ours to guard its files.
    """

    is_shared: bool

    def open(self) -> "Client":
        """A client of the place; one that was left in the middle of a change is empty then."""

    def close(self, client: "Client") -> None:
        """Lets go of what `open` gave."""

    def erase(self) -> None:
        """Drops everything of ours. No client may be open."""

    def changing(self) -> AbstractContextManager[None]:
        """A change goes on within."""

    def failed(self, error: Exception) -> ParkBotError:
        """What a foreign error there means."""


class Files:
    """Chroma's embedded store. It is not safe across processes; one owns the data folder (see `lock`)."""

    is_shared = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __str__(self) -> str:
        return str(self._folder)

    def open(self) -> "Client":
        """A client of the folder; one that is damaged, or was left in the middle of a change, is emptied."""
        import chromadb

        if not is_settled(self._folder):
            self.erase()
        self._folder.mkdir(parents=True, exist_ok=True)
        return cast("Client", chromadb.PersistentClient(str(self._folder), _settings()))

    def close(self, client: "Client") -> None:
        """Lets go of the folder."""
        client.close()

    def erase(self) -> None:
        """Removes the folder."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def changing(self) -> AbstractContextManager[None]:
        """A kill within is seen at the next start."""
        return changing(self._folder)

    def failed(self, error: Exception) -> ParkBotError:
        """The folder cannot be used."""
        return ParkBotError(
            f"the dense index in {self} cannot be used: {error}; `parkbot reindex` builds it anew"
        )


class ChromaServer:
    """A server (`chroma run`) that one or several processes share.

    Raises:
        BadSettings: the URL is none.
    """

    is_shared = True

    def __init__(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            self._host, port = parts.hostname, parts.port
        except ValueError as error:
            raise BadSettings(f"PARKBOT_CHROMA_URL cannot be used: {error}") from error
        if parts.scheme not in ("http", "https") or not self._host:
            raise BadSettings("PARKBOT_CHROMA_URL is none; it looks like http://127.0.0.1:8000")
        self._url = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
        self._is_secure = parts.scheme == "https"
        self._port = port or (443 if self._is_secure else 80)

    def __str__(self) -> str:
        return self._url

    def open(self) -> "Client":
        """A client of the server."""
        import chromadb

        try:
            opened = chromadb.HttpClient(
                str(self._host), self._port, ssl=self._is_secure, settings=_settings()
            )
        except ValueError as error:  # so it says that nobody answers there
            raise self._silent(error) from error
        client = cast("Client", opened)
        for session in _sessions(client):
            session.timeout = _PATIENCE_S
        return client

    def close(self, client: "Client") -> None:
        """Ends the connections."""
        client.close()
        for session in _sessions(client):
            session.close()

    def erase(self) -> None:
        """Deletes our collections."""
        client = self.open()
        for collection in ours(client.list_collections()):
            client.delete_collection(collection.name)
        self.close(client)

    def changing(self) -> AbstractContextManager[None]:
        """The server guards its own files."""
        return nullcontext()

    def failed(self, error: Exception) -> ParkBotError:
        """The server does not answer, or does not do what it is asked for."""
        import httpx

        if isinstance(error, httpx.HTTPError):
            return self._silent(error)
        return ParkBotError(
            f"the dense index at {self} cannot be used: {error}; stop ParkBot, "
            "build it anew with `parkbot reindex`, and start again"
        )

    def _silent(self, error: Exception) -> Unavailable:
        return Unavailable(
            f"the Chroma server at {self} does not answer ({error}); "
            "start it (`chroma run --path FOLDER`), or unset PARKBOT_CHROMA_URL"
        )


def ours(collections: Iterable["Collection"]) -> list["Collection"]:
    """Those of the collections that belong to ParkBot."""
    return [collection for collection in collections if collection.name.startswith(PREFIX)]


def _sessions(client: "Client") -> Iterator["httpx.Client"]:
    # Nothing public leads there; left to itself Chroma waits for ever, and its connections stay open.
    for part in (client, client._admin_client):
        yield cast("FastAPI", part._server)._session  # type: ignore[union-attr]  # both parts have one


def _settings() -> "Settings":
    from chromadb.config import Settings

    # No .env file: it is not ours, and another program's may switch telemetry or a server on.
    return Settings(_env_file=None, anonymized_telemetry=False)  # type: ignore[call-arg]  # of pydantic-settings
