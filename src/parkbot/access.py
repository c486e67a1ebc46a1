"""Who asks, by which key, which spaces they open, and what they may do there."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import quote, urlsplit

from parkbot.domain import SHARED_SPACE
from parkbot.errors import BadInput, Forbidden

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
    signed token; `session` stands for the browser that signed in; `origins` are the sites whose pages
    may use the key, none for a program's key.
    """

    key_id: str | None
    spaces: tuple[str, ...]
    scopes: frozenset[Scope]
    user: str | None = None
    origins: tuple[str, ...] = ()
    session: str | None = None
    key_name: str = ""

    @property
    def owner(self) -> str | None:
        """Whose their conversations are: the user's, the browser's, else the key's; None without a key.

        Users are those of the portal that holds the key: keys of one name that open the same spaces know the
        same, so that one can take the place of another. A user of the same name elsewhere is somebody else.
        """
        if self.user is not None:
            own = sorted(quote(space, safe="") for space in {*self.spaces} - {SHARED_SPACE})
            return f"user:{','.join(own)}:{quote(self.key_name, safe='')}:{self.user}"
        if self.session is not None:
            return f"session:{self.session}"
        return None if self.key_id is None else f"key:{self.key_id}"

    @property
    def is_told_apart(self) -> bool:
        """Whether all that is the owner's is theirs; the visitors of a page share its key and are not."""
        return self.user is not None or not self.origins

    def may(self, scope: Scope) -> bool:
        """Whether the caller has a scope."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def opens(self, space: str) -> bool:
        """Whether the space is one of the caller's own."""
        return space in self.spaces or EVERY_SPACE in self.spaces

    def reads(self, wanted: str | None = None) -> tuple[str, ...]:
        """The spaces to search when the caller names one, or none: the shared one and theirs.

        Raises:
            Forbidden: the space is not theirs, whether it exists or not; or they may do nothing at all.
        """
        if not self.scopes:
            raise Forbidden("the library is read with a key")
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
"""Who can read the token in the server's data folder: may do everything."""

ANYBODY = Caller(key_id=None, spaces=(EVERY_SPACE,), scopes=frozenset(Scope) - {Scope.ADMIN})
"""Who reaches a server for which no key was made; making the first one takes the operator."""


class KeyKind(StrEnum):
    """Who holds a key: anybody who reads a page's source, or a server that keeps it to itself."""

    PUBLISHABLE = "publishable"
    SECRET = "secret"

    @property
    def prefix(self) -> str:
        """How keys of this kind begin."""
        return "pk_" if self is KeyKind.PUBLISHABLE else "sk_"


@dataclass(frozen=True, slots=True)
class NewKey:
    """What is asked for when a key is made.

    `per_minute` limits its requests, `per_day` its questions and searches; `expires_on` is its last day.
    """

    name: str
    kind: KeyKind = KeyKind.SECRET
    spaces: tuple[str, ...] = (SHARED_SPACE,)
    scopes: tuple[Scope, ...] = (Scope.ASK,)
    origins: tuple[str, ...] = ()
    per_minute: int | None = None
    per_day: int | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Key(NewKey):
    """A key as it is known after it was made: all but its secret, which nobody can read again.

    `used_today` counts questions, if there is a limit to them.
    """

    id: str
    created: datetime
    last_used: datetime | None = None
    revoked: datetime | None = None
    used_today: int = 0

    def is_live(self, today: date) -> bool:
        """Whether it opens anything on that day."""
        return self.revoked is None and (self.expires_on is None or today <= self.expires_on)

    def caller(self, user: str | None = None, session: str | None = None) -> Caller:
        """The one who comes with this key."""
        return Caller(self.id, self.spaces, frozenset(self.scopes), user, self.origins, session, self.name)


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key with its secret, at the only time when it can be shown."""

    key: Key
    secret: str


_PUBLISHABLE_PER_MINUTE = 120
"""Whoever reads a page's source can use its key: it gets a limit even if nobody thought of one."""


def checked(wanted: NewKey, today: date) -> NewKey:
    """What is asked for, with its origins as browsers write them.

    Raises:
        BadInput: it would open nothing, or more than its kind may.
    """
    if not wanted.name.strip():
        raise BadInput("a key needs a name, by which you will know it again")
    if not wanted.scopes or not wanted.spaces or not all(space.strip() for space in wanted.spaces):
        raise BadInput("a key needs at least one scope and one space")
    if any(limit is not None and limit < 1 for limit in (wanted.per_minute, wanted.per_day)):
        raise BadInput("a limit below 1 lets nothing through; revoke the key instead")
    if wanted.expires_on is not None and wanted.expires_on < today:
        raise BadInput(f"{wanted.expires_on} is over; a key's last day lies ahead")
    wanted = replace(wanted, origins=tuple(dict.fromkeys(map(origin_of, wanted.origins))))
    return _checked_publishable(wanted) if wanted.kind is KeyKind.PUBLISHABLE else wanted


def _checked_publishable(wanted: NewKey) -> NewKey:
    if set(wanted.scopes) != {Scope.ASK}:
        raise BadInput("a publishable key can only ask: everybody who opens the page can read it")
    if EVERY_SPACE in wanted.spaces:
        raise BadInput("a publishable key opens the spaces that it names, not all")
    if not wanted.origins:
        raise BadInput(
            "a publishable key needs the origin of the pages that it is for (https://portal.example)"
        )
    return replace(wanted, per_minute=wanted.per_minute or _PUBLISHABLE_PER_MINUTE)


def origin_of(address: str) -> str:
    """The origin in an address, as a browser's Origin header has it.

    Raises:
        BadInput: the address is none of a web site, or goes on after the origin.
    """
    try:
        parts = urlsplit(address.strip().lower())
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if (
        parts.scheme not in ("http", "https")
        or not host
        or "@" in parts.netloc
        or parts.path not in ("", "/")
    ):
        raise BadInput(f"{address} is no origin; write it as https://portal.example, without a path")
    shown = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{shown}" + (f":{port}" if port not in (None, default) else "")
