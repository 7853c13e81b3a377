"""Reviewing: the queue, a text on its way, the decision about it, and who reads it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Final
from urllib.parse import parse_qs

from fastapi import APIRouter, Path, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import gettext as _
from app.people.actor import Actor
from app.web.files import file_answer
from app.web.forms import Form, Sealed
from app.web.moments import limits_told, moment_told
from app.web.needs import Here, Reading, SignedIn, Writing
from app.web.own_organisation import LARGEST
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.review_view import HERE, QueueRow, queue_rows, view_of
from app.web.visit import Visit, address
from content import remarks
from content.access import can_edit
from content.attaching import offered_file
from content.models import Article, Revision
from content.review_access import decides
from content.review_letters import may_be_asked
from content.review_queue import queue, review_numbered
from content.review_steps import Act
from content.reviewing import assign, decide, take_back
from content.reviews import Review
from content.timing import limit

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=LARGEST)]

DECISIONS: Final = (Act.AGREE, Act.PLACE, Act.SCHEDULE, Act.SEND_BACK, Act.REFUSE)


@dataclass(frozen=True)
class QueueView:
    """Everything on its way that somebody follows."""

    rows: Sequence[QueueRow]
    mine: int


@router.get("/beoordelen")
def show_queue(session: Reading, me: SignedIn, page: Page) -> Response:
    """What waits for them first."""
    mine = sum(each.is_mine for each in queue(session, me))
    return page("review/queue", QueueView(queue_rows(session, me), mine), is_indexed=False)


@router.get("/beoordelen/{id}")
def show(request: Request, here: Here, session: Reading, me: SignedIn, page: Page, id: Number) -> Response:
    """One text: what changed, what was said, what can be decided."""
    review, article = review_numbered(session, id, me)
    said = request.query_params.get("bij", "")
    view = view_of(
        session,
        review,
        article,
        me,
        view=request.query_params.get("weergave", ""),
        passage_of=int(said) if said.isascii() and said.isdigit() and len(said) < 5 else 0,
        done=_done(here),
        reviewers=may_be_asked(session, article),
    )
    return page("review/review", view, is_indexed=False)


@router.get("/beoordelen/{id}/bestanden/{name}")
def give(session: Reading, me: SignedIn, id: Number, name: Annotated[str, Path(max_length=200)]) -> Response:
    """A file of the text that is read, for those who see the text; one that is for fewer people stays so."""
    review, article = review_numbered(session, id, me)
    revision = session.get_one(Revision, review.revision_id)
    return file_answer(offered_file(session, article, revision, name, me), me)


@router.post("/beoordelen/{id}/besluit")
def decided(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page, id: Number) -> Response:
    """Say yes, send back or refuse: about the text that was read, whatever was sent in meanwhile."""
    review, article = review_numbered(session, id, me)
    act = Act(form.choice("doe", [*DECISIONS], missing=_("Choose what you decide")) or Act.SEND_BACK)
    read = form.number("revisie", least=1, most=LARGEST, missing=_("Choose what you decide")) or 0
    seen = form.number("stap", least=1, most=LARGEST)
    message = form.prose("message", most=2000)
    at = moment_told(form, "publish_at") if act == Act.SCHEDULE else None
    checked, places = form.several("nagelopen"), act in (Act.PLACE, Act.SCHEDULE)
    limits = limits_told(form, article)
    if form.is_fine:
        with form.minding(session):
            if places and can_edit(me, article) and decides(me, review, article):
                limit(session, article, **asdict(limits), appears_at=at, by=me)
            decide(
                session,
                review,
                act,
                revision_id=read,
                by=me,
                message=message,
                at=at,
                checked=checked,
                after_step=seen,
            )
    if form.is_fine:
        return _back(here, review, act.value)
    return _again(session, review, article, me, page, form)


@router.post("/beoordelen/{id}/terugnemen")
def taken_back(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page, id: Number) -> Response:
    """The author takes back what was sent in."""
    review, article = review_numbered(session, id, me)
    with form.minding(session):
        take_back(session, review, by=me)
    return _back(here, review, "take_back") if form.is_fine else _again(session, review, article, me, page, form)


@router.post("/beoordelen/{id}/lezer")
def assigned(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page, id: Number) -> Response:
    """Say who reads it at the knowledge centre."""
    review, article = review_numbered(session, id, me)
    handle = form.line("lezer", most=60)
    reviewer = next((one for one in may_be_asked(session, article) if one.handle == handle), None)
    if handle and reviewer is None:
        form.blame("lezer", _("Choose one of these"))
    if form.is_fine:
        with form.minding(session, "lezer"):
            assign(session, review, reviewer, by=me)
    return _back(here, review, "lezer") if form.is_fine else _again(session, review, article, me, page, form)


@router.post("/beoordelen/{id}/opmerkingen")
def remarked(here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page, id: Number) -> Response:
    """Say something about a passage, or about the whole text."""
    review, article = review_numbered(session, id, me)
    form.prefix = "o-"
    passage, body = form.prose("passage", most=2000), form.prose("body", most=2000)
    instead = form.prose("instead", most=2000) or None
    if form.is_fine:
        with form.minding(session):
            made = remarks.remark(session, review, by=me, passage=passage, body=body, suggestion=instead)
            return _back(here, review, "opmerking", f"#opmerking-{made.id}")
    view = view_of(session, review, article, me, remark_form=form, reviewers=may_be_asked(session, article))
    return page("review/review", view, status=form.status, is_indexed=False)


@router.post("/beoordelen/{id}/opmerkingen/{number}")
def answered(
    here: Here, form: Sealed, session: Writing, me: SignedIn, page: Page, id: Number, number: Number
) -> Response:
    """Answer a remark, settle it, open it again, or take over what it suggests."""
    review, article = review_numbered(session, id, me)
    what = form.choice("doe", ("antwoord", "opgelost", "heropen", "overnemen"), missing=_("Choose one of these"))
    body = form.prose("body", most=2000)
    if form.is_fine:
        with form.minding(session):
            match what:
                case "antwoord":
                    remarks.answer(session, review, number, by=me, body=body)
                case "overnemen":
                    remarks.apply_suggestion(session, review, number, by=me)
                case _:
                    remarks.resolve(session, review, number, by=me, is_settled=what == "opgelost")
    if form.is_fine:
        return _back(here, review, what, f"#opmerking-{number}")
    return _again(session, review, article, me, page, form)


def _again(session: Session, review: Review, article: Article, me: Actor, page: Page, form: Form) -> Response:
    """The page as it is now, with what is wrong and with everything that was typed."""
    session.refresh(review)
    session.refresh(article)
    view = view_of(session, review, article, me, form=form, reviewers=may_be_asked(session, article))
    return page("review/review", view, status=form.status, is_indexed=False)


def _back(here: Visit, review: Review, done: str, at: str = "") -> Response:
    return see(address(f"{HERE}/{review.id}?klaar={done}{at}", here.language))


def _done(here: Visit) -> str:
    """What was just done, in words."""
    return {
        "ingestuurd": _("It is sent in. You hear by mail what is decided."),
        "agree": _("You agreed. The knowledge centre reads it now."),
        "place": _("It has been placed."),
        "schedule": _("It has its moment."),
        "send_back": _("The author hears what to change."),
        "refuse": _("The author hears that it does not appear."),
        "take_back": _("You took it back. Your text is a draft again."),
        "lezer": _("It is settled who reads it."),
        "opmerking": _("Your remark is saved."),
        "antwoord": _("Your answer is saved."),
        "opgelost": _("The remark is settled."),
        "heropen": _("The remark is open again."),
        "overnemen": _("The words stand in the draft now."),
    }.get(parse_qs(here.query).get("klaar", [""])[0], "")
