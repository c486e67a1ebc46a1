"""/measures/{id}: a page of its own for every measure, to share and to print."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse

from parkbot.api.access import assistant_of, root_of, spaces_of
from parkbot.api.shapes import ReadSpace
from parkbot.domain import Span
from parkbot.errors import NotFound
from parkbot.ui import measure_page

router = APIRouter(include_in_schema=False)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)


Marks = Annotated[tuple[str, ...], Query(description="start-end, in code points of the text: marked.")]


@router.get("/measures/{id:path}")
def measure(
    request: Request,
    id: str,
    quote: Marks = (),
    space: ReadSpace = None,
    view: str = "page",
) -> HTMLResponse:
    """The measure in its document; `view=panel` is the part of it that the chat shows beside an answer."""
    headers, root = {"Content-Security-Policy": POLICY}, root_of(request)
    try:
        found = assistant_of(request).measure(id, spaces_of(request, space))
    except NotFound:
        return HTMLResponse(measure_page.not_found(id, root=root, whole=view != "panel"), 404, headers)
    marked = tuple(span for span in map(_span, quote) if span)
    return HTMLResponse(measure_page.render(found, marked, root=root, whole=view != "panel"), headers=headers)


def _span(written: str) -> Span | None:
    """`12-40`; what is not of this form marks nothing."""
    start, dash, end = written.partition("-")
    if not (dash and start.isdecimal() and end.isdecimal() and len(written) < 20):
        return None
    return Span(int(start), int(end)) if int(start) < int(end) else None
