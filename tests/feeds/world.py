"""The world of the walk in `test_choosing`: what may happen in it, what should be heard of that, and who looks.

What should be heard is worked out here by hand, apart from the product.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from app.core.clock import local, now
from app.core.database import Database
from app.core.errors import Conflict, TooMany
from app.core.mail import PostedLetter
from app.feeds import asking, digest_letters, following, muting, my_feed, noticing, own_feed, stopping, webhooks
from app.feeds.models import Edition, Followed, MutedPiece, Notice, Rhythm, Scope, Subscription, Told
from app.feeds.noticing import About
from app.feeds.restoring import how_of
from app.feeds.stopping import Stop
from app.feeds.targets import (
    Target,
    organisation_target,
    person_target,
    piece_target,
    pilot_target,
    search_target,
    topic_target,
)
from app.feeds.webhook_models import Delivery, DeliveryState, Hears, Webhook
from app.feeds.webhooks import Wanted
from app.people.actor import Actor
from app.people.models import Admission, Membership, Organisation, Role, User, UserState
from app.people.signing_in import actor_for
from content.access import can_see, may_read
from content.attaching import allowed_to
from content.models import Article, ArticleAllowed, ArticleAuthor, ArticleOrganisation, ArticleTopic, Stage
from content.publishing import publish, show_to, withdraw
from content.snapshot import Visibility
from content.subjects import Pilot, Topic
from content.writing import draft_of, revise, save_draft
from search.keeping import file
from search.query import Query
from tests.cast import Cast, draft

TOPICS = ("cobots", "robot-welding", "small-batches", "mes")
READERS = ("sjoerd", "aafke", "femke", "hinke", "okke")
STRANGERS = ("willem@elders.example", "grietje@elders.example")
"""Who tell no more than their address."""
KINDS = ("lesson", "lesson", "technology")
SECTORS = ("25", "28")
HOUR = 7
"""Of every edition, as long as nobody asks for another."""
TUESDAY = 1
DAYS: dict[Rhythm, Callable[[datetime], bool]] = {
    Rhythm.DAILY: lambda _at: True,
    Rhythm.WEEKLY: lambda at: at.weekday() == TUESDAY,
    Rhythm.MONTHLY: lambda at: at.day == 1,
}
"""On which days there are editions of this rhythm, as long as nobody asks for others."""


@dataclass(frozen=True)
class Made:
    """What a piece was made with that questions ask for."""

    kind: str
    sector: str


QUESTIONS: tuple[tuple[tuple[tuple[str, str], ...], Callable[[Made], bool]], ...] = (
    ((("kind", "lesson"),), lambda made: made.kind == "lesson"),
    ((("sector", "28"),), lambda made: made.sector == "28"),
    ((("kind", "technology"), ("sector", "25")), lambda made: made.kind == "technology" and made.sector == "25"),
)
"""In the words of the API, each with which pieces answer it."""


@dataclass(frozen=True)
class Facts:
    """How the database stands, read at once: an expectation looks at all of it for every reader."""

    articles: list[Article]
    rows: list[Subscription]
    topics: dict[int, set[int]]
    """Article -> what it is about, broader topics as well."""
    places: dict[int, set[int]]
    authors: dict[int, set[int]]
    allowed: dict[int, set[int]]
    muted: set[tuple[int, int]]
    """Reader and piece."""
    told: dict[tuple[int, int], list[Told]]

    @classmethod
    def of(cls, session: Session) -> "Facts":
        topics = grouped(session.exec(select(ArticleTopic.article_id, ArticleTopic.topic_id)).all())
        broader = dict(session.exec(select(Topic.id, Topic.broader_id).where(col(Topic.broader_id).is_not(None))).all())
        for about in topics.values():
            about |= {broader[id_] or 0 for id_ in about if id_ in broader}
        places = select(ArticleOrganisation.article_id, ArticleOrganisation.organisation_id)
        told: dict[tuple[int, int], list[Told]] = defaultdict(list)
        for one in session.exec(select(Told).where(col(Told.user_id).is_not(None))).all():
            told[one.user_id or 0, one.piece_id].append(one)
        return cls(
            articles=list(session.exec(select(Article).order_by(col(Article.id))).all()),
            rows=ongoing(session),
            topics=topics,
            places=grouped(session.exec(places).all()),
            authors=grouped(session.exec(select(ArticleAuthor.article_id, ArticleAuthor.user_id)).all()),
            allowed=grouped(session.exec(select(ArticleAllowed.article_id, ArticleAllowed.organisation_id)).all()),
            muted=set(session.exec(select(MutedPiece.user_id, MutedPiece.piece_id)).all()),
            told=told,
        )


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
    made: dict[int, Made] = field(default_factory=dict)
    """Article -> what questions ask of it."""
    answers: dict[str, Callable[[Made], bool]] = field(default_factory=dict)
    """Key of a question -> which pieces answer it."""
    since: dict[int, datetime] = field(default_factory=dict)
    """Subscription -> since when: that only changes when it begins anew."""
    muted: dict[int, datetime | None] = field(default_factory=dict)
    """Subscription -> until when nothing of it is heard; None until they say so."""
    only_mutes: set[int] = field(default_factory=set)
    """Subscriptions that somebody has for no more than to mute what their organisation follows."""
    paused: dict[int, datetime] = field(default_factory=dict)
    """Reader -> until when they want no letters."""
    rested: set[int] = field(default_factory=set)
    """Who got no letters when the last ones were written, since they paused."""
    opened: dict[tuple[int, str | int], datetime] = field(default_factory=dict)
    """Article, and who: members, everyone, or an organisation that it names -> since when they could see it first."""
    looked_at: datetime | None = None
    """When nothing but letters happened since."""
    lines: Counter[str] = field(default_factory=Counter)
    """How many lines of letters were for what is followed, or for whom."""
    facts: Facts = field(init=False)

    def see(self) -> None:
        """Look anew at how the database stands."""
        self.facts = Facts.of(self.session)

    def actor(self, handle: str) -> Actor:
        return actor_for(self.session, self.session.exec(select(User).where(User.handle == handle)).one())

    def articles(self) -> list[Article]:
        return list(self.session.exec(select(Article).order_by(col(Article.id))).all())

    # --- what may happen ----------------------------------------------------------------------------------------

    def begin(self) -> None:
        made = Made(self.chance.choice(KINDS), self.chance.choice(SECTORS))
        article = draft(
            self.session,
            self.cast,
            made.kind,
            visibility=self.chance.choice(list(Visibility)),
            allowed=tuple(self.chance.sample([self.cast.woldzicht, self.cast.nipt], self.chance.randint(0, 2))),
            topics=tuple(self.chance.sample(TOPICS, self.chance.randint(1, 3))),
            sectors=(made.sector,),
            pilot=self.chance.choice([None, *(pilot.slug for pilot in self.pilots())]),
        )
        publish(self.session, article, by=self.cast.femke)
        self.made[article.id] = made
        self.note_opened(article)

    def revise(self) -> None:
        article = self.some(Stage.PUBLISHED)
        if article is not None:
            made = Made(article.kind, self.chance.choice(SECTORS))
            told = {
                "summary": f"Nu {now():%d %H.%M.%S.%f}",
                "topics": tuple(self.chance.sample(TOPICS, 2)),
                "sectors": (made.sector,),
                "pilot": self.chance.choice([None, *(pilot.slug for pilot in self.pilots())]),
            }
            save_draft(
                self.session,
                article,
                draft_of(self.session, article).content.model_copy(update=told),
                by=self.cast.femke,
            )
            revise(self.session, article, by=self.cast.femke)
            publish(self.session, article, by=self.cast.femke)
            self.made[article.id] = made

    def hide(self) -> None:
        article = self.some(Stage.PUBLISHED)
        if article is not None:
            allowed = {one.id for one in (self.cast.woldzicht, self.cast.nipt) if self.chance.random() < 0.5}
            visibility = self.chance.choice(list(Visibility))
            show_to(self.session, article, visibility, by=self.cast.femke, allowed=allowed)
            self.note_opened(article)

    def note_opened(self, article: Article) -> None:
        """Members and everyone: when it was theirs first. A named organisation: since it is named without a break."""
        named = {*allowed_to(self.session, article)} if article.visibility == Visibility.ORGANISATIONS else set()
        if article.visibility != Visibility.ORGANISATIONS:
            self.opened.setdefault((article.id, "members"), now())
        if article.visibility == Visibility.EVERYONE:
            self.opened.setdefault((article.id, "everyone"), now())
        for place in (self.cast.woldzicht, self.cast.nipt):
            if place.id in named:
                self.opened.setdefault((article.id, place.id), now())
            else:
                self.opened.pop((article.id, place.id), None)

    def take_back(self) -> None:
        article = self.some(Stage.PUBLISHED)
        if article is not None:
            withdraw(self.session, article, by=self.cast.femke, reason_nl="Klopt niet.")

    def follow(self) -> None:
        actor = self.actor(self.chance.choice(READERS))
        femke = self.session.exec(select(User).where(User.handle == "femke")).one()
        pilot, (topic, other) = self.chance.choice(self.pilots()), self.chance.sample(self.topics(), 2)
        target = self.chance.choice(
            [
                topic_target(topic),
                topic_target(other),
                organisation_target(self.cast.kennislab),
                person_target(femke),
                pilot_target(pilot),
                self.question(),
            ]
        )
        rhythm, scope = self.chance.choice(list(Rhythm)), self.chance.choice(list(Scope))
        by_mail = self.chance.random() < 0.8
        self.begins(
            lambda: following.follow(self.session, target, by=actor, rhythm=rhythm, scope=scope, by_mail=by_mail)
        )

    def share(self) -> None:
        target = self.chance.choice(
            [topic_target(self.chance.choice(self.topics())), pilot_target(self.pilots()[0]), self.question()]
        )
        place = self.chance.choice([self.cast.woldzicht, self.cast.nipt, self.cast.veenhart])
        scope = self.chance.choice(list(Scope))
        self.begins(
            lambda: following.follow(self.session, target, by=self.cast.noor, organisation_id=place.id, scope=scope)
        )

    def ask_by_mail(self) -> None:
        """Somebody without an account asks, and most of the time follows the link in the letter."""
        mail, topic = self.chance.choice(STRANGERS), self.chance.choice(self.topics())
        asked = asking.Asked(mail, self.chance.choice(list(Rhythm)), "Ja, mail mij.", f"/onderwerpen/{topic.slug_nl}")
        confirms, language = self.chance.random() < 0.8, self.chance.choice(["nl", "en"])
        try:
            asking.ask_to_follow(self.session, topic, asked, language=language, peer="192.0.2.1")
        except TooMany:
            return
        letters = select(PostedLetter).where(PostedLetter.name == "follow_confirm").order_by(col(PostedLetter.id))
        token = self.session.exec(letters).all()[-1].told["link"].rpartition("/")[2]
        if confirms:
            self.begins(lambda: asking.confirm(self.session, token)[0])

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
        """Something of their own, or for themselves what their organisation follows."""
        rows = self.rows()
        if not rows:
            return
        row = self.chance.choice(rows)
        lasting = self.chance.choice([None, timedelta(days=3)])
        for by in self.who_may_mute(row):
            muted = muting.mute(self.session, row, by=by, lasting=lasting)
            self.muted[muted.id] = now() + lasting if lasting else None
            if muted not in rows:
                self.only_mutes.add(muted.id)

    def who_may_mute(self, row: Subscription) -> list[Actor]:
        """Whose it is, or one of the people of the organisation."""
        if row.user_id is not None:
            return [actor_for(self.session, self.session.get_one(User, row.user_id))]
        people = [self.actor(handle) for handle in READERS]
        return [one for one in people if row.organisation_id in one.reads_for][:1]

    def unmute(self) -> None:
        """Whatever is muted, or was for a while that is over."""
        muted = [row for row in self.rows() if row.id in self.muted]
        if muted:
            row = self.chance.choice(muted)
            muting.unmute(self.session, row)
            del self.muted[row.id]
            assert row.id not in self.only_mutes or row not in self.rows()

    def mute_piece(self) -> None:
        article, handle = self.some(Stage.PUBLISHED), self.chance.choice(READERS)
        actor = self.actor(handle)
        if article is not None and can_see(actor, article, allowed_to(self.session, article)):
            muting.mute_piece(self.session, article.piece_id, by=actor)

    def hear_piece(self) -> None:
        rows = self.session.exec(select(MutedPiece).order_by(col(MutedPiece.id))).all()
        if rows:
            row = self.chance.choice(list(rows))
            muting.hear_piece(self.session, row.piece_id, by=Actor(user_id=row.user_id))

    def follow_piece(self) -> None:
        article, actor = self.some(Stage.PUBLISHED), self.actor(self.chance.choice(READERS))
        if article is not None and can_see(actor, article, allowed_to(self.session, article)):
            target = piece_target(article)
            self.begins(
                lambda: following.follow(self.session, target, by=actor, rhythm=Rhythm.DAILY, scope=Scope.EVERYTHING)
            )

    def stop(self) -> None:
        if self.rows():
            row = self.chance.choice(self.rows())
            following.stop(self.session, row)
            assert row not in self.rows()

    def bring_back(self) -> None:
        """What was stopped goes on as if it never had been."""
        stopped = select(Subscription).where(col(Subscription.ended_at).is_not(None)).order_by(col(Subscription.id))
        rows = list(self.session.exec(stopped).all())
        if rows:
            row = self.chance.choice(rows)
            following.bring_back(self.session, row)
            assert row in self.rows() or row.id in self.only_mutes

    def change(self) -> None:
        """Another rhythm, another scope, or mail no more."""
        if self.rows():
            row = self.chance.choice(self.rows())
            self.only_mutes.discard(row.id)
            following.change(
                self.session,
                row,
                rhythm=self.chance.choice(list(Rhythm)),
                scope=self.chance.choice(list(Scope)),
                by_mail=self.chance.random() < 0.8,
            )

    def use_link(self) -> None:
        """Somebody hears less often or gets no more mail by a link of a letter, and may undo that."""
        mailed = [row for row in self.rows() if row.user_id is not None and row.by_mail]
        if mailed:
            row = self.chance.choice(mailed)
            user = self.session.get_one(User, row.user_id)
            stop = Stop(user, row if self.chance.random() < 0.5 else None)
            rows = stop.all_of_it(self.session)
            before = [how_of(one) for one in rows]
            self.chance.choice([stopping.less_often, stopping.no_more_mail])(self.session, stop)
            if self.chance.random() < 0.5:
                for one, how in zip(rows, before, strict=True):
                    stopping.undo(self.session, stop, one, how)
                assert [how_of(one) for one in rows] == before

    def pause(self) -> None:
        """Somebody wants no letters for some days, or wants them again."""
        readers = [row.user_id for row in self.rows() if row.user_id is not None and row.by_mail]
        if readers:
            reader = following.reader_of(self.session, self.chance.choice(readers))
            goes_on = reader.user_id in self.paused and self.chance.random() < 0.5
            reader.paused_until = None if goes_on else now() + timedelta(days=self.chance.randint(1, 3))
            following.plan_again(self.session, reader.user_id)
            self.paused.pop(reader.user_id, None)
            if reader.paused_until is not None:
                self.paused[reader.user_id] = reader.paused_until

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
        return [row for row in ongoing(self.session) if not self.is_over(row)]

    def topics(self) -> list[Topic]:
        return list(self.session.exec(select(Topic).where(col(Topic.slug).in_(TOPICS)).order_by(Topic.slug)).all())

    def pilots(self) -> list[Pilot]:
        """The two that there are."""
        there = list(self.session.exec(select(Pilot).order_by(col(Pilot.number))).all())
        if not there:
            there = [Pilot(slug=f"pilot-{n}", number=n, name_nl=f"Pilot {n}", name_en=f"Pilot {n}") for n in (1, 2)]
            self.session.add_all(there)
            self.session.flush()
        return there

    def question(self) -> Target:
        asked, is_answer = self.chance.choice(QUESTIONS)
        target = search_target(Query.from_params(self.session, asked, for_api=True))
        assert target is not None
        self.answers[target.key] = is_answer
        return target

    def begins(self, follow: Callable[[], Subscription]) -> None:
        """Somebody follows something: from this moment on, unless they do so already."""
        going, at = {row.id for row in self.rows()} - self.only_mutes, now()
        row = follow()
        self.muted.pop(row.id, None)
        self.only_mutes.discard(row.id)
        if row.id not in going:
            assert at <= row.since <= now()
            self.since[row.id] = row.since

    # --- what should be heard, worked out without the product -----------------------------------------------------

    def is_about(self, article: Article, row: Subscription) -> bool:
        match row.what:
            case Followed.TOPIC:
                return row.topic_id in self.facts.topics[article.id]
            case Followed.PIECE:
                return row.piece_id == article.piece_id
            case Followed.ORGANISATION:
                return row.followed_id in {article.owner_id, *self.facts.places[article.id]}
            case Followed.PILOT:
                return row.pilot_id == article.pilot_id
            case Followed.SEARCH:
                return self.answers[row.key](self.made[article.id])
            case _:
                return row.person_id in self.facts.authors[article.id]

    def sees(self, actor: Actor, article: Article) -> bool:
        return can_see(actor, article, self.facts.allowed[article.id])

    def hears(self, actor: Actor, article: Article) -> bool:
        """Whether they may see it and did not mute just this one."""
        return (actor.user_id, article.piece_id) not in self.facts.muted and self.sees(actor, article)

    def effective(self, actor: Actor) -> list[Subscription]:
        own = [row for row in self.facts.rows if row.user_id == actor.user_id and not self.is_over(row)]
        shared = [row for row in self.facts.rows if row.organisation_id in actor.reads_for]
        keys = {row.key for row in own}
        both = [*own, *(row for row in shared if row.key not in keys)]
        return [row for row in both if not self.is_muted(row)]

    def is_over(self, row: Subscription) -> bool:
        """Whether it was there to mute only, and does not any more: what their organisation follows is back."""
        return row.id in self.only_mutes and not self.is_muted(row)

    def is_muted(self, row: Subscription) -> bool:
        if row.id not in self.muted:
            return False
        until = self.muted[row.id]
        return until is None or until > now()

    def is_news(self, actor: Actor, article: Article, row: Subscription, told: list[Told]) -> bool:
        assert article.changed_at is not None
        if not self.is_since(actor, article, row.since, row.scope):
            return False
        return not told if row.scope == Scope.NEW else all(one.at < article.changed_at for one in told)

    def is_since(self, actor: Actor, article: Article, since: datetime, scope: Scope) -> bool:
        """Whether it appeared after this moment, or this reader could not see it before."""
        appeared = article.published_at if scope == Scope.NEW else article.changed_at
        assert appeared is not None
        if appeared > since:
            return True
        if actor.is_steward or article.owner_id in actor.reads_for:
            return False
        if article.visibility == Visibility.ORGANISATIONS:
            ways = [self.opened[article.id, one] for one in actor.reads_for & self.facts.allowed[article.id]]
        else:
            ways = [self.opened[article.id, "members" if actor.is_member else "everyone"]]
        return min(ways) > since

    def told(self, user_id: int | None, piece_id: int) -> list[Told]:
        return self.facts.told.get((user_id or 0, piece_id), [])

    def expected_site(self, actor: Actor) -> set[int]:
        rows = self.effective(actor)
        return {
            article.id
            for article in self.facts.articles
            if self.hears(actor, article) and any(self.is_about(article, row) for row in rows)
        }

    def expected_news(self, actor: Actor, rows: list[Subscription]) -> set[int]:
        return {
            article.id
            for article in self.facts.articles
            if self.hears(actor, article)
            and any(
                self.is_about(article, row)
                and self.is_news(actor, article, row, self.told(actor.user_id, article.piece_id))
                for row in rows
            )
        }

    # --- looking ------------------------------------------------------------------------------------------------

    def look(self) -> None:
        self.see()
        for row in self.facts.rows:
            assert row.since == self.since.get(row.id, row.since), "it begins when somebody follows, and never again"
        for handle in READERS:
            actor = self.actor(handle)
            expected = self.expected_site(actor)
            feed = my_feed.my_feed(self.session, actor, "nl", limit=1000)
            shown = [item.chosen.article_id for item in feed.items]
            assert len(shown) == len(set(shown))
            assert set(shown) == expected, handle
            self.look_at_own_feed(actor, expected)
            self.look_at_notices(actor)
            rows = self.effective(actor)
            assert {item.chosen.article_id for item in feed.new} == self.expected_news(actor, rows), handle
            reasons = {row.id for row in rows}
            for item in feed.items:
                named = {each.subscription.id for each in item.reasons}
                assert named
                assert named <= reasons, "no reason that is muted, stopped or somebody else's"
        self.looked_at = now()

    def look_at_notices(self, actor: Actor) -> None:
        """Those about what they may read or edit, each once; a withdrawn piece is still told to who could read it."""
        wanted = []
        for row in self.session.exec(select(Notice).where(Notice.user_id == actor.user_id)).all():
            article = self.session.get_one(Article, row.article_id or 0)
            may = may_read(actor, article, self.facts.allowed[article.id])
            if may or article.owner_id in actor.edits_for:
                wanted.append(row.id)
        shown = [row.id for row in noticing.inbox(self.session, actor)]
        assert sorted(shown) == sorted(wanted)

    def look_at_own_feed(self, actor: Actor, expected: set[int]) -> None:
        """What whoever has the secret address of this person's feed reads."""
        selected = own_feed.select_own(self.session, actor, "nl")
        told = own_feed.told_in(self.session, selected, "woord", "nl")
        heard = [article.slug for article in self.facts.articles if article.id in expected]
        assert sorted(entry.address.rpartition("/")[2] for entry in told.entries) == sorted(heard)

    # --- letters --------------------------------------------------------------------------------------------------

    def send(self, *, everybody_was_called: bool) -> None:
        """Letters, of several readers together, chosen as they would be sent."""
        waiting = list(self.session.exec(select(Edition).where(col(Edition.closed_at).is_(None))).all())
        self.look_at_written(waiting, everybody_was_called=everybody_was_called)
        while waiting:
            together = list({edition.user_id: edition for edition in reversed(waiting)}.values())
            self.send_together([(edition, self.session.get_one(User, edition.user_id)) for edition in together])
            waiting = [edition for edition in waiting if edition not in together]

    def look_at_written(self, waiting: list[Edition], *, everybody_was_called: bool) -> None:
        """A letter waits for whoever wants one now and has news, for nobody who paused, and for each just one."""
        self.see()
        for_whom = [edition.user_id for edition in waiting]
        assert len(for_whom) == len(set(for_whom))
        assert not [user_id for user_id in for_whom if self.is_resting(user_id)]
        of_rhythm = {rhythm: {one.user_id for one in waiting if rhythm in rhythms_of(one)} for rhythm in Rhythm}
        resting = set()
        for user_id in sorted({row.user_id for row in self.facts.rows if row.user_id is not None}):
            if self.is_resting(user_id):
                resting.add(user_id)
                continue
            actor = actor_for(self.session, self.session.get_one(User, user_id))
            # What appeared while they paused comes when that is over, whether anything happens then or not.
            if everybody_was_called or user_id in self.rested:
                is_news = self.expected_news(actor, self.mailed_to(user_id, {Rhythm.AT_ONCE}))
                assert not is_news or user_id in of_rhythm[Rhythm.AT_ONCE]
            for rhythm in (each for each, is_day in DAYS.items() if self.morning_came(is_day)):
                is_news = self.expected_news(actor, self.mailed_to(user_id, {rhythm}))
                assert not is_news or user_id in of_rhythm[rhythm], rhythm
        self.rested = resting

    def is_resting(self, user_id: int) -> bool:
        return user_id in self.paused and self.paused[user_id] > now()

    def morning_came(self, is_day: Callable[[datetime], bool]) -> bool:
        """Whether it became the hour of editions on such a day since nothing but letters happened."""
        assert self.looked_at is not None
        began = local(self.looked_at).replace(hour=HOUR, minute=0, second=0, microsecond=0)
        mornings = [began + timedelta(days=each) for each in range(4)]
        return any(local(self.looked_at) < morning <= local(now()) and is_day(morning) for morning in mornings)

    def send_together(self, editions: list[tuple[Edition, User]]) -> None:
        """Of each reader one letter, and what stands in it."""
        self.see()
        heard = [self.mailed_to(edition.user_id, rhythms_of(edition)) for edition, _user in editions]
        actors = [actor_for(self.session, user) for _edition, user in editions]
        expected = [self.expected_news(actor, rows) for actor, rows in zip(actors, heard, strict=True)]
        items = [each.items for each in digest_letters.pieces_of(self.session, editions)]
        assert [{item.chosen.article_id for item in some} for some in items] == expected
        for (edition, user), actor, rows, some in zip(editions, actors, heard, items, strict=True):
            for item in some:
                self.read_line(user, actor, rows, self.session.get_one(Article, item.chosen.article_id))
            edition.closed_at = now()
            self.session.add(edition)
        self.session.flush()

    def mailed_to(self, user_id: int, rhythms: Iterable[str]) -> list[Subscription]:
        """What letters of these rhythms are about."""
        theirs = [row for row in self.facts.rows if row.user_id == user_id and row.by_mail]
        return [row for row in theirs if row.rhythm in rhythms and not self.is_muted(row)]

    def read_line(self, user: User, actor: Actor, rows: list[Subscription], article: Article) -> None:
        """A line of a letter: what they see, and no version twice."""
        assert self.sees(actor, article)
        assert article.changed_at is not None
        before = self.mailed.setdefault((user.id, article.piece_id), [])
        assert article.changed_at not in before, "one version is told once"
        reasons = [row for row in rows if self.is_about(article, row)]
        wants_all = any(row.scope == Scope.EVERYTHING for row in reasons)
        assert not before or wants_all, "a piece is told once to who wants only new ones"
        before.append(article.changed_at)
        self.lines.update({row.what.value for row in reasons})
        if user.state == UserState.MAIL_ONLY:
            assert article.visibility == Visibility.EVERYONE, "who only told an address hears what everybody may"
            self.lines["an address alone"] += 1

    # --- webhooks -------------------------------------------------------------------------------------------------

    def hook_hears(self, hook: Webhook) -> tuple[set[int], set[int]]:
        """Articles that this webhook must be told of at this moment, and those that it may be told of besides."""
        place = self.session.get_one(Organisation, hook.organisation_id)
        if place.admission != Admission.ADMITTED or hook.off_at is not None or hook.ended_at is not None:
            return set(), set()
        self.see()
        actor = Actor(reads_for=frozenset({place.id}))
        waiting = waiting_at(self.session, hook.id)
        must, may = set(), set()
        for article in self.facts.articles:
            reasons = self.hook_reasons(hook, article) if self.sees(actor, article) else []
            before = self.hooked.get((hook.id, article.piece_id), [])
            if any(self.is_news_to_hook(actor, article, since, scope, before) for since, scope in reasons):
                must.add(article.id)
            # It was news when its message was written down, though perhaps for another reason than there is now.
            elif reasons and article.piece_id in waiting:
                may.add(article.id)
        return must, may

    def hook_reasons(self, hook: Webhook, article: Article) -> list[tuple[datetime, Scope]]:
        if hook.hears != Hears.FOLLOWED:
            return [(hook.since, Scope.NEW if hook.hears == Hears.NEW else Scope.EVERYTHING)]
        rows = [row for row in self.facts.rows if row.organisation_id == hook.organisation_id]
        return [(max(hook.since, row.since), row.scope) for row in rows if self.is_about(article, row)]

    def is_news_to_hook(
        self, actor: Actor, article: Article, since: datetime, scope: Scope, before: list[datetime]
    ) -> bool:
        assert article.changed_at is not None
        if not self.is_since(actor, article, since, scope):
            return False
        return not before if scope == Scope.NEW else all(at < article.changed_at for at in before)


def grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    """The first of each pair -> every second that goes with it."""
    found: dict[int, set[int]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return found


def ongoing(session: Session) -> list[Subscription]:
    """The subscriptions that nobody stopped."""
    going = select(Subscription).where(col(Subscription.ended_at).is_(None)).order_by(col(Subscription.id))
    return list(session.exec(going).all())


def rhythms_of(edition: Edition) -> list[str]:
    """What it is due for."""
    return edition.period.partition(" ")[2].split("+")


def let_be_found(database: Database) -> None:
    """What follows from a change: the cards by which questions find a piece are written."""
    with database.reading() as session:
        pieces = set(session.exec(select(Article.piece_id)).all())
    file(pieces)


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
