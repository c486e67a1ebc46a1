"""GET /v1/health."""

from fastapi import APIRouter, Request, Response

from parkbot.api import examples, problems
from parkbot.api.access import assistant_of, json_response
from parkbot.api.shapes import HEALTH
from parkbot.domain import Health
from parkbot.errors import Unavailable

router = APIRouter(tags=["health"], responses=problems.RESPONSES)


@router.get(
    "/ready",
    response_model=Health,
    summary="Whether to send questions here",
    responses=examples.of(examples.HEALTH),
)
def ready(request: Request) -> Response:
    """503 while the first indexing runs or after it failed; questions are answered from what is there."""
    found = assistant_of(request).health()
    if found.status != "ok":
        raise Unavailable(f"the shipped documents are not all indexed yet: {found.status}")
    return json_response(HEALTH, found)


@router.get(
    "/health",
    response_model=Health,
    summary="Whether questions can be answered, and from what",
    responses=examples.of(examples.HEALTH),
)
def health(request: Request) -> Response:
    """200 also while the first indexing runs: `status` and `indexing` tell."""
    return json_response(HEALTH, assistant_of(request).health())
