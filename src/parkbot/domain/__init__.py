"""The nouns of ParkBot: frozen values that travel between the layers.

Standard library only. Everything here is plain data; `SearchResult` has exactly the fields that
the API and `parkbot search --json` show. What a question comes to is in `parkbot.answers`.
Offsets are always counted in Unicode code points. Other modules import the names from here.
"""

from parkbot.domain.documents import (
    SHARED_SPACE,
    UNSET,
    Coverage,
    Document,
    DocumentChanges,
    IngestResult,
    Language,
    Level,
    Status,
    Successor,
    TextKind,
    Unset,
)
from parkbot.domain.evidence import Evidence, Filters, Found, Missing, SearchResult, Source
from parkbot.domain.health import Health, IndexProgress
from parkbot.domain.measures import DocumentMeasure, Heading, Measure, NearestMeasure, Span, pieces

__all__ = [
    "Coverage",
    "Document",
    "DocumentChanges",
    "DocumentMeasure",
    "Evidence",
    "Filters",
    "Found",
    "Heading",
    "Health",
    "IndexProgress",
    "IngestResult",
    "Language",
    "Level",
    "Measure",
    "Missing",
    "NearestMeasure",
    "SHARED_SPACE",
    "SearchResult",
    "Source",
    "Span",
    "Status",
    "Successor",
    "TextKind",
    "UNSET",
    "Unset",
    "pieces",
]
