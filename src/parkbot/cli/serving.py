"""`parkbot serve`: one process that owns the data folder and answers on a port; or several, see `workers`."""

import asyncio
import gc
import os
import signal
import socket
from collections.abc import Callable
from contextlib import closing
from math import ceil
from typing import TYPE_CHECKING

import typer

from parkbot import local_token
from parkbot.errors import BadSettings, ParkBotError
from parkbot.settings import Settings

if TYPE_CHECKING:
    from starlette.types import ASGIApp

_SECONDS_FOR_PAGES = 1.0
_SECONDS_TO_FINISH = 10
_OPEN_PAGE = "/gradio_api/heartbeat/"


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        BadSettings: the address is one that others can reach, and there is no key.
        Busy: another process owns the data folder.
        ParkBotError: the port is taken.
    """
    _refuse_open_address(settings)
    if settings.workers > 1:
        from parkbot.cli import workers

        workers.serve(settings)
        return
    # What is loaded now stays; looking for garbage among it would cost a tenth of the start.
    gc.disable()
    try:
        from parkbot import build
        from parkbot.api import create_app

        with (
            closing(build.assistant(settings, owner="parkbot serve")) as assistant,
            listening(settings.host, settings.port) as listener,
        ):
            assistant.start_bundled_knowledge()
            app = create_app(assistant, settings, local_token.kept(settings.data_dir.resolve()))
            gc.freeze()
            gc.enable()

            def started() -> None:
                host, port = listener.getsockname()[:2]
                assistant.listens_at(host, port)
                say_where(host, port, has_key=assistant.keys.exist())

            answer(settings, app, [listener], started)
    finally:
        gc.enable()


def seconds_to_finish(settings: Settings) -> int:
    """How long answers that have begun may go on after the server was told to stop."""
    writing = ceil(settings.llm_timeout) if settings.llm_model is not None else 0
    return writing + _SECONDS_TO_FINISH


def say_where(host: str, port: int, *, has_key: bool) -> None:
    """Tell the person who started the server where it is."""
    shown = f"[{host}]" if ":" in host else host
    for_whom = "with a key" if has_key else "for this machine only, as there is no key"
    typer.echo(f"ParkBot is at http://{shown}:{port}, {for_whom} (Ctrl-C stops it)", err=True)


def answer(
    settings: Settings, app: "ASGIApp", listeners: list[socket.socket], started: Callable[[], None]
) -> None:
    """Answer until SIGTERM or SIGINT; `started` is called as soon as that has begun."""
    import uvicorn

    from parkbot.api import logs
    from parkbot.api.forwarded import Forwarded
    from parkbot.cli.connections import hanging_up_after

    class Server(uvicorn.Server):
        """Says when it listens; when it ends, finishes its answers and hangs up on pages that stay open."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            started()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # An open page holds a connection for as long as it is open; its answers come on another one.
            asyncio.get_running_loop().call_later(_SECONDS_FOR_PAGES, self._hang_up)
            await super().shutdown(sockets)

        def _hang_up(self) -> None:
            for connection in list(self.server_state.connections):
                scope = getattr(connection, "scope", None) or {}
                if scope.get("path", "").startswith(_OPEN_PAGE) and connection.transport is not None:
                    connection.transport.close()

    logs.configure(settings)
    config = uvicorn.Config(
        Forwarded(app, settings.forwarded_allow_ips),
        http=hanging_up_after(settings.request_timeout),
        log_config=None,
        access_log=False,  # ours has the request's id, and no address of anybody's
        proxy_headers=False,  # `Forwarded` reads them
        timeout_graceful_shutdown=seconds_to_finish(settings),
    )
    # uvicorn raises the signal that stopped it once more when all is closed; that is not an error here.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    Server(config).run(sockets=listeners)


def _refuse_open_address(settings: Settings) -> None:
    if not settings.is_loopback and not _has_key(settings):
        raise BadSettings(
            f"{settings.host} can be reached by others, and there is no key yet; "
            "make one first (`parkbot keys create NAME`), or serve on 127.0.0.1"
        )


def _has_key(settings: Settings) -> bool:
    from parkbot import build

    if settings.database_url is None and not settings.data_dir.exists():
        return False  # and nothing is made only to look into it
    with build.keys(settings, owner="parkbot serve") as keys:
        return keys.any_live()


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens on an address.

    Raises:
        ParkBotError: the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise ParkBotError(
            f"cannot listen on {host}:{port}: {os.strerror(error.errno or 0)}; "
            "choose another port with --port, or stop the program that listens there"
        ) from error
