"""Settings: one's own feed, under an address that is shown once."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.addresses import whole
from app.core.language import gettext as _
from app.core.language import long_date
from app.feeds import own_feed
from app.feeds.following import known_reader
from app.feeds.formats import FORMATS
from app.people.actor import Actor
from app.web import showing
from app.web.forms import Sealed
from app.web.needs import Fresh, Here, Reading, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.settings_menu import Menu, menu, path_of
from app.web.visit import Visit

router = APIRouter()

PART = "feed"


@dataclass(frozen=True)
class OwnFeedView:
    """Whether somebody has one, and its address when it was made just now."""

    menu: Menu
    made: str
    """When it was made, in words; empty when there is none."""
    used: str
    fresh: Sequence[Link]
    """A new one in each format, shown this once."""
    action: str
    following: str


@router.get("/instellingen/feed")
def show(here: Here, session: Reading, me: Fresh, page: Page) -> Response:
    """Whether there is one, and when it was last read."""
    return page("settings/feed", _view(here, session, me), is_indexed=False)


@router.post("/instellingen/feed")
def change(here: Here, form: Sealed, session: Writing, me: Fresh, page: Page) -> Response:
    """Make one, or a new one in its place, which is shown this once; or end it."""
    if form.raw("doe") == "weg":
        own_feed.end(session, by=me)
        return see(path_of(here, PART, done="weg"))
    word = own_feed.make(session, by=me)
    return page("settings/feed", _view(here, session, me, word), is_indexed=False)


def _view(here: Visit, session: Session, me: Actor, word: str = "") -> OwnFeedView:
    assert me.user_id is not None
    row = known_reader(session, me.user_id)
    used = _("Last read on %(day)s.", day=long_date(row.feed_used_at)) if row.feed_used_at else _("Not read yet.")
    return OwnFeedView(
        menu=menu(here, me, PART, done={"weg": _("The address has ended.")}),
        made=_("Made on %(day)s.", day=long_date(row.feed_made_at)) if row.feed_digest and row.feed_made_at else "",
        used=used,
        fresh=[
            Link(form.name, whole(f"/feeds/persoonlijk/{word}.{form.ending}", here.language))
            for form in FORMATS.values()
        ]
        if word
        else [],
        action=path_of(here, PART),
        following=showing.here("/instellingen/volgen"),
    )
