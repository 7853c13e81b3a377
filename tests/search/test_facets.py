"""Facets: one line each, from which document field, setting, address and page follow."""

import pytest
from sqlmodel import Session, select

from app.core.database import Database
from app.core.language import speaking
from content.models import Article
from content.snapshot import Profile
from search import shape
from search.facets import BY_NAME, FACETS, effects, known_values
from search.sources import Source, sources
from tests.cast import Cast, published

METRIC = {
    "name": "Uitval",
    "unit": "%",
    "period": "6 maanden",
    "method": "counted",
    "better": "lower",
    "indicator": "scrap-rate",
}


def source_of(session: Session, article: Article) -> Source:
    (source,) = sources(session, [article.piece_id])[article.piece_id]
    return source


def of(session: Session, article: Article) -> dict[str, list[str]]:
    source = source_of(session, article)
    return {facet.name: list(facet.of(source)) for facet in FACETS}


def test_every_name_and_every_address_stands_for_one_facet() -> None:
    assert len({facet.name for facet in FACETS}) == len({facet.address for facet in FACETS}) == len(FACETS)


def test_every_value_has_one_slug_and_one_word_and_a_label_in_both_languages(session: Session) -> None:
    for facet in FACETS:
        known = known_values(session)[facet.name]
        assert len({value.slug for value in known}) == len({value.word for value in known}) == len(known)
        for language in ("nl", "en"):
            with speaking(language):
                assert all(value.label for value in known)


def test_whatever_an_example_piece_has_of_a_facet_is_a_known_value(seeded: Database) -> None:
    with seeded.reading() as session:
        known = {name: {value.slug for value in values} for name, values in known_values(session).items()}
        pieces = set(session.exec(select(Article.piece_id)).all())
        for source in (one for parts in sources(session, pieces).values() for one in parts):
            for facet in FACETS:
                assert set(facet.of(source)) <= known[facet.name], (source.key, facet.name)


def test_a_case_is_found_by_kind_band_place_and_by_what_was_measured(session: Session, cast: Cast) -> None:
    case = published(session, cast, "case_study", municipality="smallingerland", topics=("cobots",))
    assert of(session, case) | {"year": []} == {
        "kind": ["case_study"],
        "province": ["fryslan"],
        "investment": ["10k-50k"],
        "payback": ["13-24"],
        "size": ["50-249"],
        "topic": ["cobots", "robotics"],
        "sector": ["25"],
        "indicator": ["changeover-time"],
        "outcome": [],
        "audience": ["production-manager"],
        "pilot": [],
        "organisation": ["kennislab-slim-maken"],
        "municipality": ["smallingerland"],
        "language": ["nl"],
        "year": [],
    }


def test_the_cost_range_of_a_technology_lies_in_every_band_it_touches(session: Session, cast: Cast) -> None:
    technology = of(session, published(session, cast, "technology"))
    assert technology["investment"] == ["to-10k", "10k-50k", "50k-250k"]
    assert technology["size"] == technology["payback"] == []


def test_a_case_without_a_payback_says_that_it_is_not_known(session: Session, cast: Cast) -> None:
    case = published(session, cast, "case_study", told={"payback_months": None, "company_size_fte": None})
    assert of(session, case)["payback"] == ["unknown"]
    assert of(session, case)["size"] == []


@pytest.mark.parametrize(
    ("baseline", "result", "effect"),
    [(4.0, 3.0, {"scrap-rate": 25.0}), (3.0, 4.0, {"scrap-rate": -33.33}), (0.0, 21.0, {})],
)
def test_an_effect_follows_the_indicator_and_a_baseline_of_nothing_has_none(
    session: Session, cast: Cast, baseline: float, result: float, effect: dict[str, float]
) -> None:
    metric = {**METRIC, "baseline": baseline, "result": result}
    case = published(session, cast, "case_study", told={"metrics": [metric]})
    assert effects(source_of(session, case)) == effect


def test_of_two_figures_within_one_indicator_the_best_counts(session: Session, cast: Cast) -> None:
    metrics = [{**METRIC, "baseline": 3.0, "result": 2.0}, {**METRIC, "baseline": 4.0, "result": 3.0}]
    case = published(session, cast, "case_study", told={"metrics": metrics})
    assert effects(source_of(session, case)) == {"scrap-rate": 33.33}


def test_of_a_company_that_is_not_named_only_sector_size_and_province_are_told(session: Session, cast: Cast) -> None:
    profile = Profile(sector="25", size_band="10-49", province="drenthe")
    told = {"company_size_fte": None}
    case = of(session, published(session, cast, "case_study", anonymous=profile, told=told))
    assert (case["province"], case["size"], case["sector"]) == (["drenthe"], ["10-49"], ["25"])
    assert case["municipality"] == []
    assert case["organisation"] == ["kennislab-slim-maken"]  # its owner, whom every list names


def test_the_engine_can_filter_and_count_every_facet() -> None:
    filterable = {name for one in shape.settings()["filterableAttributes"] for name in one["attributePatterns"]}
    assert set(BY_NAME) < filterable
    assert {"shelves", "covered", "tokens"} < filterable


def test_no_facet_is_cut_off_where_the_region_has_all_its_values(session: Session) -> None:
    assert max(len(values) for values in known_values(session).values()) < shape.LONGEST_FACET / 10
