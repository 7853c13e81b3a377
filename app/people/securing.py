"""What follows when somebody changes how they get in: a letter to them, a note in the audit log, and their sessions.

Whoever changed it without being them is noticed by the letter (ASVS 5.0, 6.3.7) and loses what they got by it.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlmodel import Session

from app.core.clock import now
from app.core.mail import Letter, post
from app.core.seals import digest
from app.people import sessions
from app.people.auditing import note
from app.people.models import User
from app.people.signing_in import actor_for, session_with

FRESH: Final = timedelta(hours=1)
"""How long after signing in somebody may change how they get in, without doing it again."""


class Change(StrEnum):
    """What was changed, as the audit log has it."""

    ADD_APP = "add_code_app"
    REMOVE_APP = "remove_code_app"
    ADD_PASSKEY = "add_passkey"
    REMOVE_PASSKEY = "remove_passkey"
    NEW_RECOVERY_CODES = "new_recovery_codes"
    CHANGE_MAIL = "change_mail"
    CONNECT_ACCOUNT = "connect_account"
    DISCONNECT_ACCOUNT = "disconnect_account"


def is_fresh(session: Session, token: str) -> bool:
    """Whether the holder of this token signed in not long ago."""
    used = session_with(session, token)
    return used is not None and used.created_at > now() - FRESH


def tell(session: Session, user: User, change: Change) -> None:
    """Tell the person by mail, and the audit log, that this was changed."""
    note(session, actor_for(session, user), change.value, subject=user)
    post(session, Letter(to=user.mail, name="security_changed", language=user.language, told={"change": change.value}))


def strengthen(session: Session, user: User, token: str) -> None:
    """From now on this session took a second step, and every other has to."""
    sessions.end_all(session, user_id=user.id, but=digest(token))
    here = session_with(session, token)
    if here is not None:
        here.is_strong = True
        session.add(here)
