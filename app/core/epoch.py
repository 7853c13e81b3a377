"""The epoch: a number that grows with every announced change, so that kept pages know when they are old."""

import threading
import time
from sqlite3 import Connection as SQLiteConnection
from typing import Final

from sqlalchemy import event, text
from sqlmodel import Field, Session, SQLModel, select

from app.core.database import Database

FOLLOW_WITHIN: Final = 1.0
"""Seconds after which a process on PostgreSQL sees another process's change (settled: 1 s)."""

_MOVE: Final = text(
    "INSERT INTO epoch (id, number) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET number = epoch.number + 1"
)


class Epoch(SQLModel, table=True):
    """One row; its number is the epoch."""

    id: int = Field(default=1, primary_key=True)
    number: int = 1


def move(session: Session) -> None:
    """Begin a new epoch when this transaction commits: whatever was kept of pages and answers is old from then on."""
    session.info["moves_epoch"] = True


@event.listens_for(Session, "before_commit")
def _move_last(session: Session) -> None:
    # The last thing of a transaction: every announcing one writes this row. Locked earlier on PostgreSQL, it would
    # meet another transaction that holds it and waits for a row of ours.
    if session.in_nested_transaction() or not session.info.pop("moves_epoch", False):
        return
    session.flush()
    session.connection().execute(_MOVE)
    session.info["moved_epoch"] = True


@event.listens_for(Session, "after_commit")
def _note_move(session: Session) -> None:
    global _last_move_here
    if session.info.pop("moved_epoch", False):
        _last_move_here = time.monotonic()


_last_move_here = 0.0


class Watch:
    """Tells the epoch of a database, nearly for free.

    SQLite: `PRAGMA data_version` on a connection of its own changes with every commit of any other connection
    (2.4 us), and only then is the number read. PostgreSQL: the number is read at most once a second, and at once
    after a change made in this process.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._own = _own_connection(database) if database.is_sqlite else None
        self._seen_version = -1
        self._seen_at = -FOLLOW_WITHIN
        self._number = 0

    def number(self) -> int:
        """The epoch now. Raises what the database raises; after that it asks again, at most once a second."""
        with self._lock:
            return self._read_postgresql() if self._own is None else self._read_sqlite(self._own)

    def close(self) -> None:
        """Let go of the connection."""
        if self._own is not None:
            self._own.close()

    def _read_sqlite(self, own: SQLiteConnection) -> int:
        version = own.execute("PRAGMA data_version").fetchone()[0]
        if version != self._seen_version:
            row = own.execute("SELECT number FROM epoch WHERE id = 1").fetchone()
            # In this order: a commit in between shows as another version at the next look.
            self._number, self._seen_version = (row[0] if row else 0), version
        return self._number

    def _read_postgresql(self) -> int:
        if _last_move_here >= self._seen_at or time.monotonic() - self._seen_at > FOLLOW_WITHIN:
            self._seen_at = time.monotonic()
            with self._database.reading() as session:
                self._number = session.exec(select(Epoch.number)).first() or 0
        return self._number


def _own_connection(database: Database) -> SQLiteConnection:
    """A connection that nobody else writes through, since a connection's own commits leave `data_version` alone."""
    connection = database.engine.raw_connection()
    connection.detach()
    assert isinstance(connection.dbapi_connection, SQLiteConnection)
    return connection.dbapi_connection
