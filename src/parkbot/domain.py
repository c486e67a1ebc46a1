"""The nouns of ParkBot: frozen values that travel between the layers.

Standard library only. Everything here is plain data; `SearchResult` has exactly the fields that
the API and `parkbot search --json` show. What a question comes to is in `parkbot.answers`.
Offsets are always counted in Unicode code points.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Literal

SHARED_SPACE = "shared"
"""The space that everybody reads: the knowledge that ships, and what an officer adds to it."""

Language = Literal["zh", "en"]


class TextKind(StrEnum):
    """Whether the words are the document's own, or a summary of it."""

    OFFICIAL = "official"
    DIGEST = "digest"


class Status(StrEnum):
    """What is known of a document's force; `IN_FORCE` means that no repeal was met."""

    IN_FORCE = "in_force"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REPEALED = "repealed"
    UNKNOWN = "unknown"

    @property
    def has_ended(self) -> bool:
        """Whether a document with this status no longer applies."""
        return self in (Status.EXPIRED, Status.SUPERSEDED, Status.REPEALED)


class Level(StrEnum):
    """Form of a document, in order of authority (see `authority`)."""

    NATIONAL_LAW = "national law"
    ADMINISTRATIVE_REGULATION = "administrative regulation"
    LOCAL_REGULATION = "local regulation"
    STATE_COUNCIL_DOCUMENT = "state council document"
    MINISTRY_DOCUMENT = "ministry document"
    PLAN = "plan"
    LOCAL_DOCUMENT = "local document"
    STANDARD = "standard"
    INTERNATIONAL = "international"
    COMMENTARY = "commentary"
    UNKNOWN = "unknown"

    @property
    def authority(self) -> int:
        """0 for the highest; documents that say the same are cited in this order."""
        return list(Level).index(self)


class Coverage(StrEnum):
    """Whether the library holds a document whole; only of a complete one may absence be said."""

    COMPLETE = "complete"
    EXCERPT = "excerpt"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range [start, end) of code points in some text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The words under the span."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Successor:
    """The document that took another's place, and whether its text is held here."""

    title: str
    is_held: bool


@dataclass(frozen=True, slots=True)
class Document:
    """One policy document.

    `text` is what a reader made of the file: plain text whose headings are Markdown
    lines (`## 第二章 节能管理`) and whose tables are Markdown tables. All that a file
    does not say is None, empty or UNKNOWN; nothing is guessed.

    `id` is empty until the library gives one (or the file declared one).
    `repeals` are the titles of the documents that end with this one, on `repeals_on` (None: when it
    commences). `superseded_on` and `successor` are not stored: they follow from the other documents held.

    `source` names where the text came from (an absolute path, or `upload:NAME`);
    together with `space` it identifies the document across re-ingests.
    """

    title: str
    text: str
    id: str = ""
    space: str = SHARED_SPACE
    source: str = ""
    content_hash: str = ""
    title_en: str | None = None
    summary: str | None = None
    issuers: tuple[str, ...] = ()
    document_number: str | None = None
    date_issued: date | None = None
    effective_from: date | None = None
    expires_on: date | None = None
    repealed_on: date | None = None
    repeals: tuple[str, ...] = ()
    repeals_on: date | None = None
    superseded_on: date | None = None
    successor: Successor | None = None
    status: Status = Status.UNKNOWN
    level: Level = Level.UNKNOWN
    region: str | None = None
    language: Language = "zh"
    source_url: str | None = None
    text_kind: TextKind = TextKind.OFFICIAL
    coverage: Coverage = Coverage.UNKNOWN
    grade: str | None = None
    checked_on: date | None = None

    @property
    def is_all_there_is(self) -> bool:
        """Whether another document took this one's place, and the library does not hold that one's text."""
        return self.successor is not None and not self.successor.is_held

    def with_id(self, id: str) -> "Document":
        """The same document under the id that the library gave it."""
        return replace(self, id=id)


@dataclass(frozen=True, slots=True)
class Measure:
    """The smallest part of a document that can be cited on its own.

    `text == document.text[span.start:span.end]`, verbatim.
    `paragraphs` are the 款 of an article (an item list belongs to the paragraph that
    opens it); `items` are its 项, as (label, span) with the label as written, e.g. （三）.
    Their spans are offsets in `text`, not in the document.
    """

    id: str
    document_id: str
    position: int
    locator: str
    section_path: tuple[str, ...]
    text: str
    span: Span
    title: str | None = None
    actors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    paragraphs: tuple[Span, ...] = ()
    items: tuple[tuple[str, Span], ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of a document that groups measures and says nothing of its own."""

    text: str
    span: Span
    level: int


@dataclass(frozen=True, slots=True)
class Filters:
    """Which part of the library a question is asked of; None does not restrict.

    `spaces` always restricts: a caller sees these spaces and no others.
    """

    spaces: tuple[str, ...] = (SHARED_SPACE,)
    region: str | None = None
    status: Status | None = None
    level: Level | None = None
    language: Language | None = None
    document_id: str | None = None
    issued_from: date | None = None
    issued_to: date | None = None
    as_of: date | None = None

    @property
    def day(self) -> date:
        """The day on which the question is asked: `as_of`, or today."""
        return self.as_of or date.today()


class Found(StrEnum):
    """Why a measure is among the results."""

    ADDRESS = "exact address"
    REFERENCE = "reference"
    DENSE = "dense"
    LEXICAL = "lexical"


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A measure with its score: higher is better, comparable within one result list only.

    `focus` is the part of `text` that an exact address named (a paragraph or an item).
    """

    measure_id: str
    document_id: str
    document_title: str
    locator: str
    section_path: tuple[str, ...]
    text: str
    score: float
    found_by: tuple[Found, ...]
    text_kind: TextKind
    status: Status
    level: Level
    region: str | None
    language: Language
    title: str | None = None
    focus: Span | None = None
    issuers: tuple[str, ...] = ()
    document_number: str | None = None
    date_issued: date | None = None
    source_url: str | None = None
    checked_on: date | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A measure that was found, with the document it stands in (without its text).

    `focus` is the part of the measure's text that an exact address named.
    """

    document: Document
    measure: Measure
    score: float
    found_by: tuple[Found, ...]
    focus: Span | None = None

    @property
    def words(self) -> str:
        """All words of the measure and of its place."""
        measure = self.measure
        return " ".join((self.document.title, *measure.section_path, measure.title or "", measure.text))

    def as_result(self) -> SearchResult:
        """The same for people and portals."""
        return SearchResult(
            measure_id=self.measure.id,
            document_id=self.document.id,
            document_title=self.document.title,
            locator=self.measure.locator,
            section_path=self.measure.section_path,
            text=self.measure.text,
            score=self.score,
            found_by=self.found_by,
            text_kind=self.document.text_kind,
            status=self.document.status,
            level=self.document.level,
            region=self.document.region,
            language=self.document.language,
            title=self.measure.title,
            focus=self.focus,
            issuers=self.document.issuers,
            document_number=self.document.document_number,
            date_issued=self.document.date_issued,
            source_url=self.document.source_url,
            checked_on=self.document.checked_on,
        )


@dataclass(frozen=True, slots=True)
class Missing:
    """An article that a question named and its document does not hold.

    `articles` is how many the document has, known only of a complete one.
    """

    document: Document
    locator: str
    articles: int | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer may use, best first, and whether that is enough to answer at all.

    `is_exact`: the question named these measures by their address and asked nothing else.
    `confidence`: calibrated probability, from 0 to 1, that the library covers the question; None
    where nothing was searched because an address said it all.
    `referred`: measures that a source names in its own document, by the source's measure id.
    `choices`: measures of which an unclear question may mean any; the answer asks which.
    `places_not_held`: provinces that the question is about and of which the library holds nothing.
    """

    sources: tuple[Source, ...]
    is_sufficient: bool
    is_exact: bool = False
    missing: Missing | None = None
    unknown_title: str | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)
    confidence: float | None = None
    referred: dict[str, tuple[Source, ...]] = field(default_factory=dict)
    choices: tuple[Source, ...] = ()
    places_not_held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NearestMeasure:
    """Something near a question that could not be answered; a link, not an answer."""

    measure_id: str
    document_title: str
    locator: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentMeasure:
    """A measure opened in its place: the document around it and its neighbours."""

    document: Document
    measure: Measure
    previous: NearestMeasure | None
    next: NearestMeasure | None


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of one file."""

    source: str
    document_id: str | None
    outcome: Literal["added", "replaced", "unchanged", "removed", "failed"]
    measures: int = 0
    error: str | None = None


class Unset(StrEnum):
    """Marks a field of `DocumentChanges` that is left as it is (None would clear it)."""

    UNSET = "unset"


UNSET = Unset.UNSET


@dataclass(frozen=True, slots=True)
class DocumentChanges:
    """What a policy officer corrects in a document's metadata; untouched fields are UNSET."""

    title: str | Unset = UNSET
    title_en: str | None | Unset = UNSET
    issuers: tuple[str, ...] | Unset = UNSET
    document_number: str | None | Unset = UNSET
    date_issued: date | None | Unset = UNSET
    effective_from: date | None | Unset = UNSET
    expires_on: date | None | Unset = UNSET
    repealed_on: date | None | Unset = UNSET
    status: Status | Unset = UNSET
    level: Level | Unset = UNSET
    region: str | None | Unset = UNSET
    language: Language | Unset = UNSET
    source_url: str | None | Unset = UNSET
    text_kind: TextKind | Unset = UNSET
    coverage: Coverage | Unset = UNSET
    checked_on: date | None | Unset = UNSET


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far the indexing of the shipped knowledge is, in documents."""

    done: int
    total: int
    ready: bool
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """What `/v1/health` says: whether questions can be answered, and from what."""

    status: Literal["ok", "indexing", "failed"]
    version: str
    documents: int
    measures: int
    embedder: str
    checked_on: date | None
    indexing: IndexProgress


def pieces(headings: tuple[Heading, ...], measures: tuple[Measure, ...]) -> Iterator[Heading | Measure]:
    """Headings and measures in the order in which they stand in the document."""
    together: list[Heading | Measure] = [*headings, *measures]
    yield from sorted(together, key=lambda piece: piece.span.start)
