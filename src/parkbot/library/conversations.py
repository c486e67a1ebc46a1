"""Conversations and feedback in SQL: kept with the texts that were quoted, and deleted when they are old.

A conversation belongs to a space and, where callers are known apart, to an owner; nobody else sees it.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, select, update

from parkbot.answers import Answer
from parkbot.errors import NotFound
from parkbot.library.database import Database
from parkbot.library.tables import conversations, feedback, turns
from parkbot.turns import NEW_CONVERSATION, Conversation, ConversationSummary, Feedback, KeptTurn

_ANSWER = TypeAdapter(Answer)
_FEEDBACK_ID_BYTES = 9
_ID_BYTES = 9
_TITLE_LENGTH = 80


class Conversations:
    """Safe to use from many threads; each call is a transaction of its own.

    `kept_days` after its last turn a conversation is seen no more, and deleted soon; None keeps all.
    """

    def __init__(self, database: Database, kept_days: int | None = None) -> None:
        self._database = database
        self._kept_days = kept_days

    def identified(self, id: str, space: str, owner: str | None = None) -> str:
        """The id of a conversation to go on with; a new one gets its own, and is stored with its first turn.

        Raises:
            NotFound: there is none of that id in this space, or it is another owner's.
        """
        if id == NEW_CONVERSATION:
            return secrets.token_urlsafe(_ID_BYTES)
        with self._database.reading() as connection:
            if connection.execute(self._of(id, space, owner)).scalar() is None:
                raise _none(id)
        return id

    def last_answers(self, id: str, most: int) -> tuple[Answer, ...]:
        """The last answers of a conversation, the oldest of them first."""
        newest = select(turns.c.answer).where(turns.c.conversation_id == id)
        newest = newest.order_by(turns.c.position.desc()).limit(most)
        with self._database.reading() as connection:
            rows = connection.execute(newest).scalars().all()
        return tuple(_ANSWER.validate_python(row) for row in reversed(rows))

    def keep(self, answer: Answer, space: str, owner: str | None = None, *, begins: bool) -> Answer:
        """Add a turn to the conversation that its answer names; `begins`: it is the first one of a new one.

        The answer comes back with its position. Of a conversation that is not there any more nothing is kept.
        """
        now = _now()
        with self._database.writing() as connection:
            if begins:
                self._delete_old(connection, now)
                title = " ".join(answer.question.split())[:_TITLE_LENGTH]
                row = {"id": answer.conversation_id, "space": space, "owner": owner, "title": title}
                connection.execute(insert(conversations).values(**row, created=now, updated=now))
            else:
                this = conversations.c.id == answer.conversation_id
                if not connection.execute(update(conversations).where(this).values(updated=now)).rowcount:
                    return answer
            count = (
                select(func.count())
                .select_from(turns)
                .where(turns.c.conversation_id == answer.conversation_id)
            )
            kept = replace(answer, position=int(connection.execute(count).scalar_one()))
            connection.execute(
                insert(turns).values(
                    conversation_id=answer.conversation_id,
                    position=kept.position,
                    question=answer.question,
                    standalone_question=answer.standalone_question,
                    answer=_ANSWER.dump_python(kept, mode="json"),
                    created=now,
                )
            )
        return kept

    def listed(self, spaces: Sequence[str], owner: str | None = None) -> tuple[ConversationSummary, ...]:
        """All conversations of these spaces, the one spoken in last first."""
        statement = (
            select(conversations, func.count(turns.c.position).label("turns"))
            .outerjoin(turns, turns.c.conversation_id == conversations.c.id)
            .where(self._own(spaces, owner))
            .group_by(conversations.c.id)
            .order_by(conversations.c.updated.desc(), conversations.c.id)
        )
        with self._database.reading() as connection:
            return tuple(
                ConversationSummary(
                    row.id, row.space, row.title, row.turns, _utc(row.created), _utc(row.updated)
                )
                for row in connection.execute(statement)
            )

    def conversation(self, id: str, spaces: Sequence[str], owner: str | None = None) -> Conversation:
        """A conversation in full.

        Raises:
            NotFound: there is none of that id in these spaces, or it is another owner's.
        """
        with self._database.reading() as connection:
            this = and_(conversations.c.id == id, self._own(spaces, owner))
            row = connection.execute(select(conversations).where(this)).one_or_none()
            if row is None:
                raise _none(id)
            of_it = select(turns).where(turns.c.conversation_id == id).order_by(turns.c.position)
            held = tuple(_turn(turn) for turn in connection.execute(of_it))
        return Conversation(row.id, row.space, row.title, _utc(row.created), _utc(row.updated), held)

    def remove(self, id: str, spaces: Sequence[str], owner: str | None = None) -> None:
        """Delete a conversation, its turns and the feedback on them.

        Raises:
            NotFound: there is none of that id in these spaces, or it is another owner's.
        """
        this = and_(conversations.c.id == id, self._own(spaces, owner))
        with self._database.writing() as connection:
            if connection.execute(delete(conversations).where(this)).rowcount == 0:
                raise _none(id)

    def remove_all(self, spaces: Sequence[str], owner: str | None = None) -> int:
        """Delete all conversations of these spaces that are the owner's; how many there were."""
        with self._database.writing() as connection:
            return connection.execute(delete(conversations).where(self._own(spaces, owner))).rowcount

    def prune(self) -> None:
        """Delete what is older than conversations are kept."""
        if self._kept_days is not None:
            with self._database.writing() as connection:
                self._delete_old(connection, _now())

    def add_feedback(self, given: Feedback, space: str, owner: str | None = None) -> str:
        """Store what a person thought of an answer; the id of that.

        Raises:
            NotFound: the conversation does not exist in this space, or has no such turn.
        """
        id = secrets.token_urlsafe(_FEEDBACK_ID_BYTES)
        with self._database.writing() as connection:
            if given.conversation_id is not None:
                # Held, so that nobody deletes it before the feedback refers to it.
                held = self._of(given.conversation_id, space, owner).with_for_update()
                if connection.execute(held).scalar() is None:
                    raise _none(given.conversation_id)
            if given.position is not None:
                this = and_(
                    turns.c.conversation_id == given.conversation_id, turns.c.position == given.position
                )
                if connection.execute(select(turns.c.position).where(this)).scalar() is None:
                    raise NotFound(f"the conversation {given.conversation_id} has no turn {given.position}")
            connection.execute(
                insert(feedback).values(
                    id=id,
                    space=space,
                    owner=owner,
                    conversation_id=given.conversation_id,
                    position=given.position,
                    measure_ids=list(given.measure_ids),
                    rating=str(given.rating),
                    comment=given.comment,
                    created=_now(),
                )
            )
        return id

    def _of(self, id: str, space: str, owner: str | None) -> Select[tuple[str]]:
        """The id of a conversation of this very space, if a caller may see it."""
        return select(conversations.c.id).where(conversations.c.id == id, self._own((space,), owner))

    def _own(self, spaces: Sequence[str], owner: str | None) -> ColumnElement[bool]:
        """What a caller may see: of these spaces, theirs, and not yet too old."""
        mine = conversations.c.owner.is_(None) if owner is None else conversations.c.owner == owner
        conditions = [conversations.c.space.in_(spaces), mine]
        if self._kept_days is not None:
            conditions.append(conversations.c.updated >= _now() - timedelta(days=self._kept_days))
        return and_(*conditions)

    def _delete_old(self, connection: Connection, now: datetime) -> None:
        if self._kept_days is not None:
            before = now - timedelta(days=self._kept_days)
            connection.execute(delete(conversations).where(conversations.c.updated < before))
            connection.execute(delete(feedback).where(feedback.c.created < before))


def _turn(row: Any) -> KeptTurn:  # noqa: ANN401  # a row of `turns`
    answer = _ANSWER.validate_python(row.answer)
    return KeptTurn(row.position, row.question, row.standalone_question, answer, _utc(row.created))


def _now() -> datetime:
    # Without a zone, as SQL's DATETIME stores it; it is UTC throughout.
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def _utc(stored: datetime) -> datetime:
    return stored.replace(tzinfo=UTC)


def _none(id: str) -> NotFound:
    return NotFound(f"no conversation {id}; `parkbot conversations list` shows those there are")
