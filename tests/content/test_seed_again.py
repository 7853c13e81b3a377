"""Seeding may be repeated: nothing is written twice, what a person wrote is left, a cut-off run is completed."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, col, delete, select, update

import app.tables  # noqa: F401 - every table is looked at
from app.core.clock import now
from app.core.database import Database
from app.core.jobs import Job
from app.people.actor import Actor
from app.people.models import Membership, Organisation, User
from app.people.signing_in import actor_for
from content.models import Article, ArticleOrganisation, Piece, Stage
from content.publishing import move_to, publish, withdraw
from content.seed import pieces, source
from content.seed.reference import load_reference
from content.seed.report import Change
from content.seed.seeding import is_complete, is_empty, seed
from content.snapshot import Visibility
from content.subjects import Pilot, PilotOrganisation, Topic
from content.writing import draft_of, revise, save_draft, start
from tests.cast import Cast, content, published

pytestmark = pytest.mark.whole

ROOT = Path(__file__).parents[2]


def everything(database: Database) -> dict[str, list[Any]]:
    """Every row of every table."""
    with database.reading() as session:
        return {
            table.name: sorted(map(repr, session.connection().execute(table.select()).all()))
            for table in SQLModel.metadata.sorted_tables
        }


def article(session: Session, slug: str) -> Article:
    return session.exec(select(Article).where(Article.slug == slug)).one()


def tell_otherwise(monkeypatch: pytest.MonkeyPatch, slug: str, **changes: Any) -> None:
    """As if the file of this article had been changed."""
    told = [
        (*versions[:-1], versions[-1].model_copy(update=changes)) if versions[-1].slug == slug else versions
        for versions in source.articles()
    ]
    monkeypatch.setattr(source, "articles", lambda: told)


def read_otherwise(monkeypatch: pytest.MonkeyPatch, name: str, slug: str, **changes: Any) -> None:
    """As if an entry of a YAML file had been changed."""
    read = source.read

    def changed(asked: str) -> dict[str, Any]:
        told = read(asked)
        for row in told[name] if asked == name else ():
            if slug in (row.get("slug"), row.get("handle")):
                row.update(changes)
        return told

    monkeypatch.setattr(source, "read", changed)


def test_all_examples_are_there_or_not(database: Database) -> None:
    assert not is_complete(database)
    seed(database)
    assert is_complete(database)
    with database.writing() as session:
        article(session, source.articles()[-1][-1].slug).slug = "iets-anders"
    assert not is_complete(database)


def test_a_second_run_writes_nothing(seeded: Database) -> None:
    before = everything(seeded)
    report = seed(seeded)
    assert everything(seeded) == before
    assert report.wrote_nothing
    assert report.count(Change.UNCHANGED) == 36 + 17 + 10 + 44
    assert list(report) == ["Example content, unchanged: 36 organisations, 17 people, 10 pilots, 44 articles."]


def test_a_first_run_promises_what_follows_from_each_publication(database: Database) -> None:
    assert is_empty(database)
    report = seed(database)
    assert list(report) == ["Example content, new: 36 organisations, 17 people, 10 pilots, 44 articles."]
    with database.reading() as session:
        events = [job.event for job in session.exec(select(Job).where(Job.lane == "search")).all()]
    assert events.count("ArticlePublished") >= 43
    assert events.count("ArticleWithdrawn") == 1


def test_a_changed_file_becomes_a_new_version(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    tell_otherwise(monkeypatch, "stamdata-eerst", title="Eerst de stamdata", change_note="Titel korter.")
    report = seed(seeded)
    assert (report.count(Change.CHANGED), report.count(Change.UNCHANGED, "article")) == (1, 43)
    with seeded.reading() as session:
        changed = article(session, "stamdata-eerst")
        assert (changed.title, changed.live_number, changed.stage) == ("Eerst de stamdata", 2, Stage.PUBLISHED)
        assert changed.published_at is not None
        assert changed.changed_at is not None
        assert changed.published_at < changed.changed_at <= now()
        promised = session.exec(select(Job).where(Job.lane == "search")).all()
        assert [job.event for job in promised] == ["ArticlePublished"]
    assert seed(seeded).wrote_nothing


def test_a_changed_file_of_a_piece_that_is_not_live_changes_no_stage(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_otherwise(monkeypatch, "rfid-op-elk-product", title="RFID op elk product, herzien")
    assert seed(seeded).count(Change.CHANGED) == 1
    with seeded.reading() as session:
        rfid = article(session, "rfid-op-elk-product")
        assert (rfid.stage, rfid.live_number, rfid.newest_revision) == (Stage.WITHDRAWN, 1, 2)


def test_what_a_person_published_is_left_and_reported(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with seeded.writing() as session:
        edited = article(session, "stamdata-eerst")
        femke = actor_for(session, session.exec(select(User).where(User.handle == "femke")).one())
        content = draft_of(session, edited).content.model_copy(update={"title": "Van Femke"})
        save_draft(session, edited, content, by=femke)
        revise(session, edited, by=femke)
        publish(session, edited, by=femke)
    tell_otherwise(monkeypatch, "stamdata-eerst", title="Uit het bestand")
    report = seed(seeded)
    assert report.notes == ["article stamdata-eerst: left as somebody made it here."]
    assert report.wrote_nothing
    with seeded.reading() as session:
        assert article(session, "stamdata-eerst").title == "Van Femke"


def test_a_draft_that_somebody_has_begun_is_left(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with seeded.writing() as session:
        edited = article(session, "stamdata-eerst")
        femke = actor_for(session, session.exec(select(User).where(User.handle == "femke")).one())
        content = draft_of(session, edited).content.model_copy(update={"title": "Half werk"})
        save_draft(session, edited, content, by=femke)
    tell_otherwise(monkeypatch, "stamdata-eerst", title="Uit het bestand")
    assert seed(seeded).count(Change.KEPT) == 1
    with seeded.reading() as session:
        assert draft_of(session, article(session, "stamdata-eerst")).content.title == "Half werk"
        assert article(session, "stamdata-eerst").title != "Uit het bestand"


def test_what_stewards_decided_stays(seeded: Database) -> None:
    with seeded.writing() as session:
        noor = actor_for(session, session.exec(select(User).where(User.handle == "noor")).one())
        withdraw(session, article(session, "amr-of-agv"), by=noor, reason_nl="Verouderd.")
        move_to(session, article(session, "stamdata-eerst"), "eerst-de-stamdata", by=noor)
        article(session, "spc-voor-kleine-series").visibility = Visibility.MEMBERS
        session.exec(select(Topic).where(Topic.slug == "cobots")).one().name_nl = "Samenwerkende robots"
    report = seed(seeded)
    assert report.wrote_nothing
    with seeded.reading() as session:
        assert article(session, "amr-of-agv").stage == Stage.WITHDRAWN
        assert article(session, "eerst-de-stamdata").example
        assert article(session, "spc-voor-kleine-series").visibility == Visibility.MEMBERS
        assert session.exec(select(Topic.name_nl).where(Topic.slug == "cobots")).one() == "Samenwerkende robots"


def test_an_organisation_person_or_pilot_that_somebody_changed_is_left(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with seeded.writing() as session:
        session.exec(select(Organisation).where(Organisation.slug == "nipt")).one().about_nl = "Van een beheerder."
        session.exec(select(User).where(User.handle == "sjoerd")).one().bio_nl = "Van Sjoerd zelf."
        session.exec(select(Pilot).where(Pilot.slug == "nul-fouten")).one().status = "stopped"
        aafke = session.exec(select(User).where(User.handle == "aafke")).one()
        session.exec(select(Membership).where(Membership.user_id == aafke.id)).one().ended_at = now()
    before = everything(seeded)
    read_otherwise(monkeypatch, "organisations", "nipt", nl="Uit het bestand.")
    report = seed(seeded)
    assert everything(seeded) == before
    kept = {note.partition(":")[0] for note in report.notes}
    assert kept == {"organisation nipt", "person sjoerd", "pilot nul-fouten"}


def test_an_untouched_organisation_follows_its_file(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    read_otherwise(monkeypatch, "organisations", "nipt", nl="Uit het bestand.", sectors=["28", "26"])
    assert seed(seeded).count(Change.CHANGED, "organisation") == 1
    assert seed(seeded).wrote_nothing
    read_otherwise(monkeypatch, "organisations", "nipt", nl="Nog eens uit het bestand.", sectors=["28"])
    assert seed(seeded).count(Change.CHANGED, "organisation") == 1
    with seeded.reading() as session:
        nipt = session.exec(select(Organisation).where(Organisation.slug == "nipt")).one()
        assert nipt.about_nl == "Nog eens uit het bestand."


def test_a_place_that_is_taken_is_reported_and_the_rest_comes(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        published(session, cast, slug="amr-of-agv")
    assert not is_empty(database)
    report = seed(database)
    notes = "\n".join(report.notes)
    for taken in ("organisation nipt: there is one", "person sjoerd: there is one", "article amr-of-agv: it names"):
        assert taken in notes
    assert report.count(Change.NEW, "organisation") == 36 - 4
    assert report.count(Change.NEW, "article") == sum(
        1 for versions in source.articles() if not _names(versions[-1]) & {*OWN_ORGANISATIONS, *OWN_PEOPLE}
    )


def test_nothing_of_the_seed_is_tied_to_what_is_your_own(database: Database) -> None:
    with database.writing() as session:
        own = published(session, Cast.in_(session), slug="amr-of-agv")
        before = (own.model_dump(), sorted(session.exec(select(Membership.id)).all()))
    seed(database)
    with database.reading() as session:
        after = article(session, "amr-of-agv")
        ours = select(Organisation.id).where(col(Organisation.example).is_(False))
        assert (
            sorted(session.exec(select(Membership.id).where(col(Membership.organisation_id).in_(ours))).all())
            == before[1]
        )
        assert (
            session.exec(select(PilotOrganisation).where(col(PilotOrganisation.organisation_id).in_(ours))).all() == []
        )
        assert session.exec(select(Article.id).where(col(Article.owner_id).in_(ours))).all() == [after.id]
        linked = select(ArticleOrganisation.article_id).where(col(ArticleOrganisation.organisation_id).in_(ours))
        assert set(session.exec(linked).all()) == {after.id}
        assert after.model_dump() == before[0]


OWN_ORGANISATIONS = {"kennislab-slim-maken", "woldzicht-verspaning", "nipt", "veenhart-plaatwerk"}
OWN_PEOPLE = {"femke", "sjoerd", "noor", "aafke", "hinke", "okke"}


def _names(told: source.ArticleTold) -> set[str]:
    named = {told.owner, *told.authors, *told.organisations_allowed, *(part.slug for part in told.organisations)}
    return named | ({told.reviewer} if told.reviewer else set())


def test_a_taken_address_is_reported(database: Database) -> None:
    with database.writing() as session:
        own = Organisation(slug="eigen-bedrijf", name="Eigen bedrijf", kind="sme")
        session.add_all((own, piece := Piece(key="own", kind="lesson")))
        session.flush()
        steward = Actor(name="us", is_steward=True)
        start(
            session,
            piece=piece,
            language="nl",
            slug="amr-of-agv",
            owner_id=own.id,
            visibility=Visibility.EVERYONE,
            content=content(),
            by=steward,
        )
    assert seed(database).notes == ["article amr-of-agv: This address is taken. Choose another one."]


def test_when_an_author_lost_the_right_to_write_the_piece_is_left(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with seeded.writing() as session:
        for handle in ("femke", "tjitske", "klaske"):
            user = session.exec(select(User).where(User.handle == handle)).one()
            session.exec(select(Membership).where(Membership.user_id == user.id)).one().ended_at = now()
    tell_otherwise(monkeypatch, "stamdata-eerst", title="Uit het bestand")
    report = seed(seeded)
    assert report.notes == ["article stamdata-eerst: None of its authors may write for kennislab-slim-maken any more."]


def test_a_database_with_only_examples_counts_as_empty(seeded: Database) -> None:
    assert is_empty(seeded)
    with seeded.writing() as session:
        session.add(User(handle="jij", name="Jij", mail="jij@bedrijf.example"))
    assert not is_empty(seeded)


@pytest.mark.parametrize("nth", [1, 2, 20, 43])
def test_a_run_that_was_cut_off_is_completed_by_the_next(
    database: Database, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    calls = 0

    def dies(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == nth:
            raise KeyboardInterrupt
        return publish(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(pieces, "publish", dies)
        with pytest.raises(KeyboardInterrupt):
            seed(database)
    assert is_empty(database)
    seed(database)
    _assert_complete(database)


def _assert_complete(database: Database) -> None:
    with database.reading() as session:
        told = {versions[-1].slug: versions for versions in source.articles()}
        brought = {article.slug: article for article in session.exec(select(Article)).all()}
        assert brought.keys() == told.keys()
        for slug, versions in told.items():
            assert brought[slug].newest_revision == len(versions)
            assert brought[slug].live_number == (len(versions) if versions[0].published else 0)
        assert len(session.exec(select(Membership)).all()) == len(source.read("people")["people"])
        partners = [pilot["organisations"] for pilot in source.read("pilots")["pilots"]]
        assert len(session.exec(select(PilotOrganisation)).all()) == sum(map(len, partners))
    assert seed(database).wrote_nothing


SEED = """
import sys
import app.reactions
from app.core.database import configure
from content.seed.seeding import seed
database = configure(sys.argv[1])
print("begun", flush=True)
seed(database)
print("done", flush=True)
"""


@pytest.mark.slow
def test_a_killed_run_is_completed_by_the_next(database: Database, tmp_path: Path) -> None:
    chance = random.Random(7)
    killed = 0
    for _attempt in range(8):
        process = subprocess.Popen(
            [sys.executable, "-c", SEED, database.url],
            cwd=ROOT,
            env={"PROEFTUIN_DATA_DIR": str(tmp_path), "PATH": ""},
            stdout=subprocess.PIPE,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == b"begun\n"
        time.sleep(chance.uniform(0.05, 0.6))
        process.send_signal(signal.SIGKILL)
        killed += process.stdout.read() != b"done\n"
        process.wait()
        process.stdout.close()
    assert killed >= 3
    seed(database)
    _assert_complete(database)


def test_topics_regions_and_words_are_inserted_once_and_belong_to_the_stewards(database: Database) -> None:
    with database.writing() as session:
        assert load_reference(session) == 0
        session.exec(update(Topic).where(col(Topic.slug) == "robotics").values(name_nl="Robots", start_here=[]))
        session.exec(delete(Topic).where(col(Topic.slug) == "cobots"))
    with database.writing() as session:
        assert load_reference(session) == 1
        robotics = session.exec(select(Topic).where(Topic.slug == "robotics")).one()
        cobots = session.exec(select(Topic).where(Topic.slug == "cobots")).one()
        assert (robotics.name_nl, robotics.start_here) == ("Robots", [])
        assert cobots.broader_id == robotics.id
        assert load_reference(session) == 0
