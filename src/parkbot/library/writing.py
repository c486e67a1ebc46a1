"""The statements that put a document into the tables; each runs in its caller's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from parkbot.domain import Document, Heading, Measure
from parkbot.errors import BadInput
from parkbot.library import naming
from parkbot.library.rows import document_values, heading_values, measure_values, overridden
from parkbot.library.tables import State, documents, generations, headings, measures, texts


@dataclass(frozen=True, slots=True)
class Owner:
    """What is known of the document that has an id."""

    space: str
    source: str
    state: State
    overrides: Mapping[str, Any]


def owner_of(connection: Connection, document_id: str) -> Owner | None:
    """The document that has an id, if there is one."""
    columns = (documents.c.space, documents.c.source, documents.c.state, documents.c.overrides)
    row = connection.execute(select(*columns).where(documents.c.id == document_id)).one_or_none()
    return None if row is None else Owner(row.space, row.source, State(row.state), row.overrides)


def may_take(owner: Owner, document: Document) -> bool:
    """Whether a document may have an id that is in use: it is its own, or that of a file that moved.

    An upload is no file that was here before: it takes no other document's place.
    """
    if owner.space != document.space:
        return False
    has_moved = naming.is_file(document.source) and naming.is_gone(owner.source)
    return owner.source == document.source or has_moved


def advance(connection: Connection) -> None:
    """Says that what may answer has changed."""
    connection.execute(update(generations).values(generation=generations.c.generation + 1))


def put_document(connection: Connection, document: Document) -> None:
    """Writes the document's row, as one that does not answer yet; an officer's values stay.

    Raises:
        BadInput: the id belongs to another document.
    """
    owner = owner_of(connection, document.id)
    if owner is None:
        row = {"id": document.id, "state": State.INDEXING, "overrides": {}, **document_values(document)}
        connection.execute(insert(documents).values(row))
        return
    if not may_take(owner, document):
        raise BadInput(
            f"{document.source or document.title}: the id {document.id} belongs to another document"
        )
    row = {"state": State.INDEXING, **document_values(overridden(document, owner.overrides))}
    connection.execute(update(documents).where(documents.c.id == document.id).values(row))
    if owner.state == State.READY:
        advance(connection)


def put_parts(
    connection: Connection,
    document: Document,
    its_headings: Sequence[Heading],
    its_measures: Sequence[Measure],
) -> None:
    """Writes text, headings and measures of a document in place of those that were there."""
    for table in (texts, headings, measures):
        connection.execute(delete(table).where(table.c.document_id == document.id))
    connection.execute(insert(texts).values(document_id=document.id, text=document.text))
    if its_headings:
        rows = [heading_values(document.id, n, heading) for n, heading in enumerate(its_headings)]
        connection.execute(insert(headings), rows)
    if its_measures:
        connection.execute(insert(measures), [measure_values(measure) for measure in its_measures])
