"""What an officer may put into a document's metadata: regions that exist, dates that can be true together."""

from dataclasses import fields, replace
from datetime import date

from parkbot.domain import UNSET, Document, DocumentChanges
from parkbot.errors import BadInput
from parkbot.readers.places import region_named

_IN_THIS_ORDER = (
    ("date_issued", "effective_from"),
    ("date_issued", "expires_on"),
    ("date_issued", "repealed_on"),
    ("effective_from", "expires_on"),
    ("effective_from", "repealed_on"),
)
"""Dates of which the second cannot lie before the first; the same day is possible."""

_SAID = {
    "date_issued": ("发布日期", "date-issued"),
    "effective_from": ("施行日期", "effective-from"),
    "expires_on": ("失效日期", "expires-on"),
    "repealed_on": ("废止日期", "repealed-on"),
}


def applied(document: Document, changes: DocumentChanges) -> Document:
    """The document as it is after the changes."""
    return replace(document, **{name: getattr(changes, name) for name in _given(changes)})


def checked(document: Document, changes: DocumentChanges) -> DocumentChanges:
    """The changes as the library keeps them: regions under the names that the readers give.

    Raises:
        BadInput: no such region, or dates that contradict each other or the document's own.
    """
    if changes.region is not UNSET:
        changes = replace(changes, region=_region(changes.region))
    _check_dates(document, changes)
    return changes


def region(written: str) -> str:
    """A region as documents bear it.

    Raises:
        BadInput: there is no such region.
    """
    found = _region(written)
    if found is None:
        raise BadInput("the region is empty; leave it out instead / 地区为空，请不要填写该项")
    return found


def _region(written: str | None) -> str | None:
    if written is None or not written.strip():
        return None
    region = region_named(written)
    if region is None:
        raise BadInput(
            f"there is no region {written!r}; write a province or a city (江苏, 苏州市), CN for the whole "
            f"country, or nothing / 无法识别的地区“{written}”，请填写省份或城市（如江苏、苏州市），"
            "全国填CN，也可以留空"
        )
    return region


def _check_dates(document: Document, changes: DocumentChanges) -> None:
    """Only dates that the officer touches: what a file says wrongly must not stand in the way of the rest."""
    given, after = _given(changes), applied(document, changes)
    days: dict[str, date | None] = {name: getattr(after, name) for name in _SAID}
    for earlier, later in _IN_THIS_ORDER:
        first, second = days[earlier], days[later]
        if first and second and second < first and given & {earlier, later}:
            raise BadInput(
                f"{_SAID[later][1]} ({second}) lies before {_SAID[earlier][1]} ({first}); correct one of "
                f"them / {_SAID[later][0]}（{second}）早于{_SAID[earlier][0]}（{first}），请更正其中一个"
            )


def _given(changes: DocumentChanges) -> set[str]:
    return {field.name for field in fields(changes) if getattr(changes, field.name) is not UNSET}
