"""/v1/keys: an administrator's keys, as far as their own spaces go."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, cast

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from parkbot.access import Caller, IssuedKey, Key, KeyKind, NewKey, Scope
from parkbot.api import examples, problems
from parkbot.api.access import caller_of, json_response
from parkbot.api.admission import Admission
from parkbot.domain import SHARED_SPACE
from parkbot.errors import Forbidden, NotFound
from parkbot.library import Keys

router = APIRouter(prefix="/keys", tags=["keys"], responses=problems.RESPONSES)

_Limit = Annotated[int, Field(ge=1, le=2**31 - 1)]


class KeyRequest(BaseModel):
    """What a new key shall open, for whom and until when."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, examples=["portal"])
    kind: KeyKind = KeyKind.SECRET
    spaces: tuple[Annotated[str, Field(min_length=1, max_length=100)], ...] = (SHARED_SPACE,)
    scopes: tuple[Scope, ...] = (Scope.ASK,)
    origins: tuple[str, ...] = Field((), description="Sites whose pages may use it (https://portal.example).")
    per_minute: _Limit | None = Field(None, description="Requests a minute.")
    per_day: _Limit | None = Field(None, description="Questions and searches a day.")
    expires_on: date | None = Field(None, description="Its last day.")

    def wanted(self) -> NewKey:
        """The same, as the library says it."""
        return NewKey(**dict(self))


@dataclass(frozen=True, slots=True)
class KeyList:
    """Keys, oldest first, without their secrets."""

    keys: tuple[Key, ...]


_ISSUED = TypeAdapter(IssuedKey)
_KEY = TypeAdapter(Key)
_KEYS = TypeAdapter(KeyList)


@router.post(
    "",
    response_model=IssuedKey,
    status_code=201,
    summary="Make a key; it is shown only now",
    responses=examples.of(examples.ISSUED_KEY, 201),
)
def create(request: Request, body: KeyRequest) -> Response:
    """Make a key for spaces that the caller opens."""
    wanted, caller = body.wanted(), caller_of(request)
    if not _is_theirs(wanted, caller):
        raise Forbidden("a key can be made only for spaces that your own key opens")
    return json_response(_ISSUED, _keys(request).create(wanted), 201)


@router.get(
    "",
    response_model=KeyList,
    summary="All keys, without their secrets",
    responses=examples.of(examples.KEYS),
)
def keys(request: Request) -> Response:
    """The keys whose spaces the caller opens, also those that are revoked or expired."""
    caller = caller_of(request)
    theirs = tuple(key for key in _keys(request).all() if _is_theirs(key, caller))
    return json_response(_KEYS, KeyList(theirs))


@router.delete(
    "/{id}",
    response_model=Key,
    summary="Revoke a key at once and for good",
    responses=examples.of(examples.KEY),
)
def revoke(request: Request, id: str) -> Response:
    """End a key whose spaces the caller opens; it stays in the list."""
    if not _is_theirs(_keys(request).key(id), caller_of(request)):
        raise NotFound("no such key; `parkbot keys list` shows them all")
    return json_response(_KEY, _keys(request).revoke(id))


def _is_theirs(key: NewKey, caller: Caller) -> bool:
    return all(caller.opens(space) for space in key.spaces)


def _keys(request: Request) -> Keys:
    return cast(Admission, request.app.state.admission).keys
