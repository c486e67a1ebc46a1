"""Long lists in pages; a cursor stays good when what stands before it is added or removed."""

import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from parkbot.errors import BadInput

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list, and the cursor of the next part; None at the end."""

    items: tuple[T, ...]
    next_cursor: str | None


def page(items: Iterable[T], key: Callable[[T], str], limit: int | None, cursor: str | None) -> Page[T]:
    """Those after the cursor in the order of their keys, at most `limit` of them (None: all).

    Raises:
        BadInput: the cursor is none that a page gave.
    """
    after = _decoded(cursor) if cursor is not None else None
    rest = [item for item in sorted(items, key=key) if after is None or key(item) > after]
    some = tuple(rest[:limit])
    return Page(some, _encoded(key(some[-1])) if len(some) < len(rest) else None)


def _encoded(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _decoded(cursor: str) -> str:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return base64.b64decode(padded.encode(), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise BadInput("the cursor is none that a page of this list gave") from error
