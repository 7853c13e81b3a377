"""My overview: the feed of what somebody follows, what they saved, and their inbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.clock import local, now
from app.core.errors import BadRequest
from app.core.language import gettext as _
from app.core.language import ngettext
from app.core.paging import Place, place_of, place_word
from app.core.templating import capitalise
from app.feeds import following, muting, my_feed, saving
from app.feeds.models import Followed
from app.feeds.my_feed import Heard, Item, MyFeed
from app.people.actor import Actor
from app.web import showing
from app.web.by_day import Day, by_day
from app.web.follow_words import muted_text
from app.web.forms import Sealed
from app.web.needs import Here, Reading, SignedIn, Writing
from app.web.pages.own_following import MUTES
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.undoing import numbers_in, word_of
from app.web.visit import Visit
from content import shelves
from content.kinds import KINDS

router = APIRouter()

ON_A_PAGE: Final = 20
SAVED: Final = "bewaard"

TABS: Final = {kind.address: kind.slug for kind in KINDS.values()}

ThingT = TypeVar("ThingT")


@dataclass(frozen=True)
class FeedRow:
    """A piece with the reason why it is here."""

    card: showing.PieceCard
    why: str
    is_new: bool
    piece: int
    muting: Sequence[tuple[int, str]]
    """The subscriptions that brought it here, to be muted."""


@dataclass(frozen=True)
class SavedRow:
    """A piece that they keep."""

    card: showing.PieceCard
    piece: int


@dataclass(frozen=True)
class Undo:
    """The way back from what was done just now."""

    action: str
    number: str
    name: str = "stuk"
    """What the number is of: a piece, several of them in one word, or a subscription."""


@dataclass(frozen=True)
class OverviewView:
    """My feed."""

    greeting: str
    lead: str
    tabs: Sequence[tuple[Link, bool]]
    days: Sequence[Day[FeedRow]]
    saved: Sequence[SavedRow] | None
    most_saved: int
    """So many are shown."""
    let_go: str
    older: str
    follows: Sequence[Link]
    settings: str
    topics: str
    new: int
    read: str
    mute: str
    notices: Link
    said: str
    undo: Undo | None


@router.get("/overzicht")
def overview(request: Request, here: Here, session: Reading, me: SignedIn, page: Page) -> Response:
    """What is new in what they follow, by day; each with the reason why it is here."""
    shown = request.query_params.get("toon", "")
    before = _place(request.query_params.get("verder"))
    where = [shelves.of_kind(TABS[shown])] if shown in TABS else []
    feed = my_feed.my_feed(session, me, here.language, limit=ON_A_PAGE, before=before, where=where)
    kept = saving.saved(session, me, here.language) if shown == SAVED else None
    base = showing.here("/overzicht")
    said, undo = _said(here, session, me)
    view = OverviewView(
        greeting=_greeting(me.name),
        lead=_lead(feed),
        tabs=_tabs(base, shown),
        days=[] if kept is not None else _days(session, feed.items),
        saved=[SavedRow(showing.card(row), row.article.piece_id) for row in kept] if kept is not None else None,
        most_saved=saving.MOST_SHOWN,
        let_go=showing.here(f"/overzicht/{SAVED}"),
        older=_older(base, shown, feed.older),
        follows=_follows(feed),
        settings=showing.here("/instellingen/volgen"),
        topics=showing.here("/onderwerpen"),
        new=len(feed.new),
        read=showing.here("/overzicht/gelezen"),
        mute=showing.here("/overzicht/dempen"),
        notices=Link(_("Notices"), showing.here("/overzicht/meldingen")),
        said=said,
        undo=undo,
    )
    return page("overview", view, section="overview", is_indexed=False)


@router.post("/overzicht/gelezen")
def read(here: Here, session: Writing, me: SignedIn, form: Sealed) -> Response:
    """One piece, or all that is new, was read; or they are to be new again."""
    back = showing.here("/overzicht")
    piece = form.number("stuk", least=1, most=2**31 - 1)
    if form.raw("_method") == "delete":
        for one in [piece] if piece is not None else numbers_in(form.raw("stukken")):
            my_feed.mark_unread(session, me, one)
    elif piece is not None:
        my_feed.mark_read(session, me, [piece])
        return see(f"{back}?klaar=gelezen&stuk={piece}")
    else:
        heard = my_feed.heard_of(session, me, here.language, following.heard_by(session, me))
        new = my_feed.news(session, me, here.language, heard)
        pieces = [item.chosen.piece_id for item in new]
        my_feed.mark_read(session, me, pieces)
        return see(f"{back}?klaar=alles&stukken={word_of(pieces)}" if pieces else back)
    return see(back)


@router.post("/overzicht/dempen")
def mute(session: Writing, me: SignedIn, form: Sealed) -> Response:
    """Hear nothing any more for exactly this reason, for a while or until they say so; or of one piece alone."""
    back, is_undo = showing.here("/overzicht"), form.raw("_method") == "delete"
    if is_undo and form.raw("nr"):
        muting.unmute(session, following.own(session, form.number("nr", least=1, most=2**31 - 1), by=me))
        return see(back)
    if form.raw("nr") == "stuk" or is_undo:
        piece = form.number("stuk", least=1, most=2**31 - 1)
        if is_undo:
            muting.hear_piece(session, piece, by=me)
            return see(back)
        muting.mute_piece(session, piece, by=me)
        return see(f"{back}?klaar=stuk&stuk={piece}")
    row = following.heard(session, form.number("nr", least=1, most=2**31 - 1), by=me)
    row = muting.mute(session, row, by=me, lasting=MUTES.get(form.raw("tot")))
    return see(f"{back}?klaar=gedempt&nr={row.id}")


@router.post(f"/overzicht/{SAVED}")
def let_go(here: Here, session: Writing, me: SignedIn, form: Sealed) -> Response:
    """Keep a piece no more; or again, if they still see it."""
    back, piece = f"{showing.here('/overzicht')}?toon={SAVED}", form.number("stuk", least=1, most=2**31 - 1)
    if form.raw("_method") != "delete":
        saving.let_go(session, piece, by=me)
        return see(f"{back}&klaar=losgelaten&stuk={piece}")
    article = muting.seen_piece(session, piece, me, here.language) if piece else None
    if article is not None:
        saving.save(session, article, by=me)
    return see(back)


# --- what stands on the pages -----------------------------------------------------------------------------------------


def _place(word: str | None) -> Place | None:
    try:
        return place_of(word, field="verder")
    except BadRequest:
        return None


def _greeting(name: str) -> str:
    first, hour = name.split()[0] if name.split() else name, local(now()).hour
    if hour < 6:
        return _("Good night, %(name)s", name=first)
    if hour < 12:
        return _("Good morning, %(name)s", name=first)
    if hour < 18:
        return _("Good afternoon, %(name)s", name=first)
    return _("Good evening, %(name)s", name=first)


def _lead(feed: MyFeed) -> str:
    if not feed.heard:
        return _("You follow nothing yet.")
    if not feed.new:
        return _("You have seen everything that is new.")
    return ngettext(
        "%(n)s new piece in what you follow.",
        "%(n)s new pieces in what you follow.",
        len(feed.new),
    )


def _tabs(base: str, shown: str) -> list[tuple[Link, bool]]:
    return [
        (Link(_("All"), base), shown not in TABS and shown != SAVED),
        *((Link(KINDS[slug].names(), f"{base}?toon={word}"), shown == word) for word, slug in TABS.items()),
        (Link(_("Saved"), f"{base}?toon={SAVED}"), shown == SAVED),
    ]


def _older(base: str, shown: str, place: Place | None) -> str:
    if place is None or shown == SAVED:
        return ""
    return f"{base}?{f'toon={shown}&' if shown in TABS else ''}verder={place_word(place)}"


def _days(session: Session, items: Sequence[Item]) -> list[Day[FeedRow]]:
    listed = {row.article.id: row for row in shelves.listed(session, [item.chosen.article_id for item in items])}
    there = [item for item in items if item.chosen.article_id in listed]

    def row(item: Item) -> FeedRow:
        return FeedRow(
            card=showing.card(listed[item.chosen.article_id]),
            why=_why(item.reasons),
            is_new=item.is_new,
            piece=item.chosen.piece_id,
            muting=[(each.subscription.id, each.stream.title) for each in item.reasons],
        )

    return by_day(there, lambda item: item.chosen.at, row)


def _why(reasons: Sequence[Heard]) -> str:
    """Because you follow this and that; what an organisation follows says so."""
    own = [each for each in reasons if each.subscription.user_id is not None]
    told = own or list(reasons)
    names = showing.said([each.stream.title for each in told])
    if not own:
        return _("Because your organisation follows %(names)s", names=names)
    if all(each.subscription.what == Followed.SEARCH for each in told):
        return _("Fits your search %(names)s", names=names)
    return _("Because you follow %(names)s", names=names)


def _follows(feed: MyFeed) -> list[Link]:
    counts: dict[int, int] = {}
    for item in feed.new:
        for each in item.reasons:
            counts[each.subscription.id] = counts.get(each.subscription.id, 0) + 1
    return [
        Link(
            capitalise(each.stream.title),
            showing.here(each.stream.page),
            note=ngettext("%(n)s new", "%(n)s new", counts[each.subscription.id])
            if each.subscription.id in counts
            else _("quiet"),
        )
        for each in feed.heard
    ]


def _said(here: Visit, session: Session, me: Actor) -> tuple[str, Undo | None]:
    """What was just done, and how it is undone."""
    asked = parse_qs(here.query)
    done, piece, row, several = (asked.get(name, [""])[0] for name in ("klaar", "stuk", "nr", "stukken"))
    if done == "gedempt":
        muted = muting.muted(session, next(iter(numbers_in(row)), None), by=me)
        undo = Undo(showing.here("/overzicht/dempen"), str(muted.id), "nr") if muted else None
        return muted_text(muted) if muted else "", undo
    if done == "alles" and numbers_in(several):
        word = word_of(numbers_in(several))
        return _("Marked as read."), Undo(showing.here("/overzicht/gelezen"), word, "stukken")
    if piece.isascii() and piece.isdigit():
        if done == "gelezen":
            return _("Marked as read."), Undo(showing.here("/overzicht/gelezen"), piece)
        if done == "losgelaten":
            return _("You keep it no more."), Undo(showing.here(f"/overzicht/{SAVED}"), piece)
        if done == "stuk":
            return _("You hear nothing more of this piece."), Undo(showing.here("/overzicht/dempen"), piece)
    return "", None
