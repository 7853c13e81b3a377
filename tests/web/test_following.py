"""Following over HTTP: from every page, by whom, at once, with undo; the overview and the inbox; saved pieces."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import quote

import pytest
import time_machine
from sqlmodel import Session, col, select

from app.core.clock import now
from app.core.database import Database
from app.core.language import long_date
from app.feeds import following, noticing, saving
from app.feeds.models import Consent, Followed, FollowRequest, Rhythm, SavedPiece, Scope, Subscription, Told
from app.feeds.noticing import About
from app.feeds.targets import person_target, piece_target, topic_target
from app.people.actor import Actor
from app.people.models import Membership, Organisation, Role, User, UserState
from app.people.signing_in import actor_for
from content.models import Article, ArticleTopic, Stage
from content.publishing import publish, show_to
from content.snapshot import Visibility
from content.subjects import Topic
from content.writing import draft_of, revise, save_draft
from tests.web.client import Client
from tests.web.letters import letters, text

pytestmark = pytest.mark.whole

LAB = "kennislab-slim-maken"


def person(database: Database, handle: str) -> User:
    with database.reading() as session:
        return session.exec(select(User).where(User.handle == handle)).one()


def token(client: Client, path: str = "/overzicht") -> str:
    return client.get(path).text.split('name="token" value="')[1].split('"')[0]


def subscriptions(database: Database) -> list[Subscription]:
    with database.reading() as session:
        return list(session.exec(select(Subscription).order_by(col(Subscription.id))).all())


@pytest.fixture
def sjoerd(client: Client, seeded: Database) -> Client:
    return client.sign_in(person(seeded, "sjoerd"))


PAGES = {
    "/onderwerpen/cobots": Followed.TOPIC,
    "/proefprojecten/nul-fouten": Followed.PILOT,
    f"/organisaties/{LAB}": Followed.ORGANISATION,
    "/mensen/femke": Followed.PERSON,
}


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("page", PAGES)
def test_one_follows_on_the_page_at_once_and_undoes_it(
    sjoerd: Client, seeded: Database, page: str, language: str
) -> None:
    page, what = language + page, PAGES[page]
    assert re.search(r"ongeveer|een paar|niets|about|few|nothing", sjoerd.get(page).text, re.IGNORECASE)
    form = {"token": token(sjoerd, page), "ritme": "dag", "mail": "ja"}
    answer = sjoerd.post(f"{page}/volgen", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{page}?klaar=gevolgd")
    (row,) = subscriptions(seeded)
    assert (row.what, row.rhythm, row.by_mail, row.ended_at) == (what, Rhythm.DAILY, True, None)
    assert row.due_at is not None
    after = sjoerd.get(answer.headers["location"]).text
    assert 'class="toast"' in after
    sjoerd.post(f"{page}/volgen", data={"token": form["token"], "_method": "delete"})
    (row,) = subscriptions(seeded)
    assert row.ended_at is not None
    assert row.due_at is None
    sjoerd.post(f"{page}/volgen", data={"token": form["token"], "terug": "ja"})
    (row,) = subscriptions(seeded)
    assert (row.rhythm, row.ended_at, row.by_mail) == (Rhythm.DAILY, None, True)


def test_a_stranger_is_led_to_signing_in_and_follows_nothing(client: Client, seeded: Database) -> None:
    for page in PAGES:
        assert "/volgen" in client.get(page).text or "/inloggen?naar=" in client.get(page).text
        if page != "/onderwerpen/cobots":
            assert client.post(f"{page}/volgen", data={"ritme": "dag"}).status_code == 403
    assert client.get("/zoeken/bewaren?q=cobot").status_code == 303
    assert client.get("/overzicht").status_code == 303
    assert subscriptions(seeded) == []


def test_a_form_without_the_token_of_the_session_changes_nothing(sjoerd: Client, seeded: Database) -> None:
    for page in PAGES:
        assert sjoerd.post(f"{page}/volgen", data={"ritme": "dag"}).status_code == 403
    assert sjoerd.post("/zoeken/bewaren", data={"q": "cobot"}).status_code == 403
    assert subscriptions(seeded) == []


@pytest.mark.parametrize("question", ["cobot", "zwevende lopende banden zqx"])
def test_a_search_is_followed_with_results_and_without(sjoerd: Client, seeded: Database, question: str) -> None:
    assert "/zoeken/bewaren?q=" in sjoerd.get("/zoeken", params={"q": question}).text
    page = sjoerd.get("/zoeken/bewaren", params={"q": question, "sorteer": "nieuwste", "pagina": "3"})
    assert page.status_code == 200
    assert question in page.text
    form = {"token": token(sjoerd), "q": question, "ritme": "meteen", "mail": "ja"}
    answer = sjoerd.post("/zoeken/bewaren", data=form)
    assert answer.status_code == 303
    settings = sjoerd.get(answer.headers["location"]).text
    assert f"‘{question}’" in settings
    assert 'class="toast"' in settings
    (row,) = subscriptions(seeded)
    assert (row.what, row.rhythm) == (Followed.SEARCH, Rhythm.AT_ONCE)
    sjoerd.post("/zoeken/bewaren", data=form | {"sorteer": "nieuwste"})
    assert len(subscriptions(seeded)) == 1


def test_nothing_asked_for_cannot_be_followed(sjoerd: Client, seeded: Database) -> None:
    assert sjoerd.get("/zoeken/bewaren").headers["location"] == "/zoeken"
    assert sjoerd.post("/zoeken/bewaren", data={"token": token(sjoerd)}).headers["location"] == "/zoeken"
    assert subscriptions(seeded) == []


def test_everything_is_found_again_in_settings_and_changed_there(sjoerd: Client, seeded: Database) -> None:
    for page in PAGES:
        sjoerd.post(f"{page}/volgen", data={"token": token(sjoerd, page), "mail": "ja"})
    rows = subscriptions(seeded)
    part = sjoerd.get("/instellingen/volgen").text
    assert part.count('name="ritme"') == len(PAGES)
    form = {"token": token(sjoerd, "/instellingen/volgen")}
    change = {"doe": "wijzig", "nr": str(rows[0].id), "ritme": "maand", "wat": "alles"}
    assert sjoerd.post("/instellingen/volgen", data=form | change).status_code == 303
    assert (subscriptions(seeded)[0].rhythm, subscriptions(seeded)[0].scope, subscriptions(seeded)[0].by_mail) == (
        Rhythm.MONTHLY,
        Scope.EVERYTHING,
        False,
    )
    answer = sjoerd.post("/instellingen/volgen", data=form | {"doe": "stop", "nr": str(rows[1].id)})
    assert 'value="terug"' in sjoerd.get(answer.headers["location"]).text
    assert subscriptions(seeded)[1].ended_at is not None
    sjoerd.post("/instellingen/volgen", data=form | {"doe": "terug", "nr": str(rows[1].id)})
    assert subscriptions(seeded)[1].ended_at is None
    sjoerd.post("/instellingen/volgen", data=form | {"doe": "demp", "nr": str(rows[2].id), "tot": "2"})
    assert subscriptions(seeded)[2].is_muted_at(now())
    sjoerd.post("/instellingen/volgen", data=form | {"doe": "aan", "nr": str(rows[2].id)})
    assert not subscriptions(seeded)[2].is_muted_at(now())
    sjoerd.post("/instellingen/volgen", data=form | {"doe": "tijd", "dag": "4", "uur": "15"})
    sjoerd.post("/instellingen/volgen", data=form | {"doe": "pauze", "tot": "2"})
    assert "verder" in sjoerd.get("/instellingen/volgen").text


def test_nobody_changes_what_somebody_else_follows(client: Client, seeded: Database) -> None:
    client.sign_in(person(seeded, "sjoerd"))
    client.post("/onderwerpen/cobots/volgen", data={"token": token(client), "mail": "ja"})
    (row,) = subscriptions(seeded)
    client.sign_in(person(seeded, "aafke"))
    form = {"token": token(client, "/instellingen/volgen"), "nr": str(row.id)}
    for act in ("wijzig", "stop", "terug", "demp", "aan"):
        assert client.post("/instellingen/volgen", data=form | {"doe": act}).status_code == 404
    assert client.post("/overzicht/dempen", data=form).status_code == 404
    assert subscriptions(seeded)[0].model_dump() == row.model_dump()


def test_an_organisation_follows_for_its_people_and_mails_nobody(client: Client, seeded: Database) -> None:
    client.sign_in(person(seeded, "tjitske"))
    assert "voor de mensen van" in client.get("/onderwerpen/cobots").text
    form = {"token": token(client), "namens": LAB, "mail": "ja"}
    assert client.post("/onderwerpen/cobots/volgen", data=form).status_code == 303
    (row,) = subscriptions(seeded)
    assert (row.user_id, row.by_mail, row.due_at) == (None, False, None)
    client.sign_in(person(seeded, "femke"))
    assert "Omdat je organisatie" in client.get("/overzicht").text
    assert client.post("/onderwerpen/cobots/volgen", data=form | {"token": token(client)}).status_code == 403
    answer = client.post("/overzicht/dempen", data={"token": token(client), "nr": str(row.id), "tot": "altijd"})
    assert "Omdat je organisatie" not in client.get("/overzicht").text
    own = re.search(
        r'name="nr" value="(\d+)"><input type="hidden" name="_method"', client.get(answer.headers["location"]).text
    )
    assert own, "what was muted can be undone at once"
    undo = {"token": token(client), "nr": own[1], "_method": "delete"}
    client.post("/overzicht/dempen", data=undo)
    assert "Omdat je" in client.get("/overzicht").text
    client.post("/overzicht/dempen", data={"token": token(client), "nr": own[1], "tot": "altijd"})
    assert client.post("/overzicht/dempen", data=undo | {"nr": "999999"}).status_code == 404
    client.sign_in(person(seeded, "tjitske"))
    assert "Omdat je organisatie" in client.get("/overzicht").text
    client.sign_in(person(seeded, "sjoerd"))
    assert "Omdat je organisatie" not in client.get("/overzicht").text


def test_an_organisation_follows_a_search_for_its_people(client: Client, seeded: Database) -> None:
    client.sign_in(person(seeded, "tjitske"))
    asked = {"q": "cobot", "voor": "procesengineer"}
    page = client.get("/zoeken/bewaren", params=asked).text
    assert "voor de mensen van" in page
    form = asked | {"token": token(client), "namens": LAB, "wat": "alles"}
    answer = client.post("/zoeken/bewaren", data=form)
    assert answer.status_code == 303
    assert "Stop voor de mensen van" in client.get(answer.headers["location"]).text
    (row,) = subscriptions(seeded)
    assert (row.what, row.user_id, row.by_mail, row.due_at) == (Followed.SEARCH, None, False, None)
    assert (row.scope, row.question) == (Scope.EVERYTHING, "q=cobot&voor=procesengineer")
    form |= {"_method": "delete"}
    for handle, status in (("femke", 403), ("sjoerd", 403)):
        client.sign_in(person(seeded, handle))
        assert "voor de mensen van" not in client.get("/zoeken/bewaren", params=asked).text
        assert client.post("/zoeken/bewaren", data=form | {"token": token(client)}).status_code == status
    assert subscriptions(seeded)[0].ended_at is None
    client.sign_in(person(seeded, "tjitske"))
    client.post("/zoeken/bewaren", data=form | {"token": token(client)})
    assert subscriptions(seeded)[0].ended_at is not None


def test_owners_say_what_their_people_hear_of_what_the_organisation_follows(client: Client, seeded: Database) -> None:
    client.sign_in(person(seeded, "tjitske"))
    client.post("/zoeken/bewaren", data={"q": "cobot", "token": token(client), "namens": LAB})
    (row,) = subscriptions(seeded)
    form = {"token": token(client), "doe": "wijzig", "nr": str(row.id), "wat": "alles", "mail": "ja"}
    assert 'value="wijzig"' in client.get("/instellingen/volgen").text
    assert client.post("/instellingen/volgen", data=form).status_code == 303
    (row,) = subscriptions(seeded)
    assert (row.scope, row.by_mail, row.due_at) == (Scope.EVERYTHING, False, None)
    client.sign_in(person(seeded, "femke"))
    assert "‘cobot’" in client.get("/instellingen/volgen").text
    assert 'value="wijzig"' not in client.get("/instellingen/volgen").text
    assert client.post("/instellingen/volgen", data=form | {"token": token(client)}).status_code == 404


def test_a_search_that_is_followed_shows_how(sjoerd: Client, seeded: Database) -> None:
    form = {"token": token(sjoerd), "q": "cobot", "ritme": "maand", "wat": "alles"}
    sjoerd.post("/zoeken/bewaren", data=form)
    page = sjoerd.get("/zoeken/bewaren?q=cobot").text
    assert '<option value="maand" selected>' in page
    assert '<option value="alles" selected>' in page
    assert not re.search(r'name="mail"[^>]* checked', page)
    (row,) = subscriptions(seeded)
    assert (row.scope, row.by_mail) == (Scope.EVERYTHING, False)


# --- undoing ---------------------------------------------------------------------------------------------------------


def toast(client: Client, address: str) -> tuple[str, str, dict[str, str]]:
    """What the page says was done, and the form in it that undoes it: as a browser without script would send it."""
    after = client.get(address).text.split('class="toast"')[1]
    said = after.split("<span>")[1].split("</span>")[0]
    form = after.split("<form")[1].split("</form>")[0] if "<form" in after else ""
    action = re.search(r'action="([^"]+)" method="post"', form)
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', form)
    return said, action[1] if action else "", {name: unescape(value) for name, value in fields}


def undone(client: Client, address: str) -> None:
    _said, action, form = toast(client, address)
    assert form["token"]
    assert client.post(action, data=form | {"token": ""}).status_code == 403
    assert client.post(action, data=form).status_code == 303


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("page", PAGES)
def test_undoing_a_change_of_rhythm_brings_back_how_it_was(
    sjoerd: Client, seeded: Database, page: str, language: str
) -> None:
    page = language + page
    form = {"token": token(sjoerd, page)}
    first = sjoerd.post(f"{page}/volgen", data=form | {"ritme": "dag", "wat": "alles"}).headers["location"]
    (before,) = subscriptions(seeded)
    answer = sjoerd.post(f"{page}/volgen", data=form | {"ritme": "maand", "mail": "ja"})
    assert re.search("elke maand|every month", toast(sjoerd, answer.headers["location"])[0])
    assert (subscriptions(seeded)[0].rhythm, subscriptions(seeded)[0].by_mail) == (Rhythm.MONTHLY, True)
    undone(sjoerd, answer.headers["location"])
    (row,) = subscriptions(seeded)
    assert (row.rhythm, row.scope, row.by_mail) == (Rhythm.DAILY, Scope.EVERYTHING, False)
    assert (row.ended_at, row.since, row.due_at) == (None, before.since, None)
    undone(sjoerd, first)
    assert subscriptions(seeded)[0].ended_at is not None, "undoing the first time stops"


def test_undoing_twice_or_after_stopping_changes_nothing_more(sjoerd: Client, seeded: Database) -> None:
    page = "/onderwerpen/cobots"
    form = {"token": token(sjoerd, page), "mail": "ja"}
    sjoerd.post(f"{page}/volgen", data=form | {"ritme": "dag"})
    changed = sjoerd.post(f"{page}/volgen", data=form | {"ritme": "maand"}).headers["location"]
    _said, action, undo = toast(sjoerd, changed)
    stopped = sjoerd.post(f"{page}/volgen", data=form | {"_method": "delete"}).headers["location"]
    (over,) = subscriptions(seeded)
    sjoerd.post(action, data=undo)
    assert subscriptions(seeded)[0].model_dump() == over.model_dump(), "what was stopped since stays stopped"
    _said, action, back = toast(sjoerd, stopped)
    for _time in range(2):
        sjoerd.post(action, data=back)
        (row,) = subscriptions(seeded)
        assert (row.rhythm, row.by_mail, row.ended_at) == (Rhythm.MONTHLY, True, None)
    for _time in range(2):
        sjoerd.post(action, data=undo)
        assert subscriptions(seeded)[0].rhythm == Rhythm.DAILY
    assert toast(sjoerd, changed)[1:] == ("", {}), "there is nothing left to undo"


@pytest.mark.parametrize(
    "word",
    [
        "x",
        "maand-nieuw",
        "maand-nieuw-ja",
        "maand-nieuw-mail-",
        "maand-nieuw-mail-x",
        "maand-nieuw-mail-1-1",
        f"maand-nieuw-mail-{'9' * 11}",
        "maand-nieuw-mail-²",
        "MAAND-nieuw-mail",
        "maand-nieuw-mail\n",
        "-" * 9000,
    ],
)
def test_a_word_that_does_not_say_how_it_was_changes_nothing(sjoerd: Client, seeded: Database, word: str) -> None:
    page = "/onderwerpen/cobots"
    form = {"token": token(sjoerd, page)}
    sjoerd.post(f"{page}/volgen", data=form | {"ritme": "dag", "mail": "ja"})
    (before,) = subscriptions(seeded)
    for address in (f"{page}?klaar=gevolgd", f"/instellingen/volgen?klaar=bewaard&nr={before.id}"):
        if len(word) < 100:
            assert toast(sjoerd, f"{address}&was={quote(word)}")[1] == "", "no way back to what nobody knows"
    assert sjoerd.post(f"{page}/volgen", data=form | {"terug": "ja", "was": word}).status_code == 303
    settings = form | {"doe": "terug", "nr": str(before.id), "was": word}
    assert sjoerd.post("/instellingen/volgen", data=settings).status_code == 303
    assert subscriptions(seeded)[0].model_dump() == before.model_dump()


@pytest.mark.parametrize("until", ["2", "altijd"])
def test_undoing_a_change_mutes_again_what_was_muted(sjoerd: Client, seeded: Database, until: str) -> None:
    page = "/onderwerpen/cobots"
    form = {"token": token(sjoerd, page), "mail": "ja"}
    sjoerd.post(f"{page}/volgen", data=form)
    sjoerd.post("/overzicht/dempen", data=form | {"nr": str(subscriptions(seeded)[0].id), "tot": until})
    (before,) = subscriptions(seeded)
    changed = sjoerd.post(f"{page}/volgen", data=form | {"ritme": "maand"}).headers["location"]
    assert not subscriptions(seeded)[0].is_muted_at(now())
    undone(sjoerd, changed)
    (row,) = subscriptions(seeded)
    assert row.is_muted_at(now())
    assert (row.muted_until or now()).date() == (before.muted_until or now()).date()
    assert (row.muted_until is None) == (until == "altijd")


def test_undoing_it_mutes_for_oneself_what_the_organisation_follows_and_no_more(
    client: Client, seeded: Database
) -> None:
    client.sign_in(person(seeded, "femke"))
    page, form = "/onderwerpen/cobots", {"token": token(client)}
    with seeded.writing() as session:
        lab = session.exec(select(Organisation).where(Organisation.slug == LAB)).one()
        topic = session.exec(select(Topic).where(Topic.slug == "cobots")).one()
        owner = Actor(owns=frozenset({lab.id}))
        theirs = following.follow(session, topic_target(topic), by=owner, organisation_id=lab.id).id
    client.post("/overzicht/dempen", data=form | {"nr": str(theirs), "tot": "altijd"})
    undone(client, client.post(f"{page}/volgen", data=form | {"mail": "ja"}).headers["location"])
    own = next(row for row in subscriptions(seeded) if row.user_id is not None)
    assert (own.is_muted_at(now()), own.by_mail, own.only_mutes) == (True, False, True)
    client.post("/instellingen/volgen", data=form | {"doe": "aan", "nr": str(own.id)})
    assert [row.ended_at is None for row in subscriptions(seeded)] == [True, False], "their organisation's again"


@pytest.mark.parametrize("language", ["", "/en"])
def test_undoing_a_change_of_a_followed_search_keeps_it(sjoerd: Client, seeded: Database, language: str) -> None:
    form = {"token": token(sjoerd), "q": "cobot"}
    door = f"{language}/zoeken/bewaren"
    first = sjoerd.post(door, data=form | {"ritme": "meteen", "mail": "ja"}).headers["location"]
    changed = sjoerd.post(door, data=form | {"ritme": "maand", "wat": "alles"}).headers["location"]
    assert changed.startswith(f"{language}/instellingen/volgen?")
    undone(sjoerd, changed)
    (row,) = subscriptions(seeded)
    assert (row.rhythm, row.scope, row.by_mail, row.ended_at) == (Rhythm.AT_ONCE, Scope.NEW, True, None)
    assert row.due_at is not None
    undone(sjoerd, first)
    assert subscriptions(seeded)[0].ended_at is not None


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_change_in_settings_is_undone_there(sjoerd: Client, seeded: Database, language: str) -> None:
    page, settings = f"{language}/onderwerpen/cobots", f"{language}/instellingen/volgen"
    form = {"token": token(sjoerd, page)}
    sjoerd.post(f"{page}/volgen", data=form | {"mail": "ja"})
    change = {"doe": "wijzig", "nr": str(subscriptions(seeded)[0].id), "ritme": "maand", "wat": "alles"}
    changed = sjoerd.post(settings, data=form | change).headers["location"]
    assert re.fullmatch(r"(Bewaard|Saved): .+\.", toast(sjoerd, changed)[0])
    with Client() as other:
        other.sign_in(person(seeded, "aafke"))
        assert toast(other, changed)[0] in ("Bewaard.", "Saved.")
        _said, action, undo = toast(sjoerd, changed)
        assert other.post(action, data=undo | {"token": token(other)}).status_code == 404
    assert subscriptions(seeded)[0].rhythm == Rhythm.MONTHLY
    undone(sjoerd, changed)
    (row,) = subscriptions(seeded)
    assert (row.rhythm, row.scope, row.by_mail, row.ended_at) == (Rhythm.WEEKLY, Scope.NEW, True, None)


@pytest.mark.parametrize("language", ["", "/en"])
def test_an_owner_undoes_in_settings_what_they_did_for_their_people(
    client: Client, seeded: Database, language: str
) -> None:
    client.sign_in(person(seeded, "tjitske"))
    settings = f"{language}/instellingen/volgen"
    form = {"token": token(client)}
    client.post("/zoeken/bewaren", data=form | {"q": "cobot", "namens": LAB})
    (before,) = subscriptions(seeded)
    form |= {"nr": str(before.id)}
    undone(client, client.post(settings, data=form | {"doe": "wijzig", "wat": "alles"}).headers["location"])
    assert subscriptions(seeded)[0].scope == Scope.NEW
    stopped = client.post(settings, data=form | {"doe": "stop"}).headers["location"]
    said, action, undo = toast(client, stopped)
    assert re.fullmatch(r"Je volgt ‘cobot’ niet meer voor de mensen van .+|You do not .+ for the people of .+", said)
    for handle in ("femke", "sjoerd"):
        with Client() as other:
            other.sign_in(person(seeded, handle))
            assert 'class="toast"' not in other.get(stopped).text
            assert other.post(action, data=undo | {"token": token(other)}).status_code == 404
    assert subscriptions(seeded)[0].ended_at is not None
    undone(client, stopped)
    (row,) = subscriptions(seeded)
    assert (row.ended_at, row.scope, row.since, row.by_mail) == (None, Scope.NEW, before.since, False)
    client.post(settings, data=form | {"doe": "stop"})
    with seeded.writing() as session:
        place = select(Membership).where(Membership.user_id == person(seeded, "tjitske").id)
        for one in session.exec(place).all():
            one.role = Role.READER
    assert 'class="toast"' not in client.get(stopped).text
    assert client.post(action, data=undo).status_code == 404, "they decide for it no more"
    assert subscriptions(seeded)[0].ended_at is not None


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("page", [*PAGES, "/zoeken"])
def test_what_is_followed_for_the_people_is_undone_on_the_page(
    client: Client, seeded: Database, page: str, language: str
) -> None:
    client.sign_in(person(seeded, "tjitske"))
    door = language + ("/zoeken/bewaren" if page == "/zoeken" else f"{page}/volgen")
    form = {"token": token(client), "namens": LAB} | ({"q": "cobot & co"} if page == "/zoeken" else {})
    followed = client.post(door, data=form | {"wat": "alles"}).headers["location"]
    (before,) = subscriptions(seeded)
    assert re.search(r"^Je volgt .+ voor de mensen van|^You follow .+ for the people", toast(client, followed)[0])
    again = client.post(door, data=form).headers["location"]
    assert subscriptions(seeded)[0].scope == Scope.NEW
    undone(client, again)
    assert (subscriptions(seeded)[0].scope, subscriptions(seeded)[0].ended_at) == (Scope.EVERYTHING, None)
    stopped = client.post(door, data=form | {"_method": "delete"}).headers["location"]
    said, action, undo = toast(client, stopped)
    assert re.search(r"niet meer voor de mensen van|any more for the people of", said)
    for handle in ("femke", "sjoerd"):
        with Client() as other:
            other.sign_in(person(seeded, handle))
            assert 'class="toast"' not in other.get(stopped).text
            assert other.post(action, data=undo | {"token": token(other)}).status_code == 403
    undone(client, stopped)
    (row,) = subscriptions(seeded)
    assert (row.user_id, row.ended_at, row.scope, row.since) == (None, None, Scope.EVERYTHING, before.since)
    undone(client, followed)
    assert subscriptions(seeded)[0].ended_at is not None
    client.sign_in(person(seeded, "noor"))
    for slug in ("bestaat-niet", LAB):
        refused = client.post(door, data=form | {"token": token(client), "namens": slug})
        assert refused.status_code == 403, "a steward is no owner"


# --- the overview ----------------------------------------------------------------------------------------------------


def appear(database: Database, slug: str, *, visibility: Visibility = Visibility.EVERYONE) -> int:
    """A new version of a piece of the examples, which everybody or only members see; its piece."""
    with database.writing() as session:
        article = session.exec(select(Article).where(Article.slug == slug)).one()
        noor = actor_for(session, session.exec(select(User).where(User.handle == "noor")).one())
        show_to(session, article, visibility, by=noor, allowed=set())
        draft = draft_of(session, article)
        told = draft.content.model_copy(update={"summary": f"Zie {now():%M.%S.%f}"})
        save_draft(session, article, told, by=noor)
        revise(session, article, by=noor)
        publish(session, article, by=noor)
        return article.piece_id


def test_the_overview_says_why_and_what_is_new_and_forgets_neither(sjoerd: Client, seeded: Database) -> None:
    assert "Je volgt nog niets" in sjoerd.get("/overzicht").text
    form = {"token": token(sjoerd, "/onderwerpen/cobots"), "wat": "alles", "mail": "ja"}
    sjoerd.post("/onderwerpen/cobots/volgen", data=form)
    with seeded.reading() as session:
        cobots = session.exec(select(Topic).where(Topic.slug_nl == "cobots")).one()
        slug = session.exec(
            select(Article.slug)
            .join(ArticleTopic, col(ArticleTopic.article_id) == Article.id)
            .where(ArticleTopic.topic_id == cobots.id, Article.language == "nl", Article.stage == Stage.PUBLISHED)
        ).first()
        assert slug
    before = sjoerd.get("/overzicht").text
    assert "Omdat je Cobots volgt" in before
    assert 'class="is-new"' not in before
    piece = appear(seeded, slug)
    after = sjoerd.get("/overzicht").text
    assert after.count('class="is-new"') == 1
    answer = sjoerd.post("/overzicht/gelezen", data={"token": token(sjoerd), "stuk": str(piece)})
    read = sjoerd.get(answer.headers["location"]).text
    assert 'class="is-new"' not in read
    assert 'class="toast"' in read
    sjoerd.post("/overzicht/gelezen", data={"token": token(sjoerd), "stuk": str(piece), "_method": "delete"})
    assert 'class="is-new"' in sjoerd.get("/overzicht").text
    answer = sjoerd.post("/overzicht/gelezen", data={"token": token(sjoerd)})
    read = sjoerd.get(answer.headers["location"]).text
    assert 'class="is-new"' not in read
    undo = re.findall(r'name="stukken" value="([^"]+)"', read)
    sjoerd.post("/overzicht/gelezen", data={"token": token(sjoerd), "stukken": undo[0], "_method": "delete"})
    assert 'class="is-new"' in sjoerd.get("/overzicht").text, "all of it is undone"
    sjoerd.post("/overzicht/gelezen", data={"token": token(sjoerd)})
    appear(seeded, slug)
    assert 'class="is-new"' in sjoerd.get("/overzicht").text, "a new version is news to who wants everything"
    appear(seeded, slug, visibility=Visibility.ORGANISATIONS)
    assert slug not in sjoerd.get("/overzicht").text


def test_nobody_marks_as_read_what_they_do_not_see(client: Client, seeded: Database) -> None:
    hidden = appear(seeded, "ot-netwerk-scheiden", visibility=Visibility.ORGANISATIONS)
    client.sign_in(person(seeded, "sjoerd"))
    client.post("/overzicht/gelezen", data={"token": token(client), "stuk": str(hidden)})
    with seeded.reading() as session:
        assert session.exec(select(Told)).all() == []


def test_pieces_are_kept_for_later(sjoerd: Client, seeded: Database) -> None:
    page = "/kennis/ot-netwerk-scheiden"
    form = {"token": token(sjoerd, page)}
    assert "Bewaar" in sjoerd.get(page).text
    assert sjoerd.post(f"{page}/bewaren", data=form).status_code == 303
    sjoerd.post(f"{page}/bewaren", data=form)
    assert page in sjoerd.get("/overzicht?toon=bewaard").text
    with seeded.writing() as session:
        assert len(session.exec(select(SavedPiece)).all()) == 1
        article = session.exec(select(Article).where(Article.slug == "ot-netwerk-scheiden")).one()
        noor = actor_for(session, session.exec(select(User).where(User.handle == "noor")).one())
        show_to(session, article, Visibility.ORGANISATIONS, by=noor, allowed=set())
    assert page not in sjoerd.get("/overzicht?toon=bewaard").text
    assert sjoerd.post(f"{page}/bewaren", data=form).status_code == 404


@pytest.mark.parametrize("language", ["", "/en"])
def test_what_is_kept_is_let_go_from_the_list_and_that_is_undone(
    sjoerd: Client, seeded: Database, language: str
) -> None:
    page, kept = "/kennis/ot-netwerk-scheiden", f"{language}/overzicht?toon=bewaard"
    sjoerd.post(f"{page}/bewaren", data={"token": token(sjoerd, page)})
    with seeded.reading() as session:
        piece = session.exec(select(Article.piece_id).where(Article.slug == "ot-netwerk-scheiden")).one()
    shown = sjoerd.get(kept).text
    assert f'action="{language}/overzicht/bewaard"' in shown
    form = {"token": token(sjoerd), "stuk": str(piece)}
    with Client() as other:
        other.sign_in(person(seeded, "aafke"))
        other.post("/overzicht/bewaard", data=form | {"token": token(other)})
    assert page in sjoerd.get(kept).text, "theirs alone"
    done = sjoerd.post(f"{language}/overzicht/bewaard", data=form).headers["location"]
    assert page not in sjoerd.get(kept).text
    undone(sjoerd, done)
    assert page in sjoerd.get(kept).text
    assert sjoerd.post("/overzicht/bewaard", data=form | {"stuk": "9" * 30}).status_code in (303, 400, 422)
    hidden = form | {"stuk": str(piece + 10_000), "_method": "delete"}
    assert sjoerd.post("/overzicht/bewaard", data=hidden).status_code == 303


def test_of_many_that_are_kept_the_last_ones_stand_there(
    sjoerd: Client, seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saving, "MOST_SHOWN", 2)
    with seeded.reading() as session:
        there = select(Article.slug).where(Article.stage == Stage.PUBLISHED, Article.visibility == Visibility.EVERYONE)
        slugs = session.exec(there.where(Article.language == "nl").order_by(Article.slug).limit(3)).all()
    for slug in slugs:
        sjoerd.post(f"/kennis/{slug}/bewaren", data={"token": token(sjoerd)})
    shown = sjoerd.get("/overzicht?toon=bewaard").text
    assert [slug in shown for slug in slugs] == [False, True, True]
    assert "Hier staan de laatste 2 die je bewaarde" in shown


# --- the inbox -------------------------------------------------------------------------------------------------------


def a_notice(session: Session, user: User, **more: object) -> None:
    about = About("question_asked", "question-7", "/kennis/ot-netwerk-scheiden")
    noticing.tell(session, user.id, about, told={"who": "Aafke", "title": "<b>Hoe?</b>"}, **more)  # type: ignore[arg-type]


def test_a_notice_is_told_once_counted_read_and_unread_again(sjoerd: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        a_notice(session, person(seeded, "sjoerd"))
        a_notice(session, person(seeded, "sjoerd"))
    page = sjoerd.get("/overzicht/meldingen").text
    assert page.count('class="note is-new"') == 1
    assert "Aafke" in page
    assert "&lt;b&gt;Hoe?" in page
    assert 'class="count" aria-hidden="true">1<' in sjoerd.get("/").text
    form = {"token": token(sjoerd), "nr": re.findall(r'name="nr" value="(\d+)"', page)[0]}
    sjoerd.post("/overzicht/meldingen", data=form)
    assert 'class="note is-new"' not in sjoerd.get("/overzicht/meldingen").text
    sjoerd.post("/overzicht/meldingen", data=form | {"_method": "delete"})
    assert 'class="note is-new"' in sjoerd.get("/overzicht/meldingen").text
    sjoerd.sign_in(person(seeded, "aafke"))
    assert "note is-new" not in sjoerd.get("/overzicht/meldingen").text
    sjoerd.post("/overzicht/meldingen", data=form | {"token": token(sjoerd)})
    with seeded.reading() as session:
        assert noticing.unread(session, actor_for(session, person(seeded, "sjoerd"))) == 1


def test_all_read_can_be_undone_and_brings_back_nothing_else(sjoerd: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        for number in range(3):
            about = About("published", f"p-{number}", "/kennis/ot-netwerk-scheiden")
            noticing.tell(session, person(seeded, "sjoerd").id, about, told={"title": f"Stuk {number}"})
    first = re.findall(r'name="nr" value="(\d+)"', sjoerd.get("/overzicht/meldingen").text)[0]
    form = {"token": token(sjoerd)}
    sjoerd.post("/overzicht/meldingen", data=form | {"nr": first})
    answer = sjoerd.post("/overzicht/meldingen", data=form)
    page = sjoerd.get(answer.headers["location"]).text
    assert "note is-new" not in page
    undo = re.findall(r'name="nrs" value="([^"]+)"', page)[0]
    with Client() as other:
        other.sign_in(person(seeded, "aafke"))
        other.post("/overzicht/meldingen", data={"token": token(other), "nrs": undo, "_method": "delete"})
    assert "note is-new" not in sjoerd.get("/overzicht/meldingen").text
    for nonsense in ("x", "1-x", "-".join(["9" * 30] * 9), "%00", "1" * 9000):
        assert sjoerd.get(f"/overzicht/meldingen?klaar=gelezen&nrs={nonsense}").status_code in (200, 400, 414)
        assert sjoerd.post("/overzicht/meldingen", data=form | {"nrs": "x", "_method": "delete"}).status_code == 303
    sjoerd.post("/overzicht/meldingen", data=form | {"nrs": undo, "_method": "delete"})
    assert sjoerd.get("/overzicht/meldingen").text.count("note is-new") == 2, "the one read before stays read"


def test_what_was_muted_says_until_when(sjoerd: Client, seeded: Database) -> None:
    page = "/onderwerpen/cobots"
    sjoerd.post(f"{page}/volgen", data={"token": token(sjoerd, page), "mail": "ja"})
    (row,) = subscriptions(seeded)
    day = long_date(now() + timedelta(days=14))
    for door, form in (("/overzicht/dempen", {}), ("/instellingen/volgen", {"doe": "demp"})):
        told = form | {"token": token(sjoerd), "nr": str(row.id)}
        answer = sjoerd.post(door, data=told | {"tot": "2"})
        toast = sjoerd.get(answer.headers["location"]).text.split('class="toast"')[1]
        assert f"Gedempt tot {day}" in toast
        assert 'type="submit"' in toast, "it can be undone there"
        answer = sjoerd.post(door, data=told | {"tot": "altijd"})
        toast = sjoerd.get(answer.headers["location"]).text.split('class="toast"')[1]
        assert "Gedempt tot je het weer aanzet" in toast
    with Client() as other:
        other.sign_in(person(seeded, "aafke"))
        for door in ("/overzicht", "/instellingen/volgen"):
            assert 'class="toast"' not in other.get(f"{door}?klaar=gedempt&nr={row.id}").text


def test_what_is_not_there_any_more_stands_in_the_settings_and_can_be_stopped(client: Client, seeded: Database) -> None:
    client.sign_in(person(seeded, "sjoerd"))
    with seeded.writing() as session:
        femke, sjoerd = person(seeded, "femke"), actor_for(session, person(seeded, "sjoerd"))
        article = session.exec(select(Article).where(Article.slug == "ot-netwerk-scheiden")).one()
        title = article.title
        following.follow(session, person_target(femke), by=sjoerd)
        following.follow(session, piece_target(article), by=sjoerd)
        session.add(
            Subscription(user_id=sjoerd.user_id, key="search-x", what=Followed.SEARCH, question="onderwerp=weg")
        )
    assert "Niet meer te vinden" not in client.get("/instellingen/volgen").text.split("Zoekvragen")[0]
    appear(seeded, "ot-netwerk-scheiden", visibility=Visibility.ORGANISATIONS)
    with seeded.writing() as session:
        session.get_one(User, femke.id).has_profile = False
    part = client.get("/instellingen/volgen").text
    for said in (
        "Iemand zonder openbare pagina",
        "Een stuk dat er niet meer is",
        "Een zoekvraag naar iets dat er niet",
    ):
        assert said in part
    assert title not in part
    assert femke.name not in part
    form = {"token": token(client), "doe": "stop"}
    for row in subscriptions(seeded):
        answer = client.post("/instellingen/volgen", data=form | {"nr": str(row.id)})
        assert 'value="terug"' in client.get(answer.headers["location"]).text
    assert all(row.ended_at for row in subscriptions(seeded))
    assert "Iemand zonder openbare pagina" not in client.get("/instellingen/volgen").text


def test_a_notice_about_what_one_may_not_see_any_more_is_not_there(sjoerd: Client, seeded: Database) -> None:
    with seeded.writing() as session:
        article = session.exec(select(Article).where(Article.slug == "ot-netwerk-scheiden")).one()
        a_notice(session, person(seeded, "sjoerd"), article=article)
    assert "note is-new" in sjoerd.get("/overzicht/meldingen").text
    with seeded.writing() as session:
        article = session.exec(select(Article).where(Article.slug == "ot-netwerk-scheiden")).one()
        noor = actor_for(session, session.exec(select(User).where(User.handle == "noor")).one())
        show_to(session, article, Visibility.ORGANISATIONS, by=noor, allowed=set())
    assert "note is-new" not in sjoerd.get("/overzicht/meldingen").text


# --- by mail alone ---------------------------------------------------------------------------------------------------


def link_in(letter: object) -> str:
    found = re.search(r"https?://[^/\s]+(/\S*volgen/[\w-]+)", text(letter))  # type: ignore[arg-type]
    assert found
    return found[1]


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_mail_address_is_enough_once_it_is_confirmed(client: Client, seeded: Database, language: str) -> None:
    form = {"mail": "Jan@Elders.example", "ritme": "maand"}
    assert client.post(f"{language}/onderwerpen/cobots/volgen", data=form).status_code == 200
    assert subscriptions(seeded) == []
    (letter,) = letters("jan@elders.example")
    link = link_in(letter)
    assert link.startswith(f"{language}/volgen/")
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert subscriptions(seeded) == [], "a scanner that opens the link confirms nothing"
    assert client.post(link).status_code == 200
    (row,) = subscriptions(seeded)
    assert (row.rhythm, row.by_mail) == (Rhythm.MONTHLY, True)
    with seeded.reading() as session:
        consent = session.exec(select(Consent)).one()
        user = session.exec(select(User).where(User.mail == "jan@elders.example")).one()
        assert user.state == UserState.MAIL_ONLY
        assert consent.user_id == user.id
        assert consent.source.endswith("/onderwerpen/cobots")
        assert consent.wording
        assert consent.asked_at <= consent.created_at
        assert session.exec(select(FollowRequest)).all() == []
    assert client.post(link).status_code == 404
    assert client.get(link).status_code == 404


def test_a_link_is_over_after_two_days_and_a_forged_one_is_none(client: Client, seeded: Database) -> None:
    client.post("/onderwerpen/cobots/volgen", data={"mail": "jan@elders.example"})
    (letter,) = letters("jan@elders.example")
    link = link_in(letter)
    for wrong in (link[:-1], link + "x", link.upper(), "/volgen/x"):
        assert client.post(wrong).status_code == 404
    with time_machine.travel(now() + timedelta(days=2, minutes=1)):
        assert client.post(link).status_code == 404
    assert subscriptions(seeded) == []


@pytest.mark.parametrize("mail", ["", "geen adres", "a@b", "x@y.example\r\nBcc: z@y.example"])
def test_what_is_no_mail_address_is_said_and_gets_no_letter(client: Client, seeded: Database, mail: str) -> None:
    answer = client.post("/onderwerpen/cobots/volgen", data={"mail": mail})
    assert answer.status_code == 422
    assert letters() == []


def test_nobody_fills_the_mailbox_of_somebody_else(client: Client, seeded: Database) -> None:
    statuses = [
        client.post("/onderwerpen/cobots/volgen", data={"mail": "jan@elders.example"}).status_code for _ in range(5)
    ]
    assert statuses == [200, 200, 200, 429, 429]
    assert len(letters("jan@elders.example")) == 3
