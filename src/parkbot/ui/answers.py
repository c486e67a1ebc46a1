"""An answer as HTML: its blocks with clickable markers, its sources, and what can be asked next."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from parkbot.answering.locators import locator
from parkbot.answers import Answer, AnswerStatus, Block, BlockKind, Citation
from parkbot.domain import Language, Span
from parkbot.events import Event, State
from parkbot.questions import language_of
from parkbot.ui.html import measure_url, render
from parkbot.ui.labels import STATE, Label, titled
from parkbot.ui.marking import pieces

_MARKER = re.compile(r"\[(\d+)\]")
_SIGN = "⚠ "  # the page shows a notice by its colour


@dataclass(frozen=True, slots=True)
class Part:
    """A run of a block's text (`strong` where it holds what was asked for), or a marker with its address."""

    text: str
    strong: bool = False
    url: str | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A block cut into parts."""

    kind: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A citation with the address of its measure, quotes marked."""

    citation: Citation
    url: str


def working(question: str, state: State = State.SEARCHING) -> str:
    """A turn of whose answer nothing can be shown yet."""
    return render("working.html", question=question, language="zh", state=STATE[state])


def failed(question: str, message: Label) -> str:
    """A turn that came to nothing, with one line that says why."""
    return render("failed.html", question=question, language="zh", message=message)


def streamed(question: str, events: Iterable[Event]) -> Iterator[str]:
    """The turn as it grows: a block more each time, at last the sources and what follows.

    Nothing but the state is shown before the first claim, since a refusal has a form of its own.
    """
    so_far, state = _begun(question), State.SEARCHING
    for event in events:
        match event:
            case State():
                state = event
            case Citation():
                others = tuple(each for each in so_far.citations if each.marker != event.marker)
                so_far = replace(so_far, citations=(*others, event))
                continue
            case Block():
                so_far = replace(so_far, blocks=(*so_far.blocks, event))
            case Answer():
                yield _turn(event)
                return
        has_claim = any(block.kind is BlockKind.CLAIM for block in so_far.blocks)
        yield _turn(so_far, state) if has_claim else working(question, state)


def _begun(question: str) -> Answer:
    """An answer of which nothing has come yet."""
    return Answer(question, question, language_of(question), AnswerStatus.ANSWERED, "")


def _turn(answer: Answer, state: State | None = None) -> str:
    """A turn that is complete, unless something is still being done about it."""
    citations = {citation.marker: citation for citation in answer.citations}
    claims = sum(block.kind is BlockKind.CLAIM for block in answer.blocks)
    return render(
        "refusal.html" if answer.refusal else "answer.html",
        question=answer.question,
        answer=answer,
        language=answer.language,
        blocks=[
            _shown(block, citations, answer)
            for block in answer.blocks
            if not _is_shown_elsewhere(block, answer)
        ],
        as_list=claims > 1,
        sources=[Source(citation, _url(citation)) for citation in answer.citations],
        complete=state is None,
        state=STATE[state] if state else None,
    )


def _is_shown_elsewhere(block: Block, answer: Answer) -> bool:
    """A question back, and of a refusal its message and its nearest measures, are shown by themselves."""
    if answer.clarification is not None:
        return block.text == answer.clarification.question
    if answer.refusal is None:
        return False
    is_nearest = block.text.startswith("· ") and any(
        near.locator in block.text for near in answer.refusal.nearest
    )
    return is_nearest or block.text == answer.refusal.message


def _shown(block: Block, citations: dict[int, Citation], answer: Answer) -> ShownBlock:
    return ShownBlock(block.kind.value, tuple(_parts(block, citations, answer.language)))


def _parts(block: Block, citations: dict[int, Citation], language: Language) -> Iterator[Part]:
    """Cut a text at the markers that are its own; those that it does not write stand at its end."""
    written: set[int] = set()
    at = len(_SIGN) if block.text.startswith(_SIGN) else 0
    for match in _MARKER.finditer(block.text):
        marker = int(match[1])
        if marker in block.citations and marker in citations:
            yield from _words(block, Span(at, match.start()))
            yield _chip(citations[marker], language)
            at = match.end()
            written.add(marker)
    yield from _words(block, Span(at, len(block.text)))
    for marker in block.citations:
        if marker in citations and marker not in written:
            yield _chip(citations[marker], language)


def _words(block: Block, span: Span) -> Iterator[Part]:
    for piece in pieces(block.text, span, block.emphasis):
        yield Part(piece.text, strong=piece.marked)


def _chip(citation: Citation, language: Language) -> Part:
    place = f"{titled(citation.document_title)} {locator(citation.locator, language)}"
    number = f"出处 {citation.marker}：" if language == "zh" else f"Source {citation.marker}: "
    label = number + place
    return Part(str(citation.marker), url=_url(citation), label=label)


def _url(citation: Citation) -> str:
    return measure_url(citation.measure_id, (Span(quote.start, quote.end) for quote in citation.quotes))
