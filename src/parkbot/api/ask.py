"""POST /v1/ask and /v1/search."""

from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from fastapi.sse import format_sse_event
from pydantic import TypeAdapter

from parkbot.answers import Answer, Block, Citation
from parkbot.api import events, examples, problems
from parkbot.api.access import assistant_of, caller_of, json_response, spaces_of
from parkbot.api.shapes import ANSWER, SEARCH_RESULTS, AskRequest, SearchRequest, SearchResults
from parkbot.domain import Filters
from parkbot.events import Event, State

router = APIRouter(tags=["ask"], responses=problems.RESPONSES)

_BLOCK = TypeAdapter(Block)
_CITATION = TypeAdapter(Citation)


@router.post(
    "/ask",
    response_model=Answer,
    summary="Answer a question, every sentence with its citation",
    description=(
        "With `stream: true` the answer comes as Server-Sent Events: `status` (searching, writing, "
        "checking), for each part that may be shown `citation` (before the first block that needs it, and "
        "again when it gains a quote) and `block`, then `answer` (the whole, as without streaming); or "
        "`error` (problem details). A comment comes whenever nothing else "
        "does for 15 seconds. Whoever loses the connection sends the same request again with the last "
        "`id` as `Last-Event-ID` and gets what came after it, for a minute after the answer's end; "
        "later, or where the process that held it ended, the answer begins anew."
    ),
    responses=examples.streamed(examples.ANSWER),
)
def ask(request: Request, body: AskRequest, last_event_id: events.LastEventId = None) -> Response:
    """Answer at once, or as events."""
    filters = body.filters(spaces_of(request, body.space))
    if body.stream:
        answering = _events(request, body, filters)
        return events.resumable(request, answering, last_event_id)
    answer = assistant_of(request).ask(
        body.question,
        filters=filters,
        conversation_id=body.conversation_id,
        owner=caller_of(request).owner,
    )
    return json_response(ANSWER, answer)


@router.post(
    "/search",
    response_model=SearchResults,
    summary="Find measures",
    responses=examples.of(examples.SEARCH_RESULTS),
)
def search(request: Request, body: SearchRequest) -> Response:
    """Find the measures that fit best."""
    filters = body.filters(spaces_of(request, body.space))
    results = assistant_of(request).search(body.query, k=body.k, filters=filters)
    return json_response(SEARCH_RESULTS, SearchResults(results))


def _events(request: Request, body: AskRequest, filters: Filters) -> Iterator[bytes]:
    """The events of one answer; once they have begun, an error can only be one of them."""
    try:
        asking = assistant_of(request).asking(
            body.question,
            filters=filters,
            conversation_id=body.conversation_id,
            owner=caller_of(request).owner,
        )
        yield from map(_written, asking)
    except Exception as error:  # noqa: BLE001  # the boundary: the stream has begun, no handler comes after us
        yield format_sse_event(event="error", data_str=problems.of(error, request).body())


def _written(event: Event) -> bytes:
    match event:
        case State():
            return format_sse_event(event="status", data_str=f'{{"state":"{event}"}}')
        case Citation():
            return format_sse_event(event="citation", data_str=_CITATION.dump_json(event).decode())
        case Block():
            return format_sse_event(event="block", data_str=_BLOCK.dump_json(event).decode())
        case Answer():
            return format_sse_event(event="answer", data_str=ANSWER.dump_json(event).decode())
