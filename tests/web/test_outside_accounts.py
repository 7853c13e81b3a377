"""Signing in with an account elsewhere: who may come in comes in, and whoever lies gets nowhere."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from sqlmodel import select

from app.core import settings
from app.core.database import Database
from app.core.mail import PostedLetter
from app.core.providers import Provider as Described
from app.people.models import Membership, Organisation, SignInSession, User, UserState
from app.people.outside_accounts import InstitutionRule, OutsideAccount
from app.people.second_steps import CodeApp
from app.web.providers import describing
from app.web.visit import session_cookie
from tests.cast import Cast
from tests.provider import CLIENT, KEY, OTHER_KEY, SECRET, Provider, b64, provider
from tests.web.client import Client
from tests.web.conftest import ADDRESS
from tests.web.letters import code_in, letters

SJOERD = "sjoerd@proeftuin.example"


@pytest.fixture
def school() -> Iterator[Provider]:
    describing.forget_everything()
    with provider() as one:
        yield one


@pytest.fixture
def other() -> Iterator[Provider]:
    with provider() as one:
        yield one


def described(one: Provider, name: str, **more: Any) -> Described:
    return Described(name=name, label=name.title(), issuer=one.issuer, client_id=CLIENT, secret=SECRET, **more)


@pytest.fixture
def site(database: Database, school: Provider, other: Provider, monkeypatch: pytest.MonkeyPatch) -> Database:
    chosen = {"base_url": ADDRESS, "oidc_providers": (described(school, "school"), described(other, "ander"))}
    monkeypatch.setattr(settings, "_configured", settings.settings().model_copy(update=chosen))
    with database.writing() as session:
        Cast.in_(session)
    return database


@pytest.fixture
def browser(site: Database) -> Iterator[Client]:
    with Client() as client:
        yield client


@pytest.fixture
def known(site: Database, school: Provider) -> Provider:
    """Sjoerd's account there is connected."""
    with site.writing() as session:
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
        session.add(OutsideAccount(user_id=sjoerd.id, provider="school", issuer=school.issuer, subject="person-1"))
    return school


def there(browser: Client, name: str = "school", query: str = "") -> str:
    """Where the browser is sent."""
    answer = browser.get(f"/inloggen/{name}{query}")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def back(browser: Client, address: str) -> httpx.Response:
    """The browser comes back by this whole address."""
    return browser.get(address.removeprefix(ADDRESS))


def come(browser: Client, one: Provider, query: str = "") -> httpx.Response:
    return back(browser, one.authorize(there(browser, query=query)))


def is_in(browser: Client) -> bool:
    return "/overzicht" in browser.get("/").text or browser.get("/instellingen/sessies").status_code == 200


def sessions(site: Database) -> int:
    with site.reading() as session:
        return len(session.exec(select(SignInSession)).all())


# --- who may come in ---


def test_a_connected_account_lets_in_and_leads_to_where_one_wanted_to_go(browser: Client, known: Provider) -> None:
    assert 'href="/inloggen/school?naar=%2Fkaart"' in browser.get("/inloggen?naar=/kaart").text
    answer = come(browser, known, "?naar=/kaart")
    assert (answer.status_code, answer.headers["location"]) == (303, "/kaart")
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith(session_cookie()))
    assert "HttpOnly" in cookie
    assert is_in(browser)


def test_signing_in_gives_a_new_session_and_ends_the_former(browser: Client, known: Provider, site: Database) -> None:
    come(browser, known)
    first = browser._http.cookies.get(session_cookie())
    come(browser, known)
    assert browser._http.cookies.get(session_cookie()) != first
    assert sessions(site) == 1


def test_the_way_there_tells_who_asks_and_nothing_that_helps_a_stranger(browser: Client, school: Provider) -> None:
    asked = parse_qs(urlsplit(there(browser)).query)
    assert asked["redirect_uri"] == [f"{ADDRESS}/inloggen/school/terug"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid email profile"]
    told = browser._http.cookies.get("weg") or ""
    assert told
    assert asked["nonce"][0] not in told
    again = parse_qs(urlsplit(there(browser)).query)
    assert all(again[name] != asked[name] for name in ("state", "nonce", "code_challenge"))


def test_an_unknown_account_is_connected_by_a_code_to_its_verified_address(
    browser: Client, school: Provider, site: Database
) -> None:
    answer = come(browser, school)
    assert answer.headers["location"] == "/inloggen/koppelen"
    assert not is_in(browser)
    (letter,) = letters(SJOERD)
    wrong = f"{(int(code_in(letter)) + 1) % 1_000_000:06}"
    assert browser.post("/inloggen/koppelen", data={"code": wrong}).status_code == 422
    assert not is_in(browser)
    assert browser.post("/inloggen/koppelen", data={"code": code_in(letter)}).headers["location"] == "/"
    assert is_in(browser)
    with site.reading() as session:
        account = session.exec(select(OutsideAccount)).one()
        assert session.get_one(User, account.user_id).handle == "sjoerd"
    with Client(browser.app) as elsewhere:
        assert come(elsewhere, school).headers["location"] == "/"
        assert is_in(elsewhere)


def test_the_code_that_connects_works_in_the_browser_that_came_alone(browser: Client, school: Provider) -> None:
    come(browser, school)
    code = code_in(letters(SJOERD)[0])
    with Client(browser.app) as thief:
        assert thief.post("/inloggen/koppelen", data={"code": code}).headers["location"] == "/inloggen"
        assert not is_in(thief)


def test_somebody_new_comes_in_with_the_place_that_the_word_of_the_institution_means(
    browser: Client, school: Provider, site: Database
) -> None:
    with site.writing() as session:
        kennislab = session.exec(select(Organisation).where(Organisation.slug == "kennislab-slim-maken")).one()
        rule = {"provider": "school", "institution": "kennislab.example", "organisation_id": kennislab.id}
        session.add(InstitutionRule(**rule))
        session.add(InstitutionRule(**rule, affiliation="employee", role="editor"))
    school.claims |= {
        "email": "nieuw@kennislab.example",
        "name": "Nieuwe Collega",
        "schac_home_organization": "kennislab.example",
        "eduperson_scoped_affiliation": ["employee@kennislab.example", "owner@elders.example"],
    }
    come(browser, school)
    browser.post("/inloggen/koppelen", data={"code": code_in(letters("nieuw@kennislab.example")[0])})
    assert is_in(browser)
    with site.reading() as session:
        user = session.exec(select(User).where(User.mail == "nieuw@kennislab.example")).one()
        place = session.exec(select(Membership).where(Membership.user_id == user.id)).one()
        assert (user.name, place.role, user.is_steward) == ("Nieuwe Collega", "editor", False)


def test_who_was_removed_does_not_come_back_by_the_word_of_an_institution(
    browser: Client, known: Provider, site: Database
) -> None:
    with site.writing() as session:
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
        place = session.exec(select(Membership).where(Membership.user_id == sjoerd.id)).one()
        place.ended_at = place.created_at
        rule = InstitutionRule(provider="school", institution="w.example", organisation_id=place.organisation_id)
        session.add_all([place, rule])
    known.claims["schac_home_organization"] = "w.example"
    come(browser, known)
    assert is_in(browser)
    with site.reading() as session:
        assert session.exec(select(Membership).where(Membership.user_id == sjoerd.id)).one().ended_at is not None


def test_a_second_step_is_asked_here_too(browser: Client, known: Provider, site: Database) -> None:
    with site.writing() as session:
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
        session.add(CodeApp(user_id=sjoerd.id, secret="x", last_step=0))
    answer = come(browser, known)
    assert answer.headers["location"] == "/inloggen/tweede-stap"
    assert browser.get("/inloggen/tweede-stap").status_code == 200
    assert not is_in(browser)


def test_claims_may_come_by_the_second_door_of_the_same_person(browser: Client, school: Provider) -> None:
    school.userinfo = dict(school.claims)
    del school.claims["email"], school.claims["email_verified"]
    assert come(browser, school).headers["location"] == "/inloggen/koppelen"
    school.userinfo["sub"] = "somebody-else"
    assert come(browser, school).status_code == 403


# --- connecting from the settings ---


def test_who_is_signed_in_connects_an_account_with_a_button_and_removes_it(
    browser: Client, school: Provider, site: Database
) -> None:
    school.claims = {"sub": "person-9", "email": "other@elders.example"}
    with site.reading() as session:
        browser.sign_in(session.exec(select(User).where(User.handle == "sjoerd")).one())
    answer = come(browser, school, "?koppel=1")
    assert answer.headers["location"] == "/instellingen/accounts"
    with site.reading() as session:
        assert session.exec(select(OutsideAccount)).all() == []
    page = browser.get("/instellingen/accounts").text
    form = {name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("token", "account")}
    with Client(browser.app) as somebody_else:
        with site.reading() as session:
            somebody_else.sign_in(session.exec(select(User).where(User.handle == "femke")).one())
        theirs = somebody_else.get("/instellingen/accounts").text.split('name="token" value="')
        token = theirs[1].split('"')[0] if len(theirs) > 1 else ""
        tried = somebody_else.post("/instellingen/accounts", data={"token": token, "account": form["account"]})
        assert tried.status_code == 403
    assert browser.post("/instellingen/accounts", data=form).status_code == 303
    with site.reading() as session:
        account = session.exec(select(OutsideAccount)).one()
    assert "other@elders.example" in browser.get("/instellingen/accounts").text
    assert len(letters(SJOERD)) == 1
    gone = {"token": form["token"], "weg": str(account.id)}
    assert browser.post("/instellingen/accounts", data=gone).status_code == 303
    with site.reading() as session:
        assert session.exec(select(OutsideAccount)).all() == []


# --- a provider, or a stranger, that lies ---


def with_claims(**changed: Any) -> Callable[[Provider, dict[str, Any]], str]:
    return lambda one, claims: one.signed({name: value for name, value in (claims | changed).items() if value != GONE})


GONE = "gone"
NONE, HS256 = (json.dumps({"alg": alg, "kid": "k1"}).encode() for alg in ("none", "HS256"))


def unsigned(_one: Provider, claims: dict[str, Any]) -> str:
    return f"{b64(NONE)}.{b64(json.dumps(claims).encode())}."


def by_secret(secret: bytes) -> Callable[[Provider, dict[str, Any]], str]:
    def token(_one: Provider, claims: dict[str, Any]) -> str:
        text = f"{b64(HS256)}.{b64(json.dumps(claims).encode())}"
        return f"{text}.{b64(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"

    return token


PUBLIC_PEM = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def own_key(one: Provider, claims: dict[str, Any]) -> str:
    return one.signed(claims, key=OTHER_KEY, header={"jku": f"{one.issuer}/keys", "kid": "k1"})


def changed_after(one: Provider, claims: dict[str, Any]) -> str:
    head, _body, mark = one.signed(claims).split(".")
    return f"{head}.{b64(json.dumps(claims | {'sub': 'person-1', 'x': 1}).encode())}.{mark}"


LIES: dict[str, Callable[[Provider, dict[str, Any]], Any]] = {
    "another issuer": with_claims(iss="http://127.0.0.1:9"),
    "an issuer with a slash more": lambda one, claims: one.signed(claims | {"iss": one.issuer + "/"}),
    "no issuer": with_claims(iss=GONE),
    "another audience": with_claims(aud="somebody-else"),
    "two audiences": with_claims(aud=[CLIENT, "somebody-else"]),
    "two audiences with azp": with_claims(aud=[CLIENT, "somebody-else"], azp=CLIENT),
    "no audience": with_claims(aud=GONE),
    "another authorized party": with_claims(azp="somebody-else"),
    "another nonce": with_claims(nonce="another"),
    "no nonce": with_claims(nonce=GONE),
    "nonce that is no text": with_claims(nonce=["x"]),
    "expired": with_claims(exp=int(time.time()) - 60),
    "no expiry": with_claims(exp=GONE),
    "expiry that is no number": with_claims(exp="tomorrow"),
    "signed in the future": with_claims(iat=int(time.time()) + 86_400),
    "signed long ago": with_claims(iat=int(time.time()) - 4000),
    "no subject": with_claims(sub=GONE),
    "an empty subject": with_claims(sub=""),
    "a subject that is no text": with_claims(sub=1),
    "not yet valid": with_claims(nbf=int(time.time()) + 86_400),
    "algorithm none": unsigned,
    "HS256 with our secret": by_secret(SECRET.encode()),
    "HS256 with the public key": by_secret(PUBLIC_PEM),
    "another key": own_key,
    "changed after signing": changed_after,
    "a crit that nobody knows": lambda one, claims: one.signed(claims, header={"crit": ["x"], "x": 1}),
    "a crit that is known": lambda one, claims: one.signed(claims, header={"crit": ["b64"], "b64": True}),
    "another hash of the access token": with_claims(at_hash=b64(hashlib.sha256(b"another").digest()[:16])),
    "far too long": with_claims(long="x" * 30_000),
    "no token at all": lambda _one, _claims: None,
    "not a token": lambda _one, _claims: "a.b.c",
    "deep JSON": lambda _one, _claims: f"{b64(b'[' * 9000)}.{b64(b'{}')}.x",
}


def test_a_provider_that_lies_lets_nobody_in(browser: Client, known: Provider, site: Database) -> None:
    for lie, token in LIES.items():
        known.token = lambda claims, token=token: token(known, claims)
        answer = come(browser, known)
        assert answer.status_code == 403, lie
        assert "Dit antwoord kunnen we niet geloven" in answer.text
        assert 'href="/inloggen"' in answer.text
        assert answer.headers["cache-control"] == "private, no-store"
        assert sessions(site) == 0, lie
    # The control: the same provider, telling the truth.
    known.token = known.signed
    assert come(browser, known).status_code == 303
    assert is_in(browser)


def refused(answer: httpx.Response, words: str) -> None:
    assert answer.status_code in (400, 403), answer.status_code
    assert words in answer.text


def test_an_answer_in_another_browser_lets_nobody_in(browser: Client, known: Provider, site: Database) -> None:
    address = known.authorize(there(browser))
    with Client(browser.app) as victim:
        refused(back(victim, address), "Begin opnieuw")
        there(victim)
        refused(back(victim, address), "Begin opnieuw")
        assert not is_in(victim)
    assert sessions(site) == 0
    assert back(browser, address).status_code == 303


def test_an_answer_counts_once_and_over_all_processes(browser: Client, known: Provider, site: Database) -> None:
    address = known.authorize(there(browser))
    way = browser._http.cookies.get("weg")
    assert back(browser, address).status_code == 303
    browser.sign_out()
    refused(back(browser, address), "Begin opnieuw")
    with Client() as of_another_process:
        of_another_process.carry("weg", way or "")
        refused(back(of_another_process, address), "al gebruikt")
        assert not is_in(of_another_process)
    assert sessions(site) == 1


@pytest.mark.parametrize("change", ["state", "code", "iss"])
def test_an_answer_that_was_changed_on_the_way_lets_nobody_in(browser: Client, known: Provider, change: str) -> None:
    address = known.authorize(there(browser))
    parts = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    answer = browser.get("/inloggen/school/terug", params=parts | {change: "http://127.0.0.1:9"})
    assert answer.status_code in (400, 403)
    assert not is_in(browser)


def test_a_code_that_was_meant_for_somebody_else_lets_nobody_in(browser: Client, known: Provider) -> None:
    with Client(browser.app) as thief:
        stolen = parse_qs(urlsplit(known.authorize(there(browser))).query)["code"][0]
        own = {n: v[0] for n, v in parse_qs(urlsplit(known.authorize(there(thief))).query).items()}
        refused(thief.get("/inloggen/school/terug", params=own | {"code": stolen}), "kunnen we niet geloven")
        assert not is_in(thief)


def test_providers_cannot_be_mixed_up(browser: Client, known: Provider, other: Provider) -> None:
    """The browser leaves for one, and the other answers: at its own address, at the right one, and with its name."""
    address = known.authorize(there(browser))
    refused(back(browser, address.replace("/school/", "/ander/")), "kwam van een ander")
    address = other.authorize(there(browser))
    refused(back(browser, address), "kwam van een ander")
    known.names_itself = True
    describing.forget_everything()
    address = known.authorize(there(browser))
    refused(back(browser, address.split("&iss=")[0]), "kwam van een ander")
    assert not is_in(browser)


def test_the_same_subject_of_another_provider_is_somebody_else(
    browser: Client, known: Provider, other: Provider
) -> None:
    other.claims = {"sub": "person-1", "email": SJOERD}
    answer = back(browser, other.authorize(there(browser, "ander")))
    refused(answer, "kennen dit account nog niet")
    assert not is_in(browser)


def test_an_address_that_is_not_verified_connects_nothing(browser: Client, school: Provider) -> None:
    for verified in (False, None, "true", 1, "True", ["true"], GONE):
        school.claims["email_verified"] = verified
        if verified == GONE:
            del school.claims["email_verified"]
        refused(come(browser, school), "kennen dit account nog niet")
        assert letters() == []
        assert not is_in(browser)
    school.claims["email_verified"] = True
    assert come(browser, school).headers["location"] == "/inloggen/koppelen"


def test_a_verified_address_alone_signs_in_nobody(browser: Client, school: Provider, site: Database) -> None:
    come(browser, school)
    assert sessions(site) == 0
    with site.reading() as session:
        assert session.exec(select(OutsideAccount)).all() == []


def test_who_is_suspended_reads_so_and_whom_to_ask(browser: Client, known: Provider, site: Database) -> None:
    with site.writing() as session:
        for user in session.exec(select(User)):
            user.state = UserState.SUSPENDED
    refused(come(browser, known), "Je account is geschorst")
    assert not is_in(browser)
    with site.reading() as session:
        assert session.exec(select(PostedLetter)).all() == []


def test_breaking_off_there_is_told_as_such(browser: Client, school: Provider) -> None:
    state = parse_qs(urlsplit(there(browser)).query)["state"][0]
    answer = browser.get(f"/inloggen/school/terug?error=access_denied&state={state}&iss={school.issuer}")
    refused(answer, "Je bent niet ingelogd")


def test_who_left_in_english_reads_in_english_why_not(browser: Client, school: Provider) -> None:
    school.claims["email_verified"] = False
    address = browser.get("/en/inloggen/school").headers["location"]
    page = back(browser, school.authorize(address)).text
    assert '<html lang="en"' in page
    assert "We do not know this account yet" in page
    assert 'href="/en/inloggen"' in page
    assert "Inloggen" not in page
    assert '<html lang="nl"' in come(browser, school).text


BAD = ((500, b"{}"), (200, b"no JSON"), (200, b"[]"), (302, b"{}"), (200, b" " * 600_000))


def test_a_provider_that_is_away_or_answers_badly_is_told_as_such(browser: Client, known: Provider) -> None:
    for path in ("/.well-known/openid-configuration", "/keys", "/token"):
        for answer in BAD:
            describing.forget_everything()
            known.answers = {path: answer}
            first = browser.get("/inloggen/school")
            told = first if first.status_code != 303 else back(browser, known.authorize(first.headers["location"]))
            assert told.status_code in (403, 503), (path, answer[0])
            assert "School" in told.text
            assert not is_in(browser)
    known.answers = {}
    assert come(browser, known).status_code == 303


def test_a_provider_that_is_gone_costs_nobody_their_code_by_mail(browser: Client, site: Database) -> None:
    gone = Described(name="weg", label="Weg", issuer="http://127.0.0.1:9", client_id=CLIENT)
    chosen = settings.settings().model_copy(update={"oidc_providers": (gone,)})
    settings.configure(chosen)
    answer = browser.get("/inloggen/weg")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "antwoordt niet" in answer.text
    assert browser.post("/inloggen", data={"mail": SJOERD}).status_code == 303


def test_a_provider_that_is_away_is_not_asked_by_everybody_who_waits_for_it(browser: Client, school: Provider) -> None:
    school.answers["/.well-known/openid-configuration"] = (500, b"{}")
    assert [browser.get("/inloggen/school").status_code for _ in range(5)] == [503] * 5
    assert school.asked.count("/.well-known/openid-configuration") == 1
    school.answers = {}
    describing._away.clear()
    assert browser.get("/inloggen/school").status_code == 303


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "http://127.0.0.1:9"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://elsewhere.example/authorize"},
        {"jwks_uri": 5},
        {"token_endpoint": None},
    ],
)
def test_a_description_that_does_not_hold_leads_nowhere(
    browser: Client, school: Provider, described: dict[str, Any]
) -> None:
    school.described = described
    assert browser.get("/inloggen/school").status_code in (403, 503)


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9/keys", "https://127.0.0.1:9/keys", "https://10.0.0.1/keys"])
def test_a_description_cannot_send_us_into_the_private_network(
    browser: Client, known: Provider, other: Provider, endpoint: str
) -> None:
    known.described = {"jwks_uri": endpoint.replace("127.0.0.1:9", urlsplit(other.issuer).netloc)}
    other.asked.clear()
    assert come(browser, known).status_code == 503
    assert other.asked == []


# --- many tenants, and only some institutions ---


def of_many(school: Provider, *tenants: str) -> Described:
    """The provider as one of many tenants, as Microsoft Entra is."""
    issuer = school.issuer + "/{tenantid}/v2.0"
    discovery = {**school.description(), "issuer": issuer, "authorization_response_iss_parameter_supported": False}
    school.answers["/organizations/v2.0/.well-known/openid-configuration"] = (200, json.dumps(discovery).encode())
    school.names_itself = False
    return Described(name="entra", label="Entra", issuer=issuer, tenants=tenants, client_id=CLIENT, secret=SECRET)


@pytest.mark.parametrize(("tenant", "is_let_in"), [("t-1", True), ("t-2", False), (None, False)])
def test_of_many_tenants_only_the_named_ones_come_in(
    browser: Client, school: Provider, site: Database, tenant: str | None, is_let_in: bool
) -> None:
    base = school.issuer
    settings.configure(settings.settings().model_copy(update={"oidc_providers": (of_many(school, "t-1"),)}))
    school.claims |= {"iss": f"{base}/{tenant}/v2.0", "tid": tenant}
    with site.writing() as session:
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
        for each in ("t-1", "t-2"):
            account = {"provider": "entra", "issuer": f"{base}/{each}/v2.0", "subject": "person-1"}
            session.add(OutsideAccount(user_id=sjoerd.id, **account))
    answer = back(browser, school.authorize(there(browser, "entra")))
    assert (answer.status_code == 303) is is_let_in
    assert is_in(browser) is is_let_in
    # A tenant that is allowed, named by a token of another.
    browser.sign_out()
    school.claims |= {"iss": f"{base}/t-2/v2.0", "tid": "t-1"}
    assert back(browser, school.authorize(there(browser, "entra"))).status_code == 403


def test_a_tenant_means_an_organisation_and_cannot_speak_for_another(
    browser: Client, school: Provider, site: Database
) -> None:
    entra = of_many(school, "t-1")
    settings.configure(settings.settings().model_copy(update={"oidc_providers": (entra,)}))
    issuer = f"{school.issuer}/t-1/v2.0"
    school.claims |= {"iss": issuer, "tid": "t-1", "schac_home_organization": "t-2", "hd": "t-2"}
    slugs = {"t-1": "kennislab-slim-maken", "t-2": "woldzicht-verspaning"}
    with site.writing() as session:
        sjoerd = session.exec(select(User).where(User.handle == "noor")).one()
        session.add(OutsideAccount(user_id=sjoerd.id, provider="entra", issuer=issuer, subject="person-1"))
        for tenant, slug in slugs.items():
            to = session.exec(select(Organisation.id).where(Organisation.slug == slug)).one()
            session.add(InstitutionRule(provider="entra", institution=tenant, organisation_id=to, role="editor"))
    assert back(browser, school.authorize(there(browser, "entra"))).status_code == 303
    with site.reading() as session:
        mine = select(Organisation.slug).join(Membership, Membership.organisation_id == Organisation.id)
        places = session.exec(mine.join(User, User.id == Membership.user_id).where(User.handle == "noor")).all()
    assert slugs["t-1"] in places
    assert slugs["t-2"] not in places


@pytest.mark.parametrize(("institution", "is_let_in"), [("w.example", True), ("x.w.example", False), (None, False)])
def test_of_a_federation_only_the_named_institutions_come_in(
    browser: Client, known: Provider, institution: str | None, is_let_in: bool
) -> None:
    one = described(known, "school", organisations=("W.example",))
    settings.configure(settings.settings().model_copy(update={"oidc_providers": (one,)}))
    known.claims["schac_home_organization"] = institution
    assert (come(browser, known).status_code == 303) is is_let_in


# --- the table of stewards ---


def test_stewards_say_what_the_word_of_an_institution_means(browser: Client, site: Database) -> None:
    with site.reading() as session:
        browser.sign_in(session.exec(select(User).where(User.handle == "noor")).one())
    page = browser.get("/beheer/accounts").text
    line = {
        "token": page.split('name="token" value="')[1].split('"')[0],
        "provider": "school",
        "instelling": "Kennislab.example",
        "rol_daar": "employee",
        "organisatie": "kennislab-slim-maken",
        "rol": "editor",
    }
    for wrong in ({"rol": "owner"}, {"organisatie": "veenhart-plaatwerk"}, {"provider": "x"}, {"instelling": "a b"}):
        assert browser.post("/beheer/accounts", data=line | wrong).status_code == 422
    assert browser.post("/beheer/accounts", data=line).status_code == 303
    assert browser.post("/beheer/accounts", data=line).status_code == 409
    with site.reading() as session:
        rule = session.exec(select(InstitutionRule)).one()
        assert (rule.institution, rule.role) == ("kennislab.example", "editor")
    assert "kennislab.example" in browser.get("/beheer/accounts").text
    assert browser.post("/beheer/accounts", data={"token": line["token"], "weg": str(rule.id)}).status_code == 303
    with site.reading() as session:
        assert session.exec(select(InstitutionRule)).all() == []


def test_nobody_else_sees_that_table(browser: Client, site: Database) -> None:
    with site.reading() as session:
        browser.sign_in(session.exec(select(User).where(User.handle == "femke")).one())
    assert browser.get("/beheer/accounts").status_code == 404


def test_a_name_that_is_no_provider_is_not_found(browser: Client) -> None:
    for path in ("/inloggen/onbekend", "/inloggen/onbekend/terug"):
        assert browser.get(path).status_code == 404
