"""Sessions: the browsers in which somebody is signed in. They are listed, and ended one by one or all at once."""

from collections.abc import Sequence
from typing import Final

from sqlmodel import Session, col, delete, select

from app.core.clock import now
from app.core.errors import NotFound
from app.core.language import gettext as _
from app.people.last_use import LastUse
from app.people.models import SignInSession


def sessions_of(session: Session, user_id: int) -> Sequence[SignInSession]:
    """Every session of this person that is not over, the one used last first."""
    return session.exec(
        select(SignInSession)
        .where(SignInSession.user_id == user_id, SignInSession.expires_at > now())
        .order_by(col(SignInSession.seen_at).desc(), col(SignInSession.id).desc())
    ).all()


def end_one(session: Session, *, user_id: int, session_id: int) -> SignInSession:
    """End this session of this person. Raises NotFound for one that is not theirs, as for one that is not there."""
    found = session.exec(
        select(SignInSession).where(SignInSession.id == session_id, SignInSession.user_id == user_id)
    ).first()
    if found is None:
        raise NotFound(_("This session has ended already."))
    session.delete(found)
    return found


def end_all(session: Session, *, user_id: int, but: str = "") -> None:
    """End every session of this person, except the one with this token's digest."""
    theirs = delete(SignInSession).where(col(SignInSession.user_id) == user_id)
    session.exec(theirs.where(col(SignInSession.token_digest) != but) if but else theirs)


last_seen: Final = LastUse(SignInSession, "seen_at")
"""When each session was last used."""
