"""The whole of ParkBot behind one door: documents in, cited answers out."""

import hashlib
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from datetime import date
from functools import partial
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

from parkbot import corrections, events, readers
from parkbot.answering.extractive import ExtractiveAnswerer
from parkbot.answering.generative import Author, GenerativeAnswerer
from parkbot.answers import Answer, Draft, EvidenceItem
from parkbot.conversation import FollowUps
from parkbot.conversation.dialogues import Dialogues, own_space
from parkbot.conversation.memory import TURNS_REMEMBERED
from parkbot.conversation.suggesting import Suggester
from parkbot.domain import (
    SHARED_SPACE,
    UNSET,
    Document,
    DocumentChanges,
    DocumentMeasure,
    Evidence,
    Filters,
    Heading,
    Health,
    IndexProgress,
    IngestResult,
    Measure,
    SearchResult,
)
from parkbot.errors import BadInput, BadQuestion, NotFound, UnreadableFile
from parkbot.index.dense import DenseIndex
from parkbot.index.lexical import LexicalIndex
from parkbot.index.lock import DataFolder
from parkbot.index.passages import Passage, passages, vectors
from parkbot.index.vectors import CachedEmbedder, Vectors
from parkbot.library import Library, State
from parkbot.measures import split
from parkbot.questions import Question, analyse
from parkbot.refreshing import Refresher
from parkbot.retrieval import Retriever
from parkbot.retrieval.force import on
from parkbot.retrieval.reranking import Reranking
from parkbot.retrieval.searching import Turn
from parkbot.retrieval.siblings import Siblings
from parkbot.retrieval.sufficiency import Signals
from parkbot.settings import Settings
from parkbot.shipped import ShippedKnowledge, ships
from parkbot.spans import span
from parkbot.traits import Traits
from parkbot.turns import Conversation, ConversationSummary, Feedback

INGEST_VERSION = "4"
"""Part of every content hash: a reader or splitter that gives something else for a file must raise it."""

Progress = Callable[[int, int], None]
"""Called with how much is done, and of how much."""


class PolicyAssistant:
    """Answers questions from a library of policy documents, and keeps that library.

    Thread-safe: questions run side by side, changes to the library one after the other.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        library: Library,
        dense: DenseIndex,
        lexical: LexicalIndex,
        embedder: CachedEmbedder,
        embed_query: Callable[[str], Sequence[float]],
        traits: Traits,
        turn: Turn,
        reranking: Reranking | None,
        author: Author | None,
        bundled: Path | None,
        folder: DataFolder | None,
        resources: ExitStack,
    ) -> None:
        self._settings = settings
        self._library = library
        self.keys = library.keys
        self._dense = dense
        self._lexical = lexical
        self._embedder = embedder
        self._traits = traits
        self._folder = folder
        self._resources = resources
        self._followed = -1
        self._following = threading.Lock()
        self._refresher = Refresher(self.refresh)
        self._shipped = ShippedKnowledge(
            bundled,
            add=lambda name, data, source: self.add_document(name, data, source=source),
            held=self.documents,
            remove=self._remove_in_turn,
            finish=self.refresh,
        )
        self._retriever = Retriever(library, dense, lexical, embed_query, traits, turn, reranking)
        self._author = author
        self._observers: list[Callable[[Answer], None]] = []
        self._watches: list[Callable[[], AbstractContextManager[object]]] = []
        self._siblings = Siblings(library)
        self._dialogues = Dialogues(library.conversations, FollowUps(), self._siblings)

    # Questions ---------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        conversation_id: str | None = None,
        owner: str | None = None,
    ) -> Answer:
        """The answer to a question, or an honest refusal.

        `conversation_id` goes on with that conversation, and `new` begins one, whose id the answer bears;
        without it nothing is kept. `owner` is who may see a conversation, where callers are known apart.

        Raises:
            BadQuestion: the question is empty or too long.
            NotFound: there is no such conversation in this space, or it is another owner's.
        """
        happening = self.asking(question, filters=filters, conversation_id=conversation_id, owner=owner)
        return next(event for event in happening if isinstance(event, Answer))

    def asking(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        conversation_id: str | None = None,
        owner: str | None = None,
    ) -> Iterator[events.Event]:
        """The same as it comes about: what is being done, citations and blocks, at last the answer.

        Raises (the iterator):
            BadQuestion: the question is empty or too long.
            NotFound: there is no such conversation in this space, or it is another owner's.
        """
        with ExitStack() as watched:
            for watch in self._watches:
                watched.enter_context(watch())
            yield events.State.SEARCHING
            filters = _checked(filters)
            asked = self._checked(question)
            if conversation_id is None:
                yield from self._answering(asked, filters)
                return
            yield from self._dialogues.asking(
                asked,
                filters=filters,
                conversation_id=conversation_id,
                owner=owner,
                catalogue=self._retriever.catalogue(filters.spaces),
                answer=lambda meant: self._answering(meant, filters),
            )

    def _answering(self, asked: Question, filters: Filters) -> Iterator[events.Event]:
        """What comes of a question that says all it means."""
        started = time.perf_counter()
        self._follow()
        evidence = self._retriever.retrieve(asked, k=self._settings.evidence_size, filters=filters)
        writing = time.perf_counter()
        try:
            with span("answer"):
                draft = yield from self._drafted(asked, evidence, filters)
        except NotFound:  # removed in this moment, here or by another process: then of what there is now
            evidence = self._retriever.retrieve(asked, k=self._settings.evidence_size, filters=filters)
            draft = yield from self._drafted(asked, evidence, filters)
        suggesting = time.perf_counter()
        with span("suggestions"):
            draft = self._suggester(filters).suggested(draft, evidence, asked)
        timings = evidence.timings_ms | {
            "answer": round((suggesting - writing) * 1000, 2),
            "suggestions": _milliseconds(suggesting),
            "total": _milliseconds(started),
        }
        answer = _answer(asked, draft, evidence, timings)
        for observer in self._observers:
            observer(answer)
        yield answer

    def standalone(self, question: str, earlier: Sequence[str], *, filters: Filters | None = None) -> str:
        """What a question means after its user's earlier ones, of which no conversation is kept.

        The earlier ones are looked up once more, for quotes only, which is quick; what could not be asked
        (a whole document pasted into a chat) is passed over.

        Raises:
            BadQuestion: the question is empty or too long.
        """
        filters = _checked(filters)
        longest = self._settings.max_question_length
        askable = [text for text in earlier if text.strip() and len(text) <= longest][-TURNS_REMEMBERED:]
        meant = self._dialogues.standalone(
            self._checked(question),
            [self._checked(text) for text in askable],
            filters=filters,
            catalogue=self._retriever.catalogue(filters.spaces),
            answer=lambda asked: self._quoted(asked, filters),
        )
        return meant.text

    def _quoted(self, asked: Question, filters: Filters) -> Answer:
        evidence = self._retriever.retrieve(asked, k=self._settings.evidence_size, filters=filters)
        draft = self._extractive(filters).answer(asked, evidence, self._retriever.weigh(asked))
        return _answer(asked, draft, evidence, evidence.timings_ms)

    def _extractive(self, filters: Filters) -> ExtractiveAnswerer:
        return ExtractiveAnswerer(
            lambda measure_id: self._library.measure(measure_id, filters.spaces),
            self._retriever.catalogue(filters.spaces).english_title,
        )

    def observed_by(self, observer: Callable[[Answer], None]) -> None:
        """From now on `observer` is told of each answer, in the thread that gives it."""
        self._observers.append(observer)

    def watched_by(self, watch: Callable[[], AbstractContextManager[object]]) -> None:
        """From now on each answer is given within what `watch` makes."""
        self._watches.append(watch)

    def signals(self, question: Question, filters: Filters) -> Signals:
        """What tells whether the library covers a question; for fitting that decision."""
        return self._retriever.signals(question, filters)

    def search(self, query: str, *, k: int = 10, filters: Filters | None = None) -> tuple[SearchResult, ...]:
        """The best `k` measures for a query, best first.

        Raises:
            BadQuestion: the query is empty or too long.
        """
        return tuple(source.as_result() for source in self.evidence(query, k=k, filters=filters).sources)

    def evidence(self, question: str, *, k: int, filters: Filters | None = None) -> Evidence:
        """The best `k` measures for a question, and how sure it is that the library covers it.

        Raises:
            BadQuestion: the question is empty or too long.
        """
        asked = self._checked(question)
        self._follow()
        return self._retriever.retrieve(asked, k=k, filters=_checked(filters))

    def _checked(self, question: str) -> Question:
        # JSON may hold half a surrogate pair, which no file, index or answer can.
        text = question.replace("\0", " ").encode(errors="replace").decode().strip()
        longest = self._settings.max_question_length
        if not any(character.isalnum() for character in text):
            raise BadQuestion(
                "the question is empty; write what you want to know / 问题是空的，请写下要问的内容"
            )
        if len(text) > longest:
            raise BadQuestion(
                f"the question has {len(text)} characters, {longest} are allowed; shorten it"
                f" / 问题有{len(text)}个字符，最多{longest}个，请缩短"
            )
        return analyse(text)

    def _drafted(
        self, question: Question, evidence: Evidence, filters: Filters
    ) -> Generator[events.Progress, None, Draft]:
        """Quotes, or with a chat model its checked sentences."""
        english_title = self._retriever.catalogue(filters.spaces).english_title
        weigh = self._retriever.weigh(question)
        extractive = self._extractive(filters)
        if self._author is None:
            draft = extractive.answer(question, evidence, weigh)
            yield from events.told(draft.blocks, draft.citations)
            return draft
        generative = GenerativeAnswerer(self._author, extractive, english_title)
        return (yield from generative.answer(question, evidence, weigh))

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

    # Conversations -----------------------------------------------------------------------------

    def conversations(
        self, spaces: tuple[str, ...] = (SHARED_SPACE,), owner: str | None = None
    ) -> tuple[ConversationSummary, ...]:
        """The conversations of these spaces, the one spoken in last first."""
        return self._library.conversations.listed(spaces, owner)

    def conversation(
        self, conversation_id: str, spaces: tuple[str, ...] = (SHARED_SPACE,), owner: str | None = None
    ) -> Conversation:
        """A conversation with all its answers; NotFound if these spaces don't hold it."""
        return self._library.conversations.conversation(conversation_id, spaces, owner)

    def remove_conversation(
        self, conversation_id: str, spaces: tuple[str, ...] = (SHARED_SPACE,), owner: str | None = None
    ) -> None:
        """Delete a conversation and the feedback on it; NotFound if these spaces don't hold it."""
        self._library.conversations.remove(conversation_id, spaces, owner)

    def remove_conversations(
        self, spaces: tuple[str, ...] = (SHARED_SPACE,), owner: str | None = None
    ) -> int:
        """Delete all conversations of these spaces; how many there were."""
        return self._library.conversations.remove_all(spaces, owner)

    def add_feedback(
        self, feedback: Feedback, spaces: tuple[str, ...] = (SHARED_SPACE,), owner: str | None = None
    ) -> str:
        """Keep what a person thought of an answer; the id of that. NotFound: no such turn."""
        return self._library.conversations.add_feedback(feedback, own_space(spaces), owner)

    # Reading the library -----------------------------------------------------------------------

    def documents(self, spaces: tuple[str, ...] = (SHARED_SPACE,)) -> tuple[Document, ...]:
        """Documents of these spaces, without their texts, with the status that they have today."""
        known, today = self._retriever.catalogue(spaces).documents, date.today()
        listed = self._library.documents(spaces)
        return tuple(on(known.get(document.id, document), today) for document in listed)

    def document(self, document_id: str, spaces: tuple[str, ...] = (SHARED_SPACE,)) -> Document:
        """One document with its text; NotFound if these spaces don't hold it."""
        document = self._library.document(document_id, spaces)
        known = self._retriever.catalogue(spaces).documents.get(document_id, document)
        return replace(on(known, date.today()), text=document.text)

    def measures_of(self, document_id: str, spaces: tuple[str, ...] = (SHARED_SPACE,)) -> tuple[Measure, ...]:
        """Measures of a document, in its order."""
        return self._library.measures_of(document_id, spaces)

    def headings_of(self, document_id: str, spaces: tuple[str, ...] = (SHARED_SPACE,)) -> tuple[Heading, ...]:
        """Headings of a document, in its order."""
        return self._library.headings_of(document_id, spaces)

    def measure(self, measure_id: str, spaces: tuple[str, ...] = (SHARED_SPACE,)) -> DocumentMeasure:
        """A measure in its document; NotFound if these spaces don't hold it."""
        opened = self._library.measure(measure_id, spaces)
        known = self._retriever.catalogue(spaces).documents.get(opened.document.id)
        if known is None:
            return opened
        # What the catalogue knows of a document's force (from a digest of the same title) counts here too.
        return replace(opened, document=replace(on(known, date.today()), text=opened.document.text))

    def health(self) -> Health:
        """Whether questions can be answered, and from what."""
        progress = self.progress
        documents = self._library.documents((SHARED_SPACE,))
        checked = [document.checked_on for document in documents if document.checked_on]
        return Health(
            status="failed" if progress.error else "ok" if progress.ready else "indexing",
            version=version("parkbot"),
            documents=len(documents),
            measures=sum(self._library.measure_counts((SHARED_SPACE,)).values()),
            embedder=self._settings.embedding_model,
            checked_on=min(checked, default=None),
            indexing=progress,
        )

    # Changing the library ----------------------------------------------------------------------

    def add_document(
        self,
        name: str,
        data: bytes,
        *,
        source: str | None = None,
        space: str = SHARED_SPACE,
        progress: Progress | None = None,
    ) -> IngestResult:
        """Read, split, embed and publish one document; an unchanged one costs nothing.

        `source` says where it came from; the same source and space replace the document whole.

        Raises:
            UnreadableFile: no text, or no measure, can be had from the file.
        """
        source = source or f"upload:{name}"
        content_hash = hashlib.sha256(INGEST_VERSION.encode() + name.encode() + data).hexdigest()
        with self._library.alone():
            known = self._library.by_source(space, source)
            if known is not None and known.content_hash == content_hash:
                return IngestResult(source, known.id, "unchanged")
            document = replace(
                readers.read(name, data, source=source, space=space), content_hash=content_hash
            )
            document = self._library.assign_id(document)
            headings, measures = split(document)
            if not measures:
                raise UnreadableFile(f"{name}: the file holds no sentence that could be cited")
            self._index(document, headings, measures, progress)
        self._refresher.request()
        return IngestResult(source, document.id, "added" if known is None else "replaced", len(measures))

    def _index(
        self,
        document: Document,
        headings: tuple[Heading, ...],
        measures: tuple[Measure, ...],
        progress: Progress | None,
    ) -> None:
        """Vectors first, since they take long; then the document changes hands in one moment."""
        cut, vectors = self._vectors(document, measures, progress)
        self._library.stage(document, headings, measures)
        self._dense.replace(document, cut, vectors)
        self._library.publish(document.id)

    def edit_document(
        self, document_id: str, changes: DocumentChanges, spaces: tuple[str, ...] = (SHARED_SPACE,)
    ) -> Document:
        """Correct a document's metadata; the corrections survive a new version of the file.

        Raises:
            BadInput: no such region, or dates that contradict each other; nothing is changed then.
        """
        with self._library.alone():
            document = self._library.document(document_id, spaces)
            changes = corrections.checked(document, changes)
            if changes.title is UNSET and changes.language is UNSET:
                edited = self._library.edit(document_id, changes)
            else:  # both are part of what is embedded and of where it is kept
                edited = self._edit_with_vectors(document, changes)
        self._refresher.request()
        return edited

    def _edit_with_vectors(self, document: Document, changes: DocumentChanges) -> Document:
        """As for a new version: what takes long comes first, and a kill leaves what `repair` finishes."""
        measures = self._library.measures_of(document.id, (document.space,))
        cut, vectors = self._vectors(corrections.applied(document, changes), measures)
        edited = self._library.edit(document.id, changes, silences=True)
        self._dense.replace(edited, cut, vectors)
        self._library.publish(document.id)
        return edited

    def remove_document(self, document_id: str, spaces: tuple[str, ...] = (SHARED_SPACE,)) -> None:
        """Take a document out of the library and its indexes."""
        with self._library.alone():
            document = self._library.document(document_id, spaces)
            if ships(document):
                raise BadInput(
                    f"{document_id} ships with ParkBot and would come back; set "
                    "PARKBOT_BUNDLED_KNOWLEDGE=false to leave the shipped documents out"
                )
            self._remove(document_id)
        self._refresher.request()

    def _remove_in_turn(self, document_id: str) -> None:
        with self._library.alone():
            self._remove(document_id)

    def _remove(self, document_id: str) -> None:
        self._library.begin_removal(document_id)
        self._dense.remove(document_id)
        self._library.remove(document_id)

    # Indexes -----------------------------------------------------------------------------------

    def _follow(self) -> None:
        """Bring the indexes after the library, which another process may have changed.

        Only where and how fast things are found hangs on that: what is shown is read from the library.
        """
        generation = self._library.generation
        with self._following:
            if generation == self._followed:
                return
            self._dense.follow()
            self._followed = generation
        self._refresher.request()

    def refresh(self) -> None:
        """Bring the lexical index up to the library, if it is not; delete conversations that are too old."""
        self._library.conversations.prune()
        self._lexical.refresh(self._library.all_measures, self._library.generation)

    def reindex(self, progress: Progress | None = None) -> int:
        """Make the vectors of every measure anew, e.g. for another embedder; how many measures there are."""
        with self._library.alone():
            counts = self._library.measure_counts(self._library.spaces())
            total, done = sum(counts.values()), 0
            by_document = groupby(self._library.all_measures(), key=lambda pair: pair[0])
            for document, pairs in by_document:
                measures = [measure for _, measure in pairs]
                self._make_vectors(document, measures)
                done += len(measures)
                if progress:
                    progress(done, total)
        self.refresh()
        return done

    def _make_vectors(self, document: Document, measures: Sequence[Measure]) -> None:
        cut, vectors = self._vectors(document, measures)
        self._dense.replace(document, cut, vectors)

    def _vectors(
        self, document: Document, measures: Sequence[Measure], progress: Progress | None = None
    ) -> tuple[list[Passage], Vectors]:
        """The passages of a document and their vectors."""
        cut = [passage for measure in measures for passage in passages(document, measure)]
        return cut, vectors(document, cut, self._traits, partial(self._embedder.embed, progress=progress))

    def repair(self) -> None:
        """Finish what a killed run left half done, and put back what the dense index lost."""
        with self._library.alone():
            for document, state in self._library.unfinished():
                if state is State.REMOVING:
                    self._remove(document.id)
                else:
                    self._make_vectors(document, self._library.staged_measures(document.id))
                    self._library.publish(document.id)
            self._align()

    def _align(self) -> None:
        """Put back what the dense index lost, and take out what the library no longer holds."""
        spaces = self._library.spaces()
        held, expected = self._dense.passages_by_document(), self._library.measure_counts(spaces)
        for document_id in held.keys() - expected.keys():
            self._dense.remove(document_id)
        for document in self._library.documents(spaces):
            if held.get(document.id, 0) < expected[document.id]:
                self._make_vectors(document, self._library.staged_measures(document.id))

    # Shipped knowledge -------------------------------------------------------------------------

    @property
    def progress(self) -> IndexProgress:
        """How far the indexing of the shipped knowledge is, in documents."""
        return self._shipped.progress

    def start_bundled_knowledge(self) -> None:
        """Index the shipped knowledge in the background; `progress` tells how far it is."""
        self._shipped.start()

    def ensure_bundled_knowledge(self, progress: Progress | None = None) -> None:
        """Index those shipped documents that are new or changed, and drop those that ship no longer."""
        self._shipped.ensure(progress)

    def listens_at(self, host: str, port: int) -> None:
        """Say in the data folder where the server answers, so that commands can go through it."""
        if self._folder is not None:
            self._folder.set_address(host, port)

    def close(self) -> None:
        """Stop background work, wait for it, and give the data folder back."""
        self._shipped.close()
        self._refresher.close()
        self._resources.close()


def _checked(filters: Filters | None) -> Filters:
    """The filters with their region as documents bear it; BadInput for a region that does not exist."""
    if filters is None or filters.region is None:
        return filters or Filters()
    return replace(filters, region=corrections.region(filters.region))


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
