"""Delivering: messages go to webhooks, signed, with the rights of the moment at which each is sent.

Each webhook is in the hands of one thread at a time, so that a slow receiver holds up nobody else. A message is tried
for more than a day under one id; after a kill, when nobody knows whether it arrived, it goes once more.
"""

import json
import logging
import threading
import time
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, case, or_
from sqlmodel import Session, col, select, update

from app.core.clock import CLOCKS_DIFFER, now
from app.core.database import reading, writing
from app.core.meanwhile import meanwhile
from app.core.outside import NotThere, OutsideError, call
from app.core.seals import signed_with
from app.feeds.delivered import LONGEST_REST, PAUSES, Ready, settle
from app.feeds.webhook_messages import Message, give_back, look_for_news, message_of, served
from app.feeds.webhook_models import Delivery, DeliveryState, Hears, Webhook
from app.feeds.webhooks import is_on, secrets_of

log = logging.getLogger(__name__)

AT_ONCE: Final = 32
"""Webhooks that one worker has in hand at the same time."""

IN_A_ROUND: Final = 20
"""Messages to one webhook before others get its thread."""

LEASE: Final = timedelta(seconds=15)
"""How long a webhook is ours. Renewed while it is served; after a kill others take over this late."""

UNTIL_FOUND: Final = timedelta(seconds=20)
"""How long the words of a new piece may take until questions find it."""

LOOK_AGAIN: Final = timedelta(minutes=15)
"""How soon we look for news unasked: a search may find a piece long after it appeared, when its file was read."""

REFUSED: Final = "refused"
"""We do not go there: it is not on the open internet, or its name is not known."""

SILENT: Final = "silent"
"""Nobody answered in time."""

_places = threading.BoundedSemaphore(AT_ONCE)


# --- when -------------------------------------------------------------------------------------------------------------


def call_webhooks(session: Session) -> None:
    """Something appeared: every webhook looks whether it is told, a little later where a search has to find it."""
    soon = now() + UNTIL_FOUND
    later = and_(col(Webhook.hears) == Hears.FOLLOWED, or_(col(Webhook.due_at).is_(None), col(Webhook.due_at) > soon))
    stays = and_(col(Webhook.hears) == Hears.FOLLOWED, col(Webhook.due_at) <= soon)
    due_at = case((later, soon), (stays, col(Webhook.due_at)), else_=now())
    session.exec(update(Webhook).where(*is_on()).values(due_at=due_at))


def bring_what_is_due() -> None:
    """Take every webhook in hand that has something to do, each in a thread of its own. Returns at once."""
    for hook_id in due():
        if not _places.acquire(blocking=False):
            return
        threading.Thread(target=_in_turn, args=(hook_id,), name=f"webhook {hook_id}").start()


def due() -> list[int]:
    """The webhooks that have something to do and are in nobody's hands, whoever waits longest first."""
    with reading() as session:
        waiting = select(Webhook.id).where(*is_on(), _is_due()).order_by(col(Webhook.due_at)).limit(AT_ONCE)
        return list(session.exec(waiting).all())


def serve(hook_id: int) -> bool:
    """Tell this webhook what there is to tell; False when it is in somebody's hands."""
    turn = _take(hook_id)
    if turn is None:
        return False
    with meanwhile(lambda: _renew(hook_id, turn), every=LEASE.total_seconds() / 3):
        look_for_news(hook_id)
        for _message in range(IN_A_ROUND):
            ready = _next(hook_id)
            if ready is None or not settle(ready, *_sent(ready)):
                break
    _let_go(hook_id, turn)
    return True


def _in_turn(hook_id: int) -> None:
    try:
        serve(hook_id)
    except Exception:
        # It stays leased, so that it is tried again after a moment and not at once.
        log.exception("a webhook could not be served", extra={"webhook": hook_id})
    finally:
        _places.release()


def _is_due() -> ColumnElement[bool]:
    at = now()
    # A clock that ran ahead and was put right must not hold up for long what it wrote.
    has_come = or_(col(Webhook.due_at) <= at, col(Webhook.due_at) > at + LOOK_AGAIN + CLOCKS_DIFFER)
    is_left = or_(col(Webhook.leased_until) < at, col(Webhook.leased_until) > at + LEASE + CLOCKS_DIFFER)
    return or_(and_(col(Webhook.leased_until).is_(None), has_come), is_left)


def _take(hook_id: int) -> int | None:
    """Which turn is ours. Whatever makes it due from now on is seen when we let it go."""
    with writing() as session:
        free = update(Webhook).where(col(Webhook.id) == hook_id, *is_on(), _is_due())
        mine = free.values(leased_until=now() + LEASE, due_at=None, turn=col(Webhook.turn) + 1)
        if not session.exec(mine).rowcount:
            return None
        return session.exec(select(Webhook.turn).where(Webhook.id == hook_id)).one()


def _renew(hook_id: int, turn: int) -> None:
    with writing() as session:
        session.exec(update(Webhook).where(*_is_ours(hook_id, turn)).values(leased_until=now() + LEASE))


def _is_ours(hook_id: int, turn: int) -> tuple[ColumnElement[bool], ...]:
    return col(Webhook.id) == hook_id, col(Webhook.turn) == turn


def _let_go(hook_id: int, turn: int) -> None:
    """It is due again with its next message; at once, when it was called meanwhile."""
    at = now()
    with writing() as session:
        waiting = select(Delivery.due_at).where(Delivery.webhook_id == hook_id, _waits())
        first = session.exec(waiting.order_by(col(Delivery.due_at)).limit(1)).first()
        rests = session.exec(select(Webhook.rests_until).where(Webhook.id == hook_id)).first()
        next_time = at + LOOK_AGAIN if first is None else min(max(first, rests or at), at + LOOK_AGAIN)
        again = case((col(Webhook.due_at).is_(None), next_time), else_=col(Webhook.due_at))
        session.exec(update(Webhook).where(*_is_ours(hook_id, turn)).values(leased_until=None, due_at=again))


# --- sending ----------------------------------------------------------------------------------------------------------


def _next(hook_id: int) -> Ready | None:
    """The message that is due first and may still be told; those that may not are put away."""
    while True:
        at = now()
        with reading() as session:
            hook = served(session, hook_id)
            if hook is None or (hook.rests_until is not None and at < hook.rests_until <= at + LONGEST_REST):
                return None
            due_first = select(Delivery).where(Delivery.webhook_id == hook_id, _waits(), _has_come(at))
            row = session.exec(due_first.order_by(col(Delivery.due_at), col(Delivery.id)).limit(1)).first()
            if row is None:
                return None
            message = message_of(session, hook, row)
            if message is not None:
                return _signed(hook, row, message)
        _put_away(row.id)


def _sent(ready: Ready) -> tuple[str, int]:
    """What came back, a status or a word of our own, and after how many milliseconds."""
    began = time.monotonic()
    try:
        answer = str(call("POST", ready.address, body=ready.body, headers=ready.headers).status)
    except NotThere:
        answer = REFUSED
    except OutsideError:
        answer = SILENT
    return answer, round((time.monotonic() - began) * 1000)


def _waits() -> ColumnElement[bool]:
    return col(Delivery.state) == DeliveryState.WAITING


def _has_come(at: datetime) -> ColumnElement[bool]:
    return or_(col(Delivery.due_at) <= at, col(Delivery.due_at) > at + max(PAUSES) + CLOCKS_DIFFER)


def _signed(hook: Webhook, row: Delivery, message: Message) -> Ready:
    at, text = now(), json.dumps(message.told, ensure_ascii=False)
    headers = {
        "content-type": "application/json",
        "webhook-id": row.key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signed_with(secret, row.key, at, text) for secret in secrets_of(hook)),
    }
    return Ready(
        delivery_id=row.id,
        webhook_id=hook.id,
        piece_id=row.piece_id,
        tries=row.tries,
        due_at=row.due_at,
        address=hook.address,
        body=text.encode(),
        headers=headers,
        version_at=message.version_at,
    )


def _put_away(delivery_id: int) -> None:
    """Its piece was taken back or hidden, or is followed no longer."""
    with writing() as session:
        row = session.get_one(Delivery, delivery_id)
        settled = update(Delivery).where(col(Delivery.id) == delivery_id, _waits())
        if session.exec(settled.values(state=DeliveryState.HIDDEN, settled_at=now())).rowcount:
            give_back(session, row)
