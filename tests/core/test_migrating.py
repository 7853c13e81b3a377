from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError
from sqlmodel import text

from app.core import migrating
from app.core.database import Database
from app.core.migrating import downgrade, is_current, make, upgrade
from tests.core.ground import another_process, at_once

FIRST = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0001", None, None, None


def upgrade():
    op.create_table("company", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.String(40)))
    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("company_id", sa.Integer(), sa.ForeignKey("company.id", ondelete="CASCADE"), nullable=False),
    )


def downgrade():
    op.drop_table("visit")
    op.drop_table("company")
"""

SECOND = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None


def upgrade():
    with op.batch_alter_table("company") as company:
        company.alter_column("name", type_=sa.String(80), existing_type=sa.String(40))
{more}

def downgrade():
    with op.batch_alter_table("company") as company:
        company.alter_column("name", type_=sa.String(40), existing_type=sa.String(80))
"""


@pytest.fixture
def steps(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A history of two steps, the second of which copies a table on SQLite."""
    folder = tmp_path_factory.mktemp("migrations")
    for name in ("env.py", "script.py.mako"):
        (folder / name).write_text((migrating.MIGRATIONS / name).read_text())
    (folder / "versions").mkdir()
    (folder / "versions/0001_companies.py").write_text(FIRST)
    (folder / "versions/0002_longer_names.py").write_text(SECOND.format(more=""))
    monkeypatch.setattr(migrating, "MIGRATIONS", folder)
    return folder


@pytest.fixture
def empty(url: str) -> Iterator[Database]:
    database = Database(url)
    yield database
    database.close()


def say(database: Database, *sentences: str) -> None:
    with database.writing() as session:
        for sentence in sentences:
            session.connection().execute(text(sentence))


def count(database: Database, table: str) -> object:
    with database.reading() as session:
        return session.connection().execute(text(f"SELECT count(*) FROM {table}")).scalar()


def downgrade_to_first(steps: Path, database: Database) -> None:
    upgrade(database)
    downgrade(database, "0001")


def test_a_database_is_current_once_it_took_every_step(steps: Path, empty: Database) -> None:
    assert not is_current(empty)
    upgrade(empty)
    assert is_current(empty)
    upgrade(empty)
    downgrade(empty, "0001")
    assert not is_current(empty)


def test_a_step_that_copies_a_table_keeps_the_rows_that_point_to_it(steps: Path, empty: Database) -> None:
    upgrade(empty)
    downgrade(empty, "0001")
    say(empty, "INSERT INTO company VALUES (1, 'Woldzicht')", "INSERT INTO visit VALUES (1, 1), (2, 1)")

    upgrade(empty)
    assert count(empty, "visit") == 2
    downgrade(empty, "0001")
    assert count(empty, "visit") == 2


def test_foreign_keys_hold_again_after_the_steps(steps: Path, empty: Database) -> None:
    upgrade(empty)
    with pytest.raises(DBAPIError):
        say(empty, "INSERT INTO visit VALUES (1, 99)")


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_a_step_that_leaves_rows_without_what_they_point_to_is_taken_back(steps: Path, empty: Database) -> None:
    downgrade_to_first(steps, empty)
    say(empty, "INSERT INTO company VALUES (1, 'Woldzicht')", "INSERT INTO visit VALUES (1, 1)")
    (steps / "versions/0002_longer_names.py").write_text(SECOND.format(more='    op.execute("DELETE FROM company")\n'))
    with pytest.raises(RuntimeError, match="point to nothing"):
        upgrade(empty)
    assert count(empty, "company") == 1
    assert not is_current(empty)


def test_processes_that_migrate_at_once_take_each_step_once(steps: Path, empty: Database) -> None:
    others = [Database(empty.url) for _ in range(3)]
    at_once(*[lambda database=database: upgrade(database) for database in others])
    assert all(is_current(database) for database in others)
    for database in others:
        database.close()


@pytest.mark.slow
def test_our_own_steps_are_taken_once_by_processes_that_start_together(url: str) -> None:
    processes = [another_process("tests.core.upgrading", url) for _ in range(3)]
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0, 0, 0]


@pytest.mark.parametrize("url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
@pytest.mark.slow
def test_a_step_that_cannot_get_its_lock_gives_up_and_leaves_nothing_behind(steps: Path, empty: Database) -> None:
    downgrade_to_first(steps, empty)
    with empty.writing() as session:
        session.connection().execute(text("LOCK TABLE company IN ACCESS SHARE MODE"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            upgrade(empty)
    with empty.reading() as session:
        assert session.connection().execute(text("SHOW lock_timeout")).scalar() == "0"
    upgrade(empty)
    assert is_current(empty)


def test_a_new_step_is_written_with_its_number_and_imports_nothing_of_ours(steps: Path, empty: Database) -> None:
    upgrade(empty)
    make(empty, "what is new", "0003")
    (made,) = (steps / "versions").glob("0003_*.py")
    assert made.name == "0003_what_is_new.py"
    assert "from app" not in made.read_text()
    assert "sa.Enum" not in made.read_text()
