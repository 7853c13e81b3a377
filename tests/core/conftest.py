"""A database with nothing but the tables of the ground, on SQLite and on PostgreSQL; nothing of it outlives a test."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from app.core import database, jobs, settings
from app.core.database import Database
from app.core.epoch import Epoch
from app.core.jobs import Job
from app.core.timetable import Due
from tests.core.ground import OfTests
from tests.postgres import Server

_names = count(1)


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A folder of this test's own, in which the settings of this process live."""
    settings.configure(settings.Settings(_env_file=None, data_dir=tmp_path))
    yield tmp_path
    settings.configure(None)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, data_dir: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{data_dir / 'ground.db'}"
        return
    server: Server = request.getfixturevalue("postgres_server")
    name = f"ground_{next(_names)}"
    server.create(name)
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def ground(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """This process's database for the length of a test; nothing is registered yet to follow from anything."""
    monkeypatch.setattr(database, "_database", None)
    monkeypatch.setattr(jobs, "_reactions", {})
    made = database.configure(url)
    with made.engine.execution_options(writing=True).begin() as connection:
        SQLModel.metadata.create_all(connection, tables=[table.__table__ for table in (Epoch, Job, Due)])
        OfTests.metadata.create_all(connection)
    yield made
    made.close()
