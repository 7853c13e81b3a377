"""Nog waar? One mail, one press; and taking a piece back with a reason and what to read instead."""

from datetime import timedelta

import pytest
import time_machine
from sqlmodel import select

from app.core.clock import now, today
from app.core.database import Database
from app.core.working import work_off
from app.people.models import User
from app.people.signing_in import actor_for
from content.models import Article, Stage
from content.retiring import ask_whether_true, take_back_piece
from tests.web.client import Client
from tests.web.joining import letters, person
from tests.web.test_pages_reviewing import femke, post  # noqa: F401 - a fixture

pytestmark = pytest.mark.whole

SLUG = "ot-netwerk-scheiden"
WARNING = "prijzen en producten zelf"


def article(seeded: Database, slug: str = SLUG) -> Article:
    with seeded.reading() as session:
        return session.exec(select(Article).where(Article.slug == slug)).one()


def make_due(seeded: Database, days: int) -> Article:
    with seeded.writing() as session:
        found = session.exec(select(Article).where(Article.slug == SLUG)).one()
        found.example, found.review_due = False, today() + timedelta(days=days)
        return found


def test_the_owner_is_asked_once_and_says_so_with_one_press(seeded: Database, femke: Client) -> None:  # noqa: F811
    make_due(seeded, 10)
    with seeded.writing() as session:
        assert (ask_whether_true(session), ask_whether_true(session)) == (1, 0)
    assert len(letters(seeded, "still_true")) == 1
    at = f"/schrijven/{article(seeded).id}/nog-waar"
    before = article(seeded).review_due
    for _opening in range(2):
        assert "Nog waar?" in femke.get(at).text
    assert article(seeded).review_due == before, "opening it changes nothing"
    for _press in range(2):
        assert post(femke, at, at, doe="geldig").status_code == 303
    assert article(seeded).review_due > today() + timedelta(days=300)  # type: ignore[operator]
    with seeded.writing() as session:
        assert ask_whether_true(session) == 0
    with time_machine.travel(now() + timedelta(days=1000)), seeded.writing() as session:
        assert session.exec(select(Article).where(Article.slug == SLUG)).one().asked_at is None


def test_who_looks_after_a_piece_hears_in_the_inbox_that_it_is_old_or_was_taken_back(seeded: Database) -> None:
    make_due(seeded, 10)
    with seeded.writing() as session:
        ask_whether_true(session)
    work_off()
    (mail,) = letters(seeded, "still_true")
    with seeded.reading() as session:
        user = session.exec(select(User).where(User.mail == mail)).one()
    with Client() as keeper, Client() as noor:
        keeper.sign_in(user)
        assert f"/schrijven/{article(seeded).id}/nog-waar" in keeper.get("/overzicht/meldingen").text
        with seeded.writing() as session:
            found = session.exec(select(Article).where(Article.slug == SLUG)).one()
            take_back_piece(session, found, by=actor_for(session, person(seeded, "noor")), reason_nl="Klopt niet.")
        work_off()
        page = keeper.get("/overzicht/meldingen").text
        assert page.count(f'href="/kennis/{SLUG}"') == 1
        assert "is ingetrokken" in page
        noor.sign_in(person(seeded, "noor"))
        assert "is ingetrokken" not in noor.get("/overzicht/meldingen").text


def test_readers_of_an_old_piece_are_warned_until_it_is_looked_at(seeded: Database, femke: Client) -> None:  # noqa: F811
    make_due(seeded, -3)
    page = f"/kennis/{SLUG}"
    warned = WARNING in femke.get(page).text
    at = f"/schrijven/{article(seeded).id}/nog-waar"
    post(femke, at, at, doe="geldig")
    assert warned
    assert WARNING not in femke.get(page).text


def test_to_change_it_leads_to_the_editor_and_not_true_takes_it_back(seeded: Database, femke: Client) -> None:  # noqa: F811
    found = article(seeded)
    at = f"/schrijven/{found.id}/nog-waar"
    assert post(femke, at, at, doe="bijwerken").headers["location"] == f"/schrijven/{found.id}"
    assert post(femke, at, at, doe="dansen").status_code == 422
    assert post(femke, at, at, doe="intrekken").status_code == 303
    assert femke.get(f"/kennis/{SLUG}").status_code == 410


def test_taking_back_needs_a_reason_and_names_what_to_read_instead(
    seeded: Database,
    client: Client,
    femke: Client,  # noqa: F811
) -> None:
    at = f"/kennis/{SLUG}/intrekking"
    empty = post(femke, at, at, reason="", successor="begin-met-een-nulmeting")
    assert empty.status_code == 422
    assert "begin-met-een-nulmeting" in empty.text
    assert post(femke, at, at, reason="Fout.", successor="bestaat-niet").status_code == 422
    assert post(femke, at, at, reason="Fout.", successor=SLUG).status_code == 422
    for _press in range(2):
        told = {
            "reason": "De cijfers klopten niet.",
            "successor": "http://proeftuin.example/kennis/begin-met-een-nulmeting",
        }
        assert post(femke, at, at, **told).status_code in (303, 200)
    gone = femke.get(f"/kennis/{SLUG}")
    assert gone.status_code == 410
    assert "De cijfers klopten niet." in gone.text
    assert "/kennis/begin-met-een-nulmeting" in gone.text
    assert client.get(f"/kennis/{SLUG}").status_code == 404, "for members only, so not there for a stranger"
    assert post(femke, at, at, doe="terug").status_code == 303
    assert femke.get(f"/kennis/{SLUG}").status_code == 200
    assert article(seeded).stage == Stage.PUBLISHED


def test_nobody_else_takes_a_piece_back(seeded: Database) -> None:
    for handle in ("sjoerd", "aafke", "tjitske"):
        with Client() as other:
            other.sign_in(person(seeded, handle))
            expected = 200 if handle == "tjitske" else 404
            assert other.get(f"/kennis/{SLUG}/intrekking").status_code == expected, handle
            assert other.get(f"/schrijven/{article(seeded).id}/nog-waar").status_code == expected, handle
