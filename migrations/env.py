"""Runs the steps in `versions/`, each in a transaction of its own, on SQLite and PostgreSQL."""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Enum, text
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import app.tables  # noqa: F401 - every table must be known before they are compared
from app.core.record import Frozen, UTCDateTime


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | bool:
    """Plain SQLAlchemy types, so that a step imports nothing of ours: models change, history does not."""
    if kind == "type":
        match item:
            case Enum():
                return f"sa.String(length={item.length})"
            case AutoString():
                return f"sa.String(length={item.length})" if item.length else "sa.String()"
            case UTCDateTime():
                return "sa.DateTime(timezone=True)"
            case Frozen():
                return "sa.JSON()"
    return False


def run(connection: Connection) -> None:
    """Configure and run."""
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_as_batch=True,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


database = context.config.attributes["database"]
with database.engine.execution_options(writing=True).connect() as connection:
    if database.is_sqlite:
        # A batch step copies a table and drops the old one; with foreign keys on that empties its children.
        # The pragma is ignored inside a transaction, so it goes to the raw connection first.
        raw = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            run(connection)
            broken = raw.execute("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"rows point to nothing after the migration: {broken[:5]}")
        finally:
            raw.execute("PRAGMA foreign_keys=ON")
    else:
        # A step that cannot get its lock gives up instead of queueing every reader behind it.
        connection.execute(text("SET lock_timeout = '4s'"))
        connection.commit()
        run(connection)
