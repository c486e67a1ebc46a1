"""The tree of a document: which line opens a block, which block lies inside which."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from parkbot.measures.lines import Kind, Line

LONGEST_ITEM = 80
"""An item after a colon that is longer than this stands on its own."""


@dataclass(slots=True)
class Block:
    """A line that opens something, the lines after it, and the blocks around it, outermost first.

    The first block of a document has no opener: it is what stands before the first one.
    """

    opener: Line | None
    body: list[Line] = field(default_factory=list)
    ancestors: tuple["Block", ...] = ()
    has_children: bool = False

    @property
    def lines(self) -> list[Line]:
        """Opener and body."""
        return [self.opener, *self.body] if self.opener else self.body

    @property
    def is_numbered(self) -> bool:
        """Whether it can be cited by a number of its own."""
        kind = self.opener.kind if self.opener else None
        return kind is not None and not kind.is_division


def blocks_of(lines: Iterable[Line]) -> list[Block]:
    """The blocks of a document whose numbering is settled."""
    blocks = [Block(None)]
    open_blocks: list[Block] = []
    item_kind: Kind | None = None
    for line in lines:
        current = blocks[-1]
        if line.kind is not item_kind or line.numbers == (1,):
            item_kind = None
        if item_kind is None and _starts_items(current, line):
            item_kind = line.kind
        opens = (line.kind is not None and item_kind is None) or line.markdown_level > 0
        if not opens:
            current.body.append(line)
            continue
        open_blocks = open_blocks[: _depth(open_blocks, line)]
        if open_blocks:
            open_blocks[-1].has_children = True
        blocks.append(Block(line, [], tuple(open_blocks)))
        open_blocks = [*open_blocks, blocks[-1]]
    return blocks


def _starts_items(current: Block, line: Line) -> bool:
    """Whether a numbered line begins a list that is part of the numbered block before it."""
    if line.kind is None or line.markdown_level or not current.is_numbered or line.numbers != (1,):
        return False
    if current.opener is not None and current.opener.kind is line.kind:
        return False
    if line.text.endswith(("；", ";")):
        return True
    lead = current.lines[-1].text
    return lead.endswith(("：", ":")) and len(line.text) <= LONGEST_ITEM


def _depth(open_blocks: Sequence[Block], line: Line) -> int:
    """How many of the open blocks stay open around a new opener."""
    if line.kind is Kind.ANNEX:
        return 0
    for depth, block in enumerate(open_blocks):
        opener = block.opener
        assert opener is not None
        if line.markdown_level and (
            not opener.markdown_level or opener.markdown_level >= line.markdown_level
        ):
            return depth
        if line.kind is not None and not line.markdown_level and _closes(line.kind, opener.kind):
            return depth
    return len(open_blocks)


def _closes(kind: Kind, open_kind: Kind | None) -> bool:
    """Whether a number of this kind ends a block of the other: the same kind, or a smaller division."""
    if open_kind is None:
        return False
    if kind is open_kind:
        return True
    order = list(Kind)
    return (kind.is_division or kind.is_article) and order.index(open_kind) > order.index(kind)


SIGNATURE_DATE = re.compile(r"[二〇○0-9][〇○零一二三四五六七八九0-9\s]{3,}年.{1,4}月.{1,4}日$")


def signature(lines: Sequence[Line]) -> int:
    """How many of the last lines are a signature: short names, then the date."""
    if not lines or not SIGNATURE_DATE.match(lines[-1].text):
        return 0
    count = 1
    while count < len(lines) and count < 12:
        line = lines[-count - 1]
        if line.is_sentence or len(line.text) > 40 or line.is_table_row or line.kind is not None:
            break
        count += 1
    return count
