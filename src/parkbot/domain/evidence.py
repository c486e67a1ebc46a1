"""What a question is asked of, and what is found for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from parkbot.domain.documents import SHARED_SPACE, Document, Language, Level, Status, TextKind
from parkbot.domain.measures import Measure, Span


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
    `force_of`: the document of which the question asks whether it still applies; the sources say so.
    `referred`: measures that a source names in its own document, by the source's measure id.
    `choices`: measures of which an unclear question may mean any; the answer asks which.
    `places_not_held`: provinces that the question is about and of which the library holds nothing.
    `punishes`: probability that the first source that punishes anything punishes the act of which the
    penalty is asked; None where none is asked, found, or nothing is known.
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
    force_of: Document | None = None
    punishes: float | None = None

    def together_with(self, others: Sequence["Evidence"]) -> "Evidence":
        """The same with what was found besides for parts of the question, after its own."""
        sources: dict[str, Source] = {}
        referred: dict[str, tuple[Source, ...]] = {}
        for each in (self, *others):
            for source in each.sources:
                sources.setdefault(source.measure.id, source)
            referred |= each.referred
        return replace(self, sources=tuple(sources.values()), referred=referred)
