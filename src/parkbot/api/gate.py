"""Who may come in: each request gets its caller here, once, or is turned away."""

from dataclasses import replace
from http import HTTPStatus
from urllib.parse import quote

from fastapi import Request, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parkbot.api import logs, problems
from parkbot.api.access import root_of
from parkbot.api.admission import NOBODY, Admission, Admitted
from parkbot.api.origins import preflight_headers, readable_by
from parkbot.api.routes import OPEN, Need, needs_at
from parkbot.api.threads import QUICK
from parkbot.errors import Forbidden, ParkBotError, Unauthenticated, Unavailable


class Gate:
    """ASGI middleware inside the protection: nothing passes that the table of routes does not list."""

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self._app = app
        self._admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Turn away what nobody may ask for; say who asks to what comes after."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})  # nothing of ours speaks it
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, reader = Headers(scope=scope), None
        try:
            met = await self._meet(scope, headers)
        except ParkBotError as error:
            # Without an answer from the database nobody can say which pages may read this one.
            reader = None if isinstance(error, Unavailable) else await self._reader(headers)
            met = _refused(error, scope, headers)
        except Exception as error:  # noqa: BLE001  # the boundary: the app's own handlers lie further in
            met = problems.unexpected(error, quote(scope["path"])).response()
        if isinstance(met, Response):
            await met(scope, receive, readable_by(reader, send))
        else:
            state = {**scope.get("state", {}), "caller": met.caller}
            logs.name_key(met.caller.key_id)
            answer = send if met.caller is NOBODY else _kept_by_nobody(send)
            await self._app({**scope, "state": state}, receive, readable_by(met.origin, answer))

    async def _meet(self, scope: Scope, headers: Headers) -> Admitted | Response:
        """Who sent the request; or at once the answer that is the same whoever did."""
        method, needs, instance = scope["method"], needs_at(scope["path"]), quote(scope["path"])
        if not needs:
            return problems.of_status(404, "There is nothing at this address.", instance).response()
        if method == "OPTIONS" and "access-control-request-method" in headers:
            return await self._preflight(headers.get("origin", ""), needs)
        if method not in needs:
            allowed = ", ".join(sorted(needs))
            problem = problems.of_status(405, f"Allowed here: {allowed}.", instance)
            return problem.response({"Allow": allowed})
        if needs[method] is OPEN:
            return await self._open(method, headers)
        return await QUICK.run(self._admission.admit, method, headers, needs[method])

    async def _open(self, method: str, headers: Headers) -> Admitted:
        """Nobody in particular; pages of sites that have a key may read what is open to all.

        Looks into the database only for a browser that says whose page it asks for.
        """
        return replace(self._admission.admit(method, headers, OPEN), origin=await self._reader(headers))

    async def _preflight(self, origin: str, needs: dict[str, Need]) -> Response:
        """What a browser asks before it sends a key, without saying which."""
        if not await QUICK.run(self._admission.may_come_from, origin):
            raise Forbidden(f"no key is for the pages of {origin}")
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=preflight_headers(origin, needs))

    async def _reader(self, headers: Headers) -> str | None:
        """The page that may read a response though no key came in: one of a site that has a key."""
        origin = headers.get("origin")
        if origin is None:
            return None
        return origin if await QUICK.run(self._admission.may_come_from, origin) else None


def _kept_by_nobody(send: Send) -> Send:
    """What one caller may read, no cache shows to the next one, or to this one after signing out."""

    async def told(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).setdefault("Cache-Control", "private, no-cache")
        await send(message)

    return told


def _refused(error: ParkBotError, scope: Scope, headers: Headers) -> Response:
    """Why a request may not pass; a person who opens a page is asked for a key instead."""
    path = quote(scope["path"])
    is_page = path == "/" or path.startswith("/measures/")
    opened = scope["method"] == "GET" and is_page and "text/html" in headers.get("accept", "")
    if isinstance(error, Unauthenticated) and opened:
        query = scope.get("query_string", b"").decode("latin-1")
        root = root_of(Request(scope))
        wanted = quote(f"{path}?{query}" if query else path, safe="")
        return Response(status_code=HTTPStatus.SEE_OTHER, headers={"Location": f"{root}signin?next={wanted}"})
    return problems.refusal(error, path)
