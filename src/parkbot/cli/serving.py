"""`parkbot serve`: one process that owns the data folder and answers on a port."""

import ipaddress
import signal
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from parkbot.errors import BadSettings, ParkBotError
from parkbot.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

_SECONDS_TO_FINISH = 3


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        BadSettings: the address is one that others can reach, or none of this machine's.
        ParkBotError: the port is taken.
    """
    _refuse_open_address(settings.host)
    with _listening(settings.host, settings.port) as listener:
        host, port = listener.getsockname()[:2]
        _run(settings, listener, host, port)


def _run(settings: Settings, listener: socket.socket, host: str, port: int) -> None:
    from parkbot import build
    from parkbot.api import create_app

    assistant = build.assistant(settings, owner="parkbot serve")
    try:
        assistant.start_bundled_knowledge()

        def announce() -> None:
            assistant.listens_at(host, port)
            shown_host = f"[{host}]" if ":" in host else host
            typer.echo(f"ParkBot is at http://{shown_host}:{port} (Ctrl-C stops it)", err=True)

        _answer(create_app(assistant, settings), listener, announce)
    finally:
        assistant.close()


def _answer(app: "FastAPI", listener: socket.socket, on_start: Callable[[], None]) -> None:
    import uvicorn

    class Server(uvicorn.Server):
        """Says when it listens."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            on_start()

    # An open page holds a connection for as long as it is open: the end must not wait for it.
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=_SECONDS_TO_FINISH)
    # uvicorn raises the signal that stopped it once more when all is closed; that is not an error here.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    Server(config).run(sockets=[listener])


def _refuse_open_address(host: str) -> None:
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise BadSettings(
            f"{host} can be reached by others, and there are no keys yet; "
            "serve on 127.0.0.1 and put a reverse proxy on this machine in front"
        )


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise ParkBotError(
            f"cannot listen on {host}:{port}: {error.strerror}; "
            "choose another port with --port, or stop the program that listens there"
        ) from error
