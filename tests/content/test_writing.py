"""Starting, saving and putting aside."""

from itertools import count

import pytest
from sqlalchemy import func
from sqlmodel import Session, select

from app.core.database import Database
from app.core.errors import Conflict, Invalid, NotAllowed
from content.drafting import save
from content.models import Article, Draft, OldSlug, Piece, Revision
from content.snapshot import Contribution, Part, Profile, Snapshot, Visibility
from content.writing import draft_of, newest_revision, revise, save_draft, start
from tests.cast import Cast, content, draft

NUMBERS = count(1000)


def begin(session: Session, cast: Cast, slug: str, *, piece: Piece | None = None, language: str = "nl") -> Article:
    if piece is None:
        piece = Piece(key=f"piece-{next(NUMBERS)}", kind="lesson")
        session.add(piece)
        session.flush()
    return start(
        session,
        piece=piece,
        language=language,
        slug=slug,
        owner_id=cast.kennislab.id,
        visibility=Visibility.MEMBERS,
        content=content(),
        by=cast.femke,
    )


def revisions(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Revision)).one()


def test_the_same_text_twice_is_one_revision(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    first = newest_revision(session, article)
    assert revise(session, article, by=cast.femke) is first
    assert revisions(session) == 1


def test_the_same_text_from_a_form_and_from_the_database_is_one_revision(session: Session, cast: Cast) -> None:
    article = draft(session, cast, "technology")
    told = {"cost_range_eur": (6000, 55000), "lead_time_weeks": (6, 26), "skills": ("meten",)}
    save_draft(session, article, content("technology", told=told), by=cast.femke)
    revise(session, article, by=cast.femke)
    assert revisions(session) == 1


def test_another_text_is_another_revision_with_the_next_number(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    save_draft(session, article, content(title="Meet het twee keer"), by=cast.femke)
    second = revise(session, article, by=cast.femke, note="Nog eens gemeten.")
    assert (second.number, article.newest_revision, second.note) == (2, 2, "Nog eens gemeten.")
    assert second.published_number is None


def test_a_revision_holds_its_html_headings_and_plain_text(session: Session, cast: Cast) -> None:
    revision = newest_revision(session, draft(session, cast, body="## Wat er gebeurde\n\nDe **mal** paste niet."))
    assert revision is not None
    assert "<strong>mal</strong>" in revision.html
    assert [(heading["level"], heading["text"]) for heading in revision.headings] == [(2, "Wat er gebeurde")]
    assert revision.plain == "Wat er gebeurde\nDe mal paste niet."


def test_a_revision_needs_what_its_kind_needs(session: Session, cast: Cast) -> None:
    article = draft(session, cast, "case_study")
    for told, field in (
        ({"metrics": []}, "metrics"),
        ({"trl_end": 10}, "trl_end"),
        ({"investment_eur": -1}, "investment_eur"),
        ({"verification": "my uncle"}, "verification"),
    ):
        save_draft(session, article, content("case_study", told=told), by=cast.femke)
        with pytest.raises(Invalid) as problem:
            revise(session, article, by=cast.femke)
        assert problem.value.field == field
    assert revisions(session) == 1


def test_a_draft_may_have_gaps(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    save_draft(session, article, Snapshot(title=""), by=cast.femke)
    assert draft_of(session, article).content.title == ""
    with pytest.raises(Invalid):
        revise(session, article, by=cast.femke)


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"municipality": "emmen"}, "municipality"), ({"told": {"company_size_fte": 65}}, "company_size_fte")],
)
def test_an_anonymous_piece_gives_no_place_and_no_exact_size(
    session: Session, cast: Cast, changes: dict[str, object], field: str
) -> None:
    article = draft(session, cast, "case_study")
    profile = Profile(sector="25", size_band="10-49", province="drenthe")
    hidden = {"told": {"company_size_fte": None}, **changes}
    save_draft(session, article, content("case_study", anonymous=profile, **hidden), by=cast.femke)
    with pytest.raises(Invalid) as problem:
        revise(session, article, by=cast.femke)
    assert problem.value.field == field


def test_an_anonymous_piece_names_only_who_helped_to_measure() -> None:
    everybody = tuple(Contribution(organisation=f"o-{part}", part=part) for part in Part)
    hidden = content(organisations=everybody, anonymous=Profile(sector="25", size_band="10-49", province="drenthe"))
    assert [told.organisation for told in hidden.named] == ["o-knowledge_partner"]
    assert content(organisations=everybody).named == everybody


def test_a_draft_that_somebody_else_saved_meanwhile_is_a_conflict(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    seen = draft_of(session, article).version
    saved = save(session, article, content(title="Van de collega"), by=cast.femke, seen_version=seen)
    with pytest.raises(Conflict):
        save(session, article, content(title="Van mij"), by=cast.femke, seen_version=seen)
    save(session, article, content(title="Van mij"), by=cast.femke, seen_version=saved.version)


def test_saving_a_row_read_before_somebody_else_changed_it_is_a_conflict(database: Database) -> None:
    with database.writing() as session:
        id_ = draft(session, Cast.in_(session)).id
    with database.reading() as session:
        stale = session.get_one(Article, id_)
    with database.writing() as session:
        session.get_one(Article, id_).slug = "andere-naam"
    stale.slug = "mijn-naam"
    with pytest.raises(Conflict), database.writing() as session:
        session.add(stale)
    with database.reading() as session:
        assert session.get_one(Article, id_).slug == "andere-naam"


@pytest.mark.parametrize("slug", ["praktijkcases", "lessen", "techniek"])
def test_the_word_of_a_whole_shelf_is_no_address(session: Session, cast: Cast, slug: str) -> None:
    with pytest.raises(Invalid):
        begin(session, cast, slug)


@pytest.mark.parametrize("slug", ["", "Hoofd", "met spatie", "a--b", "-a", "a/b", "a.md", "é", "a" * 121])
def test_an_address_is_plain_and_short(session: Session, cast: Cast, slug: str) -> None:
    with pytest.raises(Invalid):
        begin(session, cast, slug)


def test_an_address_that_is_or_was_taken_is_a_conflict(session: Session, cast: Cast) -> None:
    article = begin(session, cast, "meet-eerst")
    session.add(OldSlug(slug="meet-ooit", article_id=article.id))
    session.flush()
    for slug in ("meet-eerst", "meet-ooit"):
        with pytest.raises(Conflict):
            begin(session, cast, slug)


def test_a_piece_has_one_version_in_a_language(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        article = begin(session, cast, "meet-eerst")
    with database.writing() as session:
        begin(session, cast, "measure-first", piece=session.get_one(Piece, article.piece_id), language="en")
    with pytest.raises(Conflict), database.writing() as session:
        begin(session, cast, "meet-nog-eens", piece=session.get_one(Piece, article.piece_id))
    with database.reading() as session:
        assert len(session.exec(select(Article)).all()) == 2
        assert len(session.exec(select(Draft)).all()) == 2


def test_all_languages_of_a_piece_have_one_owner(session: Session, cast: Cast) -> None:
    piece = session.get_one(Piece, begin(session, cast, "meet-eerst").piece_id)
    told = {"piece": piece, "language": "en", "visibility": Visibility.EVERYONE, "content": content()}
    with pytest.raises(Conflict):
        start(session, slug="measure-first", owner_id=cast.woldzicht.id, by=cast.noor, **told)
    assert start(session, slug="measure-first", owner_id=cast.kennislab.id, by=cast.noor, **told).language == "en"


def test_only_editors_of_the_owner_write(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    for actor in (cast.sjoerd, cast.aafke, cast.hinke, cast.okke, cast.nobody):
        with pytest.raises(NotAllowed):
            save_draft(session, article, content(title="Van een ander"), by=actor)
        with pytest.raises(NotAllowed):
            revise(session, article, by=actor)
    save_draft(session, article, content(title="Van de beheerder"), by=cast.noor)
