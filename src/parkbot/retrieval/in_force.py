"""What the library holds on whether a document that a question names still applies."""

import re
from collections.abc import Callable, Sequence

from parkbot.domain import Document, Filters, Found, Measure, Source, Status, TextKind
from parkbot.names import bare_title
from parkbot.questions import IN_FORCE, Question
from parkbot.retrieval.address import Catalogue, passes
from parkbot.retrieval.force import on

MOST = 2
"""Measures that say so; the end of a document, or its beginning, is declared once."""

_BEGINS = re.compile(
    "本(?:法|条例|办法|规定|细则|决定|准则|标准|通知|意见|方案)自[^，。；]{2,24}?(?:起|之日)"
    "(?:正式)?(?:施行|实施|执行|生效)"
)
_ENDS = re.compile("废止|废除|代替|失效|不在上述")

# What stands before and behind a law that is named only to say when or by what: 生态环境法典施行以后.
_BEFORE = re.compile(r"(?:[被由]|\b(?:by|after|since)(?: the)?(?: new)?\s*)$", re.IGNORECASE)
_BEHIND = re.compile("^(?:施行|生效|实施|出台|颁布|公布|废止|失效)?(?:以后|之后|后)")
_NOTHING_ELSE = re.compile(
    r"(?:(?:19|20)\d\d年?(?:版本?|修订)?|那么?|请问|现在|目前|如今|已经?|是不是|是否|的|了|吗|呢|没有?|都|法律|规定"
    r"|施行|生效|实施|出台|颁布|废止|失效|以后|之后|后|被|由|在|自从?"
    r"|\b(?:is|are|was|were|has|been|does|do|did|the|new|law|code|still|it|by|after|since|now|already|then|so|and"
    r"|of|prc|china's)\b|[\s，,。.？?！!（）()“”《》])*",
    re.IGNORECASE,
)

MeasuresOf = Callable[[str], Sequence[Measure]]


def document_asked_about(question: Question, catalogue: Catalogue, filters: Filters) -> Document | None:
    """The document of which a question asks whether it still applies, and nothing besides.

    With its status on the day of asking; None also for an old version, of which its new one tells.
    """
    if not question.asks_whether_in_force:
        return None
    spans = catalogue.spans_named(question.text)
    rest = question.text
    for start, end in reversed(spans):
        rest = f"{rest[:start]} {rest[end:]}"
    rest = IN_FORCE.sub(" ", rest)
    asked = [
        (start, end)
        for start, end in spans
        if not _BEFORE.search(question.text[:start]) and not _BEHIND.search(question.text[end:])
    ]
    if len(asked) != 1 or _NOTHING_ELSE.fullmatch(rest) is None:
        return None
    start, end = asked[0]
    named = catalogue.named(question.text if len(spans) == 1 else question.text[start:end], filters)
    if named is None or named.places:
        return None
    document = on(named.versions[0], filters.day)
    is_to_end = not document.status.has_ended and (document.repealed_on or document.superseded_on)
    return None if is_to_end or document.status is Status.SUPERSEDED else document


def declared(
    document: Document, catalogue: Catalogue, filters: Filters, measures_of: MeasuresOf
) -> tuple[Source, ...]:
    """The measures that tell of a document's force.

    The one with which it began to apply, unless it has ended, and what documents that end others say of it.
    `measures_of`: the measures of a document in their order.
    """
    title = bare_title(document.title)
    named = re.compile(
        rf"(?:^|[^\u4e00-\u9fff]|[及和与或由对])(?:中华人民共和国)?{re.escape(title)}(?!实施|施行|条例|细则|律|规)"
    )
    told: list[Source] = []
    if document.text_kind is TextKind.OFFICIAL and not document.status.has_ended:
        begins = [measure for measure in measures_of(document.id) if _BEGINS.search(measure.text)]
        told += [Source(document, measure, 1.0, (Found.ADDRESS,)) for measure in begins[-1:]]
    told += [
        Source(other, measure, 1.0, (Found.ADDRESS,))
        for other in catalogue.documents.values()
        if other.repeals and bare_title(other.title) != title and passes(other, filters)
        for measure in measures_of(other.id)
        if named.search(measure.text) and _ENDS.search(measure.text)
    ]
    return tuple(told[:MOST])
