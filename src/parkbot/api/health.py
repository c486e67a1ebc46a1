"""GET /v1/health and /v1/ready."""

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from parkbot.api import examples, problems
from parkbot.api.access import assistant_of, json_response
from parkbot.api.shapes import HEALTH
from parkbot.api.threads import QUICK
from parkbot.domain import Health
from parkbot.errors import NotReady

router = APIRouter(tags=["health"], responses=problems.RESPONSES)


@router.get(
    "/ready",
    response_model=Health,
    summary="Whether to send questions here",
    responses=examples.of(examples.HEALTH),
)
async def ready(request: Request) -> Response:
    """503 while the first indexing runs or after it failed; questions are answered from what is there."""
    found = await QUICK.run(assistant_of(request).health)
    if found.status != "ok":
        raise NotReady(f"the shipped documents are not all indexed yet: {found.status}")
    return json_response(HEALTH, found)


@router.get(
    "/health",
    response_model=Health,
    summary="Whether questions can be answered, and from what",
    responses=examples.of(examples.HEALTH),
)
async def health(request: Request) -> Response:
    """200 also while the first indexing runs: `status` and `indexing` tell."""
    found = await QUICK.run(assistant_of(request).health)
    if found.indexing.error and not problems.is_operators(request):
        found = replace(found, indexing=replace(found.indexing, error=problems.INSIDE[500]))
    return json_response(HEALTH, found)
