"""What the service worker is made of, and the word by which it learns that something public changed or went."""

import re
from collections.abc import Callable

import pytest
from sqlmodel import Session, select

from app.core.database import Database
from app.people.actor import Actor
from app.people.models import User
from app.web.assets import edition
from content.models import Article, Stage
from content.publishing import show_to, withdraw
from content.snapshot import Visibility
from tests.web.client import Client

STEWARD = Actor(is_steward=True)
PIECE = "/kennis/begin-met-een-nulmeting"
SIGN = "<span data-kept-at></span>"
HIDDEN = (Article.visibility == Visibility.MEMBERS, Article.stage == Stage.PUBLISHED)


def test_the_worker_stands_at_the_root_and_under_the_wall(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_the_worker_is_another_one_with_every_edition_and_names_files_that_are_there(client: Client) -> None:
    text = client.get("/sw.js").text
    assert f'const EDITION = "{edition().name}";' in text
    named = re.findall(r'"(/[^"]+)"', text.partition("// ")[0])
    assert {"/openbaar.json", "/over/offline", "/en/over/offline"} < set(named)
    assert [path for path in named if client.get(path).status_code != 200] == []


def test_only_a_piece_that_everybody_sees_carries_the_sign_of_a_copy(client: Client, seeded: Database) -> None:
    assert client.get(PIECE).text.count(SIGN) == 1
    assert SIGN not in client.get("/kennis").text
    with seeded.reading() as session:
        (members_piece, *_more) = session.exec(select(Article.slug).where(*HIDDEN)).all()
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
    client.sign_in(sjoerd)
    answer = client.get(f"/kennis/{members_piece}")
    assert (answer.status_code, SIGN in answer.text) == (200, False)


def _withdraw(session: Session, article: Article) -> None:
    withdraw(session, article, by=STEWARD, reason_nl="Niet meer waar.")


def _hide(session: Session, article: Article) -> None:
    show_to(session, article, Visibility.MEMBERS, by=STEWARD, allowed=set())


@pytest.mark.parametrize("change", [_withdraw, _hide])
def test_the_state_is_another_word_once_something_public_went(
    seeded: Database, change: Callable[[Session, Article], None]
) -> None:
    with Client() as client:
        before = client.get("/openbaar.json").json()["state"]
        assert client.get("/openbaar.json").json()["state"] == before
    with seeded.writing() as session:
        change(session, session.exec(select(Article).where(Article.slug == PIECE.rpartition("/")[2])).one())
    with Client() as client:
        assert client.get("/openbaar.json").json()["state"] != before


def test_the_state_says_nothing_of_what_is_hidden(seeded: Database) -> None:
    with Client() as client:
        before = client.get("/openbaar.json").json()
    with seeded.writing() as session:
        _withdraw(session, session.exec(select(Article).where(*HIDDEN)).all()[0])
    with Client() as client:
        assert client.get("/openbaar.json").json() == before
