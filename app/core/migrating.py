"""Bringing a database to the shape that this release expects. The steps stand in `migrations/versions`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import make_url, text
from sqlmodel import SQLModel

from app.core.database import Database
from app.core.processes import Lock

MIGRATIONS = Path(__file__).parents[2] / "migrations"

PATIENCE = 600.0
"""Seconds to wait for another process that brings the same SQLite file up to date."""

ADVISORY_LOCK = 7_066_873
"""The number under which PostgreSQL lets one process at a time migrate a database; any would do."""


def upgrade(database: Database, *, to: str = "head") -> None:
    """Take every step that this database has not taken yet. Two processes at once take each step once."""
    with _alone(database):
        command.upgrade(_config(database), to)


def is_known(database: Database, revision: str) -> bool:
    """Whether this release knows the shape of this name."""
    return any(step.revision == revision for step in ScriptDirectory.from_config(_config(database)).walk_revisions())


def downgrade(database: Database, to: str) -> None:
    """Step back; for tests and for those who know what they lose."""
    command.downgrade(_config(database), to)


def make(database: Database, message: str, number: str) -> None:
    """Write the next step by comparing the models with this database. Read it before you commit it."""
    command.revision(_config(database), message=message, autogenerate=True, rev_id=number)


def is_current(database: Database) -> bool:
    """Whether the database has taken every step of this release."""
    head = ScriptDirectory.from_config(_config(database)).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def differences(database: Database) -> list[object]:
    """Where the models and the database differ; empty when the steps lead to the models."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "render_as_batch": True,
                "include_object": is_modelled,
            },
        )
        return list(compare_metadata(context, SQLModel.metadata))


def is_modelled(_thing: object, name: str | None, kind: str, _reflected: bool, _like: object) -> bool:
    """Whether a table is compared with the models. Full text differs per database and is made by its step alone."""
    return not (kind == "table" and name is not None and name.startswith("card_text"))


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """Inside, nobody else migrates this database; a process that dies lets go by itself."""
    if database.is_sqlite:
        lock = Lock(Path(f"{make_url(database.url).database}.migrating"))
        if not lock.take(patience=PATIENCE):
            raise TimeoutError(f"another process holds {lock.path}")
        try:
            yield
        finally:
            lock.release()
    else:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": ADVISORY_LOCK})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": ADVISORY_LOCK})


def _config(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["database"] = database
    return config
