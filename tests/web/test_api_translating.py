"""Translating through the API: begun once, read beside the original, written part by part, nobody's words lost."""

from typing import Any

import pytest

from app.core.database import Database
from content.models import Article
from content.writing import draft_of
from tests.web.client import Client
from tests.web.test_api_revisions import change
from tests.web.test_api_writing import begun, token

pytestmark = pytest.mark.whole

DUTCH = "## Wat er gebeurde\n\nDe mal paste niet.\n\nDaarna maten we zes weken."

ENGLISH = {
    "title": "Measure first",
    "takeaway": "Measure first.",
    "body-0": "## What happened",
    "body-1": "The jig did not fit.",
    "body-2": "We measured six weeks.",
}


@pytest.fixture
def femke(seeded: Database) -> dict[str, str]:
    return token(seeded, "femke", "write")


@pytest.fixture
def at(client: Client, femke: dict[str, str]) -> str:
    """A new piece in Dutch."""
    return f"/api/v1/articles/{begun(client, femke, body=DUTCH).json()['slug']}"


@pytest.fixture
def english(client: Client, femke: dict[str, str], at: str) -> str:
    """Its translation, begun."""
    answer = client.post(f"{at}/translation", headers=femke)
    assert answer.status_code == 201, answer.text
    return f"/api/v1/articles/{answer.json()['slug']}"


def beside(client: Client, at: str, who: dict[str, str]) -> dict[str, Any]:
    answer = client.get(f"{at}/translation", headers=who)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told | {"by": {part["part"]: part for part in told["parts"]}, "tag": answer.headers["etag"]}


def tell(client: Client, at: str, who: dict[str, str], words: dict[str, Any], **headers: str) -> Any:
    """Send these words, each with the original as it is read now."""
    now = beside(client, at, who)
    parts = [
        {"part": name, "original": now["by"][name]["original"], **(told if isinstance(told, dict) else {"words": told})}
        for name, told in words.items()
    ]
    asked = {**who, "if-match": now["tag"], **headers}
    return client.request("PATCH", f"{at}/translation", json={"parts": parts}, headers=asked)


def test_it_is_begun_once_with_the_facts_of_the_original(client: Client, femke: dict[str, str], at: str) -> None:
    first = client.post(f"{at}/translation", headers=femke)
    assert first.status_code == 201, first.text
    told = first.json()
    assert (told["lang"], told["title"], told["told"]) == ("en", "", {"delay_weeks": 10})
    assert first.headers["location"].endswith(f"/api/v1/articles/{told['slug']}/draft")
    again = client.post(f"{at}/translation", headers=femke)
    assert (again.status_code, again.json()["id"]) == (200, told["id"])


def test_the_same_key_begins_it_once(client: Client, femke: dict[str, str], at: str) -> None:
    key = {**femke, "idempotency-key": "vertaal"}
    first, second = (client.post(f"{at}/translation", headers=key) for _time in range(2))
    assert (second.status_code, second.json()) == (201, first.json())


def test_it_is_written_part_by_part(client: Client, femke: dict[str, str], at: str, english: str) -> None:
    now = beside(client, at, femke)
    assert now["to_do"] == 5
    assert {name: now["by"][name]["state"] for name in ENGLISH} == dict.fromkeys(ENGLISH, "missing")
    done = tell(client, at, femke, ENGLISH)
    assert (done.status_code, done.json()["to_do"]) == (200, 0), done.text
    draft = client.get(f"{english}/draft", headers=femke)
    assert draft.json()["body"] == "## What happened\n\nThe jig did not fit.\n\nWe measured six weeks."
    assert draft.json()["told"] == {"takeaway": "Measure first.", "delay_weeks": 10}
    assert draft.headers["etag"] == done.headers["etag"]
    # The address of either leads there.
    assert beside(client, english, femke) == beside(client, at, femke)


def test_each_part_tells_whether_the_original_changed_since(
    client: Client, femke: dict[str, str], at: str, english: str
) -> None:
    tell(client, at, femke, ENGLISH)
    change(client, at, femke, body=DUTCH.replace("zes", "acht") + "\n\nEen nieuwe alinea.")
    now = beside(client, at, femke)
    part = now["by"]["body-2"]
    assert (part["state"], part["seen"]) == ("changed", "Daarna maten we zes weken.")
    assert (part["original"], now["to_do"]) == ("Daarna maten we acht weken.", 2)
    # Other words alone say nothing of what they tell.
    assert tell(client, at, femke, {"body-2": "We measured for six weeks."}).json()["to_do"] == 2
    both = {"body-2": {"words": "We measured eight weeks.", "fits": True}, "body-3": "A new one."}
    assert tell(client, at, femke, both).json()["to_do"] == 0
    body = client.get(f"{english}/draft", headers=femke).json()["body"]
    assert body.endswith("We measured eight weeks.\n\nA new one.")


def test_it_fits_with_the_words_that_it_has(client: Client, femke: dict[str, str], at: str, english: str) -> None:
    tell(client, at, femke, ENGLISH)
    change(client, at, femke, title="Meet éérst")
    assert beside(client, at, femke)["by"]["title"]["state"] == "changed"
    assert tell(client, at, femke, {"title": {"fits": True}}).json()["to_do"] == 0
    assert beside(client, at, femke)["by"]["title"]["words"] == "Measure first"


def test_what_somebody_wrote_is_not_overwritten(client: Client, femke: dict[str, str], at: str, english: str) -> None:
    stale = beside(client, at, femke)["tag"]
    tell(client, at, femke, ENGLISH)
    late = tell(client, at, femke, {"title": "Mine"}, **{"if-match": stale})
    assert late.status_code == 412
    assert tell(client, at, femke, {"title": "Mine"}, **{"if-match": "x"}).status_code == 428
    # All that was not named stays.
    assert tell(client, at, femke, {"body-1": "The jig was wrong."}).status_code == 200
    now = beside(client, at, femke)["by"]
    assert {name: now[name]["words"] for name in ENGLISH} == {**ENGLISH, "body-1": "The jig was wrong."}


def test_an_original_that_changed_meanwhile_is_read_again(
    client: Client, femke: dict[str, str], at: str, english: str
) -> None:
    seen = beside(client, at, femke)
    change(client, at, femke, body="Iets heel anders.")
    parts = [{"part": "body-0", "original": seen["by"]["body-0"]["original"], "words": "## What happened"}]
    headers = {**femke, "if-match": beside(client, at, femke)["tag"]}
    answer = client.request("PATCH", f"{at}/translation", json={"parts": parts}, headers=headers)
    assert answer.status_code == 412
    assert client.get(f"{english}/draft", headers=femke).json()["body"] == ""


def test_the_same_key_changes_it_once(client: Client, femke: dict[str, str], at: str, english: str) -> None:
    now = beside(client, at, femke)
    sent = {"parts": [{"part": "title", "original": now["by"]["title"]["original"], "words": "Measure first"}]}
    key = {**femke, "if-match": now["tag"], "idempotency-key": "deel"}
    first = client.request("PATCH", f"{at}/translation", json=sent, headers=key)
    second = client.request("PATCH", f"{at}/translation", json=sent, headers=key)
    assert (second.status_code, second.json()) == (200, first.json())


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [{"part": "body-99", "original": "", "words": "x"}],
        [{"part": "title", "original": "Meet eerst", "words": "x" * 111}],
        [{"part": "title", "original": "Meet eerst"}, {"part": "title", "original": "Meet eerst"}],
        [{"part": "title", "words": "x"}],
        [{"part": "body-0", "original": "## Wat er gebeurde", "words": "x" * 100_001}],
        [
            {"part": "body-0", "original": "## Wat er gebeurde", "words": "x" * 60_000},
            {"part": "body-1", "original": "De mal paste niet.", "words": "y" * 60_000},
        ],
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    client: Client, femke: dict[str, str], at: str, english: str, parts: list[dict[str, Any]]
) -> None:
    headers = {**femke, "if-match": beside(client, at, femke)["tag"]}
    answer = client.request("PATCH", f"{at}/translation", json={"parts": parts}, headers=headers)
    assert (answer.status_code, bool(answer.json().get("field"))) == (422, True), answer.text


def test_without_a_translation_there_is_nothing_to_read(
    client: Client, seeded: Database, femke: dict[str, str], at: str
) -> None:
    assert client.get(f"{at}/translation", headers=femke).status_code == 404
    answer = client.post(f"{at}/translation", headers=femke)
    with seeded.writing() as session:
        draft = draft_of(session, session.get_one(Article, answer.json()["id"]))
        draft.content = draft.content.model_copy(update={"translated": None})
        session.add(draft)
    assert "translation" in client.get(f"{at}/translation", headers=femke).json()["detail"]


@pytest.mark.parametrize("handle", ["aafke", "sjoerd"])
def test_the_translation_of_another_is_not_there(
    client: Client, seeded: Database, femke: dict[str, str], at: str, english: str, handle: str
) -> None:
    body = {"parts": [{"part": "title", "original": "Meet eerst", "words": "x"}]}
    cases = [
        ({**token(seeded, handle, "write"), "if-match": '"1"'}, 404),
        ({"if-match": '"1"'}, 401),
        ({**token(seeded, "femke", "read", "account"), "if-match": '"1"'}, 403),
    ]
    for who, status in cases:
        for door in (f"{at}/translation", f"{english}/translation"):
            assert client.get(door, headers=who).status_code == status
            assert client.post(door, headers=who).status_code == status
            assert client.request("PATCH", door, json=body, headers=who).status_code == status
