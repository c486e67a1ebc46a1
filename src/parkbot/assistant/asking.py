"""A question that says all it means, and its way to the answer: evidence, draft, next questions."""

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from parkbot import events
from parkbot.answering.extractive import ExtractiveAnswerer
from parkbot.answering.selection import without_penalties
from parkbot.answering.several import Sought
from parkbot.answers import Answer, Draft, EvidenceItem
from parkbot.assistant.upkeep import Upkeep
from parkbot.conversation.follow_ups import FollowUps
from parkbot.conversation.parts import parts_of
from parkbot.conversation.suggesting import Suggester
from parkbot.domain import Evidence, Filters, Measure
from parkbot.errors import NotFound
from parkbot.index.lexical import LexicalIndex
from parkbot.library import Library
from parkbot.penalties import is_unpunished
from parkbot.questions import Question, analyse
from parkbot.retrieval import Retriever
from parkbot.retrieval.siblings import Siblings
from parkbot.spans import span

if TYPE_CHECKING:
    from parkbot.answering.generative import Author


class Asking:
    """Answers questions by quotes, or with an author by a chat model's checked sentences. Thread-safe."""

    def __init__(
        self,
        library: Library,
        lexical: LexicalIndex,
        retriever: Retriever,
        upkeep: Upkeep,
        siblings: Siblings,
        author: "Author | None",
        evidence_size: int,
    ) -> None:
        self._library = library
        self._lexical = lexical
        self._retriever = retriever
        self._upkeep = upkeep
        self._siblings = siblings
        self._author = author
        self._evidence_size = evidence_size

    def answered(self, asked: Question, filters: Filters) -> Iterator[events.Event]:
        """What comes of a question: what is being done, citations and blocks, at last the answer."""
        started = time.perf_counter()
        self._upkeep.follow()
        evidence, parts = self._found(asked, filters)
        writing = time.perf_counter()
        try:
            with span("answer"):
                draft = yield from self._drafted(asked, evidence, parts, filters)
        except NotFound:  # removed in this moment, here or by another process: then of what there is now
            evidence, parts = self._found(asked, filters)
            draft = yield from self._drafted(asked, evidence, parts, filters)
        suggesting = time.perf_counter()
        with span("suggestions"):
            draft = self._suggester(filters).suggested(draft, evidence, asked)
        timings = evidence.timings_ms | {
            "answer": round((suggesting - writing) * 1000, 2),
            "suggestions": _milliseconds(suggesting),
            "total": _milliseconds(started),
        }
        yield _answer(asked, draft, evidence.together_with([part.evidence for part in parts]), timings)

    def quoted(self, asked: Question, filters: Filters) -> Answer:
        """The answer by quotes only, whoever else writes, and without next questions."""
        evidence = self._evidence(asked, filters)
        draft = self._extractive(filters).answer(asked, evidence, self._retriever.weigh(asked))
        return _answer(asked, draft, evidence, evidence.timings_ms)

    def _evidence(self, asked: Question, filters: Filters) -> Evidence:
        found = self._retriever.retrieve(asked, k=self._evidence_size, filters=filters)
        matter = asked.without_penalty
        if not is_unpunished(found.punishes) or not matter:
            return found
        readings = tuple(
            replace(each, question=analyse(each.question.without_penalty or matter, asked.language))
            for each in asked.readings
        )
        about = replace(analyse(matter, asked.language), readings=readings)
        duties = self._retriever.retrieve(about, k=self._evidence_size, filters=filters)
        return without_penalties(found, duties)

    def _found(self, asked: Question, filters: Filters) -> tuple[Evidence, list[Sought]]:
        """What a question rests on; where it asks several things, also what each of them does."""
        evidence = self._evidence(asked, filters)
        if evidence.is_exact or evidence.missing or evidence.unknown_title:
            return evidence, []
        catalogue = self._retriever.catalogue(filters.spaces)
        parts = parts_of(
            asked,
            lambda part, before: FollowUps.in_one_breath(
                part,
                before,
                catalogue=catalogue,
                measures_of=lambda document_id: self._siblings.of(document_id, filters.spaces),
                filters=filters,
            ),
        )
        sought = [
            Sought(part, self._evidence(part.question, filters), self._retriever.weigh(part.question))
            for part in parts
        ]
        if any(part.evidence.is_sufficient for part in sought):
            # What is said of one thing is not withheld because another is not covered.
            evidence = replace(evidence, is_sufficient=True, choices=())
        return evidence, sought

    def _drafted(
        self, question: Question, evidence: Evidence, parts: Sequence[Sought], filters: Filters
    ) -> Generator[events.Progress, None, Draft]:
        """Quotes, or with a chat model its checked sentences."""
        english_title = self._retriever.catalogue(filters.spaces).english_title
        weigh = self._retriever.weigh(question)
        extractive = self._extractive(filters)
        if self._author is None:
            draft = extractive.answer(question, evidence, weigh, parts)
            yield from events.told(draft.blocks, draft.citations)
            return draft
        from parkbot.answering.generative import GenerativeAnswerer  # with a chat model only

        generative = GenerativeAnswerer(self._author, extractive, english_title)
        return (yield from generative.answer(question, evidence, weigh, parts))

    def _extractive(self, filters: Filters) -> ExtractiveAnswerer:
        return ExtractiveAnswerer(
            lambda measure_id: self._library.measure(measure_id, filters.spaces),
            self._retriever.catalogue(filters.spaces).english_title,
        )

    def _suggester(self, filters: Filters) -> Suggester:
        def finds(words: str, measure: Measure) -> bool:
            in_document = frozenset((measure.document_id,))
            found = self._lexical.search(words, 1, spaces=filters.spaces, document_ids=in_document)
            return bool(found) and found[0][0] == measure.id

        return Suggester(
            self._retriever.catalogue(filters.spaces),
            lambda document_id: self._siblings.of(document_id, filters.spaces),
            finds,
        )


def _answer(
    question: Question,
    draft: Draft,
    evidence: Evidence,
    timings: dict[str, float],
) -> Answer:
    return Answer(
        question=question.text,
        standalone_question=question.text,
        language=question.language,
        status=draft.status,
        text="\n".join(block.text for block in draft.blocks),
        blocks=draft.blocks,
        citations=draft.citations,
        refusal=draft.refusal,
        clarification=draft.clarification,
        uncovered=draft.uncovered,
        warnings=draft.warnings,
        suggestions=draft.suggestions,
        evidence=tuple(
            EvidenceItem(source.measure.id, source.document.title, source.measure.locator, source.score)
            for source in evidence.sources
        ),
        answerer=draft.answerer,
        timings_ms=timings,
    )


def _milliseconds(since: float) -> float:
    return round((time.perf_counter() - since) * 1000, 2)
