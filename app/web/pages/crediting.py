"""Who stands on a piece: its authors and the organisations that publish it, and who is asked and has not answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import current_language, long_date
from app.core.language import gettext as _
from app.people import finding
from app.people.actor import Actor
from app.people.mail_addresses import mail_address
from app.people.models import Admission, Organisation
from app.people.places import decided_for
from app.web import showing
from app.web.byline import part_names
from app.web.forms import Form, Sealed
from app.web.needs import ArticleToChange, EditableArticle, Here, Reading, SignedIn, Writing
from app.web.own_organisation import LARGEST
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.visit import address
from content import bylines, crediting
from content.credits import CreditInvitation, CreditState, invitations_to
from content.models import Article
from content.snapshot import AuthorPart
from content.writing import draft_of

router = APIRouter()

DOES: Final = ("vraag", "vraag-organisatie", "opnieuw", "intrekken", "omhoog", "weg")


@dataclass(frozen=True)
class NameRow:
    """Somebody who stands on it."""

    field: str
    """`auteur` or `uitgever`: the field that says who."""
    key: str
    name: str
    about: str
    is_first: bool


@dataclass(frozen=True)
class AskedRow:
    """Somebody who was asked."""

    id: int
    name: str
    about: str
    is_waiting: bool


@dataclass(frozen=True, kw_only=True)
class CreditsView:
    """Everybody who stands on a piece, or is asked to."""

    title: str
    foreign: str
    owner: str
    authors: Sequence[NameRow]
    publishers: Sequence[NameRow]
    asked: Sequence[AskedRow]
    parts: Sequence[tuple[str, str]]
    organisations: Sequence[tuple[str, str]]
    is_unnamed: bool
    """Whether the company is not named, so that no organisation beside the owner is."""
    action: str
    back: str
    form: Form
    done: str


@router.get("/schrijven/{id}/auteurs")
def show(here: Here, session: Reading, article: EditableArticle, page: Page) -> Response:
    """Who stands there, and who is asked."""
    done = _said(parse_qs(here.query).get("klaar", [""])[0])
    return page("writing/credits", _view(session, article, Form({"part": "wrote"}), done=done), is_indexed=False)


@router.post("/schrijven/{id}/auteurs")
def change(here: Here, form: Sealed, session: Writing, me: SignedIn, article: ArticleToChange, page: Page) -> Response:
    """Ask somebody, take that back, or change who stands where."""
    does = form.choice("doe", DOES, missing=_("Choose one of these"))
    if form.is_fine:
        with form.minding(session):
            _do(session, article, form, does, by=me)
    if form.is_fine:
        return see(address(f"/schrijven/{article.id}/auteurs?klaar={does}", here.language))
    session.refresh(article)
    return page("writing/credits", _view(session, article, form), status=form.status, is_indexed=False)


def _do(session: Session, article: Article, form: Form, does: str, *, by: Actor) -> None:
    match does:
        case "vraag":
            mail = mail_address(form.line("mail", most=254), field="mail")
            part = AuthorPart(form.choice("part", [*AuthorPart], missing=_("Choose one of these")) or AuthorPart.WROTE)
            message = form.prose("message", most=500)
            if form.is_fine:
                crediting.ask_author(session, article, mail, part, message=message, by=by)
        case "vraag-organisatie":
            slug, message = form.line("organisation", most=120), form.prose("message-organisation", most=500)
            if form.is_fine:
                crediting.ask_organisation(session, article, slug, message=message, by=by)
        case "opnieuw" | "intrekken":
            number = form.number("uitnodiging", least=1, most=LARGEST, missing=_("Choose one of these")) or 0
            if form.is_fine:
                (crediting.resend if does == "opnieuw" else crediting.take_back)(session, article, number, by=by)
        case _:
            author, publisher = form.line("auteur", most=60), form.line("uitgever", most=120)
            if form.is_fine:
                do = bylines.move_up if does == "omhoog" else bylines.put_off
                do(session, article, author=author, publisher=publisher, by=by)


def _said(done: str) -> str:
    asked = _("The letter is on its way. The name stands on the piece once they say yes.")
    return {
        "vraag": asked,
        "vraag-organisatie": asked,
        "opnieuw": _("The letter is on its way again."),
        "intrekken": _("It has been taken back."),
        "omhoog": _("The order has changed."),
        "weg": _("The name is taken off."),
    }.get(done, "")


def _view(session: Session, article: Article, form: Form, *, done: str = "") -> CreditsView:
    content, names = draft_of(session, article).content, part_names()
    users = finding.people_called(session, content.authors)
    everybody = [each for each in finding.organisations(session) if each.admission == Admission.ADMITTED]
    titles, answering = {each.slug: each.title for each in everybody}, decided_for(session)
    here = showing.here(f"/schrijven/{article.id}")
    return CreditsView(
        title=content.title or _("Without a title yet"),
        foreign=article.language if article.language != current_language() else "",
        owner=session.get_one(Organisation, article.owner_id).title,
        authors=[
            NameRow(
                "auteur",
                handle,
                users[handle].name,
                names[content.author_parts.get(handle, AuthorPart.WROTE)],
                is_first=handle == content.authors[0],
            )
            for handle in content.authors
            if handle in users
        ],
        publishers=[
            NameRow("uitgever", slug, titles.get(slug, slug), "", is_first=slug == content.publishers[0])
            for slug in content.publishers
        ],
        asked=[
            AskedRow(each.id, organisation.title if organisation else each.mail or "", _about(each), _waits(each))
            for each, organisation in invitations_to(session, article)
            if each.state != CreditState.ACCEPTED
        ],
        parts=list(names.items()),
        organisations=[
            ("", _("Choose")),
            *(
                (each.slug, each.title)
                for each in everybody
                if each.id in answering and each.id != article.owner_id and each.slug not in content.publishers
            ),
        ],
        is_unnamed=content.anonymous is not None,
        action=f"{here}/auteurs",
        back=here,
        form=form,
        done=done,
    )


def _waits(invitation: CreditInvitation) -> bool:
    return invitation.state == CreditState.OPEN


def _about(invitation: CreditInvitation) -> str:
    answered = long_date(invitation.answered_at) if invitation.answered_at else ""
    part = part_names()[invitation.part] if invitation.organisation_id is None else ""
    if invitation.is_open:
        said = _("asked; can answer until %(day)s", day=long_date(invitation.expires_at))
    else:
        said = {
            CreditState.OPEN: _("did not answer before %(day)s", day=long_date(invitation.expires_at)),
            CreditState.DECLINED: _("said no on %(day)s", day=answered),
            CreditState.WITHDRAWN: _("taken back on %(day)s", day=answered),
            CreditState.LEFT: _("took their name off on %(day)s", day=answered),
        }[invitation.state]
    return ", ".join(filter(None, (part, said)))
