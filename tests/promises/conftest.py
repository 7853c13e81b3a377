"""What the proofs of outages and kills share: an engine, folders with the example content, and a house that is busy."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core.database import Database
from tests.databases import SQLiteTemplates, Templates, in_use
from tests.engines import the_binary
from tests.house import Answer, Caller, House, until
from tests.promises.crowd import call_at_every_door
from tests.promises.grounds import Ground

BUILT_WITHIN = 60.0
"""Seconds for the first index of a house, on a machine that has other things to do."""


BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


@pytest.fixture(scope="session")
def engine_binary() -> Path:
    """The engine that a house starts."""
    return the_binary()


@pytest.fixture(scope="session")
def example_folder(
    sqlite_templates: SQLiteTemplates, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """Makes a data folder of this name with the example content, on SQLite, without an index yet."""

    def make(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        sqlite_templates.copy("seeded", folder)
        return folder

    return make


@pytest.fixture(scope="session")
def shared_house(engine_binary: Path, example_folder: Callable[[str], Path]) -> Iterator[House]:
    """See `house`: made once per worker."""
    house = House(example_folder("house"), "--workers", "2", PROEFTUIN_EXAMPLE_PEOPLE="true").become_ready()
    assert until(house.finds_by_engine, BUILT_WITHIN)
    yield house
    house.stop()


@pytest.fixture
def house(shared_house: House) -> Iterator[House]:
    """A house with an engine of its own and two web processes, awake. A test leaves it as it found it: at work."""
    call_at_every_door(shared_house)
    yield shared_house
    assert until(shared_house.finds_by_engine, 30)


@pytest.fixture
def inside(house: House) -> Iterator[Database]:
    """The database of `house`, used by this process besides."""
    with in_use(f"sqlite:///{house.data_dir / 'proeftuin.db'}", house.data_dir) as database:
        yield database


@pytest.fixture(params=BOTH)
def kind(request: pytest.FixtureRequest) -> str:
    """Of the database."""
    chosen: str = request.param
    return chosen


@pytest.fixture
def ground(kind: str, request: pytest.FixtureRequest, engine_binary: Path, tmp_path: Path) -> Iterator[Ground]:
    """The example content, in a database of this kind."""
    templates: Templates = request.getfixturevalue(f"{kind}_templates")
    folder = tmp_path / "examples"
    folder.mkdir()
    url = templates.copy("seeded", folder)
    yield Ground(url, folder)
    templates.drop(url)


def sign_in(house: House, *, timeout: float = 30) -> Answer:
    """A write of a visitor: an example person signs in."""
    caller = Caller(house.port, timeout=timeout)
    try:
        return caller.ask(
            "POST",
            "/inloggen/voorbeeld",
            body=b"person=sjoerd",
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Origin": f"http://127.0.0.1:{house.port}",
            },
        )
    finally:
        caller.close()
