"""Viewing as somebody: stewards see what a person sees, change nothing, and it is told."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlmodel import Session, SQLModel, col, select

from app.core.clock import now
from app.core.database import Database
from app.people import belonging, own_data
from app.people.auditing import AuditEntry
from app.people.models import Membership, SignInSession, User, UserState
from app.people.signing_in import actor_for
from app.web.needs import VIEWED_OPEN
from tests.promises.rights import Stage
from tests.promises.test_rights import operations
from tests.web.client import Client
from tests.web.joining import person
from tests.web.looking import look
from tests.web.test_asking import asked
from tests.web.test_pages_inviting import post, token_in

pytestmark = pytest.mark.whole

MEMBERS_ONLY = "/kennis/ot-netwerk-scheiden"
BAR = "Je kijkt mee als Femke Hoekstra"


@pytest.fixture
def noor(seeded: Database) -> Iterator[Client]:
    with Client() as client:
        client.sign_in(person(seeded, "noor"))
        yield client


def view_as(noor: Client, database: Database, handle: str = "femke") -> int:
    return post(noor, f"/beheer/leden/{person(database, handle).id}/meekijken", page="/instellingen/profiel")


def rows(session: Session) -> dict[str, list[object]]:
    """Everything that stands in the database."""
    return {
        table.name: [tuple(row) for row in session.connection().execute(table.select()).all()]
        for table in SQLModel.metadata.sorted_tables
    }


def test_a_steward_sees_what_the_person_sees_under_a_bar_with_a_way_out(noor: Client, seeded: Database) -> None:
    assert view_as(noor, seeded) == 303
    for path in ("/", "/overzicht", "/instellingen/gegevens", "/schrijven", "/en/zoeken?q=cobot", "/over/privacy"):
        answer = noor.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store"), path
        assert "Femke Hoekstra" in answer.text
        assert 'action="/meekijken/einde"' in answer.text or 'action="/en/meekijken/einde"' in answer.text
    assert BAR in noor.get("/overzicht").text
    assert noor.get("/api/v1/me").json()["handle"] == "femke"
    # The person is no steward; the page that says so has the way out too, and so has one of no route at all.
    for path in ("/beheer/leden", "/bestaat-niet", "/kennis/bestaat-niet"):
        answer = noor.get(path)
        assert (answer.status_code, BAR in answer.text) == (404, True), path
    assert post(noor, "/meekijken/einde", page="/overzicht") == 303
    assert BAR not in noor.get("/overzicht").text
    assert noor.get("/beheer/leden").status_code == 200


def test_nothing_is_changed_while_viewing_by_any_operation(noor: Client, seeded: Database) -> None:
    stage = Stage()
    with seeded.writing() as session:
        stage.set_up(session)
    assert view_as(noor, seeded) == 303
    token = token_in(noor.get("/overzicht").text)
    with seeded.reading() as session:
        before = rows(session)
    asked = 0
    for method, path in sorted(operations()):
        if (method == "GET" and not path.endswith("/terug")) or path in VIEWED_OPEN:
            continue
        address, body = stage.address(method, path), stage.body(method, path)
        sent = {"json": body} if path.startswith("/api/") else {"data": body | {"token": token}}
        answer = noor.request(method, address, **({} if method == "GET" else sent))
        assert answer.status_code == 403, (method, path, answer.status_code)
        assert "You are viewing as" in answer.text or BAR in answer.text, (method, path)
        asked += 1
    assert asked > 90
    with seeded.reading() as session:
        after = rows(session)
    assert {name for name in before if before[name] != after[name]} == set()
    # The control: the same things are there to be done for whoever they belong to.
    noor.sign_in(person(seeded, "femke"))
    assert post(noor, "/mensen/tjitske/volgen", page="/overzicht") == 303


def test_letters_stay_between_those_who_write_them(noor: Client, client: Client, seeded: Database) -> None:
    client.sign_in(person(seeded, "sjoerd"))
    path = asked(client)
    assert view_as(noor, seeded, "sjoerd") == 303
    answer = noor.get(path)
    assert (answer.status_code, "Welke mal?" in answer.text) == (403, False)
    assert client.get(path).status_code == 200


def test_never_as_another_steward_and_not_as_who_cannot_sign_in(noor: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        for handle, change in (("aafke", {"is_steward": True}), ("okke", {"state": UserState.SUSPENDED})):
            user = session.exec(select(User).where(User.handle == handle)).one()
            for name, value in change.items():
                setattr(user, name, value)
    for handle in ("aafke", "okke", "noor"):
        assert view_as(noor, seeded, handle) == 409
        assert "/meekijken" not in noor.get(f"/beheer/leden/{person(seeded, handle).id}").text
    assert noor.get("/beheer/leden").status_code == 200


def test_who_is_no_steward_views_as_nobody(client: Client, seeded: Database) -> None:
    client.sign_in(person(seeded, "tjitske"))
    assert view_as(client, seeded) == 404
    assert post(client, "/meekijken/einde", page="/overzicht") == 303
    assert "Tjitske" in client.get("/overzicht").text


def test_rights_are_those_of_the_person_at_this_request(noor: Client, seeded: Database) -> None:
    assert view_as(noor, seeded) == 303
    assert noor.get(MEMBERS_ONLY).status_code == 200
    with seeded.writing() as session:
        femke = session.exec(select(User).where(User.handle == "femke")).one()
        by = actor_for(session, session.exec(select(User).where(User.handle == "noor")).one())
        belonging.remove(session, session.exec(select(Membership).where(Membership.user_id == femke.id)).one(), by=by)
    assert noor.get(MEMBERS_ONLY).status_code == 404


@pytest.mark.parametrize("change", [{"is_steward": True}, {"state": UserState.SUSPENDED}, {"state": UserState.ERASED}])
def test_it_is_over_as_soon_as_nobody_may_view_as_them(
    noor: Client, seeded: Database, change: dict[str, object]
) -> None:
    assert view_as(noor, seeded) == 303
    with seeded.writing() as session:
        femke = session.exec(select(User).where(User.handle == "femke")).one()
        for name, value in change.items():
            setattr(femke, name, value)
    assert "Noor" in noor.get("/overzicht").text
    assert BAR not in noor.get("/overzicht").text


def test_who_is_no_steward_any_more_is_only_themselves(noor: Client, seeded: Database) -> None:
    assert view_as(noor, seeded) == 303
    with seeded.writing() as session:
        session.exec(select(User).where(User.handle == "noor")).one().is_steward = False
    assert BAR not in noor.get("/overzicht").text
    assert noor.get("/beheer/leden").status_code == 404


def test_it_ends_by_itself_and_with_signing_out(noor: Client, seeded: Database) -> None:
    assert view_as(noor, seeded) == 303
    with time_machine.travel(now() + timedelta(minutes=29)):
        assert BAR in noor.get("/overzicht").text
    with time_machine.travel(now() + timedelta(minutes=31)):
        assert BAR not in noor.get("/overzicht").text
        assert noor.get("/beheer/leden").status_code == 200
    assert post(noor, "/uitloggen", page="/overzicht") == 303
    assert noor.get("/overzicht").status_code == 303
    with seeded.reading() as session:
        assert session.exec(select(SignInSession).where(col(SignInSession.views_as_id).is_not(None))).all() == []
    noor.sign_in(person(seeded, "noor"))
    assert BAR not in noor.get("/overzicht").text


def test_it_stands_in_the_log_and_among_the_persons_own_data(noor: Client, client: Client, seeded: Database) -> None:
    client.sign_in(person(seeded, "femke"))
    assert "Wie meekeek" not in look(client, "/instellingen/gegevens").headings
    assert view_as(noor, seeded) == 303
    assert post(noor, "/meekijken/einde", page="/overzicht") == 303
    with seeded.reading() as session:
        assert [entry.action for entry in session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()] == [
            "view_as",
            "end_view_as",
        ]
    told = look(noor, "/beheer/logboek").text
    assert "keek mee als" in told
    assert "Femke Hoekstra" in told
    assert "Wie meekeek" in look(client, "/instellingen/gegevens").headings
    with seeded.writing() as session:
        copy = own_data.told_of(session, session.exec(select(User).where(User.handle == "femke")).one())
    assert [entry["action"] for entry in copy["log"]] == ["view_as", "end_view_as"]
    client.sign_in(person(seeded, "sjoerd"))
    assert "Wie meekeek" not in look(client, "/instellingen/gegevens").headings
