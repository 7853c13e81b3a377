"""For whatever is followed, muted, shown, published and withdrawn: nobody hears of what they may not see, muted or were
told of already, and everything that should be there is there; on the site, in the feed and by mail alike.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import true
from sqlmodel import Session, col, select

from app.core.clock import now
from app.core.database import Database
from app.core.errors import Conflict
from app.core.outside import Answered
from app.feeds import (
    choosing,
    delivering,
    digest_letters,
    editions,
    following,
    muting,
    my_feed,
    noticing,
    own_feed,
    webhook_messages,
    webhooks,
)
from app.feeds.delivering import due, serve
from app.feeds.editions import write_due_editions
from app.feeds.models import Edition, MutedPiece, Notice, Rhythm, Scope, Subscription, Told
from app.feeds.noticing import About
from app.feeds.targets import organisation_target, person_target, piece_target, topic_target
from app.feeds.webhook_messages import look_for_news
from app.feeds.webhook_models import Delivery, DeliveryState, Hears, Webhook
from app.feeds.webhooks import Wanted
from app.people.actor import Actor
from app.people.models import Admission, Membership, Organisation, Role, User
from app.people.signing_in import actor_for
from content.access import can_see, may_read
from content.attaching import allowed_to
from content.models import Article, ArticleAuthor, ArticleOrganisation, ArticleTopic, Stage
from content.publishing import publish, show_to, withdraw
from content.snapshot import Visibility
from content.subjects import Topic
from content.writing import draft_of, revise, save_draft
from tests.cast import Cast, draft
from tests.counts import full

pytestmark = [pytest.mark.whole, pytest.mark.timeout(full(1800, 240))]

Record = Callable[[str, object], None]

TOPICS = ("cobots", "robot-welding", "small-batches", "mes")
READERS = ("sjoerd", "aafke", "femke", "hinke", "okke")
MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class World:
    """What happened, kept apart from the product, so that what should follow can be worked out by hand."""

    session: Session
    chance: random.Random
    cast: Cast
    mailed: dict[tuple[int, int], list[datetime]] = field(default_factory=dict)
    """Reader and piece -> the versions (by their moment) that a letter told of."""
    hooked: dict[tuple[int, int], list[datetime]] = field(default_factory=dict)
    """Webhook and piece -> the same."""
    asked_again: set[tuple[int, int]] = field(default_factory=set)
    """Webhook and piece of which somebody had a message sent once more."""

    def actor(self, handle: str) -> Actor:
        return actor_for(self.session, self.session.exec(select(User).where(User.handle == handle)).one())

    def articles(self) -> list[Article]:
        return list(self.session.exec(select(Article).order_by(col(Article.id))).all())

    # --- what may happen ----------------------------------------------------------------------------------------

    def begin(self) -> None:
        article = draft(
            self.session,
            self.cast,
            "lesson",
            visibility=self.chance.choice(list(Visibility)),
            allowed=tuple(self.chance.sample([self.cast.woldzicht, self.cast.nipt], self.chance.randint(0, 2))),
            topics=tuple(self.chance.sample(TOPICS, self.chance.randint(1, 3))),
        )
        publish(self.session, article, by=self.cast.femke)

    def revise(self) -> None:
        article = self.some(Stage.PUBLISHED)
        if article is not None:
            told = {"summary": f"Nu {now():%d %H.%M.%S.%f}", "topics": tuple(self.chance.sample(TOPICS, 2))}
            save_draft(
                self.session,
                article,
                draft_of(self.session, article).content.model_copy(update=told),
                by=self.cast.femke,
            )
            revise(self.session, article, by=self.cast.femke)
            publish(self.session, article, by=self.cast.femke)

    def hide(self) -> None:
        article = self.some(Stage.PUBLISHED)
        if article is not None:
            allowed = {one.id for one in (self.cast.woldzicht, self.cast.nipt) if self.chance.random() < 0.5}
            visibility = self.chance.choice(list(Visibility))
            show_to(self.session, article, visibility, by=self.cast.femke, allowed=allowed)

    def take_back(self) -> None:
        article = self.some(Stage.PUBLISHED)
        if article is not None:
            withdraw(self.session, article, by=self.cast.femke, reason_nl="Klopt niet.")

    def follow(self) -> None:
        handle = self.chance.choice(READERS)
        slug = self.chance.choice(TOPICS)
        topic = self.session.exec(select(Topic).where(Topic.slug == slug)).one()
        femke = self.session.exec(select(User).where(User.handle == "femke")).one()
        target = self.chance.choice(
            [topic_target(topic), topic_target(topic), organisation_target(self.cast.kennislab), person_target(femke)]
        )
        following.follow(
            self.session,
            target,
            by=self.actor(handle),
            rhythm=self.chance.choice(list(Rhythm)),
            scope=self.chance.choice(list(Scope)),
            by_mail=self.chance.random() < 0.8,
        )

    def share(self) -> None:
        topic = self.session.exec(select(Topic).where(Topic.slug == self.chance.choice(TOPICS))).one()
        place = self.chance.choice([self.cast.woldzicht, self.cast.nipt, self.cast.veenhart])
        scope = self.chance.choice(list(Scope))
        following.follow(self.session, topic_target(topic), by=self.cast.noor, organisation_id=place.id, scope=scope)

    def notice(self) -> None:
        """Somebody is told on the site of a piece that they may see at that moment."""
        article, handle = self.some(Stage.PUBLISHED), self.chance.choice(READERS)
        actor = self.actor(handle)
        if article is not None and actor.user_id is not None:
            about = About("question_asked", f"question-{article.id}", f"/kennis/{article.slug}")
            noticing.tell(self.session, actor.user_id, about, told={"who": "A", "title": "B"}, article=article)

    def hook(self) -> None:
        """A webhook is made, switched off or on, removed or brought back."""
        place = self.chance.choice([self.cast.woldzicht, self.cast.nipt, self.cast.kennislab, self.cast.veenhart])
        by = Actor(owns=frozenset({place.id}))
        there = list(self.session.exec(select(Webhook).where(Webhook.organisation_id == place.id)).all())
        if len(there) < 2:
            hears = self.chance.choice(list(Hears))
            webhooks.make(self.session, place, Wanted("Bord", "https://bord.example/x", hears, "nl"), by=by)
            return
        act = self.chance.choice(
            [webhooks.switch_off, webhooks.switch_on, webhooks.switch_on, webhooks.remove, webhooks.bring_back]
        )
        act(self.session, self.chance.choice(there), by=by)

    def send_again(self) -> None:
        rows = list(self.session.exec(select(Delivery).order_by(col(Delivery.id))).all())
        if not rows:
            return
        row = self.chance.choice(rows)
        hook = self.session.get_one(Webhook, row.webhook_id)
        if any(each is not row and is_waiting(each) and like(each, row) for each in rows):
            with pytest.raises(Conflict):
                webhooks.send_again(self.session, hook, row.id)
            return
        webhooks.send_again(self.session, hook, row.id)
        self.asked_again.add((row.webhook_id, row.piece_id or 0))

    def mute(self) -> None:
        row = self.chance.choice(self.rows()) if self.rows() else None
        if row is not None and row.user_id is not None:
            user = self.session.get_one(User, row.user_id)
            lasting = self.chance.choice([None, timedelta(days=3)])
            following.mute(self.session, row, by=actor_for(self.session, user), lasting=lasting)

    def mute_piece(self) -> None:
        article, handle = self.some(Stage.PUBLISHED), self.chance.choice(READERS)
        actor = self.actor(handle)
        if article is not None and self.sees(actor, article):
            muting.mute_piece(self.session, article.piece_id, by=actor)

    def hear_piece(self) -> None:
        rows = self.session.exec(select(MutedPiece).order_by(col(MutedPiece.id))).all()
        if rows:
            row = self.chance.choice(list(rows))
            muting.hear_piece(self.session, row.piece_id, by=Actor(user_id=row.user_id))

    def follow_piece(self) -> None:
        article, actor = self.some(Stage.PUBLISHED), self.actor(self.chance.choice(READERS))
        if article is not None and self.sees(actor, article):
            target = piece_target(article)
            following.follow(self.session, target, by=actor, rhythm=Rhythm.DAILY, scope=Scope.EVERYTHING)

    def stop(self) -> None:
        if self.rows():
            following.stop(self.session, self.chance.choice(self.rows()))

    def read(self) -> None:
        article = self.some(Stage.PUBLISHED)
        if article is not None:
            my_feed.mark_read(self.session, self.actor(self.chance.choice(READERS)), [article.piece_id])

    def move(self) -> None:
        """Somebody's place ends, or begins again; an organisation is admitted, or not any more."""
        if self.chance.random() < 0.5:
            others = select(Membership).where(Membership.user_id != self.cast.femke.user_id)
            place = self.chance.choice(list(self.session.exec(others).all()))
            place.ended_at = None if place.ended_at else now()
            place.role = self.chance.choice(list(Role))
            self.session.add(place)
        else:
            veenhart = self.cast.veenhart
            is_in = veenhart.admission == Admission.ADMITTED
            veenhart.admission = Admission.APPLIED if is_in else Admission.ADMITTED
            self.session.add(veenhart)
        self.session.flush()

    def some(self, stage: Stage) -> Article | None:
        rows = [row for row in self.articles() if row.stage == stage]
        return self.chance.choice(rows) if rows else None

    def rows(self) -> list[Subscription]:
        return list(self.session.exec(select(Subscription).where(col(Subscription.ended_at).is_(None))).all())

    # --- what should be heard, worked out without the product -----------------------------------------------------

    def is_about(self, article: Article, row: Subscription) -> bool:
        session = self.session
        if row.topic_id is not None:
            topics = session.exec(select(ArticleTopic.topic_id).where(ArticleTopic.article_id == article.id)).all()
            broader = {session.get_one(Topic, id_).broader_id for id_ in topics}
            return row.topic_id in {*topics, *broader}
        if row.piece_id is not None:
            return row.piece_id == article.piece_id
        if row.followed_id is not None:
            took_part = session.exec(
                select(ArticleOrganisation.organisation_id).where(ArticleOrganisation.article_id == article.id)
            ).all()
            return row.followed_id in {article.owner_id, *took_part}
        authors = session.exec(select(ArticleAuthor.user_id).where(ArticleAuthor.article_id == article.id)).all()
        return row.person_id in authors

    def sees(self, actor: Actor, article: Article) -> bool:
        return can_see(actor, article, allowed_to(self.session, article))

    def hears(self, actor: Actor, article: Article) -> bool:
        """Whether they may see it and did not mute just this one."""
        muted = select(MutedPiece.id).where(
            MutedPiece.user_id == actor.user_id, MutedPiece.piece_id == article.piece_id
        )
        return self.sees(actor, article) and self.session.exec(muted).first() is None

    def effective(self, actor: Actor) -> list[Subscription]:
        own = [row for row in self.rows() if row.user_id == actor.user_id]
        shared = [row for row in self.rows() if row.organisation_id in actor.reads_for]
        keys = {row.key for row in own}
        both = [*own, *(row for row in shared if row.key not in keys)]
        return [row for row in both if not row.is_muted_at(now())]

    def is_news(self, article: Article, row: Subscription, told: list[Told]) -> bool:
        assert article.published_at is not None
        assert article.changed_at is not None
        if row.scope == Scope.NEW:
            return article.published_at > row.since and not told
        return article.changed_at > row.since and all(one.at < article.changed_at for one in told)

    def told(self, user_id: int | None, piece_id: int) -> list[Told]:
        return list(self.session.exec(select(Told).where(Told.user_id == user_id, Told.piece_id == piece_id)).all())

    def expected_site(self, actor: Actor) -> set[int]:
        rows = self.effective(actor)
        return {
            article.id
            for article in self.articles()
            if self.hears(actor, article) and any(self.is_about(article, row) for row in rows)
        }

    def expected_news(self, actor: Actor, rows: list[Subscription]) -> set[int]:
        return {
            article.id
            for article in self.articles()
            if self.hears(actor, article)
            and any(
                self.is_about(article, row) and self.is_news(article, row, self.told(actor.user_id, article.piece_id))
                for row in rows
            )
        }

    # --- looking ------------------------------------------------------------------------------------------------

    def look(self) -> None:
        for handle in READERS:
            actor = self.actor(handle)
            feed = my_feed.my_feed(self.session, actor, "nl", limit=1000)
            shown = [item.chosen.article_id for item in feed.items]
            assert len(shown) == len(set(shown))
            assert set(shown) == self.expected_site(actor), handle
            self.look_at_own_feed(actor)
            self.look_at_notices(actor)
            rows = self.effective(actor)
            assert {item.chosen.article_id for item in feed.new} == self.expected_news(actor, rows), handle
            reasons = {row.id for row in rows}
            for item in feed.items:
                named = {each.subscription.id for each in item.reasons}
                assert named
                assert named <= reasons, "no reason that is muted, stopped or somebody else's"

    def look_at_notices(self, actor: Actor) -> None:
        """Those about what they may read or edit, each once; a withdrawn piece is still told to who could read it."""
        wanted = []
        for row in self.session.exec(select(Notice).where(Notice.user_id == actor.user_id)).all():
            article = self.session.get_one(Article, row.article_id or 0)
            may = may_read(actor, article, allowed_to(self.session, article))
            if may or article.owner_id in actor.edits_for:
                wanted.append(row.id)
        shown = [row.id for row in noticing.inbox(self.session, actor)]
        assert sorted(shown) == sorted(wanted)

    def look_at_own_feed(self, actor: Actor) -> None:
        """What whoever has the secret address of this person's feed reads."""
        selected = own_feed.select_own(self.session, actor, "nl")
        told = own_feed.told_in(self.session, selected, "woord", "nl")
        expected = self.expected_site(actor)
        heard = [article.slug for article in self.articles() if article.id in expected]
        assert sorted(entry.address.rpartition("/")[2] for entry in told.entries) == sorted(heard)

    def send(self) -> None:
        """Letters, of several readers together, chosen as they would be sent."""
        waiting = list(self.session.exec(select(Edition).where(col(Edition.closed_at).is_(None))).all())
        while waiting:
            together = list({edition.user_id: edition for edition in reversed(waiting)}.values())
            self.send_together([(edition, self.session.get_one(User, edition.user_id)) for edition in together])
            waiting = [edition for edition in waiting if edition not in together]

    def send_together(self, editions: list[tuple[Edition, User]]) -> None:
        """Of each reader one letter, and what stands in it."""
        heard = [self.rows_of(edition) for edition, _user in editions]
        actors = [actor_for(self.session, user) for _edition, user in editions]
        expected = [self.expected_news(actor, rows) for actor, rows in zip(actors, heard, strict=True)]
        items = digest_letters.pieces_of(self.session, editions)
        assert [{item.chosen.article_id for item in some} for some in items] == expected
        for (edition, _user), actor, rows, some in zip(editions, actors, heard, items, strict=True):
            for item in some:
                self.read_line(edition.user_id, actor, rows, self.session.get_one(Article, item.chosen.article_id))
            edition.closed_at = now()
            self.session.add(edition)
        self.session.flush()

    def rows_of(self, edition: Edition) -> list[Subscription]:
        """What a letter is about."""
        rhythms = edition.period.partition(" ")[2].split("+")
        return [
            row
            for row in self.rows()
            if row.user_id == edition.user_id and row.by_mail and row.rhythm in rhythms and not row.is_muted_at(now())
        ]

    def read_line(self, user_id: int, actor: Actor, rows: list[Subscription], article: Article) -> None:
        """A line of a letter: what they see, and no version twice."""
        assert self.sees(actor, article)
        assert article.changed_at is not None
        before = self.mailed.setdefault((user_id, article.piece_id), [])
        assert article.changed_at not in before, "one version is told once"
        wants_all = any(row.scope == Scope.EVERYTHING and self.is_about(article, row) for row in rows)
        assert not before or wants_all, "a piece is told once to who wants only new ones"
        before.append(article.changed_at)

    # --- webhooks -------------------------------------------------------------------------------------------------

    def hook_hears(self, hook: Webhook) -> tuple[set[int], set[int]]:
        """Articles that this webhook must be told of at this moment, and those that it may be told of besides."""
        place = self.session.get_one(Organisation, hook.organisation_id)
        if place.admission != Admission.ADMITTED or hook.off_at is not None or hook.ended_at is not None:
            return set(), set()
        actor = Actor(reads_for=frozenset({place.id}))
        waiting = waiting_at(self.session, hook.id)
        must, may = set(), set()
        for article in self.articles():
            reasons = self.hook_reasons(hook, article) if self.sees(actor, article) else []
            before = self.hooked.get((hook.id, article.piece_id), [])
            if any(self.is_news_to_hook(article, since, scope, before) for since, scope in reasons):
                must.add(article.id)
            # It was news when its message was written down, though perhaps for another reason than there is now.
            elif reasons and article.piece_id in waiting:
                may.add(article.id)
        return must, may

    def hook_reasons(self, hook: Webhook, article: Article) -> list[tuple[datetime, Scope]]:
        if hook.hears != Hears.FOLLOWED:
            return [(hook.since, Scope.NEW if hook.hears == Hears.NEW else Scope.EVERYTHING)]
        rows = [row for row in self.rows() if row.organisation_id == hook.organisation_id]
        return [(max(hook.since, row.since), row.scope) for row in rows if self.is_about(article, row)]

    def is_news_to_hook(self, article: Article, since: datetime, scope: Scope, before: list[datetime]) -> bool:
        assert article.published_at is not None
        assert article.changed_at is not None
        if scope == Scope.NEW:
            return article.published_at > since and not before
        return article.changed_at > since and all(at < article.changed_at for at in before)


@dataclass
class Board:
    """Takes what webhooks are sent, instead of the network."""

    slugs: list[str] = field(default_factory=list)

    def call(self, _method: str, _address: str, *, body: bytes, headers: dict[str, str]) -> Answered:
        assert headers["webhook-id"]
        self.slugs.append(json.loads(body)["data"]["slug"])
        return Answered(200)


def waiting_at(session: Session, hook_id: int) -> set[int | None]:
    """The pieces of messages that this webhook was not sent yet."""
    waits = (Delivery.webhook_id == hook_id, Delivery.state == DeliveryState.WAITING)
    return set(session.exec(select(Delivery.piece_id).where(*waits)).all())


def is_waiting(row: Delivery) -> bool:
    """Whether it goes when its webhook is next served."""
    return row.state == DeliveryState.WAITING


def like(one: Delivery, other: Delivery) -> bool:
    """Whether both would tell one webhook of one piece."""
    return (one.webhook_id, one.piece_id) == (other.webhook_id, other.piece_id)


def bring(database: Database, world: World, board: Board) -> int:
    """Every webhook is told what there is to tell; how many messages that were."""
    sent = 0
    with database.reading() as session:
        hook_ids = session.exec(select(Webhook.id).order_by(col(Webhook.id))).all()
    for hook_id in hook_ids:
        with database.reading() as session:
            world.session = session
            hook = session.get_one(Webhook, hook_id)
            must, may = world.hook_hears(hook)
            known = {row.slug: row for row in world.articles()}
        board.slugs.clear()
        for _round in range(50):
            if hook_id not in due() or not serve(hook_id):
                break
        assert len(board.slugs) == len(set(board.slugs)), "no piece comes twice"
        told = {known[slug].id for slug in board.slugs}
        assert must <= told <= must | may, hook.hears
        for slug in board.slugs:
            article = known[slug]
            assert article.changed_at is not None
            before = world.hooked.setdefault((hook_id, article.piece_id), [])
            is_again = (hook_id, article.piece_id) in world.asked_again
            assert article.changed_at not in before or is_again, "one version is told once"
            before.append(article.changed_at)
        with database.reading() as session:
            waiting = {(hook_id, piece_id) for piece_id in waiting_at(session, hook_id)}
        # To who takes part no longer, or switched it off, it goes when they do again.
        world.asked_again = {pair for pair in world.asked_again if pair[0] != hook_id or pair in waiting}
        sent += len(board.slugs)
    return sent


ACTS = (
    "begin",
    "begin",
    "begin",
    "revise",
    "hide",
    "take_back",
    "follow",
    "follow",
    "share",
    "mute",
    "mute_piece",
    "hear_piece",
    "follow_piece",
    "stop",
    "read",
    "move",
    "notice",
    "hook",
    "send_again",
)


@pytest.mark.parametrize("seed", range(full(200, 6)))
def test_nobody_hears_too_much_and_nobody_too_little(
    database: Database, monkeypatch: pytest.MonkeyPatch, record_property: Record, seed: int
) -> None:
    chance, board, sent = random.Random(20261129 + seed), Board(), 0
    monkeypatch.setattr(delivering, "call", board.call)
    with time_machine.travel(MONDAY, tick=True) as clock:
        with database.writing() as session:
            world = World(session, chance, Cast.in_(session))
            for _ in range(6):
                world.follow()
            for _ in range(3):
                world.hook()
        for _ in range(full(20, 8)):
            with database.writing() as session:
                world.session, world.cast = session, Cast.known(session)
                for _ in range(4):
                    clock.shift(timedelta(minutes=chance.randint(1, 60)))
                    getattr(world, chance.choice(ACTS))()
                world.look()
            clock.shift(timedelta(hours=chance.randint(1, 40)))
            call_everybody(database)
            write_due_editions()
            with database.writing() as session:
                world.session, world.cast = session, Cast.known(session)
                world.send()
            if chance.random() < 0.3:
                # Written down now, sent after the next acts.
                for hook_id in due():
                    look_for_news(hook_id)
            else:
                sent += bring(database, world, board)
    record_property("messages to webhooks", sent)


def call_everybody(database: Database) -> None:
    """What the reactions to a publication do, without the rest of what follows from one."""
    with database.writing() as session:
        keys = list(session.exec(select(Subscription.key)).all())
        editions.call_at_once(session, keys, after=timedelta())


def test_the_walk_notices_a_choice_that_forgets_rights(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the rule of rights taken out the same walk fails."""

    monkeypatch.setattr(choosing, "seen_by", lambda _actor: true())
    with pytest.raises(AssertionError):
        walk_a_little(database)


def walk_a_little(database: Database) -> None:
    for seed in range(6):
        with database.writing() as session:
            world = World(session, random.Random(seed), Cast.in_(session) if seed == 0 else Cast.known(session))
            for act in ("follow", "begin", "hide", "follow", "begin", "hide", "take_back"):
                getattr(world, act)()
            world.look()


def test_the_walk_notices_a_webhook_that_reads_for_others(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control for webhooks: told with the rights of a steward, the same walk fails."""
    monkeypatch.setattr(webhook_messages, "anyone_reading_for", lambda _id: Actor(is_steward=True))
    board, world = Board(), World(None, random.Random(1), None)  # type: ignore[arg-type]
    monkeypatch.setattr(delivering, "call", board.call)
    with database.writing() as session:
        world.session, world.cast = session, Cast.in_(session)
        webhooks.make(
            session,
            world.cast.nipt,
            Wanted("Bord", "https://bord.example/x", Hears.NEW, "nl"),
            by=Actor(owns=frozenset({world.cast.nipt.id})),
        )
        article = draft(session, world.cast, "lesson", visibility=Visibility.ORGANISATIONS)
        publish(session, article, by=world.cast.femke)
    with pytest.raises(AssertionError):
        bring(database, world, board)
