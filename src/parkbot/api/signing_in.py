"""/signin and /signout: a browser gives its key once and keeps a session in its place."""

import re
from http import HTTPStatus
from typing import Annotated, cast

from fastapi import APIRouter, Form, Query, Request
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, RedirectResponse, Response

from parkbot.access import Key, KeyKind, Scope
from parkbot.api.access import root_of
from parkbot.api.admission import SESSION_COOKIE, Admission, session_of
from parkbot.library.keys import SESSION_DAYS
from parkbot.ui import signin_page

router = APIRouter(include_in_schema=False)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)

# Tells our script, which cannot read the session itself, that there is one to end.
_SIGNED_IN_COOKIE = "parkbot_signed_in"

# An address of this server and nothing else: `//host` and `/\host` lead away.
_HERE = re.compile(r"/(?![/\\])[^\\\x00-\x20]*")


@router.get("/signin")
def page(request: Request, next: Annotated[str, Query(max_length=2000)] = "/") -> HTMLResponse:
    """The page that asks for a key."""
    return _page(request, next, HTTPStatus.OK)


@router.post("/signin")
def sign_in(
    request: Request,
    key: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    """Begin a session, and go where the person wanted to."""
    admission = _admission_of(request)
    found = admission.keys.by_secret(key.strip())
    if found is None or not _opens_the_page(found):
        return _page(request, next, HTTPStatus.UNAUTHORIZED, failed=True)
    response = RedirectResponse(root_of(request) + _here(next)[1:], HTTPStatus.SEE_OTHER)
    _keep(request, response, SESSION_COOKIE, admission.keys.begin_session(found), is_secret=True)
    _keep(request, response, _SIGNED_IN_COOKIE, "1", is_secret=False)
    return response


@router.post("/signout")
def sign_out(request: Request) -> Response:
    """End the session, here and for whoever copied its cookie."""
    if session := session_of(Headers(scope=request.scope)):
        _admission_of(request).keys.end_session(session)
    response = RedirectResponse(root_of(request) + "signin", HTTPStatus.SEE_OTHER)
    for cookie in (SESSION_COOKIE, _SIGNED_IN_COOKIE):
        response.delete_cookie(cookie, root_of(request), samesite="strict")
    return response


def _opens_the_page(key: Key) -> bool:
    """Not a publishable one: that is for its portal's pages, and everybody can read it there."""
    return key.kind is KeyKind.SECRET and key.caller().may(Scope.ASK)


def _keep(request: Request, response: Response, name: str, value: str, *, is_secret: bool) -> None:
    response.set_cookie(
        name,
        value,
        max_age=SESSION_DAYS * 24 * 3600,
        path=root_of(request),
        secure=request.url.scheme == "https",
        httponly=is_secret,
        samesite="strict",
    )


def _page(request: Request, next: str, status: HTTPStatus, *, failed: bool = False) -> HTMLResponse:
    html = signin_page.render(_here(next), root=root_of(request), failed=failed)
    return HTMLResponse(html, status, {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"})


def _here(next: str) -> str:
    return next if _HERE.fullmatch(next) else "/"


def _admission_of(request: Request) -> Admission:
    return cast(Admission, request.app.state.admission)
