"""What every test can ask for.

`database` is a fresh one with the topics, regions and sectors that every installation has; `seeded` holds the example
content too; `session` writes in one transaction on `database`; `cast` is the people of `tests/cast.py` in it. `engine`
is a real Meilisearch, empty, used by the process for the length of a test.

With `--databases=both` tests of the inner rooms, and of modules that say so with `ON_BOTH_DATABASES`, run on SQLite and
on PostgreSQL; with `--databases=postgres` all of them.
"""

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from zlib import crc32

import pytest
from sqlmodel import Session

import app.reactions  # noqa: F401 - what follows from what; announcing anything else is an error
from app.core.database import Database
from search.local import Place
from tests.cast import Cast
from tests.databases import PostgresTemplates, SQLiteTemplates, Templates, in_use
from tests.engines import started, used
from tests.postgres import NoServer, Server

INNER_ROOMS = ("contact", "content", "core", "feeds", "people", "search")

# An operator's settings are not for tests.
for name in [name for name in os.environ if name.startswith("PROEFTUIN_")]:
    del os.environ[name]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--databases`: see above. TEST_DATABASES says the same."""
    parser.addoption(
        "--databases",
        choices=("sqlite", "postgres", "both"),
        default=os.environ.get("TEST_DATABASES", "sqlite"),
        help="databases to run the tests on; both counts for the inner rooms",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One run of a test for each database that it is meant for."""
    if "database_kind" in metafunc.fixturenames:
        wanted = metafunc.config.getoption("databases")
        room = Path(metafunc.module.__file__).parent.name
        both = wanted == "both" and (room in INNER_ROOMS or hasattr(metafunc.module, "ON_BOTH_DATABASES"))
        kinds = ("sqlite", "postgres") if both else ("postgres",) if wanted == "postgres" else ("sqlite",)
        metafunc.parametrize("database_kind", [_one_of(kind) for kind in kinds], indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """TEST_SHARE=3 leaves out two of three tests that take their time, always the same ones; pytest says how many."""
    share = int(os.environ.get("TEST_SHARE", "1"))
    left_out = [item for item in items if _takes_time(item) and crc32(item.nodeid.encode()) % share]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        gone = set(left_out)
        items[:] = [item for item in items if item not in gone]


def pytest_collection_finish() -> None:
    """Let the garbage collector pass over what stays to the end: modules and thousands of tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def _takes_time(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("slow", "browser", "postgres", "engine"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Hostile text that a test logged must not end the run: parallel runs send reports as UTF-8."""
    report = yield
    report.sections = [(name, said.encode("utf-8", "backslashreplace").decode()) for name, said in report.sections]
    return report


def _one_of(kind: str) -> object:
    if kind == "sqlite":
        return pytest.param(kind, id=pytest.HIDDEN_PARAM)
    return pytest.param(kind, marks=pytest.mark.postgres)


@pytest.fixture
def database_kind(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgres`."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A server of our own. Without one the test is skipped with a sentence; in CI that is a failure."""
    try:
        server = Server()
    except NoServer as reason:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(reason))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_templates(tmp_path_factory: pytest.TempPathFactory) -> SQLiteTemplates:
    """Made once per worker."""
    return SQLiteTemplates(tmp_path_factory.mktemp("templates"))


@pytest.fixture(scope="session")
def postgres_templates(postgres_server: Server, tmp_path_factory: pytest.TempPathFactory) -> PostgresTemplates:
    """Made once per worker."""
    return PostgresTemplates(postgres_server, tmp_path_factory.mktemp("postgres"))


@pytest.fixture
def templates(request: pytest.FixtureRequest, database_kind: str) -> Templates:
    """What the test's databases are copied from."""
    made: Templates = request.getfixturevalue(f"{database_kind}_templates")
    return made


@pytest.fixture
def database(templates: Templates, tmp_path: Path) -> Iterator[Database]:
    """A fresh database with topics, regions and sectors, and a data folder of its own."""
    yield from _copied(templates, "migrated", tmp_path)


@pytest.fixture
def seeded(templates: Templates, tmp_path: Path) -> Iterator[Database]:
    """A database with the example content, and its files."""
    yield from _copied(templates, "seeded", tmp_path)


@pytest.fixture(scope="session")
def meilisearch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One engine for the whole run of this worker."""
    with started(tmp_path_factory.mktemp("engine")) as place:
        yield place


@pytest.fixture
def engine(database: Database, meilisearch: Place) -> Iterator[Place]:
    """An empty engine for this test's database."""
    with used(meilisearch):
        yield meilisearch


@pytest.fixture
def postgres_url(postgres_templates: PostgresTemplates, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh PostgreSQL database, for tests that start a process on it."""
    url = postgres_templates.copy("migrated", tmp_path)
    yield url
    postgres_templates.drop(url)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One writing transaction on `database`. Jobs cannot be worked off before it ends."""
    with database.writing() as session:
        yield session


@pytest.fixture
def cast(session: Session) -> Cast:
    """The people and organisations of our examples, in `session`."""
    return Cast.in_(session)


def _copied(templates: Templates, name: str, folder: Path) -> Iterator[Database]:
    url = templates.copy(name, folder)
    with in_use(url, folder) as database:
        yield database
    templates.drop(url)
