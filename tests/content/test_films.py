"""Films and their captions: one belongs to the other, is as private, and is asked for before a piece is sent in."""

import pytest
from sqlmodel import Session

from app.core.errors import Invalid
from content import filing
from content.attaching import offered_files
from content.checking import needs
from content.drafting import begin
from content.filing import Told
from content.films import captions_of, film_of, poster_of, uncaptioned, with_their_captions
from content.models import Article
from content.preparing import prepare_file
from content.snapshot import FileUse, Visibility
from content.writing import draft_of, put_aside
from tests.cast import Cast

FILM = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08mdat"
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nDe mal past niet.\n"


@pytest.fixture
def piece(session: Session, cast: Cast) -> Article:
    """A lesson with a film."""
    article = begin(session, kind="lesson", language="nl", owner=cast.kennislab, by=cast.femke)
    filing.add(session, article, prepare_file("cel.mp4", FILM), by=cast.femke)
    return article


def files(session: Session, article: Article) -> dict[str, FileUse]:
    return {use.name: use for use in draft_of(session, article).content.files}


def about_captions(session: Session, article: Article) -> list[str]:
    content = draft_of(session, article).content
    return [need.sentence for need in needs(session, article, content) if need.blocks and "cel.mp4" in need.sentence]


def test_what_belongs_to_a_film_has_its_name() -> None:
    film, captions, poster = (FileUse(name=name, hash="") for name in ("cel.mp4", "cel.vtt", "cel.jpg"))
    every = (FileUse(name="celx.vtt", hash=""), film, captions, poster)
    assert (captions_of(every, film), poster_of(every, film), film_of(every, captions)) == (captions, poster, film)
    assert film_of(every, poster) is None
    assert uncaptioned(every) == []
    assert uncaptioned((film, poster)) == ["cel.mp4"]


def test_captions_are_asked_for_until_they_are_there_or_nothing_is_said(
    session: Session, cast: Cast, piece: Article
) -> None:
    assert len(about_captions(session, piece)) == 1
    filing.describe(session, piece, "cel.mp4", Told(is_decorative=True), by=cast.femke)
    assert about_captions(session, piece) == []
    filing.describe(session, piece, "cel.mp4", Told(), by=cast.femke)
    filing.caption(session, piece, "cel.mp4", prepare_file("welke-naam-ook.vtt", CAPTIONS), by=cast.femke)
    assert about_captions(session, piece) == []
    assert set(files(session, piece)) == {"cel.mp4", "cel.vtt"}
    assert not files(session, piece)["cel.vtt"].listed
    other = CAPTIONS.replace(b"niet", b"nu wel")
    filing.caption(session, piece, "cel.mp4", prepare_file("x.vtt", other), by=cast.femke)
    assert set(files(session, piece)) == {"cel.mp4", "cel.vtt"}


def test_captions_are_as_private_as_their_film(session: Session, cast: Cast, piece: Article) -> None:
    filing.describe(session, piece, "cel.mp4", Told(visibility=Visibility.ORGANISATIONS), by=cast.femke)
    filing.caption(session, piece, "cel.mp4", prepare_file("x.vtt", CAPTIONS), by=cast.femke)
    assert files(session, piece)["cel.vtt"].visibility == Visibility.ORGANISATIONS
    filing.describe(session, piece, "cel.vtt", Told(visibility=None), by=cast.femke)
    assert files(session, piece)["cel.vtt"].visibility == Visibility.ORGANISATIONS
    revision = put_aside(session, piece, by=cast.femke)
    offered = [offered_files(session, piece, revision, who) for who in (cast.aafke, cast.femke)]
    assert [{each.use.name for each in some} for some in offered] == [set(), {"cel.mp4", "cel.vtt"}]
    filing.describe(session, piece, "cel.mp4", Told(), by=cast.femke)
    assert files(session, piece)["cel.vtt"].visibility is None


@pytest.mark.parametrize("wrong", ["cel.csv", "meting.mp4"])
def test_only_a_film_gets_captions_and_only_webvtt_is_that(
    session: Session, cast: Cast, piece: Article, wrong: str
) -> None:
    filing.add(session, piece, prepare_file("tabel.csv", b"a;b\n1;2\n"), by=cast.femke)
    with pytest.raises(Invalid):
        filing.caption(session, piece, "tabel.csv", prepare_file("x.vtt", CAPTIONS), by=cast.femke)
    data = FILM if wrong.endswith("mp4") else b"a;b\n1;2\n"
    with pytest.raises(Invalid):
        filing.caption(session, piece, "cel.mp4", prepare_file(wrong, data), by=cast.femke)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a;b",
        b"WEBVTTX\n",
        b"\n\nWEBVTT",
        b"WEBVTT\n\0",
        b"\xff\xfeW\0E\0B\0V\0T\0T\0",
        b"<script>WEBVTT",
        b"%PDF-1.7",
    ],
)
def test_what_is_no_webvtt_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid):
        prepare_file("x.vtt", data)


@pytest.mark.parametrize("data", [b"WEBVTT", b"\xef\xbb\xbfWEBVTT - cel\r\n\r\n00:00.000 --> 00:01.000\r\nDag\r\n"])
def test_webvtt_is_taken_as_it_is(data: bytes) -> None:
    assert prepare_file("x.vtt", data).data == data


def test_captions_without_their_film_stay_what_they_are() -> None:
    alone = FileUse(name="x.vtt", hash="", visibility=Visibility.MEMBERS)
    assert with_their_captions((alone,)) == (alone,)
