import pytest
from sqlmodel import select

from app.core import epoch
from app.core.database import Database
from app.people.models import User, UserState
from tests.web.client import Client
from tests.web.looking import look


def change(database: Database, handle: str, **values: object) -> User:
    with database.writing() as session:
        user = session.exec(select(User).where(User.handle == handle)).one()
        for name, value in values.items():
            setattr(user, name, value)
    return user


def test_a_person_shows_work_and_what_to_ask(client: Client) -> None:
    page = look(client, "/mensen/femke")
    assert page.headings[0] == "Femke Hoekstra"
    assert "Docent-onderzoeker slim maken bij Kennislab Slim Maken , Leeuwarden" in page.text
    assert "3 praktijkcases, 3 lessen, 1 techniek" in page.text
    assert {"/kennis/begin-met-een-nulmeting", "/mensen/jantina", "/onderwerpen/mes"} <= set(page.links)


def test_a_member_sees_what_is_for_members(client: Client, seeded: Database) -> None:
    client.sign_in(change(seeded, "sjoerd"))
    assert "3 praktijkcases, 3 lessen, 2 technieken" in look(client, "/mensen/femke").text


def test_a_co_author_without_a_page_is_named_and_not_linked(client: Client, seeded: Database) -> None:
    change(seeded, "jantina", has_profile=False)
    page = look(client, "/mensen/femke")
    assert "Jantina Oosterhuis" in page.text
    assert "/mensen/jantina" not in page.links


def test_what_somebody_keeps_off_their_page_stands_nowhere_else(client: Client, seeded: Database) -> None:
    piece, theirs, work = "/kennis/begin-met-een-nulmeting", "/organisaties/kennislab-slim-maken", "Docent-onderzoeker"
    shown = {path: look(client, path).text for path in ("/mensen/jantina", piece, theirs, "/mensen")}
    assert "Femke Hoekstra Kennislab Slim Maken , 1 stuk" in shown["/mensen/jantina"].replace("Maken,", "Maken ,")
    assert all(f"Femke Hoekstra {work}" in shown[path] for path in (piece, theirs, "/mensen"))
    with seeded.writing() as session:
        session.exec(select(User).where(User.handle == "femke")).one().hides = ["title", "workplace"]
        epoch.move(session)
    hidden = {path: look(client, path).text for path in shown}
    assert "Femke Hoekstra 1 stuk" in hidden["/mensen/jantina"]
    assert not [path for path, text in hidden.items() if work in text]
    assert "Door Femke Hoekstra 3 september 2024" in hidden[piece]
    assert f"Femke Hoekstra {work}" in shown[theirs]
    assert "FH Femke" not in hidden[theirs]


@pytest.mark.parametrize("handle", ["sjoerd", "hinke", "niemand", "%27"])
def test_who_wants_no_page_is_not_found_like_nobody(client: Client, handle: str) -> None:
    page = look(client, f"/mensen/{handle}", status=404)
    assert page.text == look(client, "/mensen/zomaar-iemand", status=404).text


@pytest.mark.parametrize("values", [{"has_profile": False}, {"state": UserState.ERASED}])
def test_a_page_is_gone_at_once(client: Client, seeded: Database, values: dict[str, object]) -> None:
    look(client, "/mensen/femke")
    with seeded.writing() as session:
        user = session.exec(select(User).where(User.handle == "femke")).one()
        for name, value in values.items():
            setattr(user, name, value)
        epoch.move(session)
    look(client, "/mensen/femke", status=404)


def test_a_person_without_a_workplace_or_pieces_has_a_page_too(client: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        session.add(User(handle="los", name="Los", mail="los@x.example", has_profile=True))
    page = look(client, "/mensen/los")
    assert "Nog geen stukken" in page.text
    assert "Vraag het Los" not in page.headings


def test_the_english_page_speaks_english(client: Client) -> None:
    page = look(client, "/en/mensen/femke")
    assert "Lecturer-researcher, smart manufacturing at Kennislab Slim Maken" in page.text
    assert "Ask Femke" in page.headings
