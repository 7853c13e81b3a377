import pytest
from sqlmodel import Session, select

from app.people.models import User, UserState
from content import shelves
from content.authorship import contact_for, written_by, wrote_with
from content.models import Piece
from content.snapshot import Visibility
from content.subjects import Pilot
from tests.cast import Cast, published

pytestmark = pytest.mark.whole


def user(session: Session, handle: str) -> User:
    return session.exec(select(User).where(User.handle == handle)).one()


def test_a_shelf_holds_what_a_person_wrote_whichever_author_they_are(session: Session, cast: Cast) -> None:
    mine = published(session, cast, authors=("femke",))
    ours = published(session, cast, authors=("aafke", "femke"))
    published(session, cast, authors=("aafke",))
    found = shelves.shelf(session, cast.nobody, language="nl", where=[written_by(user(session, "femke").id)])
    assert {row.article.id for row in found.items} == {mine.id, ours.id}


def test_co_authors_are_counted_by_piece_and_as_far_as_the_reader_sees(session: Session, cast: Cast) -> None:
    first = published(session, cast, authors=("femke", "aafke"))
    published(session, cast, authors=("femke", "aafke"), language="en", piece=session.get_one(Piece, first.piece_id))
    published(session, cast, authors=("sjoerd", "femke", "aafke"), visibility=Visibility.MEMBERS)
    femke = user(session, "femke").id

    def names(reader: str) -> list[tuple[str, int]]:
        return [(other.handle, pieces) for other, pieces in wrote_with(session, getattr(cast, reader), femke)]

    assert names("nobody") == [("aafke", 1)]
    assert names("sjoerd") == [("aafke", 2), ("sjoerd", 1)]


def test_somebody_who_is_gone_is_no_co_author(session: Session, cast: Cast) -> None:
    published(session, cast, authors=("femke", "aafke"))
    user(session, "aafke").state = UserState.ERASED
    session.flush()
    assert wrote_with(session, cast.nobody, user(session, "femke").id) == []


def test_a_contact_knows_their_pilots(session: Session, cast: Cast) -> None:
    femke = user(session, "femke").id
    for number, contact in ((92, femke), (91, femke), (93, None)):
        session.add(Pilot(slug=f"p{number}", number=number, name_nl="a", name_en="a", contact_id=contact))
    session.flush()
    assert [pilot.number for pilot in contact_for(session, femke)] == [91, 92]
