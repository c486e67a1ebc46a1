"""The command line: its commands, in the order of `parkbot --help`, and how each of them ends.

Heavy imports happen inside the commands: `parkbot --help` is quick.
"""

import io
import sys
import traceback
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from parkbot.cli import asking, conversations, documents, feedback, keys, library, quality, servers
from parkbot.cli.rendering import print_text
from parkbot.errors import BadInput, ParkBotError

app = typer.Typer(name="parkbot", add_completion=False)
app.command()(servers.serve)
app.command()(servers.mcp)
app.command()(asking.ask)
app.command()(asking.search)
app.command()(library.ingest)
app.command()(asking.measure)
app.command("eval")(quality.evaluate)
app.command()(quality.tune)
app.command()(quality.verify)
app.command()(library.reindex)
app.command()(library.backup)
app.command()(library.restore)
app.add_typer(documents.app, name="documents")
app.add_typer(conversations.app, name="conversations")
app.add_typer(feedback.app, name="feedback")
app.add_typer(keys.app, name="keys")

_INTERRUPTED = 130


def _print_version(asked: bool) -> None:
    if asked:
        print_text(f"parkbot {version('parkbot')}")
        raise typer.Exit


@app.callback()
def parkbot(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The policy assistant of an industrial park: every sentence with its citation."""


def main() -> None:
    """Entry point of the program `parkbot`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character still gets the rest
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command; whatever happens, the caller gets an exit code, and the person at most one line."""
    try:
        code = app(args=list(arguments), prog_name="parkbot", standalone_mode=False) or 0
    except KeyboardInterrupt:
        code = _INTERRUPTED
    except (ParkBotError, TyperException) as error:
        return _complain(error)
    except Exception as error:  # the last resort: one line instead of a traceback
        return _unforeseen(error)
    if code == _INTERRUPTED:
        _say("stopped; run the same command again to go on")
    return int(code)


def _complain(error: ParkBotError | TyperException) -> int:
    if isinstance(error, TyperException):
        context = getattr(error, "ctx", None)
        _say(f"{error.format_message()} ({context.command_path if context else 'parkbot'} --help)")
        return error.exit_code
    _say(str(error))
    return 2 if isinstance(error, BadInput) else 1


def _unforeseen(error: Exception) -> int:
    place = traceback.extract_tb(error.__traceback__)[-1]
    _say(f"unexpected {type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})")
    return 1


def _say(message: str) -> None:
    typer.echo(f"parkbot: {' '.join(message.split())}", err=True)
