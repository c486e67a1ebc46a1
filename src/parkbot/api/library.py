"""/v1/documents and /v1/measures: what the library holds, and its upkeep."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile

from parkbot.api import problems
from parkbot.api.access import assistant_of, caller_of, json_response, spaces_of
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
from parkbot.domain import SHARED_SPACE, Document, DocumentMeasure, IngestResult


def create_router(max_file_bytes: int) -> APIRouter:
    """The endpoints; only an upload may have a body larger than the app's limit."""
    router = APIRouter(tags=["library"], responses=problems.RESPONSES)
    router.get("/documents", response_model=Documents, summary="All documents, without their texts")(
        documents
    )
    router.get(
        "/documents/{id:path}",
        response_model=DocumentInFull,
        summary="One document with its text and measures",
    )(document)
    router.post(
        "/documents",
        response_model=IngestResult,
        status_code=201,
        summary="Add a document, or replace the one from the same source",
        responses={200: {"description": "The library held this very file already", "model": IngestResult}},
        max_body_size=max_file_bytes + 64 * 1024,  # the file, and the form around it
    )(add_document)
    router.patch("/documents/{id:path}", response_model=Document, summary="Correct a document's metadata")(
        edit_document
    )
    router.delete("/documents/{id:path}", status_code=204, summary="Remove a document")(remove_document)
    router.get("/measures", response_model=Measures, summary="The measures of a document")(measures)
    router.get(
        "/measures/{id:path}",
        response_model=DocumentMeasure,
        summary="One measure in full, with its document",
    )(measure)
    return router


def documents(request: Request, space: ReadSpace = None) -> Response:
    """All documents that answer questions, without their texts."""
    held = assistant_of(request).documents(spaces_of(request, space))
    light = tuple(replace(document, text="") for document in held)
    return json_response(DOCUMENTS, Documents(light))


def document(request: Request, id: str, space: ReadSpace = None) -> Response:
    """One document in full."""
    assistant, read = assistant_of(request), spaces_of(request, space)
    found = assistant.document(id, read)
    whole = DocumentInFull.of(found, assistant.headings_of(id, read), assistant.measures_of(id, read))
    return json_response(DOCUMENT_IN_FULL, whole)


def add_document(
    request: Request,
    file: Annotated[UploadFile, File(description="Markdown, text, HTML or a PDF with a text layer.")],
    source: Annotated[str | None, Form(description="Where the file came from; default: its name.")] = None,
    space: Annotated[SpaceName, Form(description="Whose library it goes to.")] = SHARED_SPACE,
) -> Response:
    """Read, split and index a file; it answers from the moment this returns."""
    caller_of(request).check_writes(space)
    result = assistant_of(request).add_document(
        file.filename or "document", file.file.read(), source=source, space=space
    )
    return json_response(INGEST_RESULT, result, 200 if result.outcome == "unchanged" else 201)


def edit_document(request: Request, id: str, body: DocumentPatch, space: ReadSpace = None) -> Response:
    """Change what the request names; the edit survives a re-ingest of the file."""
    changed = assistant_of(request).edit_document(id, body.changes(), _writable(request, id, space))
    return json_response(DOCUMENT, replace(changed, text=""))


def remove_document(request: Request, id: str, space: ReadSpace = None) -> Response:
    """Remove a document and all its measures."""
    assistant_of(request).remove_document(id, _writable(request, id, space))
    return Response(status_code=204)


def _writable(request: Request, id: str, space: str | None) -> tuple[str, ...]:
    """The space of a document that the caller may change; what they may not even read is not found."""
    document = assistant_of(request).document(id, spaces_of(request, space))
    caller_of(request).check_writes(document.space)
    return (document.space,)


def measures(
    request: Request,
    document_id: Annotated[str, Query(description="Whose measures.")],
    space: ReadSpace = None,
) -> Response:
    """The measures of one document, in its order."""
    found = assistant_of(request).measures_of(document_id, spaces_of(request, space))
    return json_response(MEASURES, Measures(found))


def measure(request: Request, id: str, space: ReadSpace = None) -> Response:
    """One measure, its document (without the text) and its neighbours."""
    found = assistant_of(request).measure(id, spaces_of(request, space))
    return json_response(DOCUMENT_MEASURE, replace(found, document=replace(found.document, text="")))
