"""Viewing as somebody: a steward sees the pages that this person sees, for a while, and changes nothing.

It hangs on the steward's own session, so that it ends with signing out; what the person may is read at each request
(`signing_in.actor_of`). It stands in the audit log, under the steward and under the person, who finds it in their data.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import literal
from sqlmodel import Session, col, select

from app.core.clock import now
from app.core.errors import Conflict
from app.core.language import gettext as _
from app.people.access import require_steward
from app.people.actor import Actor
from app.people.auditing import PERSON, AuditEntry, Pseudonym, note
from app.people.models import User
from app.people.signing_in import actor_for, can_be_viewed, session_with

LASTS: Final = timedelta(minutes=30)
BEGUN: Final = "view_as"


def begin(session: Session, person: User, *, by: Actor, token: str) -> None:
    """From the next request on the session of this token sees what the person sees. Raises Conflict for stewards."""
    require_steward(by)
    used = session_with(session, token)
    if used is None or not can_be_viewed(person):
        raise Conflict(_("You can view as people who can sign in, and never as another steward."))
    used.views_as_id, used.views_until = person.id, now() + LASTS
    session.add(used)
    note(session, by, BEGUN, subject=person, told={"minutes": int(LASTS.total_seconds() / 60)})


def end(session: Session, token: str) -> int | None:
    """The session of this token is the steward's own again; whom they viewed as, None when that was nobody."""
    used = session_with(session, token)
    if used is None or used.views_as_id is None:
        return None
    person = session.get_one(User, used.views_as_id)
    if used.views_until is not None and used.views_until > now():
        note(session, actor_for(session, session.get_one(User, used.user_id)), "end_view_as", subject=person)
    used.views_as_id = used.views_until = None
    session.add(used)
    return person.id


def looked_at(session: Session, person: User, *, most: int) -> Sequence[datetime]:
    """When stewards began to view as this person, the last time first."""
    return session.exec(
        select(AuditEntry.at)
        .join(Pseudonym, col(AuditEntry.subject) == literal(PERSON) + col(Pseudonym.name))
        .where(Pseudonym.user_id == person.id, AuditEntry.action == BEGUN)
        .order_by(col(AuditEntry.id).desc())
        .limit(most)
    ).all()
