"""What one of several workers holds in its memory: requests for it are passed on to that worker.

That is every open page (Gradio keeps them in its process), each stream that may be resumed, and the replies
to requests that may come twice.
"""

import re
from collections.abc import AsyncIterator, Sequence
from urllib.parse import quote
from zlib import crc32

import httpx
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from parkbot.api import problems

_PAGE = re.compile(r"/|/config|/gradio_api/.*")
_STREAM = re.compile(r"(\d{1,4})\.[\w-]+:\d+", re.ASCII)

# Of the connection, not of what travels on it; and what our own server says by itself.
_ON_THE_WAY = frozenset((b"connection", b"keep-alive", b"te", b"transfer-encoding", b"upgrade"))
_SAID_AGAIN = _ON_THE_WAY | {b"date", b"server"}

# The other worker ends idle connections when it likes: each request has one of its own, without limit.
_CONNECTIONS = httpx.Limits(max_connections=None, max_keepalive_connections=0)


class Elsewhere:
    """ASGI, outermost: answers here, or passes a request on to the worker that holds what it is about.

    Nothing is looked at on the way: the other worker asks for keys and counts questions. `socket_paths` are
    where the workers listen for each other, `number` is this one's place among them.
    """

    def __init__(self, app: ASGIApp, socket_paths: Sequence[str], number: int) -> None:
        self._app = app
        self._number = number
        self._workers = [httpx.AsyncHTTPTransport(uds=path, limits=_CONNECTIONS) for path in socket_paths]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer here, or let the other answer."""
        worker = self._holder(scope) if scope["type"] == "http" else self._number
        if worker == self._number:
            await self._app(scope, receive, send)
            return
        try:
            response = await self._passed_on(Request(scope, receive), self._workers[worker])
        except httpx.HTTPError:
            detail = "The process that holds this ended, and another begins. Send the request again."
            problem = problems.of_status(503, detail, quote(scope["path"]))
            response = problem.response({"Retry-After": "5"})
        await response(scope, receive, send)

    def _holder(self, scope: Scope) -> int:
        """The worker that holds what a request is about; this one, if none does."""
        if _PAGE.fullmatch(scope["path"].removeprefix(scope.get("root_path", ""))):
            return 0
        headers = Headers(scope=scope)
        if stream := _STREAM.fullmatch(headers.get("last-event-id", "")):
            return int(stream[1]) % len(self._workers)
        if key := headers.get("idempotency-key"):
            return crc32(key.encode()) % len(self._workers)
        return self._number

    async def _passed_on(self, request: Request, worker: httpx.AsyncBaseTransport) -> Response:
        path = request.scope["raw_path"].removeprefix(quote(request.scope.get("root_path", "")).encode())
        url = httpx.URL("http://worker", raw_path=path + b"?" + request.scope["query_string"])
        headers = [(name, value) for name, value in request.scope["headers"] if name not in _ON_THE_WAY]
        has_body = request.method not in ("GET", "HEAD")
        passed = httpx.Request(
            request.method, url, headers=headers, content=request.stream() if has_body else None
        )
        answer = await worker.handle_async_request(passed)
        response = StreamingResponse(_body(answer), answer.status_code)
        response.raw_headers = [
            (name.lower(), value) for name, value in answer.headers.raw if name.lower() not in _SAID_AGAIN
        ]
        return response


async def _body(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for part in answer.aiter_raw():
            yield part
    except httpx.HTTPError:
        return  # that worker ended; who listens sees that the rest is missing
    finally:
        await answer.aclose()
