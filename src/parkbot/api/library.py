"""/v1/documents and /v1/measures: what the library holds, and its upkeep."""

import hashlib
import os
import threading
from dataclasses import replace
from functools import partial
from typing import Annotated, TypeVar

from fastapi import APIRouter, File, Form, Path, Query, Request, Response, UploadFile

from parkbot.access import OPERATOR
from parkbot.api import events, examples, problems, uploading
from parkbot.api.access import assistant_of, caller_of, json_response, root_of, spaces_of
from parkbot.api.conditional import NOT_MODIFIED, IfMatch, IfNoneMatch, check_unchanged, tag_of, tagged
from parkbot.api.idempotency import IdempotencyKey, Replies
from parkbot.api.shapes import (
    DOCUMENT,
    DOCUMENT_IN_FULL,
    DOCUMENT_MEASURE,
    DOCUMENTS,
    INGEST_RESULT,
    MEASURES,
    DocumentInFull,
    DocumentPatch,
    Documents,
    Measures,
    ReadSpace,
    SpaceName,
)
from parkbot.api.threads import CHANGES
from parkbot.domain import SHARED_SPACE, Document, DocumentMeasure, IngestResult
from parkbot.paging import Page, page

T = TypeVar("T")

Limit = Annotated[int | None, Query(ge=1, le=1000, description="How many at most; left out: all.")]
Cursor = Annotated[str | None, Query(description="`next_cursor` of the page before.")]
DocumentId = Annotated[str, Path(examples=[examples.DOCUMENT_ID])]
MeasureId = Annotated[str, Path(examples=[examples.MEASURE_ID])]

_editing = threading.Lock()
"""Held from the look at a document's tag to its change, so that of two edits one is told of the other."""


def create_router(max_file_bytes: int) -> APIRouter:
    """The endpoints; only an upload may have a body larger than the app's limit."""
    router = APIRouter(tags=["library"], responses=problems.RESPONSES)
    router.get(
        "/documents",
        response_model=Documents,
        summary="All documents, without their texts",
        responses=examples.of(examples.DOCUMENTS) | NOT_MODIFIED,
    )(documents)
    router.get(
        "/documents/{id:path}",
        response_model=DocumentInFull,
        summary="One document with its text and measures",
        responses=examples.of(examples.DOCUMENT_IN_FULL) | NOT_MODIFIED,
    )(document)
    router.post(
        "/documents",
        response_model=IngestResult,
        status_code=201,
        summary="Add a document, or replace the one from the same source",
        description=(
            "Reads, splits and indexes a file; it answers questions from the moment this returns. With "
            "`stream=true` it comes as Server-Sent Events: `progress` (passages `done` of `total`), "
            "then `document` (as without streaming), or `error` (problem details). A comment comes whenever "
            "nothing else does for 15 seconds; `Last-Event-ID` gives the rest of a stream that broke, as for "
            "`/v1/ask`. The file is indexed to the end also if nobody listens."
        ),
        responses=examples.of(examples.ADDED, 201)
        | examples.streamed(
            examples.UNCHANGED,
            examples.UPLOADING,
            description="The library held this very file already; or the events, whatever comes of them",
            model=IngestResult,
        ),
        max_body_size=max_file_bytes + 64 * 1024,  # the file, and the form around it
    )(add_document)
    router.patch(
        "/documents/{id:path}",
        response_model=Document,
        summary="Correct a document's metadata",
        responses=examples.of(examples.DOCUMENT),
    )(edit_document)
    router.delete("/documents/{id:path}", status_code=204, summary="Remove a document")(remove_document)
    router.get(
        "/measures",
        response_model=Measures,
        summary="The measures of a document",
        responses=examples.of(examples.MEASURES) | NOT_MODIFIED,
    )(measures)
    router.get(
        "/measures/{id:path}",
        response_model=DocumentMeasure,
        summary="One measure in full, with its document",
        responses=examples.of(examples.DOCUMENT_MEASURE) | NOT_MODIFIED,
    )(measure)
    return router


def documents(
    request: Request,
    space: ReadSpace = None,
    limit: Limit = None,
    cursor: Cursor = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """All documents that answer questions, without their texts; by page, if `limit` is given."""
    held = assistant_of(request).documents(spaces_of(request, space))
    some = page(held, lambda document: document.id, limit, cursor)
    light = tuple(replace(document, text="") for document in some.items)
    return tagged(DOCUMENTS, Documents(light, some.next_cursor), if_none_match, _link(request, some))


def document(
    request: Request, id: DocumentId, space: ReadSpace = None, if_none_match: IfNoneMatch = None
) -> Response:
    """One document in full."""
    return tagged(DOCUMENT_IN_FULL, _whole(request, id, space), if_none_match)


async def add_document(
    request: Request,
    file: Annotated[UploadFile, File(description="Markdown, text, HTML or a PDF with a text layer.")],
    source: Annotated[
        str | None,
        Form(
            description="Where the file came from; default: its name. A path is one of your machine, not of "
            "the server's, and is kept as `upload:PATH`."
        ),
    ] = None,
    space: Annotated[SpaceName, Form(description="Whose library it goes to.")] = SHARED_SPACE,
    stream: Annotated[bool, Form(description="Tell how far it is, as Server-Sent Events.")] = False,
    idempotency_key: IdempotencyKey = None,
    last_event_id: events.LastEventId = None,
) -> Response:
    """Add a file at once, or as events."""
    caller, assistant = caller_of(request), assistant_of(request)
    caller.check_writes(space)
    name = file.filename or "document"

    def added(content: bytes, progress: uploading.Progress | None) -> Response:
        known_as = _source(request, source, space)
        result = assistant.add_document(name, content, source=known_as, space=space, progress=progress)
        return json_response(INGEST_RESULT, result, 200 if result.outcome == "unchanged" else 201)

    def once(content: bytes, progress: uploading.Progress | None = None) -> Response:
        if idempotency_key is None:
            return added(content, progress)
        replies: Replies = request.app.state.replies
        said = hashlib.sha256(content + repr((name, source, space)).encode(errors="surrogatepass"))
        return replies.once(caller, idempotency_key, said.hexdigest(), lambda: added(content, progress))

    if stream:
        told = uploading.told(partial(once, await file.read()), request)
        return events.resumable(request, told, last_event_id, CHANGES.run)
    return await CHANGES.run(lambda: once(file.file.read()))


async def edit_document(
    request: Request, id: DocumentId, body: DocumentPatch, space: ReadSpace = None, if_match: IfMatch = None
) -> Response:
    """Change what the request names; the edit survives a re-ingest of the file."""
    return await CHANGES.run(_edited, request, id, body, space, if_match)


async def remove_document(
    request: Request, id: DocumentId, space: ReadSpace = None, if_match: IfMatch = None
) -> Response:
    """Remove a document and all its measures."""
    return await CHANGES.run(_removed, request, id, space, if_match)


def _edited(
    request: Request, id: str, body: DocumentPatch, space: str | None, if_match: str | None
) -> Response:
    with _editing:
        writable = _writable(request, id, space, if_match)
        changed = assistant_of(request).edit_document(id, body.changes(), writable)
        tag = _tag(request, id, space)
    response = json_response(DOCUMENT, replace(changed, text=""))
    response.headers["ETag"] = tag
    return response


def _removed(request: Request, id: str, space: str | None, if_match: str | None) -> Response:
    with _editing:
        assistant_of(request).remove_document(id, _writable(request, id, space, if_match))
    return Response(status_code=204)


def measures(
    request: Request,
    document_id: Annotated[str, Query(description="Whose measures.", examples=[examples.DOCUMENT_ID])],
    space: ReadSpace = None,
    limit: Limit = None,
    cursor: Cursor = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """The measures of one document, in its order; by page, if `limit` is given."""
    found = assistant_of(request).measures_of(document_id, spaces_of(request, space))
    some = page(found, lambda measure: f"{measure.position:09}", limit, cursor)
    return tagged(MEASURES, Measures(some.items, some.next_cursor), if_none_match, _link(request, some))


def measure(
    request: Request, id: MeasureId, space: ReadSpace = None, if_none_match: IfNoneMatch = None
) -> Response:
    """One measure, its document (without the text) and its neighbours."""
    found = assistant_of(request).measure(id, spaces_of(request, space))
    light = replace(found, document=replace(found.document, text=""))
    return tagged(DOCUMENT_MEASURE, light, if_none_match)


def _whole(request: Request, id: str, space: str | None) -> DocumentInFull:
    assistant, read = assistant_of(request), spaces_of(request, space)
    found = assistant.document(id, read)
    return DocumentInFull.of(found, assistant.headings_of(id, read), assistant.measures_of(id, read))


def _tag(request: Request, id: str, space: str | None) -> str:
    """The tag that reading the document gives now."""
    return tag_of(DOCUMENT_IN_FULL.dump_json(_whole(request, id, space)))


def _writable(request: Request, id: str, space: str | None, if_match: str | None) -> tuple[str, ...]:
    """The space of a document that the caller may change; what they may not even read is not found."""
    assistant_of(request).finish_changes()
    document = assistant_of(request).document(id, spaces_of(request, space))
    caller_of(request).check_writes(document.space)
    if if_match is not None:
        check_unchanged(if_match, _tag(request, id, space))
    return (document.space,)


def _source(request: Request, stated: str | None, space: str) -> str | None:
    """Where an upload came from, as the library is told.

    Only the operator names files of this machine. Another machine's path would look like that of a file
    that is gone, whose id is free to take. What is held under such a path already keeps it, and its id.
    """
    if stated is None or not os.path.isabs(stated) or caller_of(request) == OPERATOR:
        return stated
    held = assistant_of(request).documents((space,))
    return stated if any(document.source == stated for document in held) else f"upload:{stated}"


def _link(request: Request, some: Page[T]) -> dict[str, str]:
    """Where the next page is; relative, since a proxy may have changed the host."""
    if some.next_cursor is None:
        return {}
    following = request.url.include_query_params(cursor=some.next_cursor)
    return {"Link": f'<{root_of(request)}{following.path[1:]}?{following.query}>; rel="next"'}
