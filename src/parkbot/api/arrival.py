"""A request has to come in whole within some time; what it asks for may take longer."""

import asyncio
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parkbot.api import problems


class Arrival:
    """ASGI: answers 408 where a body does not come to its end within `seconds`, be it by a byte at a time.

    Work needs no such limit: a chat model has its own, files are indexed however long that takes.
    """

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app = app
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the app answer, unless it waits for too long for what it is asked."""
        if scope["type"] != "http" or not _has_body(scope):
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def arriving() -> Message:
            message = await receive()
            if not message.get("more_body", False):
                limit.reschedule(None)
            return message

        async def begun(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        limit = asyncio.timeout(self._seconds)
        try:
            async with limit:
                await self._app(scope, arriving, begun)
        except TimeoutError:
            if has_begun or not limit.expired():
                raise
            detail = f"The request did not come in whole within {self._seconds:g} s. Send it again."
            problem = problems.of_status(408, detail, quote(scope["path"]))
            await problem.response({"Connection": "close"})(scope, receive, send)


def _has_body(scope: Scope) -> bool:
    return any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])
