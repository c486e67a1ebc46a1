"""An answer as one text with footnotes, for chat front ends; pure.

Such front ends show Markdown. What documents say is text, never markup: whatever Markdown would make a
link, an image, a tag or struck-out figures of is escaped. Indexes count code points of the whole text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal

from parkbot.answers import Answer, Citation
from parkbot.ui.labels import titled
from parkbot.ui.text import after, before

_MARKUP = re.compile(r"(?<=\])(?=[(:])|(?=<[A-Za-z/!?])|(?=[~*])")
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


@dataclass(frozen=True, slots=True)
class Footnoted:
    """The text in the pieces in which it may be streamed, and its annotations in the order of the text."""

    pieces: tuple[str, ...]
    annotations: tuple[Annotation, ...]

    @property
    def content(self) -> str:
        """The whole text."""
        return "".join(self.pieces)


def footnoted(answer: Answer, checked_on: date | None, page_of: Callable[[str], str]) -> Footnoted:
    """The answer with its sources at the end.

    `page_of` gives the address of a measure's own page; `checked_on` is the day of the library.
    """
    cited = {citation.marker: citation for citation in answer.citations}
    pieces, annotations, length = list[str](), list[Annotation](), 0
    blocks = [(block.text, block.citations) for block in answer.blocks]
    around = [[(text, ()) for text in texts] for texts in (before(answer), after(answer, checked_on))]
    for text, markers in (*around[0], *blocks, *around[1]):
        piece = _escaped(text) if not pieces else _PARAGRAPH + _escaped(text)
        start = length + (len(_PARAGRAPH) if pieces else 0)
        pieces.append(piece)
        length += len(piece)
        annotations += [
            _annotation(cited[marker], page_of, start, length) for marker in markers if marker in cited
        ]
    return Footnoted(tuple(pieces), tuple(annotations))


def _escaped(text: str) -> str:
    # Two spaces keep a line's end where Markdown would run it into the next line.
    return _MARKUP.sub(r"\\", text).replace("\n", "  \n")


def _annotation(citation: Citation, page_of: Callable[[str], str], start: int, end: int) -> Annotation:
    own = {field.name: getattr(citation, field.name) for field in fields(Citation)}
    return Annotation(
        CitedAddress(
            **own,
            url=citation.source_url or page_of(citation.measure_id),
            title=f"{titled(citation.document_title)}{citation.locator}",
            start_index=start,
            end_index=end,
        )
    )
