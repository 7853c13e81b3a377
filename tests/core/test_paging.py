import contextlib
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import BadRequest
from app.core.paging import LAST_PAGE, PLACE, Page, page_number, place_of, place_word


@pytest.mark.parametrize(
    ("number", "total", "last", "previous", "following"),
    [(1, 0, 1, None, None), (1, 20, 1, None, None), (1, 21, 2, None, 2), (2, 41, 3, 1, 3), (3, 41, 3, 2, None)],
)
def test_a_page_knows_its_neighbours(
    number: int, total: int, last: int, previous: int | None, following: int | None
) -> None:
    page = Page(items=[], number=number, size=20, total=total)
    assert (page.last, page.previous, page.next) == (last, previous, following)


def test_a_page_beyond_the_last_leads_back_to_a_page_that_is_there() -> None:
    page = Page(items=[], number=900, size=20, total=30)
    assert page.next is None
    assert page.previous == 2


@given(st.integers(1, 50), st.integers(0, 2000))
def test_the_pages_together_hold_everything_once(size: int, total: int) -> None:
    last = Page(items=[], number=1, size=size, total=total).last
    assert (last - 1) * size < max(total, 1) <= last * size


@pytest.mark.parametrize(
    ("text", "number"),
    [("1", 1), ("7", 7), ("007", 7), (str(LAST_PAGE), LAST_PAGE), ("999999", LAST_PAGE)],
)
def test_a_page_number_is_read_from_an_address(text: str, number: int) -> None:
    assert page_number(text) == number


@pytest.mark.parametrize("text", [None, "", "0", "-1", "1.5", "1e3", "٣", "²", "two", " 2", "9" * 5000])
def test_what_is_no_page_number_is_the_first_page(text: str | None) -> None:
    assert page_number(text) == 1


@given(st.timedeltas(timedelta(0), timedelta(days=365_000)), st.integers(0, 999_999_999))
def test_a_place_leads_back_to_where_it_was(after_1970: timedelta, id_: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + after_1970
    written = place_word((moment, id_))
    assert place_of(written, field="cursor") == (moment, id_)
    assert re.fullmatch(PLACE, written)


@pytest.mark.parametrize("text", [None, ""])
def test_no_place_is_the_beginning(text: str | None) -> None:
    assert place_of(text, field="cursor") is None


@pytest.mark.parametrize(
    "text",
    ["x", "1", "1-", "-1", "1-1-1", "1_1", "\ud800-1", "1-é", "1-1 ", "1-1\n", "٣-1", "9" * 18 + "-1", "A" * 9999],
)
def test_a_place_that_is_not_ours_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(BadRequest) as refused:
        place_of(text, field="verder")
    assert refused.value.field == "verder"


@given(st.text(max_size=50) | st.from_regex(PLACE))
def test_whatever_comes_in_as_a_place_is_one_or_refused(text: str) -> None:
    with contextlib.suppress(BadRequest):
        place_of(text, field="cursor")
