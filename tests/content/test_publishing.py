"""Publishing, waiting, withdrawing, moving and showing."""

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func
from sqlmodel import Session, col, delete, select

from app.core.clock import AMSTERDAM, now, today
from app.core.database import Database
from app.core.epoch import Epoch
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from app.core.jobs import Job
from content.access import shelves_of
from content.appearing import end_what_is_over, publish_due, something_due
from content.attaching import allowed_to
from content.models import Article, ArticleAuthor, ArticleOrganisation, ArticleSector, ArticleTopic, Piece, Stage
from content.moving import Moved
from content.publishing import due_after, move_to, publish, schedule, show_to, withdraw
from content.reading import Withdrawn, at_address, open_article
from content.relating import related
from content.retiring import still_true
from content.shelves import counts_by_organisation, shelf
from content.snapshot import Contribution, Part, Profile, Visibility
from content.subjects import Topic
from content.writing import newest_revision, revise, save_draft
from tests.cast import FAR_AWAY, Cast, content, draft, published

BEFORE = datetime.fromisoformat("2024-11-19T09:00:00+01:00")
LATER = datetime.fromisoformat("2025-06-17T09:00:00+02:00")


def jobs(session: Session) -> list[tuple[str, dict[str, int]]]:
    """What was announced, once each: every change is promised to the index, whatever else follows from it."""
    promised = select(Job).where(Job.lane == "search").order_by(col(Job.id))
    return [(job.event, job.told) for job in session.exec(promised).all()]


def forget_jobs(session: Session) -> None:
    session.exec(delete(Job).where(col(Job.id) > 0))


def test_publishing_shows_the_newest_revision_and_promises_what_follows(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    forget_jobs(session)
    publish(session, article, by=cast.femke, at=BEFORE)
    assert article.stage == Stage.PUBLISHED
    assert article.published_at == article.changed_at == BEFORE
    assert article.live_number == 1
    assert article.title == content().title
    assert {event for event, _told in jobs(session)} == {"ArticlePublished"}
    assert open_article(session, article, cast.nobody).revision.published_number == 1


def test_publishing_twice_changes_nothing(session: Session, cast: Cast) -> None:
    article = published(session, cast)
    session.flush()
    forget_jobs(session)
    before = article.model_dump()
    publish(session, article, by=cast.femke)
    session.flush()
    assert article.model_dump() == before
    assert jobs(session) == []


def test_a_new_version_keeps_the_first_day_and_the_old_version(session: Session, cast: Cast) -> None:
    article = publish(session, draft(session, cast), by=cast.femke, at=BEFORE)
    save_draft(session, article, content(title="Meet het nu"), by=cast.femke)
    revise(session, article, by=cast.femke, note="Cijfers bijgewerkt.")
    publish(session, article, by=cast.femke, at=LATER)
    assert (article.published_at, article.changed_at, article.live_number) == (BEFORE, LATER, 2)
    opened = open_article(session, article, cast.nobody)
    assert [version.published_number for version in opened.versions] == [2, 1]
    assert opened.revision.content.title == article.title == "Meet het nu"
    assert open_article(session, article, cast.nobody, number=1).revision.content.title == content().title
    with pytest.raises(NotFound):
        open_article(session, article, cast.nobody, number=3)


def test_lists_hold_what_the_live_revision_tells(session: Session, cast: Cast) -> None:
    article = published(
        session,
        cast,
        "case_study",
        municipality="emmen",
        topics=("cobots", "cobots", "small-batches"),
        organisations=(
            Contribution(organisation="woldzicht-verspaning", part=Part.LEAD),
            Contribution(organisation="kennislab-slim-maken", part=Part.KNOWLEDGE_PARTNER),
            Contribution(organisation="kennislab-slim-maken", part=Part.KNOWLEDGE_PARTNER),
        ),
    )
    row = shelf(session, cast.nobody, language="nl").items[0]
    assert row.topic is not None
    assert row.lead is not None
    assert row.municipality is not None
    assert row.author is not None
    assert (row.topic.slug, row.lead.slug, row.municipality.slug, row.author.handle) == (
        "cobots",
        "woldzicht-verspaning",
        "emmen",
        "femke",
    )
    assert (article.investment_low, article.investment_high, article.payback_months) == (28600, 28600, 14)
    save_draft(session, article, content("case_study", topics=("mes",), sectors=(), authors=()), by=cast.femke)
    revise(session, article, by=cast.femke)
    publish(session, article, by=cast.femke)
    session.flush()
    assert article.author_id is None
    assert [_count(session, table) for table in (ArticleTopic, ArticleSector, ArticleAuthor, ArticleOrganisation)] == [
        1,
        0,
        0,
        1,
    ]


def _count(session: Session, table: type[object]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def test_what_is_not_named_is_in_no_list(session: Session, cast: Cast) -> None:
    article = published(
        session,
        cast,
        "case_study",
        told={"company_size_fte": None},
        anonymous=Profile(sector="25", size_band="10-49", province="drenthe"),
        organisations=(
            Contribution(organisation="woldzicht-verspaning", part=Part.LEAD),
            Contribution(organisation="kennislab-slim-maken", part=Part.KNOWLEDGE_PARTNER),
        ),
    )
    assert article.lead_id is None
    assert counts_by_organisation(session, cast.noor) == {cast.kennislab.id: 1}
    named = [organisation.slug for organisation, _part in open_article(session, article, cast.noor).organisations]
    assert named == ["kennislab-slim-maken"]


@pytest.mark.parametrize(
    "wrong", [{"topics": ("warp-drive",)}, {"authors": ("nemo",)}, {"pilot": "mars"}, {"municipality": "parijs"}]
)
def test_a_piece_that_names_what_is_not_there_is_not_published(database: Database, wrong: dict[str, object]) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        article = draft(session, cast, **wrong)
    with pytest.raises(Invalid), database.writing() as session:
        publish(session, session.get_one(Article, article.id), by=cast.femke)
    with database.reading() as session:
        assert session.get_one(Article, article.id).stage == Stage.DRAFT


def test_a_transaction_that_is_rolled_back_leaves_no_promise_and_no_new_epoch(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        article = draft(session, cast)
        forget_jobs(session)
    with database.reading() as session:
        before = session.get_one(Epoch, 1).number
    with suppress(ZeroDivisionError), database.writing() as session:
        publish(session, session.get_one(Article, article.id), by=cast.femke)
        1 / 0  # noqa: B018 - the power goes out
    with database.reading() as session:
        assert jobs(session) == []
        assert session.get_one(Epoch, 1).number == before
        assert session.get_one(Article, article.id).stage == Stage.DRAFT


def test_a_withdrawn_piece_tells_why_to_those_who_could_see_it(session: Session, cast: Cast) -> None:
    successor = published(session, cast)
    article = published(session, cast, visibility=Visibility.MEMBERS)
    forget_jobs(session)
    withdraw(
        session,
        article,
        by=cast.noor,
        reason_nl="De prijzen klopten niet meer.",
        successor=session.get_one(Piece, successor.piece_id),
        at=LATER,
    )
    assert (article.withdrawn_at, article.withdrawn_by_id) == (LATER, cast.noor.user_id)
    with pytest.raises(Withdrawn) as gone:
        at_address(session, article.slug, cast.sjoerd)
    assert gone.value.article.withdrawn_reason == "De prijzen klopten niet meer."
    with pytest.raises(NotFound):
        at_address(session, article.slug, cast.nobody)
    assert article.id not in {row.article.id for row in shelf(session, cast.sjoerd, language="nl").items}
    assert jobs(session) == [("ArticleWithdrawn", {"article_id": article.id})]


def test_withdrawing_needs_a_reason_and_something_to_withdraw(session: Session, cast: Cast) -> None:
    article = published(session, cast)
    with pytest.raises(Invalid):
        withdraw(session, article, by=cast.femke, reason_nl="")
    withdraw(session, article, by=cast.femke, reason_nl="Klopt niet.")
    with pytest.raises(Conflict):
        withdraw(session, article, by=cast.femke, reason_nl="Nog eens.")


def test_a_withdrawn_piece_can_come_back_and_says_nothing_of_it(session: Session, cast: Cast) -> None:
    article = published(session, cast)
    withdraw(session, article, by=cast.femke, reason_nl="Klopt niet.")
    publish(session, article, by=cast.femke)
    assert (article.stage, article.withdrawn_at, article.withdrawn_reason_nl) == (Stage.PUBLISHED, None, "")
    assert article.live_number == 1


def test_what_was_found_true_stays_so_in_a_new_version(session: Session, cast: Cast) -> None:
    article = published(session, cast, review_due=date(2026, 3, 1))
    assert article.review_due == date(2026, 3, 1)
    still_true(session, article, by=cast.femke)
    due = article.review_due
    save_draft(session, article, content(title="Zonder tikfout", review_due=date(2026, 3, 1)), by=cast.femke)
    revise(session, article, by=cast.femke)
    publish(session, article, by=cast.femke)
    assert (article.title, article.review_due) == ("Zonder tikfout", due)


def test_mending_a_slip_of_the_pen_is_not_looking_whether_it_is_true(session: Session, cast: Cast) -> None:
    article = published(session, cast, title="De machnie stond stil")
    long_ago = article.review_due = today() - timedelta(days=9)
    asked = article.asked_at = now()
    for title, due in (("De machine stond stil", long_ago), ("De machine draaide door", due_after("lesson", today()))):
        save_draft(session, article, content(title=title), by=cast.femke)
        revise(session, article, by=cast.femke)
        publish(session, article, by=cast.femke)
        assert (article.title, article.review_due) == (title, due)
        assert article.asked_at == (asked if due == long_ago else None)


def test_a_piece_that_is_shown_again_is_as_true_as_it_was(session: Session, cast: Cast) -> None:
    article = published(session, cast)
    article.review_due = today() - timedelta(days=9)
    withdraw(session, article, by=cast.femke, reason_nl="Even weg.")
    publish(session, article, by=cast.femke)
    assert article.review_due == today() - timedelta(days=9)


def test_a_withdrawn_piece_comes_back_at_its_minute(session: Session, cast: Cast) -> None:
    article = published(session, cast)
    schedule(session, article, at=FAR_AWAY, by=cast.femke)
    withdraw(session, article, by=cast.femke, reason_nl="Klopt niet.")
    with time_machine.travel(FAR_AWAY + timedelta(minutes=1), tick=False):
        assert not something_due(session), "what waited when it was withdrawn waits no longer"
    schedule(session, article, at=FAR_AWAY, by=cast.femke)
    assert article.stage == Stage.WITHDRAWN
    with time_machine.travel(FAR_AWAY + timedelta(minutes=1), tick=False):
        assert something_due(session)
        assert publish_due(session) == 1
    assert (article.stage, article.publish_at, article.withdrawn_at) == (Stage.PUBLISHED, None, None)


def test_a_piece_is_taken_back_and_comes_back_in_all_its_languages(session: Session, cast: Cast) -> None:
    dutch, english, german = in_three_languages(session, cast)
    other = published(session, cast)
    forget_jobs(session)
    withdraw(session, english, by=cast.noor, reason_nl="Klopt niet.", reason_en="Not true.", at=LATER)
    assert [one.stage for one in (dutch, english, german)] == [Stage.WITHDRAWN, Stage.WITHDRAWN, Stage.DRAFT]
    assert (dutch.withdrawn_at, dutch.withdrawn_reason_en, german.withdrawn_at) == (LATER, "Not true.", None)
    assert jobs(session) == [("ArticleWithdrawn", {"article_id": one.id}) for one in (dutch, english)]
    # A steward took it away, so only a steward shows it again.
    with pytest.raises(Conflict):
        publish(session, dutch, by=cast.femke)
    publish(session, dutch, by=cast.noor)
    assert [one.stage for one in (dutch, english, german)] == [Stage.PUBLISHED, Stage.PUBLISHED, Stage.DRAFT]
    assert (english.withdrawn_at, english.withdrawn_reason_en) == (None, "")
    assert ("ArticlePublished", {"article_id": english.id}) in jobs(session)
    assert other.stage == Stage.PUBLISHED


def test_all_languages_of_a_piece_are_shown_to_the_same_readers(session: Session, cast: Cast) -> None:
    versions = in_three_languages(session, cast)
    other = published(session, cast)
    show_to(session, versions[1], Visibility.ORGANISATIONS, by=cast.femke, allowed={cast.woldzicht.id})
    assert {one.visibility for one in versions} == {Visibility.ORGANISATIONS}
    assert [allowed_to(session, one) for one in versions] == [[cast.woldzicht.id]] * 3
    assert other.visibility == Visibility.EVERYONE


def in_three_languages(session: Session, cast: Cast) -> tuple[Article, Article, Article]:
    """A piece that is published in two languages and begun in a third."""
    dutch = published(session, cast)
    piece = session.get_one(Piece, dutch.piece_id)
    english = published(session, cast, language="en", piece=piece)
    return dutch, english, draft(session, cast, language="de", piece=piece)


def test_an_old_address_leads_to_the_new_one_for_those_who_see_the_piece(session: Session, cast: Cast) -> None:
    article = published(session, cast, slug="eerst-meten", visibility=Visibility.MEMBERS)
    move_to(session, article, "meet-eerst", by=cast.femke)
    move_to(session, article, "meet-eerst-goed", by=cast.femke)
    for old in ("eerst-meten", "meet-eerst"):
        with pytest.raises(Moved) as moved:
            at_address(session, old, cast.sjoerd)
        assert moved.value.slug == "meet-eerst-goed"
        with pytest.raises(NotFound):
            at_address(session, old, cast.nobody)


def test_an_address_may_go_back_to_its_own_article_and_to_no_other(session: Session, cast: Cast) -> None:
    article, other = published(session, cast, slug="eerst-meten"), published(session, cast)
    move_to(session, article, "meet-eerst", by=cast.femke)
    with pytest.raises(Conflict):
        move_to(session, other, "eerst-meten", by=cast.femke)
    move_to(session, article, "eerst-meten", by=cast.femke)
    assert at_address(session, "eerst-meten", cast.nobody).id == article.id
    with pytest.raises(Moved):
        at_address(session, "meet-eerst", cast.nobody)


def test_moving_to_the_same_address_changes_nothing(session: Session, cast: Cast) -> None:
    article = published(session, cast)
    forget_jobs(session)
    move_to(session, article, article.slug, by=cast.femke)
    assert jobs(session) == []


def test_an_old_address_of_a_draft_leads_nowhere(session: Session, cast: Cast) -> None:
    article = draft(session, cast, slug="eerst-meten")
    move_to(session, article, "meet-eerst", by=cast.femke)
    with pytest.raises(NotFound):
        at_address(session, "eerst-meten", cast.noor)


def test_showing_to_others_holds_for_every_version_and_is_announced_once(session: Session, cast: Cast) -> None:
    article = published(session, cast)
    forget_jobs(session)
    show_to(session, article, Visibility.ORGANISATIONS, by=cast.femke, allowed={cast.woldzicht.id})
    assert allowed_to(session, article) == [cast.woldzicht.id]
    assert jobs(session) == [("ArticleReachChanged", {"article_id": article.id})]
    show_to(session, article, Visibility.ORGANISATIONS, by=cast.femke, allowed={cast.woldzicht.id})
    assert len(jobs(session)) == 1
    show_to(session, article, Visibility.MEMBERS, by=cast.femke, allowed={cast.woldzicht.id})
    assert allowed_to(session, article) == []


def test_a_scheduled_piece_appears_at_its_moment_and_not_before(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        article = schedule(session, draft(session, cast), at=FAR_AWAY, by=cast.femke)
        with pytest.raises(NotFound):
            at_address(session, article.slug, cast.nobody)
    with database.reading() as session:
        assert not something_due(session)
    with time_machine.travel(FAR_AWAY + timedelta(minutes=5), tick=False), database.writing() as session:
        assert something_due(session)
        assert publish_due(session) == 1
        assert publish_due(session) == 0
        assert at_address(session, article.slug, cast.nobody).published_at == FAR_AWAY


def test_a_scheduled_piece_that_cannot_appear_holds_up_no_other(database: Database) -> None:
    with database.writing() as session:
        cast = Cast.in_(session)
        broken = schedule(session, draft(session, cast, topics=("cobots",)), at=FAR_AWAY, by=cast.femke)
        sound = schedule(session, draft(session, cast, topics=("mes",)), at=FAR_AWAY, by=cast.femke)
        session.exec(delete(Topic).where(col(Topic.slug) == "cobots"))
    with time_machine.travel(FAR_AWAY, tick=False), database.writing() as session:
        assert publish_due(session) == 1
    with database.reading() as session:
        assert session.get_one(Article, sound.id).stage == Stage.PUBLISHED
        assert session.get_one(Article, broken.id).stage == Stage.DRAFT
        assert not something_due(session)


def test_nothing_is_scheduled_into_the_past(session: Session, cast: Cast) -> None:
    with pytest.raises(Invalid):
        schedule(session, draft(session, cast), at=now() - timedelta(minutes=1), by=cast.femke)


def test_the_new_version_of_a_published_piece_waits_while_the_old_one_stays_up(session: Session, cast: Cast) -> None:
    article = published(session, cast)
    save_draft(session, article, content(title="Meet het nu"), by=cast.femke)
    chosen = revise(session, article, by=cast.femke)
    schedule(session, article, at=FAR_AWAY, by=cast.femke)
    save_draft(session, article, content(title="Nog niet gelezen"), by=cast.femke)
    revise(session, article, by=cast.femke)
    assert at_address(session, article.slug, cast.nobody).title == content().title
    with time_machine.travel(FAR_AWAY, tick=False):
        assert publish_due(session) == 1
        assert publish_due(session) == 0
    assert (article.live_revision_id, article.live_number, article.title) == (chosen.id, 2, "Meet het nu")


def test_nothing_appears_under_an_embargo(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    article.embargo_until = FAR_AWAY
    with pytest.raises(Conflict):
        publish(session, article, by=cast.noor)
    with pytest.raises(Invalid):
        schedule(session, article, at=FAR_AWAY - timedelta(minutes=1), by=cast.noor)
    schedule(session, article, at=FAR_AWAY, by=cast.noor)
    with time_machine.travel(FAR_AWAY, tick=False):
        assert publish_due(session) == 1


def test_a_piece_ends_after_its_last_day_with_and_without_the_clock(session: Session, cast: Cast) -> None:
    article = published(session, cast)
    article.last_day = FAR_AWAY.date()
    session.flush()
    midnight = datetime.combine(FAR_AWAY.date() + timedelta(days=1), datetime.min.time(), AMSTERDAM)
    with time_machine.travel(midnight - timedelta(seconds=1), tick=False):
        assert at_address(session, article.slug, cast.nobody).id == article.id
        assert not something_due(session)
    with time_machine.travel(midnight, tick=False):
        # The worker stands still: nobody finds it any more all the same.
        with pytest.raises(Withdrawn):
            at_address(session, article.slug, cast.nobody)
        assert shelf(session, cast.noor, language="nl").total == 0
        assert shelves_of(article, []) == []
        assert something_due(session)
        assert (end_what_is_over(session), end_what_is_over(session)) == (1, 0)
        assert article.stage == Stage.WITHDRAWN
        assert not something_due(session)
        publish(session, article, by=cast.femke)
        assert at_address(session, article.slug, cast.nobody).last_day is None


def test_only_editors_of_the_owner_and_stewards_publish(session: Session, cast: Cast) -> None:
    article = draft(session, cast)
    for actor in (cast.sjoerd, cast.aafke, cast.hinke, cast.okke, cast.nobody):
        for attempt in (
            lambda actor=actor: publish(session, article, by=actor),
            lambda actor=actor: schedule(session, article, at=FAR_AWAY, by=actor),
            lambda actor=actor: withdraw(session, article, by=actor, reason_nl="Weg."),
            lambda actor=actor: move_to(session, article, "elders", by=actor),
            lambda actor=actor: show_to(session, article, Visibility.EVERYONE, by=actor, allowed=set()),
        ):
            with pytest.raises(NotAllowed):
                attempt()
    assert newest_revision(session, article) is not None
    publish(session, article, by=cast.noor)


def test_pieces_without_a_pilot_are_not_related_by_that(session: Session, cast: Cast) -> None:
    article = published(session, cast, topics=("cobots",))
    one = published(session, cast, topics=("cobots", "mes"), title="Eén")
    offered = related(session, open_article(session, article, cast.nobody), cast.nobody, language="nl")
    assert [row.listed.article.id for row in offered] == [one.id]
    assert "cobots" in offered[0].reason.lower()
