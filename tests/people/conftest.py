from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session

import app.tables  # noqa: F401
from app.core import migrating
from app.core.database import Database


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = Database(f"sqlite:///{tmp_path}/x.db")
    migrating.upgrade(database)
    with database.writing() as session:
        yield session
    database.close()
