"""Nobody learns anything of a piece that they may not see, through any door, and everybody finds what they may see."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import true
from sqlmodel import select

from app.core.clock import now
from app.core.database import Database
from app.core.seals import seal
from app.core.working import work_off
from app.feeds import choosing, webhooks
from app.feeds.delivering import serve
from app.feeds.webhook_models import Hears, Webhook
from app.feeds.webhooks import Wanted
from app.people.actor import Actor
from app.people.models import Organisation, User
from app.web.forms import FORM_PURPOSE
from app.web.visit import session_cookie
from content import access, attaching, reading, relating, shelves
from content.models import Article, Stage
from content.publishing import withdraw
from search.index import rebuild
from tests.cast import Cast
from tests.databases import Templates, in_use
from tests.engines import used
from tests.promises.matrix import (
    API_CHANGES,
    API_DRAFTS,
    API_ON_ITS_WAY,
    CHANGES,
    DOORS,
    DRAFTS,
    FEEDS,
    LISTS,
    READS_LIKE,
    ROLES,
    SEARCHES,
    WRITING,
    Told,
    build,
)
from tests.receiver import Receiver, allowing, receiving
from tests.web.client import Client

pytestmark = [pytest.mark.slow, pytest.mark.engine]

ON_BOTH_DATABASES = True
"""On SQLite the database answers searches by itself, on PostgreSQL the engine does: all four parts are tried."""

STEWARD = Actor(is_steward=True)


Ground = tuple[Database, list[Told]]
"""A database, and every piece in it."""


@pytest.fixture(scope="session")
def built() -> dict[str, tuple[str, Path, list[Told]]]:
    """Kind of database -> its address, its data folder and what it holds: filled once, read by many tests."""
    return {}


@pytest.fixture
def ground(
    request: pytest.FixtureRequest,
    database_kind: str,
    templates: Templates,
    built: dict[str, tuple[str, Path, list[Told]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Ground]:
    """For tests that change nothing: papers and pictures are made once."""
    if database_kind not in built:
        folder = tmp_path_factory.mktemp("matrix")
        url = templates.copy("migrated", folder)
        with in_use(url, folder) as database:
            built[database_kind] = url, folder, _filled(database)
    url, folder, told = built[database_kind]
    with in_use(url, folder) as database, ExitStack() as stack:
        if database_kind == "postgres":
            stack.enter_context(used(request.getfixturevalue("meilisearch")))
            rebuild()
        yield database, told


def _filled(database: Database) -> list[Told]:
    with database.writing() as session:
        told = build(session, Cast.in_(session))
    work_off()
    return told


@contextmanager
def visiting(database: Database, role: str) -> Iterator[Client]:
    with Client() as client:
        if role != "nobody":
            with database.reading() as session:
                user = session.exec(select(User).where(User.handle == role)).one()
            client.sign_in(user)
        yield client


def sealed_for(client: Client) -> dict[str, str]:
    """A form of this session, as a page of ours would send it: what refuses it is not that it was forged."""
    return {"token": seal(FORM_PURPOSE, client._http.cookies[session_cookie()])}


def leaks(client: Client, told: list[Told], role: str) -> tuple[list[str], int]:
    """What this reader learns that they may not know, and how many cells were looked at."""
    found, cells = [], 0
    for one in told:
        for door in DOORS:
            cells += 1
            answer = client.get(door.address(one))
            opens = door.opens(one, role)
            gone = door.tells_gone and one.is_told_gone(role)
            asks_first = door.is_personal and role == "nobody"
            wanted = 200 if opens else 410 if gone else 303 if asks_first else 404
            if answer.status_code != wanted:
                found.append(f"{role}: {door.name} of {one.name} is {answer.status_code}, not {wanted}")
            if (
                wanted != 200
                and not gone
                and one.secret in answer.text.replace(one.slug, "").replace(f"{one.secret}.csv", "")
            ):
                found.append(f"{role}: {door.name} of {one.name} tells of it")
            if f"Tabel {one.secret}" in answer.text and not (one.opens_table_for(role) or one.is_changed_by(role)):
                found.append(f"{role}: {door.name} of {one.name} names its table")
            # Related pieces, structured data, cards: what stands beside a piece must be for this reader as well.
            beside = [other for other in told if other is not one and not other.is_seen_by(role)]
            found += [f"{role}: {door.name} of {one.name} shows {o.name}" for o in beside if o.secret in answer.text]
    hidden = [one for one in told if not one.is_seen_by(role)]
    for path in [*LISTS, *(pattern.format(one.secret) for one in hidden for pattern in SEARCHES)]:
        text = client.get(path).text
        for one in hidden:
            cells += 1
            asked_for = one.secret in path
            if f"Titel {one.secret}" in text or (one.secret in text and not asked_for):
                found.append(f"{role}: {path} shows {one.name}")
    return found, cells


@pytest.mark.parametrize("role", ROLES)
def test_a_reader_learns_nothing_of_what_is_hidden(ground: Ground, role: str) -> None:
    database, told = ground
    with visiting(database, role) as client:
        found, cells = leaks(client, told, role)
    assert not found
    assert cells > 200


@pytest.mark.parametrize("role", [role for role in ROLES if role not in CHANGES])
def test_what_is_being_written_is_for_its_writers_alone(ground: Ground, role: str) -> None:
    """Saving, previews, who else is here, history, files and imports: no answer, word, name or count to others."""
    database, told = ground
    with visiting(database, "femke") as femke:
        # Somebody is there, in each of them.
        for one in told:
            assert femke.post(f"/schrijven/{one.article_id}/aanwezig", data=sealed_for(femke)).status_code == 200
    found = []
    with visiting(database, role) as client:
        form = sealed_for(client) if role != "nobody" else {}
        for one in told:
            at, sent = f"/schrijven/{one.article_id}", {**form, "versie": "1", "nummer": "1"}
            answers = [client.post(f"{at}/{what}".rstrip("/"), data=sent) for what in WRITING]
            for what in ("bestanden", f"bestanden/{one.secret}.csv", "inlezen"):
                files = [("bestand", ("x.csv", b"a;b"))]
                answers.append(client.post(f"{at}/{what}", data=form, files=files))
            api = f"/api/v1/articles/{one.slug}"
            answers += [client.get(f"{api}{what}") for what in (*API_DRAFTS, *API_ON_ITS_WAY)]
            for method, what, body in API_CHANGES:
                answers.append(client.request(method, f"{api}{what}", json=body, headers={"if-match": '"1"'}))
            for answer in answers:
                told_of = answer.text.replace(one.slug, "").replace(f"{one.secret}.csv", "")
                if answer.status_code not in (303, 401, 403, 404) or one.secret in told_of or "Femke" in told_of:
                    found.append(f"{role}: {answer.request.url.path} of {one.name} is {answer.status_code}")
        for path in DRAFTS:
            text = client.get(path).text
            found += [f"{role}: {path} shows {one.name}" for one in told if one.secret in text]
    assert found == []


def test_its_writers_get_there(ground: Ground) -> None:
    """The control: who may write finds all of it behind the same doors."""
    database, told = ground
    with visiting(database, "femke") as femke:
        lists = [femke.get(path).text for path in ("/schrijven", "/api/v1/drafts")]
        for one in told:
            assert all(one.secret in text for text in lists)
            looked = femke.post(f"/schrijven/{one.article_id}/meelezen", data=sealed_for(femke))
            assert one.secret in looked.json()["page"]
            for what in API_DRAFTS:
                text = femke.get(f"/api/v1/articles/{one.slug}{what}").text
                assert one.secret in text or (what == "/credits" and "Femke" in text)


@pytest.mark.parametrize("role", ["nobody", "sjoerd", "noor"])
def test_a_reader_finds_all_that_they_may_see(ground: Ground, role: str) -> None:
    database, told = ground
    seen = [one for one in told if one.is_seen_by(role)]
    with visiting(database, role) as client:
        for path in ("/kennis", "/onderwerpen/cobots", "/organisaties/kennislab-slim-maken", "/zoeken?q=cobot"):
            text = client.get(path).text
            assert [one.secret for one in seen if one.secret not in text] == []
            kinds = re.search(r"<p>((?:\d+ (?:praktijkcase|les|techniek)\w*(?:, )?)+)</p>", text)
            counted = sum(map(int, re.findall(r"\d+", kinds[1]))) if kinds else None
            named = re.search(rf"\b{len(seen)} (stuk|resultaat|resultaten)", text)
            assert named or counted == len(seen), f"{path} counts wrong"
        assert client.get("/api/v1/articles").json()["total"] == len(seen)


def test_feeds_are_for_someone_passing_by_whoever_asks(ground: Ground) -> None:
    database, told = ground
    public = {one.secret for one in told if one.is_seen_by("nobody")}
    for role in ("nobody", "noor"):
        with visiting(database, role) as client:
            for path in FEEDS:
                text = client.get(path).text
                assert {one.secret for one in told if one.secret in text} == public, path
                assert not [one for one in told if f"{one.secret}.csv" in text and not one.opens_table_for("nobody")]


@contextmanager
def hooked(database: Database, told: list[Told]) -> Iterator[list[tuple[str, int, Receiver]]]:
    """An organisation's webhook for everything, for each organisation of the matrix, told of all that is there."""
    with ExitStack() as stack:
        stack.enter_context(allowing("127.0.0.1"))
        hooks = []
        for slug in READS_LIKE:
            receiver = stack.enter_context(receiving())
            with database.writing() as session:
                organisation = session.exec(select(Organisation).where(Organisation.slug == slug)).one()
                owner = Actor(owns=frozenset({organisation.id}))
                wanted = Wanted("Bord", receiver.address, Hears.EVERYTHING, "nl")
                hook, _secret = webhooks.make(session, organisation, wanted, by=owner)
                hook.since = now() - timedelta(days=1)
                hooks.append((slug, hook.id, receiver))
        for _slug, hook_id, _receiver in hooks:
            serve(hook_id)
        yield hooks


def test_a_webhook_is_told_what_its_people_may_see(database: Database) -> None:
    told, gone = _filled(database), set[str]()
    with hooked(database, told) as hooks:
        for slug, hook_id, receiver in hooks:
            seen = {one.secret for one in told if READS_LIKE[slug] and one.is_seen_by(READS_LIKE[slug])}
            sent = "".join(got.body.decode() for got in receiver.got)
            assert {one.secret for one in told if one.secret in sent} == seen, slug
            assert len(receiver.got) == len(seen)
            assert not [one for one in told if f"{one.secret}.csv" in sent or one.picture in sent]
            # Sent again, and looked back at: with the rights of that moment.
            lost = next((one for one in told if one.secret in seen - gone), None)
            if lost is None:
                continue
            with database.writing() as session:
                withdraw(session, session.get_one(Article, lost.article_id), by=STEWARD, reason_nl="Niet meer waar.")
                hook = session.get_one(Webhook, hook_id)
                for row in webhooks.log_of(session, hook):
                    webhooks.send_again(session, hook, row.id)
            gone.add(lost.secret)
            receiver.got.clear()
            serve(hook_id)
            again = "".join(got.body.decode() for got in receiver.got)
            assert {one.secret for one in told if one.secret in again} == seen - gone


def test_the_matrix_of_webhooks_turns_red_when_the_rule_is_broken(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    told = _filled(database)
    monkeypatch.setattr(choosing, "seen_by", lambda _actor: true())
    with hooked(database, told) as hooks:
        sent = "".join(got.body.decode() for slug, _id, at in hooks if slug == "nipt" for got in at.got)
    assert [one for one in told if one.secret in sent and not one.is_seen_by("aafke")]


def test_a_copy_for_offline_holds_what_someone_passing_by_is_given(ground: Ground) -> None:
    """The worker asks without cookies, whoever reads; only pages with the sign of a copy are kept at all."""
    database, told = ground
    sign = "<span data-kept-at></span>"
    for role in ROLES:
        with visiting(database, role) as client:
            for one in told:
                page = client.get(f"/kennis/{one.slug}")
                may_be_kept = one.is_seen_by("nobody")
                assert (sign in page.text) == (may_be_kept and one.is_seen_by(role)), (role, one)
    with visiting(database, "nobody") as client:
        for one in told:
            answer = client.get(f"/kennis/{one.slug}")
            if sign in answer.text:
                assert "data-member" not in answer.text
                assert answer.headers["cache-control"] == "no-cache"


def test_an_old_address_leads_on_only_for_those_who_may_know(ground: Ground) -> None:
    database, told = ground
    for role in ROLES:
        with visiting(database, role) as client:
            for one in told:
                answer = client.get(f"/kennis/{one.old_slug}")
                knows = one.is_seen_by(role) or one.is_told_gone(role)
                assert answer.status_code == (301 if knows else 404), (role, one)


def test_what_is_hidden_answers_exactly_like_what_does_not_exist(ground: Ground) -> None:
    database, told = ground
    with visiting(database, "nobody") as client:
        missing = client.get("/kennis/stuk-bestaat-niet")
        for one in told:
            if one.is_seen_by("nobody") or one.is_told_gone("nobody"):
                continue
            answer = client.get(f"/kennis/{one.slug}", headers={"if-none-match": "*"})
            assert answer.status_code == 404
            assert answer.text.replace(one.slug, "stuk-bestaat-niet") == missing.text
            assert {*answer.headers} == {*missing.headers}


def test_a_reader_of_a_kept_page_loses_it_with_the_right(database: Database) -> None:
    told = _filled(database)
    one = next(one for one in told if one.is_seen_by("nobody"))
    with visiting(database, "nobody") as client:
        paths = [door.address(one) for door in DOORS if door.opens(one, "nobody")]
        tags = {path: client.get(path).headers["etag"] for path in paths}
        for path, tag in tags.items():
            assert client.get(path, headers={"if-none-match": tag}).status_code == 304, path
        with database.writing() as session:
            withdraw(session, session.get_one(Article, one.article_id), by=STEWARD, reason_nl="Niet meer waar.")
        for path, tag in tags.items():
            assert client.get(path, headers={"if-none-match": tag}).status_code in (404, 410), path
        for path in (*LISTS, *FEEDS):
            assert one.secret not in client.get(path).text, path


def test_the_matrix_turns_red_when_the_rule_is_broken(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    database, told = ground

    def everybody(_actor: object, of: object = None) -> object:
        return true()

    for room in (access, shelves, reading, relating, attaching):
        for rule in ("seen_by", "readable_by"):
            if hasattr(room, rule):
                monkeypatch.setattr(room, rule, everybody)
    with visiting(database, "nobody") as client:
        found, _cells = leaks(client, told, "nobody")
    hidden = [one for one in told if one.stage != Stage.PUBLISHED or one.visibility != "everyone"]
    assert len(found) > len(hidden)
