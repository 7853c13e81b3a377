"""Pages of people ask the database as often for many as for few."""

import pytest
from sqlmodel import select

from app.core.database import Database
from app.people.inviting import invite
from app.people.joining import apply, ask_for_place, become_known
from app.people.models import Membership, Organisation, Role, User
from app.people.signing_in import actor_for, begin_session
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
