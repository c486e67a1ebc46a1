"""Errors as RFC 9457 problem details."""

import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from parkbot.access import OPERATOR
from parkbot.api.access import caller_of
from parkbot.api.request_ids import current
from parkbot.errors import (
    BadInput,
    Busy,
    Forbidden,
    LimitReached,
    NotFound,
    NotReady,
    ParkBotError,
    Unauthenticated,
    Unavailable,
    WrongEmbedder,
)

MEDIA_TYPE = "application/problem+json"

_STATUS: dict[type[ParkBotError], int] = {
    BadInput: 422,
    NotFound: 404,
    Unauthenticated: 401,
    Forbidden: 403,
    LimitReached: 429,
    Busy: 503,
    WrongEmbedder: 503,
    NotReady: 503,
    Unavailable: 503,
}
"""First match along an error's own line of descent; whatever is not here is a 500."""

_OPENAI_PATHS = re.compile(r"/v1/(chat/completions|models(/.*)?)")
_HEADERS: dict[int, Callable[[ParkBotError], dict[str, str]]] = {
    401: lambda _: {"WWW-Authenticate": "Bearer"},
    429: lambda error: {"Retry-After": str(getattr(error, "retry_after", 60))},
    503: lambda _: {"Retry-After": "5"},
}

INSIDE = {
    500: "Something went wrong on the server; its log says what. / 服务器出了点问题，日志中有说明。",
    503: "The server cannot do this now; its log says why. Try again later. "
    "/ 服务器暂时无法处理，日志中有说明，请稍后再试。",
}
"""What everybody but the operator is told, whose addresses and folders the errors' own words may name."""

_log = logging.getLogger(__name__)


def speaks_openai(path: str) -> bool:
    """Whether the clients of an address read errors in OpenAI's shape instead of problem details."""
    return _OPENAI_PATHS.fullmatch(path) is not None


class InvalidField(BaseModel):
    """One field of a request that cannot be used."""

    field: str
    detail: str


class Problem(BaseModel):
    """What went wrong, for a program (`type`, `status`) and for a person (`title`, `detail`)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str | None = Field(default_factory=current)
    errors: list[InvalidField] | None = None

    def body(self) -> str:
        """The problem as JSON, in the shape that the clients of its address read."""
        if speaks_openai(self.instance):
            return self._as_openai().model_dump_json()
        return self.model_dump_json(exclude_none=True)

    def response(self, headers: dict[str, str] | None = None) -> Response:
        """The problem as an HTTP response."""
        if speaks_openai(self.instance):
            # OpenAI knows no 422: what a request gets wrong is a bad request.
            status = 400 if self.status == 422 else self.status
            return Response(self.body(), status, headers, "application/json")
        return Response(self.body(), self.status, headers, MEDIA_TYPE)

    def _as_openai(self) -> "OpenAIProblem":
        code = self.title.lower().replace(" ", "_")
        kind = "invalid_request_error" if self.status < 500 else "server_error"
        param = self.errors[0].field if self.errors else None
        return OpenAIProblem(error=OpenAIError(message=self.detail, type=kind, param=param, code=code))


class OpenAIError(BaseModel):
    """What went wrong, as OpenAI's clients read it."""

    message: str
    type: str
    param: str | None
    code: str


class OpenAIProblem(BaseModel):
    """An error at the addresses that speak as OpenAI's do."""

    error: OpenAIError


RESPONSES: dict[int | str, dict[str, object]] = {
    "4XX": {
        "description": "Problem details (RFC 9457)",
        "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}},
    },
}
"""For the API's documentation: every error has this shape."""

OPENAI_RESPONSES: dict[int | str, dict[str, object]] = {
    "4XX": {
        "description": "An error in OpenAI's shape",
        "content": {"application/json": {"schema": OpenAIProblem.model_json_schema()}},
    },
}
"""The same for the addresses that speak as OpenAI's do."""


def told(error: ParkBotError, *, to_operator: bool = False) -> str:
    """What is said of an error; of what is amiss inside only the operator and the log hear."""
    status = _status(error)
    if to_operator or status not in INSIDE or isinstance(error, NotReady):
        return str(error)
    _log.error("request %s ended in %d: %s", current(), status, error)
    return INSIDE[status]


def of_error(error: ParkBotError, instance: str, *, to_operator: bool = False) -> Problem:
    """The problem that stands for an error raised on purpose."""
    name = type(error).__name__
    words = re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()
    return Problem(
        type=f"urn:parkbot:problem:{words.replace(' ', '-')}",
        title=words.capitalize(),
        status=_status(error),
        detail=told(error, to_operator=to_operator),
        instance=instance,
    )


def refusal(error: ParkBotError, instance: str, *, to_operator: bool = False) -> Response:
    """The response to a request that ended in an error raised on purpose."""
    problem = of_error(error, instance, to_operator=to_operator)
    headers = _HEADERS.get(problem.status)
    return problem.response(headers(error) if headers else None)


def of_status(status: int, detail: str, instance: str) -> Problem:
    """The problem that says no more than its HTTP status does."""
    return Problem(
        type="about:blank", title=HTTPStatus(status).phrase, status=status, detail=detail, instance=instance
    )


def unexpected(error: Exception, instance: str) -> Problem:
    """The problem for an error nobody foresaw: logged with its traceback, told without."""
    _log.error("unexpected error at %s (request %s)", instance, current(), exc_info=error)
    return of_status(500, INSIDE[500], instance)


def of(error: Exception, request: Request) -> Problem:
    """The problem for any error of a stream that has begun: none of the app's handlers comes after it."""
    instance = instance_of(request)
    match error:
        case ParkBotError():
            return of_error(error, instance, to_operator=is_operators(request))
        case HTTPException():
            return of_status(error.status_code, str(error.detail), instance)
        case _:
            return unexpected(error, instance)


def instance_of(request: Request) -> str:
    """The address asked for, as the request wrote it (percent-encoded)."""
    return quote(request.url.path)


def is_operators(request: Request) -> bool:
    """Whether the operator sent a request, who may hear all that went wrong."""
    return caller_of(request) == OPERATOR


def install(app: FastAPI) -> None:
    """Answer every error of the app with a problem."""
    app.add_exception_handler(ParkBotError, _parkbot_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected_error)


def _parkbot_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ParkBotError)
    return refusal(error, instance_of(request), to_operator=is_operators(request))


def _status(error: ParkBotError) -> int:
    return next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)


def _invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = [
        InvalidField(
            field=".".join(str(part) for part in item["loc"][1:]) or str(item["loc"][0]), detail=item["msg"]
        )
        for item in error.errors()
    ]
    problem = of_status(
        422, "; ".join(f"{field.field}: {field.detail}" for field in fields), instance_of(request)
    )
    return problem.model_copy(
        update={"type": "urn:parkbot:problem:invalid-request", "title": "Invalid request", "errors": fields}
    ).response()


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers) if error.headers else None
    return of_status(error.status_code, str(error.detail), instance_of(request)).response(headers)


def _unexpected_error(request: Request, error: Exception) -> Response:
    return unexpected(error, instance_of(request)).response()
