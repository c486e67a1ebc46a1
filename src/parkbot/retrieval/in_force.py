"""What the library holds on whether a document that a question names still applies."""

import re
from collections.abc import Callable, Sequence

from parkbot.domain import Document, Filters, Found, Measure, Source, TextKind
from parkbot.names import bare_title
from parkbot.questions import Question
from parkbot.retrieval.address import Catalogue
from parkbot.retrieval.force import on

MOST = 2
"""Measures that say so; the end of a document, or its beginning, is declared once."""

_BEGINS = re.compile("本[^，。；]{1,10}?自[^，。；]{2,24}?(?:起|之日)(?:正式)?(?:施行|实施|执行|生效)")
_OF_A_PAPER = re.compile(
    "证|许可(?!管理)|批复|合同|协议|登记|资质|名单|permit|licen[cs]e|contract|certificate", re.IGNORECASE
)
"""Is the permit still valid that this document speaks of? That is no question about the document."""

MeasuresOf = Callable[[str], Sequence[Measure]]


def document_asked_about(question: Question, catalogue: Catalogue, filters: Filters) -> Document | None:
    """The document of which a question asks whether it still applies, with its status on the day of asking.

    Of several the last one: 生态环境法典施行以后，节约能源法还有效吗.
    """
    if not question.asks_whether_in_force:
        return None
    name = catalogue.last_named(question.text)
    named = catalogue.named(name, filters) if name else None
    if name is None or named is None or _OF_A_PAPER.search(question.text.replace(name, "")):
        return None
    return on(named.versions[0], filters.day)


def declared(document: Document, catalogue: Catalogue, measures_of: MeasuresOf) -> tuple[Source, ...]:
    """The measures that tell of a document's force.

    Those of documents that end others, where they name it, and the one with which it began to apply.
    `measures_of`: the measures of a document in their order.
    """
    title = bare_title(document.title)
    named = re.compile(rf"(?:^|[^\u4e00-\u9fff]|[及和与或由对])(?:中华人民共和国)?{re.escape(title)}")
    told = [
        Source(other, measure, 1.0, (Found.ADDRESS,))
        for other in catalogue.documents.values()
        if other.repeals and bare_title(other.title) != title
        for measure in measures_of(other.id)
        if named.search(measure.text)
    ]
    begins = [measure for measure in measures_of(document.id) if _BEGINS.search(measure.text)]
    if begins and document.text_kind is TextKind.OFFICIAL and not document.status.has_ended:
        told.append(Source(document, begins[-1], 1.0, (Found.ADDRESS,)))
    return tuple(told[:MOST])
