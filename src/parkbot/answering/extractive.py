"""Answers without a language model: the words of the measures themselves, chosen and put in order."""

import re
from collections.abc import Callable, Sequence

from parkbot.answering import wording
from parkbot.answering.clarifying import clarification
from parkbot.answering.quoting import Weigh, quotes, whole
from parkbot.answering.selection import asks_for_several, chosen
from parkbot.answering.several import Shown, Sought, shared_out
from parkbot.answering.sought import FINDS
from parkbot.answering.writing import Writer
from parkbot.answers import (
    AnswerStatus,
    Block,
    BlockKind,
    Clarification,
    Draft,
    Quote,
    Refusal,
    RefusalReason,
)
from parkbot.domain import Document, DocumentMeasure, Evidence, NearestMeasure, Source, TextKind
from parkbot.measures.annexes import without_annex
from parkbot.names import bare_title
from parkbot.numerals import CHINESE
from parkbot.penalties import is_unpunished
from parkbot.questions import Asked, Question

MOST_NEAREST = 3
MOST_BESIDE = 2
"""Beside more sources than these no further article is opened."""
WHOLE_ARTICLE = 400
"""The best article is quoted whole if it has no more characters: what a question means often stands in its
second paragraph, in other words than the question's."""
NEAR = 0.4
"""A measure is near a question that it doesn't answer if it holds this part of its words."""


class ExtractiveAnswerer:
    """Writes an answer from evidence alone.

    `open_measure` gives a measure's neighbours, `english_title` a document's English title.
    """

    name = "extractive"

    def __init__(
        self,
        open_measure: Callable[[str], DocumentMeasure],
        english_title: Callable[[Document], str | None],
    ) -> None:
        self._open_measure = open_measure
        self._english_title = english_title

    def answer(
        self, question: Question, evidence: Evidence, weigh: Weigh, parts: Sequence[Sought] = ()
    ) -> Draft:
        """The answer, or the refusal, that the evidence allows.

        `parts` are the questions in a question that asks several at once.
        """
        if evidence.missing is not None and not evidence.sources:
            return self._no_such_article(question, evidence)
        if evidence.choices:
            return _asked_back(clarification(question, evidence, self._english_title))
        writer = Writer(question, self._english_title)
        if evidence.is_exact:
            return self._articles(writer, evidence)
        sources = chosen(evidence.sources, question) if evidence.is_sufficient else []
        shown = shared_out(parts, _words)
        are_several = len(shown) > 1 and any(each.sources for each in shown)
        if not sources and not are_several:
            return self._refused(question, evidence, weigh)
        writer.say_not_held(evidence.places_not_held)
        if are_several:
            return self._several(writer, shown)
        return self._rules(writer, sources, evidence, weigh)

    def _rules(self, writer: Writer, sources: list[Source], evidence: Evidence, weigh: Weigh) -> Draft:
        """Quotes of the best measures, each under its document's name."""
        question = writer.question
        writer.warn_of(sources)
        writer.say_how_surely_punished(evidence.punishes, sources)
        if len(sources) > 1:
            writer.frame(wording.lead(_topic(question, sources), question.language))
        best = max(sources, key=lambda source: source.score)
        find = FINDS.get(question.asked)
        said: list[str] = []
        for source in sources:
            parts = _quotes(source, weigh, question, is_best=source is best)
            name = writer.name_of(source)
            writer.claim(source, parts, name=name, marks=find if question.wants_figure else None)
            for other in _needed(source, parts, evidence) if _is_alone(source, sources) else ():
                words = quotes(other, weigh, find=None)
                writer.claim(other, words, name=wording.referred(other.measure, question.language))
                said += [quote.text for quote in words]
            said += [quote.text for quote in parts]
        writer.say_not_said(question, said, evidence.punishes)
        writer.say_language_of(sources)
        return writer.draft()

    @staticmethod
    def _several(writer: Writer, shown: list[Shown]) -> Draft:
        """Each question under its own words, in the order in which they were asked."""
        language = writer.question.language
        sources = [source for each in shown for source, _ in each.sources]
        writer.warn_of(sources)
        for each in shown:
            if not each.sources:
                writer.say_not_covered(each.sought.part.text)
                continue
            writer.frame(wording.lead_of_parts([part.text for part in each.parts], language))
            writer.say_how_surely_punished(
                each.sought.evidence.punishes, [source for source, _ in each.sources]
            )
            question = each.sought.part.question
            marks = FINDS.get(question.asked) if question.wants_figure else None
            for source, parts in each.sources:
                writer.claim(source, parts, name=writer.name_of(source), marks=marks)
            for part in each.parts:
                punishes = each.sought.evidence.punishes if part is each.sought.part else None
                writer.say_not_said(part.question, [quote.text for quote in each.quotes], punishes)
        writer.say_language_of(sources)
        return writer.draft()

    def _articles(self, writer: Writer, evidence: Evidence) -> Draft:
        """The named articles themselves, whole, with chapter, force and neighbours."""
        language = writer.question.language
        if evidence.force_of is not None:
            writer.say_force_of(evidence.force_of)
        else:
            writer.warn_of(list(evidence.sources))
        for source in evidence.sources:
            opened = self._open_measure(source.measure.id)
            title_en = self._english_title(source.document)
            writer.frame(wording.article_heading(source.document, source.measure, language, title_en))
            if len(evidence.sources) == 1:  # of several articles the paragraph is one's, and not each's
                writer.say_missing_paragraph(source)
            is_digest = source.document.text_kind is TextKind.DIGEST
            name = wording.digest_mark(language) if is_digest else ""
            writer.claim(source, (whole(source.measure),), name=name, focus=source.focus)
            near = [measure for measure in (opened.previous, opened.next) if measure is not None]
            if near and len(evidence.sources) == 1:
                writer.frame(wording.neighbours([measure.locator for measure in near], language))
        if evidence.missing is not None:
            writer.say_missing_article(evidence.missing)
        writer.say_language_of(list(evidence.sources))
        return writer.draft()

    def _no_such_article(self, question: Question, evidence: Evidence) -> Draft:
        assert evidence.missing is not None
        message = wording.no_such_article(evidence.missing, question.language)
        return _refusal(RefusalReason.NO_SUCH_ARTICLE, message)

    def _refused(self, question: Question, evidence: Evidence, weigh: Weigh) -> Draft:
        if evidence.unknown_title is not None:
            message = wording.no_such_document(evidence.unknown_title, question.language)
            return _refusal(RefusalReason.NO_SUCH_DOCUMENT, message, self._nearest(evidence, weigh))
        if not evidence.sources:
            return _refusal(RefusalReason.EMPTY_LIBRARY, wording.empty_library(question.language))
        nearest = self._nearest(evidence, weigh)
        message = (
            wording.no_penalty(question.language, has_nearest=bool(nearest))
            if is_unpunished(evidence.punishes)
            else wording.not_covered(question.topic, question.language, has_nearest=bool(nearest))
        )
        return _refusal(RefusalReason.NOT_COVERED, message, nearest, wording.add_documents(question.language))

    @staticmethod
    def _nearest(evidence: Evidence, weigh: Weigh) -> tuple[NearestMeasure, ...]:
        near = [source for source in evidence.sources if weigh(source.measure.text) >= NEAR][:MOST_NEAREST]
        return tuple(
            NearestMeasure(
                source.measure.id, source.document.title, source.measure.locator, source.measure.title
            )
            for source in near
        )


def _words(sought: Sought, source: Source, is_best: bool) -> tuple[Quote, ...]:
    """What to quote of a source for one of several questions."""
    return _quotes(source, sought.weigh, sought.part.question, is_best=is_best)


def _quotes(source: Source, weigh: Weigh, question: Question, *, is_best: bool) -> tuple[Quote, ...]:
    """A digest whole, and the best article if it is short; else the words that answer."""
    is_short = is_best and source.focus is None and len(source.measure.text) <= WHOLE_ARTICLE
    if source.document.text_kind is TextKind.DIGEST or is_short:
        return (whole(source.measure),)
    return quotes(source, weigh, find=FINDS.get(question.asked), wants_all=asks_for_several(question))


def _is_alone(source: Source, sources: list[Source]) -> bool:
    """Whether there is room for a further article of a source's document."""
    of_document = [other for other in sources if other.document.id == source.document.id]
    return len(of_document) == 1 and len(sources) <= MOST_BESIDE


def _needed(source: Source, parts: tuple[Quote, ...], evidence: Evidence) -> list[Source]:
    """The article that a quote can't be understood without: 违反本法第三十八条规定的 says not of what.

    Only where the quote names one; more would bury the answer.
    """
    words = "".join(part.text for part in parts)
    named = [
        other
        for other in evidence.referred.get(source.measure.id, ())
        if _names(words, other.measure.locator) and source.document.text_kind is TextKind.OFFICIAL
    ]
    return named if len(named) == 1 else []


def _names(words: str, locator: str) -> bool:
    """Whether words name an article, and not one whose number only begins so: Article 22, 第三条之一."""
    return bool(re.search(rf"{re.escape(without_annex(locator))}(?!\d|之[{CHINESE}])", words))


def _topic(question: Question, sources: list[Source]) -> str | None:
    """The question's topic if a cited measure calls it so; else it may be no topic at all."""
    topic = question.topic if question.asked is Asked.RULE else None
    if topic and any(
        topic in source.measure.text or topic in (source.measure.title or "") for source in sources
    ):
        return topic
    return None


def _asked_back(clarification: Clarification) -> Draft:
    asked = Block(BlockKind.FRAME, clarification.question)
    return Draft(AnswerStatus.CLARIFY, (asked,), clarification=clarification)


def _refusal(
    reason: RefusalReason, message: str, nearest: tuple[NearestMeasure, ...] = (), advice: str | None = None
) -> Draft:
    blocks = [Block(BlockKind.FRAME, message)]
    blocks += [
        Block(
            BlockKind.FRAME,
            f"· 《{bare_title(near.document_title)}》{near.locator} {near.title or ''}".rstrip(),
        )
        for near in nearest
    ]
    if advice:
        blocks.append(Block(BlockKind.FRAME, advice))
    return Draft(AnswerStatus.REFUSED, tuple(blocks), refusal=Refusal(reason, message, nearest))
