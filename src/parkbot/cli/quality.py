"""`parkbot eval`, `tune` and `verify`: how good answers are, and what makes them better."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from parkbot.cli.options import AskedIn, DataDir, Json
from parkbot.evaluation.suites import Half
from parkbot.settings import load


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
