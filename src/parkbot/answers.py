"""What a question comes to: an answer with its blocks and citations, or a refusal.

Standard library only, like `parkbot.domain`. `Answer` has exactly the fields that the API,
`parkbot ask --json` and the pages show. Offsets are always counted in Unicode code points.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from parkbot.domain import Language, Level, NearestMeasure, Span, Status, TextKind


class AnswerStatus(StrEnum):
    """What became of a question."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    REFUSED = "refused"
    CLARIFY = "clarify"


class BlockKind(StrEnum):
    """A claim rests on citations; a frame is ours and asserts nothing; a notice warns or informs."""

    CLAIM = "claim"
    FRAME = "frame"
    NOTICE = "notice"


class Support(StrEnum):
    """How a claim is known to be supported: it is the source's own words, or it was checked."""

    QUOTED = "quoted"
    VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of an answer; the answer's text is its blocks' texts, joined by line ends.

    `emphasis` are the spans of `text` that hold the figures asked for.
    """

    kind: BlockKind
    text: str
    citations: tuple[int, ...] = ()
    support: Support | None = None
    emphasis: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Quote:
    """A contiguous verbatim part of a measure: `measure.text[start:end] == text`."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Citation:
    """What the marker `[n]` stands for."""

    marker: int
    measure_id: str
    document_id: str
    document_title: str
    locator: str
    section_path: tuple[str, ...]
    text_kind: TextKind
    quotes: tuple[Quote, ...]
    issuers: tuple[str, ...]
    document_number: str | None
    date_issued: date | None
    status: Status
    level: Level
    region: str | None
    source_url: str | None
    checked_on: date | None = None


class RefusalReason(StrEnum):
    """Why a question was not answered."""

    EMPTY_LIBRARY = "empty_library"
    NOT_COVERED = "not_covered"
    NO_SUCH_ARTICLE = "no_such_article"
    NO_SUCH_DOCUMENT = "no_such_document"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The refusal in one sentence, and what is nearest to the question."""

    reason: RefusalReason
    message: str
    nearest: tuple[NearestMeasure, ...] = ()


@dataclass(frozen=True, slots=True)
class Clarification:
    """One question back, with complete questions to choose from."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What an answerer writes; the assistant makes an `Answer` of it."""

    status: AnswerStatus
    blocks: tuple[Block, ...] = ()
    citations: tuple[Citation, ...] = ()
    refusal: Refusal | None = None
    clarification: Clarification | None = None
    uncovered: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    answerer: str = "extractive"


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """What was looked at for an answer, best first."""

    measure_id: str
    document_title: str
    locator: str
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question came to; the JSON of `ask` has these fields under these names.

    `position` is its turn's place in the conversation, from 0; None where nothing was kept.
    """

    question: str
    standalone_question: str
    language: Language
    status: AnswerStatus
    text: str
    blocks: tuple[Block, ...] = ()
    citations: tuple[Citation, ...] = ()
    refusal: Refusal | None = None
    clarification: Clarification | None = None
    uncovered: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    evidence: tuple[EvidenceItem, ...] = ()
    answerer: str = "extractive"
    timings_ms: dict[str, float] = field(default_factory=dict)
    conversation_id: str | None = None
    position: int | None = None
