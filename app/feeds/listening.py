"""Listening: what readers hear of by mail, looked up for many of them together.

Most of what a letter costs is asked for in the same words for every reader, and one query for twenty of them takes
little longer than one for each.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from app.core.clock import now
from app.feeds.following import is_heard
from app.feeds.models import Subscription
from app.feeds.my_feed import Heard, Item, heard_by_each, news
from app.feeds.targets import Follower
from app.people.actor import Actor
from app.people.models import User
from app.people.signing_in import actors_by_mail


@dataclass(frozen=True)
class Listener:
    """Somebody who gets letters, with the rights that they have in a mailbox."""

    user: User
    actor: Actor
    heard: Sequence[Heard]
    """What the letter in question may tell of."""

    def news(self, session: Session, *, limit: int) -> list[Item]:
        """What is new to them of that, and was told nowhere."""
        return news(session, self.actor, self.user.language, self.heard, limit=limit)


def listeners(session: Session, asked: Sequence[tuple[User, Sequence[str]]]) -> list[Listener]:
    """These people in their order, each with what they hear of in these rhythms at this moment."""
    actors = actors_by_mail(session, [user for user, _rhythms in asked])
    rows = session.exec(
        select(Subscription)
        .where(col(Subscription.user_id).in_(actors), col(Subscription.by_mail).is_(True), is_heard(now()))
        .order_by(col(Subscription.id))
    ).all()
    theirs: dict[int, list[Subscription]] = defaultdict(list)
    for row in rows:
        theirs[row.user_id or 0].append(row)
    followers = [
        Follower(actors[user.id], user.language, [one for one in theirs[user.id] if one.rhythm in rhythms])
        for user, rhythms in asked
    ]
    heard = heard_by_each(session, followers)
    return [Listener(user, actors[user.id], found) for (user, _rhythms), found in zip(asked, heard, strict=True)]
