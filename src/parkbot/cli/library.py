"""`parkbot ingest`, `reindex`, `backup` and `restore`: the library as a whole."""

from pathlib import Path
from typing import Annotated

import typer

from parkbot.cli.opening import opened
from parkbot.cli.options import DataDir, Json, Space
from parkbot.cli.rendering import print_json, print_text
from parkbot.domain import SHARED_SPACE
from parkbot.errors import BadInput
from parkbot.settings import load


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


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to; .tar.gz.")], data_dir: DataDir = None
) -> None:
    """Write library, keys, conversations and vectors into one file; a server may go on meanwhile."""
    from parkbot.backup import back_up

    settings = load(data_dir=data_dir)
    if settings.database_url is not None:
        raise BadInput("the library is in the database of PARKBOT_DATABASE_URL; back it up with pg_dump")
    print_text(f"{file} ({back_up(settings.data_dir.resolve(), file) / 1e6:.1f} MB)")


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
