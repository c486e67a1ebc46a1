"""Keys in SQL: made, found again by their hash, counted and revoked.

Every use looks into the table: what one process revokes opens nothing in another a moment later.
"""

import hashlib
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    Insert,
    Row,
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError

from parkbot.access import IssuedKey, Key, KeyKind, NewKey, Scope, checked
from parkbot.errors import NotFound, Unavailable
from parkbot.library.database import Database
from parkbot.library.tables import key_minutes, key_sessions, key_usage, keys

SESSION_DAYS = 30

# "Last used" is for people: a write for every request would cost more than it tells.
_USE_IS_NOTED_EVERY = timedelta(minutes=1)

# Every request asks one of these: they are put together once.
_TODAY = bindparam("today", type_=Date)
_LIVE = keys.c.revoked.is_(None) & or_(keys.c.expires_on.is_(None), keys.c.expires_on >= _TODAY)
_ALL: Select[Any] = select(
    *(column for column in keys.columns if column is not keys.c.hash),
    func.coalesce(key_usage.c.used, 0).label("used_today"),
).outerjoin(key_usage, (key_usage.c.key_id == keys.c.id) & (key_usage.c.day == _TODAY))
_ONE = _ALL.where(keys.c.id == bindparam("id"))
_BY_SECRET = _ALL.where(keys.c.hash == bindparam("hash"), _LIVE)
_BY_SESSION = _ALL.join(key_sessions, key_sessions.c.key_id == keys.c.id).where(
    key_sessions.c.hash == bindparam("hash"), key_sessions.c.ends > bindparam("now"), _LIVE
)
_ORIGINS = select(keys.c.origins).where(_LIVE)
_ANY = select(exists(select(keys.c.id)))
_ANY_LIVE = select(exists().where(_LIVE))


class Keys:
    """The keys of a library; safe to use from many threads, each call is a transaction of its own."""

    def __init__(self, database: Database, today: Callable[[], date] = date.today) -> None:
        self._database = database
        self._today = today
        self._exist = False

    def exist(self) -> bool:
        """Whether a key was ever made; revoking the last one does not open the doors again."""
        if not self._exist:  # what is true once stays true: keys are revoked, never deleted
            with self._database.reading() as connection:
                self._exist = bool(connection.execute(_ANY).scalar())
        return self._exist

    def any_live(self) -> bool:
        """Whether there is a key that opens something today."""
        with self._database.reading() as connection:
            return bool(connection.execute(_ANY_LIVE, {"today": self._today()}).scalar())

    def create(self, wanted: NewKey) -> IssuedKey:
        """A new key; its secret is in what this returns and nowhere else.

        Raises:
            BadInput: it would open nothing, or more than its kind may.
        """
        wanted = checked(wanted, self._today())
        secret = wanted.kind.prefix + secrets.token_urlsafe(32)
        id = secrets.token_hex(6)
        values = asdict(wanted) | {"spaces": list(wanted.spaces), "origins": list(wanted.origins)}
        values |= {"kind": str(wanted.kind), "scopes": [str(scope) for scope in wanted.scopes]}
        with self._database.writing() as connection:
            connection.execute(insert(keys).values(id=id, hash=_hash(secret), created=_now(), **values))
            return IssuedKey(self._only(connection, id), secret)

    def all(self) -> tuple[Key, ...]:
        """Every key, also those that are revoked or expired, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_ALL.order_by(keys.c.created, keys.c.id), {"today": self._today()})
            return tuple(_key(row) for row in rows)

    def key(self, id: str) -> Key:
        """One key by its id.

        Raises:
            NotFound: there is none of that id.
        """
        with self._database.reading() as connection:
            return self._only(connection, id)

    def revoke(self, id: str) -> Key:
        """End a key, and the sessions that began with it, at once and for good.

        Raises:
            NotFound: there is none of that id.
        """
        with self._database.writing() as connection:
            this = update(keys).where(keys.c.id == id, keys.c.revoked.is_(None))
            connection.execute(this.values(revoked=_now()))
            connection.execute(delete(key_sessions).where(key_sessions.c.key_id == id))
            return self._only(connection, id)

    # Who comes ---------------------------------------------------------------------------------

    def by_secret(self, secret: str) -> Key | None:
        """The live key that has this secret."""
        return self._used(_BY_SECRET, secret)

    def by_session(self, session: str) -> Key | None:
        """The live key with which a session began that has not ended."""
        return self._used(_BY_SESSION, session)

    def begin_session(self, key: Key) -> str:
        """What a browser keeps in place of the key, until it signs out or `SESSION_DAYS` are over."""
        session, now = secrets.token_urlsafe(32), _now()
        with self._database.writing() as connection:
            connection.execute(delete(key_sessions).where(key_sessions.c.ends <= now))
            ends = now + timedelta(days=SESSION_DAYS)
            connection.execute(insert(key_sessions).values(hash=_hash(session), key_id=key.id, ends=ends))
        return session

    def end_session(self, session: str) -> None:
        """Sign out; nothing to do if the session has ended."""
        with self._database.writing() as connection:
            connection.execute(delete(key_sessions).where(key_sessions.c.hash == _hash(session)))

    def origins(self) -> frozenset[str]:
        """The sites whose pages may use any of the live keys."""
        with self._database.reading() as connection:
            rows = connection.execute(_ORIGINS, {"today": self._today()}).scalars()
            return frozenset(origin for origins in rows for origin in origins)

    # What they use -----------------------------------------------------------------------------

    @property
    def are_shared(self) -> bool:
        """Whether other processes may count what the same keys use."""
        return self._database.is_shared

    def spend_minute(self, key_id: str, most: int, now: float) -> float:
        """Count one request at `now` (seconds since 1970) of a key that may send `most` in a minute.

        The minute before counts by the part of it that is less than a minute ago, as if its requests had
        come evenly.

        Returns:
            0, or the seconds to wait, and nothing is counted.
        """
        try:
            return self._spent_minute(key_id, most, now)
        except _First:  # another process wrote it between our two looks
            return self._spent_minute(key_id, most, now)

    def _spent_minute(self, key_id: str, most: int, now: float) -> float:
        minute, passed = int(now // 60), now % 60 / 60
        this = (key_minutes.c.key_id == key_id, key_minutes.c.minute == minute)
        with self._database.writing() as connection:
            # First the count, which locks the row: nobody counts between our look and our decision.
            more = update(key_minutes).where(*this).values(used=key_minutes.c.used + 1)
            used = connection.execute(more.returning(key_minutes.c.used)).scalar()
            if used is None:
                used = 1
                _insert_first(connection, insert(key_minutes).values(key_id=key_id, minute=minute, used=used))
                old = (key_minutes.c.key_id == key_id, key_minutes.c.minute < minute - 1)
                connection.execute(delete(key_minutes).where(*old))
            earlier = select(key_minutes.c.used).where(
                key_minutes.c.key_id == key_id, key_minutes.c.minute == minute - 1
            )
            before = connection.execute(earlier).scalar() or 0
            if before * (1 - passed) + used <= most:
                return 0.0
            connection.rollback()
        # Where this minute alone is full, its own part must pass, too.
        part = 1.0 if used > most else 1 - (most - used) / before
        return max(part - passed, 0.0) * 60

    def spend(self, key: Key) -> bool:
        """Count one question of today; False, and nothing counted, if the key's quota is used up."""
        if key.per_day is None:
            return True
        today = self._today()
        try:
            return self._spent(key.id, key.per_day, today)
        except _First:  # another process wrote it between our two looks
            return self._spent(key.id, key.per_day, today)

    def _spent(self, key_id: str, quota: int, today: date) -> bool:
        this = (key_usage.c.key_id == key_id, key_usage.c.day == today)
        more = update(key_usage).where(*this, key_usage.c.used < quota).values(used=key_usage.c.used + 1)
        with self._database.writing() as connection:
            if connection.execute(more).rowcount:
                return True
            if connection.execute(select(key_usage.c.used).where(*this)).one_or_none():
                return False
            connection.execute(delete(key_usage).where(key_usage.c.key_id == key_id, key_usage.c.day < today))
            _insert_first(connection, insert(key_usage).values(key_id=key_id, day=today, used=1))
        return True

    def _only(self, connection: Connection, id: str) -> Key:
        row = connection.execute(_ONE, {"id": id, "today": self._today()}).one_or_none()
        if row is None:
            raise NotFound("no such key; `parkbot keys list` shows them all")
        return _key(row)

    def _used(self, statement: Select[Any], secret: str) -> Key | None:
        now = _now()
        values = {"hash": _hash(secret), "today": self._today(), "now": now}
        with self._database.reading() as connection:
            row = connection.execute(statement, values).one_or_none()
        if row is None:
            return None
        if row.last_used is None or now - row.last_used > _USE_IS_NOTED_EVERY:
            # A database too busy to note it is no reason to turn somebody away.
            with suppress(Unavailable), self._database.writing() as connection:
                connection.execute(update(keys).where(keys.c.id == row.id).values(last_used=now))
        return _key(row)


class _First(Exception):
    """Two processes count the first question of a day, or request of a minute, at the same moment."""


def _insert_first(connection: Connection, row: Insert) -> None:
    try:
        connection.execute(row)
    except IntegrityError as error:
        raise _First from error


def _hash(secret: str) -> str:
    # 256 random bits leave nothing to guess, so a slow hash for passwords would slow only ourselves.
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _key(row: Row[Any]) -> Key:
    return Key(
        id=row.id,
        name=row.name,
        kind=KeyKind(row.kind),
        spaces=tuple(row.spaces),
        scopes=tuple(Scope(scope) for scope in row.scopes),
        origins=tuple(row.origins),
        per_minute=row.per_minute,
        per_day=row.per_day,
        expires_on=row.expires_on,
        created=row.created.replace(tzinfo=UTC),
        last_used=_utc(row.last_used),
        revoked=_utc(row.revoked),
        used_today=row.used_today,
    )


def _utc(time: datetime | None) -> datetime | None:
    return None if time is None else time.replace(tzinfo=UTC)
