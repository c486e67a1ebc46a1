"""A name for each request, the caller's own or a new one: in its response, in problems, and in the log."""

import re
import uuid
from contextvars import ContextVar

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-Id"

_current: ContextVar[str | None] = ContextVar("request_id", default=None)
_ACCEPTED = re.compile(r"[\w.:-]{1,100}", re.ASCII)


def current() -> str | None:
    """The id of the request that is being answered; None outside of one."""
    return _current.get()


class RequestIds:
    """ASGI middleware, outermost: what any other layer answers bears the id."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Name the request while it is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        id = given if _ACCEPTED.fullmatch(given) else uuid.uuid4().hex

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = id
            await send(message)

        token = _current.set(id)
        try:
            await self._app(scope, receive, named)
        finally:
            _current.reset(token)
