"""The one object that page, API, command line and workers talk to."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from parkbot import corrections, events, readers
from parkbot.answers import Answer
from parkbot.assistant.asking import Asking
from parkbot.assistant.checking import checked_filters, checked_question, is_askable
from parkbot.assistant.publishing import Progress, Publisher
from parkbot.assistant.upkeep import Upkeep
from parkbot.conversation import FollowUps, courtesies
from parkbot.conversation.dialogues import Dialogues, asked_back, own_space
from parkbot.conversation.leaning import Tell
from parkbot.conversation.memory import TURNS_REMEMBERED
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
    Language,
    Measure,
    SearchResult,
)
from parkbot.errors import BadInput, UnreadableFile
from parkbot.index.dense import DenseIndex
from parkbot.index.lexical import LexicalIndex
from parkbot.index.lock import DataFolder
from parkbot.index.vectors import CachedEmbedder
from parkbot.library import Library
from parkbot.measures import split
from parkbot.names import bare_title
from parkbot.questions import Question
from parkbot.retrieval import Retriever
from parkbot.retrieval.asking import Asks
from parkbot.retrieval.force import on
from parkbot.retrieval.reranking import Reranking
from parkbot.retrieval.searching import Turn
from parkbot.retrieval.siblings import Siblings
from parkbot.retrieval.sufficiency import Signals
from parkbot.settings import Settings
from parkbot.shipped import SOURCE as SHIPPED
from parkbot.shipped import ShippedKnowledge, ships
from parkbot.traits import Traits
from parkbot.turns import Conversation, ConversationSummary, Feedback

if TYPE_CHECKING:
    from parkbot.answering.generative import Author

INGEST_VERSION = "6"
"""Part of every content hash: a reader or splitter that gives something else for a file must raise it."""


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
        asks: Asks,
        tell: Tell,
        reranking: Reranking | None,
        author: "Author | None",
        bundled: Path | None,
        folder: DataFolder | None,
        resources: ExitStack,
    ) -> None:
        self._settings = settings
        self._library = library
        self.keys = library.keys
        self._folder = folder
        self._resources = resources
        self._publisher = Publisher(library, dense, embedder, traits)
        self._upkeep = Upkeep(library, dense, lexical, self._publisher)
        self._shipped = ShippedKnowledge(
            bundled,
            add=lambda name, data, source: self._add(name, data, source, SHARED_SPACE),
            held=self.documents,
            remove=self._remove_in_turn,
            finish=self.refresh,
        )
        self._retriever = Retriever(library, dense, lexical, embed_query, traits, turn, asks, reranking)
        siblings = Siblings(library)
        self._asking = Asking(
            library, lexical, self._retriever, self._upkeep, siblings, author, settings.evidence_size
        )
        self._dialogues = Dialogues(
            library.conversations,
            FollowUps(author.for_follow_ups if author else None, tell, self._retriever.alone),
            siblings,
        )
        self._observers: list[Callable[[Answer], None]] = []
        self._watches: list[Callable[[], AbstractContextManager[object]]] = []

    # Questions ---------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        conversation_id: str | None = None,
        earlier: Sequence[str] = (),
        owner: str | None = None,
    ) -> Answer:
        """The answer to a question, or an honest refusal.

        `conversation_id` goes on with that conversation, and `new` begins one, whose id the answer bears;
        without it nothing is kept. `earlier` are its user's questions before, where nobody kept them; they
        are looked up once more, for quotes only, which is quick. What could not be asked (a whole document
        pasted into a chat) is passed over. `owner` is who may see a conversation, where callers are known
        apart.

        Raises:
            BadQuestion: the question is empty or too long.
            NotFound: there is no such conversation in this space, or it is another owner's.
        """
        happening = self.asking(
            question, filters=filters, conversation_id=conversation_id, earlier=earlier, owner=owner
        )
        return next(event for event in happening if isinstance(event, Answer))

    def asking(
        self,
        question: str,
        *,
        filters: Filters | None = None,
        conversation_id: str | None = None,
        earlier: Sequence[str] = (),
        owner: str | None = None,
    ) -> Iterator[events.Event]:
        """The same as it comes about: what is being done, citations and blocks, at last the answer.

        Raises (the iterator, before its first event):
            BadQuestion: the question is empty or too long.

        Raises (the iterator, later):
            NotFound: there is no such conversation in this space, or it is another owner's.
        """
        filters = checked_filters(filters)
        asked = self._checked(question)
        with ExitStack() as watched:
            for watch in self._watches:
                watched.enter_context(watch())
            yield events.State.SEARCHING
            if conversation_id is None:
                yield from self._answering(self._after(earlier, asked, filters), filters)
                return
            yield from self._dialogues.asking(
                asked,
                filters=filters,
                conversation_id=conversation_id,
                owner=owner,
                catalogue=self._retriever.catalogue(filters.spaces),
                answer=lambda meant: self._answering(meant, filters),
            )

    def _after(self, earlier: Sequence[str], asked: Question, filters: Filters) -> Question:
        """What a question means after its user's earlier ones, of which no conversation is kept."""
        longest = self._settings.max_question_length
        askable = [text for text in earlier if is_askable(text, longest)][-TURNS_REMEMBERED:]
        return self._dialogues.standalone(
            asked,
            [self._checked(text) for text in askable],
            filters=filters,
            catalogue=self._retriever.catalogue(filters.spaces),
            answer=lambda before: self._asking.quoted(before, filters),
        )

    def _answering(self, asked: Question, filters: Filters) -> Iterator[events.Event]:
        """What comes of a question that says all it means; observers hear of its answer first."""
        courtesy = courtesies.reply(asked, lambda: self._titles(asked.language, filters))
        happening = asked_back(asked, courtesy) if courtesy else self._asking.answered(asked, filters)
        for event in happening:
            if isinstance(event, Answer):
                for observer in self._observers:
                    observer(event)
            yield event

    def _titles(self, language: Language, filters: Filters) -> tuple[str, ...]:
        """Of the documents that a question may be about, as they stand in a sentence, the highest first."""
        catalogue = self._retriever.catalogue(filters.spaces)
        in_english = catalogue.english_title if language == "en" else lambda _: None
        held = sorted(catalogue.latest(filters), key=lambda document: document.status.has_ended)
        return tuple(in_english(document) or f"《{bare_title(document.title)}》" for document in held)

    def observed_by(self, observer: Callable[[Answer], None]) -> None:
        """From now on `observer` is told of each answer, in the thread that gives it."""
        self._observers.append(observer)

    def watched_by(self, watch: Callable[[], AbstractContextManager[object]]) -> None:
        """From now on each answer is given within what `watch` makes."""
        self._watches.append(watch)

    def signals(self, question: Question, filters: Filters) -> Signals:
        """What tells whether the library covers a question; for fitting that decision."""
        return self._retriever.signals(question, filters)

    def weigh(self, question: Question) -> Callable[[str], float]:
        """How much of a question's content a text holds, from 0 to 1; for fitting decisions."""
        return self._retriever.weigh(question)

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
        self._upkeep.follow()
        return self._retriever.retrieve(asked, k=k, filters=checked_filters(filters))

    def _checked(self, question: str) -> Question:
        return checked_question(question, self._settings.max_question_length)

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
            BadInput: the source is one of those that ship.
        """
        source = source or f"upload:{name}"
        if source.startswith(SHIPPED):
            raise BadInput(
                f"{source}: only what ships with ParkBot has a source that begins with {SHIPPED}"
                f" / 只有随 ParkBot 提供的文件，来源才能以 {SHIPPED} 开头"
            )
        return self._add(name, data, source, space, progress)

    def _add(
        self, name: str, data: bytes, source: str, space: str, progress: Progress | None = None
    ) -> IngestResult:
        content_hash = hashlib.sha256(INGEST_VERSION.encode() + name.encode() + data).hexdigest()
        with self._changing():
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
            self._publisher.publish(document, headings, measures, progress)
        self._upkeep.refresh_soon()
        return IngestResult(source, document.id, "added" if known is None else "replaced", len(measures))

    def edit_document(
        self, document_id: str, changes: DocumentChanges, spaces: tuple[str, ...] = (SHARED_SPACE,)
    ) -> Document:
        """Correct a document's metadata; the corrections survive a new version of the file.

        Raises:
            BadInput: no such region, or dates that contradict each other; nothing is changed then.
        """
        with self._changing():
            document = self._library.document(document_id, spaces)
            changes = corrections.checked(document, changes)
            if changes.title is UNSET and changes.language is UNSET:
                edited = self._library.edit(document_id, changes)
            else:  # both are part of what is embedded and of where it is kept
                edited = self._publisher.edit(document, changes)
        self._upkeep.refresh_soon()
        return edited

    def remove_document(self, document_id: str, spaces: tuple[str, ...] = (SHARED_SPACE,)) -> None:
        """Take a document out of the library and its indexes."""
        with self._changing():
            document = self._library.document(document_id, spaces)
            if ships(document) and document.space == SHARED_SPACE:
                raise BadInput(
                    f"{document_id} ships with ParkBot and would come back; set "
                    "PARKBOT_BUNDLED_KNOWLEDGE=false to leave the shipped documents out"
                )
            self._publisher.remove(document_id)
        self._upkeep.refresh_soon()

    def _remove_in_turn(self, document_id: str) -> None:
        with self._changing():
            self._publisher.remove(document_id)

    def finish_changes(self) -> None:
        """Finish what an error left half done; a document in the midst of a change does not answer."""
        with self._changing():
            pass

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Alone in the library within, with nothing left half done."""
        with self._library.alone():
            self._upkeep.finish()
            yield

    # Indexes -----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Bring the lexical index up to the library, if it is not; delete conversations that are too old."""
        self._upkeep.refresh()

    def reindex(self, progress: Progress | None = None) -> int:
        """Make the vectors of every measure anew, e.g. for another embedder; how many measures there are."""
        return self._upkeep.reindex(progress)

    def repair(self) -> None:
        """Finish what a killed run left half done, and put back what the dense index lost."""
        self._upkeep.repair()

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
        self._upkeep.close()
        self._resources.close()
