"""/v1/chat/completions and /v1/models in OpenAI's shapes: ParkBot as the model of any chat front end."""

import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi import Path as PathParameter
from fastapi.sse import format_sse_event
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from parkbot.answers import Answer, Block
from parkbot.api import events, examples, problems
from parkbot.api.access import assistant_of, json_response, root_of, spaces_of
from parkbot.api.footnotes import Annotation, Footnotes, footnoted
from parkbot.api.shapes import Asked
from parkbot.errors import BadQuestion, NotFound
from parkbot.events import Event

MODEL = "parkbot"
_STARTED = int(time.time())


class TextPart(BaseModel):
    """A part of a message; ParkBot reads text only."""

    type: Literal["text"]
    text: str


class Message(BaseModel):
    """A message of the conversation; of all but the user's the content is not read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """What it says."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class ResponseFormat(BaseModel):
    """An answer is text whose every sentence is cited; it cannot be poured into another form."""

    type: Literal["text"]


class ChatRequest(Asked):
    """A conversation whose last message of the user is the question; their earlier ones say what it means.

    What OpenAI's models take besides (temperature, tools, …) changes nothing here and is passed over.
    """

    model_config = ConfigDict(extra="ignore")

    model: str = Field(MODEL, description="`parkbot`.")
    messages: list[Message] = Field(min_length=1, examples=[examples.CHAT_REQUEST["messages"]])
    stream: bool = Field(False, description="Answer as Server-Sent Events.")
    n: Literal[1] | None = Field(None, description="There is one answer to a question.")
    response_format: ResponseFormat | None = None

    def asked(self) -> tuple[tuple[str, ...], str]:
        """The user's earlier questions, and the one to answer.

        Raises:
            BadQuestion: no message is the user's.
        """
        questions = [message.text for message in self.messages if message.role == "user"]
        if not questions:
            raise BadQuestion("no message has the role user; the last such one is the question")
        return tuple(questions[:-1]), questions[-1]


@dataclass(frozen=True, slots=True)
class AnswerMessage:
    """The answer: Markdown with footnotes, and which part of it rests on what."""

    content: str
    annotations: tuple[Annotation, ...]
    role: Literal["assistant"] = "assistant"
    refusal: None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """The one answer."""

    message: AnswerMessage
    index: int = 0
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


@dataclass(frozen=True, slots=True)
class ChatCompletion:
    """An answer in OpenAI's shape; `parkbot_status` says whether it is one, or a refusal or question back."""

    id: str
    created: int
    choices: tuple[Choice, ...]
    parkbot_status: str
    model: str = MODEL
    object: Literal["chat.completion"] = "chat.completion"


_UnlessNone = Field(exclude_if=lambda value: value is None)


@dataclass(frozen=True, slots=True)
class Delta:
    """What a chunk adds to the message; what it does not add is not there."""

    content: Annotated[str | None, _UnlessNone] = None
    role: Annotated[Literal["assistant"] | None, _UnlessNone] = None
    annotations: Annotated[tuple[Annotation, ...] | None, _UnlessNone] = None


@dataclass(frozen=True, slots=True)
class ChunkChoice:
    """The one answer, further on."""

    delta: Delta
    index: int = 0
    finish_reason: Literal["stop"] | None = None


@dataclass(frozen=True, slots=True)
class ChatCompletionChunk:
    """A piece of an answer as it is streamed; the last one has `parkbot_status`."""

    id: str
    created: int
    choices: tuple[ChunkChoice, ...]
    parkbot_status: Annotated[str | None, _UnlessNone] = None
    model: str = MODEL
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"


@dataclass(frozen=True, slots=True)
class Model:
    """What can be named as `model`."""

    id: str = MODEL
    created: int = _STARTED
    object: Literal["model"] = "model"
    owned_by: str = MODEL


@dataclass(frozen=True, slots=True)
class Models:
    """All that can be named as `model`."""

    data: tuple[Model, ...] = (Model(),)
    object: Literal["list"] = "list"


_COMPLETION = TypeAdapter(ChatCompletion)
_CHUNK = TypeAdapter(ChatCompletionChunk)
_MODEL = TypeAdapter(Model)
_MODELS = TypeAdapter(Models)

router = APIRouter(tags=["openai"], responses=problems.OPENAI_RESPONSES)


@router.post(
    "/chat/completions",
    response_model=ChatCompletion,
    summary="Answer the last question of a conversation, for OpenAI's clients",
    responses=examples.streamed(examples.COMPLETION),
)
def complete(request: Request, body: ChatRequest) -> Response:
    """Answer in OpenAI's shape: footnotes in the text, and citations as `annotations`."""
    if body.model != MODEL:
        raise NotFound(f"there is no model {body.model}; the only one is {MODEL}")
    id = f"chatcmpl-{uuid.uuid4().hex}"
    filters, (history, question) = body.filters(spaces_of(request, body.space)), body.asked()
    happening = assistant_of(request).asking(question, filters=filters, earlier=history)
    searching = next(happening)  # what cannot be asked is said before a stream begins
    if body.stream:
        return events.unnumbered(_chunks(request, chain((searching,), happening), id))
    answer = next(event for event in happening if isinstance(event, Answer))
    text = footnoted(answer, assistant_of(request).health().checked_on, _page_of(request))
    choices = (Choice(AnswerMessage(text.content, text.annotations)),)
    return json_response(_COMPLETION, ChatCompletion(id, int(time.time()), choices, str(answer.status)))


@router.get("/models", response_model=Models, summary="The one model", responses=examples.of(examples.MODELS))
def models() -> Response:
    """What can be named as `model`."""
    return json_response(_MODELS, Models())


@router.get(
    "/models/{model}",
    response_model=Model,
    summary="The model of that name",
    responses=examples.of(examples.MODEL),
)
def model(model: Annotated[str, PathParameter(examples=[MODEL])]) -> Response:
    """One model."""
    if model != MODEL:
        raise NotFound(f"there is no model {model}; the only one is {MODEL}")
    return json_response(_MODEL, Model())


def _page_of(request: Request) -> Callable[[str], str]:
    """The address of a measure's own page, as the caller reaches it."""
    pages = f"{str(request.base_url).rstrip('/')}{root_of(request)}measures/"
    return lambda id: pages + quote(id)


def _chunks(request: Request, happening: Iterable[Event], id: str) -> Iterator[bytes]:
    """The chunks of one answer; once they have begun, an error can only be one of them."""
    created = int(time.time())

    def chunk(delta: Delta, status: str | None = None) -> bytes:
        choice = ChunkChoice(delta, finish_reason="stop" if status else None)
        whole = ChatCompletionChunk(id, created, (choice,), status)
        return format_sse_event(data_str=_CHUNK.dump_json(whole).decode())

    yield chunk(Delta(content="", role="assistant"))
    try:
        for delta, status in _deltas(request, happening):
            yield chunk(delta, status)
    except Exception as error:  # noqa: BLE001  # the boundary: the stream has begun, no handler comes after us
        yield format_sse_event(data_str=problems.of(error, request).body())
    else:
        yield format_sse_event(data_str="[DONE]")


def _deltas(request: Request, happening: Iterable[Event]) -> Iterator[tuple[Delta, str | None]]:
    """What each chunk adds, and with the last one the status.

    A block goes out as soon as it may be shown, and none is taken back. Which quotes its citations come to
    have, and so the annotations, is known only at the end.
    """
    assistant, notes = assistant_of(request), Footnotes()
    for event in happening:
        if isinstance(event, Block):
            yield Delta(content=notes.block(event)), None
        elif isinstance(event, Answer):
            for piece in notes.end(event, assistant.health().checked_on):
                yield Delta(content=piece), None
            yield Delta(annotations=notes.annotations(event, _page_of(request))), None
            yield Delta(), str(event.status)
