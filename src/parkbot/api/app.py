"""Puts the app together: API, documentation, measure pages, and the chat page over what is left."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI, Request, Response
from starlette.routing import Match
from starlette.staticfiles import StaticFiles

from parkbot.api import ask, docs, health, library, pages, problems
from parkbot.api.protection import Protection
from parkbot.settings import Settings

if TYPE_CHECKING:
    from parkbot.assistant import PolicyAssistant

_MAX_BODY_BYTES = 1_000_000


def create_app(assistant: "PolicyAssistant", settings: Settings) -> FastAPI:
    """The whole web application. The caller owns the assistant and closes it."""
    app = FastAPI(
        title="ParkBot",
        version=assistant.health().version,
        description="Answers about green and low-carbon policy for industrial parks, each sentence cited.",
        docs_url=None,
        redoc_url=None,
        max_body_size=_MAX_BODY_BYTES,
    )
    app.state.assistant = assistant
    app.add_middleware(Protection)
    problems.install(app)
    app.include_router(_v1(settings))
    app.include_router(pages.router)
    docs.install(app)
    app.mount("/ui", StaticFiles(packages=[("parkbot.ui", "static")]))
    _mount_chat(app, assistant)
    return app


def _v1(settings: Settings) -> APIRouter:
    v1 = APIRouter(prefix="/v1")
    v1.include_router(ask.router)
    v1.include_router(library.create_router(settings.max_file_bytes))
    v1.include_router(health.router)
    # The chat page is mounted at / and matches every path and method: without this, a mistyped
    # address of the API would get its HTML.
    v1.add_api_route("/{rest:path}", _nothing_here, methods=_ALL_METHODS, include_in_schema=False)
    return v1


_ALL_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


def _nothing_here(request: Request) -> Response:
    instance = problems.instance_of(request)
    allowed: set[str] = set()
    for route in request.app.routes:
        match, _ = route.matches(request.scope)
        if match is Match.PARTIAL:
            allowed |= getattr(route, "methods", None) or set()
    if allowed:
        names = ", ".join(sorted(allowed))
        return problems.of_status(405, f"Allowed here: {names}.", instance).response({"Allow": names})
    return problems.of_status(404, "There is nothing at this address.", instance).response()


def _mount_chat(app: FastAPI, assistant: "PolicyAssistant") -> None:
    from parkbot.ui import create_page, mount

    mount(app, create_page(assistant))
