"""Signing in over HTTP, with everything that others try: scanners, wrong browsers, second uses, guesses, and many."""

import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import time_machine
from sqlalchemy import event
from sqlmodel import Session, select

from app.core.clock import now
from app.core.database import Database
from app.people import codes, entering
from app.people.models import SignInSession, User
from app.web.visit import session_cookie
from tests.cast import Cast
from tests.counts import full
from tests.web.client import Client
from tests.web.conftest import ADDRESS
from tests.web.letters import code_in, letters, link_in, text

NOBODY = "niemand@elders.example"


@pytest.fixture
def site(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """An empty site with a name, and the cast."""
    from app.core import settings

    monkeypatch.setattr(settings, "_configured", settings.settings().model_copy(update={"base_url": ADDRESS}))
    with database.writing() as session:
        Cast.in_(session)
    return database


@pytest.fixture
def browser(site: Database) -> Iterator[Client]:
    """Somebody who is not signed in."""
    with Client() as client:
        yield client


@pytest.fixture
def sjoerd(site: Database) -> str:
    """A mail address that somebody is known by."""
    with site.reading() as session:
        return session.exec(select(User.mail).where(User.handle == "sjoerd")).one()


def ask(browser: Client, mail: str, **more: str) -> httpx.Response:
    return browser.post("/inloggen", data={"mail": mail, **more})


def is_in(browser: Client) -> bool:
    return "Ingelogd als" in browser.get("/").text or "Mijn account" in browser.get("/").text


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


# --- the way in ---


def test_the_code_from_the_mail_lets_in_and_leads_to_where_one_wanted_to_go(browser: Client, sjoerd: str) -> None:
    answer = ask(browser, f"  {sjoerd.upper()} ", naar="/onderwerpen?x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/inloggen/code")
    page = browser.get("/inloggen/code")
    assert sjoerd in page.text
    assert page.headers["cache-control"] == "private, no-store"
    (letter,) = letters(sjoerd)
    answer = browser.post("/inloggen/code", data={"code": code_in(letter)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/onderwerpen?x=1")
    assert is_in(browser)


def test_the_link_shows_a_button_and_the_button_lets_in(browser: Client, sjoerd: str) -> None:
    ask(browser, sjoerd)
    link = link_in(letters(sjoerd)[0])
    page = browser.get(link)
    assert 'action="/inloggen/link"' in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert not is_in(browser)
    assert browser.post("/inloggen/link", data={"s": link.partition("=")[2]}).status_code == 303
    assert is_in(browser)


def test_signing_in_speaks_the_language_of_the_page(browser: Client, sjoerd: str) -> None:
    answer = browser.post("/en/inloggen", data={"mail": sjoerd})
    assert answer.headers["location"] == "/en/inloggen/code"
    assert "Type the code" in browser.get("/en/inloggen/code").text
    (letter,) = letters(sjoerd)
    assert "is your code for Proeftuin" in letter["Subject"]
    assert link_in(letter).startswith("/en/inloggen/link")
    assert browser.post("/en/inloggen/code", data={"code": code_in(letter)}).headers["location"] == "/en"


def test_what_is_no_mail_address_is_said_at_the_field_and_kept(browser: Client) -> None:
    answer = ask(browser, "sjoerd@", naar="/kennis")
    assert answer.status_code == 422
    assert 'value="sjoerd@"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert '<a href="#mail">' in answer.text
    assert "<title>Fout: " in answer.text
    assert 'name="naar" value="/kennis"' in answer.text
    assert letters() == []


def test_a_wrong_code_is_said_at_the_field_with_the_tries_that_are_left(browser: Client, sjoerd: str) -> None:
    ask(browser, sjoerd)
    wrong = another(code_in(letters(sjoerd)[0]))
    answer = browser.post("/inloggen/code", data={"code": wrong})
    assert answer.status_code == 422
    assert "Je kunt het nog 4 keer proberen." in answer.text
    assert '<a href="#code">' in answer.text
    assert "<title>Fout: " in answer.text


def test_who_asked_for_nothing_begins_at_the_beginning(browser: Client) -> None:
    assert browser.get("/inloggen/code").headers["location"] == "/inloggen"
    for path in ("/inloggen/code", "/inloggen/nieuwe-code"):
        assert browser.post(path, data={"code": "123456"}).headers["location"] == "/inloggen"


def test_a_new_code_ends_the_former_and_keeps_where_one_wanted_to_go(browser: Client, sjoerd: str) -> None:
    ask(browser, sjoerd, naar="/kaart")
    assert browser.post("/inloggen/nieuwe-code").headers["location"] == "/inloggen/code"
    first, second = (code_in(letter) for letter in letters(sjoerd))
    if first != second:
        assert browser.post("/inloggen/code", data={"code": first}).status_code == 422
    assert browser.post("/inloggen/code", data={"code": second}).headers["location"] == "/kaart"


# --- what others try ---


def test_a_scanner_that_opens_every_link_neither_gets_in_nor_uses_it_up(browser: Client, sjoerd: str) -> None:
    ask(browser, sjoerd)
    link = link_in(letters(sjoerd)[0])
    with Client(browser.app) as scanner:
        for _ in range(5):
            assert scanner.get(link).status_code == 200
            assert scanner.head(link).status_code == 200
        assert 'action="/inloggen/link"' not in scanner.get(link).text
        assert session_cookie() not in scanner.get(link).headers.get("set-cookie", "")
    assert browser.post("/inloggen/link", data={"s": link.partition("=")[2]}).status_code == 303
    assert is_in(browser)


def test_a_scanner_that_presses_buttons_too_gets_nowhere(browser: Client, sjoerd: str) -> None:
    ask(browser, sjoerd)
    (letter,) = letters(sjoerd)
    token = link_in(letter).partition("=")[2]
    with Client(browser.app) as scanner:
        for _ in range(10):
            assert scanner.post("/inloggen/link", data={"s": token}).status_code == 422
            assert scanner.post("/inloggen/code", data={"code": code_in(letter)}).headers["location"] == "/inloggen"
        assert not is_in(scanner)
    assert browser.post("/inloggen/code", data={"code": code_in(letter)}).status_code == 303
    assert is_in(browser)


def test_a_browser_that_asked_for_itself_cannot_use_the_code_of_somebody_else(browser: Client, sjoerd: str) -> None:
    ask(browser, sjoerd)
    (letter,) = letters(sjoerd)
    with Client(browser.app) as other:
        ask(other, NOBODY)
        assert other.post("/inloggen/code", data={"code": code_in(letter)}).status_code == 422
        assert other.post("/inloggen/link", data={"s": link_in(letter).partition("=")[2]}).status_code == 422
        assert not is_in(other)


@pytest.mark.parametrize("way", ["code", "link"])
def test_nothing_works_twice(browser: Client, sjoerd: str, way: str) -> None:
    ask(browser, sjoerd)
    (letter,) = letters(sjoerd)
    sent = {"code": code_in(letter)} if way == "code" else {"s": link_in(letter).partition("=")[2]}
    asking = browser._http.cookies["inloggen"]
    assert browser.post(f"/inloggen/{way}", data=sent).status_code == 303
    assert is_in(browser)
    browser.sign_out()
    browser.carry("inloggen", asking)
    again = browser.post(f"/inloggen/{way}", data=sent)
    assert again.headers.get("location", "/inloggen") == "/inloggen"
    assert not is_in(browser)


@pytest.mark.parametrize("way", ["code", "link"])
def test_after_ten_minutes_nothing_works(browser: Client, sjoerd: str, way: str) -> None:
    ask(browser, sjoerd)
    (letter,) = letters(sjoerd)
    sent = {"code": code_in(letter)} if way == "code" else {"s": link_in(letter).partition("=")[2]}
    with time_machine.travel(now() + codes.GOOD_FOR):
        answer = browser.post(f"/inloggen/{way}", data=sent)
        assert answer.status_code == 422
        assert "werkt" in answer.text
        assert not is_in(browser)


def test_after_five_wrong_codes_the_right_one_is_over_too(browser: Client, sjoerd: str) -> None:
    ask(browser, sjoerd)
    code = code_in(letters(sjoerd)[0])
    answers = [browser.post("/inloggen/code", data={"code": another(code)}) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {422}
    assert "Je kunt het nog één keer proberen." in answers[3].text
    assert "Deze code werkt niet meer" in answers[4].text
    assert browser.post("/inloggen/code", data={"code": code}).status_code == 422
    assert not is_in(browser)
    browser.post("/inloggen/nieuwe-code")
    assert browser.post("/inloggen/code", data={"code": code_in(letters(sjoerd)[-1])}).status_code == 303


def test_the_same_with_four_wrong_codes_lets_in(browser: Client, sjoerd: str) -> None:
    ask(browser, sjoerd)
    code = code_in(letters(sjoerd)[0])
    for _ in range(4):
        browser.post("/inloggen/code", data={"code": another(code)})
    assert browser.post("/inloggen/code", data={"code": code}).status_code == 303


@pytest.mark.parametrize("mail", ["", NOBODY], ids=["known", "unknown"])
def test_of_twenty_requests_five_are_answered_by_a_letter(browser: Client, sjoerd: str, mail: str) -> None:
    answers = [ask(browser, mail or sjoerd) for _ in range(20)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429] * 15
    assert "Probeer het over" in answers[-1].text
    assert len(letters(mail or sjoerd)) == 5


def test_no_header_and_no_other_browser_makes_a_limit_begin_again(browser: Client, sjoerd: str) -> None:
    for _ in range(5):
        ask(browser, sjoerd)
    for number in range(10):
        forged = {
            "x-forwarded-for": f"198.51.100.{number}",
            "forwarded": f"for=198.51.100.{number}",
            "x-real-ip": f"198.51.100.{number}",
            "client-ip": f"198.51.100.{number}",
        }
        with Client(browser.app) as other:
            answer = other.post("/inloggen", data={"mail": sjoerd}, headers=forged)
        assert answer.status_code == 429
    assert len(letters(sjoerd)) == 5


def test_one_place_cannot_ask_for_everybody_whatever_headers_it_sends(browser: Client) -> None:
    statuses = [
        browser.post(
            "/inloggen",
            data={"mail": f"wie{number}@elders.example"},
            headers={"x-forwarded-for": f"198.51.100.{number}"},
        ).status_code
        for number in range(62)
    ]
    assert statuses == [303] * 60 + [429] * 2


# --- nobody learns who is known here ---


def told(answer: httpx.Response) -> tuple[int, list[tuple[str, int]], int]:
    """Status, headers with the length of what they say, and size."""
    own = {"x-request-id", "date"}
    headers = sorted((name, len(value)) for name, value in answer.headers.multi_items() if name not in own)
    return answer.status_code, headers, len(answer.content)


@pytest.fixture
def without_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that many can be compared."""
    monkeypatch.setattr(codes, "MOST_ASKED", ())
    monkeypatch.setattr(codes, "MOST_OF_A_PLACE", ())


def statements(session_factory: Database, work: Any) -> list[str]:
    """Every statement that the database is asked meanwhile, without its values."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        # On PostgreSQL a thread of its own looks at the epoch again and again.
        if "epoch" not in statement:
            seen.append(statement)

    event.listen(session_factory.engine, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(session_factory.engine, "before_cursor_execute", note)
    return seen


def test_known_and_unknown_addresses_cost_the_same_work(browser: Client, site: Database, sjoerd: str) -> None:
    unknown = "x" * (len(sjoerd) - 12) + "@elders.test"
    assert len(unknown) == len(sjoerd)
    for mail in (sjoerd, unknown):
        ask(browser, mail)
    assert statements(site, lambda: ask(browser, sjoerd)) == statements(site, lambda: ask(browser, unknown))
    pages = [statements(site, lambda: browser.post("/inloggen/code", data={"code": "x"})) for _ in range(2)]
    assert pages[0] == pages[1]


def test_an_early_way_out_for_unknown_addresses_would_be_seen(
    browser: Client, site: Database, sjoerd: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = entering.ask_to_enter

    def careless(session: Session, *, mail: str, **more: Any) -> None:
        if entering.person_with(session, mail) is not None:
            whole(session, mail=mail, **more)

    for mail in (sjoerd, NOBODY):
        ask(browser, mail)
    monkeypatch.setattr(entering, "ask_to_enter", careless)
    assert statements(site, lambda: ask(browser, sjoerd)) != statements(site, lambda: ask(browser, NOBODY))


@pytest.mark.slow
def test_known_and_unknown_addresses_get_the_same_answer_in_the_same_time(
    browser: Client, sjoerd: str, without_limits: None
) -> None:
    unknown = "x" * (len(sjoerd) - 12) + "@elders.test"
    answers: dict[str, set[Any]] = {sjoerd: set(), unknown: set()}
    pages: dict[str, set[Any]] = {sjoerd: set(), unknown: set()}
    times: dict[str, list[float]] = {sjoerd: [], unknown: []}
    for _ in range(full(200, 30)):
        for mail in (sjoerd, unknown):
            browser.get("/inloggen")
            began = time.perf_counter()
            answer = ask(browser, mail)
            times[mail].append(time.perf_counter() - began)
            answers[mail].add(repr(told(answer)))
            pages[mail].add(repr(told(browser.get("/inloggen/code"))))
    assert answers[sjoerd] == answers[unknown]
    assert len(answers[sjoerd]) == 1
    assert pages[sjoerd] == pages[unknown]
    assert overlap(times[sjoerd], times[unknown]), times


def overlap(one: list[float], other: list[float]) -> bool:
    """Whether the middle halves of both lie partly on each other."""
    low, high = ((statistics.quantiles(each, n=4)[0], statistics.quantiles(each, n=4)[2]) for each in (one, other))
    return low[0] <= high[1] and high[0] <= low[1]


def test_times_that_lie_apart_are_seen() -> None:
    assert overlap([1.0, 2.0, 3.0, 4.0], [2.5, 3.5, 4.5, 5.5])
    assert not overlap([1.0, 1.1, 1.2, 1.3], [2.0, 2.1, 2.2, 2.3])


def test_an_unknown_address_hears_by_mail_how_to_join(browser: Client) -> None:
    ask(browser, NOBODY)
    (letter,) = letters(NOBODY)
    assert f"{ADDRESS}/aanmelden" in text(letter)
    assert "?s=" not in text(letter)


# --- sessions ---


def tokens(site: Database) -> int:
    with site.reading() as session:
        return len(session.exec(select(SignInSession)).all())


def test_signing_in_makes_a_new_session_and_ends_the_one_before(browser: Client, site: Database, sjoerd: str) -> None:
    with site.reading() as session:
        femke = session.exec(select(User).where(User.handle == "femke")).one()
    browser.sign_in(femke)
    former = browser._http.cookies[session_cookie()]
    ask(browser, sjoerd)
    answer = browser.post("/inloggen/code", data={"code": code_in(letters(sjoerd)[0])})
    assert answer.cookies[session_cookie()] != former
    assert tokens(site) == 1
    with Client(browser.app) as later:
        later.carry(session_cookie(), answer.cookies[session_cookie()])
        assert "Sjoerd Postma" in later.get("/").text
        later.carry(session_cookie(), former)
        assert not is_in(later)


def test_a_session_that_somebody_prepared_is_not_taken_over(browser: Client, sjoerd: str) -> None:
    browser.carry(session_cookie(), "prepared-by-somebody-else")
    ask(browser, sjoerd)
    answer = browser.post("/inloggen/code", data={"code": code_in(letters(sjoerd)[0])})
    assert answer.cookies[session_cookie()] != "prepared-by-somebody-else"
    with Client(browser.app) as other:
        other.carry(session_cookie(), "prepared-by-somebody-else")
        assert not is_in(other)


@pytest.mark.parametrize(
    "there",
    [
        "https://elders.example/",
        "//elders.example",
        "/\\elders.example",
        "\\\\elders.example",
        "javascript:alert(1)",
        "/ok\r\nset-cookie: x=1",
        " //elders.example",
        "https:elders.example",
        "///elders.example",
    ],
)
def test_nobody_is_led_away_from_this_site(browser: Client, sjoerd: str, there: str) -> None:
    page = browser.get("/inloggen", params={"naar": there})
    assert 'name="naar" value=""' in page.text
    ask(browser, sjoerd, naar=there)
    answer = browser.post("/inloggen/code", data={"code": code_in(letters(sjoerd)[0])})
    assert answer.headers["location"] == "/"


def test_a_cookie_of_asking_is_read_by_no_script_and_sent_by_no_form_of_others(browser: Client, sjoerd: str) -> None:
    cookie = ask(browser, sjoerd).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie


def test_on_https_cookies_are_bound_to_this_host(site: Database, sjoerd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.core import settings

    chosen = settings.settings().model_copy(update={"base_url": "https://proeftuin.example"})
    monkeypatch.setattr(settings, "_configured", chosen)
    with Client() as browser:
        given = ask(browser, sjoerd).headers["set-cookie"]
        assert given.startswith("__Host-inloggen=")
        assert "Secure" in given
        answer = browser.post("/inloggen/code", data={"code": code_in(letters(sjoerd)[0])})
        assert any(each.startswith("__Host-proeftuin=") for each in answer.headers.get_list("set-cookie"))


def test_no_other_site_can_sign_somebody_in_here(browser: Client, sjoerd: str) -> None:
    ask(browser, sjoerd)
    code = code_in(letters(sjoerd)[0])
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://elders.example"}):
        assert browser.post("/inloggen/code", data={"code": code}, headers=headers).status_code == 403
    assert browser.post("/inloggen/code", data={"code": code}).status_code == 303


def test_a_letter_names_this_site_whatever_host_was_asked(browser: Client, sjoerd: str) -> None:
    answer = browser.post("/inloggen", data={"mail": sjoerd}, headers={"x-forwarded-host": "elders.example"})
    assert answer.status_code == 303
    assert browser.post("/inloggen", data={"mail": sjoerd}, headers={"host": "elders.example"}).status_code == 400
    (letter,) = letters(sjoerd)
    assert "elders.example" not in text(letter)
    assert ADDRESS in text(letter)


# --- the settings ---


def test_the_settings_ask_to_sign_in_first_and_lead_back(browser: Client, sjoerd: str) -> None:
    answer = browser.get("/instellingen/sessies")
    assert (answer.status_code, answer.headers["location"]) == (303, "/inloggen?naar=/instellingen/sessies")
    browser.get(answer.headers["location"])
    ask(browser, sjoerd, naar="/instellingen/sessies")
    answer = browser.post("/inloggen/code", data={"code": code_in(letters(sjoerd)[0])})
    assert answer.headers["location"] == "/instellingen/sessies"
    assert browser.get("/instellingen").headers["location"].startswith("/instellingen/")


def form_token_in(page: httpx.Response) -> str:
    return page.text.partition('name="token" value="')[2].partition('"')[0]


def test_sessions_are_listed_and_ended(browser: Client, site: Database, sjoerd: str) -> None:
    with site.reading() as session:
        user = session.exec(select(User).where(User.handle == "sjoerd")).one()
    with Client(browser.app) as other, Client(browser.app) as third:
        for each in (browser, other, third):
            each.sign_in(user)
        page = browser.get("/instellingen/sessies")
        assert page.status_code == 200
        assert page.text.count('name="sessie"') == 4
        token = form_token_in(page)
        with site.reading() as session:
            ids = session.exec(select(SignInSession.id).order_by(SignInSession.id)).all()  # type: ignore[arg-type]
        answer = browser.post("/instellingen/sessies", data={"token": token, "sessie": str(ids[1])})
        assert "Die sessie is beëindigd." in browser.get(answer.headers["location"]).text
        assert not is_in(other)
        assert is_in(third)
        browser.post("/instellingen/sessies", data={"token": token, "sessie": "andere"})
        assert not is_in(third)
        assert is_in(browser)
        answer = browser.post("/instellingen/sessies", data={"token": token, "sessie": str(ids[0])})
        assert not is_in(browser)


def test_nobody_ends_the_session_of_somebody_else(browser: Client, site: Database) -> None:
    with site.reading() as session:
        femke, user = (session.exec(select(User).where(User.handle == name)).one() for name in ("femke", "sjoerd"))
    with Client(browser.app) as victim:
        victim.sign_in(user)
        browser.sign_in(femke)
        token = form_token_in(browser.get("/instellingen/sessies"))
        for sent in ("1", "0", "-1", "x", "", "99999999999999"):
            answer = browser.post("/instellingen/sessies", data={"token": token, "sessie": sent})
            assert answer.status_code == 404
        assert browser.post("/instellingen/sessies", data={"sessie": "andere"}).status_code == 403
        assert is_in(victim)


def test_a_change_without_a_session_is_refused(browser: Client) -> None:
    assert browser.post("/instellingen/sessies", data={"sessie": "andere"}).status_code == 403


def test_a_session_that_ended_elsewhere_is_over_in_an_open_tab(browser: Client, site: Database) -> None:
    with site.reading() as session:
        user = session.exec(select(User).where(User.handle == "sjoerd")).one()
    browser.sign_in(user)
    assert browser.get("/instellingen/sessies").status_code == 200
    with site.writing() as session:
        for row in session.exec(select(SignInSession)):
            session.delete(row)
    assert browser.get("/instellingen/sessies").status_code == 303


def test_when_one_was_here_is_shown(browser: Client, site: Database) -> None:
    with site.reading() as session:
        user = session.exec(select(User).where(User.handle == "sjoerd")).one()
    browser.sign_in(user)
    with site.writing() as session:
        session.exec(select(SignInSession)).one().seen_at = now() - timedelta(days=3)
    assert "Laatst gebruikt op" in browser.get("/instellingen/sessies").text
