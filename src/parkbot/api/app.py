"""Puts the app together: API, documentation, measure pages, and the chat page over what is left."""

import re
from typing import TYPE_CHECKING

from fastapi import APIRouter, FastAPI, Request, Response, Security
from fastapi.security import HTTPBearer
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from parkbot.api import (
    ask,
    conversations,
    docs,
    health,
    keys,
    library,
    logs,
    mcp,
    metrics,
    openai,
    pages,
    problems,
    signing_in,
    tracing,
    widget,
)
from parkbot.api.admission import Admission
from parkbot.api.arrival import Arrival
from parkbot.api.events import Streams
from parkbot.api.gate import Gate
from parkbot.api.idempotency import Replies
from parkbot.api.metrics import Metrics, Observed
from parkbot.api.protection import Protection
from parkbot.api.request_ids import RequestIds
from parkbot.api.tracing import Traced
from parkbot.api.users import Users
from parkbot.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

    from parkbot.assistant import PolicyAssistant

# For the API's description only: the gate has looked at the key before any endpoint runs.
_KEY = HTTPBearer(
    auto_error=False, description="A secret or publishable key; not needed where none was made."
)

_MAX_BODY_BYTES = 1_000_000
_SEARCH_S = 10.0  # what an answer may take besides its chat model
_ALL_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


class _ProtectedApp(FastAPI):
    """The protection stands outermost: what the framework itself answers passes it, too."""

    def build_middleware_stack(self) -> ASGIApp:
        gate = Gate(super().build_middleware_stack(), self.state.admission)
        inner = Arrival(gate, self.state.request_timeout)
        observed = Observed(Protection(inner), self.state.metrics)
        provider: TracerProvider | None = self.state.tracing
        return RequestIds(observed if provider is None else Traced(observed, provider))


def create_app(
    assistant: "PolicyAssistant", settings: Settings, local_token: str | None = None, *, worker: int = 0
) -> FastAPI:
    """The whole web application. The caller owns the assistant and closes it.

    `worker` is its place among several that answer together.

    Who brings `local_token` is the operator; without any key everybody is, where the host is loopback.

    Raises:
        BadSettings: the key for user tokens is none.
    """
    app = _ProtectedApp(
        title="ParkBot",
        version=assistant.health().version,
        description="Answers about green and low-carbon policy for industrial parks, each sentence cited.",
        docs_url=None,
        redoc_url=None,
        # Not FastAPI's root_path: that would have to be in the paths of the requests that come here.
        servers=[{"url": settings.root_path}] if settings.root_path else None,
        max_body_size=_MAX_BODY_BYTES,
        lifespan=mcp.lifespan,
    )
    app.state.root = settings.root_path + "/"
    app.state.assistant = assistant
    app.state.request_timeout = settings.request_timeout
    app.state.streams = Streams(worker)
    app.state.replies = Replies()
    app.state.metrics = Metrics(assistant)
    app.state.tracing = tracing.provider()
    if app.state.tracing is not None:
        assistant.observed_by(tracing.name_outcome)
    assistant.observed_by(lambda answer: logs.answer(answer, with_question=settings.log_questions))
    app.state.admission = Admission(
        assistant.keys, Users(settings), open_here=settings.is_loopback, local_token=local_token
    )
    problems.install(app)
    app.include_router(_v1(settings))
    app.include_router(metrics.router)
    app.include_router(pages.router)
    app.include_router(signing_in.router)
    app.include_router(widget.router)
    docs.install(app)
    mcp.install(app)
    app.mount("/ui", StaticFiles(packages=[("parkbot.ui", "static")]))
    _mount_chat(app, assistant, settings)
    return app


def _v1(settings: Settings) -> APIRouter:
    v1 = APIRouter(prefix="/v1", dependencies=[Security(_KEY)])
    v1.include_router(ask.router)
    v1.include_router(conversations.router)
    v1.include_router(library.create_router(settings.max_file_bytes))
    v1.include_router(openai.router)
    v1.include_router(health.router)
    v1.include_router(keys.router)
    # The chat page is mounted at / and matches every path and method: without this, a mistyped
    # address of the API would get its HTML.
    v1.add_api_route("/{rest:path}", _nothing_here, methods=_ALL_METHODS, include_in_schema=False)
    return v1


def _nothing_here(request: Request) -> Response:
    instance = problems.instance_of(request)
    if allowed := ", ".join(sorted(_allowed_methods(request))):
        return problems.of_status(405, f"Allowed here: {allowed}.", instance).response({"Allow": allowed})
    return problems.of_status(404, "There is nothing at this address.", instance).response()


def _allowed_methods(request: Request) -> set[str]:
    """The methods that the API documents for the address of a request."""
    allowed: set[str] = set()
    for template, operations in request.app.openapi()["paths"].items():
        pattern = re.sub(r"\\{.*?\\}", ".+", re.escape(template))
        if re.fullmatch(pattern, request.url.path):
            allowed |= {method.upper() for method in operations}
    return allowed | {"HEAD"} if "GET" in allowed else allowed


def _mount_chat(app: FastAPI, assistant: "PolicyAssistant", settings: Settings) -> None:
    from parkbot.ui import create_page, mount

    page = create_page(assistant, patience_s=settings.llm_timeout + _SEARCH_S)
    mount(app, page, settings.root_path)
