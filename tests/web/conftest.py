"""The whole example content once, and a copy of it for every test that asks for it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import app.reactions
import app.tables  # noqa: F401 - every table
from app.core import database, settings
from app.core.database import Database
from app.core.migrating import upgrade
from app.core.settings import Settings
from content.seed.seeding import seed
from tests.web.client import Client


def _settings(folder: Path) -> Settings:
    return Settings(_env_file=None, data_dir=folder, base_url="http://proeftuin.example")


@pytest.fixture(scope="session")
def example_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example content in its database and its files. Read it, never write into it."""
    folder = tmp_path_factory.mktemp("examples")
    before = settings._configured
    settings.configure(_settings(folder))
    made = Database(settings.settings().database_address)
    try:
        upgrade(made)
        seed(made)
    finally:
        made.close()
        settings.configure(before)
    return folder


@pytest.fixture
def seeded(example_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """This process's database, with the example content."""
    folder = tmp_path / "house"
    shutil.copytree(example_folder, folder)
    monkeypatch.setattr(settings, "_configured", _settings(folder))
    monkeypatch.setattr(database, "_database", None)
    yield database.current()
    database.current().close()


@pytest.fixture
def client(seeded: Database) -> Iterator[Client]:
    """Someone passing by on the site with the example content."""
    with Client() as client:
        yield client
