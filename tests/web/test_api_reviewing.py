"""Reviewing and publication through the API: each move with a token for it, about the text that was read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from app.core.clock import now
from app.core.database import Database
from app.people import tokens
from app.people.models import Membership, Organisation, Role
from app.people.signing_in import actor_for
from app.people.tokens import Wish
from content import needing
from content.models import Article, Piece
from content.reviewing import CHECKS
from content.snapshot import Contribution, Part, Visibility
from content.writing import save_draft, start
from tests.cast import content
from tests.web.client import Client
from tests.web.joining import organisation, person

pytestmark = pytest.mark.whole

TERP = "terp-kunststoffen"
LAB = "kennislab-slim-maken"
AT = "/api/v1/articles/van-de-api"

Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def a_short_story_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cast writes a sentence or two."""
    monkeypatch.setattr(needing, "FEW_WORDS", 3)


def told(**changes: Any) -> Any:
    parts = (
        Contribution(organisation=TERP, part=Part.LEAD),
        Contribution(organisation=LAB, part=Part.KNOWLEDGE_PARTNER),
    )
    return content("case_study", organisations=parts, **changes)


@pytest.fixture
def piece(seeded: Database) -> int:
    """A case of the Kennislab at Terp Kunststoffen; Baukje decides for Terp."""
    with seeded.writing() as session:
        femke, baukje = (actor_for(session, person(seeded, handle)) for handle in ("femke", "baukje"))
        lab, terp = (_organisation(session, slug) for slug in (LAB, TERP))
        piece = Piece(key="van-de-api", kind="case_study")
        session.add(piece)
        session.flush()
        its = {"slug": "van-de-api", "owner_id": lab.id, "visibility": Visibility.EVERYONE, "content": told()}
        made = start(session, piece=piece, language="nl", by=femke, **its)
        place = session.exec(select(Membership).where(Membership.user_id == baukje.user_id)).one()
        place.organisation_id, place.role = terp.id, Role.OWNER
        terp.asks_company = lab.asks_centre = True
        session.add_all((place, terp, lab))
        return made.id


def _organisation(session: Session, slug: str) -> Organisation:
    return session.exec(select(Organisation).where(Organisation.slug == slug)).one()


@pytest.fixture
def ask(client: Client, seeded: Database, piece: int) -> Ask:
    """Ask the API with a token of somebody, made for these scopes."""
    held: dict[tuple[str, ...], str] = {}

    def asked(
        handle: str, scopes: str, method: str, path: str, told: Any = None, *, seen: Any = None, key: str = ""
    ) -> Any:
        who = (handle, *scopes.split())
        if who not in held:
            user = person(seeded, handle)
            with seeded.writing() as session:
                wish = Wish("test", scopes.split(), 30)
                held[who] = tokens.make(session, wish, by=actor_for(session, user), is_strong=True)
        headers = {"authorization": f"Bearer {held[who]}"}
        headers |= {"if-match": seen} if seen is not None else {}
        headers |= {"idempotency-key": key} if key else {}
        return client.request(method, AT + path, json=told, headers=headers)

    return asked


def sent_in(ask: Ask, **more: Any) -> str:
    """Send the draft in as it is; the tag of the review."""
    draft = ask("femke", "write", "GET", "/draft")
    answer = ask("femke", "write", "POST", "/review", more, seen=draft.headers["etag"])
    assert answer.status_code == 201, answer.text
    tag: str = answer.headers["etag"]
    return tag


def write_on(seeded: Database, **changes: Any) -> None:
    with seeded.writing() as session:
        article = session.exec(select(Article).where(Article.slug == "van-de-api")).one()
        femke = actor_for(session, person(seeded, "femke"))
        save_draft(session, article, told(**changes), by=femke)


def test_a_text_goes_all_the_way_with_tokens(ask: Ask, client: Client) -> None:
    tag = sent_in(ask, message="De cijfers kloppen.")
    at_company = ask("baukje", "publish", "GET", "/review")
    assert (at_company.json()["state"], at_company.json()["is_yours"]) == ("at_company", True)
    made = ask("baukje", "publish", "POST", "/review/remarks", {"passage": "weken", "body": "Acht of negen?"})
    assert made.status_code == 201, made.text
    number = made.json()["id"]
    answered = ask("femke", "write", "POST", "/review/remarks", {"answers": number, "body": "Negen."})
    assert [each["body"] for each in answered.json()["answers"]] == ["Negen."]
    settled = ask("femke", "write", "PATCH", f"/review/remarks/{number}", {"is_resolved": True})
    assert settled.json()["is_resolved"]
    assert len(ask("noor", "publish", "GET", "/review/remarks").json()["items"]) == 1

    agreed = ask("baukje", "publish", "POST", "/review/decision", {"decision": "agree"}, seen=tag)
    assert (agreed.status_code, agreed.json()["state"]) == (200, "at_centre"), agreed.text
    told = {"decision": "send_back", "message": "Wat kostte het?"}
    assert ask("noor", "publish", "POST", "/review/decision", told, seen=tag).json()["state"] == "with_author"

    tag = sent_in(ask)
    moment = (now() + timedelta(days=2)).replace(microsecond=0)
    told = {"decision": "schedule", "publish_at": moment.isoformat(), "checked": list(CHECKS)}
    scheduled = ask("noor", "publish", "POST", "/review/decision", told, seen=tag)
    assert scheduled.json()["state"] == "scheduled", scheduled.text
    assert ask("femke", "write", "GET", "/publication").json()["publish_at"] == moment.isoformat().replace(
        "+00:00", "Z"
    )
    assert client.get(AT).status_code == 404

    told = {"decision": "place", "checked": list(CHECKS)}
    placed = ask("noor", "publish", "POST", "/review/decision", told, seen=tag)
    assert placed.status_code == 200, placed.text
    assert placed.json()["state"] == "published", placed.text
    shown = ask("femke", "publish", "GET", "/publication")
    assert (shown.json()["stage"], shown.headers["etag"]) == ("published", '"1"')

    gone = ask("femke", "publish", "DELETE", "?reason_nl=Het+klopt+niet.", seen='"1"')
    assert (gone.status_code, gone.json()["stage"]) == (200, "withdrawn"), gone.text
    assert gone.json()["reason"]["nl"] == "Het klopt niet."
    assert ask("noor", "read", "GET", "").status_code == 410


def test_a_yes_to_an_older_text_is_412_and_a_blind_one_428(ask: Ask, seeded: Database) -> None:
    old = sent_in(ask)
    write_on(seeded, summary="Met het getal dat het bedrijf niet wil.")
    new = sent_in(ask)
    assert old != new
    for told in ({"decision": "agree"}, {"decision": "send_back", "message": "Nee."}):
        assert ask("baukje", "publish", "POST", "/review/decision", told, seen=old).status_code == 412
        assert ask("baukje", "publish", "POST", "/review/decision", told).status_code == 428
    assert ask("femke", "write", "DELETE", "/review", seen=old).status_code == 412
    assert ask("femke", "write", "GET", "/review").json()["state"] == "at_company"


def test_what_somebody_else_wrote_meanwhile_is_not_sent_in(ask: Ask, seeded: Database) -> None:
    read = ask("femke", "write", "GET", "/draft").headers["etag"]
    write_on(seeded, summary="Van een collega.")
    assert ask("femke", "write", "POST", "/review", {}, seen=read).status_code == 412
    assert ask("femke", "write", "POST", "/review", {}).status_code == 428
    assert ask("noor", "publish", "POST", "/publication", {}, seen=read).status_code == 412


def test_the_same_press_twice_is_one_decision_and_the_same_key_one_change(ask: Ask) -> None:
    tag = sent_in(ask)
    agree = ("baukje", "publish", "POST", "/review/decision", {"decision": "agree"})
    first, second = ask(*agree, seen=tag, key="ja"), ask(*agree, seen=tag, key="ja")
    assert first.json() == second.json()
    assert ask(*agree, seen=tag).status_code == 200
    assert [step["act"] for step in first.json()["steps"]] == ["agree", "send_in"]
    refused = ask("baukje", "publish", "POST", "/review/decision", {"decision": "refuse"}, seen=tag, key="ja")
    assert refused.status_code == 409


def test_a_text_is_taken_back_once(ask: Ask) -> None:
    tag = sent_in(ask)
    for _ in range(2):
        back = ask("femke", "write", "DELETE", "/review", seen=tag)
        assert (back.status_code, back.json()["state"]) == (200, "taken_back")
    assert [step["act"] for step in back.json()["steps"]] == ["take_back", "send_in"]


@pytest.mark.parametrize(
    ("handle", "scopes", "status"),
    [
        ("baukje", "write", 403),
        ("baukje", "read account", 403),
        ("femke", "write publish", 403),  # writes it, and decides nowhere
        ("noor", "publish", 403),  # waits at the company, not at the knowledge centre
        ("sjoerd", "publish", 404),
        ("aafke", "write publish", 404),
    ],
)
def test_nobody_decides_whose_turn_it_is_not(ask: Ask, handle: str, scopes: str, status: int) -> None:
    tag = sent_in(ask)
    decided = ask(handle, scopes, "POST", "/review/decision", {"decision": "agree"}, seen=tag)
    assert decided.status_code == status, decided.text
    assert ask("femke", "write", "GET", "/review").json()["state"] == "at_company"


@pytest.mark.parametrize("handle", ["sjoerd", "aafke", "baukje"])
def test_whoever_has_nothing_to_do_with_a_draft_learns_nothing_of_it(ask: Ask, handle: str) -> None:
    both = "write publish"
    for method, path in (("GET", "/review"), ("GET", "/review/remarks"), ("GET", "/publication"), ("GET", "/draft")):
        never = ask(handle, both, method, path)
        assert never.status_code == 404
        assert "van-de-api" not in never.text
    assert ask(handle, both, "POST", "/review", {}, seen='"1"').status_code == 404
    assert ask(handle, both, "POST", "/publication", {}, seen='"1"').status_code == 404
    assert ask(handle, both, "DELETE", "", seen='"0"').status_code == 404


def test_where_no_desk_is_asked_appearing_takes_the_scope_for_it(ask: Ask, seeded: Database) -> None:
    with seeded.writing() as session:
        for slug in (LAB, TERP):
            one = _organisation(session, slug)
            one.asks_company = one.asks_centre = False
            session.add(one)
    draft = ask("femke", "write", "GET", "/draft").headers["etag"]
    assert ask("femke", "write", "POST", "/review", {}, seen=draft).status_code == 403
    assert ask("femke", "write", "GET", "/publication").json()["stage"] == "draft"
    assert ask("femke", "write", "POST", "/publication", {}, seen=draft).status_code == 403
    appeared = ask("femke", "publish", "POST", "/publication", {}, seen=draft, key="nu")
    assert (appeared.status_code, appeared.json()["version"]) == (201, 1), appeared.text
    assert ask("femke", "publish", "POST", "/publication", {}, seen=draft, key="nu").json() == appeared.json()


def test_only_stewards_pass_a_desk_by_and_never_into_the_past(ask: Ask) -> None:
    draft = ask("femke", "write", "GET", "/draft").headers["etag"]
    assert ask("femke", "write publish", "POST", "/publication", {}, seen=draft).status_code == 403
    past = {"publish_at": "2020-01-01T09:00:00Z"}
    assert ask("noor", "publish", "POST", "/publication", past, seen=draft).status_code == 422
    assert ask("noor", "write", "POST", "/publication", {}, seen=draft).status_code == 403
    assert ask("noor", "publish", "POST", "/publication", {}, seen=draft).json()["stage"] == "published"


def test_taking_back_names_the_version_that_readers_see_and_a_reason(ask: Ask) -> None:
    draft = ask("femke", "write", "GET", "/draft").headers["etag"]
    ask("noor", "publish", "POST", "/publication", {}, seen=draft)
    assert ask("femke", "publish", "DELETE", "?reason_nl=Oud.").status_code == 428
    assert ask("femke", "publish", "DELETE", "?reason_nl=Oud.", seen='"0"').status_code == 412
    assert ask("femke", "publish", "DELETE", "", seen='"1"').status_code == 422
    unknown = ask("femke", "publish", "DELETE", "?reason_nl=Oud.&successor=niets", seen='"1"')
    assert (unknown.status_code, unknown.json()["field"]) == (422, "successor")
    assert ask("femke", "write", "DELETE", "?reason_nl=Oud.", seen='"1"').status_code == 403
    instead = "?reason_nl=Oud.&successor=papierloze-werkorder-esdoorn"
    gone = ask("femke", "publish", "DELETE", instead, seen='"1"').json()
    assert (gone["stage"], gone["successor"]) == ("withdrawn", "papierloze-werkorder-esdoorn")


def test_a_token_for_one_organisation_is_no_stewards(seeded: Database, client: Client, piece: int) -> None:
    noor = person(seeded, "noor")
    with seeded.writing() as session:
        lab = organisation(seeded, LAB)
        session.add(Membership(user_id=noor.id, organisation_id=lab.id, role=Role.READER))
        session.flush()
        wish = Wish("test", ["publish"], 30, lab.id)
        word = tokens.make(session, wish, by=actor_for(session, noor), is_strong=True)
    asked = client.get(f"{AT}/publication", headers={"authorization": f"Bearer {word}"})
    assert asked.status_code == 404


def test_in_a_session_the_same_doors_ask_what_its_person_may(client: Client, seeded: Database, ask: Ask) -> None:
    sent_in(ask)
    client.sign_in(person(seeded, "baukje"))
    assert [each["article"] for each in client.get("/api/v1/reviews").json()["items"]] == ["van-de-api"]
    told = {"decision": "agree"}
    decided = client.request("POST", f"{AT}/review/decision", json=told, headers={"if-match": '"1"'})
    assert decided.json()["state"] == "at_centre", decided.text


def test_a_suggestion_that_does_not_fit_is_refused_with_a_sentence(ask: Ask) -> None:
    sent_in(ask)
    told = {"passage": "omstellen", "suggestion": "lang " * 30}
    made = ask("baukje", "publish", "POST", "/review/remarks", told).json()
    refused = ask("femke", "write", "POST", f"/review/remarks/{made['id']}/application")
    assert (refused.status_code, "too long" in refused.text or "te lang" in refused.text) == (409, True), refused.text
