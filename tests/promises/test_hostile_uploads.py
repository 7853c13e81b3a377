"""Whatever is sent as a file to the running site: a clear answer within ten seconds, little memory, nothing active."""

import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.counts import full
from tests.house import Answer, Caller, House
from tests.promises.hostile_files import container, hostile_file

pytestmark = [pytest.mark.slow, pytest.mark.timeout(full(3600, 600))]

MOST_SECONDS = 10.0
MOST_MEGABYTES = 300
BOUNDARY = "zqx-boundary"

HARMLESS = ("application/octet-stream", "text/csv", "text/plain", "model/", "video/mp4", "application/pdf")
OFFICE = "application/vnd.openxmlformats-officedocument"


class Writer:
    """Femke in a browser, with a piece of her own."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.caller = Caller(house.port, timeout=60)
        self.headers = {"Origin": f"http://127.0.0.1:{house.port}"}
        said = self.form("/inloggen/voorbeeld", person="femke")
        self.headers["Cookie"] = said.headers["set-cookie"].partition(";")[0]
        self.token = self.token_of("/schrijven/nieuw")
        told = {"kind": "lesson", "owner": "kennislab-slim-maken", "language": "nl", "token": self.token}
        self.base = self.form("/schrijven/nieuw", **told).headers["location"]

    def token_of(self, path: str) -> str:
        found = re.search(r'name="token" value="([^"]+)"', self.get(path).text)
        assert found
        return found[1]

    def get(self, path: str) -> Answer:
        return self.caller.ask("GET", path, headers=self.headers)

    def form(self, path: str, **told: str) -> Answer:
        headers = self.headers | {"Content-Type": "application/x-www-form-urlencoded"}
        return self.caller.ask("POST", path, body=urlencode(told).encode(), headers=headers)

    def send(self, door: str, name: str, data: bytes) -> Answer:
        quoted = name.encode("utf-8", "surrogatepass").replace(b'"', b"%22").replace(b"\x00", b"%00")
        body = b"\r\n".join(
            (
                f"--{BOUNDARY}".encode(),
                b'Content-Disposition: form-data; name="owner"\r\n',
                b"kennislab-slim-maken",
                f"--{BOUNDARY}".encode(),
                b'Content-Disposition: form-data; name="token"\r\n',
                self.token.encode(),
                f"--{BOUNDARY}".encode(),
                b'Content-Disposition: form-data; name="bestand"; filename="' + quoted + b'"',
                b"Content-Type: application/octet-stream\r\n",
                data,
                f"--{BOUNDARY}--\r\n".encode(),
            )
        )
        headers = self.headers | {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        place = door if door.startswith("/") else f"{self.base}/{door}"
        return self.caller.ask("POST", place, body=body, headers=headers)


def zipped(name: str, data: bytes) -> bytes:
    """A zip with a text that shows this file, which lies in it under this name."""
    plain = name.encode("utf-8", "replace").decode().replace("\x00", "")[-200:]
    text = f"---\nkind: lesson\ntitle: x\nfiles: [{json.dumps(plain)}]\n---\n\n![](files/{plain})\n"
    return container({"les.md": text, f"files/{plain}": data})


@pytest.fixture(scope="module")
def lone_house(example_folder: Callable[[str], Path]) -> Iterator[House]:
    house = House(example_folder("uploads"), PROEFTUIN_EXAMPLE_PEOPLE="true")
    try:
        yield house.become_ready()
    finally:
        house.stop()


def megabytes(number: int, what: str) -> float:
    """Of a process: VmRSS now, VmHWM at most so far."""
    found = re.search(rf"{what}:\s+(\d+) kB", Path(f"/proc/{number}/status").read_text())
    assert found
    return int(found[1]) / 1000


@pytest.fixture
def writer(lone_house: House) -> Iterator[Writer]:
    writer = Writer(lone_house)
    yield writer
    writer.caller.close()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_hostile_files_get_clear_answers_and_do_no_harm(
    lone_house: House, writer: Writer, record_property: Callable[[str, object], None]
) -> None:
    chance, amount = random.Random(20_267), full(200, 32)
    web = lone_house.children[0]
    writer.send("bestanden", "warm.csv", b"a,b\n1,2\n")
    before = megabytes(web, "VmRSS")
    wrong, statuses, slowest = [], Counter[int](), (0.0, "")
    for at in range(amount):
        name, data = hostile_file(chance, at)
        door = "inlezen" if name.endswith(".docx") and chance.random() < 0.5 else "bestanden"
        if at % 5 == 4:
            # As it is, or in a zip beside a text that shows it.
            door, name, data = "/schrijven/inlezen", f"{at}.zip", data if at % 2 else zipped(name, data)
        answer = writer.send(door, name, data)
        statuses[answer.status] += 1
        slowest = max(slowest, (answer.seconds, f"{door} {name[:40]} {len(data)}"))
        if answer.status not in (200, 303, 400, 413, 422) or answer.seconds > MOST_SECONDS:
            wrong.append((at, door, name[:60], len(data), answer.status, round(answer.seconds, 1)))
    grown = megabytes(web, "VmHWM") - before
    record_property("files", amount)
    record_property("statuses", dict(statuses))
    record_property("slowest", slowest)
    record_property("grown MB", round(grown))
    assert wrong == []
    assert statuses[303] > 2, "some were fine"
    assert statuses[422] > 5, "most were not"
    assert lone_house.children[0] == web, "nobody was killed by them"
    assert grown < MOST_MEGABYTES
    assert [active for path in given_out(writer) for active in active_in(writer.get(path), path)] == []


def given_out(writer: Writer) -> set[str]:
    """Every address at which something of what was sent is given back."""
    page = writer.get(f"{writer.base}/bestanden").text
    found = set(re.findall(rf'(?:href|src)="({writer.base}/bestanden/[^"]+|/beeld/[^"]+)"', page))
    assert len(found) > 2
    return found


def active_in(answer: Answer, path: str) -> list[str]:
    """Why a browser could run something of this, if it could."""
    told = answer.headers
    kind = told.get("content-type", "")
    is_shown = kind in ("image/webp", "image/jpeg", "image/png", "image/svg+xml")
    reasons = []
    if answer.status != 200:
        reasons.append(f"{path} is {answer.status}")
    if told.get("x-content-type-options") != "nosniff" or "sandbox" not in told.get("content-security-policy", ""):
        reasons.append(f"{path} is without its wall")
    if not is_shown and not told.get("content-disposition", "").startswith("attachment"):
        reasons.append(f"{path} is shown as {kind}")
    if not is_shown and not kind.startswith((*HARMLESS, OFFICE)):
        reasons.append(f"{path} is {kind}")
    if kind == "image/svg+xml" and re.search(rb"<script|\son\w+=|javascript:|https://evil|foreignObject", answer.body):
        reasons.append(f"{path} is an active drawing")
    return reasons


def test_the_check_turns_red_for_something_active() -> None:
    page = Answer(200, b"<script>", {"content-type": "text/html"}, 0.0)
    drawing = {
        "content-type": "image/svg+xml",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox",
    }
    assert len(active_in(page, "x")) == 3
    assert active_in(Answer(200, b"<svg><script>", drawing, 0.0), "x") == ["x is an active drawing"]
    assert active_in(Answer(200, b"<svg>", drawing, 0.0), "x") == []
