"""Whether questions can be answered, and from what."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


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
