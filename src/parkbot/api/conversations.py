"""/v1/conversations and /v1/feedback: what was asked before, and whether it helped."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from parkbot.api import examples, problems
from parkbot.api.access import assistant_of, caller_of, json_response, spaces_of
from parkbot.api.shapes import (
    CONVERSATION,
    CONVERSATIONS,
    FEEDBACK_KEPT,
    Conversations,
    FeedbackKept,
    FeedbackRequest,
    ReadSpace,
)
from parkbot.conversation.export import as_markdown
from parkbot.errors import Forbidden
from parkbot.turns import Conversation

router = APIRouter(tags=["conversations"], responses=problems.RESPONSES)


@router.get(
    "/conversations",
    response_model=Conversations,
    summary="All conversations, the last one first",
    responses=examples.of(examples.CONVERSATIONS),
)
def conversations(request: Request, space: ReadSpace = None) -> Response:
    """What was talked about, without the answers."""
    found = assistant_of(request).conversations(spaces_of(request, space), _one_owner(request))
    return json_response(CONVERSATIONS, Conversations(found))


@router.get(
    "/conversations/{id}",
    response_model=Conversation,
    summary="One conversation with its answers",
    responses=examples.of(examples.CONVERSATION),
)
def conversation(request: Request, id: str, space: ReadSpace = None) -> Response:
    """A conversation in full; answers show what was quoted when they were given."""
    return json_response(
        CONVERSATION,
        assistant_of(request).conversation(id, spaces_of(request, space), caller_of(request).owner),
    )


@router.get(
    "/conversations/{id}/export",
    response_model=Conversation,
    summary="A conversation as a file",
    responses={
        200: {
            "content": {
                "application/json": {"example": examples.CONVERSATION},
                "text/markdown": {"schema": {"type": "string"}},
            }
        }
    },
)
def export(
    request: Request,
    id: str,
    format: Annotated[Literal["json", "markdown"], Query(description="Of the file.")] = "json",
    space: ReadSpace = None,
) -> Response:
    """A conversation to keep, as JSON or as Markdown."""
    found = assistant_of(request).conversation(id, spaces_of(request, space), caller_of(request).owner)
    ending = "md" if format == "markdown" else "json"
    headers = {"Content-Disposition": f'attachment; filename="conversation-{found.id}.{ending}"'}
    if format == "markdown":
        return Response(as_markdown(found), headers=headers, media_type="text/markdown; charset=utf-8")
    return Response(CONVERSATION.dump_json(found), headers=headers, media_type="application/json")


@router.delete("/conversations/{id}", status_code=204, summary="Delete a conversation")
def remove(request: Request, id: str, space: ReadSpace = None) -> Response:
    """Delete a conversation and the feedback on it."""
    assistant_of(request).remove_conversation(id, spaces_of(request, space), caller_of(request).owner)
    return Response(status_code=204)


@router.delete("/conversations", status_code=204, summary="Delete all conversations")
def remove_all(request: Request, space: ReadSpace = None) -> Response:
    """Delete all conversations that the caller sees."""
    assistant_of(request).remove_conversations(spaces_of(request, space), _one_owner(request))
    return Response(status_code=204)


@router.post(
    "/feedback",
    response_model=FeedbackKept,
    status_code=201,
    summary="Say whether an answer helped",
    responses=examples.of(examples.FEEDBACK_KEPT, 201),
)
def feedback(request: Request, body: FeedbackRequest) -> Response:
    """Keep what a person thought of an answer."""
    id = assistant_of(request).add_feedback(
        body.feedback(), spaces_of(request, body.space), caller_of(request).owner
    )
    return json_response(FEEDBACK_KEPT, FeedbackKept(id), 201)


def _one_owner(request: Request) -> str | None:
    """Whose all their conversations are.

    Raises:
        Forbidden: many people come with this key, and what is one's is not to be seen by the others.
    """
    caller = caller_of(request)
    if not caller.is_told_apart:
        raise Forbidden("the visitors of a page share its key; name one conversation by its id")
    return caller.owner
