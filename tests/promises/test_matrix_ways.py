"""Nobody learns too soon, too late or by way of something else what they may not know: embargo, last day, names that
wait for a yes, links to a draft, stricter files; at every door of the matrix.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.core.database import Database
from app.core.working import work_off
from content.models import Stage
from content.snapshot import Visibility
from search.index import rebuild
from tests.cast import Cast
from tests.counts import full
from tests.databases import Templates, in_use
from tests.engines import used
from tests.promises.matrix import DOORS, FEEDS, LISTS, SEARCHES, Told
from tests.promises.matrix_ways import AWAITED, Ways, answer_all, build
from tests.promises.test_matrix import leaks, visiting
from tests.web.client import Client

pytestmark = [pytest.mark.slow, pytest.mark.engine]

ON_BOTH_DATABASES = True

ROLES = ("nobody", "sjoerd", "femke", *full(("hinke", "okke", "aafke", "noor"), ()))

Ground = tuple[Database, Ways]


@pytest.fixture(scope="session")
def ways_built() -> dict[str, tuple[str, Path, Ways]]:
    """Kind of database -> its address, its data folder and what it holds: filled once, read by many tests."""
    return {}


@pytest.fixture
def ground(
    request: pytest.FixtureRequest,
    database_kind: str,
    templates: Templates,
    ways_built: dict[str, tuple[str, Path, Ways]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Ground]:
    """For tests that change nothing. On SQLite the database answers searches, on PostgreSQL the engine does."""
    if database_kind not in ways_built:
        folder = tmp_path_factory.mktemp("ways")
        url = templates.copy("migrated", folder)
        with in_use(url, folder) as database:
            ways_built[database_kind] = url, folder, filled(database)
    url, folder, ways = ways_built[database_kind]
    with in_use(url, folder) as database, ExitStack() as stack:
        if database_kind == "postgres":
            stack.enter_context(used(request.getfixturevalue("meilisearch")))
            rebuild()
        yield database, ways


def filled(database: Database) -> Ways:
    with database.writing() as session:
        ways = build(session, Cast.in_(session))
    work_off()
    return ways


def said_too_soon(client: Client, told: list[Told], role: str) -> list[str]:
    """Where this reader meets a word that waits: at the doors of its piece, on lists, in feeds, or when they ask."""
    found = []
    waiting = [one for one in told if one.unsaid]
    for one in waiting:
        paths = [door.address(one) for door in DOORS if not (door.is_personal and one.is_changed_by(role))]
        paths += [path.format(one.unsaid) for path in SEARCHES]
        for path in paths:
            text = client.get(path).text
            if f"{AWAITED} {one.unsaid}" in text or (one.unsaid in text and one.unsaid not in path):
                found.append(f"{role}: {path} tells too soon of {one.name}")
    for path in (*LISTS, *FEEDS):
        text = client.get(path).text
        found += [f"{role}: {path} tells too soon of {one.name}" for one in waiting if one.unsaid in text]
    return found


@pytest.mark.parametrize("role", ROLES)
def test_nobody_learns_what_waits_is_over_or_is_for_others(ground: Ground, role: str) -> None:
    database, ways = ground
    with visiting(database, role) as client:
        found, cells = leaks(client, ways.told, role)
        found += said_too_soon(client, ways.told, role)
    assert found == []
    assert cells > 400


def test_an_organisation_that_has_not_said_yes_publishes_nothing(ground: Ground) -> None:
    database, ways = ground
    (one,) = (one for one in ways.told if one.way == "with an organisation that was asked")
    own = (
        f"/organisaties/{ways.asked}",
        f"/en/organisaties/{ways.asked}",
        f"/api/v1/organisations/{ways.asked}",
        f"/feeds/organisatie/{ways.asked}.atom",
    )
    for role in ROLES:
        with visiting(database, role) as client:
            for path in own:
                assert one.secret not in client.get(path).text, (role, path)
            for door in DOORS:
                if not (door.is_personal and one.is_changed_by(role)):
                    assert f"{AWAITED} Mee" not in client.get(door.address(one)).text, (role, door.name)


@pytest.mark.parametrize("role", full(("nobody", "sjoerd", "aafke"), ("nobody", "aafke")))
def test_whoever_opened_a_link_to_a_draft_finds_no_other_door_open(ground: Ground, role: str) -> None:
    """Before, during and after: what a link shows, it shows by itself alone."""
    database, ways = ground
    linked = [one for one in ways.told if one.article_id in ways.links]
    with visiting(database, role) as client:
        for one in linked:
            link = ways.links[one.article_id]
            for language in ("", "/en"):
                page = client.get(language + link)
                assert (page.status_code, one.secret in page.text) == (200, True)
                assert f"{one.secret}.csv" not in page.text, "a file for fewer people is not behind a link"
                assert "noindex" in page.headers["x-robots-tag"]
                assert not [other for other in ways.told if other is not one and other.secret in page.text]
            for form in ("tekening.svg", "480.webp"):
                stricter = client.get(f"{link}/beeld/{'0' * 64}/{form}")
                assert stricter.status_code == 404
        found, _cells = leaks(client, linked, role)
        assert found == []
        missing = client.get("/concept/dat-is-er-niet")
        for dead in ways.dead_links:
            answer = client.get(dead)
            assert answer.status_code == missing.status_code == 404
            assert not [one for one in ways.told if one.secret in answer.text]


def test_what_waits_would_be_noticed_once_it_is_said(database: Database) -> None:
    """The control: everything that waits appears, and every kind of hidden word is found."""
    ways = filled(database)
    with database.writing() as session:
        answer_all(session, Cast.known(session), ways)
    work_off()
    hidden = [one for one in ways.told if one.visibility == Visibility.EVERYONE and not one.is_seen_by("nobody")]
    hidden = [one for one in hidden if one.stage != Stage.WITHDRAWN]
    with visiting(database, "nobody") as client:
        found, _cells = leaks(client, hidden, "nobody")
        soon = said_too_soon(client, ways.told, "nobody")
    assert len(hidden) > 5
    assert [one.name for one in hidden if not any(one.name in each for each in found)] == []
    assert any("with a new version under an embargo" in each for each in soon)
