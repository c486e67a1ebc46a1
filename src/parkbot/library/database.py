"""Opens the database and brings it to the last migration; SQL errors become ours here."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, inspect, make_url, select, text
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
    TimeoutError,
)

import parkbot
from parkbot.errors import BadInput, BadSettings, ParkBotError, Unavailable
from parkbot.library.rows import to_json
from parkbot.library.tables import REVISION

_WRITES = "parkbot_writes"

# Numbers of PostgreSQL's advisory locks, which are a database's own.
_TURN = int.from_bytes(b"parkbot")
_MIGRATION = _TURN + 1


class Database:
    """An engine at the last migration, and the two ways to use it: `reading` and `writing`.

    SQLite, whose file belongs to the process that owns the data folder, or PostgreSQL, which many processes
    may share.

    Raises:
        BadSettings: the URL is none, or its driver is not installed.
        Unavailable: the database does not answer.
        ParkBotError: it is damaged, or of a newer ParkBot.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._is_shared = self._engine.dialect.name == "postgresql"
        # By itself PostgreSQL shows each statement of a transaction another state.
        as_one = {"isolation_level": "REPEATABLE READ"} if self._is_shared else {}
        self._reader = self._engine.execution_options(**as_one)
        self._writer = self._engine.execution_options(**{_WRITES: True})
        self._turn = threading.Lock()
        self._name = self._engine.url.render_as_string(hide_password=True)
        try:
            with self._translated():
                self._migrate()
        except BaseException:
            self._engine.dispose()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database."""
        with self._translated(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: done whole at the end, or not at all."""
        with self._translated(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def alone(self) -> Iterator[None]:
        """For work of several transactions: waits for its turn among threads, and processes where they share.

        Ends with the process, however it dies.
        """
        # The thread's turn first: of a process one thread at most waits with a connection in its hand.
        with self._turn, ExitStack() as held:
            if self._is_shared:
                with self._translated():
                    connection = held.enter_context(self._engine.connect())
                    held.callback(connection.invalidate)  # its end gives the turn back, whatever its state
                    connection.execution_options(isolation_level="AUTOCOMMIT")
                    connection.execute(select(func.pg_advisory_lock(_TURN)))
            yield

    @property
    def is_shared(self) -> bool:
        """Whether several processes may use it at once."""
        return self._is_shared

    def close(self) -> None:
        """Closes the pooled connections."""
        self._engine.dispose()

    def _migrate(self) -> None:
        with self._writer.begin() as connection:
            if self._is_shared:  # of processes that start together one migrates
                connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION)))
            if _revision(connection) != REVISION:
                _upgrade(connection, self._name)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise Unavailable(f"the library at {self._name} does not answer: {error.orig}") from error
        except TimeoutError as error:
            raise Unavailable(f"the library at {self._name} is too busy; try again later") from error
        except DataError as error:
            raise BadInput(f"the library cannot store this: {error.orig}") from error
        except DBAPIError as error:
            mend = "if it is damaged, put a backup in its place, or remove it and ingest again"
            raise ParkBotError(f"the library at {self._name} cannot be used: {error.orig}; {mend}") from error
        except SQLAlchemyError as error:
            raise ParkBotError(f"the library at {self._name} cannot be used: {error}") from error
        except UnicodeEncodeError as error:
            raise BadInput("the text holds half characters (surrogates), which cannot be stored") from error


def _engine(url: str) -> Engine:
    try:
        parsed = _with_driver(make_url(url))
        # What a restart of the server leaves in the pool is seen before it is used.
        engine = create_engine(parsed, json_serializer=to_json, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        mend = "; install `parkbot[postgres]`" if error.name == "psycopg" else ""
        raise BadSettings(f"PARKBOT_DATABASE_URL cannot be used: {error}{mend}") from error
    except (ArgumentError, NoSuchModuleError) as error:
        raise BadSettings(f"PARKBOT_DATABASE_URL cannot be used: {error}") from error
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif parsed.get_backend_name() != "postgresql":
        raise BadSettings("PARKBOT_DATABASE_URL cannot be used: ParkBot knows SQLite and PostgreSQL")
    return engine


def _with_driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgres", "postgresql") else url


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401  # a DBAPI connection
    # Transactions are begun below; left to itself the driver would begin only at the first write.
    connection.isolation_level = None
    for pragma in ("journal_mode = WAL", "foreign_keys = ON", "busy_timeout = 10000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails at once when another has written between;
    # one that says from the start that it writes waits for its turn.
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection, name: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    folder = Path(parkbot.__file__).parent / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise ParkBotError(
            f"the library at {name} was written by a newer ParkBot; update, or use another data folder"
        ) from error
