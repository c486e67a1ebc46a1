"""Which site's page sent a request, and what it is told about that (CORS)."""

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Send

from parkbot.api.request_ids import HEADER as REQUEST_ID
from parkbot.errors import Forbidden

USER_TOKEN = "X-ParkBot-User"

_READABLE = f"{REQUEST_ID}, Retry-After, ETag, Link, Idempotency-Replayed"
_SENDABLE = (
    f"Authorization, Content-Type, {USER_TOKEN}, {REQUEST_ID}, Last-Event-ID, Idempotency-Key, "
    "If-Match, If-None-Match, Mcp-Protocol-Version"
)
_PREFLIGHT_HOLDS_S = 600


def is_ours(headers: Headers) -> bool:
    """Whether no other site's page sent this. Programs other than browsers send neither header."""
    fetched_from, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if fetched_from is not None:
        return fetched_from in ("same-origin", "none")
    # Over plain HTTP browsers leave Sec-Fetch-Site out; a proxy before us may have changed Host.
    return origin is None or _is_here(origin, headers)


def check_ours(headers: Headers) -> None:
    """Nothing, if no other site's page sent this.

    Without this, any web page that a user visits could act in their name: on a server on their own
    machine that asks for no key, or in the session that their browser holds.

    Raises:
        Forbidden: one did.
    """
    if not is_ours(headers):
        raise Forbidden("This request comes from the page of another site. / 这个请求来自其他网站的页面。")


def check_host(headers: Headers) -> None:
    """Nothing, unless a server that asks for no key is addressed by a domain name.

    Any domain's owner can let its name point at the visitor's own machine: to the browser their page
    and our server are then one site (DNS rebinding), and only the name tells them apart.

    Raises:
        Forbidden: it is.
    """
    host = headers.get("host", "")
    if not _is_address_or_bare(host):
        raise Forbidden(
            f"no key was made yet, so this server does not answer as {host}; make one: `parkbot keys create`"
            f" / 尚未创建密钥，不能以 {host} 访问；请先运行 `parkbot keys create`"
        )


def _is_address_or_bare(host: str) -> bool:
    """Whether a Host header has an IP address, or a name without a dot, which nobody can register."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return "." not in name.rstrip(".") or name.endswith(".localhost") or bool(ip_address(name))
    except ValueError:
        return False


def sender(headers: Headers, allowed: Iterable[str]) -> str | None:
    """The other site whose page sent a request with a key for `allowed` sites; None: no other site's.

    Raises:
        Forbidden: another site's page sent it that is not allowed; or nobody's, though the key is for pages.
    """
    origin, allowed = headers.get("origin"), tuple(allowed)
    if origin is not None and origin in allowed:
        return origin
    if not is_ours(headers):
        raise Forbidden(f"this key is not for the pages of {origin or 'another site'}")
    if allowed and not _from_our_page(headers):
        raise Forbidden("this key is for web pages; a program needs a secret key")
    return None


def _from_our_page(headers: Headers) -> bool:
    if headers.get("origin") is not None or headers.get("sec-fetch-site") == "same-origin":
        return True
    return _is_here(headers.get("referer", ""), headers)


def _is_here(address: str, headers: Headers) -> bool:
    try:
        place = urlsplit(address).netloc
    except ValueError:  # no address of anything
        return False
    return place in (headers.get("host"), headers.get("x-forwarded-host"))


def preflight_headers(origin: str, methods: Iterable[str]) -> dict[str, str]:
    """What a browser is told that asks whether a page of `origin` may send something."""
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": ", ".join(sorted(methods)),
        "Access-Control-Allow-Headers": _SENDABLE,
        "Access-Control-Max-Age": str(_PREFLIGHT_HOLDS_S),
        "Vary": "Origin",
    }


def readable_by(origin: str | None, send: Send) -> Send:
    """Let a page of `origin` read the response; never with the cookies of its visitors."""
    if origin is None:
        return send

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("Access-Control-Allow-Origin", origin)
            headers["Access-Control-Expose-Headers"] = _READABLE
            headers.add_vary_header("Origin")
        await send(message)

    return told
