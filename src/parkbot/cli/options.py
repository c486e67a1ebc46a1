"""The options that several commands share, and what their values mean."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from parkbot.domain import SHARED_SPACE, Language


class AskedIn(StrEnum):
    """In which language the questions of an evaluation are asked."""

    ZH = "zh"
    EN = "en"
    BOTH = "both"

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages that this stands for."""
        match self:
            case AskedIn.ZH:
                return ("zh",)
            case AskedIn.EN:
                return ("en",)
            case AskedIn.BOTH:
                return ("zh", "en")


def a_date(text: str) -> date:
    """A day given on the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day; write it as 2026-01-31") from error


def spaces(space: str) -> tuple[str, ...]:
    """What is read in a space: the shared library, and the space's own documents."""
    return (SHARED_SPACE,) if space == SHARED_SPACE else (SHARED_SPACE, space)


DataDir = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Folder of the library and its indexes (PARKBOT_DATA_DIR; default: data)."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
Space = Annotated[str, typer.Option(metavar="SPACE", help="Whose documents, besides the shared library.")]
Region = Annotated[str | None, typer.Option(metavar="REGION", help="Only documents of this region.")]
AsOf = Annotated[
    date | None,
    typer.Option(parser=a_date, metavar="DATE", help="The law as it stood on this day (2026-01-31)."),
]
DocumentId = Annotated[str, typer.Argument(metavar="ID", help="Id of a document; `documents list` shows it.")]
