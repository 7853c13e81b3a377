"""Restoring: a backup becomes an installation again, where there is none yet. Nothing is ever overwritten.

First all of it is read and compared with its own list. A SQLite file is filled aside and takes its name at the end; on
PostgreSQL a schema aside is filled, and its tables move to their place in one transaction. So a restore that fails
leaves what was there before it, files and secret included, and says so; one that is killed can simply be done again.
"""

import gzip
import json
import os
import tarfile
from base64 import b64decode
from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Table, func, inspect, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError

from app.core import migrating
from app.core.backing_up import AT_ONCE, FORMAT, LIST, SECRET, Contents, tables_of
from app.core.database import Database
from app.core.errors import Problem
from app.core.files import Storage

_FOREIGN_KEYS: Final = text(
    "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint"
    " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
)

ASIDE: Final = "proeftuin_restoring"
"""The schema of PostgreSQL in which everything is brought back before it moves to its place."""

LOCK: Final = 7_066_874
"""The number under which PostgreSQL lets one process at a time restore; any would do."""

_NO_ASIDE: Final = f"DROP SCHEMA IF EXISTS {ASIDE} CASCADE"

# Indexes, constraints, triggers and the counters of columns go with their tables.
_MOVES: Final = text(
    "SELECT format('ALTER TABLE %s SET SCHEMA %I', oid::regclass, current_schema()) FROM pg_class"
    " WHERE relkind IN ('r', 'p') AND relnamespace = CAST(:aside AS regnamespace)"
    " UNION ALL SELECT format('ALTER FUNCTION %s SET SCHEMA %I', oid::regprocedure, current_schema()) FROM pg_proc"
    " WHERE pronamespace = CAST(:aside AS regnamespace)"
)


class CannotRestore(Exception):
    """Why nothing was restored; a sentence for whoever asked for it."""


def restore(
    path: Path, database_url: str, storage: Storage, secret: Path, *, derived: Collection[str] = ()
) -> Contents:
    """Bring everything back. Raises CannotRestore, and then everything is as it was."""
    try:
        with tarfile.open(path, "r:") as tar, ExitStack() as undoing:
            contents = read_contents(tar)
            _require_room(database_url, contents, secret, _bytes(tar, SECRET) if SECRET in contents.sums else b"")
            if SECRET in contents.sums and _put_secret(secret, _bytes(tar, SECRET)):
                undoing.callback(secret.unlink, missing_ok=True)
            for name in contents.sums:
                key = name.removeprefix("files/")
                if key != name and storage.give(key, _bytes(tar, name)):
                    undoing.callback(storage.take_away, key)
            with _empty_database(database_url) as database:
                _fill(database, tar, contents, derived)
            undoing.pop_all()
    except (tarfile.TarError, OSError, KeyError, ValueError) as error:
        raise CannotRestore(f"{path} cannot be read: {error}. Everything is as it was.") from error
    except (SQLAlchemyError, Problem) as error:
        raise CannotRestore(f"{path} could not be brought back: {error}. Everything is as it was.") from error
    return contents


def read_contents(tar: tarfile.TarFile) -> Contents:
    """The list of a backup, after everything was compared with it. Raises CannotRestore."""
    told = json.loads(_bytes(tar, LIST))
    if told.get("format") != FORMAT:
        raise CannotRestore("This backup is of a form that this release does not read.")
    contents = Contents(**told)
    if {entry.name for entry in tar.getmembers()} != {*contents.sums, LIST}:
        raise CannotRestore("This backup does not hold what its list says.")
    for name, expected in contents.sums.items():
        if sha256(_bytes(tar, name)).hexdigest() != expected:
            raise CannotRestore(f"This backup is damaged: {name} is not what it was.")
    return contents


def _require_room(database_url: str, contents: Contents, secret: Path, kept: bytes) -> None:
    database = Database(database_url)
    try:
        file = make_url(database_url).database
        if database.is_sqlite and file and Path(file).exists():
            raise CannotRestore(f"There is a database already: move {file} out of the way first.")
        if not database.is_sqlite and inspect(database.engine).get_table_names():
            raise CannotRestore("There are tables in this database already: restore into an empty one.")
        if not migrating.is_known(database, contents.revision):
            raise CannotRestore("This backup was made by a newer release: install that one first.")
    finally:
        database.close()
    if kept and secret.exists() and secret.read_bytes() != kept:
        raise CannotRestore(f"There is another secret already: move {secret} out of the way first.")


@contextmanager
def _empty_database(url: str) -> Iterator[Database]:
    """A database to fill, beside its place; it comes to its place once it is whole."""
    place = make_url(url)
    if not url.startswith("sqlite"):
        with _schema_aside(place) as database:
            yield database
        return
    path = Path(str(place.database))
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.restoring")
    _remove(aside)
    database = Database(place.set(database=str(aside)).render_as_string(hide_password=False))
    try:
        yield database
        with database.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        # link, not rename: what somebody else put there meanwhile stays.
        os.link(aside, path)
    finally:
        database.close()
        _remove(aside)


@contextmanager
def _schema_aside(url: URL) -> Iterator[Database]:
    """A PostgreSQL database filled in a schema that nobody looks into; at the end its tables move, all at once.

    What a restore that was killed left there goes first: nothing else is ever in it.
    """
    place = Database(url.render_as_string(hide_password=False))
    # First the schema aside, so that everything is made there; what the place has besides is found behind it.
    aside = Database(_looking_into(url, f"{ASIDE},public").render_as_string(hide_password=False))
    with ExitStack() as closing:
        closing.callback(place.close)
        closing.callback(aside.close)
        closing.enter_context(_alone(place))
        _say(place, _NO_ASIDE, f"CREATE SCHEMA {ASIDE}")
        try:
            yield aside
            aside.close()
            with place.engine.begin() as connection:
                for sentence in connection.execute(_MOVES, {"aside": ASIDE}).scalars().all():
                    connection.execute(text(sentence))
                # Without CASCADE: had anything stayed behind, nothing of all this would have happened.
                connection.execute(text(f"DROP SCHEMA {ASIDE}"))
        except BaseException:
            aside.close()
            _say(place, _NO_ASIDE)
            raise


@contextmanager
def _alone(place: Database) -> Iterator[None]:
    """Inside, nobody else restores into this database; a process that dies lets go by itself."""
    with place.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text("SELECT pg_try_advisory_lock(:number)"), {"number": LOCK}).scalar_one():
            raise CannotRestore("Another restore into this database is at work.")
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": LOCK})


def _say(place: Database, *sentences: str) -> None:
    with place.engine.begin() as connection:
        for sentence in sentences:
            connection.execute(text(sentence))


def _looking_into(url: URL, schemas: str) -> URL:
    options = " ".join([*_words(url.query.get("options", ())), f"-csearch_path={schemas}"])
    return url.update_query_dict({"options": options})


def _words(given: str | Sequence[str]) -> Sequence[str]:
    return (given,) if isinstance(given, str) else given


def _remove(path: Path) -> None:
    for each in (path, *(path.with_name(f"{path.name}{ending}") for ending in ("-wal", "-shm", ".migrating"))):
        each.unlink(missing_ok=True)


def _fill(database: Database, tar: tarfile.TarFile, contents: Contents, derived: Collection[str]) -> None:
    migrating.upgrade(database, to=contents.revision)
    with database.writing() as session:
        connection = session.connection()
        with _unordered(connection, is_sqlite=database.is_sqlite):
            tables = tables_of(connection, derived)
            for table in tables:
                # What a step of the migrations wrote is in the backup as well. First everywhere: a row that goes takes
                # those with it that refer to its number.
                connection.execute(table.delete())
            for table in tables:
                if table.name in contents.rows:
                    _load(connection, table, tar)
                if not database.is_sqlite:
                    _go_on_counting(connection, table)
    migrating.upgrade(database)


def _load(connection: Connection, table: Table, tar: tarfile.TarFile) -> None:
    packed = tar.extractfile(f"tables/{table.name}.jsonl.gz")
    assert packed is not None
    with gzip.open(packed) as lines:
        while some := [_row(line) for line in islice(lines, AT_ONCE)]:
            connection.execute(table.insert(), some)


def _row(line: bytes) -> dict[str, Any]:
    return {name: _value(told) for name, told in json.loads(line).items()}


def _value(told: Any) -> Any:
    if not isinstance(told, dict):
        return told
    ((kind, value),) = told.items()
    match kind:
        case "at":
            return datetime.fromisoformat(value)
        case "day":
            return date.fromisoformat(value)
        case "bytes":
            return b64decode(value)
        case "json":
            return value
    raise ValueError(f"a value of an unknown kind, {kind}")


@contextmanager
def _unordered(connection: Connection, *, is_sqlite: bool) -> Iterator[None]:
    """Inside, rows may come before those that they refer to; at the end all of them have to be there."""
    if is_sqlite:
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        yield
        return
    keys = connection.execute(_FOREIGN_KEYS).all()
    for table, name, _definition in keys:
        connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
    yield
    for table, name, definition in keys:
        connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"))


def _go_on_counting(connection: Connection, table: Table) -> None:
    """The next row gets a number that none had."""
    for column in table.primary_key.columns:
        sequence = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
        ).scalar()
        highest = connection.execute(select(func.max(column))).scalar()
        if sequence and highest:
            connection.execute(text("SELECT setval(:sequence, :value)"), {"sequence": sequence, "value": highest})


def _put_secret(path: Path, data: bytes) -> bool:
    """Whether it was not there before."""
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return True


def _bytes(tar: tarfile.TarFile, name: str) -> bytes:
    file = tar.extractfile(name)
    if file is None:
        raise CannotRestore(f"This backup is damaged: {name} is no file.")
    return file.read()
