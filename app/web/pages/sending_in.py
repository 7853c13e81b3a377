"""Sending a text in: what happens then, and handing it over."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import Stale
from app.core.language import current_language, day_and_time
from app.core.language import gettext as _
from app.people.models import User
from app.web import showing
from app.web.draft_saves import seen_version
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
from content.writing import draft_of, require_seen

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class SendView:
    """Before a text is handed over."""

    title: str
    version: int
    """Of the text that this page is about: that one is handed over."""
    saved: str
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
    """Hand over the text that the page was about; another one is shown first. The same twice is handed over once."""
    with form.minding(session):
        _require_shown(session, article, seen_version(form))
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


def _require_shown(session: Session, article: Article, version: int) -> None:
    try:
        require_seen(draft_of(session, article, is_locked=True), version)
    except Stale as stale:
        sentence = _("The text was saved since you opened this page. Look at it again, and then send it in.")
        raise Stale(sentence) from stale


def _view(session: Session, article: Article, form: Form) -> SendView:
    company, centre = asked_first(session, article)
    steps = [_("This text is put aside. What you write on changes nothing of it until you send in again.")]
    if company is not None:
        steps.append(_("%(name)s looks whether anything in it is confidential.", name=company.title))
    if centre:
        steps.append(_("The knowledge centre looks whether it is right and can be understood."))
    steps.append(_("Then it appears, at once or at the moment that was chosen."))
    steps.append(_("Who may see it then: %(who)s.", who=who(article.visibility)))
    draft = draft_of(session, article)
    saver, when = (session.get(User, draft.saved_by_id) if draft.saved_by_id else None), day_and_time(draft.saved_at)
    return SendView(
        title=draft.content.title,
        version=draft.version,
        saved=_("Saved by %(who)s on %(when)s.", who=saver.name, when=when) if saver else "",
        foreign=article.language if article.language != current_language() else "",
        steps=steps,
        action=showing.here(f"/schrijven/{article.id}/insturen"),
        back=showing.here(f"/schrijven/{article.id}"),
        form=form,
    )
