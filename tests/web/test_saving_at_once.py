"""A save that comes in while somebody else changes the same draft: it keeps what they did beside what was typed."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlmodel import Session, select

from app.core.database import Database
from app.people.models import User
from app.people.signing_in import actor_for
from content import filing
from content.bylines import add_name
from content.credits import CreditInvitation
from content.models import Article
from content.preparing import prepare_file
from content.seed import source
from tests.web.client import Client
from tests.web.filling import fields_of
from tests.web.joining import person
from tests.web.test_api_writing import token
from tests.web.test_pages_writing import begin, draft, form_of

pytestmark = pytest.mark.whole

ON_BOTH_DATABASES = True

Save = Callable[[], httpx.Response]


@pytest.fixture
def femke(seeded: Database) -> Iterator[Client]:
    with Client() as client:
        client.sign_in(person(seeded, "femke"))
        yield client


@pytest.fixture
def at(femke: Client) -> str:
    """The editor of a new lesson."""
    return begin(femke)


def by_typing(femke: Client, seeded: Database, at: str) -> Save:
    """What an open editor sends."""
    form = form_of(femke, at)
    return lambda: femke.post(f"{at}/bewaren", data={**form, "takeaway": "Meet eerst."})


def by_button(femke: Client, seeded: Database, at: str) -> Save:
    """The button of the form."""
    form = form_of(femke, at)
    return lambda: femke.post(at, data={**form, "takeaway": "Meet eerst."})


def by_choosing(femke: Client, seeded: Database, at: str) -> Save:
    """What was chosen of two texts."""
    form = form_of(femke, at)
    assert femke.post(at, data={**form, "takeaway": "Van de ander."}).status_code == 303
    choosing = fields_of(femke.post(at, data={**form, "takeaway": "Meet eerst."}).text, "samen")
    return lambda: femke.post(f"{at}/samenvoegen", data={**choosing, "kies-takeaway": "mine"})


def by_program(femke: Client, seeded: Database, at: str) -> Save:
    """Through the API."""
    with seeded.reading() as session:
        address = f"/api/v1/articles/{session.get_one(Article, number_in(at)).slug}"
    tag, change = f'"{draft(seeded, at).version}"', {"told": {"takeaway": "Meet eerst."}}
    headers = token(seeded, "femke", "write") | {"if-match": tag}

    def save() -> httpx.Response:
        with Client() as program:
            return program.request("PATCH", address, json=change, headers=headers)

    return save


def number_in(at: str) -> int:
    return int(at.rpartition("/")[2])


def add_picture(session: Session, article: Article) -> None:
    by = actor_for(session, session.exec(select(User).where(User.handle == "tjitske")).one())
    filing.add(session, article, prepare_file("cel.jpg", source.file("lascel-tijdens-proef.jpg")), by=by)


def say_yes(session: Session, article: Article) -> None:
    """Sjoerd was asked to stand on it, and does."""
    asked = CreditInvitation(piece_id=article.piece_id, mail="x", token_digest="x")
    add_name(session, asked, session.exec(select(User).where(User.handle == "sjoerd")).one())


@pytest.mark.parametrize("door", [by_typing, by_button, by_choosing, by_program])
def test_a_picture_and_a_name_that_come_while_a_save_waits_stay(
    femke: Client, seeded: Database, at: str, door: Callable[[Client, Database, str], Save]
) -> None:
    save = door(femke, seeded, at)
    with ThreadPoolExecutor(1) as other:
        with seeded.writing() as session:
            article = session.get_one(Article, number_in(at))
            add_picture(session, article)
            say_yes(session, article)
            saving = other.submit(save)
            # Long enough for it to have read what it is going to change, and to wait for us.
            time.sleep(0.4)
            assert not saving.done()
        assert saving.result().status_code in (200, 303)
    content = draft(seeded, at).content
    assert content.told == {"takeaway": "Meet eerst."}
    assert [use.name for use in content.files] == ["cel.jpg"]
    assert content.authors == ("femke", "sjoerd")
