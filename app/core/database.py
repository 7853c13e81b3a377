"""The database: one engine, sessions that only read and sessions that write.

A reading session cannot write, whatever the code in it says; a writing session is one transaction with one commit.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session, SQLModel, create_engine

from app.core.errors import Conflict
from app.core.language import gettext as _

# Named before the first table exists, so that every migration can name what it changes.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

POOL_SIZE = 40
"""As many connections as a web process has threads for requests: none waits for another's connection."""

PRAGMAS = (
    "journal_mode=WAL",
    "foreign_keys=ON",
    "synchronous=NORMAL",
    "busy_timeout=10000",
    "trusted_schema=OFF",
)


class Database:
    """One database address and the two kinds of session on it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = self._connect()
        self._reader: Engine = (
            self.engine if self.is_sqlite else self.engine.execution_options(postgresql_readonly=True)
        )
        self._writer = self.engine.execution_options(writing=True)

    def _connect(self) -> Engine:
        if not self.is_sqlite:
            return create_engine(self.url, pool_size=POOL_SIZE, max_overflow=10, pool_pre_ping=True)
        path = make_url(self.url).database
        if path and path != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            self.url, pool_size=POOL_SIZE, max_overflow=10, connect_args={"check_same_thread": False}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one moment of the database and cannot change it."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed at the end, rolled back on any error.

        Raises Conflict when a row was changed by somebody else since it was read (the version column).
        """
        with Session(self._writer, expire_on_commit=False) as session:
            try:
                yield session
                session.commit()
            except StaleDataError as stale:
                session.rollback()
                raise Conflict(
                    _("Somebody else changed this meanwhile. Look at it again and try once more.")
                ) from stale
            except BaseException:
                session.rollback()
                raise

    def close(self) -> None:
        """Give all connections back to the operating system."""
        self.engine.dispose()


def _prepare_sqlite(connection: SQLiteConnection, _record: Any) -> None:
    # isolation_level None: the driver leaves BEGIN to us (see _begin_sqlite).
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = bool(connection.get_execution_options().get("writing"))
    raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.execute(f"PRAGMA query_only={0 if writing else 1}")
    # IMMEDIATE: transactions that begin as readers and turn into writers lost 329 of 400 updates (decision 0003).
    raw.execute("BEGIN IMMEDIATE" if writing else "BEGIN")


_database: Database | None = None


def configure(url: str) -> Database:
    """Use this database from now on in this process."""
    global _database
    if _database is not None and _database.url != url:
        _database.close()
        _database = None
    if _database is None:
        _database = Database(url)
    return _database


def current() -> Database:
    """The database of this process, as the settings say unless `configure` said otherwise."""
    if _database is None:
        from app.core.settings import settings

        return configure(settings().database_address)
    return _database


@contextmanager
def reading() -> Iterator[Session]:
    """A reading session on this process's database."""
    with current().reading() as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """A writing session on this process's database."""
    with current().writing() as session:
        yield session
