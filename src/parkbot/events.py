"""What happens while a question is answered, in the order in which people may see it."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TypeAlias

from parkbot.answers import Answer, Block, Citation


class State(StrEnum):
    """What is being done at the moment."""

    SEARCHING = "searching"
    WRITING = "writing"
    CHECKING = "checking"


Progress: TypeAlias = State | Citation | Block
"""A citation comes before the first block that needs it, and once more when it gains a quote."""

Event: TypeAlias = Progress | Answer
"""The answer comes last; its blocks are those that came before it."""


def told(blocks: Sequence[Block], citations: Sequence[Citation]) -> Iterator[Citation | Block]:
    """An answer that is there already, in the same order."""
    waiting = {citation.marker: citation for citation in citations}
    for block in blocks:
        for marker in block.citations:
            if citation := waiting.pop(marker, None):
                yield citation
        yield block
