"""The domain's values as text for a terminal, and as JSON."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from datetime import date
from typing import TypeAlias

import typer

from parkbot.answering.locators import locator
from parkbot.answers import Answer, Citation
from parkbot.domain import (
    Document,
    DocumentMeasure,
    Language,
    Level,
    Measure,
    NearestMeasure,
    SearchResult,
    Status,
    TextKind,
)
from parkbot.turns import Conversation, ConversationSummary
from parkbot.ui.labels import DIGEST, LEVEL, UNDERSTOOD, URL_MISSING, Label, status, titled

_Speaker: TypeAlias = Callable[[Label], str]


_NO_ADVICE = Label("以上内容不构成法律意见。", "This is not legal advice.")
_CHECKED = Label("资料库核对至 {day}。", " The library was checked on {day}.")
_NEAREST = Label("较接近的内容：", "Nearest in the library:")
_SUGGESTIONS = Label("还可以问：", "You can also ask:")
_CONVERSATION = Label("继续对话：--conversation {id}", "To go on: --conversation {id}")
_UNCOVERED = Label("资料库未涵盖：", "Not covered by the library:")


def print_json(value: object) -> None:
    """One JSON object on stdout, always UTF-8, whatever the terminal speaks."""
    from pydantic_core import to_json

    typer.echo(to_json(value, indent=2))


def print_text(text: str) -> None:
    """Text on stdout."""
    typer.echo(text)


def answer_text(answer: Answer, checked_on: date | None) -> str:
    """An answer with its sources, as it is read."""
    say = _speaker(answer.language)
    return "\n\n".join(part for part in _answer_parts(answer, checked_on, say) if part)


def _answer_parts(answer: Answer, checked_on: date | None, say: _Speaker) -> Iterator[str]:
    if answer.standalone_question != answer.question:
        yield say(UNDERSTOOD) + answer.standalone_question
    # What the answerer has put into the text already is not said twice.
    yield from (f"⚠ {warning}" for warning in answer.warnings if warning not in answer.text)
    yield answer.text.strip()
    if answer.clarification:
        question = answer.clarification.question
        yield _listed("" if question in answer.text else question, answer.clarification.options)
    if answer.refusal:
        nearest = [measure for measure in answer.refusal.nearest if measure.locator not in answer.text]
        yield _listed(say(_NEAREST), [_nearest(measure) for measure in nearest])
    yield _listed(say(_UNCOVERED), [part for part in answer.uncovered if part not in answer.text])
    yield "\n".join(_source(citation, answer.language) for citation in answer.citations)
    yield _listed(say(_SUGGESTIONS), answer.suggestions)
    if answer.conversation_id:
        yield say(_CONVERSATION).format(id=answer.conversation_id)
    yield say(_NO_ADVICE) + (say(_CHECKED).format(day=checked_on) if checked_on else "")


def _speaker(language: Language) -> _Speaker:
    return lambda label: label.en if language == "en" else label.zh


def _listed(heading: str, entries: Sequence[str]) -> str:
    lines = [heading] if heading else []
    return "\n".join((*lines, *(f"- {entry}" for entry in entries))) if entries else ""


def _nearest(measure: NearestMeasure) -> str:
    title = f" {measure.title}" if measure.title else ""
    return f"{titled(measure.document_title)}{measure.locator}{title} ({measure.measure_id})"


def _source(citation: Citation, language: Language) -> str:
    space = " " if language == "en" else ""
    place = f"{titled(citation.document_title)}{space}{locator(citation.locator, language)}"
    return _joined(f"[{citation.marker}] {place}", *_known(citation, _speaker(language)))


def _known(of: Citation | Document, say: _Speaker) -> Iterator[str | None]:
    """What must be read together with a document's words: its date, force, kind and address."""
    yield of.document_number
    yield of.date_issued.isoformat() if of.date_issued else None
    yield say(status(of.status, of.checked_on)) if of.status is not Status.UNKNOWN else None
    yield say(LEVEL[of.level]) if of.level is Level.COMMENTARY else None
    yield say(DIGEST) if of.text_kind is TextKind.DIGEST else None
    yield of.source_url or say(URL_MISSING)


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


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
            _joined(place, digest if result.text_kind is TextKind.DIGEST else None),
            _joined(result.measure_id, f"{result.score:.3f}", ", ".join(result.found_by)),
            result.text,
        )
    )


def conversations_text(conversations: Sequence[ConversationSummary]) -> str:
    """One line a conversation."""
    if not conversations:
        return "There are no conversations."
    return "\n".join(
        _joined(each.id, f"{each.updated:%Y-%m-%d %H:%M}", f"{each.turns} turns", each.title)
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
    return _joined(
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
    lines += ["", f"{len(measures)} measures:"]
    for measure in measures:
        name = f"{measure.locator} {measure.title or ''}".strip()
        lines.append(f"- {name} ({measure.id})")
    return "\n".join(lines)


def _shown(value: object) -> str:
    if value is None or value == () or value == "":
        return "-"
    return "、".join(value) if isinstance(value, tuple) else str(value)


def measure_text(found: DocumentMeasure) -> str:
    """One measure in full, in its place."""
    document, measure = found.document, found.measure
    place = _joined(titled(document.title), *_known(document, _speaker(document.language)))
    heading = " > ".join((*measure.section_path, f"{measure.locator} {measure.title or ''}".strip()))
    neighbours = [
        f"{mark} {_nearest(neighbour)}"
        for mark, neighbour in (("←", found.previous), ("→", found.next))
        if neighbour
    ]
    return "\n\n".join(part for part in (place, heading, measure.text, "\n".join(neighbours)) if part)
