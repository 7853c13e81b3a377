import pytest
from sqlmodel import Session, select

from content import paybacks
from content.models import Piece
from content.paybacks import Paybacks
from content.snapshot import Contribution, Part, Visibility
from content.subjects import Topic
from tests.cast import Cast, published

LEADS = ("woldzicht-verspaning", "nipt", "kennislab-slim-maken")


def topics(session: Session, *slugs: str) -> list[int]:
    return [session.exec(select(Topic.id).where(Topic.slug == slug)).one() for slug in slugs]


def case(session: Session, cast: Cast, months: int | None, lead: str | None = LEADS[0], **more: object) -> None:
    by = () if lead is None else (Contribution(organisation=lead, part=Part.LEAD),)
    published(session, cast, "case_study", told={"payback_months": months}, organisations=by, **more)


def test_five_cases_of_three_organisations_are_telling() -> None:
    assert Paybacks({6: 2, 11: 3}, 3).is_telling


@pytest.mark.parametrize("few", [Paybacks(), Paybacks({6: 4}, 3), Paybacks({6: 5}, 2)])
def test_fewer_are_not(few: Paybacks) -> None:
    assert not few.is_telling


@pytest.mark.parametrize(
    ("by_month", "median"), [({5: 1}, 5), ({5: 1, 9: 1}, 5), ({5: 1, 9: 1, 30: 1}, 9), ({1: 1, 2: 9, 40: 2}, 2)]
)
def test_half_lies_at_or_below_the_median(by_month: dict[int, int], median: int) -> None:
    told = Paybacks(by_month, 1)
    assert told.median == median
    assert 2 * sum(month <= median for month in told.months) >= told.cases


def test_a_case_about_two_topics_of_a_group_counts_once(session: Session, cast: Cast) -> None:
    case(session, cast, 14, topics=("cobots", "robot-welding"))
    told = paybacks.about(session, cast.nobody, topics(session, "robotics", "cobots", "robot-welding"))
    assert told.by_month == {14: 1}
    (group,) = topics(session, "robotics")
    assert paybacks.by_group(session, cast.nobody)[group].by_month == {14: 1}


def test_a_case_in_two_languages_counts_once(session: Session, cast: Cast) -> None:
    first = published(session, cast, "case_study", told={"payback_months": 8})
    piece = session.get_one(Piece, first.piece_id)
    published(session, cast, "case_study", told={"payback_months": 8}, language="en", piece=piece)
    assert paybacks.about(session, cast.nobody, topics(session, "cobots")).by_month == {8: 1}


def test_organisations_count_once_and_only_by_name(session: Session, cast: Cast) -> None:
    for lead in (LEADS[0], LEADS[0], LEADS[1], None):
        case(session, cast, 6, lead)
    told = paybacks.about(session, cast.nobody, topics(session, "cobots"))
    assert (told.cases, told.organisations) == (4, 2)


def test_lessons_and_cases_without_a_payback_are_left_out(session: Session, cast: Cast) -> None:
    published(session, cast, "lesson")
    case(session, cast, None)
    assert paybacks.about(session, cast.nobody, topics(session, "cobots")) == Paybacks()


def test_only_what_the_reader_sees_is_counted(session: Session, cast: Cast) -> None:
    case(session, cast, 6)
    case(session, cast, 12, visibility=Visibility.MEMBERS)
    case(session, cast, 24, visibility=Visibility.ORGANISATIONS, allowed=(cast.woldzicht,))
    ids = topics(session, "cobots")
    assert paybacks.about(session, cast.nobody, ids).months == [6]
    assert paybacks.about(session, cast.aafke, ids).months == [6, 12]
    assert paybacks.about(session, cast.sjoerd, ids).months == [6, 12, 24]
