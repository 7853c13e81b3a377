"""What stewards put on top of a question is seen by whoever may see it, until its last day."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from app.core.clock import today
from app.core.errors import Invalid, NotAllowed, NotFound
from app.people.actor import Actor
from content.publishing import withdraw
from content.snapshot import Visibility
from search.picking import Pick, forget_old_picks, pick, picked_for, picks, unpick
from tests.cast import Cast, draft, published

pytestmark = pytest.mark.whole


def shown(session: Session, question: str, by: Actor) -> list[str]:
    return [row.article.slug for row in picked_for(session, question, by, "nl")]


def test_a_pick_is_shown_for_the_question_however_it_is_written(session: Session, cast: Cast) -> None:
    published(session, cast, slug="bovenaan")
    pick(session, "Las-robot", "bovenaan", until=today(), by=cast.noor)
    assert shown(session, "las robot", cast.nobody) == ["bovenaan"]
    assert shown(session, "LAS ROBOT!", cast.nobody) == ["bovenaan"]
    assert shown(session, "lasrobot kopen", cast.nobody) == shown(session, "", cast.nobody) == []


@pytest.mark.parametrize(
    ("visibility", "sees"),
    [
        (Visibility.EVERYONE, {"nobody", "hinke", "okke", "sjoerd", "aafke", "femke", "noor"}),
        (Visibility.MEMBERS, {"sjoerd", "aafke", "femke", "noor"}),
        (Visibility.ORGANISATIONS, {"aafke", "femke", "noor"}),
    ],
)
def test_it_shows_nothing_that_a_reader_may_not_see(
    session: Session, cast: Cast, visibility: Visibility, sees: set[str]
) -> None:
    article = published(session, cast, slug="bovenaan", visibility=visibility, allowed=(cast.nipt,))
    pick(session, "lasrobot", "bovenaan", until=today(), by=cast.noor)
    assert {name for name, actor in cast.everybody.items() if shown(session, "lasrobot", actor)} == sees
    withdraw(session, article, by=cast.noor, reason_nl="Onjuist.")
    assert shown(session, "lasrobot", cast.noor) == []


def test_after_its_last_day_it_is_over(session: Session, cast: Cast) -> None:
    published(session, cast, slug="bovenaan")
    one = pick(session, "lasrobot", "bovenaan", until=today(), by=cast.noor)
    one.until = today() - timedelta(days=1)
    session.add(one)
    session.flush()
    assert shown(session, "lasrobot", cast.nobody) == []
    assert not picks(session)
    forget_old_picks(session)
    assert session.get(Pick, one.id) is None


def test_what_cannot_be_picked_is_refused(session: Session, cast: Cast) -> None:
    draft(session, cast, slug="concept")
    published(session, cast, slug="bovenaan")
    later = today() + timedelta(days=9)
    for question, slug, until in (
        ("", "bovenaan", later),
        ("??", "bovenaan", later),
        ("x" * 101, "bovenaan", later),
        ("las", "concept", later),
        ("las", "nergens", later),
        ("las", "bovenaan", today() - timedelta(days=1)),
    ):
        with pytest.raises(Invalid):
            pick(session, question, slug, until=until, by=cast.noor)
    with pytest.raises(NotAllowed):
        pick(session, "las", "bovenaan", until=later, by=cast.femke)
    with pytest.raises(NotAllowed):
        unpick(session, 1, by=cast.femke)
    with pytest.raises(NotFound):
        unpick(session, 99, by=cast.noor)


def test_three_stand_on_top_at_most_and_one_can_be_taken_off(session: Session, cast: Cast) -> None:
    for number in range(4):
        published(session, cast, slug=f"bovenaan-{number}")
    made = [pick(session, "las", f"bovenaan-{number}", until=today(), by=cast.noor) for number in range(3)]
    assert pick(session, "las", "bovenaan-0", until=today() + timedelta(days=3), by=cast.noor).id == made[0].id
    with pytest.raises(Invalid):
        pick(session, "las", "bovenaan-3", until=today(), by=cast.noor)
    unpick(session, made[1].id, by=cast.noor)
    assert shown(session, "las", cast.nobody) == ["bovenaan-0", "bovenaan-2"]


def test_a_piece_is_picked_once_for_a_question(session: Session, cast: Cast) -> None:
    published(session, cast, slug="stuk")
    first = pick(session, "cobot", "stuk", until=today(), by=cast.noor)
    assert pick(session, "Cobot", "stuk", until=today(), by=cast.noor).id == first.id
    again = Pick(question=first.question, written="x", piece_id=first.piece_id, until=first.until)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(again)
