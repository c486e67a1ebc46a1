"""What every response carries: security headers, and problems in place of plain errors."""

import base64
import hashlib
import re
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parkbot.api import problems

_DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"

# Gradio's frontend sets style attributes everywhere, and gr.HTML compiles its template with `Function`
# ('unsafe-eval'). Inline scripts and event-handler attributes stay forbidden, but for the scripts that
# Gradio writes into the page itself: they are allowed by their hashes.
_PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'{hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)

_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)

_GRADIO_EVENTS = "/gradio_api/"
_OUR_PATHS = re.compile(r"/(v1|docs|ui|measures|mcp)(/|$)|/(openapi\.json|widget\.js|embed|signin|signout)$")


class Protection:
    """ASGI middleware around the whole app, the mounted page included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to what goes out."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD" and not scope["path"].startswith(_GRADIO_EVENTS):
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        guarded = _with_headers(send, scope["path"])
        if scope["path"] == "/":
            await self._app(_uncompressed(scope), receive, _with_script_hashes(guarded))
        else:
            await self._app(scope, receive, _with_problems(scope, receive, guarded))


def _with_headers(send: Send, path: str) -> Send:
    policy = _DATA_POLICY if _OUR_PATHS.match(path) else _PAGE_POLICY.format(hashes="")

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Content-Security-Policy", policy)
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers.setdefault("Referrer-Policy", "no-referrer")
        await send(message)

    return guarded


def _without_body(send: Send) -> Send:
    """HEAD is GET whose body stays here: then every page that can be read can also be asked about."""

    async def headers_only(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return headers_only


_DETAILS = {
    400: "This is no request that the address understands.",
    404: "There is nothing at this address.",
    405: "This address takes other methods.",
    413: "The request is larger than allowed here.",
    422: "The request holds values that cannot be used here.",
    500: "Something went wrong on the server; its log says what.",
    503: "The server cannot do this now. Send the request again.",
}


def _with_problems(scope: Scope, receive: Receive, send: Send) -> Send:
    """Problems in place of what Starlette and the mounted page say plainly, without asking our handlers."""
    replaced = False
    # Our own addresses mean what they say in JSON (readiness, a protocol's errors); the page's does not.
    plain = ("", "text/plain") if _OUR_PATHS.match(scope["path"]) else ("", "text/plain", "application/json")

    async def checked(message: Message) -> None:
        nonlocal replaced
        if message["type"] == "http.response.start" and message["status"] >= 400:
            headers = Headers(raw=message["headers"])
            if headers.get("content-type", "").partition(";")[0] in plain:
                replaced = True
                allow = {"Allow": headers["allow"]} if "allow" in headers else None
                status = message["status"]
                detail = _DETAILS.get(status, "This request cannot be answered.")
                problem = problems.of_status(status, detail, quote(scope["path"]))
                await problem.response(allow)(scope, receive, send)
        if not replaced:
            await send(message)

    return checked


def _uncompressed(scope: Scope) -> Scope:
    """The same request for a body that can be read: Gradio would compress it for the browser."""
    headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": headers}


def _with_script_hashes(send: Send) -> Send:
    """Hold the page back until it is whole, then send it under a policy that allows just its own scripts."""
    start: Message = {}
    body = bytearray()

    async def collected(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.body":
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                policy = _PAGE_POLICY.format(hashes=_hashes(bytes(body)))
                MutableHeaders(scope=start)["Content-Security-Policy"] = policy
                await send(start)
                await send({"type": "http.response.body", "body": bytes(body)})
        else:
            await send(message)

    return collected


def _hashes(page: bytes) -> str:
    digests = (hashlib.sha256(script).digest() for script in _INLINE_SCRIPT.findall(page))
    return "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
