"""What is known of a policy document, what an officer may correct of it, and what became of its file."""

from dataclasses import dataclass, replace
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
class IngestResult:
    """What became of one file."""

    source: str
    document_id: str | None
    outcome: Literal["added", "replaced", "unchanged", "removed", "failed"]
    measures: int = 0
    error: str | None = None
