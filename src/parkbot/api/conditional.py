"""Entity tags: what a client has is not sent again, and nobody overwrites what they have not seen."""

import hashlib
from typing import Annotated, TypeVar

from fastapi import Header, HTTPException, Response
from pydantic import TypeAdapter

T = TypeVar("T")

IfNoneMatch = Annotated[
    str | None, Header(description="An `ETag` of an earlier answer: unchanged since then gives 304.")
]
IfMatch = Annotated[
    str | None,
    Header(description="The `ETag` of the document that was read: changed since then gives 412."),
]
NOT_MODIFIED: dict[int | str, dict[str, object]] = {
    304: {"description": "Unchanged since the answer whose `ETag` was sent."}
}
"""For the API's documentation."""


def tag_of(body: bytes) -> str:
    """The tag of a representation: another one for every other content."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def tagged(
    adapter: TypeAdapter[T], value: T, if_none_match: str | None, headers: dict[str, str] | None = None
) -> Response:
    """The value as JSON with its tag, or 304 where the client has this very content."""
    body = adapter.dump_json(value)
    tag = tag_of(body)
    # To be kept by the one who asked, and asked for anew: what is in force depends on the day, too.
    about = {"ETag": tag, "Cache-Control": "private, no-cache", **(headers or {})}
    if if_none_match is not None and _names(if_none_match, tag):
        return Response(status_code=304, headers=about)
    return Response(body, headers=about, media_type="application/json")


def check_unchanged(if_match: str, tag: str) -> None:
    """Nothing, if the client has seen what it is about to change.

    Raises:
        HTTPException: 412, the document has another tag now.
    """
    if not _names(if_match, tag):
        raise HTTPException(412, "The document has changed since it was read; read it again.", {"ETag": tag})


def _names(header: str, tag: str) -> bool:
    named = [entry.strip().removeprefix("W/") for entry in header.split(",")]
    return "*" in named or tag in named
