"""Answers without a language model: the words of the measures themselves, chosen and put in order."""

from collections.abc import Callable

from parkbot.answering import wording
from parkbot.answering.clarifying import clarification
from parkbot.answering.locators import asked_paragraph, holds_paragraph, locator
from parkbot.answering.quoting import Weigh, quotes, whole
from parkbot.answering.selection import chosen
from parkbot.answering.sought import FINDS, Find
from parkbot.answers import (
    AnswerStatus,
    Block,
    BlockKind,
    Citation,
    Clarification,
    Draft,
    Quote,
    Refusal,
    RefusalReason,
    Support,
)
from parkbot.domain import Document, DocumentMeasure, Evidence, NearestMeasure, Source, Span, Status, TextKind
from parkbot.names import bare_title
from parkbot.questions import Asked, Question

MOST_NEAREST = 3
MOST_BESIDE = 2
"""Beside more sources than these no further article is opened."""
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

    def answer(self, question: Question, evidence: Evidence, weigh: Weigh) -> Draft:
        """The answer, or the refusal, that the evidence allows."""
        if evidence.missing is not None and not evidence.sources:
            return self._no_such_article(question, evidence)
        if evidence.choices:
            return _asked_back(clarification(question, evidence, self._english_title))
        writer = _Writer(question, self._english_title)
        if evidence.is_exact:
            return self._articles(writer, evidence)
        sources = chosen(evidence.sources, question, weigh) if evidence.is_sufficient else []
        if not sources:
            return self._refused(question, evidence, weigh)
        writer.say_not_held(evidence.places_not_held)
        return self._rules(writer, sources, evidence, weigh)

    def _rules(self, writer: "_Writer", sources: list[Source], evidence: Evidence, weigh: Weigh) -> Draft:
        """Quotes of the best measures, each under its document's name."""
        question = writer.question
        writer.warn_of(sources)
        if len(sources) > 1:
            writer.frame(wording.lead(_topic(question, sources), question.language))
        find = FINDS.get(question.asked)
        for source in sources:
            if source.document.text_kind is TextKind.DIGEST:
                parts: tuple[Quote, ...] = (whole(source.measure),)
            else:
                parts = quotes(source, weigh, find=find)
            name = writer.name_of(source)
            writer.claim(source, parts, name=name, marks=find if question.wants_figure else None)
            for other in _needed(source, parts, evidence) if _is_alone(source, sources) else ():
                words = quotes(other, weigh, find=None)
                writer.claim(other, words, name=wording.referred(other.measure, question.language))
        writer.say_language_of(sources)
        return writer.draft()

    def _articles(self, writer: "_Writer", evidence: Evidence) -> Draft:
        """The named articles themselves, whole, with chapter, force and neighbours."""
        language = writer.question.language
        writer.warn_of(list(evidence.sources))
        for source in evidence.sources:
            opened = self._open_measure(source.measure.id)
            title_en = self._english_title(source.document)
            writer.frame(wording.article_heading(source.document, source.measure, language, title_en))
            writer.say_missing_paragraph(source)
            is_digest = source.document.text_kind is TextKind.DIGEST
            name = wording.digest_mark(language) if is_digest else ""
            writer.claim(source, (whole(source.measure),), name=name, focus=source.focus)
            near = [measure for measure in (opened.previous, opened.next) if measure is not None]
            if near and len(evidence.sources) == 1:
                writer.frame(wording.neighbours([measure.locator for measure in near], language))
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
        message = wording.not_covered(question.topic, question.language, has_nearest=bool(nearest))
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
        if other.measure.locator in words and source.document.text_kind is TextKind.OFFICIAL
    ]
    return named if len(named) == 1 else []


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


class _Writer:
    """Collects the blocks and numbers the citations of one answer."""

    def __init__(self, question: Question, english_title: Callable[[Document], str | None]) -> None:
        self.question = question
        self._english_title = english_title
        self._blocks: list[Block] = []
        self._citations: list[Citation] = []
        self._warnings: list[str] = []
        self._uncovered: tuple[str, ...] = ()

    def frame(self, text: str) -> None:
        """A line of ours that asserts nothing."""
        self._blocks.append(Block(BlockKind.FRAME, text))

    def say_not_held(self, provinces: tuple[str, ...]) -> None:
        """That the library lacks the local rules of these provinces."""
        if provinces:
            language = self.question.language
            self._uncovered = tuple(wording.local_rules(province, language) for province in provinces)
            self._blocks.append(Block(BlockKind.NOTICE, wording.only_national(provinces, language)))

    def warn_of(self, sources: list[Source]) -> None:
        """One notice for each cited document that is not in force."""
        for source in sources:
            if source.document.status.has_ended or source.document.status is Status.NOT_YET_IN_FORCE:
                named = self._english_title(source.document)
                warning = wording.not_in_force(source.document, self.question.language, named)
                if warning not in self._warnings:
                    self._warnings.append(warning)
                    self._blocks.append(Block(BlockKind.NOTICE, warning))

    def say_missing_paragraph(self, source: Source) -> None:
        """A notice where the question names a paragraph that the source does not show by itself."""
        number = asked_paragraph(self.question.text)
        if (
            number is not None
            and 0 < number < 100
            and not holds_paragraph(source.measure, source.focus, number)
        ):
            notice = wording.no_such_paragraph(number, source.document, self.question.language)
            self._blocks.append(Block(BlockKind.NOTICE, notice))

    def name_of(self, source: Source) -> str:
        """What stands before a quote: the document's name, for a wrong law hides best without one."""
        language, document = self.question.language, source.document
        title = wording.document_name(document, language, self._english_title(document))
        note = wording.source_note(document, language)
        if language == "en":
            return f"{title}{note}, {locator(source.measure.locator, 'en')}: "
        return f"{title}{note}："

    def claim(
        self,
        source: Source,
        parts: tuple[Quote, ...],
        *,
        name: str,
        marks: Find | None = None,
        focus: Span | None = None,
    ) -> None:
        """The quotes of one measure with their marker, after a name."""
        marker = len(self._citations) + 1
        words = wording.quoted(parts, source.document)
        emphasis = self._emphasis(name, words, parts, source, marks, focus)
        self._blocks.append(
            Block(BlockKind.CLAIM, f"{name}{words}[{marker}]", (marker,), Support.QUOTED, emphasis)
        )
        self._citations.append(_citation(marker, source, parts))

    @staticmethod
    def _emphasis(
        name: str,
        words: str,
        parts: tuple[Quote, ...],
        source: Source,
        marks: Find | None,
        focus: Span | None,
    ) -> tuple[Span, ...]:
        """Spans of the claim's text to mark: the figures or days asked for, or the paragraph asked for."""
        if focus is not None:
            start = len(name) + words.index(parts[0].text) + focus.start - parts[0].start
            return (Span(start, start + focus.end - focus.start),)
        if marks is None:
            return ()
        return tuple(Span(len(name) + span.start, len(name) + span.end) for span in marks(words))

    def say_language_of(self, sources: list[Source]) -> None:
        """Under an English answer: that the words are Chinese."""
        if self.question.language != "en":
            return
        kinds = {source.document.text_kind for source in sources if source.document.language == "zh"}
        if TextKind.OFFICIAL in kinds:
            self._blocks.append(Block(BlockKind.NOTICE, wording.only_chinese()))
        elif kinds:
            self._blocks.append(Block(BlockKind.NOTICE, wording.only_chinese_digest()))

    def draft(self) -> Draft:
        """The finished answer."""
        return Draft(
            AnswerStatus.PARTIAL if self._uncovered else AnswerStatus.ANSWERED,
            tuple(self._blocks),
            tuple(self._citations),
            uncovered=self._uncovered,
            warnings=tuple(self._warnings),
        )


def _citation(marker: int, source: Source, parts: tuple[Quote, ...]) -> Citation:
    document, measure = source.document, source.measure
    return Citation(
        marker=marker,
        measure_id=measure.id,
        document_id=document.id,
        document_title=document.title,
        locator=measure.locator,
        section_path=measure.section_path,
        text_kind=document.text_kind,
        quotes=parts,
        issuers=document.issuers,
        document_number=document.document_number,
        date_issued=document.date_issued,
        status=document.status,
        level=document.level,
        region=document.region,
        source_url=document.source_url,
        checked_on=document.checked_on,
    )
