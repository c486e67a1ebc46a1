"""Whether a document is in force on a day: from its own dates and from what others declare of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from parkbot.domain import Document, Level, Status, Successor, TextKind
from parkbot.names import bare_region, bare_title

_STATUTES = (Level.NATIONAL_LAW, Level.ADMINISTRATIVE_REGULATION, Level.LOCAL_REGULATION)


def with_known_force(documents: Iterable[Document]) -> list[Document]:
    """The documents with what is declared of their force.

    A digest of the same title tells of it, a later version does, and so do the documents that say which
    others end with them.
    """
    by_title: dict[str, list[Document]] = {}
    for document in documents:
        by_title.setdefault(bare_title(document.title), []).append(document)
    facts = [known for held in by_title.values() for known in _superseded(_told_by_digest(held))]
    repealers = _repealers(facts)
    return [_repealed(document, repealers.get(bare_title(document.title), ())) for document in facts]


def on(document: Document, day: date) -> Document:
    """The document with its status on a day."""
    return replace(document, status=status_on(document, day))


def status_on(document: Document, day: date) -> Status:
    """A document's status on a day; what no date tells stays as it was declared."""
    if document.repealed_on and document.repealed_on <= day:
        return Status.REPEALED
    if document.superseded_on and document.superseded_on <= day:
        return Status.SUPERSEDED
    if document.expires_on and document.expires_on < day:
        return Status.EXPIRED
    if document.effective_from and document.effective_from > day:
        return Status.NOT_YET_IN_FORCE
    # What its date says otherwise on this day: the end is to come, or the beginning has been.
    by_date = {
        Status.REPEALED: document.repealed_on,
        Status.EXPIRED: document.expires_on,
        Status.NOT_YET_IN_FORCE: document.effective_from,
    }
    return Status.IN_FORCE if by_date.get(document.status) else document.status


def is_statute(document: Document) -> bool:
    """Whether a document is the full text of a law or regulation, whose later version takes its place."""
    return document.text_kind is TextKind.OFFICIAL and document.level in _STATUTES


def are_versions(one: Document, other: Document) -> bool:
    """Whether two statutes of one title are versions of the same, and not copies or another region's."""
    return _of_one_place(one, other) and one.level is other.level and one.date_issued != other.date_issued


def _of_one_place(one: Document, other: Document) -> bool:
    return bare_region(one.region) == bare_region(other.region)


def has_been_replaced(document: Document, day: date) -> bool:
    """Whether a document has ended, and nothing says that its successor's text is missing here."""
    return status_on(document, day).has_ended and not document.is_all_there_is


def _told_by_digest(held: list[Document]) -> list[Document]:
    """Documents of one title; what a digest says of its law's force also holds for the latest full text."""
    official = [d for d in held if d.text_kind is TextKind.OFFICIAL and d.status is Status.UNKNOWN]
    latest = max(official, key=lambda document: document.date_issued or date.min, default=None)
    digest = next(
        (d for d in held if d.text_kind is TextKind.DIGEST and d.status is not Status.UNKNOWN), None
    )
    if latest is None or digest is None:
        return held
    told = replace(
        latest,
        status=digest.status,
        repealed_on=digest.repealed_on or latest.repealed_on,
        expires_on=digest.expires_on or latest.expires_on,
        checked_on=latest.checked_on or digest.checked_on,
    )
    return [told if document is latest else document for document in held]


def _superseded(held: list[Document]) -> list[Document]:
    """Documents of one title; a version ends when the next one commences.

    Notices of two provinces, or of two years' programmes, may bear the same title: only laws and
    regulations of the same region and level are versions of each other.
    """
    official = sorted(filter(is_statute, held), key=lambda d: d.date_issued or date.min)
    ends: dict[str, date | None] = {
        earlier.id: later.effective_from or later.date_issued
        for earlier, later in zip(official, official[1:], strict=False)
        if are_versions(earlier, later)
    }
    return [replace(d, superseded_on=ends[d.id]) if ends.get(d.id) else d for d in held]


def _repealers(documents: list[Document]) -> dict[str, list[Document]]:
    """Bare title of a repealed document → the documents that repeal it."""
    found: dict[str, list[Document]] = {}
    for document in documents:
        for title in document.repeals:
            found.setdefault(bare_title(title), []).append(document)
    return found


def _repealed(document: Document, repealers: Iterable[Document]) -> Document:
    """The document with the repeal that a later one declares; of several the earliest counts."""
    later = [
        (day, each)
        for each in repealers
        if (day := each.repeals_on or each.effective_from) and _ends_with(document, each, day)
    ]
    if not later:
        return document
    day, repealing = min(later, key=lambda pair: pair[0])
    successor = Successor(bare_title(repealing.title), repealing.text_kind is TextKind.OFFICIAL)
    return replace(document, repealed_on=document.repealed_on or day, successor=successor)


def _ends_with(document: Document, repealing: Document, day: date) -> bool:
    """Whether a document is one that another of this commencement can repeal: it was there before.

    A 办法 may repeal the one of its own title: then it is an older text of the same place, and neither the
    new one itself nor a copy of it.
    """
    if bare_title(document.title) != bare_title(repealing.title):
        return document.date_issued is None or document.date_issued < day
    if document.date_issued is None or repealing.date_issued is None:
        return False
    return document.date_issued < repealing.date_issued and _of_one_place(document, repealing)
