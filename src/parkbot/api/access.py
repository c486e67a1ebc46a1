"""What every endpoint needs: the assistant, who asks, and the domain's values as JSON."""

from typing import TYPE_CHECKING, TypeVar, cast

from fastapi import Request, Response
from pydantic import TypeAdapter

from parkbot.access import Caller

if TYPE_CHECKING:
    from parkbot.assistant import PolicyAssistant

T = TypeVar("T")


def assistant_of(request: Request) -> "PolicyAssistant":
    """The assistant that the app was created with."""
    return cast("PolicyAssistant", request.app.state.assistant)


def caller_of(request: Request) -> Caller:
    """Who sent a request; the gate has put it there before any endpoint runs."""
    return cast(Caller, request.state.caller)


def spaces_of(request: Request, wanted: str | None = None) -> tuple[str, ...]:
    """The spaces that a request reads when it names one, or none.

    Raises:
        Forbidden: the caller may not read that space.
    """
    return caller_of(request).reads(wanted)


def root_of(request: Request) -> str:
    """Where browsers see our addresses begin: `/`, or behind a proxy that takes it away `/path/`."""
    return cast(str, request.app.state.root)


def json_response(adapter: TypeAdapter[T], value: T, status: int = 200) -> Response:
    """A value as JSON, written by pydantic in one go: FastAPI's own way validates it a second time."""
    return Response(adapter.dump_json(value), status, media_type="application/json")
