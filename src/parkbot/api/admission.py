"""Credentials → caller: the only place where it is decided who sent a request and whether they may."""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from parkbot.access import ANYBODY, OPERATOR, Caller, Key
from parkbot.api.limits import Limits
from parkbot.api.origins import USER_TOKEN, check_host, check_ours, sender
from parkbot.api.routes import Need
from parkbot.api.users import Users
from parkbot.errors import Forbidden, Unauthenticated
from parkbot.library import Keys

SESSION_COOKIE = "parkbot_session"

NOBODY = Caller(key_id=None, spaces=(), scopes=frozenset())
"""Who needs no key, since nothing of the library is asked for."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that may go on: who sent it, and the other site's page that may read the response."""

    caller: Caller
    origin: str | None = None


class Admission:
    """Knows the keys. Its methods look into the database: not for the event loop.

    `open_here`: as long as no key was made, everybody may ask, read and write; for a server that
    only its own machine can reach. `local_token` is that of the data folder.
    """

    def __init__(self, keys: Keys, users: Users, *, open_here: bool, local_token: str | None) -> None:
        self.keys = keys
        self._limits = Limits(keys)
        self._users = users
        self._open_here = open_here
        self._local_token = local_token

    def admit(self, method: str, headers: Headers, need: Need) -> Admitted:
        """Who sent a request, if they may.

        Raises:
            Unauthenticated: no key came, or none that is in force.
            Forbidden: the key does not go so far, or is not for the page that sent it.
            LimitReached: the key was used too often.
        """
        secret = _bearer(headers)
        if secret is not None and self._is_local(secret):
            return Admitted(OPERATOR, sender(headers, ()))
        if need.scope is None:
            _check_page(method, headers)
            return Admitted(NOBODY)
        if self._open_here and not self.keys.exist():
            check_host(headers)
            _check_page(method, headers)
            if need.scope not in ANYBODY.scopes and not need.or_no_keys:
                raise Forbidden("without a key nobody may do this; use `parkbot` on the server's machine")
            return Admitted(ANYBODY)
        if secret is not None:
            return self._with_key(self._key_of(secret), headers, need)
        return self._in_session(method, headers, need)

    def may_come_from(self, origin: str) -> bool:
        """Whether pages of a site may use any key; a browser asks before it sends one."""
        return origin in self.keys.origins()

    def _with_key(self, key: Key, headers: Headers, need: Need) -> Admitted:
        origin = sender(headers, key.origins)
        token = headers.get(USER_TOKEN)
        caller = key.caller(self._users.named_by(token) if token else None)
        self._spend(key, caller, need)
        return Admitted(caller, origin)

    def _in_session(self, method: str, headers: Headers, need: Need) -> Admitted:
        session = session_of(headers)
        key = self.keys.by_session(session) if session else None
        if session is None or key is None:
            raise Unauthenticated(
                "a key is needed: sign in at /signin, or send `Authorization: Bearer …`"
                " / 需要密钥：请在 /signin 登录，或在请求中带上 `Authorization: Bearer …`"
            )
        # The browser sends the cookie by itself, whoever's page asked it to.
        _check_page(method, headers)
        # The session itself would open the door to whoever reads it where conversations are kept.
        caller = key.caller(session=sha256(session.encode()).hexdigest()[:16])
        self._spend(key, caller, need)
        return Admitted(caller)

    def _spend(self, key: Key, caller: Caller, need: Need) -> None:
        if need.scope is not None and not caller.may(need.scope):
            raise Forbidden(f"this key lacks the scope `{need.scope}`")
        self._limits.spend(key, question=need.counts)

    def _key_of(self, secret: str) -> Key:
        key = self.keys.by_secret(secret)
        if key is None:
            raise Unauthenticated("this key is unknown, revoked or expired")
        return key

    def _is_local(self, secret: str) -> bool:
        return self._local_token is not None and hmac.compare_digest(
            secret.encode(errors="replace"), self._local_token.encode()
        )


def session_of(headers: Headers) -> str | None:
    """The session that a browser's cookie names."""
    return cookie_parser(headers.get("cookie", "")).get(SESSION_COOKIE)


def _bearer(headers: Headers) -> str | None:
    scheme, _, secret = headers.get("authorization", "").partition(" ")
    return secret.strip() or None if scheme.lower() == "bearer" else None


def _check_page(method: str, headers: Headers) -> None:
    if method not in _SAFE_METHODS:
        check_ours(headers)
