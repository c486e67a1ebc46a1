"""What travels over /v1 besides the nouns of the domain: request bodies, and lists with a name."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Annotated, Self

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from parkbot.answers import Answer
from parkbot.api import examples
from parkbot.domain import (
    Coverage,
    Document,
    DocumentChanges,
    DocumentMeasure,
    Filters,
    Heading,
    Health,
    IngestResult,
    Language,
    Level,
    Measure,
    SearchResult,
    Status,
    TextKind,
)
from parkbot.turns import Conversation, ConversationSummary, Feedback, Rating

SpaceName = Annotated[str, Field(min_length=1, max_length=100)]
ReadSpace = Annotated[SpaceName | None, Query(description="A park's own space, besides the shared library.")]


class _Body(BaseModel):
    """A request body; a field that does not exist is an error, not silently dropped."""

    model_config = ConfigDict(extra="forbid")


class Asked(_Body):
    """Which part of the library is asked."""

    space: SpaceName | None = Field(None, description="A park's own space, besides the shared library.")
    region: str | None = Field(None, description="Only documents of this region.")
    as_of: date | None = Field(None, description="The law as it stood on this day.")
    status: Status | None = Field(None, description="Only documents of this status.")
    level: Level | None = Field(None, description="Only documents of this level.")
    language: Language | None = Field(None, description="Only documents in this language.")

    def filters(self, spaces: tuple[str, ...]) -> Filters:
        """The same, as the domain says it; `spaces` are those that the caller may read of it."""
        return Filters(
            spaces=spaces,
            region=self.region,
            as_of=self.as_of,
            status=self.status,
            level=self.level,
            language=self.language,
        )


class AskRequest(Asked):
    """A question to answer."""

    question: str = Field(examples=[examples.QUESTION])
    conversation_id: str | None = Field(
        None,
        description="From an earlier answer: goes on with that conversation. `new` begins one, whose id the "
        "answer bears, together with its turn's `position`. Without it nothing is kept.",
    )
    stream: bool = Field(False, description="Answer as Server-Sent Events instead of one JSON object.")


class SearchRequest(Asked):
    """A query for measures."""

    query: str = Field(examples=[examples.QUERY])
    k: int = Field(10, ge=1, le=200, description="How many measures at most.")


class FeedbackRequest(_Body):
    """Whether an answer helped: one of a conversation, or the one that cited these measures."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [examples.FEEDBACK]})

    rating: Rating
    comment: str = Field("", max_length=2000)
    conversation_id: str | None = None
    position: int | None = Field(
        None, ge=0, le=2**31 - 1, description="Which turn of the conversation: the answer's `position`."
    )
    measure_ids: tuple[str, ...] = Field((), max_length=50, description="Ids of the measures that it cited.")
    space: SpaceName | None = Field(None, description="The space in which it was asked.")

    @model_validator(mode="after")
    def _position_in_a_conversation(self) -> Self:
        if self.position is not None and self.conversation_id is None:
            raise ValueError("a position is that of a turn: name the conversation_id, too")
        return self

    def feedback(self) -> Feedback:
        """The same, as the domain says it."""
        return Feedback(self.rating, self.comment, self.conversation_id, self.position, self.measure_ids)


class DocumentPatch(_Body):
    """Corrections of a document's metadata: what is left out stays, null clears."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.PATCH]})

    # default_factory, not default: "not given" is told by model_fields_set, and must not show as a value.
    title: str = Field(default_factory=str, min_length=1)
    title_en: str | None = None
    issuers: tuple[str, ...] = Field(default_factory=tuple)
    document_number: str | None = None
    date_issued: date | None = None
    effective_from: date | None = None
    expires_on: date | None = None
    repealed_on: date | None = None
    status: Status = Status.UNKNOWN
    level: Level = Level.UNKNOWN
    region: str | None = None
    language: Language = "zh"
    source_url: str | None = None
    text_kind: TextKind = TextKind.OFFICIAL
    coverage: Coverage = Coverage.UNKNOWN
    checked_on: date | None = None

    def changes(self) -> DocumentChanges:
        """Only what the request gave."""
        return DocumentChanges(**{name: getattr(self, name) for name in self.model_fields_set})


@dataclass(frozen=True, slots=True)
class DocumentInFull(Document):
    """A document with its text, and the headings and measures into which it falls."""

    headings: tuple[Heading, ...] = ()
    measures: tuple[Measure, ...] = ()

    @classmethod
    def of(
        cls, document: Document, headings: tuple[Heading, ...], measures: tuple[Measure, ...]
    ) -> "DocumentInFull":
        """Put together what the library keeps apart."""
        own = {field.name: getattr(document, field.name) for field in fields(Document)}
        return cls(**own, headings=headings, measures=measures)


@dataclass(frozen=True, slots=True)
class SearchResults:
    """Measures that fit a query, best first."""

    results: tuple[SearchResult, ...]


@dataclass(frozen=True, slots=True)
class Documents:
    """What a library holds; the texts are left out. `next_cursor` is null on the last page."""

    documents: tuple[Document, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of one document, in its order. `next_cursor` is null on the last page."""

    measures: tuple[Measure, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Conversations:
    """What was talked about, the last first; the answers are left out."""

    conversations: tuple[ConversationSummary, ...]


@dataclass(frozen=True, slots=True)
class FeedbackKept:
    """That feedback was kept, and under which id."""

    id: str


ANSWER = TypeAdapter(Answer)
CONVERSATION = TypeAdapter(Conversation)
CONVERSATIONS = TypeAdapter(Conversations)
FEEDBACK_KEPT = TypeAdapter(FeedbackKept)
SEARCH_RESULTS = TypeAdapter(SearchResults)
DOCUMENTS = TypeAdapter(Documents)
DOCUMENT = TypeAdapter(Document)
DOCUMENT_IN_FULL = TypeAdapter(DocumentInFull)
MEASURES = TypeAdapter(Measures)
DOCUMENT_MEASURE = TypeAdapter(DocumentMeasure)
INGEST_RESULT = TypeAdapter(IngestResult)
HEALTH = TypeAdapter(Health)
