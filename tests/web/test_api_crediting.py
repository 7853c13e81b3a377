"""Who stands on a piece, through the API: asked, in order, taken off; and no name before its bearer's yes."""

from collections.abc import Callable
from typing import Any

import pytest

from app.core.database import Database
from app.people import tokens
from app.people.signing_in import actor_for
from app.people.tokens import Wish
from content.models import Article
from tests.web.client import Client
from tests.web.joining import letters, organisation, person
from tests.web.test_pages_crediting import authors, link_to, sjoerd  # noqa: F401 - a fixture
from tests.web.test_pages_reviewing import article, post  # noqa: F401 - a fixture

pytestmark = pytest.mark.whole

Ask = Callable[..., Any]


@pytest.fixture
def ask(client: Client, seeded: Database, article: Article) -> Ask:  # noqa: F811
    """Ask the API about the piece with a token of somebody."""

    def asked(
        method: str, path: str = "", told: Any = None, *, by: str = "femke", scope: str = "write", key: str = ""
    ) -> Any:
        who = person(seeded, by)
        with seeded.writing() as session:
            token = tokens.make(session, Wish("test", [scope], 30), by=actor_for(session, who), is_strong=True)
        headers = {"authorization": f"Bearer {token}"} | ({"idempotency-key": key} if key else {})
        return client.request(method, f"/api/v1/articles/{article.slug}/credits{path}", json=told, headers=headers)

    return asked


def test_a_person_is_asked_stands_there_after_their_yes_and_goes_again(
    ask: Ask,
    seeded: Database,
    sjoerd: Client,  # noqa: F811
    article: Article,  # noqa: F811
) -> None:
    who = person(seeded, "sjoerd")
    told = {"mail": f"Sjoerd <{who.mail.upper()}>", "part": "measured", "message": "Jij mat het."}
    for _time in range(2):
        made = ask("POST", told=told, key="een")
        assert (made.status_code, made.headers["cache-control"]) == (201, "private, no-store"), made.text
    assert letters(seeded, "credit_asked") == [who.mail]
    (invitation,) = made.json()["invitations"]
    assert (invitation["mail"], invitation["state"], invitation["part"]) == (who.mail, "open", "measured")
    assert [each["handle"] for each in made.json()["authors"]] == ["femke"]
    assert authors(seeded, article) == ("femke",)

    at = link_to(seeded, who.mail)
    assert post(sjoerd, at, at, doe="ja").status_code == 303
    both = ask("GET").json()
    assert [(each["handle"], each["part"]) for each in both["authors"]] == [("femke", "wrote"), ("sjoerd", "measured")]
    assert both["invitations"][0]["state"] == "accepted"
    assert ask("POST", told={"mail": who.mail}).status_code == 409
    assert ask("DELETE", f"/{invitation['id']}").status_code == 409
    turned = ask("PATCH", told={"authors": ["sjoerd"]})
    assert [each["handle"] for each in turned.json()["authors"]] == ["sjoerd", "femke"]

    for _time in range(2):
        gone = ask("DELETE", "/authors/sjoerd")
        assert (gone.status_code, [each["handle"] for each in gone.json()["authors"]]) == (200, ["femke"])
    last = ask("DELETE", "/authors/femke")
    assert (last.status_code, last.json()["detail"]) == (
        409,
        "Somebody has to stand on the piece. Ask somebody else first.",
    )
    assert authors(seeded, article) == ("femke",)


def test_an_organisation_is_asked_and_an_invitation_is_taken_back(
    ask: Ask,
    seeded: Database,
    article: Article,  # noqa: F811
) -> None:
    partner = organisation(seeded, "terp-kunststoffen")
    asked = ask("POST", told={"organisation": partner.slug})
    assert asked.status_code == 201, asked.text
    (invitation,) = asked.json()["invitations"]
    assert (invitation["organisation"]["slug"], invitation["mail"], invitation["part"]) == (partner.slug, None, None)
    assert asked.json()["organisations"] == []
    for _time in range(2):
        back = ask("DELETE", f"/{invitation['id']}")
        assert (back.status_code, back.json()["invitations"][0]["state"]) == (200, "withdrawn")
    assert ask("DELETE", "/2147483647").status_code == 404
    assert ask("DELETE", f"/organisations/{partner.slug}").status_code == 200


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({}, "mail"),
        ({"mail": "a@b.nl", "organisation": "kwelderstaal"}, "mail"),
        ({"mail": "geen adres"}, "mail"),
        ({"organisation": "bestaat-niet"}, "organisation"),
        ({"mail": "a@b.nl", "part": "bought it"}, "part"),
        ({"mail": "a@b.nl", "extra": 1}, "extra"),
    ],
)
def test_who_cannot_be_asked_is_named(ask: Ask, seeded: Database, told: Any, field: str) -> None:
    answer = ask("POST", told=told)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert letters(seeded, "credit_asked") == []


def test_names_that_do_not_stand_there_have_no_order(ask: Ask) -> None:
    answer = ask("PATCH", told={"authors": ["sjoerd"]})
    assert (answer.status_code, answer.json()["field"]) == (422, "authors")
    answer = ask("PATCH", told={"organisations": ["kwelderstaal"]})
    assert (answer.status_code, answer.json()["field"]) == (422, "organisations")
    assert ask("PATCH", told={}).status_code == 200


def test_others_learn_nothing_of_who_is_asked(ask: Ask, seeded: Database) -> None:
    mail = "nieuw@elders.example"
    number = ask("POST", told={"mail": mail}).json()["invitations"][0]["id"]
    for by, scope, status in (("aafke", "write", 404), ("femke", "read", 403), ("femke", "publish", 403)):
        for answer in (
            ask("GET", by=by, scope=scope),
            ask("POST", told={"mail": "b@c.nl"}, by=by, scope=scope),
            ask("PATCH", told={}, by=by, scope=scope),
            ask("DELETE", f"/{number}", by=by, scope=scope),
            ask("DELETE", "/authors/femke", by=by, scope=scope),
            ask("DELETE", "/organisations/kwelderstaal", by=by, scope=scope),
        ):
            assert answer.status_code == status
            assert mail not in answer.text
    assert letters(seeded, "credit_asked") == [mail]
