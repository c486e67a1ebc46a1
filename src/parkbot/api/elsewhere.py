"""The chat page among several workers: Gradio keeps what a page holds in its process, so one has them all."""

import re
from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from parkbot.api import problems

_PAGE = re.compile(r"/|/config|/gradio_api/.*")

# Of the connection, not of what travels on it; and what our own server says by itself.
_ON_THE_WAY = frozenset((b"connection", b"keep-alive", b"te", b"transfer-encoding", b"upgrade"))
_SAID_AGAIN = _ON_THE_WAY | {b"date", b"server"}

# The other worker ends idle connections when it likes: each request has one of its own, without limit.
_CONNECTIONS = httpx.Limits(max_connections=None, max_keepalive_connections=0)


class PageElsewhere:
    """ASGI, outermost: passes the page's requests on to the worker that listens at a socket of this machine.

    Nothing is looked at here: the other worker asks for keys and counts questions.
    """

    def __init__(self, app: ASGIApp, socket_path: str) -> None:
        self._app = app
        self._other = httpx.AsyncHTTPTransport(uds=socket_path, limits=_CONNECTIONS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer here, or let the other answer."""
        if scope["type"] != "http" or not _PAGE.fullmatch(
            scope["path"].removeprefix(scope.get("root_path", ""))
        ):
            await self._app(scope, receive, send)
            return
        try:
            response = await self._passed_on(Request(scope, receive))
        except httpx.HTTPError:
            detail = "The page's process ended; another begins. Send the request again."
            problem = problems.of_status(503, detail, quote(scope["path"]))
            response = problem.response({"Retry-After": "5"})
        await response(scope, receive, send)

    async def _passed_on(self, request: Request) -> Response:
        path = request.scope["raw_path"].removeprefix(quote(request.scope.get("root_path", "")).encode())
        url = httpx.URL("http://page", raw_path=path + b"?" + request.scope["query_string"])
        headers = [(name, value) for name, value in request.scope["headers"] if name not in _ON_THE_WAY]
        has_body = request.method not in ("GET", "HEAD")
        passed = httpx.Request(
            request.method, url, headers=headers, content=request.stream() if has_body else None
        )
        answer = await self._other.handle_async_request(passed)
        response = StreamingResponse(_body(answer), answer.status_code)
        response.raw_headers = [
            (name.lower(), value) for name, value in answer.headers.raw if name.lower() not in _SAID_AGAIN
        ]
        return response


def _path(scope: Scope) -> str:
    return str(scope["path"].removeprefix(scope.get("root_path", "")))


async def _body(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for part in answer.aiter_raw():
            yield part
    except httpx.HTTPError:
        return  # that worker ended; who listens sees that the rest is missing
    finally:
        await answer.aclose()
