"""What every endpoint needs: the assistant, and the domain's values as JSON."""

from typing import TYPE_CHECKING, TypeVar, cast

from fastapi import Request, Response
from pydantic import TypeAdapter

if TYPE_CHECKING:
    from parkbot.assistant import PolicyAssistant

T = TypeVar("T")


def assistant_of(request: Request) -> "PolicyAssistant":
    """The assistant that the app was created with."""
    return cast("PolicyAssistant", request.app.state.assistant)


def json_response(adapter: TypeAdapter[T], value: T, status: int = 200) -> Response:
    """A value as JSON, written by pydantic in one go: FastAPI's own way validates it a second time."""
    return Response(adapter.dump_json(value), status, media_type="application/json")
