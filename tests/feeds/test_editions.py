"""Letters with what is new: once, in their rhythm, with the rights of the moment, never of what was told already."""

import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import event
from sqlmodel import Session, col, delete, select, update

from app.core import composing, working
from app.core.clock import now
from app.core.database import Database
from app.core.jobs import Job
from app.core.mail import Letter, LetterState, PostedLetter, forget_old_letters, post
from app.feeds import digest_letters, editions, following, muting, my_feed
from app.feeds.calendar import next_due
from app.feeds.editions import write_due_editions
from app.feeds.models import Channel, Edition, Notice, Reader, Rhythm, Scope, Subscription, Told
from app.feeds.reacting import call_followers
from app.feeds.targets import topic_target
from app.people import belonging, changing_mail, places, suspending
from app.people.actor import Actor
from app.people.codes import MailCode
from app.people.joining import become_known
from app.people.models import Membership, Role, User
from app.people.signing_in import actor_for
from content.events import ArticlePublished
from content.models import Article
from content.publishing import publish, show_to, withdraw
from content.snapshot import Visibility
from content.subjects import Topic
from content.writing import draft_of, revise, save_draft
from tests.cast import Cast, draft
from tests.smtp import MailServer, mail_server, sending_to

pytestmark = pytest.mark.whole

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""A Monday: the weekly edition comes the next morning at 7."""

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

MORE = "Er is meer dan in één mail past"


@pytest.fixture
def clock() -> object:
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


@pytest.fixture
def there(database: Database) -> Cast:
    with database.writing() as session:
        return Cast.in_(session)


def person(session: Session, handle: str) -> User:
    return session.exec(select(User).where(User.handle == handle)).one()


def actor(session: Session, handle: str) -> Actor:
    return actor_for(session, person(session, handle))


def topic(session: Session, slug: str = "cobots") -> Topic:
    return session.exec(select(Topic).where(Topic.slug == slug)).one()


def follow(
    database: Database, handle: str, rhythm: Rhythm = Rhythm.WEEKLY, *, slug: str = "cobots", scope: Scope = Scope.NEW
) -> int:
    with database.writing() as session:
        return following.follow(
            session, topic_target(topic(session, slug)), by=actor(session, handle), rhythm=rhythm, scope=scope
        ).id


def appear(
    database: Database, slug: str, *, about: str = "cobots", visibility: Visibility = Visibility.EVERYONE
) -> int:
    """A piece about a topic, published by Femke; the id of its article."""
    with database.writing() as session:
        cast = Cast.known(session)
        article = draft(
            session, cast, "lesson", slug=slug, visibility=visibility, topics=(about,), title=f"Over {slug}"
        )
        publish(session, article, by=cast.femke)
        return article.id


def sent(database: Database) -> list[EmailMessage]:
    """What arrives when everything that is due is written and sent."""
    with mail_server() as server, sending_to(f"smtp://127.0.0.1:{server.port}", mail_domain_pace=1000):
        work(server)
        return list(server.letters)


def work(_server: MailServer | None = None) -> None:
    working.work_off()
    write_due_editions()
    working.work_off()


def plain(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def slugs(letter: EmailMessage) -> list[str]:
    return re.findall(r"/kennis/([\w-]+)", plain(letter))


# --- when -----------------------------------------------------------------------------------------------------------


def test_at_once_means_at_once(database: Database, there: Cast, clock: time_machine.Traveller) -> None:
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    assert sent(database) == []
    appear(database, "een")
    (letter,) = sent(database)
    assert letter["To"] == "sjoerd@proeftuin.example"
    assert slugs(letter) == ["een"]
    assert sent(database) == []
    appear(database, "twee")
    assert [slugs(one) for one in sent(database)] == [["twee"]]


def test_what_appears_while_a_letter_waits_comes_with_it(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    for slug in ("een", "twee", "drie"):
        appear(database, slug)
        call_followers(ArticlePublished(article_id=1))
        write_due_editions()
    assert len(ledgers(database)[1]) == 1
    assert [sorted(slugs(one)) for one in sent(database)] == [["drie", "een", "twee"]]
    appear(database, "vier")
    assert [slugs(one) for one in sent(database)] == [["vier"]]


def test_those_whose_letter_waits_need_no_look_of_their_own(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    mails = [f"lezer{number}@post.example" for number in range(20)]
    with database.writing() as session:
        for mail in mails:
            by = actor_for(session, become_known(session, mail, name=mail))
            following.follow(session, topic_target(topic(session)), by=by, rhythm=Rhythm.AT_ONCE)
    appear(database, "een")
    call_followers(ArticlePublished(article_id=1))
    write_due_editions()
    paused = ledgers(database)[1][0].user_id
    with database.writing() as session:
        following.reader_of(session, paused).paused_until = now() + timedelta(days=2)
    appear(database, "twee")
    call_followers(ArticlePublished(article_id=1))
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    write_due_editions()
    assert len(asked) < 30, "one was paused since, and is looked at; nineteen are not"
    with database.reading() as session:
        due = session.exec(select(Subscription.user_id).where(col(Subscription.due_at).is_not(None))).all()
    assert due == [paused]
    assert len(ledgers(database)[1]) == 20
    letters = sent(database)
    assert {(letter["To"], *sorted(slugs(letter))) for letter in letters} == {
        (one, "een", "twee") for one in mails if one != letter_of(database, paused)
    }
    clock.shift(timedelta(days=2, minutes=1))
    assert [sorted(slugs(one)) for one in sent(database)] == [["een", "twee"]]


def letter_of(database: Database, user_id: int) -> str:
    with database.reading() as session:
        return session.get_one(User, user_id).mail


def test_a_letter_that_cannot_be_sent_for_long_holds_up_no_other(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    appear(database, "een")
    call_followers(ArticlePublished(article_id=1))
    write_due_editions()
    with database.writing() as session:
        session.exec(update(Job).where(col(Job.event) == "CircularWritten").values(parked_at=now()))
    clock.shift(timedelta(hours=2))
    appear(database, "twee")
    assert [sorted(slugs(one)) for one in sent(database)] == [["een", "twee"]]


@pytest.mark.parametrize("way", ["pause", "mute"])
def test_what_appears_while_somebody_hears_nothing_comes_when_that_is_over(
    database: Database, there: Cast, clock: time_machine.Traveller, way: str
) -> None:
    number = follow(database, "sjoerd", Rhythm.AT_ONCE)
    with database.writing() as session:
        if way == "pause":
            following.reader_of(session, person(session, "sjoerd").id).paused_until = now() + timedelta(days=2)
        else:
            row = session.get_one(Subscription, number)
            muting.mute(session, row, by=actor(session, "sjoerd"), lasting=timedelta(days=2))
    appear(database, "een")
    assert sent(database) == []
    clock.shift(timedelta(days=1))
    assert sent(database) == []
    clock.shift(timedelta(days=1, minutes=1))
    assert [slugs(one) for one in sent(database)] == [["een"]]
    assert sent(database) == []


def test_a_letter_that_cannot_be_written_tells_of_nothing(
    database: Database, there: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    appear(database, "een")

    def broken(_letter: object) -> EmailMessage:
        raise composing.Unsafe("for once")

    with monkeypatch.context() as during:
        during.setattr(composing, "compose", broken)
        assert sent(database) == []
    assert ledgers(database)[0] == []
    clock.shift(timedelta(days=4))
    with database.writing() as session:
        forget_old_letters(session)
    assert [slugs(one) for one in sent(database)] == [["een"]]


def test_what_did_not_fit_in_a_letter_that_tells_at_once_comes_at_once_too(
    database: Database, there: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest_letters, "MOST_PIECES", 2)
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    for slug in ("een", "twee", "drie"):
        appear(database, slug)
        call_followers(ArticlePublished(article_id=1))
        write_due_editions()
    with database.writing() as session:
        session.exec(delete(Job).where(col(Job.event) == "ArticlePublished"))
    with mail_server() as server, sending_to(f"smtp://127.0.0.1:{server.port}", mail_domain_pace=1000):
        work()
        work()
        assert [sorted(slugs(one)) for one in server.letters] == [["drie", "twee"], ["een"]]
        assert [MORE in " ".join(plain(one).split()) for one in server.letters] == [True, False]


def test_a_letter_that_is_just_full_does_not_say_that_there_is_more(
    database: Database, there: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest_letters, "MOST_PIECES", 2)
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    appear(database, "een")
    appear(database, "twee")
    (letter,) = sent(database)
    assert sorted(slugs(letter)) == ["een", "twee"]
    assert MORE not in " ".join(plain(letter).split())


def test_a_letter_says_all_that_it_is_about_and_its_subject_that_there_is_more(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    with database.reading() as session:
        about = session.exec(select(Topic.slug).order_by(Topic.slug).limit(5)).all()
    for each in about:
        follow(database, "sjoerd", Rhythm.AT_ONCE, slug=each)
        appear(database, f"over-{each}", about=each)
    (letter,) = sent(database)
    with database.reading() as session:
        names = [topic(session, each).name_nl for each in about]
    assert all(name in " ".join(plain(letter).rpartition("Je krijgt")[2].split()) for name in names)
    assert letter["Subject"].endswith("en meer")


# --- what is opened later -------------------------------------------------------------------------------------------


def show(database: Database, article_id: int, visibility: Visibility, *allowed: int) -> None:
    with database.writing() as session:
        cast = Cast.known(session)
        show_to(session, session.get_one(Article, article_id), visibility, by=cast.femke, allowed=set(allowed))


@pytest.mark.parametrize("rhythm", [Rhythm.AT_ONCE, Rhythm.DAILY])
@pytest.mark.parametrize("scope", Scope)
def test_what_was_there_and_is_opened_to_somebody_is_news_to_them(
    database: Database, there: Cast, clock: time_machine.Traveller, rhythm: Rhythm, scope: Scope
) -> None:
    older = appear(database, "dicht", visibility=Visibility.ORGANISATIONS)
    open_before = appear(database, "open", visibility=Visibility.MEMBERS)
    clock.shift(timedelta(days=1))
    follow(database, "sjoerd", rhythm, scope=scope)
    clock.shift(timedelta(days=1))
    assert sent(database) == []
    show(database, older, Visibility.MEMBERS)
    show(database, open_before, Visibility.EVERYONE)
    clock.shift(timedelta(days=1))
    assert [slugs(one) for one in sent(database)] == [["dicht"]], "a member could read the other one all along"
    # A slip that is mended, and one more who may read it, tell them nothing new.
    show(database, older, Visibility.ORGANISATIONS)
    show(database, older, Visibility.EVERYONE)
    clock.shift(timedelta(days=2))
    assert sent(database) == []


def test_an_organisation_that_is_named_later_hears_of_it_then(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    older = appear(database, "dicht", visibility=Visibility.ORGANISATIONS)
    clock.shift(timedelta(days=1))
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    clock.shift(timedelta(days=1))
    show(database, older, Visibility.ORGANISATIONS, there.woldzicht.id)
    assert [slugs(one) for one in sent(database)] == [["dicht"]]
    clock.shift(timedelta(days=1))
    show(database, older, Visibility.ORGANISATIONS, there.woldzicht.id, there.nipt.id)
    assert sent(database) == []


def test_what_was_hidden_for_a_while_is_no_news_to_who_follows_since(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    older = appear(database, "open")
    clock.shift(timedelta(days=1))
    show(database, older, Visibility.ORGANISATIONS)
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    clock.shift(timedelta(days=1))
    show(database, older, Visibility.EVERYONE)
    assert sent(database) == []


def suspended_for_a_day(database: Database, clock: time_machine.Traveller) -> None:
    with database.writing() as session:
        suspending.suspend_person(session, person(session, "sjoerd"), by=Actor(is_steward=True))
    appear(database, "een", visibility=Visibility.MEMBERS)
    assert letters_of_pieces(database) == []
    clock.shift(timedelta(days=1))
    with database.writing() as session:
        suspending.restore_person(session, person(session, "sjoerd"), by=Actor(is_steward=True))


def without_organisation_for_a_day(database: Database, clock: time_machine.Traveller) -> None:
    with database.writing() as session:
        suspending.suspend_organisation(session, Cast.known(session).woldzicht, by=Actor(is_steward=True))
    appear(database, "een", visibility=Visibility.MEMBERS)
    assert letters_of_pieces(database) == []
    clock.shift(timedelta(days=1))
    with database.writing() as session:
        suspending.restore_organisation(session, Cast.known(session).woldzicht, by=Actor(is_steward=True))


def without_a_place_for_a_day(database: Database, clock: time_machine.Traveller) -> None:
    with database.writing() as session:
        place = session.exec(select(Membership).where(Membership.user_id == person(session, "sjoerd").id)).one()
        belonging.remove(session, place, by=Cast.known(session).noor)
    appear(database, "een", visibility=Visibility.MEMBERS)
    assert letters_of_pieces(database) == []
    clock.shift(timedelta(days=1))
    with database.writing() as session:
        places.give_place(session, person(session, "sjoerd").id, Cast.known(session).woldzicht.id, Role.READER)


def letters_of_pieces(database: Database) -> list[list[str]]:
    return [slugs(one) for one in sent(database) if one["List-Id"]]


@pytest.mark.parametrize(
    "away",
    [suspended_for_a_day, without_organisation_for_a_day, without_a_place_for_a_day],
    ids=lambda each: each.__name__,
)
def test_who_reads_more_again_hears_at_once_of_what_appeared_meanwhile(
    database: Database, there: Cast, clock: time_machine.Traveller, away: Callable[..., None]
) -> None:
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    clock.shift(timedelta(hours=1))
    away(database, clock)
    assert letters_of_pieces(database) == [["een"]]


def test_a_letter_to_an_address_that_was_changed_holds_up_no_other(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    appear(database, "een")
    call_followers(ArticlePublished(article_id=1))
    write_due_editions()
    with database.writing() as session:
        user = person(session, "sjoerd")
        user.mail = "nieuw@proeftuin.example"
        session.add(user)
    appear(database, "twee")
    assert [(one["To"], sorted(slugs(one))) for one in sent(database)] == [("nieuw@proeftuin.example", ["een", "twee"])]


@pytest.mark.parametrize(
    ("rhythm", "due"),
    [
        (Rhythm.DAILY, "2026-11-24T07:00"),
        (Rhythm.WEEKLY, "2026-11-24T07:00"),
        (Rhythm.MONTHLY, "2026-12-01T07:00"),
    ],
)
def test_an_edition_comes_at_its_hour_and_once(
    database: Database, there: Cast, clock: time_machine.Traveller, rhythm: Rhythm, due: str
) -> None:
    follow(database, "sjoerd", rhythm)
    appear(database, "een")
    moment = datetime.fromisoformat(due).replace(tzinfo=AMSTERDAM)
    clock.move_to(moment - timedelta(minutes=1))
    assert sent(database) == []
    clock.move_to(moment + timedelta(seconds=1))
    assert [slugs(one) for one in sent(database)] == [["een"]]
    assert sent(database) == []
    clock.move_to(moment + timedelta(days=40))
    assert sent(database) == [], "nothing new, no mail"


def test_what_was_missed_comes_once(database: Database, there: Cast, clock: time_machine.Traveller) -> None:
    follow(database, "sjoerd", Rhythm.DAILY)
    for number in range(3):
        appear(database, f"stuk-{number}")
        clock.shift(timedelta(days=4))
    (letter,) = sent(database)
    assert sorted(slugs(letter)) == ["stuk-0", "stuk-1", "stuk-2"]
    assert sent(database) == []


def test_an_edition_that_is_late_takes_none_of_the_next_morning_away(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.DAILY)
    follow(database, "sjoerd", Rhythm.AT_ONCE, slug="small-batches")
    appear(database, "een")
    # Nobody works from noon until the night after the next morning.
    clock.shift(timedelta(hours=36))
    appear(database, "twee", about="small-batches")
    assert [sorted(slugs(one)) for one in sent(database)] == [["een", "twee"]]
    appear(database, "drie")
    clock.shift(timedelta(hours=7))
    assert [slugs(one) for one in sent(database)] == [["drie"]]


def test_the_editions_of_one_morning_come_in_one_letter(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.DAILY)
    follow(database, "sjoerd", Rhythm.WEEKLY, slug="robot-welding")
    appear(database, "een")
    appear(database, "twee", about="robot-welding")
    clock.shift(timedelta(days=1))
    (letter,) = sent(database)
    assert sorted(slugs(letter)) == ["een", "twee"]


@pytest.mark.parametrize(
    ("day", "hour", "utc"),
    [
        ("2026-03-28", 7, "2026-03-28T06:00+00:00"),
        ("2026-03-29", 7, "2026-03-29T05:00+00:00"),
        ("2026-03-29", 2, "2026-03-29T01:00+00:00"),
        ("2026-10-25", 2, "2026-10-25T00:00+00:00"),
        ("2026-10-25", 7, "2026-10-25T06:00+00:00"),
        ("2026-10-26", 0, "2026-10-25T23:00+00:00"),
        ("2026-01-01", 0, "2025-12-31T23:00+00:00"),
        ("2028-02-29", 23, "2028-02-29T22:00+00:00"),
    ],
)
def test_an_edition_keeps_its_hour_when_the_clock_is_moved(day: str, hour: int, utc: str) -> None:
    reader = Reader(user_id=1, hour=hour)
    wanted = datetime.fromisoformat(utc)
    assert next_due(Rhythm.DAILY, reader, after=wanted - timedelta(hours=1, seconds=-1)) == wanted
    assert next_due(Rhythm.DAILY, reader, after=wanted - timedelta(seconds=1)) == wanted
    assert wanted.astimezone(AMSTERDAM).date().isoformat() == day


@pytest.mark.parametrize("rhythm", [Rhythm.DAILY, Rhythm.WEEKLY, Rhythm.MONTHLY])
@pytest.mark.parametrize("hour", [0, 2, 3, 7, 23])
def test_over_ten_years_every_day_has_its_edition_once(rhythm: Rhythm, hour: int) -> None:
    reader, at = Reader(user_id=1, hour=hour, weekday=6), datetime(2026, 1, 1, tzinfo=UTC)
    days = []
    while at.year < 2036:
        at = next_due(rhythm, reader, after=at)
        days.append(at.astimezone(AMSTERDAM).date())
    assert len(days) == len(set(days))
    gaps = {(later - earlier).days for earlier, later in pairwise(days)}
    assert gaps == {Rhythm.DAILY: {1}, Rhythm.WEEKLY: {7}, Rhythm.MONTHLY: {28, 29, 30, 31}}[rhythm]


# --- what -----------------------------------------------------------------------------------------------------------


def test_one_piece_comes_once_however_many_subscriptions_it_answers(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    follow(database, "sjoerd", Rhythm.AT_ONCE, slug="small-batches")
    appear(database, "een")
    letters = sent(database)
    assert len(letters) == 1
    assert slugs(letters[0]) == ["een"]
    clock.shift(timedelta(days=8))
    assert sent(database) == []


def test_rights_are_those_of_the_moment_of_sending(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.DAILY)
    for slug in ("open", "leden", "dicht", "weg"):
        appear(database, slug, visibility=Visibility.MEMBERS if slug == "leden" else Visibility.EVERYONE)
    clock.shift(timedelta(days=1))
    write_due_editions()
    with database.writing() as session:
        cast = Cast.known(session)
        shut = session.exec(select(Article).where(Article.slug == "dicht")).one()
        show_to(session, shut, Visibility.ORGANISATIONS, by=cast.femke, allowed=set())
        gone = session.exec(select(Article).where(Article.slug == "weg")).one()
        withdraw(session, gone, by=cast.femke, reason_nl="Klopt niet.")
        place = session.exec(select(Membership).where(Membership.user_id == person(session, "sjoerd").id)).one()
        belonging.remove(session, place, by=cast.noor)
    (letter,) = [one for one in sent(database) if one["List-Id"]]
    assert slugs(letter) == ["open"]


def test_what_was_read_on_the_site_is_not_mailed(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.DAILY)
    appear(database, "een")
    appear(database, "twee")
    with database.writing() as session:
        piece = session.exec(select(Article.piece_id).where(Article.slug == "een")).one()
        my_feed.mark_read(session, actor(session, "sjoerd"), [piece])
    clock.shift(timedelta(days=1))
    assert [slugs(one) for one in sent(database)] == [["twee"]]


def test_a_new_version_is_news_to_those_alone_who_want_everything(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    number = appear(database, "een")
    clock.shift(timedelta(minutes=1))
    follow(database, "sjoerd", Rhythm.AT_ONCE, scope=Scope.EVERYTHING)
    follow(database, "aafke", Rhythm.AT_ONCE)
    assert sent(database) == []
    clock.shift(timedelta(minutes=1))
    with database.writing() as session:
        article = session.get_one(Article, number)
        publish_anew(session, article)
    assert [one["To"] for one in sent(database)] == ["sjoerd@proeftuin.example"]
    assert sent(database) == []


def publish_anew(session: Session, article: Article) -> None:
    cast = Cast.known(session)
    content = draft_of(session, article).content.model_copy(update={"summary": f"Nu {now():%H.%M.%S.%f}"})
    save_draft(session, article, content, by=cast.femke)
    revise(session, article, by=cast.femke)
    publish(session, article, by=cast.femke)


def test_muted_and_stopped_things_are_in_no_letter(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    muted, stopped = follow(database, "sjoerd", Rhythm.DAILY), follow(database, "aafke", Rhythm.DAILY)
    appear(database, "een")
    clock.shift(timedelta(days=1))
    write_due_editions()
    with database.writing() as session:
        one = following.own(session, muted, by=actor(session, "sjoerd"))
        muting.mute(session, one, by=actor(session, "sjoerd"), lasting=timedelta(days=14))
        following.stop(session, following.own(session, stopped, by=actor(session, "aafke")))
    assert sent(database) == []
    clock.shift(timedelta(days=15))
    assert [slugs(one) for one in sent(database)] == [["een"]], "heard again, and nothing was missed"


@pytest.mark.parametrize("had_own", [True, False])
def test_muting_what_an_organisation_follows_and_undoing_it_sends_no_mail(
    database: Database, there: Cast, clock: time_machine.Traveller, had_own: bool
) -> None:
    with database.writing() as session:
        owns = replace(actor(session, "sjoerd"), owns=frozenset({there.woldzicht.id}))
        theirs = following.follow(session, topic_target(topic(session)), by=owns, organisation_id=there.woldzicht.id).id
    if had_own:
        own = follow(database, "sjoerd", Rhythm.AT_ONCE)
        with database.writing() as session:
            following.stop(session, session.get_one(Subscription, own))
    appear(database, "een")
    with database.writing() as session:
        by = actor(session, "sjoerd")
        row = muting.mute(session, session.get_one(Subscription, theirs), by=by, lasting=None)
        assert following.heard_by(session, by) == []
        muting.unmute(session, row)
        assert [one.id for one in following.heard_by(session, by)] == [theirs], "their organisation's again"
    assert sent(database) == []
    with database.writing() as session:
        following.stop(session, session.get_one(Subscription, theirs))
        assert following.heard_by(session, actor(session, "sjoerd")) == []


def test_what_was_muted_for_a_while_is_their_organisations_again_afterwards(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    with database.writing() as session:
        owns = replace(actor(session, "sjoerd"), owns=frozenset({there.woldzicht.id}))
        theirs = following.follow(session, topic_target(topic(session)), by=owns, organisation_id=there.woldzicht.id)
        by = actor(session, "sjoerd")
        muting.mute(session, theirs, by=by, lasting=timedelta(days=3))
        assert following.heard_by(session, by) == []
    clock.shift(timedelta(days=4))
    with database.writing() as session:
        by = actor(session, "sjoerd")
        assert [one.organisation_id for one in following.heard_by(session, by)] == [there.woldzicht.id]
        assert following.of_person(session, by.user_id or 0) == []
        row = following.follow(session, topic_target(topic(session)), by=by)
        assert [one.id for one in following.of_person(session, by.user_id or 0)] == [row.id]


def test_during_a_pause_no_mail_comes_and_afterwards_all_of_it(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.DAILY)
    with database.writing() as session:
        reader = following.reader_of(session, person(session, "sjoerd").id)
        reader.paused_until = now() + timedelta(days=7)
        session.add(reader)
    appear(database, "een")
    clock.shift(timedelta(days=3))
    assert sent(database) == []
    clock.shift(timedelta(days=5))
    assert [slugs(one) for one in sent(database)] == [["een"]]


# --- the ledgers ----------------------------------------------------------------------------------------------------


def ledgers(database: Database) -> tuple[list[Told], list[Edition]]:
    with database.reading() as session:
        return list(session.exec(select(Told)).all()), list(session.exec(select(Edition)).all())


def test_an_edition_is_written_before_and_closed_after(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    appear(database, "een")
    call_followers(ArticlePublished(article_id=1))
    write_due_editions()
    _told, (edition,) = ledgers(database)
    assert (edition.closed_at, edition.chosen_at) == (None, None)
    (letter,) = sent(database)
    (told,), (edition,) = ledgers(database)
    assert edition.closed_at is not None
    assert (edition.outcome, told.edition_id, told.channel) == ("sent", edition.id, Channel.MAIL)
    assert letter["Message-ID"].startswith(f"<letter.{edition.letter_id}.")


@pytest.mark.parametrize("answer", ["451 later", "421 closing"])
def test_a_try_that_surely_failed_tells_nothing_and_the_next_chooses_anew(
    database: Database, there: Cast, clock: time_machine.Traveller, answer: str
) -> None:
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    appear(database, "een")
    with mail_server() as server, sending_to(f"smtp://127.0.0.1:{server.port}", mail_domain_pace=1000):
        server.answers["sjoerd@proeftuin.example"] = answer
        work()
        assert ledgers(database)[0] == []
        appear(database, "twee")
        server.answers.clear()
        clock.shift(timedelta(minutes=45))
        work()
        assert [sorted(slugs(one)) for one in server.letters] == [["een", "twee"]]


def test_after_a_kill_the_same_letter_goes_again_without_what_was_hidden(
    database: Database, there: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    for slug in ("een", "twee"):
        appear(database, slug)
    with mail_server() as server, sending_to(f"smtp://127.0.0.1:{server.port}", mail_domain_pace=1000):
        working.work_off()
        write_due_editions()
        with database.reading() as session:
            number = session.exec(select(PostedLetter.id).where(PostedLetter.name == "digest")).one()
        # As after a kill: chosen, perhaps sent, and nobody wrote down how it ended.
        assert digest_letters.DigestLetters().choose(number) is not None
        appear(database, "drie")
        with database.writing() as session:
            article = session.exec(select(Article).where(Article.slug == "twee")).one()
            withdraw(session, article, by=Cast.known(session).femke, reason_nl="Klopt niet.")
        working.work_off()
        assert [slugs(one) for one in server.letters] == [["een"]]
        work()
        assert [slugs(one) for one in server.letters] == [["een"], ["drie"]]


@pytest.fixture
def chosen_ahead(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> tuple[digest_letters.DigestLetters, list[int]]:
    """The letters of three readers, of whom the first was chosen, and the others with it; with their numbers."""
    for handle in ("sjoerd", "aafke", "hinke"):
        follow(database, handle, Rhythm.AT_ONCE)
    for slug in ("een", "twee"):
        appear(database, slug)
    working.work_off()
    write_due_editions()
    with database.reading() as session:
        numbers = list(session.exec(select(PostedLetter.id).order_by(col(PostedLetter.id))).all())
    letters = digest_letters.DigestLetters()
    letters._several.number = 4
    assert told_by(letters, numbers[0]) == ["een", "twee"]
    told, waiting = ledgers(database)
    assert len(told) == 6
    assert all(one.chosen_at for one in waiting)
    return letters, numbers


def told_by(letters: digest_letters.DigestLetters, number: int) -> list[str]:
    """The pieces of a letter."""
    told = letters.choose(number)
    return sorted(line["href"].rpartition("/")[2] for line in told["lines"]) if told else []


def test_letters_that_go_next_are_chosen_together(
    database: Database, chosen_ahead: tuple[digest_letters.DigestLetters, list[int]]
) -> None:
    letters, (_first, second, third) = chosen_ahead
    asked: list[str] = []
    listen = (database.engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    event.listen(*listen)
    assert [told_by(letters, second), told_by(letters, third)] == [["een", "twee"]] * 2
    event.remove(*listen)
    assert len(asked) == 2, "only whether anything changed since"


@pytest.mark.parametrize("is_old", [False, True])
def test_what_is_withdrawn_meanwhile_is_in_none_of_those(
    database: Database,
    chosen_ahead: tuple[digest_letters.DigestLetters, list[int]],
    monkeypatch: pytest.MonkeyPatch,
    is_old: bool,
) -> None:
    letters, (_first, second, third) = chosen_ahead
    if is_old:
        monkeypatch.setattr(digest_letters, "HOLDS_FOR", -1.0)
    with database.writing() as session:
        article = session.exec(select(Article).where(Article.slug == "twee")).one()
        withdraw(session, article, by=Cast.known(session).femke, reason_nl="Klopt niet.")
    assert [told_by(letters, second), told_by(letters, third)] == [["een"]] * 2


def test_what_was_chosen_a_while_ago_is_looked_at_again(
    database: Database,
    chosen_ahead: tuple[digest_letters.DigestLetters, list[int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    letters, (_first, second, third) = chosen_ahead
    with database.writing() as session:
        for row in session.exec(select(Subscription)).all():
            following.stop(session, row)
    monkeypatch.setattr(digest_letters, "HOLDS_FOR", -1.0)
    assert [letters.choose(second), letters.choose(third)] == [None, None]


def test_one_reader_with_two_letters_is_told_in_one_of_them(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.DAILY)
    follow(database, "sjoerd", Rhythm.AT_ONCE, slug="robotics")
    appear(database, "een")
    with database.writing() as session:
        user = person(session, "sjoerd")
        for rhythm in (Rhythm.DAILY, Rhythm.AT_ONCE):
            letter = post(session, Letter(to=user.mail, name="digest", can_wait=True))
            session.add(Edition(user_id=user.id, period=f"2026-11-24 {rhythm}", letter_id=letter.id))
    letters = digest_letters.DigestLetters()
    letters._several.number = 4
    with database.reading() as session:
        numbers = list(session.exec(select(PostedLetter.id).order_by(col(PostedLetter.id))).all())
    assert sorted(told_by(letters, number) for number in numbers) == [[], ["een"]]


def test_nobody_is_called_for_what_they_were_told_already(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    """Such as by a letter that waited when it appeared."""
    for handle in ("sjoerd", "aafke"):
        follow(database, handle, Rhythm.AT_ONCE)
    number = appear(database, "een")
    working.work_off()
    with database.writing() as session:
        my_feed.mark_read(session, actor(session, "sjoerd"), [session.get_one(Article, number).piece_id])
        session.exec(update(Subscription).values(due_at=None))
    call_followers(ArticlePublished(article_id=number))
    with database.reading() as session:
        assert due(session) == ["aafke"]


def test_a_new_version_calls_those_alone_who_want_everything(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.AT_ONCE, scope=Scope.NEW)
    follow(database, "aafke", Rhythm.AT_ONCE, scope=Scope.EVERYTHING)
    number = appear(database, "een")
    assert len(sent(database)) == 2
    with database.writing() as session:
        publish_anew(session, session.get_one(Article, number))
    working.work_off()
    with database.reading() as session:
        assert due(session) == ["aafke"]


def due(session: Session) -> list[str]:
    """Whose letters are looked at."""
    rows = select(User.handle).join(Subscription, col(Subscription.user_id) == User.id)
    return sorted(session.exec(rows.where(col(Subscription.due_at).is_not(None))).all())


@pytest.mark.parametrize("rhythm", [Rhythm.AT_ONCE, Rhythm.DAILY])
@pytest.mark.parametrize("way", ["pause", "address"])
def test_what_was_chosen_and_then_not_sent_is_told_later(
    database: Database, there: Cast, clock: time_machine.Traveller, way: str, rhythm: Rhythm
) -> None:
    follow(database, "sjoerd", rhythm)
    appear(database, "een")
    working.work_off()
    clock.shift(timedelta(days=1))
    with mail_server() as server, sending_to(f"smtp://127.0.0.1:{server.port}", mail_domain_pace=1000):
        write_due_editions()
        with database.reading() as session:
            number = session.exec(select(PostedLetter.id).where(PostedLetter.name == "digest")).one()
        # As after a kill between choosing and sending.
        assert digest_letters.DigestLetters().choose(number) is not None
        assert len(ledgers(database)[0]) == 1
        with database.writing() as session:
            user = person(session, "sjoerd")
            if way == "pause":
                following.reader_of(session, user.id).paused_until = now() + timedelta(days=3)
            else:
                user.mail = "nieuw@proeftuin.example"
                session.add(user)
        work()
        assert ledgers(database)[0] == [] or server.letters, "the ledger is true"
        clock.shift(timedelta(days=4))
        for _turn in range(2):
            work()
            clock.shift(timedelta(days=1))
        assert [slugs(one) for one in server.letters] == [["een"]]
        assert server.recipients == [["sjoerd@proeftuin.example" if way == "pause" else "nieuw@proeftuin.example"]]


def test_what_is_to_be_told_at_once_waits_for_no_edition_of_its_day(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.DAILY)
    follow(database, "sjoerd", Rhythm.AT_ONCE, slug="small-batches")

    def all_due() -> None:
        with database.writing() as session:
            session.exec(update(Subscription).values(due_at=now()))
        work()

    with mail_server() as server, sending_to(f"smtp://127.0.0.1:{server.port}", mail_domain_pace=1000):
        appear(database, "een")
        appear(database, "twee", about="small-batches")
        all_due()
        assert [sorted(slugs(one)) for one in server.letters] == [["een", "twee"]]
        appear(database, "drie")
        appear(database, "vier", about="small-batches")
        # The same day once more, as when somebody chose a later hour.
        all_due()
        assert [sorted(slugs(one)) for one in server.letters[1:]] == [["vier"]], "at once is at once"
        appear(database, "vijf", about="small-batches")
        with database.writing() as session:
            session.exec(update(Subscription).values(rhythm=Rhythm.DAILY))
        all_due()
        assert len(server.letters) == 2, "a day has one edition, whatever comes with it"
        clock.shift(timedelta(days=1))
        all_due()
        assert [sorted(slugs(one)) for one in server.letters[2:]] == [["drie", "vijf"]]


def test_an_address_that_is_gone_is_paused_and_its_owner_told(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    appear(database, "een")
    with mail_server() as server, sending_to(f"smtp://127.0.0.1:{server.port}", mail_domain_pace=1000):
        server.answers["sjoerd@proeftuin.example"] = "550 no such user"
        work()
        appear(database, "twee")
        work()
        server.answers.clear()
        clock.shift(timedelta(days=1))
        work()
        assert server.letters == []
        with database.writing() as session:
            sjoerd = person(session, "sjoerd")
            reader = following.reader_of(session, sjoerd.id)
            assert (reader.gone_code, reader.gone_at is not None) == ("550", True)
            assert session.exec(select(Notice.name).where(Notice.user_id == sjoerd.id)).all() == ["address_gone"]
            reader.gone_at, reader.refusals = None, 0
            session.add(reader)
            session.flush()
            following.plan_again(session, sjoerd.id)
        work()
        assert [sorted(slugs(one)) for one in server.letters] == [["een", "twee"]], "nothing was lost meanwhile"


def test_mail_comes_again_by_itself_to_a_new_address(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    appear(database, "een")
    new = "nieuw@proeftuin.example"
    with mail_server() as server, sending_to(f"smtp://127.0.0.1:{server.port}", mail_domain_pace=1000):
        server.answers["sjoerd@proeftuin.example"] = "550 no such user"
        work()
        with database.writing() as session:
            sjoerd = person(session, "sjoerd")
            changing_mail.ask_to_change(session, sjoerd, mail=new, browser="b", peer="192.0.2.1", language="nl")
            session.exec(update(MailCode).values(proven_at=now()))
            assert changing_mail.change(session, sjoerd, browser="b")
        work()
        with database.reading() as session:
            reader = following.known_reader(session, person(session, "sjoerd").id)
            assert (reader.gone_at, reader.gone_code, reader.refusals) == (None, "", 0)
        digests = [one for one in server.letters if one["List-Id"]]
        assert [(one["To"], slugs(one)) for one in digests] == [(new, ["een"])]


def test_other_refusals_count_after_three_in_a_row(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    with mail_server() as server, sending_to(f"smtp://127.0.0.1:{server.port}", mail_domain_pace=1000):
        server.answers["sjoerd@proeftuin.example"] = "554 not today"
        for number in range(3):
            with database.reading() as session:
                assert following.known_reader(session, person(session, "sjoerd").id).gone_at is None
            appear(database, f"stuk-{number}")
            work()
        with database.reading() as session:
            assert following.known_reader(session, person(session, "sjoerd").id).gone_at is not None


def test_a_letter_that_was_given_up_closes_its_edition(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    appear(database, "een")
    with sending_to("smtp://127.0.0.1:9", mail_domain_pace=1000):
        work()
        clock.shift(timedelta(days=4))
        with database.writing() as session:
            forget_old_letters(session)
    told, (edition,) = ledgers(database)
    assert (told, edition.outcome) == ([], LetterState.LATE.value)
    assert [slugs(one) for one in sent(database)] == [["een"]]


def test_what_was_chosen_and_never_tried_is_told_in_another_letter(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    appear(database, "een")
    with sending_to("smtp://127.0.0.1:9", mail_domain_pace=1000):
        work()
    with database.reading() as session:
        (letter_id,) = session.exec(select(Edition.letter_id)).all()
    # Chosen by a worker that was killed before it tried, and none came after it.
    assert digest_letters.DigestLetters().choose(letter_id or 0)
    clock.shift(timedelta(days=4))
    with database.writing() as session:
        forget_old_letters(session)
    assert [slugs(one) for one in sent(database)] == [["een"]]


def test_one_whose_edition_cannot_be_written_holds_up_nobody(
    database: Database, there: Cast, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for handle in ("sjoerd", "aafke", "femke"):
        follow(database, handle, Rhythm.AT_ONCE)
    appear(database, "een")
    working.work_off()
    with database.reading() as session:
        poison = person(session, "aafke").id
    write = editions._write

    def broken(session: Session, user_ids: Sequence[int]) -> int:
        if poison in user_ids:
            raise ValueError("broken")
        return write(session, user_ids)

    monkeypatch.setattr(editions, "_write", broken)
    assert {one["To"] for one in sent(database)} == {"sjoerd@proeftuin.example", "femke@proeftuin.example"}
    monkeypatch.undo()
    clock.shift(timedelta(hours=2))
    assert [one["To"] for one in sent(database)] == ["aafke@proeftuin.example"]


def test_who_is_erased_gets_nothing_and_leaves_nothing(
    database: Database, there: Cast, clock: time_machine.Traveller
) -> None:
    follow(database, "sjoerd", Rhythm.AT_ONCE)
    appear(database, "een")
    working.work_off()
    write_due_editions()
    with database.writing() as session:
        session.delete(person(session, "sjoerd"))
    assert sent(database) == []
    with database.reading() as session:
        for table in (Subscription, Edition, Told, Reader):
            assert session.exec(select(table).where(col(table.user_id).is_not(None))).all() == []


def test_others_write_while_editions_are_written(
    database: Database, there: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite lets one write at a time; who waits gives up after ten seconds."""
    write = editions._write

    def slowly(session: Session, user_ids: Sequence[int]) -> int:
        time.sleep(0.05 * len(user_ids))
        return write(session, user_ids)

    monkeypatch.setattr(editions, "_write", slowly)
    with database.writing() as session:
        for number in range(80):
            user = become_known(session, f"lezer{number}@post.example", name="Lezer", language="nl")
            row = following.follow(session, topic_target(topic(session)), by=actor_for(session, user))
            row.due_at = now()
            session.add(row)
    waits: list[float] = []
    done = threading.Event()

    def write_too() -> None:
        while not done.is_set():
            began = time.monotonic()
            with database.writing() as session:
                session.exec(select(User.id).limit(1)).first()
            waits.append(time.monotonic() - began)
            time.sleep(0.02)

    other = threading.Thread(target=write_too)
    other.start()
    try:
        write_due_editions()
    finally:
        done.set()
        other.join()
    assert len(waits) > 5
    assert max(waits) < 2
