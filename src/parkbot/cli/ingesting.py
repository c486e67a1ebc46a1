"""`parkbot ingest`: the run over files and folders as a person sees it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import typer

from parkbot.cli.progress import bar
from parkbot.domain import IngestResult
from parkbot.settings import Settings

if TYPE_CHECKING:
    from parkbot.ingest import Found, Progress, Store


def found(paths: Sequence[Path]) -> "Found":
    """The files under the paths; where there are none that can be read, the person is told which could be.

    Raises:
        BadInput: a path does not exist.
    """
    from parkbot import ingest as files
    from parkbot.readers import SUFFIXES

    there = files.find(paths)
    if not there.files and not there.failed:
        readable = ", ".join(sorted(SUFFIXES))
        typer.echo(f"parkbot: no readable file there; readable are {readable}", err=True)
    return there


def passed_over(counts: Mapping[str, int]) -> str:
    """One line about the files that cannot be read yet; empty if there are none."""
    if not counts:
        return ""
    total = sum(counts.values())
    kinds = ", ".join(f"{ending} {count}" for ending, count in counts.items())
    files = "1 file of a kind" if total == 1 else f"{total} files of kinds"
    return f"passed over: {files} that ParkBot cannot read yet ({kinds})"


def counts(results: Sequence[IngestResult]) -> dict[str, int]:
    """How many files came to what, the outcomes that did not occur included."""
    outcomes = ("added", "replaced", "unchanged", "removed", "failed")
    counted: Counter[str] = Counter(result.outcome for result in results)
    return {outcome: counted[outcome] for outcome in outcomes}


def ingest(
    assistant: "Store", there: "Found", settings: Settings, *, space: str, prune: bool
) -> list[IngestResult]:
    """Bring files in, showing progress and failures on stderr while it lasts."""
    from parkbot import ingest as files

    results: list[IngestResult] = []
    started = monotonic()
    with bar("Ingesting") as report:

        def show(progress: "Progress") -> None:
            report(progress.bytes, progress.all_bytes, _figures(progress, monotonic() - started))

        run = files.ingest(
            assistant,
            there,
            space=space,
            prune=prune,
            max_file_bytes=settings.max_file_bytes,
            on_progress=show,
        )
        for result in run:
            results.append(result)
            if result.outcome == "failed":
                typer.echo(f"parkbot: {result.source}: {result.error}", err=True)
            elif result.outcome == "removed":
                typer.echo(f"removed {result.document_id}: {result.source} is gone", err=True)
    return results


def _figures(progress: "Progress", seconds: float) -> str:
    rate = progress.passages / seconds if seconds else 0.0
    return (
        f"{progress.files} of {progress.all_files} documents, "
        f"{progress.passages} passages, {rate:.0f} passages/s"
    )
