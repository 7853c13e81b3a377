"""Stopping: links in letters by which their reader hears less, or nothing any more, without signing in.

A link names one subscription and the piece beside which it stood, or all mail of one person, and is sealed by us:
altered or made up it is not found. Looking at it changes nothing, since scanners open every link of a letter; only a
POST acts (RFC 8058).
"""

import re
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from app.core.addresses import whole
from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.seals import is_sealed, seal
from app.feeds import following
from app.feeds.models import Rhythm, Subscription
from app.feeds.restoring import How, restore
from app.people.entering import KNOWN
from app.people.models import User, UserState

_PURPOSE: Final = "stop"
_TOKEN: Final = re.compile(r"([as])([0-9]{1,10})(?:p([0-9]{1,10}))?-([0-9a-f]{64})")

LESS_OFTEN: Final = {
    Rhythm.AT_ONCE: Rhythm.DAILY,
    Rhythm.DAILY: Rhythm.WEEKLY,
    Rhythm.WEEKLY: Rhythm.MONTHLY,
    Rhythm.MONTHLY: Rhythm.MONTHLY,
}


@dataclass(frozen=True)
class Stop:
    """What a link is about: one subscription, or without one all mail of this person."""

    user: User
    subscription: Subscription | None
    piece_id: int | None = None
    """The piece of the line in which it stood."""

    def all_of_it(self, session: Session) -> list[Subscription]:
        """The subscriptions that are meant and bring mail."""
        if self.subscription is not None:
            return [self.subscription]
        return [one for one in following.of_person(session, self.user.id) if one.by_mail]


def stop_one(row: Subscription, piece_id: int, language: str) -> str:
    """The whole address for hearing less about one thing, or nothing more of this piece."""
    return whole(f"/afmelden/s{row.id}p{piece_id}-{seal(_PURPOSE, _one(row, piece_id))}", language)


def stop_all(user: User) -> str:
    """The whole address for stopping all mail of somebody."""
    return whole(f"/afmelden/a{user.id}-{seal(_PURPOSE, _all(user))}", user.language)


def meant(session: Session, token: str) -> Stop:
    """What a link is about. Raises NotFound for one that is not ours, and when who or what it names is gone."""
    found = _TOKEN.fullmatch(token)
    if found is not None:
        kind, number, piece, mark = found.groups()
        row = session.get(Subscription, int(number)) if kind == "s" and int(number) < 2**31 else None
        user_id = (row.user_id if row else 0) if kind == "s" else int(number)
        user = session.get(User, user_id) if user_id and user_id < 2**31 else None
        if user is not None and user.state in KNOWN:
            piece_id = int(piece) if row and piece else None
            if is_sealed(_PURPOSE, _one(row, piece_id) if row else _all(user), mark):
                return Stop(user, following.gone_on_as(session, row) if row else None, piece_id)
    raise NotFound(_("This link is not one of ours, or what it was about is not there any more."))


def less_often(session: Session, stop: Stop) -> None:
    """One step less often, each of them."""
    for row in stop.all_of_it(session):
        following.change(session, row, rhythm=LESS_OFTEN[row.rhythm], scope=row.scope, by_mail=True)


def no_more_mail(session: Session, stop: Stop) -> None:
    """No mail about it any more. Whoever has an account goes on seeing it in their overview."""
    for row in stop.all_of_it(session):
        if stop.user.state == UserState.MAIL_ONLY:
            following.stop(session, row)
        else:
            following.change(session, row, rhythm=row.rhythm, scope=row.scope, by_mail=False)


def undo(session: Session, stop: Stop, row: Subscription, how: How) -> None:
    """Back to how one of them was before either, or before it was muted by this link."""
    if stop.user.state == UserState.MAIL_ONLY:
        row.ended_at = None
    restore(session, row, how)


def _one(row: Subscription, piece_id: int | None) -> str:
    # With its moment, since a database may give the number of a row that is gone to another one; and without what it
    # is about, since topics are merged.
    # The piece is sealed too: whoever was sent the letter on learns of no other one.
    about = "" if piece_id is None else f" {piece_id}"
    return f"s {row.id} {row.user_id} {row.created_at.isoformat()}{about}"


def _all(user: User) -> str:
    return f"a {user.id} {user.handle}"
