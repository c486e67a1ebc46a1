"""Who asks, which spaces they open, and what they may do there."""

from dataclasses import dataclass
from enum import StrEnum

from parkbot.domain import SHARED_SPACE
from parkbot.errors import Forbidden

EVERY_SPACE = "*"
"""Stands for all spaces in what a key opens. No query takes it: there it would match nothing."""


class Scope(StrEnum):
    """What a caller may do in their spaces; `admin` may do all the others, and issue keys."""

    ASK = "ask"
    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Caller:
    """One who sent a request, as the key says that came with it; the only source of what they may see.

    Everybody reads the shared library; `spaces` are those that the key opens besides, and the only
    ones that it may write to. `user` is a person of the portal, if the portal vouches for one by a
    signed token; `origins` are the sites whose pages may use the key, none for a program's key.
    """

    key_id: str | None
    spaces: tuple[str, ...]
    scopes: frozenset[Scope]
    user: str | None = None
    origins: tuple[str, ...] = ()

    def may(self, scope: Scope) -> bool:
        """Whether the caller has a scope."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def opens(self, space: str) -> bool:
        """Whether the space is one of the caller's own."""
        return space in self.spaces or EVERY_SPACE in self.spaces

    def reads(self, wanted: str | None = None) -> tuple[str, ...]:
        """The spaces to search when the caller names one, or none: the shared one and theirs.

        Raises:
            Forbidden: the space is not theirs, whether it exists or not.
        """
        if wanted is None:
            own = tuple(space for space in self.spaces if space != EVERY_SPACE)
        elif wanted == SHARED_SPACE or self.opens(wanted):
            own = (wanted,)
        else:
            raise Forbidden(f"this key does not open the space {wanted}")
        return (SHARED_SPACE, *(space for space in own if space != SHARED_SPACE))

    def check_writes(self, space: str) -> None:
        """Nothing, if the caller may change the documents of a space.

        Raises:
            Forbidden: the key does not name the space, or has not the scope.
        """
        if not (self.may(Scope.WRITE) and self.opens(space)):
            raise Forbidden(f"this key may not change documents of the space {space}")


OPERATOR = Caller(key_id=None, spaces=(EVERY_SPACE,), scopes=frozenset(Scope))
"""Who sits at the server's own machine: may do everything."""
