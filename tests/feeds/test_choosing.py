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
from sqlmodel import col, select

from app.core.database import Database
from app.core.outside import Answered
from app.feeds import choosing, delivering, editions, webhook_messages, webhooks
from app.feeds.delivering import due, serve
from app.feeds.editions import write_due_editions
from app.feeds.models import Subscription
from app.feeds.webhook_messages import look_for_news
from app.feeds.webhook_models import Hears, Webhook
from app.feeds.webhooks import Wanted
from app.people.actor import Actor
from content.publishing import publish
from content.snapshot import Visibility
from search import words
from search.mill.glossary import Glossary
from search.mill.lexicon import Lexicon
from search.mill.vocabulary import Vocabulary
from tests.cast import Cast, draft
from tests.counts import full
from tests.feeds.world import World, let_be_found, waiting_at

pytestmark = [pytest.mark.whole, pytest.mark.timeout(full(1800, 240))]

Record = Callable[[str, object], None]

NO_WORDS = Lexicon(Vocabulary(), Glossary.from_groups([]))
MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def without_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """No question here asks for words: a lexicon of all that there are would take a second for each walk."""
    monkeypatch.setattr(words, "lexicon", lambda _session, **_more: NO_WORDS)


@dataclass
class Board:
    """Takes what webhooks are sent, instead of the network."""

    slugs: list[str] = field(default_factory=list)

    def call(self, _method: str, _address: str, *, body: bytes, headers: dict[str, str]) -> Answered:
        assert headers["webhook-id"]
        self.slugs.append(json.loads(body)["data"]["slug"])
        return Answered(200)


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
    "unmute",
    "bring_back",
    "change",
    "change",
    "pause",
    "pause",
    "ask_by_mail",
    "use_link",
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
            for _ in range(3):
                world.ask_by_mail()
        for _ in range(full(20, 8)):
            with database.writing() as session:
                world.session, world.cast = session, Cast.known(session)
                for _ in range(4):
                    clock.shift(timedelta(minutes=chance.randint(1, 60)))
                    getattr(world, chance.choice(ACTS))()
            let_be_found(database)
            with database.reading() as session:
                world.session, world.cast = session, Cast.known(session)
                world.look()
            clock.shift(timedelta(hours=chance.randint(1, 40)))
            is_called = chance.random() < 0.7
            if is_called:
                call_everybody(database)
            write_due_editions()
            with database.writing() as session:
                world.session, world.cast = session, Cast.known(session)
                world.send(everybody_was_called=is_called)
            if chance.random() < 0.3:
                # Written down now, sent after the next acts.
                for hook_id in due():
                    look_for_news(hook_id)
            else:
                sent += bring(database, world, board)
    record_property("messages to webhooks", sent)
    record_property("lines of letters", dict(sorted(world.lines.items())))


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
        let_be_found(database)
        with database.reading() as session:
            world.session = session
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
