"""What a reverse proxy says of a request's origin is believed if the proxy is one that was named."""

from typing import cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware


class Forwarded:
    """uvicorn's middleware, which knows nothing of X-Forwarded-Host: from anybody else it is dropped here."""

    def __init__(self, app: ASGIApp, proxies: str) -> None:
        believing = ProxyHeadersMiddleware(app, proxies)  # type: ignore[arg-type]  # its own types for ASGI
        self._proxies = believing.trusted_hosts
        self._app = cast(ASGIApp, believing)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with what is to be believed of it."""
        # Who has no address is another worker, which has looked at its own peer.
        if scope["type"] == "http" and scope["client"] and scope["client"][0] not in self._proxies:
            headers = [(name, value) for name, value in scope["headers"] if name != b"x-forwarded-host"]
            scope = {**scope, "headers": headers}
        await self._app(scope, receive, send)
