"""`parkbot conversations`: what was asked before, to read again, to keep, and to delete."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from parkbot.cli.opening import opened
from parkbot.cli.options import DataDir, Json, Space, spaces
from parkbot.cli.rendering import conversation_text, conversations_text, print_json, print_text
from parkbot.domain import SHARED_SPACE
from parkbot.errors import BadInput
from parkbot.settings import load
from parkbot.turns import Conversation

app = typer.Typer(help="List, show, export and remove conversations.", add_completion=False)

ConversationId = Annotated[
    str, typer.Argument(metavar="ID", help="Id of a conversation; `conversations list` shows it.")
]


class ExportFormat(StrEnum):
    """In which form a conversation is handed out."""

    MARKDOWN = "markdown"
    JSON = "json"


@app.command("list")
def list_conversations(space: Space = SHARED_SPACE, json: Json = False, data_dir: DataDir = None) -> None:
    """All conversations, the one spoken in last first."""
    with opened(load(data_dir=data_dir), "conversations list") as assistant:
        found = assistant.conversations(spaces(space))
    if json:
        print_json({"conversations": found})
    else:
        print_text(conversations_text(found))


@app.command()
def show(
    id: ConversationId, space: Space = SHARED_SPACE, json: Json = False, data_dir: DataDir = None
) -> None:
    """One conversation, with its answers as they were given."""
    found = _found(id, space, "show", data_dir)
    if json:
        print_json(found)
    else:
        print_text(conversation_text(found))


@app.command()
def export(
    id: ConversationId,
    format: Annotated[ExportFormat, typer.Option(help="Of what is printed.")] = ExportFormat.MARKDOWN,
    space: Space = SHARED_SPACE,
    data_dir: DataDir = None,
) -> None:
    """Print one conversation as a file: `parkbot conversations export ID > talk.md`."""
    from parkbot.conversation.export import as_markdown

    found = _found(id, space, "export", data_dir)
    if format is ExportFormat.JSON:
        print_json(found)
    else:
        print_text(as_markdown(found).rstrip())


@app.command()
def remove(
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="Of one conversation.")] = None,
    all: Annotated[bool, typer.Option("--all", help="All conversations of the space.")] = False,
    space: Space = SHARED_SPACE,
    json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Delete a conversation, or all of them, with the feedback on them."""
    if (id is None) != all:
        raise BadInput("give the ID of one conversation, or --all")
    with opened(load(data_dir=data_dir), "conversations remove") as assistant:
        if id is None:
            removed = assistant.remove_conversations(spaces(space))
        else:
            assistant.remove_conversation(id, spaces(space))
            removed = 1
    if json:
        print_json({"removed": removed})
    else:
        print_text(f"{removed} removed")


def _found(id: str, space: str, command: str, data_dir: Path | None) -> Conversation:
    with opened(load(data_dir=data_dir), f"conversations {command}") as assistant:
        return assistant.conversation(id, spaces(space))
