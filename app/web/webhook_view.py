"""Webhooks as their owners see them: each with its state, and the log of what was sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qs

from sqlmodel import Session

from app.core.clock import local, now
from app.core.errors import NotFound
from app.core.language import clock_time, long_date
from app.core.language import gettext as _
from app.feeds import webhooks
from app.feeds.delivering import REFUSED, SILENT
from app.feeds.webhook_messages import CHANGED, PUBLISHED
from app.feeds.webhook_models import Delivery, DeliveryState, Hears, Webhook
from app.feeds.webhooks import TRIAL
from app.people.actor import Actor, anyone_reading_for
from app.people.models import Admission, Organisation
from app.web import showing
from app.web.forms import Form
from app.web.own_organisation import LARGEST, Own, own
from app.web.settings_menu import Menu, menu, path_of
from app.web.visit import Visit
from content import reading
from content.models import Article

PART: Final = "webhooks"

HEARS: Final[Mapping[str, Hears]] = {
    "nieuw": Hears.NEW,
    "alles": Hears.EVERYTHING,
    "gevolgd": Hears.FOLLOWED,
}
"""Word of the form -> what a webhook is told of."""


@dataclass(frozen=True)
class Row:
    """One webhook in the list."""

    name: str
    href: str
    host: str
    hears: str
    state: str
    tone: str


@dataclass(frozen=True)
class Sent:
    """One message of the log."""

    id: int
    what: str
    href: str
    """The page of the piece, when its organisation may still see it."""
    at: str
    state: str
    tone: str
    attempts: Sequence[str]
    key: str
    can_go_again: bool


@dataclass(frozen=True)
class WebhooksView:
    """All of them, and the form for a new one."""

    menu: Menu
    form: Form
    own: Own | None
    is_member: bool
    """Whether the organisation takes part."""
    rows: Sequence[Row]
    hears: Sequence[tuple[str, str, str]]
    action: str
    docs: str
    removed: str
    """Where the one that was just removed can be brought back."""


@dataclass(frozen=True)
class WebhookView:
    """One of them."""

    menu: Menu
    row: Row
    address: str
    organisation: str
    is_off: bool
    why_off: str
    failing: str
    former_until: str
    fresh: str
    """A new secret, shown this once."""
    problem: str
    log: Sequence[Sent]
    action: str
    back: str
    docs: str


def missing(name: str) -> str:
    """What to say when this field is empty."""
    return {
        "naam": _("Fill in what receives it"),
        "adres": _("Fill in an address that begins with https://"),
        "hoort": _("Choose what it is told of"),
        "doe": _("There is nothing at this address."),
    }[name]


def list_view(
    session: Session, here: Visit, me: Actor, form: Form, *, organisation: Organisation | None = None
) -> WebhooksView:
    """Those of this organisation, or of the one that the address names."""
    found = own(session, here, me, PART, wanted=organisation.slug if organisation else "")
    is_owner = found is not None and found.is_owner
    return WebhooksView(
        menu=menu(here, me, PART, done={"weg": _("Removed.")}),
        form=form,
        own=found,
        is_member=found is not None and found.organisation.admission == Admission.ADMITTED,
        rows=[_row(here, hook) for hook in webhooks.of_organisation(session, found.organisation)]
        if found is not None and is_owner
        else [],
        hears=[
            ("nieuw", _("Every new piece"), _("Everything that your organisation may read, once.")),
            ("alles", _("Every new piece and every new version"), ""),
            ("gevolgd", _("What your organisation follows"), _("That stands under Following and mail.")),
        ],
        action=path_of(here, PART),
        docs=showing.here("/over/api") + "#webhooks",
        removed=_removed(session, here, me),
    )


def hook_view(
    session: Session, here: Visit, me: Actor, hook: Webhook, *, fresh: str = "", problem: str = ""
) -> WebhookView:
    """One of them with its log. `fresh`: a secret that is shown this once."""
    organisation = webhooks.organisation_of(session, hook)
    both_hold = hook.former_until is not None and hook.former_until > now()
    return WebhookView(
        menu=menu(here, me, PART, done=_done()),
        row=_row(here, hook),
        address=hook.address,
        organisation=organisation.title,
        is_off=hook.off_at is not None,
        why_off=_why_off(hook),
        failing=_moment(hook.failing_since) if hook.failing_since and hook.off_at is None else "",
        former_until=_moment(hook.former_until) if both_hold and hook.former_until else "",
        fresh=fresh,
        problem=problem,
        log=_log(session, hook),
        action=path_of(here, f"{PART}/{hook.id}"),
        back=f"{path_of(here, PART)}?van={organisation.slug}",
        docs=showing.here("/over/api") + "#webhooks",
    )


def _done() -> Mapping[str, str]:
    return {
        "proef": _("A test is on its way. In a moment this page tells how it went."),
        "opnieuw": _("The message goes once more, if it may still be told."),
        "uit": _("Switched off. Nothing is sent."),
        "aan": _("Switched on. What waited goes now."),
        "terug": _("It is back, as it was."),
    }


def _removed(session: Session, here: Visit, me: Actor) -> str:
    asked = parse_qs(here.query)
    number = asked.get("nr", [""])[0]
    if asked.get("klaar") != ["weg"] or not (number.isascii() and number.isdigit() and 0 < int(number[:12]) <= LARGEST):
        return ""
    try:
        hook = webhooks.own(session, int(number[:12]), by=me, ended=True)
    except NotFound:
        return ""
    return path_of(here, f"{PART}/{hook.id}") if hook.ended_at is not None else ""


def _row(here: Visit, hook: Webhook) -> Row:
    state, tone = _state(hook)
    return Row(
        name=hook.name,
        href=path_of(here, f"{PART}/{hook.id}"),
        host=webhooks.host_of(hook),
        hears={
            Hears.NEW: _("every new piece"),
            Hears.EVERYTHING: _("every new piece and every new version"),
            Hears.FOLLOWED: _("what your organisation follows"),
        }[hook.hears],
        state=state,
        tone=tone,
    )


def _state(hook: Webhook) -> tuple[str, str]:
    if hook.off_at is not None:
        return _("Off"), "error" if hook.off_code else ""
    if hook.failing_since is not None:
        return _("Does not take what we send"), "warn"
    return _("On"), "ok"


def _why_off(hook: Webhook) -> str:
    if hook.off_at is None or not hook.off_code:
        return ""
    return _(
        "It answered %(code)s on %(day)s: the address is gone. So we stopped sending.",
        code=hook.off_code,
        day=long_date(hook.off_at),
    )


# --- the log ----------------------------------------------------------------------------------------------------------


def _log(session: Session, hook: Webhook) -> list[Sent]:
    rows = webhooks.log_of(session, hook)
    pieces = _titles(session, hook, [row.piece_id for row in rows if row.piece_id is not None])
    return [_sent(row, pieces.get(row.piece_id or 0), is_off=hook.off_at is not None) for row in rows]


def _titles(session: Session, hook: Webhook, piece_ids: Sequence[int]) -> dict[int, Article]:
    """By piece, as far as the organisation may see them today."""
    return reading.versions_of(session, piece_ids, hook.language, anyone_reading_for(hook.organisation_id))


def _sent(row: Delivery, article: Article | None, *, is_off: bool) -> Sent:
    state, tone = {
        DeliveryState.WAITING: (_("Waits"), "") if is_off else (_("On its way"), "now"),
        DeliveryState.DELIVERED: (_("Arrived"), "ok"),
        DeliveryState.GIVEN_UP: (_("Given up after a day"), "error"),
        DeliveryState.HIDDEN: (_("Not sent: it may not be told any more"), ""),
    }[row.state]
    about = article.title if article else _("a piece that your organisation does not see")
    return Sent(
        id=row.id,
        what={
            TRIAL: _("Test"),
            PUBLISHED: _("New: %(title)s", title=about),
            CHANGED: _("Changed: %(title)s", title=about),
        }.get(row.kind, row.kind),
        href=showing.here(f"/kennis/{article.slug}") if article else "",
        at=_moment(row.created_at),
        state=state,
        tone=tone,
        attempts=[_attempt(attempt) for attempt in reversed(row.attempts)],
        key=row.key,
        # One that waits for its next try may go at once: perhaps they have just mended what receives it.
        can_go_again=row.state != DeliveryState.WAITING or row.tries > 0,
    )


def _attempt(attempt: Mapping[str, Any]) -> str:
    answer = str(attempt["answer"])
    words = {
        REFUSED: _("not sent: the address is not on the open internet, or its name is not known"),
        SILENT: _("nobody answered in time"),
    }.get(answer, _("it answered %(code)s after %(ms)s ms", code=answer, ms=attempt["ms"]))
    return f"{_moment(datetime.fromisoformat(attempt['at']))}: {words}"


def _moment(at: datetime) -> str:
    return _("%(day)s at %(time)s", day=long_date(local(at)), time=clock_time(at))
