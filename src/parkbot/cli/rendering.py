"""The domain's values as text for a terminal, and as JSON."""

from collections.abc import Sequence
from dataclasses import fields

import typer

from parkbot.domain import Document, DocumentMeasure, Measure, SearchResult, TextKind
from parkbot.turns import Conversation, ConversationSummary
from parkbot.ui.labels import DIGEST, titled
from parkbot.ui.text import answer_text, joined, known, nearest, speaker


def print_json(value: object) -> None:
    """One JSON object on stdout, always UTF-8, whatever the terminal speaks."""
    from pydantic_core import to_json

    typer.echo(to_json(value, indent=2))


def print_text(text: str) -> None:
    """Text on stdout."""
    typer.echo(text)


def results_text(results: Sequence[SearchResult]) -> str:
    """Search results, best first, each with its whole text."""
    if not results:
        return "Nothing found."
    return "\n\n".join(_result(result) for result in results)


def _result(result: SearchResult) -> str:
    place = f"{titled(result.document_title)}{result.locator} {result.title or ''}".strip()
    digest = DIGEST.zh if result.language == "zh" else DIGEST.en
    return "\n".join(
        (
            joined(place, digest if result.text_kind is TextKind.DIGEST else None),
            joined(result.measure_id, f"{result.score:.3f}", ", ".join(result.found_by)),
            result.text,
        )
    )


def conversations_text(conversations: Sequence[ConversationSummary]) -> str:
    """One line a conversation."""
    if not conversations:
        return "There are no conversations."
    return "\n".join(
        joined(each.id, f"{each.updated:%Y-%m-%d %H:%M}", _counted(each.turns, "turn"), each.title)
        for each in conversations
    )


def conversation_text(conversation: Conversation) -> str:
    """A conversation as it was held."""
    turns = (f"> {turn.question}\n\n{answer_text(turn.answer, None)}" for turn in conversation.turns)
    return "\n\n".join(turns)


def documents_text(documents: Sequence[Document]) -> str:
    """One line a document."""
    if not documents:
        return "The library is empty."
    return "\n".join(_document_line(document) for document in documents)


def _document_line(document: Document) -> str:
    return joined(
        document.id,
        titled(document.title),
        document.date_issued.isoformat() if document.date_issued else None,
        document.region,
        document.status.replace("_", " "),
        document.text_kind.value,
    )


def document_text(document: Document, measures: Sequence[Measure]) -> str:
    """All metadata of a document, under the names that `documents edit` knows, and its measures."""
    left_out = {"text", "content_hash"}
    lines = [
        f"{field.name.replace('_', '-') + ':':<17} {_shown(getattr(document, field.name))}"
        for field in fields(document)
        if field.name not in left_out
    ]
    lines += ["", f"{_counted(len(measures), 'measure')}:"]
    for measure in measures:
        name = f"{measure.locator} {measure.title or ''}".strip()
        lines.append(f"- {name} ({measure.id})")
    return "\n".join(lines)


def _counted(number: int, what: str) -> str:
    """So many of a thing whose name takes an s.

    >>> _counted(1, "turn"), _counted(2, "turn")
    ('1 turn', '2 turns')
    """
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _shown(value: object) -> str:
    if value is None or value == () or value == "":
        return "-"
    return "、".join(value) if isinstance(value, tuple) else str(value)


def measure_text(found: DocumentMeasure) -> str:
    """One measure in full, in its place."""
    document, measure = found.document, found.measure
    place = joined(titled(document.title), *known(document, speaker(document.language)))
    heading = " > ".join((*measure.section_path, f"{measure.locator} {measure.title or ''}".strip()))
    neighbours = [
        f"{mark} {nearest(neighbour)}"
        for mark, neighbour in (("←", found.previous), ("→", found.next))
        if neighbour
    ]
    return "\n\n".join(part for part in (place, heading, measure.text, "\n".join(neighbours)) if part)
