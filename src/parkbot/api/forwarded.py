"""What a reverse proxy says of a request's origin is believed if the proxy is one that was named."""

from starlette.types import Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware


class Forwarded(ProxyHeadersMiddleware):
    """uvicorn's own, which knows nothing of X-Forwarded-Host: from anybody else it is dropped here."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with what is to be believed of it."""
        # Who has no address is another worker, which has looked at its own peer.
        if scope["type"] == "http" and scope["client"] and scope["client"][0] not in self.trusted_hosts:
            headers = [(name, value) for name, value in scope["headers"] if name != b"x-forwarded-host"]
            scope = {**scope, "headers": headers}
        await super().__call__(scope, receive, send)
