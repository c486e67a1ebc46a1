"""An answer and its sources as plain text, for terminals and for programs that show nothing but text."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import TypeAlias

from parkbot.answering.locators import locator
from parkbot.answers import Answer, Citation
from parkbot.domain import Document, Language, Level, NearestMeasure, SearchResult, Status, TextKind
from parkbot.ui.labels import DIGEST, LEVEL, UNDERSTOOD, URL_MISSING, Label, status, titled

_Speaker: TypeAlias = Callable[[Label], str]

_NO_ADVICE = Label("以上内容不构成法律意见。", "This is not legal advice.")
_CHECKED = Label("资料库核对至 {day}。", " The library was checked on {day}.")
_NEAREST = Label("较接近的内容：", "Nearest in the library:")
_SUGGESTIONS = Label("还可以问：", "You can also ask:")
_CONVERSATION = Label("继续对话：--conversation {id}", "To go on: --conversation {id}")
_UNCOVERED = Label("资料库未涵盖：", "Not covered by the library:")


def answer_text(answer: Answer, checked_on: date | None) -> str:
    """An answer with its sources, as it is read."""
    parts = (*before(answer), answer.text.strip(), *after(answer, checked_on))
    return "\n\n".join(part for part in parts if part)


def before(answer: Answer) -> tuple[str, ...]:
    """The paragraphs that stand before an answer's blocks; what the blocks say already is not said twice."""
    understood = speaker(answer.language)(UNDERSTOOD) + answer.standalone_question
    warnings = tuple(f"⚠ {warning}" for warning in answer.warnings if warning not in answer.text)
    return warnings if answer.standalone_question == answer.question else (understood, *warnings)


def after(answer: Answer, checked_on: date | None) -> tuple[str, ...]:
    """The paragraphs that stand after an answer's blocks, its sources among them.

    `checked_on`: the day up to which the library was checked, if it is known.
    """
    return tuple(part for part in _after(answer, checked_on, speaker(answer.language)) if part)


def _after(answer: Answer, checked_on: date | None, say: _Speaker) -> Iterator[str]:
    if answer.clarification:
        question = answer.clarification.question
        yield _listed("" if question in answer.text else question, answer.clarification.options)
    if answer.refusal:
        near = [measure for measure in answer.refusal.nearest if measure.locator not in answer.text]
        yield _listed(say(_NEAREST), [nearest(measure) for measure in near])
    yield _listed(say(_UNCOVERED), [part for part in answer.uncovered if part not in answer.text])
    yield "\n".join(f"[{each.marker}] {source(each, answer.language)}" for each in answer.citations)
    yield _listed(say(_SUGGESTIONS), answer.suggestions)
    if answer.conversation_id:
        yield say(_CONVERSATION).format(id=answer.conversation_id)
    yield say(_NO_ADVICE) + (say(_CHECKED).format(day=checked_on) if checked_on else "")


def speaker(language: Language) -> _Speaker:
    """What takes a label's words in a language."""
    return lambda label: label.en if language == "en" else label.zh


def nearest(measure: NearestMeasure) -> str:
    """A measure by its document, locator and title, with the id that opens it."""
    title = f" {measure.title}" if measure.title else ""
    return f"{titled(measure.document_title)}{measure.locator}{title} ({measure.measure_id})"


def known(of: Citation | Document | SearchResult, say: _Speaker) -> Iterator[str | None]:
    """What must be read together with a document's words: its date, force, kind and address."""
    yield of.document_number
    yield of.date_issued.isoformat() if of.date_issued else None
    yield say(status(of.status, of.checked_on)) if of.status is not Status.UNKNOWN else None
    yield say(LEVEL[of.level]) if of.level is Level.COMMENTARY else None
    yield say(DIGEST) if of.text_kind is TextKind.DIGEST else None
    yield of.source_url or say(URL_MISSING)


def joined(*parts: str | None) -> str:
    """The parts that there are, on one line."""
    return " · ".join(part for part in parts if part)


def _listed(heading: str, entries: Sequence[str]) -> str:
    lines = [heading] if heading else []
    return "\n".join((*lines, *(f"- {entry}" for entry in entries))) if entries else ""


def source(of: Citation | SearchResult, language: Language) -> str:
    """A measure as it is cited, on one line: its document and locator, date, force, kind and address."""
    space = " " if language == "en" else ""
    place = f"{titled(of.document_title)}{space}{locator(of.locator, language)}"
    return joined(place, *known(of, speaker(language)))
