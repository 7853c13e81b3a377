"""Reporting something that should not stand here, and seeing what becomes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Path
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import Response

from app.contact import reporting
from app.contact.models import LONGEST_REPORT, Ruling
from app.contact.reporting import Reader, key_of, name_of, reader_with, reasons
from app.core.language import gettext as _
from app.core.language import long_date
from app.core.limits import network_of
from app.web import showing
from app.web.forms import Filled, Form
from app.web.needs import Here, Me, Reading, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.reported import NAMES, thing_of
from app.web.rows import Link
from app.web.visit import Visit, address

router = APIRouter()

Key = Annotated[str, Path(max_length=100)]

MAIL: Final = 254


@dataclass(frozen=True, kw_only=True)
class ReportView:
    """The form for a report."""

    form: Form
    thing: Link
    asked: Mapping[str, str]
    reasons: Sequence[tuple[str, str, str]]
    asks_mail: bool
    action: str


@dataclass(frozen=True, kw_only=True)
class StandingView:
    """How a report stands, for who made it or for whom it is about."""

    name: str
    is_author: bool
    reason: str
    told: str
    due: str
    is_decided: bool
    is_taken_away: bool
    decision: str
    appeal: str
    is_appealed: bool
    review: str
    can_appeal: bool
    form: Form
    action: str
    done: str


@router.get("/melden")
def form(request: Request, session: Reading, me: Me, page: Page) -> Response:
    """Say what is wrong with the thing that the address names."""
    asked = _asked(request.query_params)
    _thing, link = thing_of(session, asked, me)
    return page("report", _report_view(Form(asked), link, asked, me), is_indexed=False, is_personal=True)


@router.post("/melden")
def report(here: Here, form: Filled, session: Writing, me: Me, page: Page) -> Response:
    """Send it."""
    asked = _asked({name: form.raw(name) for name in NAMES})
    thing, link = thing_of(session, asked, me)
    reason = form.choice("reden", reasons(), missing=_("Choose why"))
    told = form.prose("uitleg", most=LONGEST_REPORT, missing=_("Write what is wrong, and where it stands"))
    mail = "" if me.is_signed_in else form.line("mail", most=MAIL)
    if form.is_fine:
        with form.minding(session, "mail"):
            peer = network_of(here.peer)
            made = reporting.report(
                session, thing, reason=reason, told=told, by=me, peer=peer, mail=mail, language=here.language
            )
    if form.is_fine:
        return see(address(f"/melding/{key_of(made)}?klaar=gemeld", here.language))
    view = _report_view(form, link, asked, me)
    return page("report", view, status=form.status, is_indexed=False, is_personal=True)


@router.get("/melding/{key}")
def standing(here: Here, session: Reading, page: Page, key: Key) -> Response:
    """How it stands, for whoever has the link."""
    view = _standing_view(session, here, reader_with(session, key), key, Form())
    return page("report_standing", view, is_indexed=False, is_personal=True)


@router.post("/melding/{key}")
def appeal(here: Here, form: Filled, session: Writing, page: Page, key: Key) -> Response:
    """Ask for another look."""
    reader = reader_with(session, key)
    told = form.prose("bezwaar", most=LONGEST_REPORT, missing=_("Write why somebody should look again"))
    if form.is_fine:
        with form.minding(session):
            reporting.appeal(session, reader, told)
    if form.is_fine:
        return see(address(f"/melding/{key}?klaar=bezwaar", here.language))
    view = _standing_view(session, here, reader, key, form)
    return page("report_standing", view, status=form.status, is_indexed=False, is_personal=True)


def _asked(told: Mapping[str, str]) -> dict[str, str]:
    return {name: told.get(name, "")[:200] for name in NAMES}


def _report_view(form: Form, link: Link, asked: Mapping[str, str], me: Me) -> ReportView:
    return ReportView(
        form=form,
        thing=link,
        asked={name: value for name, value in asked.items() if value},
        reasons=[(value, text, "") for value, text in reasons().items()],
        asks_mail=not me.is_signed_in,
        action=showing.here("/melden"),
    )


def _standing_view(session: Session, here: Visit, reader: Reader, key: str, form: Form) -> StandingView:
    made = reader.report
    said = {
        "klaar=gemeld": _("Reported. Keep the address of this page: it shows what becomes of it."),
        "klaar=bezwaar": _("Sent. Somebody else looks at it."),
    }
    return StandingView(
        name=name_of(session, made, here.language),
        is_author=reader.is_author,
        reason=reasons()[made.reason],
        # The author reads why, not in whose words: those may give away who said it.
        told="" if reader.is_author else made.told,
        due=long_date(made.due_at),
        is_decided=made.decided_at is not None,
        is_taken_away=made.ruling == Ruling.TAKEN_AWAY,
        decision=made.decision,
        appeal=made.appeal if reader.is_author == (made.ruling == Ruling.TAKEN_AWAY) or made.reviewed_at else "",
        is_appealed=made.is_appealed,
        review=made.review,
        can_appeal=reader.can_appeal,
        form=form,
        action=showing.here(f"/melding/{key}"),
        done=said.get(here.query, ""),
    )
