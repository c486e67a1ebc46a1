"""The domain's values as text for a terminal, and as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date

import typer

from parkbot.domain import (
    Answer,
    Citation,
    Document,
    DocumentMeasure,
    Language,
    Measure,
    NearestMeasure,
    SearchResult,
    Status,
    TextKind,
)


@dataclass(frozen=True, slots=True)
class _Words:
    """What stands around an answer, in the language of its question."""

    digest: str
    no_address: str
    no_advice: str
    checked: str
    nearest: str
    suggestions: str
    uncovered: str
    status: dict[Status, str]


_WORDS: dict[Language, _Words] = {
    "zh": _Words(
        digest="摘要，非原文",
        no_address="官方网址待补",
        no_advice="以上内容不构成法律意见。",
        checked="资料库核对至 {day}。",
        nearest="较接近的内容：",
        suggestions="还可以问：",
        uncovered="资料库未涵盖：",
        status={
            Status.IN_FORCE: "未见废止",
            Status.EXPIRED: "已失效",
            Status.REPEALED: "已废止",
            Status.UNKNOWN: "",
        },
    ),
    "en": _Words(
        digest="summary, not the official wording",
        no_address="official address to be added",
        no_advice="This is not legal advice.",
        checked="The library was checked on {day}.",
        nearest="Nearest in the library:",
        suggestions="You can also ask:",
        uncovered="Not covered by the library:",
        status={
            Status.IN_FORCE: "no repeal known",
            Status.EXPIRED: "expired",
            Status.REPEALED: "repealed",
            Status.UNKNOWN: "",
        },
    ),
}


def print_json(value: object) -> None:
    """One JSON object on stdout, always UTF-8, whatever the terminal speaks."""
    from pydantic_core import to_json

    typer.echo(to_json(value, indent=2))


def print_text(text: str) -> None:
    """Text on stdout."""
    typer.echo(text)


def answer_text(answer: Answer, checked_on: date | None) -> str:
    """An answer with its sources, as it is read."""
    words = _WORDS[answer.language]
    parts = [*_answer_parts(answer, words)]
    if answer.citations:
        parts.append("\n".join(_source(citation, words) for citation in answer.citations))
    checked = words.checked.format(day=checked_on) if checked_on else ""
    parts.append(" ".join(part for part in (words.no_advice, checked) if part))
    return "\n\n".join(parts)


def _answer_parts(answer: Answer, words: _Words) -> Iterator[str]:
    # Warnings and what is missing are usually blocks of the text already; they are not said twice.
    yield from (f"⚠ {warning}" for warning in answer.warnings if warning not in answer.text)
    yield answer.text.strip()
    if answer.clarification:
        yield _listed(answer.clarification.question, answer.clarification.options)
    if answer.refusal and answer.refusal.nearest:
        yield _listed(words.nearest, [_nearest(measure) for measure in answer.refusal.nearest])
    missing = [part for part in answer.uncovered if part not in answer.text]
    if missing:
        yield _listed(words.uncovered, missing)
    if answer.suggestions:
        yield _listed(words.suggestions, answer.suggestions)


def _listed(heading: str, entries: Sequence[str]) -> str:
    return "\n".join((heading, *(f"- {entry}" for entry in entries)))


def _nearest(measure: NearestMeasure) -> str:
    title = f" {measure.title}" if measure.title else ""
    return f"《{measure.document_title}》{measure.locator}{title} ({measure.measure_id})"


def _source(citation: Citation, words: _Words) -> str:
    parts = (
        f"[{citation.marker}] 《{citation.document_title}》{citation.locator}",
        citation.document_number,
        citation.date_issued and citation.date_issued.isoformat(),
        words.status[citation.status],
        words.digest if citation.text_kind is TextKind.DIGEST else None,
        citation.source_url or words.no_address,
    )
    return " · ".join(part for part in parts if part)


def results_text(results: Sequence[SearchResult]) -> str:
    """Search results, best first, each with its whole text."""
    if not results:
        return "Nothing found."
    return "\n\n".join(_result(result) for result in results)


def _result(result: SearchResult) -> str:
    title = f" {result.title}" if result.title else ""
    digest = f" · {_WORDS[result.language].digest}" if result.text_kind is TextKind.DIGEST else ""
    found_by = ", ".join(result.found_by)
    return (
        f"《{result.document_title}》{result.locator}{title}{digest}\n"
        f"{result.measure_id} · {result.score:.3f} · {found_by}\n"
        f"{result.text}"
    )


def documents_text(documents: Sequence[Document]) -> str:
    """One line a document."""
    if not documents:
        return "The library is empty."
    return "\n".join(_document_line(document) for document in documents)


def _document_line(document: Document) -> str:
    parts = (
        document.id,
        f"《{document.title}》",
        document.date_issued and document.date_issued.isoformat(),
        document.region,
        document.status.replace("_", " "),
        document.text_kind.value,
    )
    return " · ".join(part for part in parts if part)


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
    words = _WORDS[document.language]
    place = (
        f"《{document.title}》",
        document.document_number,
        document.date_issued and document.date_issued.isoformat(),
        words.status[document.status],
        words.digest if document.text_kind is TextKind.DIGEST else None,
        document.source_url or words.no_address,
    )
    heading = " > ".join((*measure.section_path, f"{measure.locator} {measure.title or ''}".strip()))
    around = [
        f"{mark} {_nearest(neighbour)}"
        for mark, neighbour in (("<", found.previous), (">", found.next))
        if neighbour
    ]
    parts = (" · ".join(part for part in place if part), heading, measure.text, "\n".join(around))
    return "\n\n".join(part for part in parts if part)
