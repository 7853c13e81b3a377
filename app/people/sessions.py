"""Sessions: the browsers in which somebody is signed in. They are listed, and ended one by one or all at once.

When a session was last used is noted in memory and written down by the process itself a little later, apart from any
request: reading a page writes nothing.
"""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, delete, select, update

from app.core.clock import now
from app.core.database import writing
from app.core.errors import NotFound
from app.core.language import gettext as _
from app.people.models import SignInSession

SEEN_EVERY: Final = timedelta(minutes=5)
"""Nobody needs to know more exactly when a session was last used."""

_seen: dict[int, datetime] = {}
_noting = threading.Lock()


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


def note_seen(found: SignInSession) -> None:
    """This session is used right now. Costs nothing, and nothing at all when that is known already."""
    moment = now()
    if moment - found.seen_at > SEEN_EVERY:
        with _noting:
            _seen[found.id] = moment


def write_down_seen() -> None:
    """Write down when sessions were last used, if any were. Called by each web process every now and then."""
    with _noting:
        noted = dict(_seen)
        _seen.clear()
    if not noted:
        return
    with writing() as session:
        for session_id, moment in noted.items():
            later = update(SignInSession).where(
                col(SignInSession.id) == session_id, col(SignInSession.seen_at) < moment
            )
            session.exec(later.values(seen_at=moment))
