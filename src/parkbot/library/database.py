"""Opens the database and brings it to the last migration; SQL errors become ours here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError, SQLAlchemyError

import parkbot
from parkbot.errors import BadInput, BadSettings, ParkBotError, Unavailable
from parkbot.library.rows import to_json
from parkbot.library.tables import REVISION

_WRITES = "parkbot_writes"


class Database:
    """An engine at the last migration, and the two ways to use it: `reading` and `writing`.

    Raises:
        BadSettings: the URL is none, or its driver is not installed.
        Unavailable: the database does not answer.
        ParkBotError: it is damaged, or of a newer ParkBot.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)
        self._writer = self._engine.execution_options(**{_WRITES: True})
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
        with self._translated(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction: done whole at the end, or not at all."""
        with self._translated(), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Closes the pooled connections."""
        self._engine.dispose()

    def _migrate(self) -> None:
        with self._writer.begin() as connection:
            if _revision(connection) != REVISION:
                _upgrade(connection, self._name)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise Unavailable(f"the library at {self._name} does not answer: {error.orig}") from error
        except DBAPIError as error:
            raise ParkBotError(
                f"the library at {self._name} cannot be used: {error.orig}; "
                "if its file is damaged, put a backup in its place, or remove it and ingest again"
            ) from error
        except SQLAlchemyError as error:
            raise ParkBotError(f"the library at {self._name} cannot be used: {error}") from error
        except UnicodeEncodeError as error:
            raise BadInput("the text holds half characters (surrogates), which cannot be stored") from error


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        engine = create_engine(parsed, json_serializer=to_json)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise BadSettings(f"PARKBOT_DATABASE_URL cannot be used: {error}") from error
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


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
