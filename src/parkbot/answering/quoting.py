"""Which words of a measure to quote: whole rules, never a rule without its condition."""

import re
from collections.abc import Callable, Sequence

from parkbot.answering.sought import Find, figures
from parkbot.answers import Quote
from parkbot.domain import Measure, Source, Span
from parkbot.measures.parts import sentences
from parkbot.numerals import CHINESE, to_chinese, to_int

LONGEST_HEADING = {"zh": 40, "en": 90}

Weigh = Callable[[str], float]
"""How much of the question a text holds, from 0 to 1."""

WHOLE_PARAGRAPH = 160
"""A paragraph of up to this many characters is quoted whole."""
NEARLY = 0.2
"""A later paragraph must hold this much more of the question to be quoted instead of an earlier one."""
BONUS = 0.35
"""What a span is worth for holding what is asked for: a figure, a day, an actor."""
WHOLE_LIST = 320
"""The same for a paragraph with numbered items,"""
WHOLE_LIST_OF_EQUALS = 900
"""and for one of whose items none fits better than all others, or all are asked for: to show any one of them
would be a guess, or no answer."""

_STATES = re.compile(
    # A sentence's end, a table's row, or what only a rule says: 滴灌产品免征增值税 has no full stop.
    r"[。；;！？!?：:]|\.(?=\s|$)|^\s*\||应当|不得|禁止|必须|需要?|须|免征|免于|免收|减免|减征|减半|减按|减计|即征即退|抵免|不低于|不高于|不超过|达到?"
    r"|\b(?:shall|must|may|should|will|is|are|has|have|was|were)\b",
    re.IGNORECASE | re.MULTILINE,
)
_LEANS_BACK = re.compile(
    r"(?:但是?|其中|此外|前款|前项|该|其|上述|违反前款|有前款|情节(?:较|特别)?严重|逾期|拒不|对前款|同时|并)"
)
"""A sentence that begins so belongs to the one before it."""
_NAMES_ITEM = re.compile(rf"第[{CHINESE}]+项")


def holds_statement(text: str) -> bool:
    """Whether a text says something: 补助标准 and （二）申报条件 alone only name what is said below them."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return any(not _is_heading(line) for line in lines)


def _is_heading(line: str) -> bool:
    is_chinese = any("\u4e00" <= character <= "\u9fff" for character in line)
    if len(line) > LONGEST_HEADING["zh" if is_chinese else "en"]:
        return False
    return not _STATES.search(line) and not figures(line)


def quotes(source: Source, weigh: Weigh, *, find: Find | None, wants_all: bool = False) -> tuple[Quote, ...]:
    """The spans of an official text that answer, in its order; `find` finds what is asked for.

    Usually one: the paragraph that says most about the question, or of a long one the sentence
    with what it leans on. Of a long list, the lead and the one item that fits, or the list if `wants_all`
    and it is not too long. A paragraph that speaks of the one before it (前款) brings that along.
    """
    measure = source.measure
    if source.focus is not None:
        return (_quote(measure, source.focus),)
    paragraphs = measure.paragraphs or (Span(0, len(measure.text)),)
    paragraph = _best(_stating(paragraphs, measure.text), measure.text, weigh, find)
    parts = _parts(measure, paragraph, weigh, find, wants_all)
    if "前款" in "".join(part.text for part in parts) and paragraph != paragraphs[0]:
        before = _parts(measure, paragraphs[paragraphs.index(paragraph) - 1], weigh, None, wants_all)
        return (*before, *(_on_item(measure, paragraph, before) or parts))
    after = paragraphs[paragraphs.index(paragraph) + 1 :][:1]
    if find and after and not any(find(part.text) for part in parts) and "前款" in after[0].of(measure.text):
        on_item = _on_item(measure, after[0], parts)
        return (*parts, *(on_item or _parts(measure, after[0], weigh, find, wants_all)))
    return parts


def _parts(
    measure: Measure, paragraph: Span, weigh: Weigh, find: Find | None, wants_all: bool
) -> tuple[Quote, ...]:
    """What to quote of one paragraph."""
    items = [span for _, span in measure.items if paragraph.start <= span.start < paragraph.end]
    length = paragraph.end - paragraph.start
    if items and length > WHOLE_LIST:
        stating = _stating(items, measure.text)
        values = _values(stating, measure.text, weigh, find)
        if (wants_all or values.count(max(values)) > 1) and length <= WHOLE_LIST_OF_EQUALS:
            return (_quote(measure, paragraph),)
        lead = Span(paragraph.start, items[0].start)
        lead = Span(lead.start, lead.start + len(lead.of(measure.text).rstrip()))
        item = stating[values.index(max(values))]
        return tuple(_quote(measure, part) for part in _stating((lead, item), measure.text))
    if items or length <= WHOLE_PARAGRAPH:
        return (_quote(measure, paragraph),)
    return (_quote(measure, _sentence(measure.text, paragraph, weigh, find)),)


def _on_item(measure: Measure, paragraph: Span, before: tuple[Quote, ...]) -> tuple[Quote, ...]:
    """Of a paragraph on the items of the list before it, one by one, the clauses on the item that is quoted.

    有前款第一项行为的，处十万元以上…；情节严重的，…；有前款第三项行为的，处…三倍以上…: the other's fine would
    mislead. A clause that names no item and leans on the one before it (情节严重的) is of the same item.
    """
    labels = {span.start: label for label, span in measure.items}
    quoted = [labels[quote.start] for quote in before if quote.start in labels]
    number = to_int(quoted[0].strip("（）()")) if len(quoted) == 1 else None
    if number is None:
        return ()
    clauses = [
        Span(paragraph.start + clause.start(), paragraph.start + clause.end())
        for clause in re.finditer(r"[^；。]+[；。]?", paragraph.of(measure.text))
    ]
    named: list[Span] = []
    for clause in clauses:
        words = clause.of(measure.text)
        leans = _LEANS_BACK.match(words.lstrip()) and not _NAMES_ITEM.search(words)
        if leans and named and named[-1].end == clause.start:
            named[-1] = Span(named[-1].start, clause.end)
        elif f"第{to_chinese(number)}项" in words:
            named.append(clause)
    return tuple(_quote(measure, clause) for clause in named)


def whole(measure: Measure) -> Quote:
    """The measure without its label: what a digest or a named article is shown as."""
    start = measure.paragraphs[0].start if measure.paragraphs else 0
    return _quote(measure, Span(start, len(measure.text)))


def _quote(measure: Measure, span: Span) -> Quote:
    return Quote(span.of(measure.text), span.start, span.end)


def _stating(spans: Sequence[Span], text: str) -> Sequence[Span]:
    """The spans that say something; all of them where none does."""
    return [span for span in spans if holds_statement(span.of(text))] or spans


def _best(spans: Sequence[Span], text: str, weigh: Weigh, find: Find | None) -> Span:
    """The first span that says nearly as much about the question as the best one.

    A law gives the rule first and its special cases after.
    A span that holds what is asked for (`find`) counts for more, and goes before those that are as good
    without it.
    """
    values = _values(spans, text, weigh, find)
    near = [span for span, its in zip(spans, values, strict=True) if its >= max(values) - NEARLY]
    return next((span for span in near if find and find(span.of(text))), near[0])


def _values(spans: Sequence[Span], text: str, weigh: Weigh, find: Find | None) -> list[float]:
    """What each says of the question, and whether it holds what is asked for."""
    words = [span.of(text) for span in spans]
    return [weigh(each) + (BONUS if find and find(each) else 0.0) for each in words]


def _sentence(text: str, paragraph: Span, weigh: Weigh, find: Find | None) -> Span:
    """The best sentence of a paragraph, with those before it that it leans on, and what follows to fit."""
    found = [
        Span(paragraph.start + span.start, paragraph.start + span.end)
        for span in sentences(paragraph.of(text))
    ]
    at = found.index(_best(found, text, weigh, find))
    first = last = at
    while first > 0 and _LEANS_BACK.match(found[first].of(text)):
        first -= 1
    while last + 1 < len(found) and _LEANS_BACK.match(found[last + 1].of(text)):
        last += 1
    return Span(found[first].start, found[last].end)
