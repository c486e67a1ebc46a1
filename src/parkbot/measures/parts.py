"""Inside a measure: the 款 and 项 of an article, and sentence groups of a long paragraph."""

import re
from collections.abc import Iterator

from parkbot.domain import Span
from parkbot.numerals import CHINESE

ITEM = re.compile(rf"\s*([（(](?:[{CHINESE}]+|\d{{1,2}})[）)])\s*")
_CHINESE_SENTENCE = re.compile(r"[^。！？!?\n]+(?:[。！？!?]+[”’」』）)]*)?")
_LATIN_SENTENCE = re.compile(r"\S[^\n]*?(?:[.!?][)\"'”’]*(?=\s+[A-Z(“\"]|\s*\n|\s*$)|(?=\n|$))")


def paragraphs_and_items(text: str, label_end: int) -> tuple[tuple[Span, ...], tuple[tuple[str, Span], ...]]:
    """Spans of the paragraphs (款) and of the items (项) of an article.

    The label of the article (第三十一条) is in no paragraph. Items belong to the paragraph
    before them; a table row or a numbered line under an item belongs to that item.
    """
    paragraphs: list[Span] = []
    items: list[tuple[str, Span]] = []
    in_item = False
    for line in _lines(text, label_end):
        item = ITEM.match(text, line.start, line.end)
        if item and paragraphs:
            items.append((item[1], line))
            in_item = True
        elif in_item and not _opens_paragraph(line.of(text)):
            label, span = items[-1]
            items[-1] = (label, Span(span.start, line.end))
        else:
            paragraphs.append(line)
            in_item = False
            continue
        paragraphs[-1] = Span(paragraphs[-1].start, line.end)
    return tuple(paragraphs), tuple(items)


def _lines(text: str, start: int) -> Iterator[Span]:
    """Lines from `start` on, trimmed, without blank ones."""
    for found in re.finditer(r"[^\n]+", text[start:]):
        line = found[0]
        begin = start + found.start() + len(line) - len(line.lstrip())
        if line.strip():
            yield Span(begin, begin + len(line.strip()))


def _opens_paragraph(line: str) -> bool:
    """Whether a line after an item starts a paragraph of its own rather than going on with the item."""
    return not re.match(r"\||\d{1,2}[.．、]|[（(]\d{1,2}[）)]|[-*•]", line)


def sentences(text: str) -> tuple[Span, ...]:
    """Sentences, trimmed; a line's end ends a sentence too.

    A Latin full stop ends one only before white space and a capital, so 3.5% and Art. 5 stay whole.
    """
    pattern = _CHINESE_SENTENCE if re.search(r"[。！？]|[\u4e00-\u9fff]{4}", text) else _LATIN_SENTENCE
    found = []
    for match in pattern.finditer(text):
        stripped = match[0].strip()
        if stripped:
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            found.append(Span(start, start + len(stripped)))
    return tuple(found)


def sentence_groups(text: str, longest: int) -> tuple[Span, ...]:
    """Consecutive sentences in groups of at most `longest` characters (one sentence may be longer)."""
    groups: list[Span] = []
    for sentence in sentences(text):
        if groups and sentence.end - groups[-1].start <= longest:
            groups[-1] = Span(groups[-1].start, sentence.end)
        else:
            groups.append(sentence)
    return tuple(groups)
