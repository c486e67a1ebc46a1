"""What is embedded of a measure: its words, turned a little towards what its document is about."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parkbot.domain import Document, Measure

VERSION = 2
"""Raised when passages or their vectors change: an index of an earlier make has to be built anew."""

_MAX_BODY = 400

# A title in front of the text weighs as much as half of a short measure, and makes the measures of a
# document alike. As a vector of its own it can be weighed. MRR@10 of Chinese / English questions (47 laws
# and shipped knowledge, tuning halves): title in front .666 / .579, weight 0 .647 / .519, .3 .688 / .555,
# .4 .694 / .560, .5 .689 / .566, .6 .695 / .566; two vectors a measure, with and without it, .691 / .570.
_TITLE_WEIGHT = 0.5

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


def passages(measure: Measure) -> tuple[Passage, ...]:
    """A measure as passages: one, or several where it is long, each opened by the measure's own title."""
    title = (measure.title or "").strip()
    bodies = _cut(measure) or [""]
    return tuple(Passage(measure.id, f"{title}\n{body}".strip()) for body in bodies)


def embedded(
    document: Document, passages: Sequence[Passage], embed: Callable[[Sequence[str]], NDArray[np.float32]]
) -> NDArray[np.float32]:
    """Vectors of a document's passages, [len(passages)][dimensions], of unit length.

    `embed` gives vectors of unit length; it is asked for the title once, together with the texts.
    """
    vectors = embed([document.title, *(passage.text for passage in passages)])
    turned: NDArray[np.float32] = vectors[1:] + _TITLE_WEIGHT * vectors[0]
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
