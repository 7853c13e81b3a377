"""Settings: the organisation. How far an application is, what its page tells, its logo, and leaving it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, File, UploadFile
from fastapi import Form as Field
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import Invalid, NotFound
from app.core.files import storage
from app.core.images import renditions
from app.core.language import gettext as _
from app.core.language import long_date
from app.core.settings import settings
from app.people import belonging, describing, finding, joining
from app.people.actor import Actor
from app.people.admitting import reason_of
from app.people.describing import OrganisationPage
from app.people.models import Organisation, Role
from app.people.ways_in import Answer, Application, Asks
from app.web import join_choices, showing
from app.web.forms import Form, Sealed, sealed
from app.web.needs import Here, Reading, SignedIn, Writing
from app.web.own_organisation import Own, after, own, owned
from app.web.pages.own_colleagues import LARGEST, role_names
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import Menu, menu, path_of
from app.web.visit import Visit

router = APIRouter()

PART: Final = "organisatie"

TEXTS: Final = (
    ("naam", "name", 160),
    ("naam_en", "name_en", 160),
    ("over_nl", "about_nl", 2000),
    ("over_en", "about_en", 2000),
    ("deelt_nl", "shares_nl", 500),
    ("deelt_en", "shares_en", 500),
    ("website", "website", 300),
)
"""Field of the form, field of the organisation, and the most characters."""


@dataclass(frozen=True)
class Asked:
    """An application of one's own, and how far it is."""

    application: Application
    organisation: Organisation
    asked_on: str
    due: str
    reason: str

    @property
    def is_for_place(self) -> bool:
        """Whether it asks for a place in an organisation that takes part."""
        return self.application.asks == Asks.PLACE


@dataclass(frozen=True, kw_only=True)
class OwnPageView:
    """What somebody has to do with organisations."""

    menu: Menu
    form: Form
    own: Own | None
    role: str
    asked: Sequence[Asked]
    join: str
    action: str
    public: str
    """The address of the organisation's page."""
    logo: str
    contact: str
    choices: Mapping[str, Sequence[tuple[str, str]]]
    answer: Form


@router.get("/instellingen/organisatie")
def show(here: Here, session: Reading, me: SignedIn, page: Page) -> Response:
    """How far it is, and what its page tells."""
    return page("settings/organisation", _view(session, here, me), is_indexed=False)


@router.post("/instellingen/organisatie")
def describe(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page) -> Response:
    """Change what the page tells."""
    organisation = owned(session, me, form.raw("van"))
    told = {name: form.prose(field, most=most) for field, name, most in TEXTS}
    told["name"] = form.line("naam", most=160, missing=_("Fill in the name of the organisation"))
    told["name_en"], told["website"] = form.line("naam_en", most=160), form.line("website", most=300)
    places = {value: value for value, _name in join_choices.municipalities(session) if value}
    place = form.choice("gemeente", places, missing=_("Choose the place"))
    people = form.number("mensen", least=1, most=1_000_000)
    visit = form.choice("bezoek", ["nee", "welcome", "by_appointment"], missing=_("Choose one of these"))
    ids = join_choices.sector_ids(session, form.several("sector"))
    if form.is_fine:
        page_told = OrganisationPage(
            **told,
            municipality_id=int(place) if place.isdigit() else None,
            size_fte=people,
            visit="" if visit == "nee" else visit,
            sector_ids=ids,
        )
        with form.minding(session):
            describing.describe_organisation(session, organisation, page_told, by=me)
    if form.is_fine:
        return see(after(here, PART, organisation, "bewaard"))
    view = _view(session, here, me, organisation=organisation, form=form)
    return page("settings/organisation", view, status=form.status, is_indexed=False)


@router.post("/instellingen/organisatie/logo")
def change_logo(
    here: Here,
    session: Writing,
    me: SignedIn,
    page: Page,
    van: Annotated[str, Field(max_length=80)] = "",
    token: Annotated[str, Field(max_length=200)] = "",
    doe: Annotated[str, Field(max_length=20)] = "",
    logo: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Show another picture, or the monogram again. What is kept of it is made anew by us."""
    form = sealed(here, Form({"van": van}, token=token))
    organisation = owned(session, me, van)
    if doe == "weg":
        describing.show_logo(session, organisation, "", by=me)
        return see(after(here, PART, organisation, "bewaard"))
    try:
        sent = logo.file.read() if logo is not None else b""
        if not sent:
            raise Invalid(_("Choose a picture"))
        picture = renditions(sent)[0].data
    except Invalid as problem:
        form.blame("logo", problem.sentence)
        view = _view(session, here, me, organisation=organisation, answer=form)
        return page("settings/organisation", view, status=422, is_indexed=False)
    describing.show_logo(session, organisation, storage().keep(picture), by=me)
    return see(after(here, PART, organisation, "bewaard"))


@router.post("/instellingen/organisatie/vertrek")
def leave(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page) -> Response:
    """Give up one's own place."""
    found = own(session, here, me, PART, wanted=form.raw("van"))
    if found is None or found.organisation.slug != form.raw("van"):
        raise NotFound(_("There is nothing at this address."))
    with form.minding(session):
        belonging.leave(session, found.place, by=me)
    if form.is_fine:
        return see(path_of(here, PART, done="weg"))
    view = _view(session, here, me, organisation=found.organisation, answer=form)
    return page("settings/organisation", view, status=form.status, is_indexed=False)


@router.post("/instellingen/organisatie/intrekken")
def take_back(here: Here, form: Sealed, session: Writing, me: SignedIn) -> Response:
    """Ask no longer."""
    number = form.number("aanmelding", least=1, most=LARGEST)
    for application, _organisation in joining.applications_of(session, me.user_id or 0):
        if application.id == number:
            joining.take_back(session, application, by=me)
    return see(path_of(here, PART, done="ingetrokken"))


def _view(
    session: Session,
    here: Visit,
    me: Actor,
    *,
    organisation: Organisation | None = None,
    form: Form | None = None,
    answer: Form | None = None,
) -> OwnPageView:
    found = own(session, here, me, PART, wanted=organisation.slug if organisation else "")
    kept = found.organisation if found else None
    return OwnPageView(
        menu=menu(here, me, PART, done=_said()),
        form=form or (_form(session, kept) if kept else Form()),
        answer=answer or Form(),
        own=found,
        role=role_names()[Role(found.place.role)] if found else "",
        asked=_asked(session, me),
        join=showing.here("/aanmelden"),
        action=path_of(here, PART),
        public=showing.here(f"/organisaties/{kept.slug}") if kept else "",
        logo=showing.logo(kept) if kept else "",
        contact=settings().operator_contact,
        choices={
            "gemeente": join_choices.municipalities(session),
            "sector": [option for option in join_choices.sectors(session) if option[0] not in ("", "elders")],
            "bezoek": [
                ("nee", _("No visits")),
                ("welcome", _("Visitors welcome")),
                ("by_appointment", _("Visits by appointment")),
            ],
        },
    )


def _form(session: Session, kept: Organisation) -> Form:
    texts = {field: getattr(kept, name) for field, name, _most in TEXTS}
    return Form(
        {
            **texts,
            "gemeente": str(kept.municipality_id or join_choices.ELSEWHERE),
            "mensen": str(kept.size_fte or ""),
            "bezoek": kept.visit or "nee",
            "sector": [sector.code for sector in finding.sectors_of(session, kept)],
        }
    )


def _asked(session: Session, me: Actor) -> list[Asked]:
    """What waits, and what was refused since without another try."""
    rows = joining.applications_of(session, me.user_id or 0)
    return [
        Asked(row, organisation, long_date(row.created_at), long_date(row.due_at), reason_of(row))
        for row, organisation in rows
        if row.answer in (Answer.WAITING, Answer.REFUSED) and organisation.id not in me.reads_for
    ]


def _said() -> Mapping[str, str]:
    return {
        "bewaard": _("Saved."),
        "weg": _("You have no place there any more."),
        "ingetrokken": _("You ask no longer."),
    }
