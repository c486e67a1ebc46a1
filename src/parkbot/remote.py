"""The assistant's methods over HTTP, through the server that owns the data folder."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import TypeVar
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json, to_jsonable_python

from parkbot import errors
from parkbot.access import IssuedKey, Key, NewKey
from parkbot.answers import Answer, Block, Citation
from parkbot.domain import (
    SHARED_SPACE,
    UNSET,
    Document,
    DocumentChanges,
    DocumentMeasure,
    Filters,
    Heading,
    Health,
    IngestResult,
    Measure,
    SearchResult,
)
from parkbot.events import Event, State
from parkbot.turns import Conversation, ConversationSummary

T = TypeVar("T")

_CONNECT_SECONDS = 5.0


class RemoteAssistant:
    """What PolicyAssistant does, done by a server; errors come back as the classes they left as."""

    def __init__(
        self, base_url: str, token: str | None = None, transport: httpx.BaseTransport | None = None
    ) -> None:
        # No limit on reading: a large file is answered when it is indexed.
        # No proxy: the server is on this machine.
        timeout = httpx.Timeout(None, connect=_CONNECT_SECONDS)
        self._client = httpx.Client(
            base_url=base_url,
            headers={"Authorization": f"Bearer {token}"} if token else None,
            timeout=timeout,
            trust_env=False,
            transport=transport,
        )
        self.keys = RemoteKeys(self._call)

    def ask(
        self, question: str, *, filters: Filters | None = None, conversation_id: str | None = None
    ) -> Answer:
        """Answer a question."""
        body = {"question": question, "conversation_id": conversation_id, **_asked(filters or Filters())}
        return _parsed(Answer, self._call("POST", "/v1/ask", json=body))

    def asking(
        self, question: str, *, filters: Filters | None = None, conversation_id: str | None = None
    ) -> Iterator[Event]:
        """Answer a question, told as it comes about."""
        body = {"question": question, "conversation_id": conversation_id, **_asked(filters or Filters())}
        with self._streamed("/v1/ask", json=body | {"stream": True}) as told:
            for name, content in told:
                event = _event(name, content)
                yield event
                if isinstance(event, Answer):
                    return
        raise _broken_off()

    def search(self, query: str, *, k: int = 10, filters: Filters | None = None) -> tuple[SearchResult, ...]:
        """The measures that fit best."""
        body = {"query": query, "k": k, **_asked(filters or Filters())}
        return _parsed(tuple[SearchResult, ...], self._call("POST", "/v1/search", json=body), "results")

    def conversations(self, spaces: tuple[str, ...]) -> tuple[ConversationSummary, ...]:
        """What was talked about, the last first."""
        found = self._call("GET", "/v1/conversations", params=_space(spaces))
        return _parsed(tuple[ConversationSummary, ...], found, "conversations")

    def conversation(self, id: str, spaces: tuple[str, ...]) -> Conversation:
        """A conversation with all its answers."""
        path = f"/v1/conversations/{quote(id, safe='')}"
        return _parsed(Conversation, self._call("GET", path, params=_space(spaces)))

    def remove_conversation(self, id: str, spaces: tuple[str, ...]) -> None:
        """Delete a conversation."""
        self._call("DELETE", f"/v1/conversations/{quote(id, safe='')}", params=_space(spaces))

    def remove_conversations(self, spaces: tuple[str, ...]) -> int:
        """Delete all conversations; how many there were."""
        there = len(self.conversations(spaces))
        self._call("DELETE", "/v1/conversations", params=_space(spaces))
        return there

    def documents(self, spaces: tuple[str, ...]) -> tuple[Document, ...]:
        """All documents that answer, without their texts."""
        found = self._call("GET", "/v1/documents", params=_space(spaces))
        return _parsed(tuple[Document, ...], found, "documents")

    def document(self, id: str, spaces: tuple[str, ...]) -> Document:
        """One document with its text."""
        return _parsed(Document, self._document(id, spaces))

    def headings_of(self, id: str, spaces: tuple[str, ...]) -> tuple[Heading, ...]:
        """The headings of a document, in its order."""
        return _parsed(tuple[Heading, ...], self._document(id, spaces), "headings")

    def measures_of(self, id: str, spaces: tuple[str, ...]) -> tuple[Measure, ...]:
        """The measures of a document, in its order."""
        params = {"document_id": id, **_space(spaces)}
        return _parsed(tuple[Measure, ...], self._call("GET", "/v1/measures", params=params), "measures")

    def measure(self, id: str, spaces: tuple[str, ...]) -> DocumentMeasure:
        """One measure with its document and neighbours."""
        return _parsed(DocumentMeasure, self._call("GET", f"/v1/measures/{quote(id)}", params=_space(spaces)))

    def add_document(
        self,
        name: str,
        data: bytes,
        *,
        source: str | None = None,
        space: str = SHARED_SPACE,
        progress: Callable[[int, int], None] | None = None,
    ) -> IngestResult:
        """Send one file and wait until it is indexed."""
        form = {"space": space, "stream": "true"} | ({"source": source} if source else {})
        with self._streamed("/v1/documents", data=form, files={"file": (name, data)}) as told:
            for event, content in told:
                if event == "document":
                    return _parsed(IngestResult, content)
                if event != "progress":
                    raise _told_in(content)
                if progress:
                    progress(_parsed(int, content, "done"), _parsed(int, content, "total"))
        raise _broken_off()

    def edit_document(self, id: str, changes: DocumentChanges, spaces: tuple[str, ...]) -> Document:
        """Correct a document's metadata."""
        given = {field.name: getattr(changes, field.name) for field in fields(changes)}
        body = to_jsonable_python({name: value for name, value in given.items() if value is not UNSET})
        path = f"/v1/documents/{quote(id)}"
        return _parsed(Document, self._call("PATCH", path, json=body, params=_space(spaces)))

    def remove_document(self, id: str, spaces: tuple[str, ...]) -> None:
        """Remove a document and its measures."""
        self._call("DELETE", f"/v1/documents/{quote(id)}", params=_space(spaces))

    def refresh(self) -> None:
        """Nothing to do: the server keeps its index up to its library."""

    def health(self) -> Health:
        """Whether questions can be answered, and from what."""
        return _parsed(Health, self._call("GET", "/v1/health"))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _document(self, id: str, spaces: tuple[str, ...]) -> bytes:
        return self._call("GET", f"/v1/documents/{quote(id)}", params=_space(spaces))

    @contextmanager
    def _streamed(
        self,
        path: str,
        *,
        json: dict[str, object] | None = None,
        data: dict[str, str] | None = None,
        files: dict[str, tuple[str, bytes]] | None = None,
    ) -> Iterator[Iterator[tuple[str, bytes]]]:
        """The events of a stream, each with its name."""
        try:
            with self._client.stream("POST", path, json=json, data=data, files=files) as response:
                if response.is_error:
                    response.read()
                    raise _error(response)
                yield _events(_lines(response.iter_text()))
        except httpx.HTTPError as error:
            raise self._silent(error) from error

    def _silent(self, error: httpx.HTTPError) -> errors.Unavailable:
        return errors.Unavailable(
            f"the server at {self._client.base_url} does not answer ({error}); "
            "run the command again, or stop the server and start it anew"
        )

    def _call(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        json: dict[str, object] | None = None,
    ) -> bytes:
        try:
            response = self._client.request(method, path, params=params, json=json)
        except httpx.HTTPError as error:
            raise self._silent(error) from error
        if response.is_error:
            raise _error(response)
        return response.content


def _lines(parts: Iterator[str]) -> Iterator[str]:
    """The lines of a stream. Others end lines at U+2028 and the like too, which may stand in a text."""
    rest = ""
    for part in parts:
        *whole, rest = (rest + part).split("\n")
        yield from whole


def _events(lines: Iterator[str]) -> Iterator[tuple[str, bytes]]:
    """Name and data of each event; ours have a line of either."""
    name = ""
    for line in lines:
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, value.encode()


def _event(name: str, content: bytes) -> Event:
    """One event of an answer; an error is raised as the one that it tells of."""
    match name:
        case "status":
            return State(_parsed(str, content, "state"))
        case "citation":
            return _parsed(Citation, content)
        case "block":
            return _parsed(Block, content)
        case "answer":
            return _parsed(Answer, content)
    raise _told_in(content)


def _broken_off() -> errors.Unavailable:
    return errors.Unavailable("the server broke off its answer; run the command again")


def _told_in(content: bytes) -> errors.ParkBotError:
    """The error that an event tells of."""
    return _told(TypeAdapter(dict[str, object]).validate_json(content))


class RemoteKeys:
    """What Keys does for an operator, done by a server."""

    def __init__(self, call: Callable[..., bytes]) -> None:
        self._call = call

    def create(self, wanted: NewKey) -> IssuedKey:
        """A new key with its secret."""
        return _parsed(IssuedKey, self._call("POST", "/v1/keys", json=to_jsonable_python(wanted)))

    def all(self) -> tuple[Key, ...]:
        """Every key, oldest first."""
        return _parsed(tuple[Key, ...], self._call("GET", "/v1/keys"), "keys")

    def revoke(self, id: str) -> Key:
        """End a key at once and for good."""
        return _parsed(Key, self._call("DELETE", f"/v1/keys/{quote(id, safe='')}"))


def _asked(filters: Filters) -> dict[str, object]:
    """The part of a request that says of what the question is asked, without what is not restricted."""
    named: dict[str, object] = {
        "region": filters.region,
        "as_of": filters.as_of,
        "status": filters.status,
        "level": filters.level,
        "language": filters.language,
    }
    given: dict[str, object] = {name: value for name, value in named.items() if value is not None}
    return to_jsonable_python({**_space(filters.spaces), **given})  # type: ignore[no-any-return]  # a dict stays a dict


def _space(spaces: tuple[str, ...]) -> dict[str, str]:
    """The park's own space, if one is read; every caller reads the shared one."""
    return next(({"space": space} for space in spaces if space != SHARED_SPACE), {})


def _parsed(kind: type[T], content: bytes, member: str | None = None) -> T:
    """The value, or the named member of the object, that a server sent."""
    try:
        value = from_json(content)
        return TypeAdapter(kind).validate_python(value if member is None else value[member])
    except (ValidationError, ValueError, TypeError, KeyError) as error:
        raise errors.Unavailable(
            "the server gave something unexpected; is it another version of ParkBot? "
            "Stop it and start it anew"
        ) from error


def _error(response: httpx.Response) -> errors.ParkBotError:
    """The error that a problem (RFC 9457) stands for; its type ends in the name of the class."""
    try:
        return _told(response.json())
    except (ValueError, TypeError, KeyError):
        return errors.Unavailable(f"the server answered {response.status_code} {response.reason_phrase}")


def _told(problem: dict[str, object]) -> errors.ParkBotError:
    return _error_class(str(problem["type"]).rpartition(":")[2])(str(problem["detail"]))


def _error_class(name: str) -> type[errors.ParkBotError]:
    if name == "invalid-request":
        return errors.BadInput
    camel = re.sub(r"(?:^|-)([a-z])", lambda letter: letter[1].upper(), name)
    found = getattr(errors, camel, None)
    if isinstance(found, type) and issubclass(found, errors.ParkBotError):
        return found
    return errors.ParkBotError
