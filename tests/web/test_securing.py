"""Second steps and another mail address, from the settings and on the way in."""

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pyotp
import pytest
import time_machine
from sqlmodel import select

from app.core import settings
from app.core.clock import now
from app.core.database import Database
from app.people import codes
from app.people.auditing import AuditEntry
from app.people.models import SignInSession, User
from app.people.second_steps import MOST_TRIES, Passkey
from app.web.visit import session_cookie
from tests.cast import Cast
from tests.web.client import Client
from tests.web.conftest import ADDRESS
from tests.web.letters import code_in, letters, text

NEW = "sjoerd@elders.example"
STEP = "/instellingen/tweede-stap"


@pytest.fixture
def site(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """An empty site with a name, and the cast."""
    monkeypatch.setattr(settings, "_configured", settings.settings().model_copy(update={"base_url": ADDRESS}))
    with database.writing() as session:
        Cast.in_(session)
    return database


def person(site: Database, handle: str = "sjoerd") -> User:
    with site.reading() as session:
        return session.exec(select(User).where(User.handle == handle)).one()


@pytest.fixture
def sjoerd(site: Database) -> Iterator[Client]:
    """Sjoerd, signed in."""
    with Client() as client:
        yield client.sign_in(person(site))


def hidden(page: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, f"no field {name}"
    return found[1]


def set_up_app(client: Client) -> tuple[str, list[str]]:
    """Set an app up; its secret, and the codes for recovery that come with it."""
    page = client.get(f"{STEP}/app")
    secret = hidden(page, "geheim")
    sent = {name: hidden(page, name) for name in ("geheim", "merk", "token")}
    answer = client.post(f"{STEP}/app", data={**sent, "code": pyotp.TOTP(secret).at(int(now().timestamp()))})
    return secret, re.findall(r"<code>([A-Z2-9-]{29})</code>", answer.text)


def first_step(browser: Client, mail: str) -> httpx.Response:
    browser.post("/inloggen", data={"mail": mail, "naar": "/kaart"})
    return browser.post("/inloggen/code", data={"code": code_in(letters(mail)[-1])})


def is_in(browser: Client) -> bool:
    return browser.get("/instellingen/sessies").status_code == 200


# --- an app with codes ---


def test_an_app_is_set_up_with_recovery_codes_and_a_letter(sjoerd: Client, site: Database) -> None:
    page = sjoerd.get(f"{STEP}/app")
    assert 'class="square"' in page.text
    assert "style=" not in page.text.partition("<main")[2].partition("</main>")[0]
    _secret, recovery = set_up_app(sjoerd)
    assert len(recovery) == 10
    assert "Er is een app met codes toegevoegd." in text(letters(person(site).mail)[-1])
    assert "Je app is ingesteld." in sjoerd.get(STEP).text
    with site.reading() as session:
        assert session.exec(select(AuditEntry.action)).all() == ["add_code_app"]


def test_wrong_digits_set_nothing_up_and_keep_the_same_square(sjoerd: Client) -> None:
    page = sjoerd.get(f"{STEP}/app")
    sent = {name: hidden(page, name) for name in ("geheim", "merk", "token")}
    answer = sjoerd.post(f"{STEP}/app", data={**sent, "code": "12"})
    assert answer.status_code == 422
    assert hidden(answer, "geheim") == sent["geheim"]
    assert '<a href="#code">' in answer.text
    assert "Stel een app in" in sjoerd.get(STEP).text


def test_nobody_sets_up_an_app_with_a_secret_of_their_own(sjoerd: Client) -> None:
    page = sjoerd.get(f"{STEP}/app")
    secret = pyotp.random_base32()
    sent = {"geheim": secret, "merk": hidden(page, "merk"), "token": hidden(page, "token")}
    answer = sjoerd.post(f"{STEP}/app", data={**sent, "code": pyotp.TOTP(secret).now()})
    assert answer.status_code == 422
    assert letters() == []


def test_with_an_app_the_code_from_the_mail_is_not_enough(sjoerd: Client, site: Database) -> None:
    secret, _recovery = set_up_app(sjoerd)
    with Client(sjoerd.app) as browser:
        answer = first_step(browser, person(site).mail)
        assert answer.headers["location"] == "/inloggen/tweede-stap"
        assert session_cookie() not in answer.headers.get("set-cookie", "")
        assert not is_in(browser)
        assert browser.get("/inloggen/tweede-stap").status_code == 200
        wrong = browser.post("/inloggen/tweede-stap", data={"code": "000000"})
        assert wrong.status_code == 422
        assert "Dat klopt niet." in wrong.text
        assert not is_in(browser)
        with time_machine.travel(now() + timedelta(minutes=2)):
            digits = pyotp.TOTP(secret).at(int(now().timestamp()))
            answer = browser.post("/inloggen/tweede-stap", data={"code": digits})
            assert answer.headers["location"] == "/kaart"
            assert is_in(browser)
    with site.reading() as session:
        assert all(session.exec(select(SignInSession.is_strong)).all())


def test_a_recovery_code_lets_in_once(sjoerd: Client, site: Database) -> None:
    _secret, recovery = set_up_app(sjoerd)
    for expected in (303, 422):
        with Client(sjoerd.app) as browser:
            first_step(browser, person(site).mail)
            assert browser.post("/inloggen/tweede-stap", data={"code": recovery[0]}).status_code == expected


def test_the_second_step_cannot_be_guessed(sjoerd: Client, site: Database) -> None:
    _secret, recovery = set_up_app(sjoerd)
    with Client(sjoerd.app) as browser:
        first_step(browser, person(site).mail)
        answers = [browser.post("/inloggen/tweede-stap", data={"code": f"{n:06}"}) for n in range(MOST_TRIES + 3)]
        assert [answer.status_code for answer in answers] == [422] * MOST_TRIES + [429] * 3
        assert browser.post("/inloggen/tweede-stap", data={"code": recovery[0]}).status_code == 429
    with Client(sjoerd.app) as other:
        first_step(other, person(site).mail)
        assert other.post("/inloggen/tweede-stap", data={"code": recovery[0]}).status_code == 429


def test_without_the_first_step_there_is_no_second(sjoerd: Client, site: Database) -> None:
    secret, recovery = set_up_app(sjoerd)
    with Client(sjoerd.app) as browser:
        assert browser.get("/inloggen/tweede-stap").headers["location"] == "/inloggen"
        browser.post("/inloggen", data={"mail": person(site).mail})
        for code in (pyotp.TOTP(secret).now(), recovery[0]):
            answer = browser.post("/inloggen/tweede-stap", data={"code": code})
            assert answer.headers["location"] == "/inloggen"
        assert not is_in(browser)


def test_the_link_in_the_mail_leads_to_the_second_step_too(sjoerd: Client, site: Database) -> None:
    set_up_app(sjoerd)
    mail = person(site).mail
    with Client(sjoerd.app) as browser:
        browser.post("/inloggen", data={"mail": mail})
        link = re.search(r"\?s=([\w-]+)", text(letters(mail)[-1]))
        assert link
        answer = browser.post("/inloggen/link", data={"s": link[1]})
        assert answer.headers["location"] == "/inloggen/tweede-stap"
        assert not is_in(browser)


def test_too_late_for_the_second_step_begins_at_the_beginning(sjoerd: Client, site: Database) -> None:
    _secret, recovery = set_up_app(sjoerd)
    with Client(sjoerd.app) as browser:
        first_step(browser, person(site).mail)
        with time_machine.travel(now() + codes.GOOD_FOR + timedelta(seconds=5)):
            answer = browser.post("/inloggen/tweede-stap", data={"code": recovery[0]})
            assert answer.headers["location"] == "/inloggen"


def test_the_first_second_step_ends_every_other_session(sjoerd: Client, site: Database) -> None:
    with Client(sjoerd.app) as other:
        other.sign_in(person(site))
        assert is_in(other)
        set_up_app(sjoerd)
        assert not is_in(other)
        assert is_in(sjoerd)


def test_an_app_is_removed_with_its_recovery_codes_and_a_letter(sjoerd: Client, site: Database) -> None:
    set_up_app(sjoerd)
    token = hidden(sjoerd.get(STEP), "token")
    assert "Herstelcodes" in sjoerd.get(STEP).text
    answer = sjoerd.post(f"{STEP}/app/weg", data={"token": token})
    assert "Dat is verwijderd." in sjoerd.get(answer.headers["location"]).text
    assert "Herstelcodes" not in sjoerd.get(STEP).text
    assert "De app met codes is verwijderd." in text(letters(person(site).mail)[-1])
    with Client(sjoerd.app) as browser:
        assert first_step(browser, person(site).mail).headers["location"] == "/kaart"


def test_new_recovery_codes_are_made_only_for_who_has_a_second_step(sjoerd: Client, site: Database) -> None:
    token = hidden(sjoerd.get(f"{STEP}/app"), "token")
    assert sjoerd.post(f"{STEP}/herstelcodes", data={"token": token}).status_code == 303
    _secret, former = set_up_app(sjoerd)
    answer = sjoerd.post(f"{STEP}/herstelcodes", data={"token": token})
    fresh = re.findall(r"<code>([A-Z2-9-]{29})</code>", answer.text)
    assert len(fresh) == 10
    assert not set(fresh) & set(former)
    assert answer.headers["cache-control"] == "private, no-store"


# --- who may change how they get in ---


@pytest.mark.parametrize("path", [STEP, f"{STEP}/app", "/instellingen/mail"])
def test_who_signed_in_long_ago_does_it_again_first(sjoerd: Client, site: Database, path: str) -> None:
    assert sjoerd.get(path).status_code == 200
    with time_machine.travel(now() + timedelta(minutes=61)):
        answer = sjoerd.get(path)
        assert answer.headers["location"] == f"/inloggen?naar={path}"
        asked = sjoerd.get(answer.headers["location"])
        assert "Je bent ingelogd als Sjoerd Postma." in asked.text
        assert f'value="{person(site).mail}"' in asked.text


def test_who_signed_in_long_ago_changes_nothing(sjoerd: Client) -> None:
    token = hidden(sjoerd.get(f"{STEP}/app"), "token")
    paths = [f"{STEP}/{each}" for each in ("app", "app/weg", "sleutels", "sleutels/weg", "herstelcodes")]
    with time_machine.travel(now() + timedelta(minutes=61)):
        for path in (*paths, "/instellingen/mail", "/instellingen/mail/codes"):
            assert sjoerd.post(path, data={"token": token, "mail": NEW}).status_code == 403
    assert letters() == []


def test_every_change_needs_the_token_of_this_session(sjoerd: Client, site: Database) -> None:
    with Client(sjoerd.app) as femke:
        theirs = hidden(femke.sign_in(person(site, "femke")).get("/instellingen/mail"), "token")
    paths = [f"{STEP}/{each}" for each in ("app", "app/weg", "sleutels", "sleutels/weg", "herstelcodes")]
    for path in (*paths, "/instellingen/mail", "/instellingen/mail/codes", "/instellingen/sessies"):
        for token in ({}, {"token": theirs}, {"token": ""}):
            assert sjoerd.post(path, data={**token, "mail": NEW}).status_code == 403
    assert letters() == []


def test_a_steward_without_the_second_step_that_is_asked_is_led_to_set_one_up(
    site: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "_configured", settings.settings().model_copy(update={"second_step": "stewards"}))
    noor = person(site, "noor").mail
    with Client() as browser:
        assert first_step(browser, noor).headers["location"] == STEP
        assert "Stel eerst een tweede stap in." in browser.get("/instellingen/sessies").text
        set_up_app(browser)
        assert "Stel eerst een tweede stap in." not in browser.get("/instellingen/sessies").text


@pytest.mark.parametrize("path", ["/", "/schrijven", "/beheer", "/schrijven/1", "/en"])
def test_whose_rights_wait_for_a_second_step_reads_so_on_every_page(
    site: Database, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(settings, "_configured", settings.settings().model_copy(update={"second_step": "publishers"}))
    where = f'class="button button--s" href="{"/en" if path == "/en" else ""}{STEP}"'
    with Client() as browser:
        for handle, waits in (("noor", True), ("femke", True), ("sjoerd", False)):
            browser.sign_in(person(site, handle))
            assert (where in browser.get(path).text) is waits, handle
        assert where not in browser.sign_out().get(path).text
        browser.sign_in(person(site, "noor"))
        assert where not in browser.get(STEP).text


# --- passkeys, without a device (see tests/journeys/test_passkeys.py for one) ---


@pytest.mark.parametrize(
    "answer", ["", "x", "{}", '{"id":"x","rawId":"x","type":"public-key","response":{}}', "[" * 9999]
)
def test_what_is_no_answer_of_a_device_is_no_passkey(
    sjoerd: Client, site: Database, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    monkeypatch.setattr("app.people.passkeys.are_possible", lambda: True)
    page = sjoerd.get(STEP)
    sent = {"token": hidden(page, "token"), "raadsel": hidden(page, "raadsel"), "antwoord": answer, "naam": "x"}
    refused = sjoerd.post(f"{STEP}/sleutels", data=sent)
    assert refused.status_code == 422
    assert 'href="#antwoord"' in refused.text
    with site.reading() as session:
        assert session.exec(select(Passkey)).all() == []


def test_nobody_removes_the_passkey_of_somebody_else(sjoerd: Client, site: Database) -> None:
    femke = person(site, "femke")
    with site.writing() as session:
        session.add(Passkey(user_id=femke.id, credential_id="YQ==", public_key="YQ=="))
    with site.reading() as session:
        number = session.exec(select(Passkey.id)).one()
    token = hidden(sjoerd.get(f"{STEP}/app"), "token")
    answer = sjoerd.post(f"{STEP}/sleutels/weg", data={"token": token, "sleutel": str(number)})
    assert answer.status_code == 404
    with site.reading() as session:
        assert len(session.exec(select(Passkey)).all()) == 1


def test_a_passkey_of_somebody_is_of_no_use_to_guess_with(sjoerd: Client, site: Database) -> None:
    with site.writing() as session:
        session.add(Passkey(user_id=person(site).id, credential_id="YQ==", public_key="YQ=="))
    with Client(sjoerd.app) as browser:
        assert first_step(browser, person(site).mail).headers["location"] == "/inloggen/tweede-stap"
        sent = {"antwoord": '{"id":"YQ","rawId":"YQ","type":"public-key","response":{}}', "raadsel": "x.99999999999.y"}
        assert browser.post("/inloggen/tweede-stap", data=sent).status_code == 422
        assert not is_in(browser)


# --- another mail address ---


def ask(client: Client, mail: str) -> httpx.Response:
    token = hidden(client.get("/instellingen/mail"), "token")
    return client.post("/instellingen/mail", data={"token": token, "mail": mail})


def prove(client: Client, **sent: str) -> httpx.Response:
    token = hidden(client.get("/instellingen/mail"), "token")
    return client.post("/instellingen/mail/codes", data={"token": token, **sent})


def test_another_address_needs_a_code_from_both_and_both_hear_of_it(sjoerd: Client, site: Database) -> None:
    former = person(site).mail
    with Client(sjoerd.app) as other:
        other.sign_in(person(site))
        assert ask(sjoerd, NEW.upper()).headers["location"] == "/instellingen/mail"
        old, new = code_in(letters(former)[-1]), code_in(letters(NEW)[-1])
        assert person(site).mail == former
        answer = prove(sjoerd, oud=old, nieuw=new)
        assert (answer.status_code, answer.headers["location"]) == (303, "/instellingen/sessies?klaar=adres")
        assert person(site).mail == NEW
        assert not is_in(other)
    assert "Je e-mailadres is gewijzigd." in text(letters(former)[-1])
    assert "Voortaan log je in met dit adres." in text(letters(NEW)[-1])
    with Client(sjoerd.app) as here:
        here.carry(session_cookie(), answer.cookies[session_cookie()])
        assert NEW in here.get("/instellingen/sessies").text
    with site.reading() as session:
        assert len(session.exec(select(SignInSession)).all()) == 1
        assert session.exec(select(AuditEntry.action)).all() == ["change_mail"]


@pytest.mark.parametrize("missing", ["oud", "nieuw"])
def test_one_code_is_not_enough_and_need_not_be_typed_twice(sjoerd: Client, site: Database, missing: str) -> None:
    former = person(site).mail
    ask(sjoerd, NEW)
    both = {"oud": code_in(letters(former)[-1]), "nieuw": code_in(letters(NEW)[-1])}
    wrong = f"{(int(both[missing]) + 1) % 1_000_000:06}"
    answer = prove(sjoerd, **{**both, missing: wrong})
    assert answer.status_code == 422
    assert person(site).mail == former
    assert answer.text.count("input--code") == 1
    assert prove(sjoerd, **{missing: both[missing]}).status_code == 303
    assert person(site).mail == NEW


def test_the_codes_work_only_where_they_were_asked_for(sjoerd: Client, site: Database) -> None:
    former = person(site).mail
    ask(sjoerd, NEW)
    both = {"oud": code_in(letters(former)[-1]), "nieuw": code_in(letters(NEW)[-1])}
    for who in ("sjoerd", "femke"):
        with Client(sjoerd.app) as other:
            other.sign_in(person(site, who))
            assert prove(other, **both).headers["location"] == "/instellingen/mail"
    assert person(site).mail == former


def test_an_address_of_somebody_else_is_not_taken_and_nobody_learns_that_it_is(sjoerd: Client, site: Database) -> None:
    femke = person(site, "femke").mail
    free = ask(sjoerd, NEW)
    taken = ask(sjoerd, femke)
    assert (free.status_code, free.headers["location"]) == (taken.status_code, taken.headers["location"])
    assert femke in sjoerd.get("/instellingen/mail").text
    assert "Dit adres" not in sjoerd.get("/instellingen/mail").text
    (letter,) = letters(femke)
    assert "Het heeft er al een" in text(letter)
    assert not re.search(r"\d{3} \d{3}", text(letter))
    assert person(site).mail != femke


def test_an_address_that_somebody_else_took_meanwhile_is_not_taken(sjoerd: Client, site: Database) -> None:
    former = person(site).mail
    ask(sjoerd, NEW)
    both = {"oud": code_in(letters(former)[-1]), "nieuw": code_in(letters(NEW)[-1])}
    with site.writing() as session:
        session.exec(select(User).where(User.handle == "femke")).one().mail = NEW
    assert prove(sjoerd, **both).headers["location"] == "/instellingen/mail"
    assert person(site).mail == former


@pytest.mark.parametrize("mail", ["", "x", "x@", f"{NEW}, kwaad@elders.example", f"{NEW}\r\nBcc: kwaad@elders.example"])
def test_what_is_no_address_is_said_at_the_field(sjoerd: Client, mail: str) -> None:
    answer = ask(sjoerd, mail)
    assert answer.status_code == 422
    assert '<a href="#mail">' in answer.text
    assert letters() == []


def test_the_address_of_now_is_no_other(sjoerd: Client, site: Database) -> None:
    assert "Dit is je adres al." in ask(sjoerd, person(site).mail).text
    assert letters() == []


def test_five_wrong_codes_end_the_change(sjoerd: Client, site: Database) -> None:
    former = person(site).mail
    ask(sjoerd, NEW)
    both = {"oud": code_in(letters(former)[-1]), "nieuw": code_in(letters(NEW)[-1])}
    wrong = f"{(int(both['nieuw']) + 1) % 1_000_000:06}"
    answers = [prove(sjoerd, oud=both["oud"], nieuw=wrong) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {422}
    assert "Deze codes werken niet meer." in answers[-1].text
    prove(sjoerd, **both)
    assert person(site).mail == former


def test_nobody_is_flooded_by_asking_for_changes(sjoerd: Client, site: Database) -> None:
    statuses = [ask(sjoerd, f"wie{n}@elders.example").status_code for n in range(8)]
    assert statuses == [303] * 5 + [429] * 3
    assert len(letters(person(site).mail)) == 5


def test_a_session_is_needed(site: Database) -> None:
    with Client() as stranger:
        for path in (STEP, f"{STEP}/app", "/instellingen/mail", "/instellingen"):
            assert stranger.get(path).headers["location"].startswith("/inloggen?naar=")
        assert stranger.get("/en/instellingen/mail").headers["location"].startswith("/en/inloggen?naar=/en/")
