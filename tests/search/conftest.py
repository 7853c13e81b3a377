"""What tests of the search room can ask for.

`examples` is the example content with its index, for tests that only read; `no_engine` is a machine that has no engine.
"""

from collections.abc import Iterator
from pathlib import Path

import meilisearch as official
import pytest

from app.core.database import Database
from search import words
from search.engine import administering
from search.index import rebuild
from search.local import Place
from tests.databases import SQLiteTemplates, in_use
from tests.engines import configured, used
from tests.search.book import Book


@pytest.fixture(autouse=True)
def _lexicons_are_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow this machine is at the moment."""
    monkeypatch.setattr(words, "QUICK", 60.0)


@pytest.fixture(scope="module")
def examples(
    sqlite_templates: SQLiteTemplates, meilisearch: Place, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The example content and its index, made once for a module."""
    folder = tmp_path_factory.mktemp("examples")
    with in_use(sqlite_templates.copy("seeded", folder), folder) as database, used(meilisearch):
        rebuild()
        yield database


@pytest.fixture
def no_engine(database: Database, tmp_path: Path) -> Iterator[None]:
    """A machine where no engine can be."""
    with configured(search_url="", search_binary=str(tmp_path / "none")):
        yield


@pytest.fixture
def book(database: Database, engine: Place) -> Book:
    return Book(database)


@pytest.fixture
def client(engine: Place) -> Iterator[official.Client]:
    with administering() as client:
        assert client is not None
        yield client
