"""The parts of a document: the measures that can be cited, and the headings around them."""

from collections.abc import Iterator
from dataclasses import dataclass

from parkbot.domain.documents import Document


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range [start, end) of code points in some text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words under the span."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Measure:
    """The smallest part of a document that can be cited on its own.

    `text == document.text[span.start:span.end]`, verbatim.
    `paragraphs` are the 款 of an article (an item list belongs to the paragraph that
    opens it); `items` are its 项, as (label, span) with the label as written, e.g. （三）.
    Their spans are offsets in `text`, not in the document. `questions`, in any language, are ones that
    it answers, in other words than its own: they help to find it, and no answer quotes them.
    """

    id: str
    document_id: str
    position: int
    locator: str
    section_path: tuple[str, ...]
    text: str
    span: Span
    title: str | None = None
    actors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    paragraphs: tuple[Span, ...] = ()
    items: tuple[tuple[str, Span], ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of a document that groups measures and says nothing of its own."""

    text: str
    span: Span
    level: int


def pieces(headings: tuple[Heading, ...], measures: tuple[Measure, ...]) -> Iterator[Heading | Measure]:
    """Headings and measures in the order in which they stand in the document."""
    together: list[Heading | Measure] = [*headings, *measures]
    yield from sorted(together, key=lambda piece: piece.span.start)


@dataclass(frozen=True, slots=True)
class NearestMeasure:
    """Something near a question that could not be answered; a link, not an answer."""

    measure_id: str
    document_title: str
    locator: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentMeasure:
    """A measure opened in its place: the document around it and its neighbours."""

    document: Document
    measure: Measure
    previous: NearestMeasure | None
    next: NearestMeasure | None
