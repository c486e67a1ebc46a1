"""One question back, where a question does not say in what matter it asks."""

import re
from collections.abc import Callable, Iterator

from parkbot.answering import wording
from parkbot.answers import Clarification
from parkbot.domain import Document, Evidence, Found, Source
from parkbot.questions import Asked, Question

MOST_OPTIONS = 4

_ARTICLE = re.compile("第[^条]+条(?:之[一二三四五六七八九十])?")

# The breach in an article that punishes it: 违反本法规定，未报送能源利用状况报告的，…
_BREACH = re.compile(
    r"(?P<breach>(?:未(?!成年)|不(?!动产|得|超过|足|满)|超(?:过|标)|擅自|拒不|拒绝|无(?!故)|伪造|篡改)"
    r"[^，。；：、“”（）]{4,26}?)的?，"
)


def clarification(
    question: Question, evidence: Evidence, english_title: Callable[[Document], str | None]
) -> Clarification:
    """The question back, with complete questions to choose from; none where nothing offers itself."""
    articles = [source for source in evidence.choices if Found.ADDRESS in source.found_by]
    if articles:
        language = question.language
        options = (
            wording.article_question(each.document, _article(each), language, english_title(each.document))
            for each in articles
        )
        return Clarification(wording.which_document(_article(articles[0]), language), tuple(options))
    matters = tuple(_matters(question, evidence.choices))
    return Clarification(wording.which_matter(question.language, has_options=bool(matters)), matters)


def _article(source: Source) -> str:
    """The article that a measure stands in; a digest's measure may be one paragraph of it."""
    found = _ARTICLE.match(source.measure.locator)
    return found[0] if found else source.measure.locator


def _matters(question: Question, sources: tuple[Source, ...]) -> Iterator[str]:
    """Complete questions about what the nearest measures rule on, each once."""
    seen: set[str] = set()
    for source in sources:
        matter = _matter(question, source)
        if matter and matter not in seen:
            seen.add(matter)
            yield wording.about(matter, question.text, question.language)
        if len(seen) == MOST_OPTIONS:
            return


def _matter(question: Question, source: Source) -> str | None:
    """The breach that a measure punishes; what else "how do I apply" may mean, the nearest don't tell."""
    found = _BREACH.search(source.measure.text) if question.asked is Asked.PENALTY else None
    return found["breach"] if found else None
