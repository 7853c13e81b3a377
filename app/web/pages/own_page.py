"""Settings: the organisation. How far an application is, what its page tells, its logo, and leaving it."""

from typing import Annotated

from fastapi import APIRouter, File, UploadFile
from fastapi import Form as Field
from starlette.responses import Response

from app.contact import asking
from app.core.errors import Invalid, NotFound
from app.core.files import storage
from app.core.images import made_fit_apart
from app.core.language import gettext as _
from app.people import belonging, describing, joining
from app.people.describing import OrganisationPage
from app.people.joining import Wish
from app.people.models import User
from app.people.ways_in import Answer
from app.web import join_choices
from app.web.forms import Form, Sealed, sealed
from app.web.needs import Here, Reading, SignedIn, Writing
from app.web.own_organisation import LARGEST, after, own, owned
from app.web.own_page_view import PART, TEXTS, view_of, way_in_for
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import path_of
from app.web.uploads import one_of_few

router = APIRouter()


@router.get("/instellingen/organisatie")
def show(here: Here, session: Reading, me: SignedIn, page: Page) -> Response:
    """How far it is, and what its page tells."""
    return page("settings/organisation", view_of(session, here, me), is_indexed=False)


@router.post("/instellingen/organisatie")
def describe(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page) -> Response:
    """Change what the page tells."""
    organisation = owned(session, me, form.raw("van"))
    told = {name: form.prose(field, most=most) for field, name, most in TEXTS}
    told["name"] = form.line("naam", most=160, missing=_("Fill in the name of the organisation"))
    told["name_en"], told["website"] = form.line("naam_en", most=160), form.line("website", most=300)
    places = {value: value for value, _name in join_choices.municipalities(session) if value}
    place = form.choice("gemeente", places, missing=_("Choose the place"))
    size = form.choice("grootte", [slug for slug, *_more in join_choices.sizes()])
    people = form.number("mensen", least=1, most=1_000_000)
    visit = form.choice("bezoek", ["nee", "welcome", "by_appointment"], missing=_("Choose one of these"))
    ids = join_choices.sector_ids(session, form.several("sector"))
    if form.is_fine:
        page_told = OrganisationPage(
            **told,
            municipality_id=int(place) if place.isdigit() else None,
            size_fte=people,
            size_band=size,
            visit="" if visit == "nee" else visit,
            sector_ids=ids,
        )
        with form.minding(session):
            describing.describe_organisation(session, organisation, page_told, by=me)
    if form.is_fine:
        return see(after(here, PART, organisation, "bewaard"))
    view = view_of(session, here, me, organisation=organisation, form=form)
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
    """Show another picture, or the monogram again. What is kept of it is made anew by us.

    The picture is made before the database is asked anything, which begins the write: nobody waits for it.
    """
    form = sealed(here, Form({"van": van}, token=token))
    picture = b""
    try:
        picture = b"" if doe == "weg" else _picture(logo)
    except Invalid as problem:
        form.blame("logo", problem.sentence)
    organisation = owned(session, me, van)
    if not form.is_fine:
        view = view_of(session, here, me, organisation=organisation, answer=form)
        return page("settings/organisation", view, status=422, is_indexed=False)
    describing.show_logo(session, organisation, storage().keep(picture) if picture else "", by=me)
    return see(after(here, PART, organisation, "bewaard"))


def _picture(sent: UploadFile | None) -> bytes:
    """The picture in our own coding, and nothing else of what was sent. Raises Invalid."""
    data = sent.file.read() if sent is not None else b""
    if not data:
        raise Invalid(_("Choose a picture"))
    with one_of_few():
        return made_fit_apart(data).renditions[0].data


@router.post("/instellingen/organisatie/vragen")
def accept_questions(here: Here, form: Sealed, session: Writing, me: SignedIn) -> Response:
    """Let others ask the organisation, or not."""
    organisation = owned(session, me, form.raw("van"))
    asking.accept_questions(session, organisation, form.raw("doe") == "aan", by=me)
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
    view = view_of(session, here, me, organisation=found.organisation, answer=form)
    return page("settings/organisation", view, status=form.status, is_indexed=False)


@router.post("/instellingen/organisatie/erbij")
def come_in_by_address(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page) -> Response:
    """Come into the organisation that has proven the domain of one's own address, or ask to."""
    user = session.get_one(User, me.user_id)
    way_in = way_in_for(session, user, me)
    if way_in is None:
        raise NotFound(_("There is nothing at this address."))
    with form.minding(session):
        joining.ask_for_place(session, way_in.organisation, Wish(), by=user)
    if form.is_fine:
        return see(path_of(here, PART, done="gevraagd"))
    return page("settings/organisation", view_of(session, here, me, answer=form), status=form.status, is_indexed=False)


@router.post("/instellingen/organisatie/intrekken")
def take_back(here: Here, form: Sealed, session: Writing, me: SignedIn) -> Response:
    """Ask no longer."""
    number = form.number("aanmelding", least=1, most=LARGEST)
    mine = (application for application, _organisation in joining.applications_of(session, me.user_id or 0))
    application = next((one for one in mine if one.id == number), None)
    if application is None:
        raise NotFound(_("There is nothing at this address."))
    joining.take_back(session, application, by=me)
    return see(path_of(here, PART, done="" if application.answer != Answer.TAKEN_BACK else "ingetrokken"))
