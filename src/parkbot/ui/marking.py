"""A measure's text as lines whose marked parts are known; pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from parkbot.domain import Span


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is marked throughout, or not at all."""

    text: str
    marked: bool


def lines(text: str, marks: Iterable[Span]) -> tuple[tuple[Piece, ...], ...]:
    """The lines of `text` that are not empty, each cut where a mark begins or ends."""
    marks = tuple(marks)
    return tuple(pieces(text, line, marks) for line in _line_spans(text) if line.of(text).strip())


def pieces(text: str, within: Span, marks: Iterable[Span]) -> tuple[Piece, ...]:
    """The part of `text` that lies `within`, cut where a mark begins or ends."""
    return tuple(_cut(text, within, _merged(marks, len(text))))


def _merged(marks: Iterable[Span], length: int) -> tuple[Span, ...]:
    """Marks in order, within the text, overlapping ones as one."""
    merged: list[Span] = []
    for mark in sorted(marks, key=lambda mark: mark.start):
        start, end = min(mark.start, length), min(mark.end, length)
        if merged and start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(end, merged[-1].end))
        elif start < end:
            merged.append(Span(start, end))
    return tuple(merged)


def _line_spans(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        yield Span(start, start + len(line))
        start += len(line) + 1


def _cut(text: str, within: Span, marks: tuple[Span, ...]) -> Iterator[Piece]:
    at = within.start
    for mark in marks:
        start, end = max(mark.start, within.start), min(mark.end, within.end)
        if start >= end:
            continue
        if at < start:
            yield Piece(text[at:start], False)
        yield Piece(text[start:end], True)
        at = end
    if at < within.end:
        yield Piece(text[at : within.end], False)
