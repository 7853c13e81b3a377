"""The epoch: a number that grows with every announced change, so that kept pages know when they are old."""

import threading
import time
from collections.abc import Callable

from sqlalchemy import event, text
from sqlmodel import Field, Session, SQLModel

from app.core.database import Database

FOLLOW_WITHIN = 1.0
"""Seconds after which a process on PostgreSQL sees another process's change (settled: 1 s)."""


class Epoch(SQLModel, table=True):
    """One row; its number is the epoch."""

    id: int = Field(default=1, primary_key=True)
    number: int = 1


def move(session: Session) -> None:
    """Begin a new epoch when this transaction commits: whatever was kept of pages and answers is old from then on."""
    if session.info.get("epoch_moved"):
        return
    session.info["epoch_moved"] = True
    moved = session.connection().execute(text("UPDATE epoch SET number = number + 1 WHERE id = 1"))
    if moved.rowcount == 0:
        session.connection().execute(text("INSERT INTO epoch (id, number) VALUES (1, 1)"))
    event.listen(session, "after_commit", _moved_here, once=True)


class Watch:
    """Tells the epoch of a database, nearly for free.

    SQLite: `PRAGMA data_version` on a connection of its own changes with every commit of any other connection
    (2.4 us), and only then is the number read. PostgreSQL: the number is read at most once a second, and at once
    after a change made in this process.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._raw = database.engine.raw_connection()
        self._read: Callable[[], int] = self._read_sqlite if database.is_sqlite else self._read_postgresql
        self._seen_version = -1
        self._seen_at = 0.0
        self._number = 0
        if not database.is_sqlite:
            self._raw.dbapi_connection.autocommit = True  # type: ignore[union-attr]

    def number(self) -> int:
        """The epoch now."""
        with self._lock:
            return self._read()

    def _read_sqlite(self) -> int:
        raw = self._raw.dbapi_connection
        version = raw.execute("PRAGMA data_version").fetchone()[0]  # type: ignore[union-attr]
        if version != self._seen_version:
            row = raw.execute("SELECT number FROM epoch WHERE id = 1").fetchone()  # type: ignore[union-attr]
            self._number = row[0] if row else 0
            self._seen_version = version
        return self._number

    def _read_postgresql(self) -> int:
        if _last_move_here > self._seen_at or time.monotonic() - self._seen_at > FOLLOW_WITHIN:
            self._seen_at = time.monotonic()
            cursor = self._raw.cursor()
            cursor.execute("SELECT number FROM epoch WHERE id = 1")
            row = cursor.fetchone()
            cursor.close()
            self._number = row[0] if row else 0
        return self._number

    def close(self) -> None:
        """Give the connection back."""
        self._raw.close()


_last_move_here = 0.0


def _moved_here(_session: Session) -> None:
    global _last_move_here
    _last_move_here = time.monotonic()
