"""Bringing a database to the shape that this release expects. The steps stand in `migrations/versions`."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from app.core.database import Database

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def upgrade(database: Database) -> None:
    """Take every step that this database has not taken yet."""
    command.upgrade(_config(database), "head")


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
            connection, opts={"compare_type": True, "compare_server_default": True, "render_as_batch": True}
        )
        return list(compare_metadata(context, SQLModel.metadata))


def _config(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.set_main_option("path_separator", "os")
    config.attributes["database"] = database
    return config
