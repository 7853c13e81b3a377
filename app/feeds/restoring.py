"""Restoring: how something was followed before a change, and back to that."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from app.core.clock import now
from app.feeds import following
from app.feeds.models import Rhythm, Scope, Subscription


@dataclass(frozen=True)
class How:
    """How somebody hears of something: all that following it once more changes."""

    rhythm: Rhythm
    scope: Scope
    by_mail: bool
    is_muted: bool = False
    muted_until: datetime | None = None
    """When it is heard again; without it, when they say so."""
    only_mutes: bool = False


def how_of(row: Subscription) -> How:
    """How it is followed at this moment."""
    is_muted = row.is_muted_at(now())
    return How(row.rhythm, row.scope, row.by_mail, is_muted, row.muted_until if is_muted else None, row.only_mutes)


def restore(session: Session, row: Subscription, how: How) -> None:
    """Undo a change. What was stopped meanwhile stays stopped."""
    # Nobody mutes for all the people of an organisation: each does that for themselves.
    is_muted = how.is_muted and row.user_id is not None
    row.muted_at, row.muted_until = (now(), how.muted_until) if is_muted else (None, None)
    following.change(session, row, rhythm=how.rhythm, scope=how.scope, by_mail=how.by_mail)
    row.only_mutes = how.only_mutes and is_muted
