"""The epoch: a number that grows with every announced change, so that kept pages know when they are old."""

import logging
import threading
from sqlite3 import Connection as SQLiteConnection
from typing import Final

from sqlalchemy import URL, event, text
from sqlmodel import Field, Session, SQLModel, select

from app.core.database import Database

log = logging.getLogger(__name__)

FOLLOW_WITHIN: Final = 1.0
"""Seconds after which a process on PostgreSQL sees another process's change (settled: 1 s)."""

LOOK_EVERY: Final = 0.4
"""Seconds. Twice within FOLLOW_WITHIN, with room for a slow look."""

_MOVE: Final = text(
    "INSERT INTO epoch (id, number) VALUES (1, 1) "
    "ON CONFLICT (id) DO UPDATE SET number = epoch.number + 1 RETURNING number"
)


class Epoch(SQLModel, table=True):
    """One row; its number is the epoch."""

    id: int = Field(default=1, primary_key=True)
    number: int = 1


def number_in(session: Session) -> int:
    """The epoch that the database is in now; 0 before the first."""
    return session.exec(select(Epoch.number)).first() or 0


def move(session: Session) -> None:
    """Begin a new epoch when this transaction commits: whatever was kept of pages and answers is old from then on."""
    session.info["moves_epoch"] = True


def of(session: Session) -> int:
    """The epoch of all that this session reads: read once in a transaction, and before whatever is kept under it."""
    transaction, number = session.info.get("epoch", (None, 0))
    if transaction is None or transaction is not session.get_transaction():
        number = number_in(session)
        session.info["epoch"] = session.get_transaction(), number
    return int(number)


@event.listens_for(Session, "before_commit")
def _move_last(session: Session) -> None:
    # The last thing of a transaction: every announcing one writes this row. Locked earlier on PostgreSQL, it would
    # meet another transaction that holds it and waits for a row of ours.
    if session.in_nested_transaction() or not session.info.pop("moves_epoch", False):
        return
    session.flush()
    session.info["moved_epoch"] = session.connection().execute(_MOVE).scalar_one()


@event.listens_for(Session, "after_commit")
def _note_move(session: Session) -> None:
    moved = session.info.pop("moved_epoch", None)
    if moved is not None:
        database = session.get_bind().engine.url
        # Two threads may come here in another order than they committed in.
        with _noting:
            _moved_here[database] = max(moved, _moved_here.get(database, 0))


_noting = threading.Lock()
_moved_here: dict[URL, int] = {}
"""Database -> the epoch that a change made in this process began."""


class Watch:
    """Tells the epoch of a database, nearly for free, and never waits for the database.

    SQLite: `PRAGMA data_version` on a connection of its own changes with every commit of any other connection
    (2.4 us), and only then is the number read. PostgreSQL: a thread of its own looks at the number again and again,
    since a server that hangs would hold up everybody who asks; a change made in this process counts at once.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._own = _own_connection(database) if database.is_sqlite else None
        self._seen_version = -1
        self._number = 0
        self._closed = threading.Event()
        self._follower = threading.Thread(target=self._follow, name="epoch", daemon=True)
        if self._own is None:
            self._follower.start()

    def number(self) -> int:
        """The epoch now, or the last one known of a PostgreSQL that is away."""
        if self._own is None:
            return max(self._number, _moved_here.get(self._database.engine.url, 0))
        with self._lock:
            return self._read_sqlite(self._own)

    def close(self) -> None:
        """Let go of the connection. A look that hangs is left behind: it ends with the process."""
        self._closed.set()
        if self._own is not None:
            self._own.close()
        else:
            self._follower.join(FOLLOW_WITHIN)

    def _read_sqlite(self, own: SQLiteConnection) -> int:
        version = own.execute("PRAGMA data_version").fetchone()[0]
        if version != self._seen_version:
            row = own.execute("SELECT number FROM epoch WHERE id = 1").fetchone()
            # In this order: a commit in between shows as another version at the next look.
            self._number, self._seen_version = (row[0] if row else 0), version
        return self._number

    def _follow(self) -> None:
        is_away = False
        while not self._closed.is_set():
            try:
                self._look()
            except Exception as error:
                # Once, not with every look: whoever wants to know that the database is away asks /readyz.
                log.log(logging.DEBUG if is_away else logging.WARNING, "the epoch cannot be read: %s", error)
                is_away = True
            else:
                is_away = False
            self._closed.wait(LOOK_EVERY)

    def _look(self) -> None:
        with self._database.reading() as session:
            number = session.exec(select(Epoch.number)).first() or 0
        if number < self._number:
            # Another database lies at this address now, such as a backup that was put back.
            _moved_here.pop(self._database.engine.url, None)
        self._number = number


def _own_connection(database: Database) -> SQLiteConnection:
    """A connection that nobody else writes through, since a connection's own commits leave `data_version` alone."""
    connection = database.engine.raw_connection()
    connection.detach()
    assert isinstance(connection.dbapi_connection, SQLiteConnection)
    return connection.dbapi_connection
