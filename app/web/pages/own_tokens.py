"""Settings: tokens for programs that ask the API in somebody's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.addresses import address
from app.core.language import gettext as _
from app.core.language import long_date, ngettext
from app.people import tokens
from app.people.models import Organisation
from app.people.places import places_of
from app.people.signing_in import session_with
from app.people.tokens import ACCOUNT, DAYS, PUBLISH, READ, WRITE, ApiToken, Wish
from app.web.forms import Form, Sealed
from app.web.needs import Fresh, Here, Me, Reading, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import Menu, menu, path_of
from app.web.visit import API_DOCS, Visit

router = APIRouter()


@dataclass(frozen=True)
class TokenRow:
    """A token, as far as we know it."""

    id: int
    name: str
    told: str
    used: str


@dataclass(frozen=True)
class TokensView:
    """All of them, and the form for a new one."""

    menu: Menu
    form: Form
    tokens: Sequence[TokenRow]
    fresh: str
    """A new one, shown this once."""
    scopes: Sequence[tuple[str, str, str]]
    days: Sequence[tuple[str, str]]
    organisations: Sequence[tuple[str, str]]
    action: str
    docs: str


@router.get("/instellingen/tokens")
def show(here: Here, session: Reading, me: Fresh, page: Page) -> Response:
    """Those that are not over."""
    return page("settings/tokens", _view(here, session, me, Form({"mag": READ, "dagen": "90"})), is_indexed=False)


@router.post("/instellingen/tokens")
def change(here: Here, form: Sealed, session: Writing, me: Fresh, page: Page) -> Response:
    """Make one, which is shown this once, or end one."""
    if form.raw("weg"):
        tokens.end(session, form.number("weg", least=1, most=2**31 - 1), by=me)
        return see(path_of(here, "tokens", done="weg"))
    name = form.line("naam", most=80, missing=_("Fill in what the program is called"))
    fresh = ""
    if form.is_fine:
        with form.minding(session):
            used = session_with(session, here.session_token)
            wish = Wish(name, form.several("mag"), int(form.choice("dagen", _days()) or 0), _chosen(session, me, form))
            fresh = tokens.make(session, wish, by=me, is_strong=used is not None and used.is_strong)
    if not form.is_fine:
        return page("settings/tokens", _view(here, session, me, form), status=form.status, is_indexed=False)
    view = _view(here, session, me, Form({"mag": READ, "dagen": "90"}), fresh=fresh)
    return page("settings/tokens", view, is_indexed=False)


def _days() -> list[str]:
    return [str(days) for days in DAYS]


def _organisations(session: Session, me: Me) -> list[Organisation]:
    return [row for _place, row in places_of(session, me.user_id) if row.id in me.reads_for]


def _chosen(session: Session, me: Me, form: Form) -> int | None:
    slug = form.raw("organisatie")
    if not slug:
        return None
    return next((row.id for row in _organisations(session, me) if row.slug == slug), 0)


def _view(here: Visit, session: Session, me: Me, form: Form, *, fresh: str = "") -> TokensView:
    rows = tokens.tokens_of(session, me.user_id or 0)
    names = tokens.names_of(session, rows)
    return TokensView(
        menu=menu(here, me, "tokens", done={"weg": _("The token has ended.")}),
        form=form,
        tokens=[
            TokenRow(row.id, row.name, _told(row, names.get(row.organisation_id or 0)), _used(row)) for row in rows
        ],
        fresh=fresh,
        scopes=_scopes(),
        days=[(str(days), ngettext("One day", "%(n)s days", days)) for days in DAYS],
        organisations=[
            ("", _("All my organisations")),
            *((row.slug, row.title) for row in _organisations(session, me)),
        ],
        action=path_of(here, "tokens"),
        docs=address(API_DOCS, here.language),
    )


def _scopes() -> list[tuple[str, str, str]]:
    return [
        (READ, _("Read and search"), _("What you may see, and no drafts.")),
        (WRITE, _("Write"), _("Begin pieces, change drafts and send them in where you may.")),
        (PUBLISH, _("Publish"), _("Decide about texts on their way and take pieces back, where you may.")),
        (ACCOUNT, _("Your account"), _("Who you are, and see and end your tokens.")),
    ]


def _told(row: ApiToken, organisation: Organisation | None) -> str:
    scopes = ", ".join(label for scope, label, _note in _scopes() if scope in row.scopes)
    place = f", {organisation.title}" if organisation else ""
    ends = _("until %(day)s", day=long_date(row.expires_at))
    return f"…{row.ending}. {scopes}{place}. {ends[:1].upper()}{ends[1:]}."


def _used(row: ApiToken) -> str:
    moment: datetime | None = row.used_at
    return _("Last used on %(day)s", day=long_date(moment)) if moment else _("Not used yet")
