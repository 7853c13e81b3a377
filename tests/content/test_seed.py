"""What the example content brings: all of it, with its dates, readers and states, and nothing invented of real ones."""

import re
from collections.abc import Iterator
from datetime import datetime
from html import escape

import pytest
from sqlmodel import Session, col, func, select

from app.core.clock import local
from app.core.database import Database
from app.people.actor import Actor, someone_passing_by
from app.people.models import Admission, Membership, Organisation, Role, User
from app.people.signing_in import actor_for
from content.attaching import attached, offered_files
from content.models import Article, Attachment, Piece, Revision, Stage
from content.overview import groups, partners, pilots
from content.reading import NotFound, Withdrawn, at_address, open_article
from content.seed import source
from content.shelves import of_pieces, shelf
from content.snapshot import Visibility

INVENTED_OF_REAL_ONES = ("founded", "size_fte", "visit", "shares_nl", "shares_en", "kvk_number")


@pytest.fixture
def reading(seeded: Database) -> Iterator[Session]:
    """The seeded database, to look at."""
    with seeded.reading() as session:
        yield session


def person(session: Session, handle: str) -> Actor:
    return actor_for(session, session.exec(select(User).where(User.handle == handle)).one())


def article(session: Session, slug: str) -> Article:
    return session.exec(select(Article).where(Article.slug == slug)).one()


def count(session: Session, table: type[object]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def test_everything_is_there(reading: Session) -> None:
    assert [count(reading, table) for table in (Organisation, User, Article, Piece)] == [36, 17, 44, 38]
    assert count(reading, Revision) == 45
    assert len(pilots(reading)) == 10
    assert len(groups(reading)) == 11
    assert sum(len(group.narrower) for group in groups(reading)) == 36


def test_every_row_is_marked_as_an_example(reading: Session) -> None:
    for table in (Organisation, User, Article):
        assert all(reading.exec(select(table.example)).all())


def test_every_article_tells_what_its_file_tells(reading: Session) -> None:
    for versions in source.articles():
        told, brought = versions[-1], article(reading, versions[-1].slug)
        revision = reading.exec(
            select(Revision).where(Revision.article_id == brought.id, Revision.number == brought.newest_revision)
        ).one()
        content = revision.content
        assert (brought.language, brought.kind, brought.visibility) == (told.lang, told.kind, told.visibility)
        assert (content.title, content.summary, content.body) == (told.title, told.summary, told.body)
        assert content.topics == told.topics
        assert content.authors == told.authors
        assert content.told == told.fields
        assert revision.from_seed
        assert reading.get_one(Organisation, brought.owner_id).slug == told.owner


def test_the_notice_that_it_is_invented_stays_visible(reading: Session) -> None:
    for revision in reading.exec(select(Revision)).all():
        notice = re.findall(r"^\*([^*\n]+)\*$", revision.content.body, re.MULTILINE)[-1]
        assert re.search("fict|verzonnen|demo|general|algemene", notice, re.IGNORECASE)
        assert f"<em>{escape(notice, quote=False)}</em>" in revision.html


def test_a_piece_appears_at_nine_in_amsterdam_on_its_day(reading: Session) -> None:
    for versions in source.articles():
        if versions[0].published:
            moment = article(reading, versions[0].slug).published_at
            assert moment is not None
            assert (local(moment).date(), local(moment).hour, local(moment).minute) == (versions[0].published, 9, 0)


def test_language_versions_share_their_piece(reading: Session) -> None:
    pairs = reading.exec(
        select(Article.piece_id).group_by(col(Article.piece_id)).having(func.count(col(Article.id)) == 2)
    ).all()
    assert len(pairs) == 6
    dutch = article(reading, "begin-met-een-nulmeting")
    english = open_article(reading, dutch, someone_passing_by).translation
    assert english is not None
    assert english.slug == "start-with-a-baseline"


def test_the_second_version_is_live_and_the_first_can_be_read(reading: Session) -> None:
    esdoorn = article(reading, "papierloze-werkorder-esdoorn")
    assert esdoorn.published_at == datetime.fromisoformat("2024-11-19T09:00:00+01:00")
    assert esdoorn.changed_at == datetime.fromisoformat("2025-06-17T09:00:00+02:00")
    opened = open_article(reading, esdoorn, someone_passing_by)
    assert [(v.published_number, v.note) for v in opened.versions] == [
        (2, "Cijfers bijgewerkt na een halfjaar en de kosten per post toegevoegd."),
        (1, "Eerste versie, met cijfers over de eerste vier weken."),
    ]
    assert "23 naar 16" in opened.revision.content.title
    assert "23 naar 18" in open_article(reading, esdoorn, someone_passing_by, number=1).revision.content.title


def test_the_withdrawn_piece_tells_why_and_where_to_read_on(reading: Session) -> None:
    with pytest.raises(Withdrawn) as gone:
        at_address(reading, "rfid-op-elk-product", someone_passing_by)
    rfid = gone.value.article
    assert rfid.withdrawn_reason.startswith("De prijzen en leesafstanden klopten niet meer.")
    assert rfid.withdrawn_reason_en.startswith("Prices and reading distances")
    assert rfid.withdrawn_at == datetime.fromisoformat("2026-02-03T09:00:00+01:00")
    assert rfid.withdrawn_by_id == person(reading, "noor").user_id
    assert rfid.successor_id == article(reading, "papierloze-werkorder-esdoorn").piece_id


def test_the_scheduled_piece_and_the_one_in_review_wait(reading: Session) -> None:
    scheduled, in_review = (
        article(reading, "test-je-reservekopie"),
        article(reading, "kantpers-meet-zelf-de-hoek-veenhart"),
    )
    assert (scheduled.stage, scheduled.publish_at) == (
        Stage.SCHEDULED,
        datetime.fromisoformat("2031-01-15T09:00:00+01:00"),
    )
    assert in_review.stage == Stage.AT_CENTRE
    assert in_review.submitted_at == datetime.fromisoformat("2026-11-18T09:00:00+01:00")
    assert in_review.reviewer_id is not None
    assert reading.get_one(Organisation, in_review.reviewer_id).slug == "nipt"
    for hidden in (scheduled, in_review):
        assert hidden.live_number == 0
        with pytest.raises(NotFound):
            at_address(reading, hidden.slug, person(reading, "noor"))


def test_the_anonymous_piece_names_no_company_place_or_size(reading: Session) -> None:
    piece = article(reading, "nesten-met-reststukken")
    assert (piece.anonymous, piece.lead_id, piece.municipality_id, piece.company_size_fte) == (True, None, None, None)
    opened = open_article(reading, piece, someone_passing_by)
    assert opened.revision.content.anonymous is not None
    assert opened.revision.content.anonymous.size_band == "10-49"
    assert [organisation.slug for organisation, _part in opened.organisations] == ["kennislab-slim-maken"]


@pytest.mark.parametrize(
    ("handle", "sees"), [("", 32), ("sjoerd", 35), ("hinke", 35), ("femke", 35), ("geert", 35), ("noor", 36)]
)
def test_each_reader_finds_what_is_for_them(reading: Session, handle: str, sees: int) -> None:
    actor = person(reading, handle) if handle else someone_passing_by
    told = [versions[-1] for versions in source.articles()]
    organisation = reading.exec(
        select(Organisation.slug)
        .join(Membership, col(Membership.organisation_id) == Organisation.id)
        .where(Membership.user_id == actor.user_id)
    ).first()
    expected = {
        one.translation_key
        for one in told
        if one.state == "published"
        and (
            actor.is_steward
            or one.visibility == Visibility.EVERYONE
            or (one.visibility == Visibility.MEMBERS and handle)
            or organisation in one.organisations_allowed
        )
    }
    rows = shelf(reading, actor, language="nl", size=100)
    keys = {reading.get_one(Piece, row.article.piece_id).key for row in rows.items}
    assert keys == expected
    assert rows.total == len(expected)


def test_real_organisations_are_mentioned_with_their_source_and_nothing_else(reading: Session) -> None:
    real = reading.exec(select(Organisation).where(Organisation.admission == Admission.MENTIONED)).all()
    assert len(real) == 18
    for organisation in real:
        assert organisation.about_nl
        assert organisation.about_en
        assert organisation.sources
        assert not organisation.is_invented
        assert not any(getattr(organisation, name) for name in INVENTED_OF_REAL_ONES)
    unsure = [organisation.slug for organisation in real if organisation.municipality_id is None]
    assert {"ziuz", "cadmatic"} <= set(unsure)


def test_no_person_piece_or_invented_pilot_hangs_on_a_real_organisation(reading: Session) -> None:
    real = {o.id for o in reading.exec(select(Organisation)).all() if o.is_mentioned_only}
    assert not real & set(reading.exec(select(Membership.organisation_id)).all())
    assert not real & set(reading.exec(select(Article.owner_id)).all())
    assert not real & set(reading.exec(select(Article.lead_id)).all())
    for pilot, _place in pilots(reading):
        assert all(organisation.is_mentioned_only == pilot.verified for organisation, _ in partners(reading, pilot))


def test_people_have_the_role_that_their_file_tells(reading: Session) -> None:
    rows = reading.exec(select(User.handle, Membership.role).join(Membership)).all()
    roles = dict(rows)
    assert len(rows) == 17
    assert (roles["femke"], roles["sjoerd"], roles["noor"]) == (Role.EDITOR, Role.READER, Role.OWNER)
    assert reading.exec(select(User.handle).where(col(User.is_steward).is_(True))).all() == ["noor"]


def test_where_to_begin_leads_to_pieces_that_everybody_sees(reading: Session) -> None:
    for group in groups(reading):
        found = shelf(reading, someone_passing_by, language="nl", where=[of_pieces(group.topic.start_here)])
        assert found.total == len(group.topic.start_here) >= 2


def test_a_pilot_names_its_pieces_by_key(reading: Session) -> None:
    keys = set(reading.exec(select(Piece.key)).all())
    for pilot, _place in pilots(reading):
        assert set(pilot.output) <= keys
        assert bool(pilot.output) == pilot.is_invented
        assert all(isinstance(phase["start"], str) for phase in pilot.phases)


def test_every_picture_of_a_text_is_shown(reading: Session) -> None:
    shown = 0
    for versions in source.articles():
        told = versions[-1]
        if told.pictures:
            opened = open_article(reading, article(reading, told.slug), person(reading, "noor"))
            assert opened.revision.html.count("<img") == len(told.pictures)
            shown += 1
    assert shown == 6


def test_files_open_for_those_they_are_for(reading: Session) -> None:
    terp = article(reading, "inline-vision-spuitgieten-terp")
    revision = reading.exec(select(Revision).where(Revision.id == terp.live_revision_id)).one()
    for_all = {offered.use.name for offered in offered_files(reading, terp, revision, someone_passing_by)}
    for_members = {offered.use.name for offered in offered_files(reading, terp, revision, person(reading, "sjoerd"))}
    assert for_members - for_all == {"uitval-26-weken-terp.csv"}
    with pytest.raises(NotFound):
        attached(reading, terp, "uitval-26-weken-terp.csv", someone_passing_by)
    assert attached(reading, terp, "uitval-26-weken-terp.csv", person(reading, "sjoerd")).use.title_nl


def test_every_file_is_used(reading: Session) -> None:
    names = set(reading.exec(select(Attachment.name)).all())
    assert names == {path.name for path in (source.DATA / "files").iterdir()}
