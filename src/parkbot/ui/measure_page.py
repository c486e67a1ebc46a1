"""The plain page of one measure, and the same measure as the panel beside an answer."""

from parkbot.domain import DocumentMeasure, Span
from parkbot.ui.html import render as _render
from parkbot.ui.marking import lines


def render(
    found: DocumentMeasure, marks: tuple[Span, ...] = (), *, root: str = "/", whole: bool = True
) -> str:
    """The measure in its document with `marks` highlighted; `whole` is False for the panel.

    `root` is where browsers see our addresses begin.
    """
    return _render(
        "measure.html" if whole else "_measure.html",
        document=found.document,
        measure=found.measure,
        previous=found.previous,
        next=found.next,
        lines=lines(found.measure.text, marks),
        marks=marks,
        whole=whole,
        root=root,
    )


def not_found(measure_id: str, *, root: str = "/", whole: bool = True) -> str:
    """What a person reads who followed a link to a measure that the library does not hold."""
    return _render("not_found.html" if whole else "_not_found.html", measure_id=measure_id, root=root)
