from typing import Any

import pytest
from sqlmodel import Session

from content.comparing import alike, cases_at, shared_rows
from content.models import Article, Piece
from content.publishing import move_to
from content.snapshot import Contribution, Part, Visibility
from tests.cast import TOLD, Cast, draft, published


def metric(**changes: Any) -> dict[str, Any]:
    return {**TOLD["case_study"]["metrics"][0], **changes}


def case(session: Session, cast: Cast, *metrics: dict[str, Any], **more: Any) -> Article:
    told = {"metrics": list(metrics)} if metrics else {}
    return published(session, cast, "case_study", told=told | more.pop("told", {}), **more)


def slugs(session: Session, cast: Cast, *asked: str, by: str = "nobody") -> list[str]:
    return [one.listed.article.slug for one in cases_at(session, getattr(cast, by), asked)]


def test_cases_stand_in_the_order_asked(session: Session, cast: Cast) -> None:
    one, two, three = (case(session, cast).slug for _number in range(3))
    assert slugs(session, cast, three, one, two) == [three, one, two]


def test_what_is_hidden_missing_or_no_case_is_left_out_alike(session: Session, cast: Cast) -> None:
    open_, hidden = case(session, cast), case(session, cast, visibility=Visibility.MEMBERS)
    lesson, unpublished = published(session, cast, "lesson"), draft(session, cast, "case_study")
    asked = [hidden.slug, "is-er-niet", lesson.slug, unpublished.slug, open_.slug]
    assert slugs(session, cast, *asked) == [open_.slug]
    assert slugs(session, cast, *asked, by="sjoerd") == [hidden.slug, open_.slug]


def test_an_old_address_counts_as_the_new_one(session: Session, cast: Cast) -> None:
    moved = case(session, cast, slug="oud-adres")
    move_to(session, moved, "nieuw-adres", by=cast.femke)
    assert slugs(session, cast, "oud-adres", "nieuw-adres") == ["nieuw-adres"]


def test_an_old_address_of_a_hidden_case_tells_nothing(session: Session, cast: Cast) -> None:
    moved = case(session, cast, slug="oud-adres", visibility=Visibility.MEMBERS)
    move_to(session, moved, "nieuw-adres", by=cast.femke)
    assert slugs(session, cast, "oud-adres") == []


def test_a_piece_in_two_languages_stands_there_once(session: Session, cast: Cast) -> None:
    dutch = case(session, cast)
    english = case(session, cast, language="en", piece=session.get_one(Piece, dutch.piece_id))
    assert slugs(session, cast, english.slug, dutch.slug) == [english.slug]


def test_who_measured_is_known(session: Session, cast: Cast) -> None:
    by = (
        Contribution(organisation="woldzicht-verspaning", part=Part.LEAD),
        Contribution(organisation="nipt", part=Part.KNOWLEDGE_PARTNER),
    )
    (one,) = cases_at(session, cast.nobody, [case(session, cast, organisations=by).slug])
    assert [partner.slug for partner in one.measured_by] == ["nipt"]


def rows(session: Session, cast: Cast, *metrics: tuple[dict[str, Any], ...]) -> list[tuple[str, float, list[bool]]]:
    asked = [case(session, cast, *each).slug for each in metrics]
    found = shared_rows(cases_at(session, cast.nobody, asked))
    return [(row.indicator.slug, row.full, [each is not None for each in row.metrics]) for row in found]


def test_an_indicator_that_one_case_measured_is_no_row(session: Session, cast: Cast) -> None:
    assert rows(session, cast, (metric(),), (metric(indicator="oee", unit="%"),)) == []


def test_figures_in_one_unit_share_a_scale_with_a_round_end(session: Session, cast: Cast) -> None:
    one, two = metric(baseline=34, result=21), metric(baseline=61, result=40)
    assert rows(session, cast, (one,), (two,)) == [("changeover-time", 100.0, [True, True])]


def test_a_unit_is_the_same_in_both_languages(session: Session, cast: Cast) -> None:
    one, two = metric(indicator="lead-time", unit="werkdagen"), metric(indicator="lead-time", unit="working days")
    ((_slug, full, _told),) = rows(session, cast, (one,), (two,))
    assert full == 50


@pytest.mark.parametrize("other", [metric(unit="uur"), metric(unit="min per dag"), metric(baseline=-3)])
def test_other_units_and_figures_below_zero_share_none(session: Session, cast: Cast, other: dict[str, Any]) -> None:
    assert rows(session, cast, (metric(),), (other,)) == [("changeover-time", 0.0, [True, True])]


def test_what_most_cases_measured_stands_first(session: Session, cast: Cast) -> None:
    scrap = metric(name="Uitval", indicator="scrap-rate", unit="%", baseline=0, result=0)
    found = rows(session, cast, (metric(), scrap), (scrap,), (metric(), scrap))
    assert found == [("scrap-rate", 1.0, [True, True, True]), ("changeover-time", 50.0, [True, False, True])]


def test_others_are_offered_by_what_they_have_in_common(session: Session, cast: Cast) -> None:
    chosen = case(session, cast, topics=("cobots", "small-batches"))
    near, nearest = case(session, cast, topics=("cobots",)), case(session, cast, topics=("cobots", "small-batches"))
    case(session, cast, topics=("mes",))
    case(session, cast, topics=("cobots",), visibility=Visibility.MEMBERS)
    published(session, cast, "lesson", topics=("cobots",))
    found = alike(session, cast.nobody, cases_at(session, cast.nobody, [chosen.slug]), language="nl", most=5)
    assert [row.article.slug for row in found] == [nearest.slug, near.slug]


def test_without_a_choice_the_newest_cases_are_offered(session: Session, cast: Cast) -> None:
    made = [case(session, cast).slug for _number in range(3)]
    published(session, cast, "lesson")
    found = alike(session, cast.nobody, [], language="nl", most=2)
    assert {row.article.slug for row in found} < set(made)
