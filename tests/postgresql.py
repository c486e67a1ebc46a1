"""A PostgreSQL server of the tests' own, from the machine's packages; gone when they are."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

_DEBIAN = Path("/usr/lib/postgresql")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def program(name: str) -> str:
    """Where a program of the server is; without it the test is skipped, but not in CI."""
    there = [shutil.which(name), *(str(path) for path in sorted(_DEBIAN.glob(f"*/bin/{name}"), reverse=True))]
    for path in there:
        if path:
            return path
    reason = "no PostgreSQL server found; `apt-get install postgresql` brings one"
    pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


def _as_postgres(command: list[str]) -> list[str]:
    """The server refuses to run as root; Debian's package brings a user for it."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


class Cluster:
    """A running server, and as many empty databases as one asks for."""

    def __init__(self, port: int) -> None:
        self._server = f"postgresql://postgres@127.0.0.1:{port}"
        self._made = 0

    def database(self) -> str:
        """The URL of a new and empty database."""
        self._made += 1
        self._execute(f"CREATE DATABASE d{self._made}")
        return f"{self._server}/d{self._made}"

    def drop(self, url: str) -> None:
        self._execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def wait(self) -> None:
        for _ in range(100):
            with suppress(OperationalError):
                return self._execute("SELECT 1")
            time.sleep(0.1)
        raise TimeoutError("PostgreSQL does not start")

    def _execute(self, statement: str) -> None:
        url = self._server.replace("postgresql:", "postgresql+psycopg:")
        engine = create_engine(f"{url}/postgres", isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()


@contextmanager
def running() -> Iterator[Cluster]:
    """A server on a free port of this machine, with its files in a folder of its own."""
    initdb, postgres, port = program("initdb"), program("postgres"), free_port()
    # Not in pytest's folder, which the server's user may not enter.
    with tempfile.TemporaryDirectory(prefix="parkbot-postgresql-") as name:
        if os.geteuid() == 0:
            shutil.chown(name, "postgres", "postgres")
        make = [initdb, "-D", f"{name}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(_as_postgres([*make, "--locale=C.UTF-8"]), check=True, capture_output=True, cwd="/")
        options = ["-p", str(port), "-k", name, "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"]
        serve = _as_postgres([postgres, "-D", f"{name}/data", *options])
        with Path(name, "log").open("wb") as log:
            process = subprocess.Popen(serve, stdout=log, stderr=log, cwd="/")
        try:
            cluster = Cluster(port)
            cluster.wait()
            yield cluster
        finally:
            # SIGINT: end at once, without waiting for who is connected.
            pid = Path(name, "data", "postmaster.pid").read_text().split()[0]
            os.kill(int(pid), 2)
            process.wait(30)
