"""A real Meilisearch for tests: one for a whole run, emptied for each test that uses it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.core import settings as core_settings
from app.core.settings import settings
from search import engine as engine_room
from search.binary import find_binary
from search.local import Engine, Place


def the_binary() -> Path:
    """The engine that set-up fetched. Without one the test is skipped; in CI that is a failure."""
    binary = find_binary()
    if binary is None:
        assert not os.environ.get("CI"), "CI has a search engine"
        pytest.skip("there is no Meilisearch here: .ci/prepare test")
    return binary


@contextmanager
def started(folder: Path) -> Iterator[Place]:
    """A running engine with its data in this folder."""
    running = Engine(folder, the_binary())
    running.start()
    try:
        yield Place(running.address, running.key)
    finally:
        running.stop()


@contextmanager
def configured(**changes: object) -> Iterator[None]:
    """Other settings inside; afterwards everything is as it was, and no line is left open."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(core_settings, "_configured", settings().model_copy(update=changes))
        engine_room.forget()
        yield
        engine_room.forget()


@contextmanager
def used(place: Place) -> Iterator[None]:
    """The process's engine inside, with nothing in it."""
    with configured(search_url=place.address, search_key=SecretStr(place.key)):
        with engine_room.administering() as client:
            assert client is not None
            for index in client.get_indexes()["results"]:
                client.wait_for_task(client.delete_index(index.uid).task_uid)
        yield
