"""Before a piece appears: which yes it waits for, for an owner about their own organisation and for stewards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

from app.core.language import gettext as _
from app.core.settings import settings
from app.people import desks
from app.people.directory import kept_at
from app.people.models import Organisation
from app.web import showing
from app.web.forms import Form, Sealed
from app.web.needs import Here, Reading, SignedIn, Writing
from app.web.own_organisation import Own, after, own, owned
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.settings_menu import Menu, menu
from app.web.stewarding import Steward, side
from app.web.visit import address

router = APIRouter()

PART: Final = "beoordeling"
STEWARDS: Final = "/beheer/beoordeling"


@dataclass(frozen=True, kw_only=True)
class DesksView:
    """What somebody's organisation waits for."""

    menu: Menu
    own: Own | None
    days: int
    action: str
    form: Form


@dataclass(frozen=True, kw_only=True)
class StewardsDesksView:
    """The same of every organisation."""

    side: Sequence[tuple[Link, bool]]
    organisations: Sequence[Organisation]
    action: str
    done: str


@router.get("/instellingen/beoordeling")
def show(here: Here, session: Reading, me: SignedIn, page: Page) -> Response:
    """What one's own organisation waits for."""
    view = DesksView(
        menu=menu(here, me, PART, done={"bewaard": _("Saved. It holds for what is sent in from now on.")}),
        own=own(session, here, me, PART),
        days=settings().review_days,
        action=showing.here(f"/instellingen/{PART}"),
        form=Form(),
    )
    return page("settings/desks", view, is_indexed=False)


@router.post("/instellingen/beoordeling")
def change(here: Here, form: Sealed, session: Writing, me: SignedIn) -> Response:
    """An owner says whether their organisation is asked."""
    organisation = owned(session, me, form.raw("van"))
    desks.ask_company(session, organisation, asks=form.is_ticked("bedrijf"), by=me)
    return see(after(here, PART, organisation, "bewaard"))


@router.get("/beheer/beoordeling")
def show_all(here: Here, session: Reading, me: Steward, page: Page) -> Response:
    """What every organisation waits for."""
    view = StewardsDesksView(
        side=side(STEWARDS),
        organisations=desks.organisations(session),
        action=showing.here(STEWARDS),
        done=_("Saved. It holds for what is sent in from now on.") if here.query == "klaar=bewaard" else "",
    )
    return page("stewards/desks", view, is_indexed=False)


@router.post("/beheer/beoordeling")
def change_one(me: Steward, here: Here, form: Sealed, session: Writing) -> Response:
    """A steward says whether the company, and the knowledge centre, is asked."""
    organisation = kept_at(session, form.raw("organisatie"))
    desks.ask_company(session, organisation, asks=form.is_ticked("bedrijf"), by=me)
    desks.ask_centre(session, organisation, asks=form.is_ticked("centrum"), by=me)
    return see(address(f"{STEWARDS}?klaar=bewaard", here.language))
