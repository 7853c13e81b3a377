"""A file that was made more private stays that, whichever version is asked for it."""

import pytest
from sqlmodel import Session

from app.core.errors import NotFound
from content.attaching import attached, keep_file, offered_files, picture
from content.drafting import restore
from content.models import Attachment
from content.publishing import publish
from content.reading import open_article
from content.seed import source
from content.snapshot import FileUse, Visibility
from content.tightening import strictest
from content.writing import draft_of, newest_revision, revise, save_draft
from tests.cast import Cast, draft

pytestmark = pytest.mark.whole

DRAWING = source.file("keurstation.svg")
PRICES = b"deel;prijs\n1;4200\n"
MEMBERS, SOME = Visibility.MEMBERS, Visibility.ORGANISATIONS


class Piece:
    """A piece for everyone that appears with these files, again and again."""

    def __init__(self, session: Session, cast: Cast) -> None:
        self.session, self.cast, self.article = session, cast, draft(session, cast)

    def kept(self, name: str, data: bytes) -> Attachment:
        return keep_file(self.session, self.article, name, data, by=self.cast.femke)

    def appears(self, *told: tuple[Attachment, Visibility | None]) -> None:
        uses = tuple(FileUse(name=kept.name, hash=kept.hash, visibility=visibility) for kept, visibility in told)
        content = draft_of(self.session, self.article).content.model_copy(
            update={"files": uses, "title": f"Titel {self.article.live_number}"}
        )
        save_draft(self.session, self.article, content, by=self.cast.femke)
        revise(self.session, self.article, by=self.cast.femke)
        publish(self.session, self.article, by=self.cast.femke)

    def opens(self, name: str, version: int | None = None, to: str = "nobody") -> bool:
        try:
            attached(self.session, self.article, name, self.cast.everybody[to], number=version)
        except NotFound:
            return False
        return True

    def shows(self, kept: Attachment, to: str = "nobody") -> bool:
        try:
            picture(self.session, kept.hash, self.cast.everybody[to])
        except NotFound:
            return False
        return True


@pytest.fixture
def piece(session: Session, cast: Cast) -> Piece:
    return Piece(session, cast)


def test_a_file_that_became_more_private_is_so_in_older_versions(piece: Piece) -> None:
    prices, cell = piece.kept("prijs.csv", PRICES), piece.kept("cel.svg", DRAWING)
    piece.appears((prices, None), (cell, None))
    assert piece.opens("prijs.csv", 1)
    piece.appears((prices, MEMBERS), (cell, SOME))
    assert not any(piece.opens("prijs.csv", version) for version in (None, 1, 2))
    assert all(piece.opens("prijs.csv", version, "aafke") for version in (None, 1, 2))
    assert [piece.shows(cell, to) for to in ("nobody", "aafke", "femke", "noor")] == [False, False, True, True]
    page = open_article(piece.session, piece.article, piece.cast.nobody, number=1)
    assert page.files == []
    seen = open_article(piece.session, piece.article, piece.cast.noor, number=1)
    assert [offered.use.visibility for offered in seen.files] == [MEMBERS, SOME]


def test_it_stays_so_when_it_is_taken_out_or_another_comes_in_its_place(piece: Piece) -> None:
    prices, cell = piece.kept("prijs.csv", PRICES), piece.kept("cel.svg", DRAWING)
    other = piece.kept("prijs.csv", PRICES + b"2;1\n")
    piece.appears((prices, None), (cell, None))
    piece.appears((prices, MEMBERS), (cell, MEMBERS))
    piece.appears((other, None))
    assert [piece.opens("prijs.csv", version) for version in (1, 2, 3)] == [False, False, True]
    assert not piece.shows(cell)
    assert piece.shows(cell, "aafke")


def test_what_is_shown_to_more_people_again_is_shown_as_each_version_said(piece: Piece) -> None:
    """The live version decides; one of before may be stricter."""
    prices = piece.kept("prijs.csv", PRICES)
    for visibility in (None, MEMBERS, None):
        piece.appears((prices, visibility))
    assert [piece.opens("prijs.csv", version) for version in (1, 2, 3)] == [True, False, True]


def test_only_taking_a_file_out_makes_no_older_version_more_private(piece: Piece) -> None:
    prices, cell = piece.kept("prijs.csv", PRICES), piece.kept("cel.svg", DRAWING)
    piece.appears((prices, None), (cell, None))
    piece.appears()
    assert piece.opens("prijs.csv", 1)
    assert piece.shows(cell)


def test_an_older_text_that_is_taken_back_shows_no_file_to_more_people(piece: Piece, session: Session) -> None:
    article, prices = piece.article, piece.kept("prijs.csv", PRICES)
    piece.appears((prices, None))
    first = article.newest_revision
    piece.appears((prices, MEMBERS))
    for files in (draft_of(session, article).content.files, ()):
        content = draft_of(session, article).content.model_copy(update={"files": files})
        save_draft(session, article, content, by=piece.cast.femke)
        seen = draft_of(session, article).version
        restored = restore(session, article, first, by=piece.cast.femke, seen_version=seen)
        assert [use.visibility for use in restored.content.files] == [MEMBERS]
    revise(session, article, by=piece.cast.femke)
    publish(session, article, by=piece.cast.femke)
    assert not any(piece.opens("prijs.csv", version) for version in (None, 1, 2, 3))


def test_a_text_on_its_way_says_itself_for_whom_its_files_are(piece: Piece, session: Session) -> None:
    article, prices = piece.article, piece.kept("prijs.csv", PRICES)
    piece.appears((prices, MEMBERS))
    use = FileUse(name=prices.name, hash=prices.hash)
    content = draft_of(session, article).content.model_copy(update={"files": (use,)})
    save_draft(session, article, content, by=piece.cast.femke)
    on_its_way = revise(session, article, by=piece.cast.femke)
    assert newest_revision(session, article) is on_its_way
    assert [each.use for each in offered_files(session, article, on_its_way, piece.cast.noor)] == [use]


def test_the_strictest_of_nothing_is_what_holds_for_the_piece() -> None:
    assert strictest([]) is None
    assert strictest([None, Visibility.EVERYONE]) == Visibility.EVERYONE
    assert strictest([SOME, MEMBERS, None]) == SOME
