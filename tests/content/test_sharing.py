"""The picture beside a link: drawn when a piece is published, only for pieces that everybody sees."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlmodel import Session, select

from app.core.database import Database
from app.core.errors import NotFound
from app.core.files import storage
from app.core.settings import settings
from app.core.working import work_off
from content import share_image
from content.models import Article
from content.publishing import publish, show_to, withdraw
from content.share_image import HEIGHT, WIDTH, Words, draw, words_of
from content.sharing import shared_image
from content.shelves import listed
from content.snapshot import Profile, Visibility
from content.writing import draft_of, revise, save_draft
from tests.cast import Cast, published

CASE = Words("Praktijkcase", "Een lascel", "Kwelderstaal", "lascel", "22%", "41%", "", "+86%", "Boogtijd per dienst")


def kept() -> list[Path]:
    return sorted((settings().data_dir / "files" / "made").rglob("*.png"))


def opened(drawn: bytes) -> Image.Image:
    return Image.open(BytesIO(drawn))


def words(session: Session, article: Article) -> Words:
    (row,) = listed(session, [article.id])
    return words_of(row)


def test_a_picture_is_what_networks_show_and_small_enough_for_them() -> None:
    drawn = draw(CASE)
    assert drawn == draw(CASE)
    assert (opened(drawn).format, opened(drawn).size) == ("PNG", (WIDTH, HEIGHT))
    assert len(drawn) < 60_000


def test_the_measured_result_is_the_largest_thing() -> None:
    picture = opened(draw(CASE)).convert("RGB")
    blue = Image.new("RGB", picture.size, share_image.BLUE)
    rows = [
        y for y in range(HEIGHT) if blue.getpixel((0, 0)) in picture.crop((0, y, WIDTH, y + 1)).get_flattened_data()
    ]
    assert max(rows) - min(rows) > 90


@pytest.mark.parametrize("length", [1, 30, 110, 300])
def test_whatever_the_length_everything_stays_inside(length: int) -> None:
    long = Words("Les", "W" * length, "m" * length, "x", "1.234.567,89", "9.876.543,21", "stuks", "+700%", "i" * length)
    picture = opened(draw(long)).convert("RGB")
    margin = picture.crop((WIDTH - 20, 0, WIDTH, HEIGHT - share_image.STRIP - 1))
    assert set(margin.get_flattened_data()) == {(247, 248, 245)}


def test_each_kind_shows_what_it_is_about(session: Session, cast: Cast) -> None:
    case = words(session, published(session, cast, "case_study"))
    assert (case.before, case.after, case.unit, case.change, case.about) == ("34", "21", "min", "−38%", "Omsteltijd")
    lesson = words(session, published(session, cast, "lesson"))
    assert lesson.title == "Meet eerst, koop daarna."
    technology = words(session, published(session, cast, "technology"))
    assert technology.after == "€\xa06.000 tot €\xa055.000"


def test_an_english_piece_has_english_words(session: Session, cast: Cast) -> None:
    assert words(session, published(session, cast, "technology", language="en")).after == "€6,000 to €55,000"


def test_a_company_that_is_not_named_stays_so(session: Session, cast: Cast) -> None:
    article = published(
        session,
        cast,
        "case_study",
        told={"company_size_fte": None},
        anonymous=Profile(sector="25", size_band="50-250", province="drenthe"),
    )
    assert words(session, article).foot == "Bedrijf niet genoemd"


def test_publishing_draws_it_a_new_version_draws_it_anew(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        article = published(session, cast, "case_study")
    work_off()
    (first,) = kept()
    with database.writing() as session:
        article = session.get_one(Article, article.id)
        text = draft_of(session, article).content
        save_draft(session, article, text.model_copy(update={"title": "Een andere kop"}), by=cast.femke)
        revise(session, article, by=cast.femke)
        publish(session, article, by=cast.femke)
    work_off()
    (second,) = kept()
    assert first != second
    with database.reading() as session:
        assert shared_image(session, session.get_one(Article, article.id)) == second.read_bytes()


def test_it_goes_with_the_piece(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        hidden, taken_back, members = (published(session, cast) for _ in range(3))
        show_to(session, members, Visibility.MEMBERS, by=cast.femke, allowed=set())
    work_off()
    assert len(kept()) == 2
    with database.writing() as session:
        show_to(session, session.get_one(Article, hidden.id), Visibility.MEMBERS, by=cast.femke, allowed=set())
        withdraw(session, session.get_one(Article, taken_back.id), by=cast.femke, reason_nl="Klopt niet.")
    work_off()
    assert kept() == []
    with database.reading() as session:
        for article in session.exec(select(Article)).all():
            with pytest.raises(NotFound):
                shared_image(session, article)


def test_one_that_no_job_came_to_is_drawn_when_it_is_asked_for(session: Session, cast: Cast) -> None:
    article = published(session, cast, "case_study")
    assert kept() == []
    assert opened(shared_image(session, article)).size == (WIDTH, HEIGHT)
    assert len(kept()) == 1


def test_nothing_is_kept_under_a_name_that_leads_elsewhere() -> None:
    for name in ("../x", "share/1", "share/1/../../x", "share/x/y.png", "/share/1/y.png"):
        with pytest.raises(NotFound):
            storage().keep_made(name, b"")


def test_the_picture_of_other_pages_is_the_one_that_is_drawn() -> None:
    committed = Path(__file__).parents[2] / "static" / "icons" / "share.png"
    assert opened(committed.read_bytes()).size == (WIDTH, HEIGHT)
    assert committed.read_bytes() == share_image.house()
