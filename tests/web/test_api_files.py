"""Files through the API: with a token, on the version that was read, once for each key."""

import errno
from typing import Any

import pytest

from app.core.database import Database
from app.web.api.arriving import Arriving
from tests.web.client import Client
from tests.web.test_api_writing import begun, token

pytestmark = pytest.mark.whole

TABLE = b"week;uitval\n1;4,2\n2;1,1\n"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><rect width="9" height="9"/></svg>'


@pytest.fixture
def femke(seeded: Database) -> dict[str, str]:
    return token(seeded, "femke", "write")


@pytest.fixture
def at(client: Client, femke: dict[str, str]) -> str:
    """Where the files of a new draft lie."""
    return f"/api/v1/articles/{begun(client, femke).json()['slug']}/files"


def send(client: Client, at: str, data: bytes, who: dict[str, str], method: str = "POST", **headers: str) -> Any:
    return client.request(
        method, at, content=data, headers={**who, "content-type": "application/octet-stream", **headers}
    )


def test_a_file_is_put_with_a_draft_described_replaced_and_taken_out(
    client: Client, femke: dict[str, str], at: str
) -> None:
    added = send(client, f"{at}?name=uitval.csv", TABLE, femke)
    assert added.status_code == 201, added.text
    assert [(file["name"], file["bytes"]) for file in added.json()["items"]] == [("uitval.csv", len(TABLE))]
    told = {"title": "Uitval per week", "is_listed": True}
    described = client.request(
        "PATCH", f"{at}/uitval.csv", json=told, headers={**femke, "if-match": added.headers["etag"]}
    )
    assert described.status_code == 200, described.text
    assert described.json()["items"][0]["title"] == "Uitval per week"
    tag = described.headers["etag"]
    replaced = send(client, f"{at}/uitval.csv", TABLE + b"3;0,4\n", femke, "PUT", **{"if-match": tag})
    assert replaced.status_code == 200, replaced.text
    assert replaced.json()["items"][0]["title"] == "Uitval per week"
    assert replaced.json()["items"][0]["sha256"] != added.json()["items"][0]["sha256"]
    assert client.get(at, headers=femke).json() == replaced.json()
    gone = client.request("DELETE", f"{at}/uitval.csv", headers={**femke, "if-match": replaced.headers["etag"]})
    assert gone.json()["items"] == []


def test_what_was_said_of_a_picture_stays_when_something_else_is_said(
    client: Client, femke: dict[str, str], at: str
) -> None:
    tag = send(client, f"{at}?name=mal.svg", DRAWING, femke).headers["etag"]
    for told in ({"is_looked_over": True}, {"shows": "De mal"}):
        said = client.request("PATCH", f"{at}/mal.svg", json=told, headers={**femke, "if-match": tag})
        assert said.json()["items"][0]["is_looked_over"]
        tag = said.headers["etag"]


def test_a_full_disk_is_told_to_programs_too(
    client: Client, femke: dict[str, str], at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_told: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Arriving, "take", refuse)
    assert send(client, f"{at}?name=uitval.csv", TABLE, femke).status_code == 507
    assert client.get(at, headers=femke).json()["items"] == []


def test_a_blind_change_is_428_and_a_stale_one_412(client: Client, femke: dict[str, str], at: str) -> None:
    tag = send(client, f"{at}?name=uitval.csv", TABLE, femke).headers["etag"]
    send(client, f"{at}?name=mal.svg", DRAWING, femke)
    for method, body in (("PATCH", b'{"title": "x"}'), ("PUT", TABLE), ("DELETE", b"")):
        kind = {"content-type": "application/json"} if method == "PATCH" else {}
        assert send(client, f"{at}/uitval.csv", body, femke, method, **kind).status_code == 428, method
        stale = send(client, f"{at}/uitval.csv", body, femke, method, **kind, **{"if-match": tag})
        assert stale.status_code == 412, method
    assert [file["title"] for file in client.get(at, headers=femke).json()["items"]] == ["", ""]


def test_the_same_key_is_done_once(client: Client, femke: dict[str, str], at: str) -> None:
    key = {"idempotency-key": "een"}
    first = send(client, f"{at}?name=uitval.csv", TABLE, femke, **key)
    again = send(client, f"{at}?name=uitval.csv", TABLE, femke, **key)
    assert (again.status_code, again.json()) == (201, first.json())
    assert send(client, f"{at}?name=uitval.csv", TABLE + b"3;1\n", femke, **key).status_code == 409
    taken = {"if-match": first.headers["etag"], "idempotency-key": "twee"}
    gone = send(client, f"{at}/uitval.csv", b"", femke, "DELETE", **taken)
    assert send(client, f"{at}/uitval.csv", b"", femke, "DELETE", **taken).json() == gone.json()


@pytest.mark.parametrize(
    ("name", "data"),
    [("uitval.exe", b"MZ"), ("uitval.pdf", TABLE), ("leeg.csv", b""), ("foto.jpg", b"\xff\xd8\xff" + bytes(90))],
)
def test_what_is_no_file_of_ours_is_refused(
    client: Client, femke: dict[str, str], at: str, name: str, data: bytes
) -> None:
    assert send(client, f"{at}?name={name}", data, femke).status_code == 422
    assert client.get(at, headers=femke).json()["items"] == []


def test_who_may_not_write_there_learns_nothing(
    client: Client, seeded: Database, femke: dict[str, str], at: str
) -> None:
    send(client, f"{at}?name=uitval.csv", TABLE, femke)
    other = token(seeded, "aafke", "write")
    assert client.get(at, headers=other).status_code == 404
    assert send(client, f"{at}?name=geheim.csv", TABLE, other).status_code == 404
    assert send(client, f"{at}?name=geheim.csv", TABLE, {}).status_code in (401, 403)
    assert client.get(at, headers=token(seeded, "femke", "read")).status_code == 403
