"""Who may come in: each request gets its caller here, once, or is turned away."""

from urllib.parse import quote

from starlette.types import ASGIApp, Receive, Scope, Send

from parkbot.access import OPERATOR
from parkbot.api import problems
from parkbot.api.routes import needs_at


class Gate:
    """ASGI middleware inside the protection: nothing passes that the table of routes does not list."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Turn away what nobody may ask for; say who asks to what comes after."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        needs, instance = needs_at(scope["path"]), quote(scope["path"])
        if not needs:
            problem = problems.of_status(404, "There is nothing at this address.", instance)
            await problem.response()(scope, receive, send)
        elif scope["method"] not in needs:
            allowed = ", ".join(sorted(needs))
            problem = problems.of_status(405, f"Allowed here: {allowed}.", instance)
            await problem.response({"Allow": allowed})(scope, receive, send)
        else:
            state = {**scope.get("state", {}), "caller": OPERATOR}
            await self._app({**scope, "state": state}, receive, send)
