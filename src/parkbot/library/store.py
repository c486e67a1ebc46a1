"""Documents and measures of every space, in SQL.

A document is staged, indexed, then published; what a killed run leaves between is in `unfinished`.
Every read takes the caller's spaces and shows nothing outside them.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, func, select, update

from parkbot.domain import Document, DocumentChanges, DocumentMeasure, Heading, Measure, NearestMeasure
from parkbot.errors import BadInput, NotFound
from parkbot.library import naming
from parkbot.library.approvals import Approvals
from parkbot.library.conversations import Conversations
from parkbot.library.database import Database
from parkbot.library.keys import Keys
from parkbot.library.rows import (
    DOCUMENT_COLUMNS,
    MEASURE_COLUMNS,
    document_of,
    document_values,
    heading_of,
    measure_of,
    overridden,
    overrides_of,
)
from parkbot.library.tables import State, documents, generations, headings, measures, texts
from parkbot.library.writing import advance, may_take, owner_of, put_document, put_parts

_IDS_AT_ONCE = 500
_ROWS_AT_ONCE = 1000
_READY = documents.c.state == State.READY
_MEASURES = select(*MEASURE_COLUMNS).join(documents, measures.c.document_id == documents.c.id)


class Library:
    """Safe to use from many threads; each call is a transaction of its own.

    `kept_days`: see `Conversations`, which stand in the same database.
    """

    def __init__(self, database_url: str, kept_days: int | None = None) -> None:
        self._database = Database(database_url)
        self.conversations = Conversations(self._database, kept_days)
        self.approvals = Approvals(self._database)
        self.keys = Keys(self._database)

    def close(self) -> None:
        """Closes the connections."""
        self._database.close()

    def alone(self) -> AbstractContextManager[None]:
        """For a change of several calls: one at a time, among all processes that share the library."""
        return self._database.alone()

    @property
    def generation(self) -> int:
        """Grows with every change of what may answer."""
        with self._database.reading() as connection:
            return int(connection.execute(select(generations.c.generation)).scalar_one())

    def assign_id(self, document: Document) -> Document:
        """The document under its id: the one that its source has, else a readable new one.

        The id of a document whose file is gone passes to a file of the same name in the same space:
        a moved file keeps its id.

        Raises:
            BadInput: the file declares an id that cannot be used.
        """
        wanted = naming.wanted_id(document)
        with self._database.reading() as connection:
            own = connection.execute(
                select(documents.c.id).where(
                    documents.c.space == document.space, documents.c.source == document.source
                )
            ).scalar()
            owner = owner_of(connection, wanted)
        if own is not None:
            return document.with_id(own)
        free = owner is None or may_take(owner, document)
        return document.with_id(wanted if free else naming.distinguished(wanted, document))

    def stage(self, document: Document, headings: Sequence[Heading], measures: Sequence[Measure]) -> None:
        """Writes a document whole, over its earlier version; it does not answer until published.

        What an officer changed stays changed.

        Raises:
            BadInput: the id belongs to another document, or two measures have one id.
        """
        if len({measure.id for measure in measures}) < len(measures):
            raise BadInput(f"{document.source or document.title}: two of its measures have the same id")
        with self._database.writing() as connection:
            put_document(connection, document)
            put_parts(connection, document, headings, measures)

    def publish(self, document_id: str) -> None:
        """From now on the document answers.

        Raises:
            NotFound: it was not staged.
        """
        self._enter(document_id, State.READY)

    def begin_removal(self, document_id: str) -> None:
        """From now on the document answers no more.

        Raises:
            NotFound: there is none of that id.
        """
        self._enter(document_id, State.REMOVING)

    def remove(self, document_id: str) -> None:
        """Deletes all that the library holds of a document; no error if that is nothing."""
        with self._database.writing() as connection:
            gone = delete(documents).where(documents.c.id == document_id)
            state = connection.execute(gone.returning(documents.c.state)).scalar()
            if state == State.READY:
                advance(connection)

    def edit(self, document_id: str, changes: DocumentChanges, *, silences: bool = False) -> Document:
        """Corrects metadata; the correction outlives later versions of the file.

        With `silences` the document does not answer from here until it is published: for a correction
        that its vectors must follow.

        Raises:
            NotFound: there is none of that id.
        """
        this = documents.c.id == document_id
        with self._database.writing() as connection:
            row = connection.execute(_whole(this, documents.c.overrides)).one_or_none()
            if row is None:
                raise _no_document(document_id)
            fresh = overrides_of(changes)
            edited = overridden(document_of(row, row.text), fresh)
            values = {"overrides": row.overrides | fresh, **document_values(edited)}
            if silences:
                values["state"] = State.INDEXING
            connection.execute(update(documents).where(this).values(values))
            advance(connection)
        return edited

    def unfinished(self) -> tuple[tuple[Document, State], ...]:
        """Documents, with text, that a killed run left between two states."""
        with self._database.reading() as connection:
            rows = connection.execute(_whole(~_READY, documents.c.state)).all()
        return tuple((document_of(row, row.text), State(row.state)) for row in rows)

    def staged_measures(self, document_id: str) -> tuple[Measure, ...]:
        """The measures of a document whatever its state, for finishing what was left unfinished."""
        return self._measures(measures.c.document_id == document_id)

    def by_source(self, space: str, source: str) -> Document | None:
        """The ready document, without its text, that came from a source."""
        this = and_(_READY, documents.c.space == space, documents.c.source == source)
        with self._database.reading() as connection:
            row = connection.execute(select(*DOCUMENT_COLUMNS).where(this)).one_or_none()
        return None if row is None else document_of(row)

    def document(self, id: str, spaces: Sequence[str]) -> Document:
        """A ready document with its text.

        Raises:
            NotFound: there is none of that id in these spaces.
        """
        with self._database.reading() as connection:
            row = connection.execute(_whole(and_(documents.c.id == id, _answers(spaces)))).one_or_none()
        if row is None:
            raise _no_document(id)
        return document_of(row, row.text)

    def documents(self, spaces: Sequence[str]) -> tuple[Document, ...]:
        """The ready documents of these spaces without their texts, in the order of their ids."""
        statement = select(*DOCUMENT_COLUMNS).where(_answers(spaces)).order_by(documents.c.id)
        with self._database.reading() as connection:
            return tuple(document_of(row) for row in connection.execute(statement))

    def spaces(self) -> tuple[str, ...]:
        """Every space that has a ready document; for upkeep, never for a caller's question."""
        statement = select(documents.c.space).where(_READY).distinct().order_by(documents.c.space)
        with self._database.reading() as connection:
            return tuple(connection.execute(statement).scalars())

    def measure_counts(self, spaces: Sequence[str]) -> dict[str, int]:
        """How many measures each ready document of these spaces has."""
        statement = (
            select(documents.c.id, func.count(measures.c.id))
            .outerjoin(measures, measures.c.document_id == documents.c.id)
            .where(_answers(spaces))
            .group_by(documents.c.id)
        )
        with self._database.reading() as connection:
            return {id: count for id, count in connection.execute(statement)}

    def measure(self, id: str, spaces: Sequence[str]) -> DocumentMeasure:
        """A measure in its place.

        Raises:
            NotFound: there is none of that id in these spaces.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                _MEASURES.where(measures.c.id == id, _answers(spaces))
                .add_columns(*DOCUMENT_COLUMNS, texts.c.text)
                .join(texts, texts.c.document_id == documents.c.id)
            ).one_or_none()
            if row is None:
                raise NotFound(f"no measure {id} in the library")
            measure = measure_of(row)
            document = document_of(row[len(MEASURE_COLUMNS) :], row[-1])
            beside = select(measures.c.id, measures.c.locator, measures.c.title, measures.c.position).where(
                measures.c.document_id == document.id,
                measures.c.position.in_((measure.position - 1, measure.position + 1)),
            )
            neighbours = {
                row.position: NearestMeasure(row.id, document.title, row.locator, row.title)
                for row in connection.execute(beside)
            }
        return DocumentMeasure(
            document, measure, neighbours.get(measure.position - 1), neighbours.get(measure.position + 1)
        )

    def measures_of(self, document_id: str, spaces: Sequence[str]) -> tuple[Measure, ...]:
        """The measures of a ready document in order; none if it is not in these spaces."""
        return self._measures(and_(measures.c.document_id == document_id, _answers(spaces)))

    def measures(self, ids: Sequence[str], spaces: Sequence[str]) -> dict[str, Measure]:
        """Those of the measures that are ready in these spaces, by id, in the order asked for."""
        found: dict[str, Measure] = {}
        # Not a join: SQLite then begins at the documents and walks all their measures.
        answers = exists().where(documents.c.id == measures.c.document_id, _answers(spaces))
        with self._database.reading() as connection:
            for start in range(0, len(ids), _IDS_AT_ONCE):
                some = measures.c.id.in_(ids[start : start + _IDS_AT_ONCE])
                for row in connection.execute(select(*MEASURE_COLUMNS).where(some, answers)):
                    found[row.id] = measure_of(row)
        return {id: found[id] for id in ids if id in found}

    def all_measures(self) -> Iterator[tuple[Document, Measure]]:
        """Every ready measure with its document (without text), to build indexes from."""
        ordered = _MEASURES.where(_READY).order_by(measures.c.document_id, measures.c.position)
        with self._database.reading() as connection:
            light = connection.execute(select(*DOCUMENT_COLUMNS).where(_READY))
            owners = {row.id: document_of(row) for row in light}
            streamed = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(ordered)
            for row in streamed:
                yield owners[row.document_id], measure_of(row)

    def headings_of(self, document_id: str, spaces: Sequence[str]) -> tuple[Heading, ...]:
        """The headings of a ready document in order; none if it is not in these spaces."""
        statement = (
            select(headings)
            .join(documents, headings.c.document_id == documents.c.id)
            .where(headings.c.document_id == document_id, _answers(spaces))
            .order_by(headings.c.position)
        )
        with self._database.reading() as connection:
            return tuple(heading_of(row) for row in connection.execute(statement))

    def _measures(self, condition: ColumnElement[bool]) -> tuple[Measure, ...]:
        statement = _MEASURES.where(condition).order_by(measures.c.position)
        with self._database.reading() as connection:
            return tuple(measure_of(row) for row in connection.execute(statement))

    def _enter(self, document_id: str, state: State) -> None:
        this = update(documents).where(documents.c.id == document_id)
        with self._database.writing() as connection:
            if connection.execute(this.values(state=state)).rowcount == 0:
                raise _no_document(document_id)
            advance(connection)


def _answers(spaces: Sequence[str]) -> ColumnElement[bool]:
    return and_(_READY, documents.c.space.in_(spaces))


def _whole(condition: ColumnElement[bool], *more: ColumnElement[Any]) -> Select[Any]:
    """Documents with their text and what more is asked for."""
    return (
        select(*DOCUMENT_COLUMNS, texts.c.text, *more)
        .join(texts, texts.c.document_id == documents.c.id)
        .where(condition)
        .order_by(documents.c.id)
    )


def _no_document(id: str) -> NotFound:
    return NotFound(f"no document {id} in the library")
