"""When a piece may be read, whether it is true, links to its draft and many pieces at once, through the API."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from app.core import settings
from app.core.clock import now, today
from app.core.database import Database
from app.core.working import work_off
from app.people import tokens
from app.people.auditing import AuditEntry
from app.people.kept_answers import KeptAnswer
from app.people.models import Membership, Role
from app.people.signing_in import actor_for
from app.people.tokens import Wish
from content.models import Article, Stage
from content.preview_links import PreviewLink, write_down_openings
from content.publishing import due_after
from content.reviewing import CHECKS, publish_directly
from content.writing import draft_of
from search.rebuilding import rebuild
from tests.web.client import Client
from tests.web.joining import organisation, person
from tests.web.test_api_reviewing import (  # noqa: F401 - fixtures
    AT,
    LAB,
    Ask,
    a_short_story_will_do,
    ask,
    piece,
    sent_in,
    write_on,
)

pytestmark = pytest.mark.whole

BULK = "/api/v1/bulk"
COMPANY = "terp-kunststoffen"
TERP = "inline-vision-spuitgieten-terp"
ENGLISH = "inline-vision-injection-moulding-terp"
"""The same piece."""
LESSON = "begin-met-een-nulmeting"


def found(seeded: Database, slug: str = "van-de-api") -> Article:
    with seeded.reading() as session:
        return session.exec(select(Article).where(Article.slug == slug)).one()


@pytest.fixture
def published(seeded: Database, piece: int) -> str:  # noqa: F811
    """The piece stands; the tag of its publication."""
    with seeded.writing() as session:
        noor = actor_for(session, person(seeded, "noor"))
        publish_directly(session, session.get_one(Article, piece), by=noor)
    return '"1"'


# --- embargo and last day ------------------------------------------------------------------------------------------


def test_an_embargo_and_a_last_day_are_set_one_by_one_and_taken_off(
    ask: Ask,  # noqa: F811
    seeded: Database,
) -> None:
    moment = (now() + timedelta(days=3)).replace(microsecond=0)
    day = (today() + timedelta(days=30)).isoformat()
    told = ask("femke", "publish", "PATCH", "/publication", {"embargo_until": moment.isoformat()}, seen='"0"')
    assert (told.status_code, told.headers["etag"]) == (200, '"0"'), told.text
    told = ask("femke", "publish", "PATCH", "/publication", {"last_day": day}, seen='"0"').json()
    assert (told["embargo_until"], told["last_day"]) == (moment.isoformat().replace("+00:00", "Z"), day)
    # What is placed meanwhile waits.
    tag = sent_in(ask)
    ask("baukje", "publish", "POST", "/review/decision", {"decision": "agree"}, seen=tag)
    placed = {"decision": "place", "checked": list(CHECKS)}
    assert ask("noor", "publish", "POST", "/review/decision", placed, seen=tag).json()["state"] == "scheduled"
    assert found(seeded).publish_at == moment
    told = ask("femke", "publish", "PATCH", "/publication", {"embargo_until": None}, seen='"0"').json()
    assert (told["embargo_until"], told["last_day"]) == (None, day)
    with seeded.reading() as session:
        assert session.exec(select(AuditEntry.action)).all().count("limit_piece") == 3


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"embargo_until": "2020-01-01T09:00:00Z"}, "embargo_until"),
        ({"last_day": "2020-01-01"}, "last_day"),
        ({"embargo_until": "9999-12-31T23:59:59Z"}, "embargo_until"),
        ({"last_day": "9999-12-31"}, "last_day"),
        ({"embargo_until": "2150-01-01T09:00:00Z", "last_day": "2149-01-01"}, "last_day"),
        ({"embargo_until": "morgen"}, "embargo_until"),
        ({"ooit": True}, "ooit"),
    ],
)
def test_a_moment_that_has_passed_or_never_comes_is_named(ask: Ask, change: Any, field: str) -> None:  # noqa: F811
    answer = ask("femke", "publish", "PATCH", "/publication", change, seen='"0"')
    assert (answer.status_code, answer.json()["field"].rpartition(".")[2]) == (422, field), answer.text


def test_limits_name_the_version_that_readers_see(ask: Ask, published: str) -> None:  # noqa: F811
    assert ask("femke", "publish", "PATCH", "/publication", {"last_day": None}).status_code == 428
    assert ask("femke", "publish", "PATCH", "/publication", {"last_day": None}, seen='"0"').status_code == 412
    assert ask("femke", "write", "PATCH", "/publication", {"last_day": None}, seen=published).status_code == 403
    assert ask("sjoerd", "publish", "PATCH", "/publication", {"last_day": None}, seen=published).status_code == 404


def test_who_may_see_a_piece_is_chosen_and_not_past_what_its_company_agreed_to(
    ask: Ask,  # noqa: F811
    client: Client,
    published: str,
) -> None:
    narrow = {"visibility": "organisations", "named": [COMPANY]}
    told = ask("femke", "publish", "PATCH", "/publication", narrow, seen=published)
    assert (told.status_code, told.json()["visibility"], told.json()["named"]) == (
        200,
        "organisations",
        [COMPANY],
    )
    assert client.get(AT).status_code == 404
    wide = {"visibility": "everyone"}
    assert ask("femke", "publish", "PATCH", "/publication", wide, seen=published).status_code == 403
    assert ask("noor", "publish", "PATCH", "/publication", wide, seen=published).json()["named"] == []
    assert client.get(AT).status_code == 200
    for change, field in (
        ({"visibility": "organisations", "named": ["niets"]}, "named"),
        ({"named": [COMPANY]}, "visibility"),
        ({"visibility": "iemand"}, "visibility"),
    ):
        answer = ask("femke", "publish", "PATCH", "/publication", change, seen=published)
        assert (answer.status_code, answer.json()["field"].rpartition(".")[2]) == (422, field), answer.text


# --- true still, and shown again -----------------------------------------------------------------------------------


def test_a_piece_is_said_to_be_true_still(ask: Ask, seeded: Database, published: str) -> None:  # noqa: F811
    with seeded.writing() as session:
        article = session.exec(select(Article).where(Article.slug == "van-de-api")).one()
        article.review_due, article.asked_at = today() - timedelta(days=1), now()
        session.add(article)
    at = "/publication/confirmation"
    assert ask("femke", "publish", "POST", at).status_code == 428
    assert ask("femke", "publish", "POST", at, seen='"7"').status_code == 412
    assert ask("femke", "write", "POST", at, seen=published).status_code == 403
    assert ask("aafke", "publish", "POST", at, seen=published).status_code == 404
    for _twice in range(2):
        told = ask("femke", "publish", "POST", at, seen=published)
        assert (told.status_code, told.json()["review_due"]) == (200, due_after("case_study", today()).isoformat())
    assert found(seeded).asked_at is None
    with seeded.reading() as session:
        assert "confirm_piece" in session.exec(select(AuditEntry.action)).all()


def test_what_readers_do_not_see_is_not_true_still(ask: Ask) -> None:  # noqa: F811
    assert ask("femke", "publish", "POST", "/publication/confirmation", seen='"0"').status_code == 409


def test_a_piece_is_shown_again_but_not_what_the_centre_took_away(
    ask: Ask,  # noqa: F811
    client: Client,
    published: str,
) -> None:
    assert ask("femke", "publish", "DELETE", "?reason_nl=Even+weg.", seen=published).json()["stage"] == "withdrawn"
    assert client.get(AT).status_code == 410
    assert ask("femke", "publish", "DELETE", "/withdrawal").status_code == 428
    assert ask("femke", "publish", "DELETE", "/withdrawal", seen='"2"').status_code == 412
    assert ask("femke", "write", "DELETE", "/withdrawal", seen=published).status_code == 403
    for _twice in range(2):
        told = ask("femke", "publish", "DELETE", "/withdrawal", seen=published).json()
        assert (told["stage"], told["withdrawn"], told["reason"]) == ("published", None, None)
    assert client.get(AT).status_code == 200
    ask("noor", "publish", "DELETE", "?reason_nl=Klopt+niet.", seen=published)
    assert ask("femke", "publish", "DELETE", "/withdrawal", seen=published).status_code == 409
    assert ask("noor", "publish", "DELETE", "/withdrawal", seen=published).json()["stage"] == "published"


def test_what_was_never_taken_back_is_not_shown_again(ask: Ask) -> None:  # noqa: F811
    assert ask("femke", "publish", "DELETE", "/withdrawal", seen='"0"').status_code == 409


# --- who reads it, and what they suggest ---------------------------------------------------------------------------


def test_a_text_is_taken_from_the_queue_and_given_back(ask: Ask) -> None:  # noqa: F811
    tag = sent_in(ask)
    names = [each["handle"] for each in ask("noor", "publish", "GET", "/review/readers").json()["items"]]
    assert "noor" in names
    taken = ask("noor", "publish", "PATCH", "/review", {"reader": "noor"}, seen=tag)
    assert (taken.status_code, taken.json()["reader"]["handle"]) == (200, "noor"), taken.text
    assert taken.headers["etag"] == tag
    assert ask("noor", "publish", "PATCH", "/review", {"reader": None}, seen=tag).json()["reader"] is None
    unfit = ask("noor", "publish", "PATCH", "/review", {"reader": "femke"}, seen=tag)
    assert (unfit.status_code, unfit.json()["field"]) == (422, "reader")
    assert ask("noor", "publish", "PATCH", "/review", {"reader": "noor"}).status_code == 428
    assert ask("noor", "publish", "PATCH", "/review", {"reader": "noor"}, seen='"99"').status_code == 412
    assert ask("noor", "publish", "PATCH", "/review", {}, seen=tag).status_code == 422
    for handle in ("femke", "baukje"):
        assert ask(handle, "publish", "PATCH", "/review", {"reader": None}, seen=tag).status_code == 403
        assert ask(handle, "publish", "GET", "/review/readers").status_code == 403
    for handle in ("sjoerd", "aafke"):
        assert ask(handle, "publish", "PATCH", "/review", {"reader": None}, seen=tag).status_code == 404
        assert ask(handle, "publish", "GET", "/review/readers").status_code == 404
    ask("femke", "write", "DELETE", "/review", seen=tag)
    assert ask("noor", "publish", "PATCH", "/review", {"reader": "noor"}, seen=tag).status_code == 409


def test_what_a_remark_suggests_is_put_in_the_draft_once(ask: Ask, seeded: Database) -> None:  # noqa: F811
    sent_in(ask)
    words = draft_of_piece(seeded).split()[0]
    told = {"passage": words, "body": "Anders.", "suggestion": "Voorheen"}
    number = ask("baukje", "publish", "POST", "/review/remarks", told).json()["id"]
    at = f"/review/remarks/{number}/application"
    assert ask("femke", "publish", "POST", at).status_code == 403
    # With a token for writing she decides for no company, so that she does not see it.
    assert ask("baukje", "write", "POST", at).status_code == 404
    assert ask("sjoerd", "write", "POST", at).status_code == 404
    version = ask("femke", "write", "GET", "/draft").headers["etag"]
    for _twice in range(2):
        applied = ask("femke", "write", "POST", at)
        assert (applied.status_code, applied.json()["is_applied"], applied.json()["is_resolved"]) == (200, True, True)
    after = ask("femke", "write", "GET", "/draft")
    assert after.headers["etag"] == f'"{int(version[1:-1]) + 1}"'
    assert "Voorheen" in after.json()["title"] + after.json()["summary"] + after.json()["body"]
    plain = ask("baukje", "publish", "POST", "/review/remarks", {"body": "Mooi."}).json()["id"]
    assert ask("femke", "write", "POST", f"/review/remarks/{plain}/application").status_code == 404
    elsewhere = told | {"passage": "Dit staat er niet"}
    gone = ask("baukje", "publish", "POST", "/review/remarks", elsewhere).json()["id"]
    assert ask("femke", "write", "POST", f"/review/remarks/{gone}/application").status_code == 409


def draft_of_piece(seeded: Database) -> str:
    """A word that stands in the draft once: of its title."""
    with seeded.reading() as session:
        content = draft_of(session, session.exec(select(Article).where(Article.slug == "van-de-api")).one()).content
    whole = " ".join((content.title, content.summary, content.body))
    return next(word for word in content.title.split() if whole.count(word) == 1)


# --- links to a draft ----------------------------------------------------------------------------------------------


def test_a_link_to_a_draft_is_made_counted_and_taken_back(
    ask: Ask,  # noqa: F811
    client: Client,
    seeded: Database,
) -> None:
    write_down_openings()
    told = ask("femke", "write", "POST", "/previews", {"days": 7, "note": "Voor de directie"}, key="een")
    assert told.status_code == 201, told.text
    link = told.json()
    assert (link["note"], link["opens"], link["revoked"]) == ("Voor de directie", 0, None)
    again = ask("femke", "write", "POST", "/previews", {"days": 7, "note": "Voor de directie"}, key="een")
    assert again.json() == link
    with seeded.reading() as session:
        assert len(session.exec(select(PreviewLink)).all()) == 1
        # The secret of the link lies nowhere in the clear, among the answers that are kept neither.
        secret = link["url"].rpartition("/")[2]
        assert secret not in str([kept.told for kept in session.exec(select(KeptAnswer)).all()])
    path = link["url"].removeprefix("http://proeftuin.example")
    assert client.get(path).status_code == 200
    write_down_openings()
    (listed,) = ask("femke", "write", "GET", "/previews").json()["items"]
    assert (listed["opens"], listed["url"], listed["opened"] is None) == (1, link["url"], False)
    for _twice in range(2):
        revoked = ask("femke", "write", "DELETE", f"/previews/{link['id']}")
        assert (revoked.status_code, revoked.json()["url"], revoked.json()["revoked"] is None) == (200, None, False)
    assert client.get(path).status_code == 404
    with seeded.reading() as session:
        noted = session.exec(select(AuditEntry.action)).all()
        assert (noted.count("make_preview"), noted.count("revoke_preview")) == (1, 1)


def test_links_are_for_whoever_writes_it(ask: Ask) -> None:  # noqa: F811
    number = ask("femke", "write", "POST", "/previews", {"days": 1}).json()["id"]
    assert ask("femke", "write", "POST", "/previews", {"days": 2}).status_code == 422
    assert ask("femke", "write", "DELETE", f"/previews/{number + 1}").status_code == 404
    for handle, scopes, status in (("femke", "read publish", 403), ("sjoerd", "write", 404), ("aafke", "write", 404)):
        assert ask(handle, scopes, "GET", "/previews").status_code == status
        assert ask(handle, scopes, "POST", "/previews", {"days": 1}).status_code == status
        assert ask(handle, scopes, "DELETE", f"/previews/{number}").status_code == status


def test_there_are_not_more_links_than_may_be(ask: Ask) -> None:  # noqa: F811
    for number in range(20):
        assert ask("femke", "write", "POST", "/previews", {"days": 1, "note": str(number)}).status_code == 201
    assert ask("femke", "write", "POST", "/previews", {"days": 1}).status_code == 409


# --- many pieces at once -------------------------------------------------------------------------------------------


class Steward:
    """A program of Noor's."""

    def __init__(self, client: Client, seeded: Database, *scopes: str, handle: str = "noor") -> None:
        with seeded.writing() as session:
            wish = Wish("test", scopes or ("publish",), 30)
            word = tokens.make(session, wish, by=actor_for(session, person(seeded, handle)), is_strong=True)
        self._client, self._headers = client, {"authorization": f"Bearer {word}"}

    def ask(self, method: str, path: str, told: Any = None, *, key: str = "") -> Any:
        headers = self._headers | ({"idempotency-key": key} if key else {})
        return self._client.request(method, BULK + path, json=told, headers=headers)


@pytest.fixture
def noor(client: Client, seeded: Database) -> Steward:
    return Steward(client, seeded)


@pytest.fixture
def searched(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces are found, as the database answers in the engine's absence."""
    chosen = settings.settings().model_copy(update={"search_binary": "/nowhere"})
    monkeypatch.setattr(settings, "_configured", chosen)
    rebuild()


def topics(seeded: Database, slug: str) -> tuple[str, ...]:
    with seeded.reading() as session:
        article = session.exec(select(Article).where(Article.slug == slug)).one()
        return draft_of(session, article).content.topics


@pytest.mark.usefixtures("searched")
def test_topics_are_added_to_what_a_search_finds_after_a_look_and_undone(noor: Steward, seeded: Database) -> None:
    before = topics(seeded, TERP)
    wish = {"do": "add_topic", "topic": "cobots"}
    seen = noor.ask("POST", "/preview", wish | {"search": "q=nulmeting&kind=lesson"})
    assert seen.status_code == 200, seen.text
    assert LESSON in [each["article"] for each in seen.json()["items"]]
    every = noor.ask("POST", "/preview", wish | {"search": ""}).json()
    # All of them, and each with what would come of it.
    assert every["total"] == len(every["items"]) > len(seen.json()["items"])
    (terp,) = [each for each in every["items"] if each["article"] in (TERP, ENGLISH)]
    assert (terp["why"], terp["then"]) == ("", f"{terp['now']}, Collaborative robots")
    assert topics(seeded, TERP) == before, "looking changes nothing"

    chosen = [{"article": terp["article"], "version": terp["version"]}]
    made = noor.ask("POST", "/orders", wish | {"articles": chosen}, key="een")
    assert (made.status_code, made.json()["is_done"]) == (201, False), made.text
    assert noor.ask("POST", "/orders", wish | {"articles": chosen}, key="een").json() == made.json()
    at = f"/orders/{made.json()['id']}"
    assert made.headers["location"].endswith(BULK + at)
    assert noor.ask("DELETE", at).status_code == 409, "it is still being done"
    work_off()
    told = noor.ask("GET", at).json()
    assert (told["is_done"], [each["state"] for each in told["items"]]) == (True, ["done"])
    assert topics(seeded, TERP) == topics(seeded, ENGLISH) == (*before, "cobots")
    assert [each["id"] for each in noor.ask("GET", "/orders").json()["items"]] == [told["id"]]
    for _twice in range(2):
        assert noor.ask("DELETE", at).json()["undo_asked"] is not None
    work_off()
    assert [each["state"] for each in noor.ask("GET", at).json()["items"]] == ["undone"]
    assert topics(seeded, TERP) == topics(seeded, ENGLISH) == before
    with seeded.reading() as session:
        noted = session.exec(select(AuditEntry.action)).all()
        assert (noted.count("order_bulk"), noted.count("undo_bulk")) == (1, 1)


def test_pieces_get_another_owner_other_reviewers_and_are_taken_back(noor: Steward, seeded: Database) -> None:
    chosen = [{"article": LESSON, "version": found(seeded, LESSON).live_number}]
    nipt = organisation(seeded, LAB)
    for wish in (
        {"do": "reviewer", "organisation": LAB},
        {"do": "owner", "organisation": LAB},
        {"do": "withdraw", "reason_nl": "Verouderd.", "successor": TERP},
    ):
        made = noor.ask("POST", "/orders", wish | {"articles": chosen})
        assert made.status_code == 201, made.text
        work_off()
        told = noor.ask("GET", f"/orders/{made.json()['id']}").json()
        assert [(each["state"], each["why"]) for each in told["items"] if each["state"] == "done"] or told["items"][0][
            "why"
        ], told
    after = found(seeded, LESSON)
    assert (after.stage, after.withdrawn_reason_nl, after.owner_id) == (Stage.WITHDRAWN, "Verouderd.", nipt.id)


def test_a_piece_that_changed_since_it_was_looked_at_is_left_alone(noor: Steward, seeded: Database) -> None:
    number = found(seeded, TERP).live_number
    wish = {"do": "add_topic", "topic": "cobots", "articles": [{"article": TERP, "version": number}]}
    noor.ask("POST", "/orders", wish)
    work_off()
    late = noor.ask("POST", "/orders", wish | {"topic": "machine-vision"})
    work_off()
    (item,) = noor.ask("GET", f"/orders/{late.json()['id']}").json()["items"]
    assert item["state"] == "skipped"
    assert item["why"]


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"do": "add_topic", "topic": "niets"}, "topic"),
        ({"do": "owner", "organisation": "niets"}, "organisation"),
        ({"do": "owner"}, "organisation"),
        ({"do": "withdraw"}, "reason_nl"),
        ({"do": "add_topic", "topic": "cobots", "articles": [{"article": "niets", "version": 1}]}, "articles"),
        ({"do": "add_topic", "topic": "cobots", "articles": [{"article": TERP, "version": 99}]}, "articles"),
    ],
)
def test_what_makes_no_sense_is_named(noor: Steward, wish: Any, field: str) -> None:
    told = {"articles": [{"article": TERP, "version": 1}]} | wish
    answer = noor.ask("POST", "/orders", told)
    assert (answer.status_code, answer.json()["field"]) == (422, field), answer.text
    if field != "articles":
        answer = noor.ask("POST", "/preview", wish)
        assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_a_search_that_does_not_fit_is_told(noor: Steward) -> None:
    answer = noor.ask("POST", "/preview", {"do": "add_topic", "topic": "cobots", "search": "kind=roman"})
    assert (answer.status_code, answer.json()["field"]) == (400, "kind")


def test_at_most_a_hundred_and_at_least_one(noor: Steward) -> None:
    for many in (0, 101):
        wish = {"do": "add_topic", "topic": "cobots", "articles": [{"article": TERP, "version": 1}] * many}
        assert noor.ask("POST", "/orders", wish).status_code == 422


def test_pieces_are_given_out_and_that_is_noted(noor: Steward, seeded: Database) -> None:
    chosen = [{"article": slug, "version": found(seeded, slug).live_number} for slug in (TERP, LESSON)]
    told = noor.ask("POST", "/export", {"articles": chosen})
    assert told.status_code == 200, told.text
    assert [each["slug"] for each in told.json()["items"]] == [TERP, LESSON]
    assert told.headers["cache-control"] == "private, no-store"
    with seeded.reading() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.action == "export_pieces")).one()
        assert entry.told == {"pieces": 2, "as": "json"}


@pytest.mark.parametrize(
    ("handle", "scopes", "status"),
    [("femke", ["publish"], 404), ("femke", ["write"], 403), ("noor", ["write"], 403), ("noor", ["read"], 403)],
)
def test_for_anybody_else_none_of_it_is_there(
    client: Client, seeded: Database, handle: str, scopes: list[str], status: int
) -> None:
    program = Steward(client, seeded, *scopes, handle=handle)
    wish = {"do": "add_topic", "topic": "cobots"}
    chosen = {"articles": [{"article": TERP, "version": 1}]}
    asked = [("POST", "/preview", wish), ("POST", "/orders", wish | chosen), ("POST", "/export", chosen)]
    asked += [("GET", "/orders", None), ("GET", "/orders/1", None), ("DELETE", "/orders/1", None)]
    for method, path, told in asked:
        assert program.ask(method, path, told).status_code == status, (method, path)
    assert client.request("POST", f"{BULK}/preview", json=wish).status_code == 401


def test_a_stewards_token_for_one_organisation_or_without_a_second_step_does_nothing_to_many(
    client: Client, seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "_configured", settings.settings().model_copy(update={"second_step": "stewards"}))
    user = person(seeded, "noor")
    with seeded.writing() as session:
        lab = organisation(seeded, LAB)
        session.add(Membership(user_id=user.id, organisation_id=lab.id, role=Role.OWNER))
        session.flush()
        by = actor_for(session, user)
        words = [
            tokens.make(session, Wish("test", ["publish"], 30, lab.id), by=by, is_strong=True),
            tokens.make(session, Wish("test", ["publish"], 30), by=by, is_strong=False),
        ]
    for word in words:
        asked = client.get(f"{BULK}/orders", headers={"authorization": f"Bearer {word}"})
        assert asked.status_code == 404


@pytest.mark.usefixtures("searched")
def test_in_a_session_a_steward_may_do_the_same(client: Client, seeded: Database) -> None:
    client.sign_in(person(seeded, "noor"))
    told = client.request("POST", f"{BULK}/preview", json={"do": "add_topic", "topic": "cobots"})
    assert told.json()["total"] > 10
    with seeded.reading() as session:
        assert session.exec(select(AuditEntry).where(col(AuditEntry.action) == "order_bulk")).first() is None
