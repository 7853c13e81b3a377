"""What tests of the search room can ask for.

`engine` is a real Meilisearch, empty, used by the process for the length of a test; `examples` is the example content
with its index, for tests that only read; `no_engine` is a machine that has none.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.core import settings as core_settings
from app.core.database import Database
from app.core.settings import settings
from search import engine as engine_room
from search import words
from search.binary import find_binary
from search.index import rebuild
from search.local import Engine, Place
from tests.databases import SQLiteTemplates, in_use


@pytest.fixture(autouse=True)
def _lexicons_are_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow this machine is at the moment."""
    monkeypatch.setattr(words, "QUICK", 60.0)


@pytest.fixture(scope="session")
def meilisearch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One engine for the whole run of this worker."""
    binary = find_binary()
    if binary is None:
        assert not os.environ.get("CI"), "CI has a search engine"
        pytest.skip("there is no Meilisearch here: .ci/prepare test")
    running = Engine(tmp_path_factory.mktemp("engine"), binary)
    running.start()
    yield Place(running.address, running.key)
    running.stop()


@pytest.fixture
def engine(database: Database, meilisearch: Place) -> Iterator[Place]:
    """An empty engine for this test's database."""
    with _used(meilisearch):
        yield meilisearch


@pytest.fixture(scope="module")
def examples(
    sqlite_templates: SQLiteTemplates, meilisearch: Place, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The example content and its index, made once for a module."""
    folder = tmp_path_factory.mktemp("examples")
    with in_use(sqlite_templates.copy("seeded", folder), folder) as database, _used(meilisearch):
        rebuild()
        yield database


@pytest.fixture
def no_engine(database: Database, tmp_path: Path) -> Iterator[None]:
    """A machine where no engine can be."""
    with _configured(search_url="", search_binary=str(tmp_path / "none")):
        yield


@contextmanager
def _configured(**changes: object) -> Iterator[None]:
    """Other settings inside; afterwards everything is as it was, and no line is left open."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(core_settings, "_configured", settings().model_copy(update=changes))
        engine_room.forget()
        yield
        engine_room.forget()


@contextmanager
def _used(place: Place) -> Iterator[None]:
    """The process's engine inside, with nothing in it."""
    with _configured(search_url=place.address, search_key=SecretStr(place.key)):
        with engine_room.administering() as client:
            assert client is not None
            for index in client.get_indexes()["results"]:
                client.wait_for_task(client.delete_index(index.uid).task_uid)
        yield
