"""Settings: everything that is kept of somebody, to take along, and erasing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response, StreamingResponse

from app.core.addresses import address
from app.core.clock import today
from app.core.language import clock_time, long_date
from app.core.language import gettext as _
from app.people import viewing
from app.people.models import User
from app.people.own_data import count_copy, erase
from app.web.cookies import end_session_cookie
from app.web.forms import Form, Sealed
from app.web.needs import Fresh, Here, Me, Reading, Writing
from app.web.own_copy import copy_of
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import Menu, menu, path_of
from app.web.visit import Visit
from content.leaving import can_withdraw, leave_behind, pieces_of
from content.models import Article
from search.overhearing import forget_name

router = APIRouter()

WITHDRAW: Final = "weg"
MOST_LOOKS: Final = 20


@dataclass(frozen=True)
class PieceRow:
    """A piece of theirs, and whether they may take it back."""

    id: int
    title: str
    can_go: bool


@dataclass(frozen=True)
class DataView:
    """What can be taken along, and what would go."""

    menu: Menu
    form: Form
    mail: str
    pieces: Sequence[PieceRow]
    looked_at: Sequence[str]
    """When somebody of the knowledge centre looked at what they see."""
    copy: str
    erase: str


@dataclass(frozen=True)
class ErasedView:
    """What somebody reads who is gone."""

    home: str


@router.get("/instellingen/gegevens")
def show(here: Here, session: Reading, me: Fresh, page: Page) -> Response:
    """The two of them."""
    return page("settings/data", _view(here, session, me, Form()), is_indexed=False)


@router.post("/instellingen/gegevens/kopie")
def take_along(here: Here, form: Sealed, session: Reading, me: Fresh, page: Page) -> Response:
    """Everything as one file."""
    with form.minding(session):
        count_copy(me)
    if not form.is_fine:
        return page("settings/data", _view(here, session, me, form), status=form.status, is_indexed=False)
    headers = {
        "content-disposition": f'attachment; filename="proeftuin-{today().isoformat()}.zip"',
        "cache-control": "private, no-store",
    }
    whole = copy_of(me.user_id or 0)
    return StreamingResponse(whole, headers=headers, media_type="application/zip")


@router.post("/instellingen/gegevens/wissen")
def be_erased(here: Here, form: Sealed, session: Writing, me: Fresh, page: Page) -> Response:
    """Away with the person, after they typed their own address."""
    user = session.get_one(User, me.user_id)
    if form.line("adres", most=254).lower() != user.mail:
        form.blame("adres", _("Type your own mail address, to show that you mean it"))
    chosen = {row.id for row in pieces_of(session, user.id) if form.raw(f"stuk-{row.id}") == WITHDRAW}
    if form.is_fine:
        with form.minding(session):
            leave_behind(session, user, withdrawn=chosen, by=me)
            forget_name(session, user.name)
            erase(session, user, by=me)
    if not form.is_fine:
        return page("settings/data", _view(here, session, me, form), status=form.status, is_indexed=False)
    return end_session_cookie(see(address("/inloggen/gewist", here.language)))


@router.get("/inloggen/gewist")
def gone(here: Here, page: Page) -> Response:
    """What somebody reads who is gone."""
    return page("erased", ErasedView(address("/", here.language)), shows_search=False, is_indexed=False)


def _one_of_each(articles: Sequence[Article], language: str) -> Sequence[Article]:
    """Each piece once, in the reader's language where it has one: what is withdrawn is withdrawn in all of them."""
    kept: dict[int, Article] = {}
    for article in articles:
        if article.piece_id not in kept or article.language == language:
            kept[article.piece_id] = article
    return list(kept.values())


def _view(here: Visit, session: Session, me: Me, form: Form) -> DataView:
    user = session.get_one(User, me.user_id)
    return DataView(
        menu=menu(here, me, "gegevens"),
        form=form,
        mail=user.mail,
        pieces=[
            PieceRow(row.id, row.title or _("Without a title"), can_withdraw(me, row))
            for row in _one_of_each(pieces_of(session, user.id), here.language)
        ],
        looked_at=[
            _("%(day)s, %(time)s", day=long_date(at), time=clock_time(at))
            for at in viewing.looked_at(session, user, most=MOST_LOOKS)
        ],
        copy=f"{path_of(here, 'gegevens')}/kopie",
        erase=f"{path_of(here, 'gegevens')}/wissen",
    )
