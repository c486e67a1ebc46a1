"""`parkbot serve` and `mcp`: ParkBot for browsers, portals and other assistants."""

from typing import Annotated

import typer

from parkbot.cli.opening import opened
from parkbot.cli.options import DataDir, Space
from parkbot.domain import SHARED_SPACE
from parkbot.settings import load


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


def mcp(space: Space = SHARED_SPACE, data_dir: DataDir = None) -> None:
    """Serve the tools of the Model Context Protocol on stdin and stdout, for assistants on this machine."""
    import anyio

    from parkbot.access import Caller, Scope
    from parkbot.api.mcp import serve_stdio

    caller = Caller(None, (space,), frozenset({Scope.ASK, Scope.READ}))
    with opened(load(data_dir=data_dir), "mcp") as assistant:
        anyio.run(serve_stdio, assistant, caller)
