"""Pages of people ask the database as often for many as for few."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from sqlmodel import Session, select

from app.core.database import Database
from app.people import places
from app.people.inviting import invite
from app.people.joining import apply, ask_for_place, become_known
from app.people.models import Membership, Organisation, Role, User
from app.people.signing_in import actor_for, begin_session
from app.web.pages import own_colleagues
from tests.bench import peopling
from tests.people.joining import WISH, company
from tests.web.client import Client
from tests.web.joining import person
from tests.web.test_pages_queries import counting

PAGES = (
    ("tjitske", "/instellingen/collegas"),
    ("tjitske", "/instellingen/organisatie"),
    ("noor", "/beheer/aanvragen"),
    ("noor", "/beheer/leden"),
    ("noor", "/beheer/logboek"),
)

MOST = 30
"""Questions that any of these pages may ask."""


def counts(database: Database) -> dict[str, int]:
    found = {}
    for handle, path in PAGES:
        with Client() as client:
            client.sign_in(person(database, handle))
            with counting(database) as asked:
                assert client.get(path).status_code == 200
            found[path] = len(asked)
    return found


def crowd(database: Database, many: int, first: int) -> None:
    """So many more colleagues, invitations, applicants and people who ask for a place."""
    with database.writing() as session:
        lab = session.exec(select(Organisation).where(Organisation.slug == "kennislab-slim-maken")).one()
        owner = actor_for(session, session.exec(select(User).where(User.handle == "tjitske")).one())
        mails = [f"nieuw{number}@lab.example" for number in range(first, first + many)]
        invite(session, lab, mails, Role.READER, by=owner)
        for number in range(first, first + many):
            colleague = become_known(session, f"c{number}@lab.example", name=f"Collega {number}")
            session.add(Membership(user_id=colleague.id, organisation_id=lab.id))
            begin_session(session, colleague, device="")
            asker = become_known(session, f"v{number}@lab.example", name=f"Vrager {number}")
            ask_for_place(session, lab, WISH, by=asker)
            founder = become_known(session, f"b{number}@bedrijf.example", name=f"Baas {number}")
            apply(session, company(f"Bedrijf {number}", f"{10_000_000 + number}"), WISH, by=founder)


@pytest.mark.slow
def test_a_page_asks_as_often_for_many_people_as_for_few(seeded: Database) -> None:
    crowd(seeded, 2, 0)
    few = counts(seeded)
    crowd(seeded, 40, 2)
    assert counts(seeded) == few
    assert {path: number for path, number in few.items() if number > MOST} == {}


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_pages_ask_as_often_with_two_thousand_people_as_with_two_hundred(
    seeded: Database, record_property: Callable[[str, object], None]
) -> None:
    """The directory, the list of organisations, members' own pages, what stewards see: 20/200 against 200/2,000."""
    found = []
    sizes = [(0, 0), *peopling.SIZES]
    for (had, had_people), (organisations, people) in pairwise(sizes):
        peopling.crowd(seeded, organisations - had, people - had_people)
        found.append({f"{path} ({who})": len(asked_by(seeded, who, path)) for who, path in peopling.PAGES})
    few, many = found
    record_property("statements", many)
    assert many == few
    assert max(many.values()) <= MOST


def asked_by(database: Database, who: str, path: str) -> list[str]:
    """What this page asks the database for this person, once it was shown before."""
    with Client() as client:
        if who:
            client.sign_in(person(database, who))
        assert client.get(path).status_code == 200
        with counting(database) as asked:
            assert client.get(f"{path}{'&' if '?' in path else '?'}nieuw=1").status_code == 200
    return list(asked)


def test_a_page_that_asks_once_for_each_person_would_be_seen(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the list of colleagues asks for each of them once more."""
    whole = places.colleagues

    def careless(session: Session, organisation: Organisation) -> list[places.Colleague]:
        return [each for each in whole(session, organisation) if places.places_of(session, each.user.id)]

    monkeypatch.setattr(own_colleagues, "colleagues", careless)
    found = []
    for many in (2, 12):
        crowd(seeded, many, 100 * many)
        found.append(len(asked_by(seeded, "tjitske", "/instellingen/collegas")))
    assert found[1] >= found[0] + 10
