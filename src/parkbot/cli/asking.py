"""`parkbot ask`, `search` and `measure`: what the library says."""

from dataclasses import replace
from typing import Annotated

import typer

from parkbot.cli.awaiting import awaited
from parkbot.cli.opening import opened
from parkbot.cli.options import AsOf, DataDir, Json, Region, Space, spaces
from parkbot.cli.rendering import measure_text, print_json, print_text, results_text
from parkbot.domain import SHARED_SPACE, Filters
from parkbot.errors import BadInput
from parkbot.settings import load
from parkbot.ui.text import answer_text


def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="In Chinese or English.")],
    space: Space = SHARED_SPACE,
    region: Region = None,
    as_of: AsOf = None,
    conversation: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="Go on with the conversation of an earlier answer; `new` begins one."
        ),
    ] = None,
    json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Answer a question, every sentence with its citation, or say that the library does not cover it."""
    filters = Filters(spaces=spaces(space), region=region, as_of=as_of)
    with opened(load(data_dir=data_dir), "ask") as assistant:
        happening = assistant.asking(_text(question), filters=filters, conversation_id=conversation)
        answer = awaited(question, happening)
        checked_on = assistant.health().checked_on
    if json:
        print_json(answer)
    else:
        print_text(answer_text(answer, checked_on))


def search(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Words, a question, or an address.")],
    k: Annotated[int, typer.Option("-k", min=1, max=200, help="How many measures at most.")] = 10,
    space: Space = SHARED_SPACE,
    region: Region = None,
    as_of: AsOf = None,
    json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Find measures, best first."""
    filters = Filters(spaces=spaces(space), region=region, as_of=as_of)
    with opened(load(data_dir=data_dir), "search") as assistant:
        results = assistant.search(_text(query), k=k, filters=filters)
    if json:
        print_json({"results": results})
    else:
        print_text(results_text(results))


def measure(
    id: Annotated[
        str, typer.Argument(metavar="ID", help="Id of a measure, as answers and searches give it.")
    ],
    space: Space = SHARED_SPACE,
    json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Show one measure in full, with its document."""
    with opened(load(data_dir=data_dir), "measure") as assistant:
        found = assistant.measure(id, spaces(space))
    if json:
        print_json(replace(found, document=replace(found.document, text="")))
    else:
        print_text(measure_text(found))


def _text(argument: str) -> str:
    """What was typed, if it is text: bytes that are no UTF-8 arrive as lone surrogates."""
    try:
        argument.encode()
    except UnicodeEncodeError as error:
        raise BadInput("the question is not valid UTF-8; check the terminal's encoding") from error
    return argument
