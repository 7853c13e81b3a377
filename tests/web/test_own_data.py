"""One's own data: all of it as one file, and all of it gone."""

import io
import json
import logging
import zipfile
from collections.abc import Iterator

import pytest
from sqlmodel import Session, col, select

from app.core import settings, working
from app.core.database import Database
from app.core.mail import Letter, post
from app.core.postman import mail_folder
from app.core.seals import digest
from app.people import tokens
from app.people.auditing import AuditEntry, Pseudonym
from app.people.models import Membership, Organisation, Role, User
from app.people.outside_accounts import OutsideAccount
from app.people.signing_in import actor_for
from app.people.tokens import Wish
from app.web.visit import session_cookie
from content.attaching import keep_file
from content.models import Article, Revision, Stage
from content.publishing import publish
from content.writing import revise, save_draft
from search.engine import administering
from search.local import Place
from search.rebuilding import rebuild
from search.reconciling import reconcile
from tests.cast import Cast, content, draft
from tests.engines import used
from tests.web.client import Client
from tests.web.conftest import ADDRESS
from tests.web.letters import code_in, letters

pytestmark = pytest.mark.whole

NAME, MAIL, HANDLE = "Femke Zqxhoekstra", "zqxfemke@kennislab.example", "zqxfemke"


@pytest.fixture
def site(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Femke, under a name that stands nowhere else, with something in every place."""
    monkeypatch.setattr(settings, "_configured", settings.settings().model_copy(update={"base_url": ADDRESS}))
    with database.writing() as session:
        cast = Cast.in_(session)
        user = session.exec(select(User).where(User.handle == "femke")).one()
        user.name, user.mail, user.handle, user.bio_nl = NAME, MAIL, HANDLE, "zqx meet eerst"
        session.add(user)
        session.flush()
        me = actor_for(session, user)
        for slug in ("blijft", "gaat"):
            _piece(session, cast, slug, me)
        tokens.make(session, Wish("zqx-rapport", ["read"], 30), by=me, is_strong=False)
        session.add(OutsideAccount(user_id=user.id, provider="s", issuer="i", subject="zqx-1", called=MAIL))
        post(session, Letter(to=MAIL, name="mail_changed"))
    letters()
    return database


def _piece(session: Session, cast: Cast, slug: str, me: object) -> None:
    article = draft(session, cast, "lesson", slug=slug)
    file = keep_file(session, article, "meting.csv", f"a;b\n1;{slug}\n".encode(), by=cast.femke)
    for version in (1, 2):
        told = content("lesson", title=f"Titel {slug} {version}", authors=(HANDLE, "aafke"))
        save_draft(session, article, told, by=cast.femke)
        revise(session, article, by=cast.femke)
        publish(session, article, by=cast.femke)
    assert file.hash


@pytest.fixture
def browser(site: Database) -> Iterator[Client]:
    with Client() as client:
        with site.reading() as session:
            client.sign_in(session.exec(select(User).where(User.handle == HANDLE)).one())
        yield client


def form_token(browser: Client) -> str:
    return browser.get("/instellingen/gegevens").text.split('name="token" value="')[1].split('"')[0]


def everything_kept(site: Database) -> str:
    """Every row of every table, every file and every letter, as one text."""
    found = []
    with site.engine.connect() as connection:
        from sqlalchemy import MetaData

        metadata = MetaData()
        metadata.reflect(connection)
        for table in metadata.tables.values():
            found += [f"{table.name} {dict(row)}" for row in connection.execute(table.select()).mappings()]
    folder = settings.settings().data_dir
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("proeftuin.db") and path.name != "tallies":
            found.append(f"{path.name} {path.read_bytes().decode('latin-1')}")
    return "\n".join(found)


def indexed() -> str:
    """Every document of every index of the engine, as one text."""
    with administering() as client:
        assert client is not None
        names = [index.uid for index in client.get_indexes()["results"]]
        documents = [dict(one) for name in names for one in client.index(name).get_documents({"limit": 1000}).results]
    assert documents
    return json.dumps(documents, ensure_ascii=False).lower()


def left_of(site: Database) -> list[str]:
    kept = everything_kept(site).lower()
    return [mark for mark in ("zqx", NAME.lower(), MAIL) if mark in kept]


def test_the_copy_holds_everything_and_no_keys(browser: Client, site: Database) -> None:
    answer = browser.post("/instellingen/gegevens/kopie", data={"token": form_token(browser)})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert answer.headers["cache-control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as zipped:
        told = json.loads(zipped.read("gegevens.json"))
        names = zipped.namelist()
        assert b"Titel blijft 2" in zipped.read("stukken/blijft.md")
        assert b"1;gaat" in zipped.read(next(name for name in names if name.startswith("stukken/gaat/")))
    assert told["person"]["mail"] == MAIL
    assert told["places"][0]["organisation"] == "kennislab-slim-maken"
    assert [len(told[kind]) for kind in ("sessions", "accounts", "tokens", "letters")] == [1, 1, 1, 1]
    assert {"make_token", "take_copy"} <= {entry["action"] for entry in told["log"]}
    assert digest(browser._http.cookies.get(session_cookie()) or "") not in json.dumps(told)
    assert "token_digest" not in json.dumps(told)


def test_a_copy_is_made_only_so_often_and_for_its_own_person(browser: Client) -> None:
    token = form_token(browser)
    statuses = [browser.post("/instellingen/gegevens/kopie", data={"token": token}).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert browser.post("/instellingen/gegevens/kopie", data={"token": "x"}).status_code == 403
    with Client(browser.app) as stranger:
        assert stranger.get("/instellingen/gegevens").status_code == 303
        assert stranger.post("/instellingen/gegevens/kopie", data={"token": token}).status_code == 403


def test_who_is_erased_is_nowhere_any_more(browser: Client, site: Database) -> None:
    assert NAME in browser.get("/kennis/blijft").text
    assert left_of(site) == ["zqx", NAME.lower(), MAIL]
    with site.reading() as session:
        number = {row.slug: row.id for row in session.exec(select(Article)).all()}
    sent = {"token": form_token(browser), "adres": MAIL, f"stuk-{number['gaat']}": "weg"}
    answer = browser.post("/instellingen/gegevens/wissen", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/inloggen/gewist")
    assert "Je bent gewist" in browser.get("/inloggen/gewist").text
    working.work_off()
    assert left_of(site) == []
    assert browser.get("/instellingen/sessies").status_code == 303
    with Client(browser.app) as somebody:
        assert somebody.get("/kennis/blijft").status_code == 200
        assert "zqx" not in somebody.get("/kennis/blijft/v/1").text.lower()
        assert somebody.get("/kennis/gaat").status_code == 410
    with site.reading() as session:
        assert session.exec(select(Pseudonym).where(Pseudonym.user_id == 1)).first() is None
        assert session.exec(select(AuditEntry).where(AuditEntry.action == "erase")).one().by
        revisions = session.exec(select(Revision).where(Revision.article_id == number["blijft"])).all()
        assert revisions[-1].content.authors == ("aafke",)
        assert session.get_one(Article, number["gaat"]).stage == Stage.WITHDRAWN


@pytest.mark.engine
def test_who_is_erased_is_neither_in_the_index_nor_in_the_log(
    site: Database, meilisearch: Place, caplog: pytest.LogCaptureFixture
) -> None:
    """A life of an account, from the code by mail to the end, with every line that the house writes meanwhile."""
    caplog.set_level(logging.INFO)
    with used(meilisearch), Client() as client:
        rebuild()
        assert "titel blijft 2" in indexed()
        client.post("/inloggen", data={"mail": MAIL})
        code = code_in(letters(MAIL)[-1])
        assert client.post("/inloggen/code", data={"code": code}).status_code == 303
        token = form_token(client)
        profile = {
            "token": token,
            "naam": NAME,
            "taal": "nl",
            "zin_nl": "zqx meet",
            "openbaar": "ja",
            "orcid": "fout-zqx",
        }
        assert client.post("/instellingen/profiel", data=profile).status_code == 422
        assert client.get(f"/mensen/{HANDLE}?q=zqx").status_code in (200, 404)
        assert client.get("/zoeken", params={"q": NAME}).status_code == 200
        assert client.post("/instellingen/gegevens/wissen", data={"token": token, "adres": MAIL}).status_code == 303
        working.work_off()
        reconcile()
        assert [mark for mark in ("zqx", NAME.lower(), MAIL) if mark in indexed()] == []
    assert left_of(site) == []
    # An address on this site, such as that of a profile, stands in the log of requests; it leads nowhere any more.
    said = "\n".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("app", "content", "search"))
    )
    assert [mark for mark in (NAME.lower(), MAIL, "zqx meet") if mark in said.lower()] == []


def test_letters_of_somebody_whose_address_ends_alike_stay(browser: Client, site: Database) -> None:
    with site.writing() as session:
        post(session, Letter(to=f"x{MAIL}", name="mail_changed"))
    letters()
    before = {path.name for path in mail_folder().glob("*.eml")}
    browser.post("/instellingen/gegevens/wissen", data={"token": form_token(browser), "adres": MAIL})
    working.work_off()
    left = [path.read_text() for path in mail_folder().glob("*.eml")]
    assert len(before) == 2
    assert len(left) == 1
    assert f"To: x{MAIL}" in left[0]


def test_the_copy_holds_no_code_that_is_on_its_way(browser: Client, site: Database) -> None:
    with site.writing() as session:
        post(session, Letter(to=MAIL, name="sign_in_code", told={"code": "418270", "link": "geheim-418270"}))
    answer = browser.post("/instellingen/gegevens/kopie", data={"token": form_token(browser)})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as zipped:
        told = zipped.read("gegevens.json").decode()
    assert "sign_in_code" in told
    assert "418270" not in told


def test_nothing_goes_without_ones_own_address(browser: Client, site: Database) -> None:
    sent = {"token": form_token(browser), "adres": "sjoerd@proeftuin.example"}
    answer = browser.post("/instellingen/gegevens/wissen", data=sent)
    assert answer.status_code == 422
    assert 'href="#adres"' in answer.text
    assert left_of(site) != []


def test_the_last_owner_hands_over_first(browser: Client, site: Database) -> None:
    with site.writing() as session:
        user = session.exec(select(User).where(User.handle == HANDLE)).one()
        place = session.exec(select(Membership).where(Membership.user_id == user.id)).one()
        place.role = Role.OWNER
        session.add(place)
    sent = {"token": form_token(browser), "adres": MAIL}
    answer = browser.post("/instellingen/gegevens/wissen", data=sent)
    assert answer.status_code == 409
    assert "eigenaar" in answer.text
    with site.reading() as session:
        assert session.exec(select(Article).where(Article.stage == Stage.WITHDRAWN)).all() == []
        assert session.exec(select(User).where(User.handle == HANDLE)).one().name == NAME
    with site.writing() as session:
        sjoerd = session.exec(select(User).where(User.handle == "sjoerd")).one()
        session.add(Membership(user_id=sjoerd.id, organisation_id=place.organisation_id, role=Role.OWNER))
    assert browser.post("/instellingen/gegevens/wissen", data=sent).status_code == 303


def test_a_piece_that_one_may_not_withdraw_stays(browser: Client, site: Database) -> None:
    with site.writing() as session:
        user = session.exec(select(User).where(User.handle == HANDLE)).one()
        place = session.exec(select(Membership).where(Membership.user_id == user.id)).one()
        place.role = Role.READER
        session.add(place)
        number = session.exec(select(Article.id).where(Article.slug == "gaat")).one()
    sent = {"token": form_token(browser), "adres": MAIL, f"stuk-{number}": "weg"}
    assert browser.post("/instellingen/gegevens/wissen", data=sent).status_code == 303
    with site.reading() as session:
        assert session.get_one(Article, number).stage == Stage.PUBLISHED
    working.work_off()
    assert left_of(site) == []


def test_an_organisation_that_only_applied_goes_with_its_applicant(site: Database) -> None:
    with Client() as client:
        with site.reading() as session:
            client.sign_in(session.exec(select(User).where(User.handle == "hinke")).one())
        sent = {"token": form_token(client), "adres": "hinke@proeftuin.example"}
        assert client.post("/instellingen/gegevens/wissen", data=sent).status_code == 303
    with site.reading() as session:
        assert session.exec(select(Organisation).where(col(Organisation.slug) == "veenhart-plaatwerk")).first() is None
