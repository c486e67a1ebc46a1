"""`parkbot documents`: what the library holds, and corrections to it."""

from dataclasses import fields, replace
from datetime import date
from typing import Annotated

import typer

from parkbot.cli.opening import opened
from parkbot.cli.options import DataDir, DocumentId, Json, Space, a_date, spaces
from parkbot.cli.rendering import document_text, documents_text, print_json, print_text
from parkbot.domain import SHARED_SPACE, Coverage, DocumentChanges, Language, Level, Status, TextKind
from parkbot.errors import BadInput
from parkbot.settings import load

app = typer.Typer(help="List, show, correct and remove documents.", add_completion=False)

CLEARABLE = frozenset(
    field.name for field in fields(DocumentChanges) if "None" in str(field.type) or field.name == "issuers"
)


@app.command("list")
def list_documents(space: Space = SHARED_SPACE, json: Json = False, data_dir: DataDir = None) -> None:
    """All documents that answer questions, one a line."""
    with opened(load(data_dir=data_dir), "documents list") as assistant:
        found = assistant.documents(spaces(space))
    if json:
        print_json({"documents": [replace(document, text="") for document in found]})
    else:
        print_text(documents_text(found))


@app.command()
def show(id: DocumentId, space: Space = SHARED_SPACE, json: Json = False, data_dir: DataDir = None) -> None:
    """What is known of a document, and its measures."""
    with opened(load(data_dir=data_dir), "documents show") as assistant:
        document = assistant.document(id, spaces(space))
        headings = assistant.headings_of(id, spaces(space))
        measures = assistant.measures_of(id, spaces(space))
    if json:
        from pydantic_core import to_jsonable_python

        print_json({**to_jsonable_python(document), "headings": headings, "measures": measures})
    else:
        print_text(document_text(document, measures))


_Day = typer.Option(parser=a_date, metavar="DATE")
_Text = typer.Option(metavar="TEXT")


@app.command()
def edit(
    id: DocumentId,
    title: Annotated[str | None, _Text] = None,
    title_en: Annotated[str | None, _Text] = None,
    issuer: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Once for each issuer.")] = None,
    document_number: Annotated[str | None, _Text] = None,
    date_issued: Annotated[date | None, _Day] = None,
    effective_from: Annotated[date | None, _Day] = None,
    expires_on: Annotated[date | None, _Day] = None,
    repealed_on: Annotated[date | None, _Day] = None,
    status: Annotated[Status | None, typer.Option()] = None,
    level: Annotated[Level | None, typer.Option()] = None,
    region: Annotated[str | None, _Text] = None,
    language: Annotated[Language | None, typer.Option()] = None,
    source_url: Annotated[str | None, _Text] = None,
    text_kind: Annotated[TextKind | None, typer.Option()] = None,
    coverage: Annotated[Coverage | None, typer.Option()] = None,
    checked_on: Annotated[date | None, _Day] = None,
    clear: Annotated[
        list[str] | None, typer.Option(metavar="FIELD", help="Forget what a field says, e.g. expires-on.")
    ] = None,
    space: Space = SHARED_SPACE,
    json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Correct what is known of a document; corrections survive a new ingest of its file."""
    given: dict[str, object | None] = {
        "title": title,
        "title_en": title_en,
        "issuers": tuple(issuer) if issuer else None,
        "document_number": document_number,
        "date_issued": date_issued,
        "effective_from": effective_from,
        "expires_on": expires_on,
        "repealed_on": repealed_on,
        "status": status,
        "level": level,
        "region": region,
        "language": language,
        "source_url": source_url,
        "text_kind": text_kind,
        "coverage": coverage,
        "checked_on": checked_on,
    }
    changes = _changes({name: value for name, value in given.items() if value is not None}, clear or [])
    with opened(load(data_dir=data_dir), "documents edit") as assistant:
        document = assistant.edit_document(id, changes, spaces(space))
    if json:
        print_json(replace(document, text=""))
    else:
        print_text(documents_text([document]))


@app.command()
def remove(id: DocumentId, space: Space = SHARED_SPACE, json: Json = False, data_dir: DataDir = None) -> None:
    """Remove a document and its measures; its file stays where it is."""
    with opened(load(data_dir=data_dir), "documents remove") as assistant:
        assistant.remove_document(id, spaces(space))
    if json:
        print_json({"removed": id})
    else:
        print_text(f"removed {id}")


def _changes(given: dict[str, object], clear: list[str]) -> DocumentChanges:
    """The values that were given, and None for what is to be forgotten."""
    cleared = {_clearable(name): () if name in ("issuer", "issuers") else None for name in clear}
    twice = sorted(given.keys() & cleared.keys())
    if twice:
        raise BadInput(f"--{twice[0].replace('_', '-')} is both set and cleared")
    empty = sorted(name for name, value in given.items() if isinstance(value, str) and not value.strip())
    if empty:
        option = empty[0].replace("_", "-")
        raise BadInput(f"--{option} is empty; to forget what it says, use --clear {option}")
    if not given and not cleared:
        raise BadInput("nothing to change; `parkbot documents edit --help` shows what can be")
    return DocumentChanges(**given, **cleared)  # type: ignore[arg-type]  # each option has its field's type


def _clearable(name: str) -> str:
    field = name.replace("-", "_")
    field = "issuers" if field == "issuer" else field
    if field not in CLEARABLE:
        names = ", ".join(sorted(known.replace("_", "-") for known in CLEARABLE))
        raise BadInput(f"--clear {name}: nothing that can be forgotten; choose from {names}")
    return field
