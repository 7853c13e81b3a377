"""For stewards: what was reported, what to decide, and appeals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Path
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.contact import judging
from app.contact.conversations import said_in
from app.contact.judging import decided_reports, report_numbered, waiting_reports
from app.contact.models import LONGEST_REPORT, Question, Report, Ruling
from app.contact.reporting import name_of, reasons
from app.core.clock import now
from app.core.language import gettext as _
from app.core.language import long_date
from app.core.paging import Page as Paged
from app.core.paging import page_number
from app.people.models import User
from app.web import showing
from app.web.forms import Form, Sealed
from app.web.needs import Here, Reading, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.reported import link_to, sort_name
from app.web.rows import Link
from app.web.stewarding import Steward, side
from app.web.visit import Visit, address

router = APIRouter()

HERE: Final = "/beheer/meldingen"
SIZE: Final = 30

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@dataclass(frozen=True)
class ReportRow:
    """A report in the list."""

    href: str
    name: str
    what: str
    reason: str
    state: str
    tone: str
    due: str


@dataclass(frozen=True, kw_only=True)
class ReportsView:
    """What waits, and what was decided."""

    side: Sequence[tuple[Link, bool]]
    waiting: Sequence[ReportRow]
    decided: Paged[ReportRow]
    base: str


@dataclass(frozen=True, kw_only=True)
class OneReportView:
    """One report with everything that a decision needs."""

    side: Sequence[tuple[Link, bool]]
    report: Report
    thing: Link
    what: str
    reason: str
    who: str
    told_on: str
    state: str
    said: Sequence[tuple[str, str]]
    """Of a conversation: who said what."""
    form: Form
    is_open: bool
    rulings: Sequence[tuple[str, str, str]]
    action: str
    back: str
    done: str


@router.get("/beheer/meldingen")
def reports(request: Request, session: Reading, me: Steward, page: Page) -> Response:
    """What waits, the longest first, and what was decided."""
    decided = decided_reports(session, page=page_number(request.query_params.get("pagina")), size=SIZE)
    view = ReportsView(
        side=side(HERE),
        waiting=[_row(session, each) for each in waiting_reports(session)],
        decided=Paged([_row(session, each) for each in decided.items], decided.number, decided.size, decided.total),
        base=f"{showing.here(HERE)}?pagina=",
    )
    return page("stewards/reports", view, is_indexed=False)


@router.get("/beheer/meldingen/{number}")
def report(here: Here, session: Reading, me: Steward, page: Page, number: Number) -> Response:
    """One of them."""
    view = _view(session, here, report_numbered(session, number), Form())
    return page("stewards/report", view, is_indexed=False)


@router.post("/beheer/meldingen/{number}")
def decide(here: Here, form: Sealed, session: Writing, me: Steward, page: Page, number: Number) -> Response:
    """Decide, or decide on the appeal."""
    made = report_numbered(session, number)
    ruling = form.choice("besluit", [Ruling.TAKEN_AWAY, Ruling.LEFT], missing=_("Choose one of these"))
    message = form.prose("bericht", most=LONGEST_REPORT, missing=_("Write why: both sides read it"))
    if form.is_fine:
        with form.minding(session):
            act = judging.review if made.is_appealed else judging.decide
            act(session, made, Ruling(ruling), message=message, by=me)
    if form.is_fine:
        return see(address(f"{HERE}/{number}?klaar=ja", here.language))
    session.refresh(made)
    return page("stewards/report", _view(session, here, made, form), status=form.status, is_indexed=False)


def _row(session: Session, made: Report) -> ReportRow:
    state, tone = _state(made)
    return ReportRow(
        href=showing.here(f"{HERE}/{made.id}"),
        name=name_of(session, made, "nl") or "–",
        what=sort_name(made.what),
        reason=reasons()[made.reason],
        state=state,
        tone=tone,
        due=_("before %(day)s", day=long_date(made.due_at)) if made.is_open else long_date(made.created_at),
    )


def _state(made: Report) -> tuple[str, str]:
    late = "error" if made.due_at <= now() else "warn"
    if made.is_appealed:
        return _("Appeal"), late
    if made.decided_at is None:
        return _("New"), late
    return (_("Taken away"), "") if made.ruling == Ruling.TAKEN_AWAY else (_("Left as it is"), "ok")


def _view(session: Session, here: Visit, made: Report, form: Form) -> OneReportView:
    reporter = session.get(User, made.by_id) if made.by_id else None
    question = session.get(Question, made.question_id) if made.question_id else None
    return OneReportView(
        side=side(HERE),
        report=made,
        thing=link_to(session, made),
        what=sort_name(made.what),
        reason=reasons()[made.reason],
        who=reporter.name if reporter else made.mail or _("Somebody without an account"),
        told_on=long_date(made.created_at),
        state=_state(made)[0],
        said=[(one.author.name if one.author else "–", one.message.text) for one in said_in(session, question)]
        if question
        else [],
        form=form,
        is_open=made.is_open,
        rulings=[
            (Ruling.TAKEN_AWAY.value, _("Take it away"), _("A piece is withdrawn, an organisation suspended.")),
            (Ruling.LEFT.value, _("Leave it as it is"), ""),
        ],
        action=showing.here(f"{HERE}/{made.id}"),
        back=showing.here(HERE),
        done=_("Decided. Both sides hear of it by mail.") if here.query == "klaar=ja" else "",
    )
