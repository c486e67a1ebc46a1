"""What is embedded of a measure: its words, and where they stand."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parkbot.domain import Document, Measure
from parkbot.traits import Traits

VERSION = 4
"""Raised when passages or their vectors change: an index of an earlier make has to be built anew."""

_MAX_BODY = 400

# From the best place to cut to the worst; the delimiter stays with what it ends.
_BORDERS = (
    re.compile(r"(?<=\n)"),
    re.compile(r"(?<=[。！？；!?;])|(?<=\.\s)"),
    re.compile(r"(?<=[，、：,:])|(?<=\s)"),
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a measure to embed: its place (see `front_of`), the measure's own title, its words.

    The first part also has the questions that the measure answers.
    """

    measure_id: str
    place: str
    title: str
    words: str
    questions: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """The words, then the questions: a reader who knows both knows best what is meant."""
        return "\n".join((self.words, *self.questions))


def passages(document: Document, measure: Measure) -> tuple[Passage, ...]:
    """A measure as passages: one, or several where it is long."""
    place, title = front_of(document, measure), (measure.title or "").strip()
    first, *others = _cut(measure) or [""]
    return (
        Passage(measure.id, place, title, first, measure.questions),
        *(Passage(measure.id, place, title, words) for words in others),
    )


def texts(document: Document, passages: Sequence[Passage], traits: Traits) -> list[str]:
    """What an embedder is given for a document: the title first if it counts, then its passages."""
    written = [
        traits.written(passage.place, passage.body)
        if traits.place_in_front
        else f"{passage.title}\n{passage.body}".strip()
        for passage in passages
    ]
    return [document.title, *written] if traits.title_weight else written


def vectors(
    document: Document,
    passages: Sequence[Passage],
    traits: Traits,
    embed: Callable[[Sequence[str]], NDArray[np.float32]],
) -> NDArray[np.float32]:
    """Vectors of a document's passages, [len(passages)][dimensions], of unit length.

    `embed` gives vectors of unit length, and is asked once for all.
    """
    embedded = embed(texts(document, passages, traits))
    if not traits.title_weight:
        return embedded
    turned: NDArray[np.float32] = embedded[1:] + traits.title_weight * embedded[0]
    turned /= np.linalg.norm(turned, axis=1, keepdims=True)
    return turned


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
