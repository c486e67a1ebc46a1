"""Follow-ups that mean an article by where it stands: the next one, its second paragraph, its penalty."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from parkbot.answering import wording
from parkbot.answering.locators import asked_paragraph
from parkbot.conversation.matters import matter
from parkbot.conversation.memory import Cited, Turn
from parkbot.conversation.recognising import relative_place
from parkbot.domain import Document, Language, Measure, TextKind
from parkbot.names import document_of
from parkbot.numerals import to_chinese
from parkbot.retrieval.places import Place, place_of, places_in

MeasuresOf = Callable[[str], Sequence[Measure]]
"""The measures of a document, in its order."""

_REFUSES = re.compile(
    "拒不|拒绝改|逾期[^，。]{0,4}[不未]|不(?:整改|改正|落实|执行)|未(?:整改|改正)|没有?(?:整改|改正)"
)
_PUNISHES = re.compile("罚|责令|加价|停业|关闭")
_ITEM = re.compile(r"第\s*[（(]?[一二三四五六七八九十\d]+[）)]?\s*项")


@dataclass(frozen=True, slots=True)
class Spot:
    """An article that a follow-up may mean, and the part of it; `matter` tells it from the others."""

    document: Document
    locator: str
    matter: str

    def question(self, language: Language, title_en: str | None) -> str:
        """The address as a question."""
        return wording.article_question(self.document, self.locator, language, title_en)

    def option(self, language: Language, title_en: str | None) -> str:
        """The same, with what it rules on: a choice beside others."""
        note = f" ({self.matter})" if language == "en" else f"（{self.matter}）"
        return self.question(language, title_en) + (note if self.matter else "")


class Spots:
    """Finds the articles that a follow-up may mean, near those that the turn before cited."""

    def __init__(self, documents: dict[str, Document], measures_of: MeasuresOf) -> None:
        self._documents = documents
        self._measures_of = measures_of

    def addressed(
        self, words: str, last: Turn, *, named: Document | None, is_article: bool
    ) -> tuple[Spot, ...]:
        """The articles at the place that the words give; several where they may mean either."""
        places, _ = places_in(words)
        part = _part_of(words)
        if places:
            document = named or self._only_document(last)
            return tuple(_spot(document, place, part) for place in places) if document else ()
        spots = tuple(dict.fromkeys(self._beside(words, last, is_article=is_article)))
        if part:
            paragraph = asked_paragraph(words) or 0
            spots = tuple(spot for spot in spots if len(spot[1].paragraphs) >= paragraph) or spots[:1]
        return tuple(
            _spot(document, place, part, measure)
            for document, measure in spots
            if (place := place_of(measure.locator))
        )

    def cited(self, last: Turn) -> tuple[Spot, ...]:
        """The articles that the turn before cited."""
        found = ((self._documents.get(document_of(each.measure_id)), each) for each in last.cited)
        spots = [
            (document, measure)
            for document, each in found
            if document and document.text_kind is TextKind.OFFICIAL
            for measure in self._around(document, each)[1:2]
        ]
        return tuple(
            _spot(document, place, "", measure)
            for document, measure in dict.fromkeys(spots)
            if (place := place_of(measure.locator))
        )

    def refusals(self, words: str, last: Turn, *, is_article: bool) -> tuple[Spot, ...]:
        """The articles that punish whoever does not mend what the turn before was about."""
        if not _REFUSES.search(words) or not last.cited:
            return ()
        document, place = (
            self._documents.get(document_of(last.cited[0].measure_id)),
            place_of(last.cited[0].locator),
        )
        if document is None or place is None or document.text_kind is TextKind.DIGEST:
            return ()
        measures = list(self._measures_of(document.id))
        if is_article:
            this = f"第{to_chinese(place.article)}条"
            near = [measure for measure in measures if this in measure.text and measure.locator != this]
        else:
            near = self._around(document, last.cited[0])
        fitting = [each for each in near if _REFUSES.search(each.text) and _PUNISHES.search(each.text)]
        return tuple(
            _spot(document, at, "", measure) for measure in fitting if (at := place_of(measure.locator))
        )

    def _only_document(self, last: Turn) -> Document | None:
        ids = {document_of(cited.measure_id) for cited in last.cited}
        return self._documents.get(ids.pop()) if len(ids) == 1 else None

    def _beside(self, words: str, last: Turn, *, is_article: bool) -> Iterator[tuple[Document, Measure]]:
        """The measures meant; after an answer 上一条 may be the article that it quoted, or the one before."""
        step = relative_place(words)
        cited = last.cited if step in (None, 0) else last.cited[:1]
        for each in cited:
            document = self._documents.get(document_of(each.measure_id))
            if document is None:
                continue
            around = self._around(document, each)
            if step == -1 and not is_article:
                yield from ((document, measure) for measure in around[1:2])
            yield from ((document, measure) for measure in around[1 + (step or 0) :][:1])

    def _around(self, document: Document, cited: Cited) -> list[Measure]:
        """The measure before, the cited one and the one after; at the document's ends itself."""
        measures = list(self._measures_of(document.id))
        at = next((n for n, measure in enumerate(measures) if measure.id == cited.measure_id), None)
        if at is None:
            return []
        return [measures[max(at - 1, 0)], measures[at], measures[min(at + 1, len(measures) - 1)]]


def _part_of(words: str) -> str:
    """The paragraph and item that the words name, as a locator writes them."""
    paragraph, item = asked_paragraph(words), _ITEM.search(words)
    return (f"第{to_chinese(paragraph)}款" if paragraph else "") + (item[0].replace(" ", "") if item else "")


def _spot(document: Document, place: Place, part: str, measure: Measure | None = None) -> Spot:
    locator = f"第{to_chinese(place.article)}条" + (f"之{to_chinese(place.sub)}" if place.sub else "")
    return Spot(document, locator + part, matter(measure) if measure else "")
