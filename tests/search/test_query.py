"""A query is read from an address, and the whole of it is in its address again."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from app.core.database import Database
from app.core.errors import BadRequest
from search.facets import FACETS
from search.query import DEEPEST, Query, Sort

STATE = [
    ("q", "lasrobot kleine series"),
    ("soort", "praktijkcase"),
    ("soort", "les"),
    ("provincie", "fryslan"),
    ("investering", "10k-50k"),
    ("onderwerp", "cobots"),
    ("indicator", "changeover-time"),
    ("verbetering", "20"),
    ("vanaf", "smallingerland"),
    ("afstand", "25"),
    ("sorteer", "effect"),
    ("pagina", "3"),
]


def read(session: Session, *params: tuple[str, str], for_api: bool = False) -> Query:
    return Query.from_params(session, params, for_api=for_api)


def test_the_whole_state_is_in_the_address(session: Session) -> None:
    query = read(session, *STATE)
    assert not query.notices
    assert sorted(query.to_params()) == sorted(STATE)
    assert read(session, *query.to_params()) == query


def test_the_api_speaks_english_and_means_the_same(session: Session) -> None:
    query = read(session, *STATE)
    params = query.to_params(for_api=True)
    assert ("kind", "case_study") in params
    assert ("topic", "cobots") in params
    assert ("sort", "effect") in params
    assert ("improvement", "20") in params
    assert read(session, *params, for_api=True) == query


def test_a_page_address_with_the_english_slug_is_understood_and_written_in_dutch(session: Session) -> None:
    query = read(session, ("soort", "case_study"), ("onderwerp", "robotics"))
    assert query.to_params() == [("soort", "praktijkcase"), ("onderwerp", "robotisering")]


def test_unknown_names_are_ignored(session: Session) -> None:
    assert read(session, ("utm_source", "mail"), ("kind", "lesson")) == Query()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("soort", "roman"),
        ("onderwerp", "'; DROP TABLE topic --"),
        ("verbetering", "-3"),
        ("verbetering", "1e9"),
        ("afstand", "\N{SUPERSCRIPT TWO}"),
        ("vanaf", "atlantis"),
        ("sorteer", "mooiste"),
        ("pagina", "0"),
        ("pagina", "1000000000"),
        ("jaar", "1850"),
    ],
)
def test_a_bad_value_is_dropped_with_a_sentence_on_pages_and_refused_by_the_api(
    session: Session, name: str, value: str
) -> None:
    query = read(session, ("q", "cobot"), (name, value))
    assert (query.q, len(query.notices)) == ("cobot", 1)
    assert value not in query.notices[0]
    assert query.to_params() == [("q", "cobot")]
    english = {
        "soort": "kind", "onderwerp": "topic", "verbetering": "improvement", "afstand": "distance", "vanaf": "near",
        "sorteer": "sort", "pagina": "page", "jaar": "year",
    }  # fmt: skip
    with pytest.raises(BadRequest) as refused:
        read(session, (english[name], value), for_api=True)
    assert refused.value.field == english[name]


@pytest.mark.parametrize(
    ("name", "value", "beside"),
    [
        ("verbetering", "20", ()),
        ("verbetering", "20", (("indicator", "oee"), ("indicator", "rework"))),
        ("afstand", "25", ()),
        ("sorteer", "effect", ()),
        ("sorteer", "effect", (("indicator", "oee"), ("indicator", "rework"))),
    ],
)
def test_what_needs_another_choice_beside_it_is_dropped_with_a_sentence_and_refused_by_the_api(
    session: Session, name: str, value: str, beside: tuple[tuple[str, str], ...]
) -> None:
    query = read(session, ("q", "cobot"), *beside, (name, value))
    assert len(query.notices) == 1
    assert query.to_params() == [("q", "cobot"), *beside]
    english = {"verbetering": "improvement", "afstand": "distance", "sorteer": "sort"}[name]
    with pytest.raises(BadRequest) as refused:
        read(session, ("q", "cobot"), *beside, (english, value), for_api=True)
    assert refused.value.field == english


def test_what_takes_a_choice_back_takes_along_what_needed_it(session: Session) -> None:
    query = read(session, ("indicator", "oee"), ("verbetering", "20"), ("sorteer", "effect"))
    (oee,) = query.chosen["indicator"]
    assert query.toggled("indicator", oee) == query.without("indicator") == Query()


def test_a_question_is_washed_and_cut_to_a_length_that_somebody_may_type(session: Session) -> None:
    assert read(session, ("q", "  las\x00\u202erobot \n\t x ")).q == "lasrobot x "
    long = read(session, ("q", "a" * 10_000))
    assert (len(long.q), len(long.notices)) == (300, 1)
    with pytest.raises(BadRequest):
        read(session, ("q", "a" * 10_000), for_api=True)


def test_no_more_values_of_a_facet_are_taken_than_a_page_offers(session: Session) -> None:
    many = read(session, *[("jaar", str(year)) for year in range(2015, 2027)] * 50)
    assert (len(many.chosen["year"]), many.notices) == (12, ())
    assert len(read(session, *[("onderwerp", f"geen-{n}") for n in range(500)]).notices) == 2


def test_a_place_is_known_by_its_municipality_or_its_main_town(session: Session) -> None:
    assert read(session, ("vanaf", "drachten")).near == "smallingerland"
    assert read(session, ("vanaf", "Smallingerland")).near == "smallingerland"


def test_choosing_a_value_again_takes_it_back_and_every_choice_begins_at_the_first_page(session: Session) -> None:
    query = read(session, ("soort", "les"), ("pagina", "4"))
    lesson = query.chosen["kind"][0]
    assert query.toggled("kind", lesson) == Query()
    (case,) = read(session, ("soort", "praktijkcase")).chosen["kind"]
    both = query.toggled("kind", case)
    assert (both.slugs("kind"), both.page) == (("lesson", "case_study"), 1)
    assert both.without("kind") == Query()
    assert both.cleared() == Query()


def test_without_words_the_best_is_the_newest_and_an_effect_needs_one_indicator(session: Session) -> None:
    assert Query().order is Sort.NEWEST
    assert Query(q="cobot").order is Sort.BEST
    assert read(session, ("q", "cobot"), ("sorteer", "effect")).order is Sort.BEST
    two = read(session, ("indicator", "oee"), ("indicator", "rework"), ("sorteer", "effect"), ("verbetering", "10"))
    assert (two.order, two.indicator, two.narrows) == (Sort.NEWEST, None, True)
    assert read(session, ("indicator", "oee"), ("sorteer", "effect")).order is Sort.EFFECT


def test_a_page_beyond_the_deepest_hit_is_known_as_such() -> None:
    assert not Query(page=DEEPEST // 20).is_too_deep
    assert Query(page=DEEPEST // 20 + 1).is_too_deep


NAMES = st.sampled_from(
    ["q", *(f.address for f in FACETS), "verbetering", "vanaf", "afstand", "sorteer", "pagina", "letterlijk"]
)
VALUES = st.text(max_size=40) | st.sampled_from(["les", "cobots", "oee", "25", "nieuwste", "drachten", "1", "fryslan"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(params=st.lists(st.tuples(NAMES, VALUES), max_size=12))
def test_whatever_stands_in_an_address_it_is_read_and_what_is_read_is_written_back(
    database: Database, params: list[tuple[str, str]]
) -> None:
    with database.reading() as session:
        query = Query.from_params(session, params)
        again = Query.from_params(session, query.to_params())
    assert not again.notices
    assert again.to_params() == query.to_params()
