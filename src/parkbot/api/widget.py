"""/widget.js and /embed: the chat on the pages of others, by a script or in a frame."""

from typing import Annotated, cast

from fastapi import APIRouter, Header, Query, Request, Response
from starlette.responses import HTMLResponse

from parkbot.access import KeyKind
from parkbot.api.admission import Admission
from parkbot.widget import embed_page, script

router = APIRouter(include_in_schema=False)

_SCRIPT_HEADERS = {
    "Cache-Control": "public, max-age=600",
    "Vary": "Accept-Encoding",
    # It says nothing of anybody: every page may load it, also one that checks its hash or is isolated.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

_EMBED_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'none'; require-trusted-types-for 'script'; frame-ancestors {ancestors}"
)
_THIS_MACHINE = ("http://localhost:*", "http://127.0.0.1:*")


@router.get("/widget.js")
def widget(
    accept_encoding: Annotated[str, Header()] = "", if_none_match: Annotated[str, Header()] = ""
) -> Response:
    """The script."""
    found, zipped = script(), "gzip" in accept_encoding
    headers = {**_SCRIPT_HEADERS, "ETag": f'"{found.tag}-gzip"' if zipped else f'"{found.tag}"'}
    if found.tag in if_none_match:
        return Response(status_code=304, headers=headers)
    if zipped:
        headers["Content-Encoding"] = "gzip"
    body = found.compressed if zipped else found.plain
    return Response(body, headers=headers, media_type="text/javascript")


@router.get("/embed")
def embed(request: Request, key: Annotated[str, Query(max_length=200)] = "") -> HTMLResponse:
    """The page for frames; the key says whose pages may frame it."""
    ancestors = " ".join(("'self'", *_framers(request, key)))
    headers = {
        "Content-Security-Policy": _EMBED_POLICY.format(ancestors=ancestors),
        "Cache-Control": "no-cache",
        # Over plain HTTP this alone tells the server that a request comes from a page of its own.
        "Referrer-Policy": "same-origin",
    }
    return HTMLResponse(embed_page(), headers=headers)


def _framers(request: Request, secret: str) -> tuple[str, ...]:
    """The sites that may frame the page: those of its key; without any key, what runs on this machine."""
    admission = cast(Admission, request.app.state.admission)
    if not admission.keys.exist():
        return _THIS_MACHINE
    key = admission.keys.by_secret(secret) if secret else None
    return key.origins if key is not None and key.kind is KeyKind.PUBLISHABLE else ()
