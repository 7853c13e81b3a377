"""Bringing in through the API: documents and zips are looked at, taken once, and harmless; nobody takes for another."""

from typing import Any

import pytest
from sqlmodel import select

from app.core.database import Database
from app.core.errors import Unavailable
from app.web.api import arriving
from app.web.security import LARGEST_BODY, LARGEST_UPLOAD, largest_body
from content.models import Draft
from tests.content.test_along import LESSON, lesson, zipped
from tests.content.words import picture, report
from tests.promises.hostile_files import word
from tests.web.client import Client
from tests.web.test_api_revisions import change
from tests.web.test_api_writing import begun, token
from tests.web.test_pages_writing import LAB

pytestmark = pytest.mark.whole

BUNDLES = "/api/v1/bundles"
HOSTILE = [
    ("foto.docx", picture()),
    ("rapport.pdf", b"%PDF-1.4"),
    ("x.docx", b"PK\x03\x04"),
    ("leeg.docx", b""),
    ("macro.docx", word(**{"word/vbaProject.bin": "x"})),
    ("uit.docx", word(**{"../../etc/passwd": "x"})),
    ("bom.docx", word(**{"word/media/x.bin": bytes(300_000_000)})),
    ("diep.docx", word("<w:tbl><w:tr><w:tc>" * 30_000)),
]


@pytest.fixture
def femke(seeded: Database) -> dict[str, str]:
    return token(seeded, "femke", "write")


@pytest.fixture
def at(client: Client, femke: dict[str, str]) -> str:
    """A new draft."""
    return f"/api/v1/articles/{begun(client, femke).json()['slug']}"


def send(client: Client, door: str, data: bytes, who: dict[str, str], **headers: str) -> Any:
    kind = {"content-type": "application/octet-stream"}
    return client.post(door, content=data, headers={**who, **kind, **headers})


def draft(client: Client, at: str, who: dict[str, str]) -> Any:
    return client.get(f"{at}/draft", headers=who)


# --- documents --------------------------------------------------------------------------------------------------


def test_a_document_is_looked_at_and_then_taken(client: Client, femke: dict[str, str], at: str) -> None:
    before = draft(client, at, femke)
    look = send(client, f"{at}/document/preview?name=Mijn rapport.docx", report(), femke)
    assert look.status_code == 200, look.text
    told = look.json()
    assert (told["title"], told["pictures"], told["tables"], told["headings"]) == ("Lasrobot bij tien stuks", 2, 1, 2)
    assert "| Robot \\| mal | 96.000 |" in told["markdown"]
    assert told["left_behind"] == []
    assert (told["is_draft_untouched"], look.headers["etag"]) == (True, before.headers["etag"])
    assert draft(client, at, femke).json() == before.json()
    tag = change(client, at, femke, body="Wat er stond.")
    taken = send(client, f"{at}/document?name=Mijn rapport.docx", report(), femke, **{"if-match": tag})
    assert taken.status_code == 200, taken.text
    now = draft(client, at, femke)
    assert (taken.json()["draft"], taken.headers["etag"]) == (now.json(), now.headers["etag"])
    assert now.json()["body"].startswith("Wat er stond.\n\n## Het probleem")
    assert "![](files/mijn-rapport-1.jpg" in now.json()["body"]
    files = client.get(f"{at}/files", headers=femke).json()["items"]
    assert [each["name"] for each in files] == ["mijn-rapport-1.jpg", "mijn-rapport-2.jpg"]


def test_what_it_takes_the_place_of_stays_among_the_versions(client: Client, femke: dict[str, str], at: str) -> None:
    tag = change(client, at, femke, body="Een uur werk.")
    door = f"{at}/document?name=r.docx&place=instead"
    taken = send(client, door, report(pictures=0), femke, **{"if-match": tag})
    assert taken.status_code == 200, taken.text
    assert "Een uur werk." not in taken.json()["draft"]["body"]
    aside = client.get(f"{at}/revisions", headers=femke).json()["items"][0]["number"]
    assert client.get(f"{at}/revisions/{aside}", headers=femke).json()["body"] == "Een uur werk."


@pytest.mark.parametrize("place", ["after", "instead"])
def test_a_blind_document_is_428_and_a_stale_one_412(
    client: Client, femke: dict[str, str], at: str, place: str
) -> None:
    door, seen = f"{at}/document?name=r.docx&place={place}", draft(client, at, femke).headers["etag"]
    change(client, at, femke, body="Van een collega.")
    assert send(client, door, report(pictures=0), femke).status_code == 428
    assert send(client, door, report(pictures=0), femke, **{"if-match": seen}).status_code == 412
    assert draft(client, at, femke).json()["body"] == "Van een collega."


def test_the_same_document_with_the_same_key_is_taken_once(client: Client, femke: dict[str, str], at: str) -> None:
    key = {"if-match": draft(client, at, femke).headers["etag"], "idempotency-key": "document"}
    door, data, other = f"{at}/document?name=r.docx", report(pictures=1), report(pictures=0)
    first = send(client, door, data, femke, **key)
    again = send(client, door, data, femke, **key)
    assert (again.status_code, again.json()) == (200, first.json())
    assert draft(client, at, femke).json() == first.json()["draft"]
    assert send(client, door, other, femke, **key).status_code == 409


@pytest.mark.parametrize(("name", "data"), HOSTILE, ids=[name for name, _data in HOSTILE])
def test_a_hostile_document_changes_nothing(
    client: Client, femke: dict[str, str], at: str, name: str, data: bytes
) -> None:
    before = draft(client, at, femke)
    tag = {"if-match": before.headers["etag"]}
    for door in (f"{at}/document/preview", f"{at}/document"):
        answer = send(client, f"{door}?name={name}", data, femke, **tag)
        assert (answer.status_code, answer.json()["field"]) == (422, "file"), answer.text
    assert draft(client, at, femke).json() == before.json()


def test_how_it_is_sent_is_told_by_name(client: Client, femke: dict[str, str], at: str) -> None:
    for wrong in ("", "?name=", "?name=r.docx&place=elsewhere"):
        answer = send(client, f"{at}/document{wrong}", report(pictures=0), femke, **{"if-match": '"1"'})
        assert (answer.status_code, bool(answer.json()["field"])) == (400, True), answer.text


@pytest.mark.parametrize("handle", ["aafke", "sjoerd"])
def test_nobody_brings_a_document_into_the_draft_of_another(
    client: Client, seeded: Database, femke: dict[str, str], at: str, handle: str
) -> None:
    before = draft(client, at, femke).json()
    cases = [(token(seeded, handle, "write"), 404), ({}, 401), (token(seeded, "femke", "read", "publish"), 403)]
    for who, status in cases:
        for door in ("document/preview", "document"):
            answer = send(client, f"{at}/{door}?name=r.docx", report(pictures=0), who, **{"if-match": '"1"'})
            assert answer.status_code == status, door
    assert draft(client, at, femke).json() == before


# --- bundles ----------------------------------------------------------------------------------------------------


def titles(database: Database) -> list[str]:
    with database.reading() as session:
        return [each.content.title for each in session.exec(select(Draft)).all()]


def bundle(client: Client, data: bytes, who: dict[str, str], *, door: str = "", to: str = LAB, **headers: str) -> Any:
    return send(client, f"{BUNDLES}{door}?organisation={to}", data, who, **headers)


def test_a_zip_is_looked_at_and_brought_in_again_and_again(
    client: Client, seeded: Database, femke: dict[str, str]
) -> None:
    before = titles(seeded)
    look = bundle(client, lesson(), femke, door="/preview")
    assert look.status_code == 200, look.text
    (text,) = look.json()["items"]
    assert (text["path"], text["title"], text["lang"], text["state"]) == ("les.md", "Meet eerst", "nl", "new")
    assert text["article"] is None
    assert any("weg.png" in each for each in text["left_out"])
    assert titles(seeded) == before
    taken = bundle(client, lesson(), femke).json()
    (came,) = taken["items"]
    assert (came["state"], came["left_out"], taken["files"]) == ("new", text["left_out"], 2)
    told = client.get(f"/api/v1/articles/{came['article']}/draft", headers=femke).json()
    assert (told["title"], told["owner"]["slug"], told["stage"]) == ("Meet eerst", LAB, "draft")
    assert bundle(client, lesson(), femke).json()["items"][0]["state"] == "unchanged"
    other = lesson(LESSON.replace("Wat er gebeurde", "Wat er gebeurde toen"))
    again = bundle(client, other, femke, door="/preview").json()["items"][0]
    assert (again["state"], again["article"]) == ("changed", came["article"])
    assert bundle(client, other, femke).json()["items"][0]["state"] == "changed"
    # What somebody wrote here since stays.
    change(client, f"/api/v1/articles/{came['article']}", femke, body="Van een mens.")
    (left,) = bundle(client, lesson(), femke).json()["items"]
    assert left["state"] == "left_alone"
    assert left["left_out"]
    assert len(titles(seeded)) == len(before) + 1


def test_a_text_that_is_none_is_told_beside_those_that_are(client: Client, femke: dict[str, str]) -> None:
    data = zipped({"goed.md": LESSON, "fout.md": "---\n[\n---\n", "los.txt": "x"})
    told = bundle(client, data, femke).json()
    assert {each["path"]: each["state"] for each in told["items"]} == {"goed.md": "new", "fout.md": "not_taken"}
    assert next(each for each in told["items"] if each["path"] == "fout.md")["left_out"]
    assert told["left"] == ["los.txt"]


def test_the_same_zip_with_the_same_key_is_told_as_before(client: Client, femke: dict[str, str]) -> None:
    key, data = {"idempotency-key": "zip"}, lesson()
    first = bundle(client, data, femke, **key)
    again = bundle(client, data, femke, **key)
    assert (again.status_code, again.json()) == (200, first.json())
    assert bundle(client, zipped({"x.md": LESSON}), femke, **key).status_code == 409


@pytest.mark.parametrize("wrong", [b"", b"PK\x03\x04", zipped({"readme.md": "x"}), zipped({"x.md": bytes(70_000_000)})])
def test_what_is_no_such_zip_is_refused(client: Client, seeded: Database, femke: dict[str, str], wrong: bytes) -> None:
    before = titles(seeded)
    for door in ("", "/preview"):
        answer = bundle(client, wrong, femke, door=door)
        assert (answer.status_code, answer.json()["field"]) == (422, "file")
    assert titles(seeded) == before


def test_nobody_brings_pieces_in_for_another_organisation(
    client: Client, seeded: Database, femke: dict[str, str]
) -> None:
    before = titles(seeded)
    for door in ("", "/preview"):
        answers = [bundle(client, lesson(), femke, door=door, to=to) for to in ("woldzicht-verspaning", "bestaat-niet")]
        assert [each.status_code for each in answers] == [422, 422]
        # Whether there is such an organisation is not told.
        assert answers[0].json() == answers[1].json()
        assert bundle(client, lesson(), token(seeded, "aafke", "write"), door=door).status_code == 422
        assert bundle(client, lesson(), token(seeded, "sjoerd", "write"), door=door).status_code == 403
        assert bundle(client, lesson(), token(seeded, "femke", "read"), door=door).status_code == 403
        assert bundle(client, lesson(), {}, door=door).status_code == 401
    assert titles(seeded) == before


# --- both -------------------------------------------------------------------------------------------------------


def test_when_others_are_looked_at_it_is_503(
    client: Client, femke: dict[str, str], at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy() -> Any:
        raise Unavailable("Probeer het zo nog eens.")

    monkeypatch.setattr(arriving, "one_of_few", busy)
    tag = {"if-match": draft(client, at, femke).headers["etag"]}
    for door in ("document", "document/preview"):
        answer = send(client, f"{at}/{door}?name=r.docx", report(pictures=0), femke, **tag)
        assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
    assert bundle(client, lesson(), femke).status_code == 503


def test_only_where_files_come_in_a_request_may_be_large(client: Client, femke: dict[str, str], at: str) -> None:
    for path in (f"{at}/document", f"{at}/document/preview", BUNDLES, f"{BUNDLES}/preview"):
        assert largest_body(path, is_known=True) == LARGEST_UPLOAD
        assert largest_body(path, is_known=False) == LARGEST_BODY
    assert largest_body(f"{at}/translation", is_known=True) == LARGEST_BODY
    assert send(client, f"{at}/document/preview?name=r.docx", b"x" * (LARGEST_BODY + 1), {}).status_code == 413
