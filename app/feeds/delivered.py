"""Delivered or not: what a try to deliver brought, and what follows from it."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlmodel import Session, col, select, update

from app.core.clock import now
from app.core.database import writing
from app.core.mail import Letter, post
from app.feeds.noticing import About, tell
from app.feeds.webhook_messages import note_arrived
from app.feeds.webhook_models import Delivery, DeliveryState, Webhook
from app.feeds.webhooks import host_of, is_on, organisation_of
from app.people.places import owners_of

log = logging.getLogger(__name__)

PAUSES: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 60, 300, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200)
)
"""After each try that failed; together they take 27 hours."""

LONGEST_REST: Final = timedelta(minutes=5)
"""How long a webhook rests at most after failures, while other messages to it wait."""

ATTEMPTS_TOLD: Final = 12
"""Attempts of one message that the log tells of."""

GONE: Final = frozenset({"404", "410"})
"""What an address answers that wants nothing any more."""


@dataclass(frozen=True)
class Ready:
    """A message that may be sent at this moment."""

    delivery_id: int
    webhook_id: int
    piece_id: int | None
    tries: int
    due_at: datetime
    address: str
    body: bytes
    headers: dict[str, str]
    version_at: datetime | None


def settle(ready: Ready, answer: str, took: int) -> bool:
    """Write down how a try went; whether the next message may go at once."""
    arrived = answer.startswith("2")
    with writing() as session:
        row = session.exec(select(Delivery).where(Delivery.id == ready.delivery_id)).first()
        if row is None:
            return False
        attempt = {"at": now().isoformat(), "answer": answer, "ms": took}
        this = update(Delivery).where(col(Delivery.id) == row.id)
        session.exec(this.values(attempts=[*row.attempts, attempt][-ATTEMPTS_TOLD:]))
        # Somebody may have had it sent again meanwhile: then it goes once more.
        counts = this.where(
            col(Delivery.state) == DeliveryState.WAITING,
            col(Delivery.tries) == ready.tries,
            col(Delivery.due_at) == ready.due_at,
        )
        session.exec(counts.values(**_outcome(ready, row, arrived=arrived)))
        if arrived and ready.piece_id is not None and ready.version_at is not None:
            note_arrived(session, ready.webhook_id, ready.piece_id, ready.version_at)
        _fared(session, ready.webhook_id, arrived=arrived)
        if answer in GONE:
            _switch_off(session, ready.webhook_id, answer)
    return arrived


def _outcome(ready: Ready, row: Delivery, *, arrived: bool) -> dict[str, Any]:
    tries = ready.tries + 1
    if arrived:
        first = row.delivered_at or now()
        return {
            "state": DeliveryState.DELIVERED,
            "settled_at": now(),
            "tries": tries,
            "delivered_at": first,
            "version_at": ready.version_at,
        }
    if tries > len(PAUSES):
        return {"state": DeliveryState.GIVEN_UP, "settled_at": now(), "tries": tries}
    return {"tries": tries, "due_at": now() + PAUSES[tries - 1]}


def _fared(session: Session, hook_id: int, *, arrived: bool) -> None:
    this = update(Webhook).where(col(Webhook.id) == hook_id)
    if arrived:
        session.exec(this.values(failures=0, failing_since=None, rests_until=None))
        return
    failures, since = session.exec(select(Webhook.failures, Webhook.failing_since).where(Webhook.id == hook_id)).one()
    rest = min(timedelta(seconds=2 ** min(failures + 1, 10)), LONGEST_REST)
    session.exec(this.values(failures=failures + 1, failing_since=since or now(), rests_until=now() + rest))


def _switch_off(session: Session, hook_id: int, answer: str) -> None:
    """The address says that it is gone: nothing more is sent, and the owners are told, on the site and by mail."""
    off = update(Webhook).where(col(Webhook.id) == hook_id, *is_on()).values(off_at=now(), off_code=answer)
    if not session.exec(off).rowcount:
        return
    hook = session.get_one(Webhook, hook_id, populate_existing=True)
    organisation = organisation_of(session, hook)
    told = {"name": hook.name, "host": host_of(hook), "code": answer}
    about = About("webhook_off", f"webhook-off-{hook.id}-{now():%Y%m%d%H%M%S}", f"/instellingen/webhooks/{hook.id}")
    for owner in owners_of(session, organisation):
        tell(session, owner.id, about, told=told)
        letter = {**told, "path": about.path, "organisation": organisation.name}
        post(session, Letter(to=owner.mail, name="webhook_off", language=owner.language, told=letter))
    log.warning("a webhook was switched off", extra={"webhook": hook.id, "answer": answer})
