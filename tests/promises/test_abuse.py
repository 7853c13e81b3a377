"""Limits on a real house with two web processes behind a proxy: they count together, and nobody else pays for one."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

import pytest

from app.web.allowances import ALLOWANCES
from tests.house import House, until

pytestmark = pytest.mark.slow

MOST: Final = next(one.most for one in ALLOWANCES if one.name == "comparing")
GREEDY, MODEST = "203.0.113.7", "203.0.113.8"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("limited"), "--workers", "2", PROEFTUIN_TRUSTED_PROXIES="127.0.0.1")
    try:
        house.become_ready()
        assert until(house.is_complete, 20)
        yield house
    finally:
        house.stop()


def ask(house: House, times: int, visitor: str, *, start: int = 0) -> Counter[int]:
    """Statuses of comparisons that nobody asked for before. Each has a connection of its own: any process takes it."""
    asked = (f"/vergelijk?stuk=a{visitor[-1]}-{start + n}" for n in range(times))
    return Counter(house.ask(path, **{"x-forwarded-for": visitor}).status for path in asked)


def test_processes_count_a_visitor_together(house: House) -> None:
    """Had each counted for itself, nothing of this would have been refused: every process got about half of it."""
    beyond = MOST // 3
    first = ask(house, MOST + beyond, GREEDY)
    # The minute slides meanwhile, so that on a slow machine a few more pass than the limit says.
    assert first[429] > 0
    assert first[200] + first[429] == MOST + beyond
    assert ask(house, 20, MODEST)[200] == 20
    refused = house.ask("/vergelijk?stuk=nog-een", **{"x-forwarded-for": GREEDY})
    if refused.status == 429:
        assert int(refused.headers["retry-after"]) >= 1
    assert house.ask("/kennis", **{"x-forwarded-for": GREEDY}).status == 200


def test_without_a_proxy_this_machine_is_not_counted(house: House) -> None:
    """The control: the same house, the same questions, from the machine itself."""
    asked = Counter(house.ask(f"/vergelijk?stuk=b-{n}").status for n in range(MOST + MOST // 3))
    assert asked == {200: MOST + MOST // 3}
