"""Files of a piece: kept clean and once, and opened for those they are for."""

import io

import pytest
from PIL import Image
from sqlmodel import Session, func, select

from app.core.errors import Invalid, NotAllowed, NotFound
from app.core.files import storage
from content.attaching import attached, keep_file, picture
from content.models import Article, Attachment
from content.preparing import prepare_apart, prepare_file
from content.publishing import publish, withdraw
from content.seed import source
from content.snapshot import FileUse, Visibility
from content.writing import newest_revision, revise, save_draft
from tests.cast import Cast, content, draft, published

pytestmark = pytest.mark.whole

PHOTO = source.file("lascel-tijdens-proef.jpg")
DRAWING = source.file("keurstation.svg")
TABLE = source.file("uitval-26-weken-terp.csv")


def use(session: Session, cast: Cast, article: Article, file: Attachment, **changes: object) -> None:
    """Put the file into the text, under "files" unless told otherwise."""
    uses = (FileUse(name=file.name, hash=file.hash, **changes),)
    body = (
        f'## Wat er gebeurde\n\n![De cel](files/{file.name} "Zo stond hij.")\n\nZie [het bestand](files/{file.name}).'
    )
    save_draft(session, article, content(files=uses, body=body), by=cast.femke)
    revise(session, article, by=cast.femke)


def test_a_photo_is_kept_upright_and_without_where_and_by_whom(session: Session, cast: Cast) -> None:
    assert Image.open(io.BytesIO(PHOTO)).getexif().get_ifd(0x8825)
    article = draft(session, cast)
    kept = keep_file(session, article, "Lascel tijdens proef.JPG", PHOTO, by=cast.femke)
    clean = Image.open(io.BytesIO(storage().read(kept.hash)))
    assert not clean.getexif()
    assert (kept.width, kept.height) == clean.size
    assert (kept.name, kept.media_type) == ("lascel-tijdens-proef.jpg", "image/jpeg")
    assert kept.size == len(storage().read(kept.hash))
    small = Image.open(io.BytesIO(storage().rendition(kept.hash, 480)))
    assert (small.format, small.width) == ("WEBP", 480)


def test_a_drawing_is_kept_clean_with_its_size(session: Session, cast: Cast) -> None:
    spoilt = DRAWING.replace(b"<title", b"<metadata>by me</metadata><title", 1)
    kept = keep_file(session, draft(session, cast), "keurstation.svg", spoilt, by=cast.femke)
    assert b"by me" not in storage().read(kept.hash)
    assert kept.width
    assert kept.height


def test_an_active_drawing_or_a_lying_name_is_refused_and_nothing_is_kept(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    for name, data in (
        ("x.svg", DRAWING.replace(b"<title", b"<script>alert(1)</script><title", 1)),
        ("x.pdf", PHOTO),
        ("x.jpg", b"\xff\xd8\xff\xe0 no picture at all"),
        ("x.exe", b"MZ"),
        ("x.csv", b""),
    ):
        with pytest.raises(Invalid):
            keep_file(session, article, name, data, by=cast.femke)
    assert session.exec(select(func.count()).select_from(Attachment)).one() == 0


def test_the_same_file_twice_is_kept_once(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    first = keep_file(session, article, "uitval.csv", TABLE, by=cast.femke)
    assert keep_file(session, article, "uitval.csv", TABLE, by=cast.femke) is first
    other = keep_file(session, article, "uitval.csv", TABLE + b"27;1;1\n", by=cast.femke)
    assert other.hash != first.hash


def test_preparing_gives_the_same_for_the_same_file() -> None:
    assert prepare_file("a.jpg", PHOTO) == prepare_file("a.jpg", PHOTO) == prepare_apart("a.jpg", PHOTO)
    assert prepare_file("a.jpg", PHOTO).renditions
    assert not prepare_file("a.svg", DRAWING).renditions
    assert not prepare_file("a.csv", TABLE).renditions


def test_only_editors_of_the_owner_keep_files(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    for actor in (cast.sjoerd, cast.aafke, cast.hinke, cast.okke, cast.nobody):
        with pytest.raises(NotAllowed):
            keep_file(session, article, "uitval.csv", TABLE, by=actor)


def test_a_text_shows_its_pictures_and_leads_to_its_files(session: Session, cast: Cast) -> None:
    article = draft(session, cast, slug="meet-eerst")
    photo = keep_file(session, article, "cel.jpg", PHOTO, by=cast.femke)
    use(session, cast, article, photo)
    revision = newest_revision(session, article)
    assert revision is not None
    assert f"/beeld/{photo.hash}/480.webp" in revision.html
    assert "/kennis/meet-eerst/bijlagen/cel.jpg" in revision.html


def test_two_names_for_the_same_picture_are_both_shown(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    for name in ("a.svg", "b.svg"):
        keep_file(session, article, name, DRAWING, by=cast.femke)
    hash = prepare_file("a.svg", DRAWING).hash
    uses = tuple(FileUse(name=name, hash=hash, listed=False) for name in ("a.svg", "b.svg"))
    body = '![Een](files/a.svg "Een.")\n\n![Twee](files/b.svg "Twee.")'
    save_draft(session, article, content(files=uses, body=body), by=cast.femke)
    assert revise(session, article, by=cast.femke).html.count("<img") == 2


@pytest.mark.parametrize(
    ("of_piece", "of_file", "opens"),
    [
        (Visibility.EVERYONE, None, {"femke", "sjoerd", "noor", "aafke", "hinke", "okke", "nobody"}),
        (Visibility.EVERYONE, Visibility.MEMBERS, {"femke", "sjoerd", "noor", "aafke"}),
        (Visibility.MEMBERS, None, {"femke", "sjoerd", "noor", "aafke"}),
        (Visibility.MEMBERS, Visibility.EVERYONE, {"femke", "sjoerd", "noor", "aafke"}),
        (Visibility.MEMBERS, Visibility.ORGANISATIONS, {"femke", "noor"}),
    ],
)
def test_a_picture_opens_for_those_who_see_or_change_a_piece_that_shows_it(
    session: Session, cast: Cast, of_piece: Visibility, of_file: Visibility | None, opens: set[str]
) -> None:
    article = draft(session, cast, visibility=of_piece)
    photo = keep_file(session, article, "cel.jpg", PHOTO, by=cast.femke)
    use(session, cast, article, photo, visibility=of_file)
    authors = {"femke", "noor"}
    assert _opened(session, cast, photo) == authors
    publish(session, article, by=cast.femke)
    assert _opened(session, cast, photo) == opens
    withdraw(session, article, by=cast.femke, reason_nl="Weg.")
    assert _opened(session, cast, photo) == authors


def _opened(session: Session, cast: Cast, photo: Attachment) -> set[str]:
    found = set()
    for name, actor in cast.everybody.items():
        try:
            picture(session, photo.hash, actor)
        except NotFound:
            continue
        found.add(name)
    return found


def test_a_file_of_an_old_version_stays_with_that_version(session: Session, cast: Cast) -> None:
    article = published(session, cast)
    for rows in (TABLE, TABLE + b"27;1;1\n"):
        use(session, cast, article, keep_file(session, article, "uitval.csv", rows, by=cast.femke))
        publish(session, article, by=cast.femke)
    sizes = [attached(session, article, "uitval.csv", cast.nobody, number=number).attachment.size for number in (2, 3)]
    assert sizes == [len(TABLE), len(TABLE) + 7]
    assert attached(session, article, "uitval.csv", cast.nobody).attachment.size == sizes[1]
    with pytest.raises(NotFound):
        attached(session, article, "uitval.csv", cast.nobody, number=1)
