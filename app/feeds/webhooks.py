"""Webhooks: addresses of an organisation's own that are told of pieces. Its owners make, try out and end them.

Messages are signed as Standard Webhooks says (github.com/standard-webhooks/standard-webhooks). A secret is shown once;
a new one takes its place at once, and what is sent is signed with both for a while, so that nothing is missed.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, select, update

from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import gettext as _
from app.core.reachable import NotReachable, place_of
from app.core.seals import lock_up, new_signing_secret, new_token, unlock
from app.core.settings import settings
from app.feeds.webhook_models import Delivery, DeliveryState, Hears, Webhook
from app.people.access import require_owner
from app.people.actor import Actor
from app.people.auditing import note
from app.people.models import Organisation

MOST: Final = 10
"""Webhooks of one organisation."""

LONGEST_ADDRESS: Final = 500

OVERLAP: Final = timedelta(hours=24)
"""How long what is sent is signed with the former secret too."""

KEPT: Final = timedelta(days=30)
"""How long a webhook that was removed can be brought back."""

LOG_KEPT: Final = timedelta(days=90)
"""How long the log tells of a message that needs nothing more."""

MOST_SHOWN: Final = 50

OFF_TOLD: Final = timedelta(days=7)
"""How long an operator hears of a webhook that we switched off; its owners heard at once."""

FAILING_TOLD: Final = timedelta(days=1)
"""How long a webhook takes nothing before an operator hears of it."""

PURPOSE: Final = "webhook"

TRIAL: Final = "webhook.test"
"""The kind of a message that only shows whether it arrives."""


@dataclass(frozen=True)
class Wanted:
    """What somebody wants a webhook to be."""

    name: str
    address: str
    hears: Hears
    language: str


def make(session: Session, organisation: Organisation, wanted: Wanted, *, by: Actor) -> tuple[Webhook, str]:
    """A new webhook and its secret, which is told this once. Raises Invalid at the field, and Conflict."""
    require_owner(by, organisation.id)
    if len(of_organisation(session, organisation)) >= MOST:
        raise Conflict(_("You have as many webhooks as we keep. Remove one first."))
    secret = new_signing_secret()
    hook = Webhook(
        organisation_id=organisation.id,
        name=wanted.name,
        address=_address(wanted.address),
        hears=wanted.hears,
        language=wanted.language,
        secret=lock_up(PURPOSE, secret),
        due_at=now(),
    )
    session.add(hook)
    session.flush()
    note(session, by, "make_webhook", subject=organisation, told={"host": host_of(hook)})
    return hook, secret


def of_organisation(session: Session, organisation: Organisation) -> Sequence[Webhook]:
    """The webhooks of an organisation, the oldest first."""
    return session.exec(
        select(Webhook)
        .where(Webhook.organisation_id == organisation.id, col(Webhook.ended_at).is_(None))
        .order_by(col(Webhook.id))
    ).all()


def is_on() -> tuple[ColumnElement[bool], ...]:
    """For a query: webhooks that something is sent to."""
    return col(Webhook.off_at).is_(None), col(Webhook.ended_at).is_(None)


def own(session: Session, number: int, *, by: Actor, ended: bool = False) -> Webhook:
    """A webhook of an organisation that they decide for. Raises NotFound for any other one.

    `ended`: also one that was removed, as long as it can be brought back.
    """
    hook = session.get(Webhook, number)
    if hook is None or hook.organisation_id not in by.owns or (hook.ended_at is not None and not ended):
        raise NotFound(_("This webhook is not there any more."))
    return hook


def organisation_of(session: Session, hook: Webhook) -> Organisation:
    """Whose it is."""
    return session.get_one(Organisation, hook.organisation_id)


def host_of(hook: Webhook) -> str:
    """Where it leads, as far as anybody but its owners may know."""
    return urlsplit(hook.address).hostname or ""


def rotate(session: Session, hook: Webhook, *, by: Actor) -> str:
    """A new secret, which is told this once. The one until now goes on for a day; the one before that does not."""
    secret = new_signing_secret()
    hook.former_secret, hook.former_until = hook.secret, now() + OVERLAP
    hook.secret = lock_up(PURPOSE, secret)
    _changed(session, hook, "rotate_webhook", by)
    return secret


def secrets_of(hook: Webhook) -> list[str]:
    """What to sign with at this moment, the newest first."""
    locked = [hook.secret]
    if hook.former_secret and hook.former_until is not None and now() < hook.former_until:
        locked.append(hook.former_secret)
    return [unlock(PURPOSE, each) for each in locked]


def switch_off(session: Session, hook: Webhook, *, by: Actor) -> None:
    """Send nothing until somebody switches it on; what waits goes on waiting."""
    if hook.off_at is None:
        hook.off_at, hook.off_code = now(), ""
        _changed(session, hook, "switch_off_webhook", by)


def switch_on(session: Session, hook: Webhook, *, by: Actor) -> None:
    """Send again, also what appeared meanwhile."""
    if hook.off_at is not None:
        hook.off_at, hook.off_code = None, ""
        hook.failures, hook.failing_since, hook.rests_until = 0, None, None
        hook.due_at = now()
        _changed(session, hook, "switch_on_webhook", by)


def remove(session: Session, hook: Webhook, *, by: Actor) -> None:
    """Nothing is sent to it any more."""
    hook.ended_at = hook.ended_at or now()
    _changed(session, hook, "remove_webhook", by)


def bring_back(session: Session, hook: Webhook, *, by: Actor) -> None:
    """Undo `remove`: as it was. Raises Conflict when as many others are there."""
    if hook.ended_at is None:
        return
    if len(of_organisation(session, organisation_of(session, hook))) >= MOST:
        raise Conflict(_("You have as many webhooks as we keep. Remove one first."))
    hook.ended_at, hook.due_at = None, now()
    _changed(session, hook, "bring_back_webhook", by)


# --- what is delivered ------------------------------------------------------------------------------------------------


def write_down(session: Session, hook_id: int, kind: str, piece_id: int | None = None) -> Delivery:
    """A message to this webhook, to be sent as soon as this transaction is committed."""
    row = Delivery(webhook_id=hook_id, piece_id=piece_id, key=f"msg_{new_token()}", kind=kind, due_at=now())
    session.add(row)
    session.flush()
    return row


def try_out(session: Session, hook: Webhook) -> None:
    """Send a message that tells nothing, to see whether it arrives. Raises Conflict while the last one still waits."""
    waiting = select(Delivery.id).where(
        Delivery.webhook_id == hook.id, Delivery.kind == TRIAL, Delivery.state == DeliveryState.WAITING
    )
    if session.exec(waiting).first() is not None:
        raise Conflict(_("A test is on its way already."))
    write_down(session, hook.id, TRIAL)
    _call(session, hook)


def send_again(session: Session, hook: Webhook, number: int) -> None:
    """Send a message of its log once more, under the same id, if it may still be told.

    Raises NotFound, and Conflict while another one about the same piece waits: both would tell its newest version.
    """
    _call(session, hook)
    row = session.exec(select(Delivery).where(Delivery.id == number, Delivery.webhook_id == hook.id)).first()
    if row is None:
        raise NotFound(_("This message is not in the log any more."))
    others = select(Delivery.id).where(
        Delivery.webhook_id == hook.id,
        Delivery.piece_id == row.piece_id,
        Delivery.state == DeliveryState.WAITING,
        Delivery.id != row.id,
    )
    if session.exec(others).first() is not None:
        raise Conflict(_("Another message about this is on its way already."))
    anew = {"state": DeliveryState.WAITING, "tries": 0, "due_at": now(), "settled_at": None}
    session.exec(update(Delivery).where(col(Delivery.id) == row.id).values(**anew))


def log_of(session: Session, hook: Webhook) -> Sequence[Delivery]:
    """What was or will be sent, the latest first."""
    return session.exec(
        select(Delivery).where(Delivery.webhook_id == hook.id).order_by(col(Delivery.id).desc()).limit(MOST_SHOWN)
    ).all()


@dataclass(frozen=True)
class Trouble:
    """Where webhooks lead that were switched off because their address is gone, and that have long taken nothing."""

    off: tuple[str, ...]
    failing: tuple[str, ...]


def trouble(session: Session) -> Trouble:
    """What an operator may want to know of."""
    off = col(Webhook.off_at) > now() - OFF_TOLD, Webhook.off_code != ""
    failing = col(Webhook.off_at).is_(None), col(Webhook.failing_since) <= now() - FAILING_TOLD

    def hosts(*where: ColumnElement[bool] | bool) -> tuple[str, ...]:
        there = select(Webhook).where(col(Webhook.ended_at).is_(None), *where).order_by(col(Webhook.id))
        return tuple(dict.fromkeys(host_of(hook) for hook in session.exec(there).all()))

    return Trouble(hosts(*off), hosts(*failing))


def forget_old_webhooks(session: Session) -> None:
    """Removed ones that nobody brings back, and old messages. What was told stays in the ledger."""
    session.exec(delete(Webhook).where(col(Webhook.ended_at) <= now() - KEPT))
    session.exec(delete(Delivery).where(col(Delivery.settled_at) <= now() - LOG_KEPT))
    over = update(Webhook).where(col(Webhook.former_until) <= now())
    session.exec(over.values(former_secret="", former_until=None))


def _call(session: Session, hook: Webhook) -> None:
    hook.due_at, hook.rests_until = now(), None
    session.add(hook)
    session.flush()


def _changed(session: Session, hook: Webhook, action: str, by: Actor) -> None:
    require_owner(by, hook.organisation_id)
    session.add(hook)
    session.flush()
    note(session, by, action, subject=organisation_of(session, hook), told={"host": host_of(hook)})


def _address(told: str) -> str:
    """The address, if it can be one. A name is looked up when something is sent, not while somebody waits for a page.

    Raises Invalid.
    """
    allowed = settings().outbound_allow
    schemes = ("http", "https") if allowed else ("https",)
    try:
        parts = urlsplit(told)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in schemes or not parts.hostname or parts.username is not None or " " in told:
        raise Invalid(_("Fill in an address that begins with https://"), field="adres")
    if _is_number(parts.hostname):
        try:
            place_of(told, allowed=allowed)
        except NotReachable as reason:
            raise Invalid(_("This address is not on the open internet"), field="adres") from reason
    return told


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
