"""What was taken back is gone: from every door of every process at the next request, from the index soon after."""

import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote_plus

import pytest

from app.core.database import Database
from search.local import Place, locate
from tests.counts import full
from tests.house import Caller, House, until
from tests.promises import editing
from tests.promises.crowd import callers_of
from tests.promises.inspecting import documents

pytestmark = [pytest.mark.slow, pytest.mark.engine, pytest.mark.timeout(full(3600, 600))]

Record = Callable[[str, object], None]

SOON = 5.0
"""Seconds within which the index follows."""

OWN = ("/kennis/{slug}", "/en/kennis/{slug}", "/kennis/{slug}/v/1", "/api/v1/articles/{slug}")
"""Doors to the piece itself."""

SHARED = (
    "/",
    "/kennis",
    "/en/kennis",
    "/feeds/alles.atom",
    "/feeds/alles.rss",
    "/feeds/alles.json",
    "/en/feeds/alles.atom",
    "/api/v1/articles?limit=100",
    "/api/v1/search?limit=100",
    "/zoeken?q={words}",
    "/en/zoeken?q={words}",
    "/zoeken/suggesties?q={words}",
    "/api/v1/search?q={words}",
    "/api/v1/suggest?q={words}",
)
"""Doors that show it among others."""


class Doors:
    """The doors to one piece, and who stands before each web process."""

    def __init__(self, slug: str, title: str, callers: list[Caller]) -> None:
        words = quote_plus(" ".join(re.findall("[A-Za-z]{4,}", title)[:3]))
        self.own = [path.format(slug=slug) for path in OWN]
        self.shared = [path.format(words=words) for path in SHARED]
        self._callers = callers
        self._named = re.compile(rf"{slug}(?![a-z0-9-])".encode())

    def open(self) -> tuple[int, dict[str, str]]:
        """Ask at every door of every process, twice, so that the page store keeps what it may.

        How many doors show the piece, and the tag that each gave.
        """
        tags, shown = {}, 0
        for path in (*self.own, *self.shared):
            for caller in self._callers:
                caller.get(path)
                answer = caller.get(path)
                assert answer.status == 200, path
            tags[path] = answer.headers.get("etag", "")
            shown += bool(self._named.search(answer.body))
        return shown, tags

    def leaks(self, tags: dict[str, str]) -> list[str]:
        """Doors that still show the piece, or tell who has it that nothing changed."""
        found = []
        for path in (*self.own, *self.shared):
            for number, caller in enumerate(self._callers):
                answer = caller.get(path, {"If-None-Match": tags[path]} if tags[path] else {})
                is_own = path in self.own
                if (answer.status != 410) if is_own else (answer.status != 200 or self._named.search(answer.body)):
                    found.append(f"process {number}: {path} answers {answer.status}")
        return found


def is_in_index(engine: Place | None, piece: int) -> bool:
    assert engine is not None
    return any(document["piece"] == piece for document in documents(engine))


@pytest.fixture
def callers(house: House) -> Iterator[list[Caller]]:
    """Somebody on the line with each web process."""
    callers = callers_of(house)
    yield callers
    for caller in callers:
        caller.close()


def seconds_until_gone(engine: Place | None, piece: int) -> float:
    began = time.monotonic()
    assert until(lambda: not is_in_index(engine, piece), SOON)
    return time.monotonic() - began


def test_a_withdrawn_piece_is_gone_from_every_door_at_the_next_request(
    house: House, inside: Database, callers: list[Caller], record_property: Record
) -> None:
    followed: list[float] = []
    doors_shown = []
    engine = locate(house.data_dir)
    for slug in editing.public_slugs()[: full(20, 3)]:
        doors, piece = Doors(slug, editing.state_of(slug).title, callers), editing.piece_of(slug)
        assert until(lambda piece=piece: is_in_index(engine, piece), SOON)
        shown, tags = doors.open()
        doors_shown.append(shown)
        editing.take_back(slug)
        with ThreadPoolExecutor() as beside:
            gone = beside.submit(seconds_until_gone, engine, piece)
            assert doors.leaks(tags) == []
            followed.append(gone.result())
        editing.put_back(slug)
    record_property("pieces", len(followed))
    record_property("doors that showed each", f"{min(doors_shown)} to {max(doors_shown)} in {len(callers)} processes")
    record_property("gone from the index after s", f"{min(followed):.2f} to {max(followed):.2f}")
    assert min(doors_shown) >= len(OWN) + 5
    assert until(lambda: is_in_index(engine, piece), SOON)


def test_doors_that_still_show_a_piece_are_noticed(inside: Database, callers: list[Caller]) -> None:
    """The control: of a piece that was not withdrawn every door tells."""
    slug = editing.public_slugs()[-1]
    doors = Doors(slug, editing.state_of(slug).title, callers)
    _shown, tags = doors.open()
    assert len(doors.leaks(tags)) >= 2 * len(OWN)
