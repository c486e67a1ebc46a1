"""The blocks and citations of one answer, as they come into being."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from parkbot.answering import in_force, wording
from parkbot.answering.locators import asked_paragraph, holds_paragraph, locator
from parkbot.answering.sought import Find, definitions, lacks
from parkbot.answers import AnswerStatus, Block, BlockKind, Citation, Draft, Quote, Support
from parkbot.domain import Document, Missing, Source, Span, Status, TextKind
from parkbot.events import Progress
from parkbot.measures.annexes import without_annex
from parkbot.penalties import PUNISHES, is_doubtful, is_unpunished
from parkbot.questions import Asked, Question


class Writer:
    """Collects the blocks and numbers the citations of one answer; `news` are those not yet told of."""

    def __init__(self, question: Question, english_title: Callable[[Document], str | None]) -> None:
        self.question = question
        self._english_title = english_title
        self._blocks: list[Block] = []
        self._citations: list[Citation] = []
        self._news: list[Progress] = []
        self._warnings: list[str] = []
        self._uncovered: tuple[str, ...] = ()

    def frame(self, text: str) -> None:
        """A line of ours that asserts nothing."""
        self._add(Block(BlockKind.FRAME, text))

    def notice(self, text: str) -> None:
        """A line that warns or informs."""
        self._add(Block(BlockKind.NOTICE, text))

    def warn(self, text: str) -> None:
        """A notice that is also among the answer's warnings; said once."""
        if text not in self._warnings:
            self._warnings.append(text)
            self.notice(text)

    def say_not_held(self, provinces: tuple[str, ...]) -> None:
        """That the library lacks the local rules of these provinces."""
        if provinces:
            language = self.question.language
            self._uncovered += tuple(wording.local_rules(province, language) for province in provinces)
            self.notice(wording.only_national(provinces, language))

    def say_how_surely_punished(self, probability: float | None, sources: Iterable[Source]) -> None:
        """A word of caution where what is shown may punish another act than the one asked about."""
        if is_doubtful(probability) and any(PUNISHES.search(each.measure.text) for each in sources):
            caution = wording.may_punish_another(self.question.language)
            if all(block.text != caution for block in self._blocks):
                self.notice(caution)

    @property
    def quoted(self) -> list[str]:
        """The words of all quotes."""
        return [quote.text for citation in self._citations for quote in citation.quotes]

    def say_not_said(self, asked: Question, texts: Iterable[str], punishes: float | None) -> None:
        """That none of the texts names the figure, the day, the penalty or the meaning that is asked for.

        `punishes`: probability that what was found punishes the act, where its penalty is asked.
        """
        said = " ".join(texts)
        is_wanting = lacks(said, asked.asked) or (asked.asks_what_it_means and not definitions(said))
        is_wanting |= asked.asked is Asked.PENALTY and is_unpunished(punishes)
        if is_wanting and (what := wording.asked_for(asked.asked, asked.language)):
            self._uncovered += (what,)
            self.notice(wording.not_said(what, asked.language))

    def say_not_covered(self, part: str) -> None:
        """That of several questions the library does not answer this one."""
        self._uncovered += (part,)
        self.notice(wording.part_not_covered(part, self.question.language))

    def warn_of(self, sources: list[Source]) -> None:
        """One notice for each cited document that is not in force."""
        for source in sources:
            if source.document.status.has_ended or source.document.status is Status.NOT_YET_IN_FORCE:
                named = self._english_title(source.document)
                self.warn(in_force.warning(source.document, self.question.language, named))

    def say_force_of(self, document: Document) -> None:
        """What the library knows of the force of the document that the question is about."""
        named = self._english_title(document)
        known = in_force.answer(document, self.question.language, named)
        if document.status.has_ended:
            self.warn(known)
        else:
            self.frame(known)

    def say_missing_article(self, missing: Missing) -> None:
        """That the document lacks one of several articles that were asked for."""
        language = self.question.language
        self._uncovered += (locator(missing.locator, language),)
        self.notice(wording.no_such_article(missing, language))

    def say_missing_paragraph(self, source: Source) -> None:
        """A notice where the question names a paragraph that the source does not show by itself."""
        number = asked_paragraph(self.question.text)
        if (
            number is not None
            and 0 < number < 100
            and not holds_paragraph(source.measure, source.focus, number)
        ):
            notice = wording.no_such_paragraph(number, source.document, self.question.language)
            self.notice(notice)

    def name_of(self, source: Source) -> str:
        """What stands before a quote: the document's name, for a wrong law hides best without one."""
        language, document = self.question.language, source.document
        title = wording.document_name(document, language, self._english_title(document))
        note = wording.source_note(document, language)
        if language == "en":
            return f"{title}{note}, {locator(source.measure.locator, 'en')}: "
        # Of a digest the place is long and helps nobody; an article's number is what an inspector asks for.
        is_official = document.text_kind is TextKind.OFFICIAL
        is_article = is_official and without_annex(source.measure.locator).startswith("第")
        place = source.measure.locator if is_article else ""
        return f"{title}{place}{note}："

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
        marker = self.cite(source, parts)
        words = wording.quoted(parts, source.document)
        emphasis = self._emphasis(name, words, parts, source, marks, focus)
        self._add(Block(BlockKind.CLAIM, f"{name}{words}[{marker}]", (marker,), Support.QUOTED, emphasis))

    def verified(self, text: str, markers: tuple[int, ...]) -> None:
        """A sentence that was checked against the measures of its markers, which it holds."""
        self._add(Block(BlockKind.CLAIM, text, markers, Support.VERIFIED))

    def cites(self, source: Source) -> bool:
        """Whether a measure has a marker already."""
        return any(citation.measure_id == source.measure.id for citation in self._citations)

    def cite(self, source: Source, parts: tuple[Quote, ...]) -> int:
        """The marker of a measure; where it has one, its citation gains the quotes that it lacks."""
        cited = [citation.measure_id for citation in self._citations]
        if source.measure.id not in cited:
            self._citations.append(_citation(len(cited) + 1, source, parts))
            self._news.append(self._citations[-1])
            return len(self._citations)
        place = cited.index(source.measure.id)
        known = self._citations[place]
        gained = [part for part in parts if not any(_holds(quote, part) for quote in known.quotes)]
        if gained:
            quotes = tuple(sorted((*known.quotes, *gained), key=lambda quote: quote.start))
            self._citations[place] = replace(known, quotes=quotes)
            self._news.append(self._citations[place])
        return place + 1

    def news(self) -> tuple[Progress, ...]:
        """What was added since this was last asked: citations before the blocks that need them."""
        news, self._news = tuple(self._news), []
        return news

    def _add(self, block: Block) -> None:
        self._blocks.append(block)
        self._news.append(block)

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
            self.notice(wording.only_chinese())
        elif kinds:
            self.notice(wording.only_chinese_digest())

    def draft(self) -> Draft:
        """The finished answer."""
        return Draft(
            AnswerStatus.PARTIAL if self._uncovered else AnswerStatus.ANSWERED,
            tuple(self._blocks),
            tuple(self._citations),
            uncovered=self._uncovered,
            warnings=tuple(self._warnings),
        )


def _holds(quote: Quote, part: Quote) -> bool:
    return quote.start <= part.start and part.end <= quote.end


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
