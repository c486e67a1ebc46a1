"""Who may come in: each request gets its caller here, once, or is turned away."""

from http import HTTPStatus
from urllib.parse import quote

from fastapi import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from parkbot.api import problems
from parkbot.api.admission import Admission, Admitted
from parkbot.api.origins import preflight_headers, readable_by
from parkbot.api.routes import OPEN, Need, needs_at
from parkbot.errors import Forbidden, ParkBotError, Unauthenticated


class Gate:
    """ASGI middleware inside the protection: nothing passes that the table of routes does not list."""

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self._app = app
        self._admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Turn away what nobody may ask for; say who asks to what comes after."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close"})  # nothing of ours speaks it
        elif scope["type"] != "http":
            await self._app(scope, receive, send)
        elif response := await self._answer_without_key(scope):
            await response(scope, receive, send)
        else:
            await self._pass_on(scope, receive, send)

    async def _answer_without_key(self, scope: Scope) -> Response | None:
        """The answer that is the same for everybody; None if there is none."""
        headers, needs, instance = Headers(scope=scope), needs_at(scope["path"]), quote(scope["path"])
        if not needs:
            return problems.of_status(404, "There is nothing at this address.", instance).response()
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            origin = headers.get("origin", "")
            if await run_in_threadpool(self._admission.may_come_from, origin):
                return Response(status_code=HTTPStatus.NO_CONTENT, headers=preflight_headers(origin, needs))
            return problems.refusal(Forbidden(f"no key is for the pages of {origin}"), instance)
        if scope["method"] not in needs:
            allowed = ", ".join(sorted(needs))
            problem = problems.of_status(405, f"Allowed here: {allowed}.", instance)
            return problem.response({"Allow": allowed})
        return None

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, need = Headers(scope=scope), needs_at(scope["path"])[scope["method"]]
        try:
            admitted = await self._admitted(scope["method"], headers, need)
        except ParkBotError as error:
            origin = await self._reader(headers)
            await _refused(error, scope, headers)(scope, receive, readable_by(origin, send))
        except Exception as error:  # noqa: BLE001  # the boundary: the app's own handlers lie further in
            problem = problems.unexpected(error, quote(scope["path"]))
            await problem.response()(scope, receive, send)
        else:
            state = {**scope.get("state", {}), "caller": admitted.caller}
            await self._app({**scope, "state": state}, receive, readable_by(admitted.origin, send))

    async def _admitted(self, method: str, headers: Headers, need: Need) -> Admitted:
        if need is OPEN:
            return self._admission.admit(method, headers, need)  # looks into no database
        return await run_in_threadpool(self._admission.admit, method, headers, need)

    async def _reader(self, headers: Headers) -> str | None:
        """The page that may read why its request was refused: one of a site that has a key."""
        origin = headers.get("origin", "")
        return origin if await run_in_threadpool(self._admission.may_come_from, origin) else None


def _refused(error: ParkBotError, scope: Scope, headers: Headers) -> Response:
    """Why a request may not pass; a person who opens a page is asked for a key instead."""
    path = quote(scope["path"])
    is_page = path == "/" or path.startswith("/measures/")
    opened = scope["method"] == "GET" and is_page and "text/html" in headers.get("accept", "")
    if isinstance(error, Unauthenticated) and opened:
        query = scope.get("query_string", b"").decode("latin-1")
        wanted = quote(f"{path}?{query}" if query else path, safe="")
        return Response(status_code=HTTPStatus.SEE_OTHER, headers={"Location": f"/signin?next={wanted}"})
    return problems.refusal(error, path)
