"""Kept answers: a program that heard nothing may send its change again, and it is made once (Idempotency-Key)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlmodel import Field, Session, UniqueConstraint, col, delete, select

from app.core.clock import now
from app.core.errors import Conflict, Invalid
from app.core.language import gettext as _
from app.core.record import Record, plain_json
from app.core.seals import digest
from app.people.actor import Actor

KEPT: Final = timedelta(hours=24)
"""How long a repetition is known as one."""

LONGEST: Final = 200
"""Characters of a key."""


class KeptAnswer(Record, table=True):
    """What was answered to a request with this key, by whom it was sent."""

    __table_args__ = (UniqueConstraint("user_id", "key_digest"),)

    user_id: int = Field(foreign_key="user_account.id", index=True, ondelete="CASCADE")
    key_digest: str = Field(max_length=64)
    request_digest: str = Field(max_length=64)
    """Of what was sent: the same key for something else is a mistake."""
    told: dict[str, Any] = plain_json({})


def answered(session: Session, by: Actor, key: str, request: str) -> Mapping[str, Any] | None:
    """What was answered to this very request before; None when it is new, or has no key.

    Raises Invalid for a key that is too long, Conflict when it came with another request.
    """
    if not key:
        return None
    if len(key) > LONGEST:
        raise Invalid(_("This key is longer than %(n)s characters.", n=LONGEST), field="Idempotency-Key")
    kept = session.exec(
        select(KeptAnswer).where(KeptAnswer.user_id == by.user_id, KeptAnswer.key_digest == digest(key))
    ).first()
    if kept is None:
        return None
    if kept.request_digest != digest(request):
        raise Conflict(_("This key came with another request before."), field="Idempotency-Key")
    return kept.told


def keep_answer(session: Session, by: Actor, key: str, request: str, told: Mapping[str, Any]) -> None:
    """Keep what is answered to a request with this key, in the transaction that makes its change."""
    if key and by.user_id is not None:
        session.add(
            KeptAnswer(user_id=by.user_id, key_digest=digest(key), request_digest=digest(request), told=dict(told))
        )
        session.flush()


def forget_old_answers(session: Session) -> None:
    """Those that are no repetition's any more."""
    session.exec(delete(KeptAnswer).where(col(KeptAnswer.created_at) < now() - KEPT))
