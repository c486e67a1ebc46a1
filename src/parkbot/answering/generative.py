"""Answers written by a chat model, sentence by sentence, of which only what was checked is shown."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from parkbot.answering import prompting, wording
from parkbot.answering.checking import Point, fault, premises
from parkbot.answering.extractive import ExtractiveAnswerer
from parkbot.answering.page import Page
from parkbot.answering.prompting import Given
from parkbot.answering.quoting import Weigh
from parkbot.answering.sentences import Sentence, sentences
from parkbot.answering.several import Sought
from parkbot.answers import AnswerStatus, Block, BlockKind, Draft
from parkbot.chat_models import ChatModel, Deadline
from parkbot.domain import Document, Evidence
from parkbot.errors import ChatModelFailed, Trouble
from parkbot.events import Progress, State, told
from parkbot.questions import Question
from parkbot.verification import Verifier

MOST_SENTENCES = 12
"""What a model writes beyond so many sentences is no answer any more."""
MOST_REPAIRS = 4

_YES = ("是", "yes")


@dataclass(frozen=True, slots=True)
class Effort:
    """How much a chat model may be asked for one answer; `seconds` for all of it together."""

    seconds: float
    evidence_tokens: int
    one_at_a_time: bool = False
    has_judge: bool = False


@dataclass(frozen=True, slots=True)
class Author:
    """A chat model, who checks what it writes, and how much it may be asked."""

    model: ChatModel
    verifier: Verifier
    effort: Effort

    @property
    def for_follow_ups(self) -> ChatModel | None:
        """Who puts follow-ups into words; a small model does worse than the rules, so that is nobody.

        Over 68 follow-ups (tuning) .94 found what their written-out form finds by the rules and .88 in the
        words of a model of 1.5 billion parameters, which mixed topics; over 59 (reporting) .915 and .831.
        """
        return None if self.effort.one_at_a_time else self.model


class GenerativeAnswerer:
    """Writes answers with a chat model where the extractive answerer finds one, and else leaves it at that.

    The model never sees a question that the library does not cover, and nothing of what it writes is shown
    before the measures that it cites were found to say so. Thread-safe.
    """

    def __init__(
        self,
        author: Author,
        extractive: ExtractiveAnswerer,
        english_title: Callable[[Document], str | None],
    ) -> None:
        self._model = author.model
        self._verifier = author.verifier
        self._effort = author.effort
        self._extractive = extractive
        self._english_title = english_title

    def answer(
        self, question: Question, evidence: Evidence, weigh: Weigh, parts: Sequence[Sought] = ()
    ) -> Generator[Progress, None, Draft]:
        """The answer, told block by block as each may be shown; `parts` as in ExtractiveAnswerer."""
        quoted = self._extractive.answer(question, evidence, weigh, parts)
        evidence = evidence.together_with([part.evidence for part in parts])
        given = self._given(question, quoted, evidence)
        if evidence.is_exact or not _is_answer(quoted) or not given.sources:
            yield from told(quoted.blocks, quoted.citations)
            return quoted
        deadline = Deadline(self._effort.seconds)
        page = Page(question, evidence, self._point(question, quoted, evidence), self._english_title, weigh)
        failed: list[tuple[Sentence, str]] = []
        trouble: Trouble | None = None
        yield State.WRITING
        try:
            for sentence in self._written(given, deadline):
                yield from self._weighed(sentence, given, page, failed, deadline)
        except ChatModelFailed as error:
            trouble = error.trouble
        else:
            yield from self._repaired(failed, given, page, deadline)
        if not page.is_begun:
            return (yield from _told(_quoted_instead(quoted, trouble, page.left_out, question)))
        ids = [citation.measure_id for citation in quoted.citations]
        not_covered = [part.part.text for part in parts if part.part.text in quoted.uncovered]
        asked = [part.part.question for part in parts if part.part.text not in not_covered] or [question]
        sources = [source for source in evidence.sources if source.measure.id in ids]
        page.end(trouble, sources, asked, not_covered)
        yield from page.news()
        return replace(page.draft(), answerer=self._model.name)

    def _given(self, question: Question, quoted: Draft, evidence: Evidence) -> Given:
        """The measures for the model: those that would be quoted, what they refer to, then the others.

        A small model that is asked about one of the others finds an answer in whatever it says. Nor is it to
        translate: of 48 sentences that one of 1.5 billion parameters wrote in English about Chinese measures
        two readers called 3 right.
        """
        by_id = {source.measure.id: source for source in evidence.sources}
        first = [citation.measure_id for citation in quoted.citations if citation.measure_id in by_id]
        named = [each for id in first for each in evidence.referred.get(id, ())]
        if self._effort.one_at_a_time:
            others = []
            first = [id for id in first if by_id[id].document.language == question.language]
            named = [source for source in named if source.document.language == question.language]
        else:
            others = [source for source in evidence.sources if not source.document.status.has_ended]
        ordered = {s.measure.id: s for s in (*(by_id[id] for id in first), *named, *others)}
        return prompting.given(
            question, tuple(ordered.values()), self._effort.evidence_tokens, self._english_title
        )

    @staticmethod
    def _point(question: Question, quoted: Draft, evidence: Evidence) -> Point:
        ids = {citation.measure_id for citation in quoted.citations}
        return Point(question, ids, [s.measure.text for s in evidence.sources if s.measure.id in ids])

    def _written(self, given: Given, deadline: Deadline) -> Iterator[Sentence]:
        """What the model writes, a sentence at a time."""
        if self._effort.one_at_a_time:
            written: Iterable[Sentence] = self._one_by_one(given, deadline)
        else:
            pieces = self._model.stream(given.messages(), deadline)
            # While the model starts there is time to read and embed what its sentences will be laid beside.
            self._verifier.prepare(premises(tuple(given.sources.values())))
            written = sentences(pieces, given.sources)
        if self._effort.has_judge:
            written = list(written)  # a small server drops the reply that it is writing for the next request
        for count, sentence in enumerate(written, 1):
            if count > MOST_SENTENCES:
                return
            yield sentence

    def _one_by_one(self, given: Given, deadline: Deadline) -> Iterator[Sentence]:
        for marker in given.sources:
            pieces = self._model.stream(given.messages_for(marker), deadline)
            for sentence in sentences(pieces, ()):
                if not sentence.asserts_nothing:
                    yield sentence.under(marker)

    def _weighed(
        self,
        sentence: Sentence,
        given: Given,
        page: Page,
        failed: list[tuple[Sentence, str]],
        deadline: Deadline,
    ) -> Iterator[Progress]:
        """A sentence onto the page, or among the failed ones."""
        if sentence.asserts_nothing:
            return
        yield State.CHECKING
        reason = self._fault(sentence, given, deadline)
        if reason and (shorter := sentence.without_lead()) and not self._fault(shorter, given, deadline):
            sentence, reason = shorter, ""
        if reason:
            failed.append((sentence, reason))
        else:
            page.add(sentence, given.sources)
            yield from page.news()
        yield State.WRITING

    def _fault(self, sentence: Sentence, given: Given, deadline: Deadline) -> str:
        language = given.question.language
        # Of what a small model wrote in its own words two readers called 17 of 93 sentences right, and no
        # check is sure enough for that: what it may do is choose the words that answer.
        chosen_for = given.question if self._effort.one_at_a_time else None
        cited = given.cited(sentence)
        reason = fault(sentence, cited, self._verifier, language, chosen_for=chosen_for)
        if reason or not self._effort.has_judge:
            return reason
        opinion = self._model.reply(given.messages_judging(sentence), deadline).strip().lower()
        if opinion.startswith(_YES):
            return ""
        return (
            "依据没有写明其中一点。" if language == "zh" else "The source does not state one of its points."
        )

    def _repaired(
        self, failed: Sequence[tuple[Sentence, str]], given: Given, page: Page, deadline: Deadline
    ) -> Iterator[Progress]:
        """What failed, written once more with the reason; what still fails is only counted."""
        for place, (sentence, reason) in enumerate(failed):
            # A reply that is late or fails costs a sentence, not the answer.
            try:
                better = self._better(sentence, reason, given, deadline) if place < MOST_REPAIRS else None
            except ChatModelFailed:
                better = None
            if better is None:
                page.leave_out(given.cited(sentence))
            else:
                page.add(better, given.sources)
                yield from page.news()

    def _better(self, sentence: Sentence, reason: str, given: Given, deadline: Deadline) -> Sentence | None:
        """The sentence written anew, if that may be shown."""
        marker = sentence.markers[0] if self._effort.one_at_a_time else None
        request = given.messages_for(marker) if marker else given.messages()
        pieces = self._model.stream(given.messages_repairing(request, sentence, reason), deadline)
        written = (each for each in sentences(pieces, given.sources) if not each.asserts_nothing)
        better = next(written, None)
        if better is None:
            return None
        better = better.under(marker) if marker else better
        return None if self._fault(better, given, deadline) else better


def _is_answer(draft: Draft) -> bool:
    return draft.status in (AnswerStatus.ANSWERED, AnswerStatus.PARTIAL)


def _quoted_instead(quoted: Draft, trouble: Trouble | None, left_out: int, question: Question) -> Draft:
    """The extractive answer, with a line that says why it is shown, where the model is to blame for it."""
    warnings = (wording.without_model(trouble, question.language),) if trouble else ()
    notices = warnings or ((wording.left_out(left_out, question.language),) if left_out else ())
    return replace(
        quoted,
        blocks=(*quoted.blocks, *(Block(BlockKind.NOTICE, notice) for notice in notices)),
        warnings=(*quoted.warnings, *warnings),
    )


def _told(draft: Draft) -> Generator[Progress, None, Draft]:
    yield from told(draft.blocks, draft.citations)
    return draft
