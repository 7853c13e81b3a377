"""Drafts of the way in: what somebody filled in so far, kept by us, so that going back never loses a word.

Known by a token in a cookie of that browser alone. Nothing of it counts before the code in the mail is typed in.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlmodel import Session, col, delete, select

from app.core.clock import now
from app.core.seals import digest, new_token
from app.people.ways_in import JoinDraft

LASTS: Final = timedelta(days=2)
"""After so long, counted from the last step, a draft that came to nothing is forgotten."""


def kept(session: Session, token: str) -> dict[str, Any]:
    """What was filled in under this token; nothing for one that is none any more."""
    draft = _draft(session, token)
    return dict(draft.told) if draft is not None else {}


def keep(session: Session, token: str, told: Mapping[str, Any]) -> str:
    """Lay this over what was filled in before; the token to keep. It is a new one where there was none."""
    draft = _draft(session, token)
    if draft is None:
        token = new_token()
        draft = JoinDraft(token_digest=digest(token), expires_at=now())
    draft.told, draft.expires_at = {**draft.told, **told}, now() + LASTS
    session.add(draft)
    session.flush()
    return token


def forget(session: Session, token: str) -> None:
    """They are in, or they stopped."""
    session.exec(delete(JoinDraft).where(col(JoinDraft.token_digest) == digest(token)))


def forget_old_drafts(session: Session) -> None:
    """Drafts that came to nothing."""
    session.exec(delete(JoinDraft).where(col(JoinDraft.expires_at) <= now()))


def _draft(session: Session, token: str) -> JoinDraft | None:
    if not token:
        return None
    return session.exec(
        select(JoinDraft).where(JoinDraft.token_digest == digest(token), JoinDraft.expires_at > now())
    ).first()
