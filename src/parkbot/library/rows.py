"""Between the domain's values and the rows of the tables; pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any

from sqlalchemy import Row

from parkbot.domain import (
    UNSET,
    Coverage,
    Document,
    DocumentChanges,
    Heading,
    Level,
    Measure,
    Span,
    Status,
    TextKind,
)
from parkbot.library.tables import documents, measures

Values = dict[str, object]

_ENUMS = {"status": Status, "level": Level, "text_kind": TextKind, "coverage": Coverage}
_DATES = frozenset(column.name for column in documents.columns if column.type.python_type is date)
_KEPT_APART = frozenset({"id", "text", "superseded_on", "successor"})
_LISTS = ("issuers", "repeals")
_METADATA = tuple(field.name for field in fields(Document) if field.name not in _KEPT_APART)

DOCUMENT_COLUMNS = (documents.c.id, *(documents.c[name] for name in _METADATA))
MEASURE_COLUMNS = tuple(measures.columns)
_DOCUMENT_NAMES = tuple(column.name for column in DOCUMENT_COLUMNS)


def document_values(document: Document) -> Values:
    """A document's columns, but for its id and text."""
    values: Values = {name: getattr(document, name) for name in _METADATA}
    for name in _ENUMS:
        values[name] = str(values[name])
    for name in _LISTS:
        values[name] = list(getattr(document, name))
    return values


def document_of(row: Sequence[Any], text: str = "") -> Document:
    """The document of a row that begins with `DOCUMENT_COLUMNS`, in their order."""
    values = dict(zip(_DOCUMENT_NAMES, row, strict=False))
    for name, enum in _ENUMS.items():
        values[name] = enum(values[name])
    for name in _LISTS:
        values[name] = tuple(values[name])
    return Document(text=text, **values)


def overrides_of(changes: DocumentChanges) -> Values:
    """What an officer changed, as JSON values by field."""
    values = {field.name: getattr(changes, field.name) for field in fields(changes)}
    return {name: _plain(value) for name, value in values.items() if value is not UNSET}


def _plain(value: object) -> object:
    match value:
        case date():
            return value.isoformat()
        case tuple():
            return list(value)
        case str():
            return str(value)
        case _:
            return value


def overridden(document: Document, overrides: Mapping[str, Any]) -> Document:
    """The document with an officer's values over the file's."""
    values: dict[str, Any] = {name: _typed(name, value) for name, value in overrides.items()}
    return replace(document, **values)


def _typed(name: str, value: Any) -> object:  # noqa: ANN401  # JSON: what it may be depends on the field
    if value is None:
        return None
    if name in _DATES:
        return date.fromisoformat(value)
    if name in _ENUMS:
        return _ENUMS[name](value)
    return tuple(value) if name == "issuers" else value


def measure_values(measure: Measure) -> Values:
    """A measure's columns."""
    return {
        "id": measure.id,
        "document_id": measure.document_id,
        "position": measure.position,
        "locator": measure.locator,
        "section_path": list(measure.section_path),
        "text": measure.text,
        "span": [measure.span.start, measure.span.end],
        "title": measure.title,
        "actors": list(measure.actors),
        "topics": list(measure.topics),
        "figures": list(measure.figures),
        "paragraphs": [[span.start, span.end] for span in measure.paragraphs],
        "items": [[label, span.start, span.end] for label, span in measure.items],
        "questions": list(measure.questions),
    }


def measure_of(row: Sequence[Any]) -> Measure:
    """The measure of a row that begins with `MEASURE_COLUMNS`, in their order."""
    (
        id,
        document_id,
        position,
        locator,
        path,
        text,
        span,
        title,
        actors,
        topics,
        figures,
        paragraphs,
        items,
        questions,
    ) = row[: len(MEASURE_COLUMNS)]
    return Measure(
        id=id,
        document_id=document_id,
        position=position,
        locator=locator,
        section_path=tuple(path),
        text=text,
        span=Span(*span),
        title=title,
        actors=tuple(actors),
        topics=tuple(topics),
        figures=tuple(figures),
        paragraphs=tuple(Span(*ends) for ends in paragraphs),
        items=tuple((label, Span(start, end)) for label, start, end in items),
        questions=tuple(questions),
    )


def heading_values(document_id: str, position: int, heading: Heading) -> Values:
    """A heading's columns."""
    return {
        "document_id": document_id,
        "position": position,
        "text": heading.text,
        "span": [heading.span.start, heading.span.end],
        "level": heading.level,
    }


def heading_of(row: Row[Any]) -> Heading:
    """The heading of a row of `headings`."""
    return Heading(row.text, Span(*row.span), row.level)


def to_json(value: object) -> str:
    """JSON as it is stored: readable where it is Chinese."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
