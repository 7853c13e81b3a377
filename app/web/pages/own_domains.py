"""Settings: mail domains. An owner proves one by a code sent to an address in it, and says how people come in by it."""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import TooMany
from app.core.language import gettext as _
from app.core.mail import Letter, post
from app.people import codes, mail_domains
from app.people.actor import Actor
from app.people.codes import GOOD_FOR, MailCode
from app.people.mail_addresses import domain_of, mail_address
from app.people.models import Organisation, User
from app.people.ways_in import Joins
from app.web.code_trial import proven_address
from app.web.forms import Form, Sealed
from app.web.needs import Here, Reading, SignedIn, Writing
from app.web.own_organisation import LARGEST, after, owned
from app.web.pages.own_colleagues import PART, page_with
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import Menu, menu, path_of
from app.web.visit import Visit, address

router = APIRouter()

PROVE: Final = "domain"
"""The purpose of the codes. They belong to the session of who asks for them."""

CODE: Final = "/instellingen/collegas/domein"


@dataclass(frozen=True)
class DomainView:
    """Where the code is typed."""

    menu: Menu
    form: Form
    mail: str
    domain: str
    organisation: str
    action: str
    back: str


@router.post("/instellingen/collegas/domein")
def change(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page) -> Response:
    """Begin to prove a domain, choose how people come in by one, or give one up."""
    organisation = owned(session, me, form.raw("van"))
    if form.raw("doe") == "bewijs":
        return _begin(here, form, session, me, page, organisation)
    number = form.number("domein", least=1, most=LARGEST) or 0
    if form.raw("doe") == "weg":
        mail_domains.give_up(session, organisation, number, by=me)
        return see(after(here, PART, organisation, "domeinweg"))
    joins = form.choice("binnen", list(Joins), missing=_("Choose how people come in"))
    if not form.is_fine:
        return page_with(session, here, me, page, organisation, form)
    mail_domains.choose(session, organisation, number, Joins(joins), by=me)
    return see(after(here, PART, organisation, "domeinkeuze"))


@router.get("/instellingen/collegas/domein")
def show_code(here: Here, session: Reading, me: SignedIn, page: Page) -> Response:
    """Where the code is typed."""
    code = codes.pending(session, purpose=PROVE, browser=here.session_token)
    if code is None:
        return see(path_of(here, PART))
    organisation = owned(session, me, str(code.told.get("van", "")))
    return page("settings/domain", _view(here, me, organisation, code, Form()), is_indexed=False)


@router.post("/instellingen/collegas/domein/code")
def prove(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page) -> Response:
    """With the right code the domain is proven."""
    code = codes.pending(session, purpose=PROVE, browser=here.session_token)
    if code is None:
        return see(path_of(here, PART))
    organisation = owned(session, me, str(code.told.get("van", "")))
    view = _view(here, me, organisation, code, form)
    mail = proven_address(session, form, purpose=PROVE, browser=here.session_token)
    if mail:
        with form.minding(session):
            mail_domains.prove(session, organisation, mail, by=me)
    if not form.is_fine:
        return page("settings/domain", view, status=form.status, is_indexed=False)
    return see(after(here, PART, organisation, "domein"))


def _begin(here: Visit, form: Form, session: Session, me: Actor, page: Page, organisation: Organisation) -> Response:
    """Prove at once by one's own address, which is proven; else send a code to the one that was filled in."""
    mail, own_mail = "", session.get_one(User, me.user_id).mail
    with form.minding(session):
        mail = mail_address(form.raw("mail"))
        mail_domains.require_provable(session, organisation, mail)
        if domain_of(mail) == domain_of(own_mail):
            mail_domains.prove(session, organisation, own_mail, by=me)
    if form.is_fine and domain_of(mail) == domain_of(own_mail):
        return see(after(here, PART, organisation, "domein"))
    if form.is_fine:
        _send(session, here, form, organisation, mail)
    if not form.is_fine:
        return page_with(session, here, me, page, organisation, form)
    return see(address(CODE, here.language))


def _send(session: Session, here: Visit, form: Form, organisation: Organisation, mail: str) -> None:
    told = {"van": organisation.slug}
    try:
        asked = codes.ask(session, purpose=PROVE, mail=mail, browser=here.session_token, peer=here.peer, told=told)
    except TooMany as problem:
        form.refuse(problem, "mail")
        return
    letter = {"code": asked.code, "organisation": organisation.name, "domain": domain_of(mail)}
    post(session, Letter(to=mail, name="domain_code", language=here.language, told=letter, good_for=GOOD_FOR))


def _view(here: Visit, me: Actor, organisation: Organisation, code: MailCode, form: Form) -> DomainView:
    return DomainView(
        menu=menu(here, me, PART),
        form=form,
        mail=code.mail,
        domain=domain_of(code.mail),
        organisation=organisation.title,
        action=address(f"{CODE}/code", here.language),
        back=path_of(here, PART),
    )
