"""Is it still true? And taking a piece back, with a reason and what to read instead."""

from dataclasses import asdict, dataclass
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.language import current_language, long_date, month
from app.core.language import gettext as _
from app.people.actor import Actor
from app.web import showing
from app.web.forms import Form, Sealed
from app.web.moments import limits_of, limits_told
from app.web.needs import ArticleToChange, EditableArticle, Here, Reading, SignedIn, Slug, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.visit import Visit, address
from content import retiring
from content.drafting import editable_at
from content.models import Article, Stage
from content.timing import limit

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class TrueView:
    """A piece that is looked at again."""

    title: str
    foreign: str
    href: str
    due: str
    is_shown: bool
    edit: str
    withdraw: str
    action: str
    done: str
    form: Form


@dataclass(frozen=True, kw_only=True)
class WithdrawView:
    """A piece that is about to be taken back, or was."""

    title: str
    foreign: str
    href: str
    is_gone: bool
    when: str
    action: str
    form: Form


@router.get("/schrijven/{id}/nog-waar")
def ask(here: Here, article: EditableArticle, page: Page) -> Response:
    """Still true, to be changed, or to be taken back: one press each. Opening this changes nothing."""
    return page("review/still_true", _true_view(article, here, Form()), is_indexed=False)


@router.post("/schrijven/{id}/nog-waar")
def answer(here: Here, form: Sealed, session: Writing, me: SignedIn, article: ArticleToChange, page: Page) -> Response:
    """What its owner says."""
    what = form.choice("doe", ("geldig", "bijwerken", "intrekken"), missing=_("Choose one of these"))
    if what == "bijwerken":
        return see(address(f"/schrijven/{article.id}", here.language))
    if form.is_fine:
        with form.minding(session):
            if what == "geldig":
                retiring.still_true(session, article, by=me)
            else:
                told = {"reason_nl": retiring.NOT_TRUE_NL, "reason_en": retiring.NOT_TRUE_EN}
                retiring.take_back_piece(session, article, by=me, **told)
    if form.is_fine:
        return see(address(f"/schrijven/{article.id}/nog-waar?klaar={what}", here.language))
    return page("review/still_true", _true_view(article, here, form), status=form.status, is_indexed=False)


@router.get("/kennis/{slug}/intrekking")
def before(session: Reading, me: SignedIn, slug: Slug, page: Page) -> Response:
    """Where a piece is taken back, or shown again."""
    article = _own(session, slug, me)
    return page("review/withdraw", _withdraw_view(article, Form(limits_of(article))), is_indexed=False)


@router.post("/kennis/{slug}/intrekking")
def take_back(here: Here, form: Sealed, session: Writing, me: SignedIn, slug: Slug, page: Page) -> Response:
    """Take it back with a reason, or show it again."""
    article = _own(session, slug, me)
    is_back, is_limit = form.raw("doe") == "terug", form.raw("doe") == "laatste-dag"
    limits = limits_told(form, article) if is_limit else None
    reason, reason_en = form.prose("reason", most=600), form.prose("reason_en", most=600)
    successor = urlsplit(form.line("successor", most=300)).path.rstrip("/").rpartition("/")[2]
    if form.is_fine:
        with form.minding(session):
            if limits is not None:
                limit(session, article, **asdict(limits), by=me)
            elif is_back:
                retiring.bring_back(session, article, by=me)
            else:
                told = {"reason_nl": reason, "reason_en": reason_en, "successor": successor}
                retiring.take_back_piece(session, article, by=me, **told)
    if form.is_fine:
        path = f"/kennis/{slug}" if is_back else f"/kennis/{slug}/intrekking"
        return see(address(path, here.language))
    return page("review/withdraw", _withdraw_view(article, form), status=form.status, is_indexed=False)


def _own(session: Session, slug: str, me: Actor) -> Article:
    """A piece that was published, for those who may change it. NotFound for everybody else."""
    article = editable_at(session, slug, me)
    if article.stage not in (Stage.PUBLISHED, Stage.WITHDRAWN):
        raise NotFound(_("There is nothing at this address."))
    return article


def _foreign(article: Article) -> str:
    return article.language if article.language != current_language() else ""


def _true_view(article: Article, here: Visit, form: Form) -> TrueView:
    done = {"geldig": _("Thank you. Readers see that it was looked at."), "intrekken": _("It has been taken back.")}
    return TrueView(
        title=article.title,
        foreign=_foreign(article),
        href=showing.here(f"/kennis/{article.slug}"),
        due=month(article.review_due) if article.review_due else "",
        is_shown=article.stage == Stage.PUBLISHED,
        edit=showing.here(f"/schrijven/{article.id}"),
        withdraw=showing.here(f"/kennis/{article.slug}/intrekking"),
        action=showing.here(f"/schrijven/{article.id}/nog-waar"),
        done=done.get(parse_qs(here.query).get("klaar", [""])[0], ""),
        form=form,
    )


def _withdraw_view(article: Article, form: Form) -> WithdrawView:
    return WithdrawView(
        title=article.title,
        foreign=_foreign(article),
        href=showing.here(f"/kennis/{article.slug}"),
        is_gone=article.stage == Stage.WITHDRAWN,
        when=long_date(article.withdrawn_at) if article.withdrawn_at else "",
        action=showing.here(f"/kennis/{article.slug}/intrekking"),
        form=form,
    )
