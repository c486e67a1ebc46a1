"""An upload as Server-Sent Events: how far it is, then what became of it."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from queue import SimpleQueue

from fastapi import Request, Response
from fastapi.sse import format_sse_event

from parkbot.api import problems

Progress = Callable[[int, int], None]
"""Called with how many passages are embedded, and of how many."""


def told(add: Callable[[Progress], Response], request: Request) -> Iterator[bytes]:
    """`progress` whenever passages were embedded, and `document` with what `add` answers, or `error`."""
    steps: SimpleQueue[tuple[int, int] | None] = SimpleQueue()
    with ThreadPoolExecutor(1) as pool:
        adding = pool.submit(copy_context().run, add, lambda done, total: steps.put((done, total)))
        adding.add_done_callback(lambda _: steps.put(None))
        for done, total in iter(steps.get, None):
            yield format_sse_event(event="progress", data_str=f'{{"done":{done},"total":{total}}}')
        try:
            yield format_sse_event(event="document", data_str=bytes(adding.result().body).decode())
        except Exception as error:  # noqa: BLE001  # the boundary: the stream has begun, no handler comes after us
            yield format_sse_event(event="error", data_str=problems.of(error, request).body())
