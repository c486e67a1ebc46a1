"""`parkbot keys`: who may use the server, from where, how much and until when."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from parkbot.access import EVERY_SPACE, Key, KeyKind, NewKey, Scope
from parkbot.cli.opening import through_server
from parkbot.cli.options import DataDir, Json, a_date
from parkbot.cli.rendering import print_json, print_text
from parkbot.domain import SHARED_SPACE
from parkbot.settings import Settings, load

if TYPE_CHECKING:
    from parkbot.library import Keys
    from parkbot.remote import RemoteKeys

AnyKeys: TypeAlias = "Keys | RemoteKeys"

app = typer.Typer(help="Make, list and revoke the keys of the server.", add_completion=False)


@app.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="By which you will know the key again.")],
    publishable: Annotated[
        bool, typer.Option("--publishable", help="For a web page's source: may only ask, from --origin.")
    ] = False,
    space: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SPACE",
            help=f"A space that it opens; once for each ({EVERY_SPACE}: all; default: {SHARED_SPACE}).",
        ),
    ] = None,
    scope: Annotated[
        list[Scope] | None, typer.Option(help="What it may do; once for each (default: ask).")
    ] = None,
    origin: Annotated[
        list[str] | None,
        typer.Option(metavar="ORIGIN", help="A site whose pages may use it (https://portal.example)."),
    ] = None,
    per_minute: Annotated[int | None, typer.Option(min=1, metavar="N", help="Requests a minute.")] = None,
    per_day: Annotated[int | None, typer.Option(min=1, metavar="N", help="Questions a day.")] = None,
    expires_on: Annotated[
        date | None, typer.Option(parser=a_date, metavar="DATE", help="Its last day (2027-01-31).")
    ] = None,
    json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """Make a key. It is shown now and never again."""
    wanted = NewKey(
        name=name,
        kind=KeyKind.PUBLISHABLE if publishable else KeyKind.SECRET,
        spaces=tuple(space or (SHARED_SPACE,)),
        scopes=tuple(scope or (Scope.ASK,)),
        origins=tuple(origin or ()),
        per_minute=per_minute,
        per_day=per_day,
        expires_on=expires_on,
    )
    with _opened(load(data_dir=data_dir), "keys create") as keys:
        issued, is_first = keys.create(wanted), len(keys.all()) == 1
    if is_first:
        typer.echo("From now on the server asks for a key, on its page too.", err=True)
    if json:
        print_json(issued)
    else:
        print_text(f"{issued.secret}\n\n{_line(issued.key)}\nKeep the key now: it is not shown again.")


@app.command("list")
def list_keys(json: Json = False, data_dir: DataDir = None) -> None:
    """All keys, without their secrets, one a line."""
    with _opened(load(data_dir=data_dir), "keys list") as keys:
        found = keys.all()
    if json:
        print_json({"keys": found})
    else:
        print_text("\n".join(map(_line, found)) or "no keys; the server answers on this machine only")


@app.command()
def revoke(
    id: Annotated[str, typer.Argument(metavar="ID", help="Id of a key; `keys list` shows it.")],
    json: Json = False,
    data_dir: DataDir = None,
) -> None:
    """End a key at once, with every session that began with it."""
    with _opened(load(data_dir=data_dir), "keys revoke") as keys:
        revoked = keys.revoke(id)
    if json:
        print_json(revoked)
    else:
        print_text(f"revoked {revoked.id} ({revoked.name})")


@contextmanager
def _opened(settings: Settings, command: str) -> Iterator[AnyKeys]:
    """The keys of the data folder, through the server that owns it, or here."""
    from parkbot import build

    if server := through_server(settings):
        try:
            yield server.keys
        finally:
            server.close()
    else:
        with build.keys(settings, owner=f"parkbot {command}") as keys:
            yield keys


def _line(key: Key) -> str:
    state = "revoked" if key.revoked else "live" if key.is_live(date.today()) else "expired"
    limits = [
        f"{key.per_minute}/min" if key.per_minute else "",
        f"{key.used_today} of {key.per_day} today" if key.per_day else "",
    ]
    facts = (
        *(key.id, state, str(key.kind), key.name),
        f"spaces: {', '.join(key.spaces)}",
        f"may: {', '.join(key.scopes)}",
        f"from: {', '.join(key.origins)}" if key.origins else "",
        *limits,
        f"until {key.expires_on}" if key.expires_on else "",
        f"used {key.last_used:%Y-%m-%d %H:%M} UTC" if key.last_used else "never used",
    )
    return "  ".join(fact for fact in facts if fact)
