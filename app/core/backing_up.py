"""Backing up: one file with everything that cannot be made again, taken while people go on writing.

A tar of tables (one line of JSON a row, gzipped), stored files, the root secret, and last a list of all of it with
checksums. Rows are read in one transaction, so they are of one moment; files never change and are taken after them, so
every file that a row names is there. What is derived from the rest, such as the search index, stays out.
"""

import gzip
import io
import json
import os
import tarfile
import tempfile
from base64 import b64encode
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from alembic.migration import MigrationContext
from sqlalchemy import JSON, Connection, MetaData, Table, select

from app.core.clock import now
from app.core.database import Database
from app.core.errors import NotFound
from app.core.files import Storage

FORMAT: Final = 1

LIST: Final = "list.json"
SECRET: Final = "secret"  # noqa: S105 - the name of the file in the backup

PASSING: Final = frozenset({"alembic_version", "taken", "due"})
"""Counts of minutes and leases of processes: of no use on another day or machine."""

AT_ONCE: Final = 500


class CannotBackUp(Exception):
    """Why there is no backup; a sentence for whoever asked for it."""


@dataclass(frozen=True)
class Contents:
    """What a backup holds."""

    format: int
    revision: str
    """Of the database's shape."""
    made_at: str
    rows: dict[str, int] = field(default_factory=dict)
    sums: dict[str, str] = field(default_factory=dict)
    """Name in the tar -> SHA-256."""

    @property
    def files(self) -> int:
        """How many stored files."""
        return sum(name.startswith("files/") for name in self.sums)


def back_up(database: Database, storage: Storage, secret: Path, path: Path, *, derived: Collection[str]) -> Contents:
    """Write a backup to a path where nothing is. Raises CannotBackUp.

    `derived`: names (or their beginnings, with `*`) of tables that are made from others.
    """
    if path.exists():
        raise CannotBackUp(f"{path} is there already, and is not overwritten.")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                contents = _write(tar, database, storage, secret, derived)
            file.flush()
            os.fsync(file.fileno())
        # link, not rename: what somebody else put there meanwhile stays.
        os.link(unfinished, path)
    except FileExistsError as error:
        raise CannotBackUp(f"{path} is there already, and is not overwritten.") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return contents


def _write(
    tar: tarfile.TarFile, database: Database, storage: Storage, secret: Path, derived: Collection[str]
) -> Contents:
    rows: dict[str, int] = {}
    sums: dict[str, str] = {}
    with database.reading() as session:
        connection = session.connection()
        revision = MigrationContext.configure(connection).get_current_revision()
        if revision is None:
            raise CannotBackUp("There is no database to back up yet: run `python -m app migrate` first.")
        for table in tables_of(connection, derived):
            with tempfile.TemporaryFile() as whole:
                rows[table.name] = _dump(connection, table, whole)
                _add(tar, f"tables/{table.name}.jsonl.gz", whole.seek(0, io.SEEK_END), whole, sums)
    for key in storage.everything():
        try:
            data = storage.take(key)
        except NotFound:
            continue  # Its owner took it away a moment ago; no row of a later moment names it.
        _add(tar, f"files/{key}", len(data), io.BytesIO(data), sums)
    if secret.exists():
        data = secret.read_bytes()
        _add(tar, SECRET, len(data), io.BytesIO(data), sums)
    contents = Contents(FORMAT, revision, now().isoformat(timespec="seconds"), rows, sums)
    data = json.dumps(asdict(contents), indent=1).encode()
    _add(tar, LIST, len(data), io.BytesIO(data), {})
    return contents


def tables_of(connection: Connection, derived: Collection[str]) -> list[Table]:
    """The tables of this database as it is, whatever the release knows of them, without the derived ones."""
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _metadata: not is_left_out(name, derived))
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                # Nothing is nothing, and not the word null.
                column.type = JSON(none_as_null=True)
    return sorted(metadata.tables.values(), key=lambda table: table.name)


def is_left_out(name: str, derived: Collection[str]) -> bool:
    """Whether a table stays out of backups."""
    return name in PASSING or any(
        name.startswith(each.removesuffix("*")) if each.endswith("*") else name == each for each in derived
    )


def _dump(connection: Connection, table: Table, whole: Any) -> int:
    count = 0
    # mtime 0: the same rows are the same bytes.
    with gzip.GzipFile(fileobj=whole, mode="wb", compresslevel=6, mtime=0) as out:
        for line in lines_of(connection, table):
            out.write(line)
            count += 1
    return count


def lines_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """Every row as a line of JSON, in the order of its key."""
    names = sorted(table.columns.keys())
    wanted = select(*(table.columns[name] for name in names)).order_by(*table.primary_key.columns)
    json_names = {name for name in names if isinstance(table.columns[name].type, JSON)}
    for row in connection.execution_options(yield_per=AT_ONCE).execute(wanted):
        told = {name: _told(value, name in json_names) for name, value in zip(names, row, strict=True)}
        yield json.dumps(told, sort_keys=True).encode() + b"\n"


def _told(value: Any, is_json: bool) -> Any:
    """A value as JSON takes it: what is no text, number or truth says what it is."""
    if value is None:
        return None
    if is_json:
        return {"json": value}
    match value:
        case datetime():
            return {"at": (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()}
        case date():
            return {"day": value.isoformat()}
        case bytes() | memoryview():
            return {"bytes": b64encode(bytes(value)).decode()}
        case bool() | int() | float() | str():
            return value
    raise CannotBackUp(f"a value of the type {type(value).__name__} cannot be kept")


def _add(tar: tarfile.TarFile, name: str, size: int, data: Any, sums: dict[str, str]) -> None:
    data.seek(0)
    told = sha256()
    while part := data.read(1 << 20):
        told.update(part)
    data.seek(0)
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(now().timestamp())
    tar.addfile(entry, data)
    sums[name] = told.hexdigest()
