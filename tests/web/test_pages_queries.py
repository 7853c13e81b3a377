"""A page asks the database as often for many pieces as for few."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlmodel import select

from app.core.database import Database
from app.people.models import User
from tests.bench.generate import generate
from tests.web.client import Client

PAGES = (
    "/",
    "/kennis",
    "/onderwerpen",
    "/onderwerpen/digitale-fabriek",
    "/onderwerpen/mes",
    "/proefprojecten",
    "/proefprojecten/papierloze-werkvloer",
    "/kaart",
    "/organisaties",
    "/organisaties/kennislab-slim-maken",
    "/mensen/femke",
    "/kennis/papierloze-werkorder-esdoorn",
    "/kennis/papierloze-werkorder-esdoorn/versies",
    "/vergelijk",
    "/vergelijk?stuk=inline-vision-spuitgieten-terp",
    "/vergelijk?stuk=inline-vision-spuitgieten-terp&stuk=oee-meten-verspaning-woldzicht"
    "&stuk=trillingsmeting-pompen-reitdiep&stuk=papierloze-werkorder-esdoorn",
)

MOST = 26
"""Questions that any of these pages may ask, for a member."""


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    asked: list[str] = []

    def one(*told: object) -> None:
        asked.append(str(told[2]))

    event.listen(database.engine, "before_cursor_execute", one)
    yield asked
    event.remove(database.engine, "before_cursor_execute", one)


def counts(database: Database) -> dict[str, int]:
    """Page -> questions asked for it. For a member, since nothing is kept for them."""
    with database.reading() as session:
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
    found = {}
    with Client() as client:
        client.sign_in(sjoerd)
        for path in PAGES:
            with counting(database) as asked:
                assert client.get(path).status_code == 200
            found[path] = len(asked)
    return found


@pytest.mark.slow
def test_a_page_asks_as_often_for_many_pieces_as_for_few(seeded: Database) -> None:
    few = counts(seeded)
    generate(seeded, 80)
    assert counts(seeded) == few
    assert {path: number for path, number in few.items() if number > MOST} == {}
