"""Server-Sent Events that survive a lost connection: numbered, kept for a while, never silent for long."""

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Annotated, TypeAlias

from fastapi import Header, Request
from fastapi.sse import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from parkbot.access import Caller
from parkbot.api.access import caller_of

HEARTBEAT_SECONDS = 15.0
"""Proxies close a connection on which nothing comes for a minute or less."""

LastEventId = Annotated[
    str | None, Header(description="The last `id` that came, of a stream that broke: the rest is sent.")
]

InThread: TypeAlias = Callable[[Callable[[], None]], Awaitable[None]]
"""Runs something in a worker thread; by default in one of those that all share."""

_KEPT_SECONDS = 60.0
_KEPT_STREAMS = 200
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Stream:
    """What one iterator of events gives, for any number of listeners, each from where it likes.

    The iterator runs in a worker thread to its end, also while nobody listens. All else happens on the
    event loop, so nothing is locked.
    """

    def __init__(self, events: Iterable[bytes], in_thread: InThread = run_in_threadpool) -> None:
        self._source = events
        self._in_thread = in_thread
        self._events: list[bytes] = []
        self._news = asyncio.Event()
        self._producer: asyncio.Task[None] | None = None
        self._ended_at: float | None = None

    def is_stale(self, now: float) -> bool:
        """Whether it ended so long ago that nobody will come back for it."""
        return self._ended_at is not None and now - self._ended_at > _KEPT_SECONDS

    async def follow(self, after: int = 0) -> AsyncIterator[bytes]:
        """The events after the first `after`, as they come, and a comment whenever none comes for long."""
        if self._producer is None:
            self._producer = asyncio.create_task(self._produce())
        while True:
            for event in self._events[after:]:
                after += 1
                yield event
            if after < len(self._events):
                continue
            if self._ended_at is not None:
                return
            try:
                await asyncio.wait_for(self._news.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield b": the answer is on its way\n\n"

    async def _produce(self) -> None:
        loop = asyncio.get_running_loop()

        def run() -> None:
            for event in self._source:
                loop.call_soon_threadsafe(self._add, event)

        try:
            await self._in_thread(run)
        finally:
            self._ended_at = time.monotonic()
            self._tell()

    def _add(self, event: bytes) -> None:
        self._events.append(event)
        self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


class Streams:
    """The streams of the last minute, for clients that come back with the id of the last event they saw.

    `worker`: the place among several of the one that holds them; the ids of their events begin with it.
    """

    def __init__(self, worker: int = 0) -> None:
        self._worker = worker
        self._streams: OrderedDict[tuple[str, Caller], Stream] = OrderedDict()

    async def follow(
        self,
        last_event_id: str,
        events: Iterable[bytes],
        caller: Caller,
        in_thread: InThread = run_in_threadpool,
    ) -> AsyncIterator[bytes]:
        """What came after that event; if it is none of this caller's or no longer kept, all `events`."""
        name, _, number = last_event_id.rpartition(":")
        stream = self._streams.get((name, caller))
        if stream is None or not (number.isascii() and number.isdecimal() and len(number) < 10):
            stream, number = self._begun(events, caller, in_thread), "0"
        async for event in stream.follow(int(number)):
            yield event

    def _begun(self, events: Iterable[bytes], caller: Caller, in_thread: InThread) -> Stream:
        self._forget()
        name = f"{self._worker}.{secrets.token_urlsafe(12)}"
        numbered = (b"id: %s:%d\n" % (name.encode(), n) + event for n, event in enumerate(events, 1))
        stream = Stream(numbered, in_thread)
        self._streams[name, caller] = stream
        return stream

    def _forget(self) -> None:
        now = time.monotonic()
        for key in [key for key, stream in self._streams.items() if stream.is_stale(now)]:
            del self._streams[key]
        while len(self._streams) >= _KEPT_STREAMS:
            self._streams.popitem(last=False)


def resumable(
    request: Request,
    events: Iterable[bytes],
    last_event_id: str | None,
    in_thread: InThread = run_in_threadpool,
) -> EventSourceResponse:
    """The events, or those after the given one where that answer is still kept.

    An answer that is no longer kept begins anew: `events` is consumed only then.
    """
    streams: Streams = request.app.state.streams
    return _response(streams.follow(last_event_id or "", events, caller_of(request), in_thread))


def unnumbered(events: Iterable[bytes]) -> EventSourceResponse:
    """The events with heartbeats, for clients that cannot come back for the rest."""
    return _response(Stream(events).follow())


def _response(events: AsyncIterator[bytes]) -> EventSourceResponse:
    return EventSourceResponse(events, headers=_HEADERS)
