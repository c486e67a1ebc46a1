"""The command line. Heavy imports happen inside the commands: `parkbot --help` is quick."""

import io
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from parkbot.cli import conversations, documents, feedback, keys
from parkbot.cli.asking import awaited
from parkbot.cli.opening import opened
from parkbot.cli.options import AskedIn, AsOf, DataDir, Json, Region, Space, spaces
from parkbot.cli.rendering import measure_text, print_json, print_text, results_text
from parkbot.domain import SHARED_SPACE, Filters
from parkbot.errors import BadInput, ParkBotError
from parkbot.evaluation.suites import Half
from parkbot.settings import load
from parkbot.ui.text import answer_text

app = typer.Typer(name="parkbot", add_completion=False)
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


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: 127.0.0.1).")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port; 0 takes a free one (default: 8080).")
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Processes that answer; more than 1 need PostgreSQL and a Chroma server."
        ),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Serve the page at /, the API at /v1, and its documentation at /docs."""
    from parkbot.cli import serving

    serving.serve(load(host=host, port=port, workers=workers, data_dir=data_dir))


@app.command()
def mcp(space: Space = SHARED_SPACE, data_dir: DataDir = None) -> None:
    """Serve the tools of the Model Context Protocol on stdin and stdout, for assistants on this machine."""
    import anyio

    from parkbot.access import Caller, Scope
    from parkbot.api.mcp import serve_stdio

    caller = Caller(None, (space,), frozenset({Scope.ASK, Scope.READ}))
    with opened(load(data_dir=data_dir), "mcp") as assistant:
        anyio.run(serve_stdio, assistant, caller)


@app.command()
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


@app.command()
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


@app.command()
def ingest(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH…", help="Files, and folders with all they hold.")
    ],
    space: Space = SHARED_SPACE,
    prune: Annotated[
        bool, typer.Option("--prune", help="Also remove documents whose files under these folders are gone.")
    ] = False,
    json: Json = False,
    data_dir: DataDir = None,
) -> int:
    """Read files into the library; safe to stop and to repeat."""
    from parkbot.cli import ingesting

    settings = load(data_dir=data_dir)
    with opened(settings, "ingest") as assistant:
        there = ingesting.found(paths)
        results = ingesting.ingest(assistant, there, settings, space=space, prune=prune)
    counts = ingesting.counts(results)
    if json:
        print_json({"results": results, **counts, "passed_over": there.passed_over})
    else:
        print_text(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
        if left := ingesting.passed_over(there.passed_over):
            print_text(left)
    return 1 if counts["failed"] else 0


@app.command()
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


@app.command("eval")
def evaluate(
    suites: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SUITE]…", help="Names in eval/suites, or paths (default: all of eval/suites)."
        ),
    ] = None,
    half: Annotated[Half, typer.Option(help="Reporting is for final reports only.")] = Half.TUNING,
    language: Annotated[AskedIn, typer.Option(help="Language of the questions.")] = AskedIn.BOTH,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Name of the run (default: half and time).")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Where NAME.json and NAME.html go (default: eval/results, or here)."
        ),
    ] = None,
    compare: Annotated[
        Path | None, typer.Option(metavar="RUN.json", help="An earlier run to compare with.")
    ] = None,
    json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Put suites of questions to the assistant: scores, a report with plots, and a comparison."""
    from parkbot.cli import evaluating, evaluating_dialogues, judging

    if judging.is_meant(suites or ()):
        claims = judging.planned(half, language.languages, name, output, *(suites or ()))
        judging.evaluate(claims, sys.argv[1:], json=json)
        return
    if suites and evaluating_dialogues.asked_for(suites):
        evaluating_dialogues.evaluate(
            suites[0],
            load(data_dir=data_dir),
            half=half,
            languages=language.languages,
            name=name,
            output=output,
            json=json,
        )
        return
    plan = evaluating.planned(suites or (), half, language.languages, name, output, compare)
    evaluating.evaluate(plan, load(data_dir=data_dir), sys.argv[1:], json=json)


@app.command("tune")
def tune(
    remove: Annotated[
        bool, typer.Option("--remove", help="Take away what an earlier run installed.")
    ] = False,
    json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Learn from your own library and the questions you approved how to rank better; see what it brings.

    Installs what helps questions that it did not learn from, and nothing else. Needs no restart of a server.
    """
    from parkbot.cli import tuning

    settings = load(data_dir=data_dir)
    if remove:
        tuning.forget(settings, json=json)
    else:
        tuning.learn(settings, json=json)


@app.command()
def verify(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help='JSON lines: {"claim": …, "evidence": [{"title": …, "locator": …, "text": …}]}.',
        ),
    ],
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Check claims against the measures that they cite, a verdict a line; needs no library."""
    from parkbot.cli import verifying

    verifying.verify(file, json_lines=json)


@app.command()
def reindex(json: Json = False, data_dir: DataDir = None) -> None:
    """Build the indexes anew from the library, e.g. for another embedder."""
    from parkbot import build
    from parkbot.cli.progress import shown

    assistant = build.assistant(load(data_dir=data_dir), owner="parkbot reindex", rebuild=True)
    try:
        with shown("Building the indexes", "documents") as progress:
            assistant.reindex(progress)
        health = assistant.health()
    finally:
        assistant.close()
    if json:
        print_json(health)
    else:
        print_text(f"{health.documents} documents, {health.measures} measures indexed with {health.embedder}")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; .tar.gz.")], data_dir: DataDir = None
) -> None:
    """Write library, keys, conversations and vectors into one file; a server may go on meanwhile."""
    from parkbot.backup import back_up

    settings = load(data_dir=data_dir)
    if settings.database_url is not None:
        raise BadInput("the library is in the database of PARKBOT_DATABASE_URL; back it up with pg_dump")
    print_text(f"{file} ({back_up(settings.data_dir.resolve(), file) / 1e6:.1f} MB)")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `parkbot backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the library that is there.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Put a backup into the data folder; the next start builds the indexes from it."""
    from parkbot import backup

    settings = load(data_dir=data_dir)
    if settings.database_url is not None:
        raise BadInput("the library is in the database of PARKBOT_DATABASE_URL; restore it with psql")
    made = backup.restore(file, settings.data_dir.resolve(), force=force)
    # Vectors on a server are not in the folder that was replaced.
    mend = "the next start builds its indexes" if settings.chroma_url is None else "now run `parkbot reindex`"
    print_text(f"the library of {made} is in {settings.data_dir}; {mend}")


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


def _text(argument: str) -> str:
    """What was typed, if it is text: bytes that are no UTF-8 arrive as lone surrogates."""
    try:
        argument.encode()
    except UnicodeEncodeError as error:
        raise BadInput("the question is not valid UTF-8; check the terminal's encoding") from error
    return argument
