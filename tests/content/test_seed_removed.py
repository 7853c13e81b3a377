"""`seed --remove` takes all examples out again and leaves what people built on them."""

from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, func, select

import app.reactions
import app.tables
from app.core.database import Database
from app.core.errors import NotFound
from app.core.files import storage
from app.core.jobs import Job
from app.people.models import Membership, Organisation, Role, User
from app.people.region import Municipality, Province, Sector
from app.people.signing_in import actor_for
from content.events import ArticleRemoved
from content.models import Article, Attachment, Piece
from content.publishing import publish
from content.seed.report import Change
from content.seed.seeding import is_empty, seed, unseed
from content.snapshot import Contribution, Part, Visibility
from content.subjects import GlossaryGroup, Pilot, Topic
from content.writing import draft_of, revise, save_draft, start
from tests.cast import content

pytestmark = pytest.mark.whole

STAYS = {Province, Municipality, Sector, Topic, GlossaryGroup}


def rows(database: Database) -> dict[str, int]:
    """Table -> number of rows, of those that hold any and are neither reference nor machinery."""
    machinery = {"epoch", "job", "due", "alembic_version", "searchstate"}
    reference = {table.__tablename__ for table in STAYS}
    with database.reading() as session:
        counted = {
            table.name: session.exec(select(func.count()).select_from(table)).one()
            for table in SQLModel.metadata.sorted_tables
            if table.name not in machinery | reference
        }
    return {name: many for name, many in counted.items() if many}


def user(session: Session, handle: str) -> User:
    return session.exec(select(User).where(User.handle == handle)).one()


def article(session: Session, slug: str) -> Article:
    return session.exec(select(Article).where(Article.slug == slug)).one()


def slugs(database: Database, table: Any) -> set[str]:
    with database.reading() as session:
        return set(session.exec(select(table.handle if table is User else table.slug)).all())


@pytest.fixture
def without_search(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Search forgets at once; the pieces it was told to forget."""
    told: list[int] = []
    monkeypatch.setattr(app.reactions, "settle", told.extend)
    return told


def follow(database: Database) -> None:
    """What follows from the removal."""
    with database.reading() as session:
        promised = [ArticleRemoved(**job.told) for job in session.exec(select(Job)).all() if job.told.get("piece_id")]
    for happened in promised:
        app.reactions.forget_removed_piece(happened)


def test_nothing_but_topics_regions_and_words_is_left(seeded: Database, without_search: list[int]) -> None:
    with seeded.reading() as session:
        files = set(session.exec(select(Attachment.hash)).all())
        pieces = set(session.exec(select(Piece.id)).all())
    report = unseed(seeded)
    follow(seeded)
    assert rows(seeded) == {}
    assert list(report) == ["Example content, removed: 36 organisations, 17 people, 10 pilots, 44 articles, 13 files."]
    assert set(without_search) == pieces
    assert not any(storage().exists(hash) for hash in files)
    with seeded.reading() as session:
        assert session.exec(select(func.count()).select_from(Topic)).one() == 47


def test_removing_twice_removes_nothing_more(seeded: Database) -> None:
    unseed(seeded)
    assert unseed(seeded).wrote_nothing


def test_after_removing_all_of_it_can_be_seeded_again(seeded: Database, without_search: list[int]) -> None:
    unseed(seeded)
    follow(seeded)
    assert is_empty(seeded)
    assert seed(seeded).count(Change.NEW) == 36 + 17 + 10 + 44
    assert seed(seeded).wrote_nothing


def test_seeding_before_search_has_forgotten_keeps_the_pieces(seeded: Database, without_search: list[int]) -> None:
    unseed(seeded)
    seed(seeded)
    follow(seeded)
    with seeded.reading() as session:
        assert session.exec(select(func.count()).select_from(Piece)).one() == 38


def test_removing_before_any_seeding_does_nothing(database: Database) -> None:
    assert unseed(database).wrote_nothing


def test_an_example_that_somebody_wrote_in_stays_with_all_it_needs(seeded: Database, without_search: list[int]) -> None:
    with seeded.writing() as session:
        edited, femke = article(session, "papierloze-werkorder-esdoorn"), actor_for(session, user(session, "femke"))
        changed = draft_of(session, edited).content.model_copy(update={"title": "Van Femke"})
        save_draft(session, edited, changed, by=femke)
        revise(session, edited, by=femke)
        publish(session, edited, by=femke)
    report = unseed(seeded)
    follow(seeded)
    assert "article papierloze-werkorder-esdoorn: stays, somebody wrote in it." in report.notes
    assert slugs(seeded, Article) == {"papierloze-werkorder-esdoorn"}
    assert {"femke", "albert"} <= slugs(seeded, User)
    assert {"kennislab-slim-maken", "esdoorn-projectmeubel"} <= slugs(seeded, Organisation)
    assert "papierloze-werkvloer" in slugs(seeded, Pilot)
    assert not {"geert", "sjoerd"} & slugs(seeded, User)
    with seeded.reading() as session:
        docx = session.exec(select(Attachment)).one()
        assert storage().exists(docx.hash)


def test_a_piece_of_your_own_keeps_the_examples_it_names(seeded: Database) -> None:
    with seeded.writing() as session:
        femke = actor_for(session, user(session, "femke"))
        owner = session.exec(select(Organisation).where(Organisation.slug == "kennislab-slim-maken")).one()
        piece = Piece(key="own", kind="lesson")
        session.add(piece)
        session.flush()
        own = start(
            session,
            piece=piece,
            language="nl",
            slug="eigen-stuk",
            owner_id=owner.id,
            visibility=Visibility.EVERYONE,
            content=content(
                pilot="nul-fouten",
                organisations=(Contribution(organisation="terp-kunststoffen", part=Part.LEAD),),
                authors=("femke", "aafke"),
            ),
            by=femke,
        )
        revise(session, own, by=femke)
        publish(session, own, by=femke)
    report = unseed(seeded)
    assert slugs(seeded, Article) == {"eigen-stuk"}
    assert {"femke", "aafke"} <= slugs(seeded, User)
    assert {"kennislab-slim-maken", "terp-kunststoffen"} <= slugs(seeded, Organisation)
    assert "organisation terp-kunststoffen: stays, something that stays needs it." in report.notes
    assert slugs(seeded, Pilot) == {"nul-fouten"}


def test_a_colleague_of_flesh_and_blood_keeps_their_organisation(seeded: Database) -> None:
    with seeded.writing() as session:
        session.add(you := User(handle="jij", name="Jij", mail="jij@bedrijf.example"))
        own = Organisation(slug="eigen-bedrijf", name="Eigen bedrijf", kind="sme")
        session.add(own)
        session.flush()
        nipt = session.exec(select(Organisation).where(Organisation.slug == "nipt")).one()
        session.add(Membership(user_id=you.id, organisation_id=nipt.id, role=Role.READER))
        session.add(Membership(user_id=user(session, "sjoerd").id, organisation_id=own.id, role=Role.READER))
    unseed(seeded)
    assert slugs(seeded, User) == {"jij", "sjoerd"}
    assert slugs(seeded, Organisation) == {"eigen-bedrijf", "nipt", "woldzicht-verspaning"}
    with seeded.reading() as session:
        assert session.exec(select(func.count()).select_from(Membership)).one() == 3


def test_what_somebody_changed_stays(seeded: Database) -> None:
    with seeded.writing() as session:
        user(session, "hinke").bio_nl = "Van Hinke zelf."
        session.exec(select(Pilot).where(Pilot.slug == "smart-sailing")).one().status = "finished"
    report = unseed(seeded)
    assert slugs(seeded, User) == {"hinke"}
    assert slugs(seeded, Organisation) == {"zijl-zuivelmachines"}
    assert slugs(seeded, Pilot) == {"smart-sailing"}
    assert "person hinke: stays, somebody changed it." in report.notes


def test_a_file_that_another_piece_uses_stays(seeded: Database) -> None:
    with seeded.writing() as session:
        edited, femke = article(session, "start-with-a-baseline"), actor_for(session, user(session, "femke"))
        changed = draft_of(session, edited).content.model_copy(update={"title": "By Femke"})
        save_draft(session, edited, changed, by=femke)
    unseed(seeded)
    with seeded.reading() as session:
        scan = session.exec(select(Attachment).where(col(Attachment.name) == "turflijst-ingevuld-scan.pdf")).one()
        assert storage().read(scan.hash)
    with pytest.raises(NotFound):
        storage().read("0" * 64)
