"""Asking an organisation something: the form, and what runs between the two sides."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Path
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.contact import asking
from app.contact.asking import About, whom_to_ask
from app.contact.conversations import Conversation, conversation_at, conversations, said_in, waiting_for
from app.contact.models import LONGEST_TEXT, LONGEST_TITLE
from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.paging import Page as Paged
from app.core.paging import page_number
from app.people import finding
from app.people.actor import Actor
from app.people.models import Organisation
from app.web import conversation_view, showing
from app.web.asking_links import PIECE, PILOT
from app.web.conversation_view import ConversationRow, ConversationView
from app.web.forms import Form, Sealed
from app.web.needs import Alone, Here, Reading, SignedIn, Slug, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.visit import Visit, address
from content import overview, reading
from content.models import Piece

router = APIRouter()

SIZE: Final = 30

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@dataclass(frozen=True, kw_only=True)
class AskView:
    """The form for a question."""

    organisation: Organisation
    form: Form
    about: Link | None
    action: str
    public: str
    cannot: str
    """Why the reader cannot ask this organisation; empty when they can."""
    join: str


@dataclass(frozen=True, kw_only=True)
class QuestionsView:
    """Everything one asked and was asked."""

    page: Paged[ConversationRow]
    waiting: int
    """Questions that wait for an answer of the reader's side."""
    base: str
    directory: str


@router.get("/organisaties/{slug}/vraag")
def form(request: Request, here: Here, session: Reading, me: SignedIn, page: Page, slug: Slug) -> Response:
    """Ask this organisation, about a piece or a pilot if the address names one."""
    organisation = _askable(session, slug)
    wanted = {name: request.query_params.get(name, "")[:200] for name in (PIECE, PILOT)}
    _about_what, link = _about(session, me, wanted, organisation)
    title = _("About: %(title)s", title=link.label)[:LONGEST_TITLE] if link else ""
    view = _ask_view(organisation, me, Form({"onderwerp": title, **wanted}), link)
    return page("ask", view, section="organisations", is_indexed=False)


@router.post("/organisaties/{slug}/vraag")
def ask(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page, slug: Slug) -> Response:
    """Send it."""
    asking.require_member(me)
    organisation = finding.organisation_at(session, slug)
    about, link = _about(session, me, {name: form.raw(name)[:200] for name in (PIECE, PILOT)}, organisation)
    title = form.line("onderwerp", most=LONGEST_TITLE, missing=_("Say in a few words what it is about"))
    text = form.prose("vraag", most=LONGEST_TEXT, missing=_("Write what you want to know"))
    if form.is_fine:
        with form.minding(session):
            question = asking.ask(session, organisation, title=title, text=text, about=about, by=me)
    if form.is_fine:
        return see(address(f"/vragen/{question.id}?klaar=gevraagd", here.language))
    view = _ask_view(organisation, me, form, link)
    return page("ask", view, status=form.status, section="organisations", is_indexed=False)


@router.get("/vragen")
def everything(request: Request, session: Reading, me: SignedIn, page: Page) -> Response:
    """What one asked, and what one's organisation was asked."""
    found = conversations(session, me, page=page_number(request.query_params.get("pagina")), size=SIZE)
    rows = [conversation_view.row(each, me) for each in found.items]
    view = QuestionsView(
        page=Paged(rows, found.number, found.size, found.total),
        waiting=waiting_for(session, me),
        base=f"{showing.here('/vragen')}?pagina=",
        directory=showing.here("/organisaties"),
    )
    return page("questions", view, is_indexed=False)


@router.get("/vragen/{number}")
def show(here: Here, session: Reading, me: Alone, page: Page, number: Number) -> Response:
    """What was said so far, and a place to go on."""
    found = conversation_at(session, number, me)
    return page("question", _view(session, here, me, found, Form()), is_indexed=False)


@router.post("/vragen/{number}")
def answer(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page, number: Number) -> Response:
    """Answer, or ask on."""
    found = conversation_at(session, number, me)
    text = form.prose("antwoord", most=LONGEST_TEXT, missing=_("Write your answer"))
    if form.is_fine:
        with form.minding(session):
            asking.say(session, found.question, text, by=me)
    if form.is_fine:
        return see(address(f"/vragen/{number}?klaar=verstuurd#laatste", here.language))
    return page("question", _view(session, here, me, found, form), status=form.status, is_indexed=False)


def _askable(session: Session, slug: str) -> Organisation:
    organisation = finding.organisation_at(session, slug)
    if whom_to_ask(session, [organisation]) is None:
        raise NotFound(_("There is nothing at this address."))
    return organisation


def _about(
    session: Session, me: Actor, wanted: dict[str, str], organisation: Organisation
) -> tuple[About, Link | None]:
    """What the address names, as far as the reader sees it and the organisation has to do with it."""
    if wanted[PIECE]:
        article = reading.at_address(session, wanted[PIECE], me)
        opened = reading.open_article(session, article, me)
        owner = [opened.owner] if opened.owner else []
        if organisation.id in {each.id for each in (*owner, *(each for each, _part in opened.organisations))}:
            link = Link(article.title, showing.here(f"/kennis/{article.slug}"), language=article.language)
            return About(piece=session.get_one(Piece, article.piece_id)), link
    elif wanted[PILOT]:
        pilot = overview.pilot_at(session, wanted[PILOT])
        if organisation.id in {each.id for each, _part in overview.partners(session, pilot)}:
            return About(pilot=pilot), conversation_view.pilot_link(pilot)
    return About(), None


def _ask_view(organisation: Organisation, me: Actor, form: Form, link: Link | None) -> AskView:
    cannot = ""
    if organisation.id in me.reads_for:
        cannot = _("You belong to this organisation yourself.")
    elif not me.is_member:
        cannot = _("You can ask as soon as your organisation takes part.")
    return AskView(
        organisation=organisation,
        form=form,
        about=link,
        action=showing.here(f"/organisaties/{organisation.slug}/vraag"),
        public=showing.here(f"/organisaties/{organisation.slug}"),
        cannot=cannot,
        join=showing.here("/aanmelden"),
    )


def _view(session: Session, here: Visit, me: Actor, found: Conversation, form: Form) -> ConversationView:
    return conversation_view.view_of(session, found, said_in(session, found.question), me, form, here)
