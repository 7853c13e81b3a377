"""The database: one engine, sessions that only read and sessions that write.

A reading session cannot write, whatever the code in it says; a writing session is one transaction with one commit.
"""

import errno
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from sqlite3 import Error as SQLiteError
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session, SQLModel, create_engine

from app.core.errors import Conflict, NoRoom, Problem, Unavailable
from app.core.language import gettext as _
from app.core.settings import settings

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

PATIENCE = {"connect_timeout": 3, "tcp_user_timeout": 5000}
"""For PostgreSQL, in seconds and in milliseconds: a server that hangs counts as away instead of holding up readers."""

TAKEN = {"23505", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
"""How PostgreSQL (SQLSTATE) and SQLite say that a unique value is there already."""

CROSSED = "40P01"
"""How PostgreSQL says that two waited for each other, and that it ended one of them."""

FULL = {"53100", "SQLITE_FULL"}
"""How they say that the disk is full."""

BUSY = {"55P03", "SQLITE_BUSY"}
"""The same for a lock that others held for too long."""


class Database:
    """One database address and the two kinds of session on it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine = self._connect_sqlite() if self.is_sqlite else self._connect_postgresql()
        self._writer = self.engine.execution_options(writing=True)
        # REPEATABLE READ: what one page counts and what it lists must come from the same moment. A transaction that
        # only reads never fails for it. SQLite does so by itself.
        self._reader: Engine = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        )

    def _connect_postgresql(self) -> Engine:
        # hide_parameters: what people wrote stays out of error texts, and so out of logs.
        return create_engine(
            self.url,
            pool_size=POOL_SIZE,
            max_overflow=10,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args=PATIENCE,
        )

    def _connect_sqlite(self) -> Engine:
        path = make_url(self.url).database
        if path:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            self.url,
            pool_size=POOL_SIZE,
            max_overflow=10,
            hide_parameters=True,
            connect_args={"check_same_thread": False},
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

        Raises Conflict when somebody else changed a row since it was read (the version column) or was faster in
        taking a name that can be taken once. Raises NoRoom when the disk is full, and Unavailable when others wrote for
        longer than one waits: nothing was changed then.
        """
        with Session(self._writer, expire_on_commit=False) as session:
            try:
                yield session
                session.commit()
            except BaseException as error:
                session.rollback()
                problem = _problem(error)
                if problem is None:
                    raise
                raise problem from error

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


def _problem(error: BaseException) -> Problem | None:
    """What a person is told of an error in a transaction, if it is not one of ours."""
    if _came_too_late(error):
        return Conflict(_("Somebody else changed this meanwhile. Look at it again and try once more."))
    if _found_no_room(error):
        sentence = _("There is no room left on our side, so nothing was changed. Reading goes on; try again later.")
        return NoRoom(sentence)
    if _waited_too_long(error):
        return Unavailable(_("So much is being saved just now that nothing was changed. Try again in a moment."))
    return None


def _came_too_late(error: BaseException) -> bool:
    if not isinstance(error, DBAPIError):
        return isinstance(error, StaleDataError)
    return CROSSED in _codes(error) or (isinstance(error, IntegrityError) and bool(TAKEN & _codes(error)))


def _found_no_room(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return isinstance(error, DBAPIError) and bool(FULL & _codes(error))


def _waited_too_long(error: BaseException) -> bool:
    """Whether others wrote for longer than we wait for them."""
    # Where a transaction begins, SQLite's own error comes through as it is (see _begin_sqlite).
    if isinstance(error, SQLiteError):
        return getattr(error, "sqlite_errorname", "") in BUSY
    return isinstance(error, DBAPIError) and bool(BUSY & _codes(error))


def _codes(error: DBAPIError) -> set[str]:
    return {getattr(error.orig, "sqlstate", None) or "", getattr(error.orig, "sqlite_errorname", "")}


_database: Database | None = None
_configuring = threading.Lock()


def configure(url: str) -> Database:
    """Use this database from now on in this process."""
    global _database
    with _configuring:
        if _database is not None and _database.url != url:
            _database.close()
            _database = None
        if _database is None:
            _database = Database(url)
        return _database


def current() -> Database:
    """The database of this process, as the settings say unless `configure` said otherwise."""
    return _database or configure(settings().database_address)


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
