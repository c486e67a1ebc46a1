"""An answer as one text with footnotes, for chat front ends; pure.

Such front ends show Markdown. What documents say is text, never markup: whatever Markdown would make a
link, an image, a tag or struck-out figures of is escaped, and so are backslashes, which would undo that.
Indexes count code points of the whole text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

from parkbot.answers import Answer, Block, Citation
from parkbot.domain import Span
from parkbot.ui.labels import titled
from parkbot.ui.text import after, before

_MARKUP = re.compile(r"(?<=\])(?=[(:])|(?=<[A-Za-z/!?])|(?=[~*\\])")
_PARAGRAPH = "\n\n"


@dataclass(frozen=True, slots=True)
class CitedAddress(Citation):
    """A citation as OpenAI's `url_citation` has it, with all that ours says besides.

    `start_index` and `end_index` frame the claim that rests on it: `content[start_index:end_index]`.
    `url` is the official address or, where none is known, the measure's own page here.
    """

    url: str = ""
    title: str = ""
    start_index: int = 0
    end_index: int = 0


@dataclass(frozen=True, slots=True)
class Annotation:
    """Which part of the text rests on which measure."""

    url_citation: CitedAddress
    type: Literal["url_citation"] = "url_citation"


class Footnotes:
    """Writes an answer paragraph by paragraph, each of which may be shown at once, and its sources last."""

    def __init__(self) -> None:
        self._length = 0
        self._cited: list[tuple[int, Span]] = []

    def block(self, block: Block) -> str:
        """The text that a block adds."""
        piece, start = self._paragraph(block.text)
        self._cited += [(marker, Span(start, self._length)) for marker in block.citations]
        return piece

    def end(self, answer: Answer, checked_on: date | None) -> Iterator[str]:
        """The texts that stand under the blocks; `checked_on` is the day of the library.

        A warning that no block says stands there, too: it is known only when the blocks are shown.
        """
        for text in (*before(answer), *after(answer, checked_on)):
            yield self._paragraph(text)[0]

    def annotations(self, answer: Answer, page_of: Callable[[str], str]) -> tuple[Annotation, ...]:
        """Which part of the text rests on what, in the order of the text.

        `page_of` gives the address of a measure's own page.
        """
        known = {citation.marker: citation for citation in answer.citations}
        return tuple(
            _annotation(known[marker], page_of, span) for marker, span in self._cited if marker in known
        )

    def _paragraph(self, text: str) -> tuple[str, int]:
        """A paragraph as it goes on, and where its words start."""
        border = _PARAGRAPH if self._length else ""
        start = self._length + len(border)
        piece = border + _escaped(text)
        self._length += len(piece)
        return piece, start


@dataclass(frozen=True, slots=True)
class Footnoted:
    """The whole text, and its annotations in the order of the text."""

    content: str
    annotations: tuple[Annotation, ...]


def footnoted(answer: Answer, checked_on: date | None, page_of: Callable[[str], str]) -> Footnoted:
    """An answer that is there already, as it is written block by block."""
    notes = Footnotes()
    pieces = [*map(notes.block, answer.blocks), *notes.end(answer, checked_on)]
    return Footnoted("".join(pieces), notes.annotations(answer, page_of))


def _escaped(text: str) -> str:
    # Two spaces keep a line's end where Markdown would run it into the next line.
    return _MARKUP.sub(r"\\", text).replace("\n", "  \n")


def _annotation(citation: Citation, page_of: Callable[[str], str], span: Span) -> Annotation:
    own = {field.name: getattr(citation, field.name) for field in fields(Citation)}
    return Annotation(
        CitedAddress(
            **own,
            url=citation.source_url or page_of(citation.measure_id),
            title=f"{titled(citation.document_title)}{citation.locator}",
            start_index=span.start,
            end_index=span.end,
        )
    )
