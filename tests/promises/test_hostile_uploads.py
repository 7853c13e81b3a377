"""Whatever is sent as a file to the running site: a clear answer within ten seconds, little memory, nothing active."""

import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

import pytest

from tests.counts import full
from tests.databases import in_use
from tests.house import Answer, House
from tests.promises.hostile_files import Named
from tests.promises.hostile_zips import SLOW, every_sort, hostile_zip_of
from tests.promises.uploading import FILM, Writer
from tests.web.test_api_writing import token

pytestmark = [pytest.mark.slow, pytest.mark.timeout(full(3600, 900))]

MOST_SECONDS = 10.0
MOST_MEGABYTES = 300
AT_ONCE = 4
"""People who send files at the same moment, on a machine that looks at two at a time."""

HARMLESS = ("application/octet-stream", "text/csv", "text/plain", "text/vtt", "model/", "video/mp4", "application/pdf")
OFFICE = "application/vnd.openxmlformats-officedocument"
ANSWERS = (200, 201, 303, 400, 413, 422)
BUSY = 503
"""Others have their files looked at: the sentence says so, and the same file is taken a moment later."""


@pytest.fixture(scope="module")
def folder(example_folder: Callable[[str], Path]) -> Path:
    return example_folder("uploads")


@pytest.fixture(scope="module")
def program(folder: Path) -> dict[str, str]:
    """What a program of Femke sends to be known."""
    with in_use(f"sqlite:///{folder / 'proeftuin.db'}", folder) as database:
        return token(database, "femke", "write")


@pytest.fixture(scope="module")
def lone_house(folder: Path, program: dict[str, str]) -> Iterator[House]:
    house = House(folder, PROEFTUIN_EXAMPLE_PEOPLE="true")
    try:
        yield house.become_ready()
    finally:
        house.stop()


def megabytes(number: int, what: str) -> float:
    """Of a process: VmRSS now, VmHWM at most so far."""
    found = re.search(rf"{what}:\s+(\d+) kB", Path(f"/proc/{number}/status").read_text())
    assert found
    return int(found[1]) / 1000


def says_when(answer: Answer) -> bool:
    """Whether a page or an answer for a program says that it can be tried again."""
    return "Probeer het zo nog eens" in answer.text or "Try again in a moment" in answer.text


@dataclass
class Told:
    """What was answered to all of them."""

    statuses: Counter[int] = field(default_factory=Counter)
    doors: Counter[str] = field(default_factory=Counter)
    slowest: list[tuple[float, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    never: list[str] = field(default_factory=list)
    """What found no time however often it was sent: on a machine that does much else beside."""

    def note(self, door: str, named: Named, answer: Answer) -> None:
        """One of them."""
        what = f"{door} {named[0][:40]!r} {len(named[1])}"
        self.statuses[answer.status] += 1
        self.doors[door] += 1
        self.slowest = sorted([*self.slowest, (round(answer.seconds, 1), what)], reverse=True)[:6]
        is_clear = answer.status in ANSWERS or (answer.status == BUSY and says_when(answer))
        if not is_clear or answer.seconds > MOST_SECONDS:
            self.wrong.append(f"{what}: {answer.status} after {answer.seconds:.1f} s")


def hostile_files() -> list[tuple[str, Callable[[random.Random], Named]]]:
    """Every sort at the door it is meant for; some at the door of programs; at full counts as many at any other."""
    chance = random.Random(20_267)
    sorts = every_sort()
    single = [sort for sort in sorts if sort.door in ("files", "document")]
    wrapped = [hostile_zip_of(sort) for sort in single]
    found = [(str(sort.door), sort.make) for sort in sorts]
    found += [("program", sort.make) for sort in single[:: full(1, 8)]]
    found += [("zip", sort.make) for sort in wrapped[:: full(1, 12)]]
    brought = [sort for sort in sorts if sort.door in ("document", "zip")]
    found += [(f"program {sort.door}", sort.make) for sort in brought[:: full(1, 4)]]
    found += [("instead", sort.make) for sort in chance.sample(single, full(40, 4))]
    found += [(chance.choice(("document", "zip", "captions", "logo")), sort.make) for sort in single[:: full(2, 30)]]
    chance.shuffle(found)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_hostile_files_get_clear_answers_and_do_no_harm(
    lone_house: House, program: dict[str, str], record_property: Callable[[str, object], None]
) -> None:
    """Several people send them at once. What is too busy is sent again, so that every one of them is looked at."""
    web = lone_house.children[0]
    writers = [Writer(lone_house, program) for _ in range(AT_ONCE)]
    for writer in writers:
        assert writer.send("files", ("warm.csv", b"a,b\n1,2\n")).status == 303
    before, told, free = megabytes(web, "VmRSS"), Told(), SimpleQueue[Writer]()
    for writer in writers:
        free.put(writer)

    def send(at: int, door: str, make: Callable[[random.Random], Named]) -> None:
        named, writer = make(random.Random(at)), free.get()
        try:
            for _ in range(20):
                answers = [(door, writer.send(door, named))]
                answers += [(f"{door} taken", taken) for taken in writer.take(door, answers[0][1])]
                for where, answer in answers:
                    told.note(where, named, answer)
                if answers[-1][1].status != BUSY:
                    return
            told.never.append(f"{door} {named[0][:40]!r}")
        finally:
            free.put(writer)

    files = hostile_files()
    with ThreadPoolExecutor(AT_ONCE) as crowd:
        for going in [crowd.submit(send, at, *one) for at, one in enumerate(files)]:
            going.result()
    grown = megabytes(web, "VmHWM") - before
    for name, value in (("files", len(files)), ("at once", AT_ONCE), ("grown MB", round(grown))):
        record_property(name, value)
    for name in ("statuses", "doors", "slowest", "never"):
        record_property(name, str(getattr(told, name)))
    assert told.wrong == []
    assert len(told.never) < len(files) / 10
    assert told.statuses[303] > 20, "some were fine"
    assert told.statuses[422] > 50, "most were not"
    assert lone_house.children[0] == web, "nobody was killed by them"
    assert grown < MOST_MEGABYTES
    for writer in writers:
        assert [active for path in given_out(writer) for active in active_in(writer.get(path), path)] == []
        writer.close()


def test_forms_full_of_slow_pictures_are_answered_in_time(
    lone_house: House, program: dict[str, str], record_property: Callable[[str, object], None]
) -> None:
    """Six people, each with twenty pictures that take two seconds each."""
    writers = [Writer(lone_house, program) for _ in range(6)]
    pictures = [(f"{n}.png", SLOW + bytes(n)) for n in range(20)]
    with ThreadPoolExecutor(len(writers)) as crowd:
        answers = list(crowd.map(lambda writer: writer.send("files", *pictures), writers))
    for writer in writers:
        writer.close()
    record_property("answers", str([(answer.status, round(answer.seconds, 1)) for answer in answers]))
    assert {answer.status for answer in answers} <= {303, 422, BUSY}
    assert [answer.seconds for answer in answers if answer.seconds > MOST_SECONDS] == []
    assert all(says_when(answer) for answer in answers if answer.status == BUSY)
    assert any(answer.status == 422 and "geen tijd" in answer.text for answer in answers)


def given_out(writer: Writer) -> set[str]:
    """Every address at which something of what was sent is given back."""
    page = writer.get(f"{writer.base}/bestanden").text
    found = set(re.findall(rf'(?:href|src)="({writer.base}/bestanden/[^"]+|/beeld/[^"]+)"', page))
    assert f"{writer.base}/bestanden/{FILM}" in found
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
