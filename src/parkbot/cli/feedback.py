"""`parkbot feedback`: what people thought of answers, and from which questions `parkbot tune` may learn."""

from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel, ConfigDict, ValidationError

from parkbot.cli.options import DataDir, Json, Space
from parkbot.cli.rendering import print_json, print_text
from parkbot.domain import SHARED_SPACE
from parkbot.errors import BadInput
from parkbot.settings import load
from parkbot.turns import ApprovedQuestion, GivenFeedback
from parkbot.ui.text import joined

app = typer.Typer(
    help="Look feedback through, and approve questions for `parkbot tune` to learn from.",
    add_completion=False,
)

FeedbackId = Annotated[str, typer.Argument(metavar="ID", help="As `feedback list` shows it.")]


class _Line(BaseModel):
    """A line of a file of questions."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    question: str
    measure_ids: tuple[str, ...]


@app.command("list")
def list_feedback(json: Json = False, data_dir: DataDir = None) -> None:
    """All feedback, and all questions that are approved, of every space."""
    from parkbot import build

    with build.approvals(load(data_dir=data_dir)) as approvals:
        given, approved = approvals.given(), approvals.all()
    if json:
        print_json({"feedback": given, "approved": approved})
        return
    lines = [*map(_given_line, given), *map(_approved_line, approved)]
    print_text("\n".join(lines) or "There is no feedback.")


@app.command()
def approve(
    id: FeedbackId,
    measure: Annotated[
        list[str] | None,
        typer.Option(metavar="MEASURE", help="A measure that answers it rightly; default: those cited."),
    ] = None,
    json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Let `parkbot tune` learn from the question that this feedback is on; it is then kept for good."""
    from parkbot import build

    with build.approvals(load(data_dir=data_dir)) as approvals:
        approved = approvals.approve(id, measure or ())
    if json:
        print_json(approved)
    else:
        print_text(_approved_line(approved))


@app.command("import")
def import_questions(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help='JSON lines: {"question": …, "measure_ids": [ … ]}.')
    ],
    space: Space = SHARED_SPACE,
    json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Approve questions of your own, each with the measures that answer it."""
    from parkbot import build

    read = _read(file)
    with build.approvals(load(data_dir=data_dir)) as approvals:
        for number, line in read:
            try:
                approvals.add(line.question, line.measure_ids, space)
            except BadInput as error:
                raise BadInput(f"{file}, line {number}: {error}") from error
    if json:
        print_json({"approved": len(read)})
    else:
        print_text(f"{len(read)} approved")


@app.command()
def withdraw(id: FeedbackId, json: Json = False, data_dir: DataDir = None) -> None:
    """Delete an approved question; `parkbot tune` learns from it no more."""
    from parkbot import build

    with build.approvals(load(data_dir=data_dir)) as approvals:
        approvals.withdraw(id)
    if json:
        print_json({"withdrawn": id})
    else:
        print_text(f"withdrawn {id}")


def _read(file: Path) -> list[tuple[int, _Line]]:
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{file}: cannot be read as UTF-8 text ({error})") from error
    read = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                read.append((number, _Line.model_validate_json(line)))
            except ValidationError as error:
                raise BadInput(f"{file}, line {number}: {error.errors()[0]['msg']}") from error
    return read


def _given_line(given: GivenFeedback) -> str:
    return joined(
        given.id,
        f"{given.created:%Y-%m-%d %H:%M}",
        given.space,
        str(given.rating),
        "approved" if given.is_approved else None,
        given.question or "(question not kept)",
        ", ".join(given.measure_ids),
        " ".join(given.comment.split()),
    )


def _approved_line(approved: ApprovedQuestion) -> str:
    return joined(approved.id, approved.space, "approved", approved.question, ", ".join(approved.measure_ids))
