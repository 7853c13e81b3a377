"""Webhooks in the settings: an owner makes one, sees how it goes, and nobody else sees that it is there."""

import re
from collections.abc import Iterator

import pytest
from sqlmodel import select

from app.core.database import Database
from app.core.working import work_off
from app.feeds.delivering import due, serve
from app.feeds.webhook_models import Webhook
from app.people.models import Membership, Role, User
from content.publishing import publish
from content.snapshot import Visibility
from tests.cast import Cast, draft
from tests.receiver import Receiver, allowing, receiving
from tests.web.client import Client

PATH = "/instellingen/webhooks"


@pytest.fixture
def site(database: Database) -> Iterator[Database]:
    with database.writing() as session:
        cast = Cast.in_(session)
        place = session.exec(select(Membership).where(Membership.user_id == cast.sjoerd.user_id)).one()
        place.role = Role.OWNER
        session.add(place)
    with allowing("127.0.0.1"):
        yield database


@pytest.fixture
def browser(site: Database) -> Iterator[Client]:
    with Client() as client:
        client.sign_in(person(site, "sjoerd"))
        yield client


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as at:
        yield at


def person(site: Database, handle: str) -> User:
    with site.reading() as session:
        return session.exec(select(User).where(User.handle == handle)).one()


def form(browser: Client, path: str = PATH, **fields: str) -> dict[str, str]:
    return {"token": browser.get(path).text.split('name="token" value="')[1].split('"')[0], **fields}


def make(browser: Client, address: str, **fields: str) -> str:
    """The page that shows the secret."""
    told = {"van": "woldzicht-verspaning", "naam": "Intranet", "adres": address, "hoort": "nieuw", **fields}
    answer = browser.post(PATH, data=form(browser, **told))
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    return answer.text


def act(browser: Client, number: int, word: str, **fields: str) -> str:
    path = f"{PATH}/{number}"
    answer = browser.post(path, data=form(browser, path, doe=word, **fields))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def only(site: Database) -> Webhook:
    with site.reading() as session:
        return session.exec(select(Webhook)).one()


def work() -> None:
    work_off()
    for hook_id in due():
        serve(hook_id)


def test_an_owner_makes_one_and_sees_its_secret_once(browser: Client, site: Database, receiver: Receiver) -> None:
    text = make(browser, receiver.address)
    (secret,) = re.findall(r"<code>(whsec_[\w+/=]{44})</code>", text)
    number = only(site).id
    page = browser.get(f"{PATH}/{number}").text
    assert receiver.address in page
    assert secret not in page
    assert "whsec_" not in page
    listed = browser.get(PATH).text
    assert "Intranet" in listed
    assert "127.0.0.1" in listed
    assert receiver.address not in listed


def test_a_test_is_sent_and_the_page_tells_how_it_went(browser: Client, site: Database, receiver: Receiver) -> None:
    make(browser, receiver.address)
    number = only(site).id
    page = browser.get(act(browser, number, "proef")).text
    assert "Er is een proefbericht onderweg" in page
    assert "Onderweg" in page
    answer = browser.post(f"{PATH}/{number}", data=form(browser, f"{PATH}/{number}", doe="proef"))
    assert answer.status_code == 409
    work()
    page = browser.get(f"{PATH}/{number}").text
    assert "Aangekomen" in page
    assert "het antwoordde 200 na" in page
    assert receiver.got[0].id in page


def test_a_message_goes_again_and_the_log_names_only_what_may_be_seen(
    browser: Client, site: Database, receiver: Receiver
) -> None:
    make(browser, receiver.address)
    number = only(site).id
    with site.writing() as session:
        cast = Cast.known(session)
        article = draft(session, cast, "lesson", slug="een", title="Het geheim van de smid")
        publish(session, article, by=cast.femke)
    work()
    page = browser.get(f"{PATH}/{number}").text
    assert 'href="/kennis/een"' in page
    (sent,) = re.findall(r'name="nr" value="(\d+)"', page)
    act(browser, number, "opnieuw", nr=sent)
    work()
    assert [one.id for one in receiver.got] == [receiver.got[0].id] * 2
    with site.writing() as session:
        kept = session.merge(article)
        kept.visibility = Visibility.ORGANISATIONS
        session.add(kept)
    page = browser.get(f"{PATH}/{number}").text
    assert "smid" not in page
    assert "een stuk dat je organisatie niet ziet" in page


def test_what_waits_for_its_next_try_goes_at_once_when_they_say_so(
    browser: Client, site: Database, receiver: Receiver
) -> None:
    make(browser, receiver.address)
    number = only(site).id
    act(browser, number, "proef")
    page = browser.get(f"{PATH}/{number}").text
    assert 'value="opnieuw"' not in page, "it goes anyway"
    receiver.status = 500
    work()
    (sent,) = re.findall(r'name="nr" value="(\d+)"', browser.get(f"{PATH}/{number}").text)
    receiver.status = 200
    act(browser, number, "opnieuw", nr=sent)
    work()
    assert len(receiver.got) == 2
    assert "Aangekomen" in browser.get(f"{PATH}/{number}").text


def test_it_is_switched_off_and_on_removed_and_brought_back(
    browser: Client, site: Database, receiver: Receiver
) -> None:
    make(browser, receiver.address)
    number = only(site).id
    act(browser, number, "uit")
    page = browser.get(f"{PATH}/{number}").text
    assert "Zet aan" in page
    assert 'value="proef"' not in page
    act(browser, number, "aan")
    gone = browser.get(act(browser, number, "weg")).text
    assert "Verwijderd." in gone
    assert browser.get(f"{PATH}/{number}").status_code == 404
    token = gone.split('name="token" value="')[1].split('"')[0]
    assert browser.post(f"{PATH}/{number}", data={"token": token, "doe": "terug"}).status_code == 303
    assert browser.get(f"{PATH}/{number}").status_code == 200


def test_a_new_secret_is_shown_once_too(browser: Client, site: Database, receiver: Receiver) -> None:
    make(browser, receiver.address)
    number = only(site).id
    answer = browser.post(f"{PATH}/{number}", data=form(browser, f"{PATH}/{number}", doe="sleutel"))
    assert re.search(r"<code>whsec_[\w+/=]{44}</code>", answer.text)
    assert "Het vorige geheim past tot" in browser.get(f"{PATH}/{number}").text


@pytest.mark.parametrize(
    "wrong", [{"naam": ""}, {"adres": ""}, {"adres": "intranet"}, {"hoort": "iets"}, {"adres": "https://10.0.0.1/"}]
)
def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(
    browser: Client, site: Database, wrong: dict[str, str]
) -> None:
    told = {"van": "woldzicht-verspaning", "naam": "Ons bord", "adres": "https://bord.example/x", "hoort": "alles"}
    answer = browser.post(PATH, data=form(browser, **told | wrong))
    assert answer.status_code == 422
    for name in {"naam", "adres"} - set(wrong):
        assert told[name] in answer.text
    with site.reading() as session:
        assert session.exec(select(Webhook)).all() == []


def test_nobody_else_learns_that_it_is_there(browser: Client, site: Database, receiver: Receiver) -> None:
    make(browser, receiver.address, naam="Geheim bord")
    number = only(site).id
    for handle in ("femke", "noor", "hinke"):
        browser.sign_in(person(site, handle))
        assert browser.get(f"{PATH}/{number}").status_code == 404
        listed = browser.get(PATH)
        assert listed.status_code == 200
        assert "Geheim bord" not in listed.text
        told = form(browser, doe="uit")
        assert browser.post(f"{PATH}/{number}", data=told).status_code == 404
        told = form(browser, van="woldzicht-verspaning", naam="x", adres="https://x.example/", hoort="nieuw")
        assert browser.post(PATH, data=told).status_code == 404
    assert only(site).off_at is None


def test_it_is_there_in_english(browser: Client, site: Database, receiver: Receiver) -> None:
    told = {"van": "woldzicht-verspaning", "naam": "Board", "adres": receiver.address, "hoort": "gevolgd"}
    text = browser.post(f"/en{PATH}", data=form(browser, f"/en{PATH}", **told)).text
    assert "You see this secret only now." in text
    assert only(site).language == "en"
