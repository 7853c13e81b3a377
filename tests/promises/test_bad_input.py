"""Whatever is sent to the running site: a clear answer, never an error of ours, and nothing given back unsafely."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable

import pytest

from tests.counts import full
from tests.house import Answer, House
from tests.promises.conftest import sign_in
from tests.promises.hostile import MARK, made_up, sent

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.timeout(full(3600, 900))]

Record = Callable[[str, object], None]

LONGEST = 2.0
"""Seconds for 95 of 100 answers."""

OURS = re.compile(r"/(?![/\\])|http://127\.0\.0\.1:[0-9]+(/|$)")
"""Beginnings of addresses that lead nowhere else."""

SERVER = (b"Invalid HTTP request received.", b"Unsupported upgrade request.", b"")
"""What the server says with 400 of bytes that are no request (to HEAD nothing); the application never hears of them."""


def wrong_with(answer: Answer | None) -> list[str]:
    """What should not be, in words."""
    if answer is None:
        return ["there is no answer"]
    if answer.status == 400 and answer.body in SERVER:
        return []
    found = []
    kind = answer.headers.get("content-type", "")
    if answer.status >= 500:
        found.append(f"an error of ours: {answer.status}")
    if MARK in answer.body and not kind.startswith(("application/json", "application/problem+json", "text/plain")):
        found.append(f"what was sent comes back as it was, as {kind}")
    if any("zqx" in name or (name == "set-cookie" and "zqx" in value) for name, value in answer.headers.items()):
        found.append("a header of a stranger's")
    if not OURS.match(answer.headers.get("location", "/")):
        found.append(f"leads away: {answer.headers['location']}")
    if answer.headers.get("x-content-type-options") != "nosniff":
        found.append("without the wall of headers")
    if answer.status >= 400 and answer.body and not _says_something(answer, kind):
        found.append(f"{answer.status} without a sentence")
    return found


def _says_something(answer: Answer, kind: str) -> bool:
    if kind.startswith("application/problem+json"):
        return len(json.loads(answer.body)["detail"]) > 10
    return b"<h1" in answer.body or (kind.startswith("text/plain") and len(answer.body) > 10)


def test_bad_requests_get_good_answers(house: House, record_property: Record) -> None:
    chance, amount = random.Random(20_261), full(2000, 200)
    processes = house.children
    cookie = sign_in(house).headers["set-cookie"].partition(";")[0].encode()
    wrong, statuses, seconds = [], Counter[object](), []
    for _ in range(amount):
        request = made_up(chance, house.port, cookie)
        answer = sent(request, house.port)
        statuses[answer.status if answer else None] += 1
        seconds.append(answer.seconds if answer else 0.0)
        found = wrong_with(answer)
        if found:
            wrong.append((found, request.wire()[:300], answer.body[:200] if answer else b""))
    record_property("requests", amount)
    record_property("statuses", dict(sorted(statuses.items(), key=str)))
    record_property("p95 s", round(sorted(seconds)[int(0.95 * amount)], 2))
    record_property("longest s", round(max(seconds), 2))
    assert wrong == []
    assert sorted(seconds)[int(0.95 * amount)] < LONGEST
    assert len(statuses) >= 5, "they were of many kinds"
    assert house.children == processes, "nobody was killed by them"
    assert house.finds_by_engine()


def test_nobody_writes_lines_into_our_log(house: House) -> None:
    chance = random.Random(7)
    for _ in range(full(200, 40)):
        sent(made_up(chance, house.port, b"a=b"), house.port)
    said = house.said.read_bytes()
    assert not any(sign in said for sign in (b"\x1b", b"\x00", b"\r"))
    lines = [line for line in said.split(b"\n") if line.startswith(b"{")]
    assert len(lines) > 40
    assert all(isinstance(json.loads(line), dict) for line in lines)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "no answer"),
        (Answer(500, b"<h1>Sorry</h1>", {"x-content-type-options": "nosniff"}, 0), "an error of ours"),
        (
            Answer(200, b"<p>" + MARK, {"content-type": "text/html", "x-content-type-options": "nosniff"}, 0),
            "comes back",
        ),
        (Answer(200, b"", {"x-content-type-options": "nosniff", "set-cookie": "zqx=1"}, 0), "a stranger's"),
        (Answer(308, b"", {"x-content-type-options": "nosniff", "location": "//evil.example/"}, 0), "leads away"),
        (Answer(200, b"", {}, 0), "without the wall"),
        (Answer(404, b"?", {"x-content-type-options": "nosniff"}, 0), "without a sentence"),
    ],
)
def test_a_bad_answer_is_noticed(answer: Answer | None, said: str) -> None:
    """The control: what the other tests look for is found when it is there."""
    assert any(said in one for one in wrong_with(answer))
