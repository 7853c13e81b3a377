import pytest
from sqlmodel import Session, select

from app.core.errors import NotFound
from app.people.finding import person_at, places, topics_known, who_knows
from app.people.models import User, UserState
from app.people.region import Municipality
from tests.cast import Cast


def user(session: Session, handle: str) -> User:
    return session.exec(select(User).where(User.handle == handle)).one()


def know(session: Session, **topics: list[str]) -> None:
    for handle, slugs in topics.items():
        user(session, handle).topics = slugs
    session.flush()


def test_a_person_who_wants_a_page_is_found_at_its_address(session: Session, cast: Cast) -> None:
    assert person_at(session, "femke").name == "Femke Hoekstra"


def asked(session: Session, topics: list[str] | None, *, size: int, page: int = 1) -> list[str]:
    return [one.handle for one in who_knows(session, topics, page=page, size=size).items]


@pytest.mark.parametrize(
    "change", [{"has_profile": False}, {"state": UserState.ERASED}, {"state": UserState.MAIL_ONLY}]
)
def test_everybody_else_is_told_like_nobody_at_all(session: Session, cast: Cast, change: dict[str, object]) -> None:
    for name, value in change.items():
        setattr(user(session, "femke"), name, value)
    session.flush()
    with pytest.raises(NotFound) as hidden:
        person_at(session, "femke")
    with pytest.raises(NotFound) as absent:
        person_at(session, "niemand")
    assert hidden.value.sentence == absent.value.sentence


def test_people_are_found_by_what_they_know_by_name(session: Session, cast: Cast) -> None:
    know(session, femke=["mes", "cobots"], aafke=["cobots"], sjoerd=["simulation"])
    assert asked(session, ["cobots", "mes"], size=5) == ["aafke", "femke"]
    assert asked(session, ["cobots"], size=1) == ["aafke"]


def test_a_topic_is_found_whole(session: Session, cast: Cast) -> None:
    know(session, femke=["machine-vision"])
    assert asked(session, ["machine"], size=5) == []
    assert asked(session, ["%"], size=5) == []
    assert asked(session, ["machine_vision"], size=5) == []


def test_who_wants_no_page_is_nobody_to_ask(session: Session, cast: Cast) -> None:
    know(session, femke=["mes"], aafke=["mes"])
    user(session, "femke").has_profile = False
    user(session, "aafke").state = UserState.ERASED
    session.flush()
    assert asked(session, ["mes"], size=5) == []


def test_who_keeps_their_topics_to_themselves_is_not_found_by_them(session: Session, cast: Cast) -> None:
    know(session, femke=["mes", "cobots", "mes"], aafke=["mes"])
    assert topics_known(session) == {"mes": 2, "cobots": 1}
    user(session, "femke").hides = ["topics"]
    session.flush()
    assert asked(session, ["mes"], size=5) == ["aafke"]
    assert topics_known(session) == {"mes": 1}
    assert "femke" in asked(session, None, size=20)


def test_everybody_with_a_page_comes_page_by_page(session: Session, cast: Cast) -> None:
    user(session, "sjoerd").has_profile = False
    session.flush()
    found = who_knows(session, None, size=2)
    assert (found.total, found.last) == (5, 3)
    everybody = [handle for page in (1, 2, 3) for handle in asked(session, None, size=2, page=page)]
    assert everybody == ["aafke", "femke", "hinke", "noor", "okke"]


def test_without_a_topic_there_is_nobody_to_ask(session: Session, cast: Cast) -> None:
    assert asked(session, [], size=5) == []


def test_places_come_with_their_provinces(session: Session) -> None:
    assen = session.exec(select(Municipality).where(Municipality.slug == "assen")).one()
    found = places(session, [assen.id, None])
    assert {id_: (town.slug, province.slug) for id_, (town, province) in found.items()} == {
        assen.id: ("assen", "drenthe")
    }
