"""Which questions an operator approved to learn from, and the feedback that they came from.

An approved question is kept by itself: it outlives the conversation in which it was asked.
"""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, and_, delete, insert, select

from parkbot.answers import Answer
from parkbot.domain import SHARED_SPACE
from parkbot.errors import BadInput, NotFound
from parkbot.library.database import Database
from parkbot.library.tables import State, approved, documents, feedback, measures, turns
from parkbot.turns import ApprovedQuestion, GivenFeedback, Rating

_ANSWER = TypeAdapter(Answer)
_ID_BYTES = 9
_GIVEN = (
    select(feedback, turns.c.standalone_question, turns.c.answer, approved.c.id.label("approved_id"))
    .outerjoin(
        turns,
        and_(turns.c.conversation_id == feedback.c.conversation_id, turns.c.position == feedback.c.position),
    )
    .outerjoin(approved, approved.c.id == feedback.c.id)
)


class Approvals:
    """For the operator, who sees the feedback of every space; each call is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def given(self) -> tuple[GivenFeedback, ...]:
        """All feedback, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_GIVEN.order_by(feedback.c.created, feedback.c.id)).all()
        return tuple(_given(row) for row in rows)

    def approve(self, feedback_id: str, measure_ids: Sequence[str] = ()) -> ApprovedQuestion:
        """Learn from the question of this feedback; without `measure_ids` its answer's sources are right.

        Raises:
            NotFound: there is no such feedback.
            BadInput: its question is not known, or not what answers it, or the library lacks a measure.
        """
        with self._database.writing() as connection:
            row = connection.execute(_GIVEN.where(feedback.c.id == feedback_id)).one_or_none()
            if row is None:
                raise NotFound(f"no feedback {feedback_id}; `parkbot feedback list` shows what there is")
            given = _given(row)
            if given.question is None:
                raise BadInput(f"the question of {feedback_id} was not kept: it was asked in no conversation")
            if not measure_ids and (given.rating is Rating.DOWN or not given.measure_ids):
                raise BadInput(f"say with --measure which measures answer {feedback_id} rightly")
            chosen = tuple(measure_ids or given.measure_ids)
            return _approved(connection, feedback_id, given.space, given.question, chosen)

    def add(self, question: str, measure_ids: Sequence[str], space: str = SHARED_SPACE) -> ApprovedQuestion:
        """Learn from a question that nobody gave feedback on; the same question is held once a space.

        Raises:
            BadInput: it is empty, names no measure, or the library lacks one of them.
        """
        question = " ".join(question.split())
        if not question or not measure_ids:
            raise BadInput(
                "a question to learn from needs its words and the ids of the measures that answer it"
            )
        same = and_(approved.c.question == question, approved.c.space == space)
        with self._database.writing() as connection:
            known = connection.execute(select(approved.c.id).where(same)).scalar()
            id = known or secrets.token_urlsafe(_ID_BYTES)
            return _approved(connection, id, space, question, tuple(measure_ids))

    def withdraw(self, id: str) -> None:
        """Learn no more from a question.

        Raises:
            NotFound: none of that id was approved.
        """
        with self._database.writing() as connection:
            if connection.execute(delete(approved).where(approved.c.id == id)).rowcount == 0:
                raise NotFound(f"no approved question {id}; `parkbot feedback list` shows those there are")

    def all(self) -> tuple[ApprovedQuestion, ...]:
        """Every approved question, the oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(approved).order_by(approved.c.approved, approved.c.id)).all()
        return tuple(
            ApprovedQuestion(row.id, row.space, row.question, tuple(row.measure_ids)) for row in rows
        )


def _approved(
    connection: Connection, id: str, space: str, question: str, measure_ids: tuple[str, ...]
) -> ApprovedQuestion:
    readable = and_(documents.c.state == State.READY, documents.c.space.in_((SHARED_SPACE, space)))
    held = select(measures.c.id).join(documents, measures.c.document_id == documents.c.id)
    known = set(connection.execute(held.where(readable, measures.c.id.in_(measure_ids))).scalars())
    if missing := [each for each in measure_ids if each not in known]:
        raise BadInput(f"no measure {missing[0]} in the library")
    connection.execute(delete(approved).where(approved.c.id == id))
    connection.execute(
        insert(approved).values(
            id=id,
            space=space,
            question=question,
            measure_ids=list(measure_ids),
            approved=datetime.now(UTC).replace(tzinfo=None),
        )
    )
    return ApprovedQuestion(id, space, question, measure_ids)


def _given(row: Any) -> GivenFeedback:  # noqa: ANN401  # a row of `_GIVEN`
    cited = tuple(row.measure_ids)
    if not cited and row.answer is not None:
        answer = _ANSWER.validate_python(row.answer)
        cited = tuple(dict.fromkeys(citation.measure_id for citation in answer.citations))
    return GivenFeedback(
        id=row.id,
        space=row.space,
        rating=Rating(row.rating),
        comment=row.comment,
        question=row.standalone_question,
        measure_ids=cited,
        created=row.created.replace(tzinfo=UTC),
        is_approved=row.approved_id is not None,
    )
