"""Runs the steps in `versions/`, each in a transaction of its own, on SQLite and PostgreSQL."""

from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Enum
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import app.tables  # noqa: F401 - every table must be known before they are compared
from app.core.migrating import is_modelled
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


def refuse_orphans(ctx: MigrationContext, **_told: Any) -> None:
    """Called at the end of each step, inside its transaction, where foreign keys were off (see below)."""
    if ctx.dialect.name == "sqlite" and ctx.connection is not None:
        orphans = ctx.connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if orphans:
            raise RuntimeError(f"after this step rows would point to nothing: {orphans[:5]}")


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
        include_object=is_modelled,
        on_version_apply=refuse_orphans,
    )
    with context.begin_transaction():
        context.run_migrations()


database = context.config.attributes["database"]
with database.engine.execution_options(writing=True).connect() as connection:
    # What is set here is for steps only, so this connection does not go back to the others.
    connection.detach()
    raw = connection.connection.dbapi_connection
    # SQLite: a batch step copies a table and drops the old one; with foreign keys on that empties its children. The
    # pragma is ignored inside a transaction, so it comes before the first.
    # PostgreSQL: a step that cannot get its lock gives up instead of queueing every reader behind it.
    raw.execute("PRAGMA foreign_keys=OFF" if database.is_sqlite else "SET lock_timeout = '4s'")
    raw.commit()
    run(connection)
