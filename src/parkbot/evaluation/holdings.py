"""What a library holds of the gold measures, and which of its measures are one and the same article."""

from collections.abc import Iterable
from dataclasses import dataclass

from parkbot.assistant import PolicyAssistant
from parkbot.domain import Document, Measure, TextKind
from parkbot.evaluation.suites import Question
from parkbot.names import bare_title
from parkbot.retrieval.address import Catalogue
from parkbot.retrieval.places import place_of


@dataclass(frozen=True, slots=True)
class Holdings:
    """The measures of a library.

    `documents`: measure id → id of its document. `official`: id of a digest's measure → id of the
    official article that stands for it, where the library holds both.
    """

    documents: dict[str, str]
    official: dict[str, str]

    def one(self, measure_id: str) -> str:
        """The id under which a measure counts: that of the official article for a digest of it."""
        return self.official.get(measure_id, measure_id)

    def gold(self, question: Question) -> frozenset[str]:
        """Those of the question's gold measures that the library holds; equivalent ones count once."""
        return frozenset(self.one(id) for id in question.gold if id in self.documents)

    def absent(self, question: Question) -> tuple[str, ...]:
        """Those of the question's gold measures that the library does not hold."""
        return tuple(id for id in question.gold if id not in self.documents)

    def documents_of(self, measure_ids: Iterable[str]) -> frozenset[str]:
        """The documents in which these measures, or the official text of them, stand."""
        return frozenset(self.documents[self.one(id)] for id in measure_ids if id in self.documents)


def holdings(assistant: PolicyAssistant) -> Holdings:
    """What the shared library holds now.

    The retriever puts the official article in the place of a digest of it, so either is a hit: a
    digest's article is the same as that of the best official version of the same bare title.
    """
    documents = assistant.documents()
    measures = {document.id: assistant.measures_of(document.id) for document in documents}
    catalogue = Catalogue(documents)
    official: dict[str, str] = {}
    for document in documents:
        if document.text_kind is TextKind.DIGEST:
            best = catalogue.versions(bare_title(document.title))[0]
            official |= _same_articles(measures[document.id], best, measures[best.id])
    return Holdings(
        {measure.id: document for document, held in measures.items() for measure in held}, official
    )


def _same_articles(
    digest: tuple[Measure, ...], best: Document, articles: tuple[Measure, ...]
) -> dict[str, str]:
    if best.text_kind is not TextKind.OFFICIAL:
        return {}
    by_address: dict[tuple[int, int], str] = {}
    for article in articles:
        if place := place_of(article.locator):
            by_address.setdefault((place.article, place.sub), article.id)
    return {
        measure.id: by_address[place.article, place.sub]
        for measure in digest
        if (place := place_of(measure.locator)) and (place.article, place.sub) in by_address
    }
