"""`parkbot serve --workers N`: one process owns the data folder and the port, N others answer on it.

The workers share the library (PostgreSQL) and the dense index (a Chroma server); each loads its own models.
"""

import gc
import multiprocessing
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import cast

import typer

from parkbot import local_token
from parkbot.cli import serving
from parkbot.errors import BadSettings, ParkBotError
from parkbot.index.lock import DataFolder
from parkbot.settings import Settings

_SECONDS_TO_CLOSE = 20
_MOST_SECONDS_TO_WAIT = 30.0
_SPAWN = multiprocessing.get_context("spawn")  # a fork would copy the parent's threads and locks half-way


@dataclass(frozen=True)
class Sockets:
    """What the workers listen on: the port, and each where the others pass requests on to it."""

    port: socket.socket
    own: tuple[socket.socket, ...]
    paths: tuple[str, ...]


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; a worker that dies is replaced.

    Raises:
        BadSettings: the workers would have nothing to share.
        Busy: another process owns the data folder.
        ParkBotError: the port is taken.
        typer.Exit: the first worker could not start, and has said why.
    """
    _refuse_what_cannot_be_shared(settings)
    with (
        DataFolder(settings.data_dir.resolve(), "parkbot serve") as folder,
        _listening(settings) as sockets,
    ):
        local_token.kept(folder.path)
        host, port = sockets.port.getsockname()[:2]

        def ready(has_key: bool) -> None:
            folder.set_address(host, port)
            serving.say_where(host, port, has_key=has_key)

        if not _Workers(settings, sockets, ready).run():
            raise typer.Exit(1)


def _refuse_what_cannot_be_shared(settings: Settings) -> None:
    wanted = []
    if not (settings.database_url or "").startswith("postgres"):
        wanted.append("PARKBOT_DATABASE_URL (postgresql://user@host/name)")
    if settings.chroma_url is None:
        wanted.append("PARKBOT_CHROMA_URL (the address of `chroma run`)")
    if wanted:
        raise BadSettings(
            f"several workers share a PostgreSQL database and a Chroma server: set {' and '.join(wanted)}, "
            "or serve with one worker"
        )


@contextmanager
def _listening(settings: Settings) -> Iterator[Sockets]:
    with (
        serving.listening(settings.host, settings.port) as port,
        tempfile.TemporaryDirectory(prefix="parkbot-") as folder,  # only its user may enter it
        ExitStack() as opened,
    ):
        # Prometheus's client adds up what the workers write there.
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        paths = tuple(str(Path(folder, str(number))) for number in range(settings.workers))
        own = tuple(opened.enter_context(socket.socket(socket.AF_UNIX)) for _ in paths)
        for each, path in zip(own, paths, strict=True):
            each.bind(path)
            each.listen(2048)
        yield Sockets(port, own, paths)


@dataclass
class _Worker:
    """A process, and what it says when it listens."""

    number: int
    process: SpawnProcess
    said: Connection
    has_key: bool | None = None

    def has_listened(self) -> bool:
        """Whether it came so far as to answer; what it said then is in `has_key`."""
        if self.has_key is None and self.said.poll():
            with suppress(EOFError):
                self.has_key = cast(bool, self.said.recv())
        return self.has_key is not None


class _Workers:
    """Keeps the wanted number of workers alive. The parent does nothing else, and loads nothing heavy."""

    def __init__(self, settings: Settings, sockets: Sockets, ready: Callable[[bool], None]) -> None:
        self._settings = settings
        self._sockets = sockets
        self._ready = ready
        self._running: list[_Worker] = []
        self._stopped, self._stop = Pipe(duplex=False)
        self._pause = 0.0

    def run(self) -> bool:
        """Start, watch and at last stop them; False if the first one did not come so far as to answer."""
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: self._stop.send(None))
        try:
            # The first brings the database up to date and repairs what a kill left; the others find it done.
            self._begin(0)
            first = self._running[0]
            if self._stopped in wait([first.said, self._stopped]):
                return True
            if not first.has_listened():
                return False
            self._ready(bool(first.has_key))
            for number in range(1, self._settings.workers):
                self._begin(number)
            self._watch()
        finally:
            self._end()
        return True

    def _begin(self, number: int) -> None:
        said, tell = Pipe(duplex=False)
        arguments = (self._settings, self._sockets, number, tell)
        process = _SPAWN.Process(target=_work, args=arguments, name=f"parkbot worker {number}")
        process.start()
        tell.close()
        self._running.append(_Worker(number, process, said))

    def _watch(self) -> None:
        while self._stopped not in wait([self._stopped, *(each.process.sentinel for each in self._running)]):
            for worker in [each for each in self._running if not each.process.is_alive()]:
                self._running.remove(worker)
                self._replace(worker)

    def _replace(self, dead: _Worker) -> None:
        """Another in its place, at once; later and later where none comes to answer (no database, say)."""
        from prometheus_client.multiprocess import mark_process_dead

        self._pause = 0.0 if dead.has_listened() else min(2 * self._pause + 1, _MOST_SECONDS_TO_WAIT)
        dead.process.join()
        dead.said.close()
        mark_process_dead(dead.process.pid)  # type: ignore[no-untyped-call]  # the library says no types here
        typer.echo(f"parkbot: worker {dead.number} ended ({dead.process.exitcode}); another begins", err=True)
        if not self._stopped.poll(self._pause):
            self._begin(dead.number)

    def _end(self) -> None:
        self._sockets.port.close()  # else those who come now would be kept waiting for nobody
        for worker in self._running:
            worker.process.terminate()
        for worker in self._running:
            worker.process.join(serving.seconds_to_finish(self._settings) + _SECONDS_TO_CLOSE)
            worker.process.kill()
            worker.process.join()
            worker.said.close()


def _work(settings: Settings, sockets: Sockets, number: int, tell: Connection) -> None:
    """What a worker does from its beginning to its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the parent ends the others
    _end_with_the_parent(sockets)
    try:
        _answer(settings, sockets, number, tell)
    except ParkBotError as error:
        typer.echo(f"parkbot: {' '.join(str(error).split())}", err=True)
        sys.exit(1)


def _answer(settings: Settings, sockets: Sockets, number: int, tell: Connection) -> None:
    from parkbot import build
    from parkbot.api import create_app
    from parkbot.api.arrival import Arrival
    from parkbot.api.elsewhere import Elsewhere

    gc.disable()
    with closing(build.assistant(settings, owner=None)) as assistant:
        assistant.start_bundled_knowledge()
        token = local_token.kept(settings.data_dir.resolve())
        own = create_app(assistant, settings, token, worker=number)
        # What is passed on has to come in, too, and it is here that it does.
        app = Arrival(Elsewhere(own, sockets.paths, number), settings.request_timeout)
        gc.freeze()
        gc.enable()
        serving.answer(
            settings, app, [sockets.port, sockets.own[number]], lambda: tell.send(assistant.keys.exist())
        )


def _end_with_the_parent(sockets: Sockets) -> None:
    """Without the one that owns the data folder and the port nobody would end or replace this process."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            wait([parent.sentinel])
            shutil.rmtree(Path(sockets.paths[0]).parent, ignore_errors=True)
            os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()
