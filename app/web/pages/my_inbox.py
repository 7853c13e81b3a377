"""My inbox: messages to one person, apart from the pieces that they follow."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.core.clock import local, today
from app.core.language import clock_time, long_date, ngettext
from app.core.language import gettext as _
from app.feeds import following, my_feed, noticing
from app.feeds.models import Notice
from app.web import showing
from app.web.by_day import Day, by_day
from app.web.forms import Sealed
from app.web.needs import Here, Reading, SignedIn, Writing
from app.web.notice_texts import ICONS, reason_of, title_of
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.undoing import numbers_in, word_of

router = APIRouter()


@dataclass(frozen=True)
class NoticeRow:
    """A message."""

    id: int
    title: str
    why: str
    href: str
    icon: str
    when: str
    is_new: bool
    awaits: bool


@dataclass(frozen=True)
class InboxView:
    """My notices."""

    lead: str
    tabs: Sequence[tuple[Link, bool]]
    days: Sequence[Day[NoticeRow]]
    new: int
    action: str
    overview: Link
    settings: str
    follows_news: str
    """How many new pieces there are in what they follow, in words."""
    undo: str
    """The notices that were marked as read just now, in one word."""


@router.get("/overzicht/meldingen")
def inbox(request: Request, here: Here, session: Reading, me: SignedIn, page: Page) -> Response:
    """Messages to them, the latest first."""
    notices = noticing.inbox(session, me)
    shown, done = request.query_params.get("toon", ""), request.query_params.get("klaar", "")
    wanted = {
        "wacht": [row for row in notices if row.awaits],
        "ongelezen": [row for row in notices if row.read_at is None],
    }
    new = len(wanted["ongelezen"])
    heard = my_feed.heard_of(session, me, here.language, following.heard_by(session, me))
    pieces = len(my_feed.news(session, me, here.language, heard))
    base = showing.here("/overzicht/meldingen")
    view = InboxView(
        lead=_lead(new, len(wanted["wacht"])),
        tabs=[
            (Link(_("All"), base), shown not in wanted),
            (Link(_("Waits for you"), f"{base}?toon=wacht", len(wanted["wacht"])), shown == "wacht"),
            (Link(_("Unread"), f"{base}?toon=ongelezen", new), shown == "ongelezen"),
        ],
        days=by_day(wanted.get(shown, notices), lambda row: row.at, _notice_row),
        new=new,
        action=base,
        overview=Link(_("My overview"), showing.here("/overzicht")),
        settings=showing.here("/instellingen/volgen"),
        follows_news=ngettext("%(n)s new piece", "%(n)s new pieces", pieces) if pieces else "",
        undo=word_of(numbers_in(request.query_params.get("nrs", ""))) if done == "gelezen" else "",
    )
    return page("inbox", view, section="overview", is_indexed=False)


@router.post("/overzicht/meldingen")
def mark(session: Writing, me: SignedIn, form: Sealed) -> Response:
    """One notice, or all of them, was read; or one is to be unread again."""
    back, is_undo = showing.here("/overzicht/meldingen"), form.raw("_method") == "delete"
    number = form.number("nr", least=1, most=2**31 - 1)
    if number or is_undo:
        noticing.mark(session, me, [number] if number else numbers_in(form.raw("nrs")), is_read=not is_undo)
        return see(back)
    new = [row.id for row in noticing.inbox(session, me) if row.read_at is None and not row.awaits]
    noticing.mark(session, me, new, is_read=True)
    return see(f"{back}?klaar=gelezen&nrs={word_of(new)}" if new else back)


def _lead(new: int, awaits: int) -> str:
    if not new and not awaits:
        return _("Nothing new.")
    told = ngettext("%(n)s new.", "%(n)s new.", new)
    if awaits:
        told += " " + ngettext("%(n)s waits for you.", "%(n)s wait for you.", awaits)
    return told


def _notice_row(row: Notice) -> NoticeRow:
    return NoticeRow(
        id=row.id,
        title=title_of(row.name, row.told),
        why=reason_of(row.name),
        href=showing.here(row.path) if row.path else "",
        icon=ICONS.get(row.name, "bell"),
        when=clock_time(row.at) if local(row.at).date() == today() else long_date(row.at),
        is_new=row.read_at is None,
        awaits=row.awaits,
    )
