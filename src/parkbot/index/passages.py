"""What is embedded of a measure: its words with the place they stand in; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from parkbot.domain import Document, Measure

_MAX_BODY = 400

# From the best place to cut to the worst; the delimiter stays with what it ends.
_BORDERS = (
    re.compile(r"(?<=\n)"),
    re.compile(r"(?<=[。！？；!?;])|(?<=\.\s)"),
    re.compile(r"(?<=[，、：,:])|(?<=\s)"),
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to embed, and the measure that is found by it."""

    measure_id: str
    text: str


def passages(document: Document, measure: Measure) -> tuple[Passage, ...]:
    """A measure as passages: one, or several where it is long, each opened by title and section path."""
    front = front_of(document, measure)
    bodies = _cut(measure) or [""]
    return tuple(Passage(measure.id, f"{front}\n{body}".strip()) for body in bodies)


def front_of(document: Document, measure: Measure) -> str:
    """Where a measure stands, in one line: document, sections, its own title."""
    parts = (document.title, *measure.section_path, measure.title or "")
    return " ".join(part.strip() for part in parts if part.strip())


def _cut(measure: Measure) -> list[str]:
    pieces = _split(measure.text, _starts(measure))
    return [body for body in (part.strip() for part in _packed(pieces)) if body]


def _starts(measure: Measure) -> list[int]:
    """Where paragraphs and items begin."""
    spans = (*measure.paragraphs, *(span for _, span in measure.items))
    return sorted({span.start for span in spans})


def _split(text: str, starts: list[int]) -> Iterator[str]:
    """The text in pieces that fit; each is as large as the first border that makes it fit allows."""
    if len(text) <= _MAX_BODY:
        yield text
        return
    ends = [*starts, len(text)]
    for start, end in zip([0, *starts], ends, strict=True):
        yield from _fitted(text[start:end], 0)


def _fitted(text: str, border: int) -> Iterator[str]:
    if len(text) <= _MAX_BODY:
        yield text
    elif border < len(_BORDERS):
        for piece in _BORDERS[border].split(text):
            yield from _fitted(piece, border + 1)
    else:
        for start in range(0, len(text), _MAX_BODY):
            yield text[start : start + _MAX_BODY]


def _packed(pieces: Iterator[str]) -> Iterator[str]:
    """Neighbouring pieces together, as many as fit."""
    body = ""
    for piece in pieces:
        if len(body) + len(piece) > _MAX_BODY:
            yield body
            body = ""
        body += piece
    yield body
