"""Settings: a mail domain proven by a record in the name system. What to put there, and a button to look for it now."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import Conflict, Invalid, TooMany
from app.core.language import gettext as _
from app.core.outside import OutsideError
from app.people import mail_domains
from app.people.actor import Actor
from app.people.mail_domains import DomainRecord, Seen
from app.people.models import Organisation
from app.web.forms import Form, Sealed
from app.web.needs import Here, Reading, SignedIn
from app.web.own_organisation import after, owned
from app.web.pages.own_colleagues import PART, page_with
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import Menu, menu, path_of
from app.web.visit import Visit, address

router = APIRouter()

HERE: Final = "/instellingen/collegas/domein/record"


@dataclass(frozen=True)
class RecordView:
    """The record, and what came of looking for it."""

    menu: Menu
    form: Form
    record: DomainRecord
    slug: str
    organisation: str
    action: str
    back: str


@router.get(HERE)
def show(request: Request, here: Here, session: Reading, me: SignedIn, page: Page) -> Response:
    """What to put into the name system."""
    organisation = owned(session, me, request.query_params.get("van", ""))
    form = Form({"domeinnaam": request.query_params.get("domeinnaam", "")})
    record = _record(session, organisation, form, me)
    if record is None:
        return page_with(session, here, me, page, organisation, form)
    return page("settings/domain_record", _view(here, me, organisation, record, form), is_indexed=False)


@router.post(HERE)
def look(here: Here, form: Sealed, session: Reading, me: SignedIn, page: Page) -> Response:
    """Show the record for this domain; or look whether it is there, and then the domain is proven.

    Nothing is being written while the name system is asked: nobody else waits for it.
    """
    organisation = owned(session, me, form.raw("van"))
    record = _record(session, organisation, form, me)
    if record is None:
        return page_with(session, here, me, page, organisation, form)
    if form.raw("doe") != "kijk":
        asked = urlencode({"van": organisation.slug, "domeinnaam": record.domain})
        return see(f"{address(HERE, here.language)}?{asked}")
    try:
        _look(form, organisation, record, me)
    except (Conflict, TooMany) as problem:
        problem.field = ""
        form.refuse(problem)
    if form.is_fine:
        return see(after(here, PART, organisation, "domein"))
    view = _view(here, me, organisation, record, form)
    return page("settings/domain_record", view, status=form.status, is_indexed=False)


def _record(session: Session, organisation: Organisation, form: Form, me: Actor) -> DomainRecord | None:
    """None when this domain cannot be proven, which the form then says."""
    try:
        return mail_domains.record_of(session, organisation, form.raw("domeinnaam"), by=me)
    except (Invalid, Conflict) as problem:
        form.refuse(problem)
        return None


def _look(form: Form, organisation: Organisation, record: DomainRecord, me: Actor) -> None:
    form.heading = _("The domain is not proven yet")
    try:
        seen = mail_domains.look_and_prove(organisation.id, record, by=me)
    except OutsideError:
        form.blame("", _("We cannot look now: the name system does not answer. Try it again in a minute."))
        return
    if seen == Seen.NOTHING:
        form.blame("", _("We do not see the record yet. A new one may take an hour, sometimes a day. Look again then."))
    elif seen == Seen.ANOTHER:
        form.blame("", _("Another text stands at this name. Copy the value below once more, and put it there whole."))


def _view(here: Visit, me: Actor, organisation: Organisation, record: DomainRecord, form: Form) -> RecordView:
    return RecordView(
        menu=menu(here, me, PART),
        form=form,
        record=record,
        slug=organisation.slug,
        organisation=organisation.title,
        action=address(HERE, here.language),
        back=f"{path_of(here, PART)}?{urlencode({'van': organisation.slug})}",
    )
