"""Questions that can be asked next: of each the library holds the answer, for it is asked by its name."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from parkbot.answering import wording
from parkbot.answers import Draft, RefusalReason
from parkbot.conversation.matters import matter
from parkbot.domain import Document, Evidence, Language, Measure, Source, TextKind
from parkbot.names import bare_title
from parkbot.questions import Question, language_of
from parkbot.retrieval.address import Catalogue
from parkbot.retrieval.places import place_of
from parkbot.retrieval.references import referred

MOST = 3
LOOKED_AT = 5
"""After a refusal a topic is near if it is among so many first ones, and says some of the question."""
SOME = 4
"""Characters in a row that a refused question and a topic near it have in common."""
LONGEST_TITLE = 40
"""A document with a longer name makes no question that anybody reads."""

_QUESTION_MARKS = ("？", "?")
"""What ends in none is words to search for."""

MeasuresOf = Callable[[str], Sequence[Measure]]
"""The measures of a document, in its order."""

Finds = Callable[[str, Measure], bool]
"""Whether these words, searched for in a measure's document, find that measure first."""


class Suggester:
    """Draws next questions from what an answer looked at and from what stands beside it."""

    def __init__(self, catalogue: Catalogue, measures_of: MeasuresOf, finds: Finds) -> None:
        self._catalogue = catalogue
        self._measures_of = measures_of
        self._finds = finds

    def suggested(self, draft: Draft, evidence: Evidence, question: Question) -> Draft:
        """The draft with what to ask next: after an answer what is beside it, after a refusal the nearest."""
        if draft.clarification is not None:
            return draft
        texts: dict[str, None] = {}
        for document, measure in self._near(draft, evidence, question):
            if len(texts) == MOST:
                break
            if text := self._question(document, measure, question.language):
                texts[text] = None
        return replace(draft, suggestions=tuple(texts))

    def _near(
        self, draft: Draft, evidence: Evidence, question: Question
    ) -> Iterator[tuple[Document, Measure]]:
        sources = {source.measure.id: source for source in evidence.sources}
        if draft.refusal is not None:
            near = (sources.get(nearest.measure_id) for nearest in draft.refusal.nearest)
            yield from ((source.document, source.measure) for source in near if source)
            if draft.refusal.reason is RefusalReason.NOT_COVERED:
                first = (source for source in evidence.sources[:LOOKED_AT] if _says_some_of(source, question))
                yield from ((source.document, source.measure) for source in first)
            return
        cited = dict.fromkeys(citation.measure_id for citation in draft.citations)
        for source in (sources[id] for id in cited if id in sources):
            for measure in self._beside(source, evidence):
                if measure.id not in cited:
                    yield source.document, measure

    def _beside(self, source: Source, evidence: Evidence) -> Iterator[Measure]:
        """What punishes or is punished, then what was found in the same document, then the neighbours."""
        document, this = source.document, source.measure
        measures = self._measures_of(document.id)
        if place_of(this.locator) is not None:
            named = {(place.article, place.sub) for place in referred(this)}
            yield from (each for each in measures if _address(each) in named)
            yield from (each for each in measures if _names(each, this.locator))
        yield from (each.measure for each in evidence.sources if each.document.id == document.id)
        at = next((n for n, each in enumerate(measures) if each.id == this.id), len(measures))
        yield from measures[at + 1 : at + 2]
        yield from measures[max(at - 1, 0) : at]

    def _question(self, document: Document, measure: Measure, language: Language) -> str | None:
        """A question whose answer is this measure; None where it cannot be asked for surely."""
        if not self._is_the_one_meant(document):
            return None
        if asked := self._asked_of(measure, language):
            return asked
        if len(bare_title(document.title)) > LONGEST_TITLE:
            return None
        about = matter(measure)
        if place_of(measure.locator) is not None:
            title_en = self._catalogue.english_title(document)
            address = wording.article_question(document, measure.locator, language, title_en)
            return address if language == "en" or not about else f"{address}（{about}）"
        if not measure.title or document.language != language or not self._finds(measure.title, measure):
            return None
        return wording.title_question(document, measure.title, language)

    def _asked_of(self, measure: Measure, language: Language) -> str | None:
        """The first of the questions that a measure came with, if that is found by it."""
        whole = (each for each in measure.questions if each.endswith(_QUESTION_MARKS))
        own = (each for each in whole if language_of(each) == language)
        return next((each for each in own if self._finds(each, measure)), None)

    def _is_the_one_meant(self, document: Document) -> bool:
        """Whether who names this document's title means it, and not a later version or the full text."""
        first = next(iter(self._catalogue.versions(bare_title(document.title))), None)
        if first is None:  # removed or renamed while the answer was written
            return False
        return first.id == document.id or (
            document.text_kind is TextKind.DIGEST and first.text_kind is TextKind.DIGEST
        )


def _says_some_of(source: Source, question: Question) -> bool:
    """Whether a measure or its place has a stretch of what a Chinese question is about."""
    measure = source.measure
    words = " ".join((source.document.title, *measure.section_path, measure.title or "", measure.text))
    stretches = (run[at : at + SOME] for run in question.content for at in range(len(run) - SOME + 1))
    return question.language == "zh" and any(stretch in words for stretch in stretches)


def _address(measure: Measure) -> tuple[int, int] | None:
    place = place_of(measure.locator)
    return (place.article, place.sub) if place else None


def _names(measure: Measure, locator: str) -> bool:
    """Whether a measure names an article of its own document."""
    article = locator.partition("条")[0] + "条"
    return article in measure.text and measure.locator != locator and f"》{article}" not in measure.text
