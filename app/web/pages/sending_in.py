"""Sending a text in: what happens then, and handing it over."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import current_language
from app.core.language import gettext as _
from app.web import showing
from app.web.forms import Form, Sealed
from app.web.moments import limits_of, limits_told, moment_told
from app.web.needs import ArticleToChange, EditableArticle, Here, Reading, SignedIn, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.visibility_words import who
from app.web.visit import address
from content.models import Article
from content.passing_desks import asked_first
from content.reviewing import send_in
from content.timing import limit
from content.writing import draft_of

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class SendView:
    """Before a text is handed over."""

    title: str
    foreign: str
    steps: Sequence[str]
    action: str
    back: str
    form: Form


@router.get("/schrijven/{id}/insturen")
def before(session: Reading, article: EditableArticle, page: Page) -> Response:
    """What happens when it is sent in."""
    return page("review/send", _view(session, article, Form(limits_of(article))), is_indexed=False)


@router.post("/schrijven/{id}/insturen")
def send(here: Here, form: Sealed, session: Writing, me: SignedIn, article: ArticleToChange, page: Page) -> Response:
    """Hand it over. The same text twice is handed over once."""
    message = form.prose("message", most=500)
    wanted, limits = moment_told(form, "publish_at"), limits_told(form, article)
    review = None
    if form.is_fine:
        with form.minding(session):
            limit(session, article, **asdict(limits), appears_at=wanted, by=me)
            review = send_in(session, article, by=me, message=message, wanted_at=wanted)
    if review is None:
        return page("review/send", _view(session, article, form), status=form.status, is_indexed=False)
    return see(address(f"/beoordelen/{review.id}?klaar=ingestuurd", here.language))


def _view(session: Session, article: Article, form: Form) -> SendView:
    company, centre = asked_first(session, article)
    steps = [_("This text is put aside. What you write on changes nothing of it until you send in again.")]
    if company is not None:
        steps.append(_("%(name)s looks whether anything in it is confidential.", name=company.title))
    if centre:
        steps.append(_("The knowledge centre looks whether it is right and can be understood."))
    steps.append(_("Then it appears, at once or at the moment that was chosen."))
    steps.append(_("Who may see it then: %(who)s.", who=who(article.visibility)))
    return SendView(
        title=draft_of(session, article).content.title,
        foreign=article.language if article.language != current_language() else "",
        steps=steps,
        action=showing.here(f"/schrijven/{article.id}/insturen"),
        back=showing.here(f"/schrijven/{article.id}"),
        form=form,
    )
