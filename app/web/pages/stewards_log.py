"""For stewards: the audit log, searched, and as a table for other programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.core.clock import local
from app.core.language import clock_time, long_date, number
from app.core.language import gettext as _
from app.core.paging import Page as Paged
from app.core.paging import page_number
from app.core.text import one_line
from app.people.auditing import OPERATOR, ORGANISATION, Line, Wanted, actions, all_lines, lines, note
from app.web import showing
from app.web.action_words import words
from app.web.forms import Form, Sealed
from app.web.log_words import details
from app.web.needs import Here, Reading, Writing
from app.web.rendering import Page
from app.web.rows import Link
from app.web.stewarding import Steward, side
from app.web.tables import table

router = APIRouter()

HERE: Final = "/beheer/logboek"
SIZE: Final = 50
MOST_EXPORTED: Final = 50_000


@dataclass(frozen=True)
class LogRow:
    """An entry in words."""

    at: str
    by: str
    did: str
    subject: str
    told: str


@dataclass(frozen=True, kw_only=True)
class LogView:
    """One page of the log."""

    side: Sequence[tuple[Link, bool]]
    page: Paged[LogRow]
    base: str
    form: Form
    actions: Sequence[tuple[str, str]]
    action: str
    export: str
    most: str
    """How many entries a table holds, when there are more."""


@router.get("/beheer/logboek")
def log(request: Request, here: Here, session: Reading, me: Steward, page: Page) -> Response:
    """Who changed what, newest first."""
    form = Form({name: one_line(request.query_params.get(name, ""))[:200] for name in ("q", "wat", "vanaf", "tot")})
    found = lines(session, _wanted(form), page=page_number(request.query_params.get("pagina")), size=SIZE)
    query = urlencode({name: value for name, value in form.values.items() if value})
    view = LogView(
        side=side(HERE),
        page=Paged([_row(line) for line in found.items], found.number, found.size, found.total),
        base=f"{showing.here(HERE)}?{query}{'&' if query else ''}pagina=",
        form=form,
        actions=[("", _("Everything")), *sorted(((one, words(one)) for one in actions(session)), key=lambda o: o[1])],
        action=showing.here(HERE),
        export=showing.here(f"{HERE}/tabel"),
        most=number(MOST_EXPORTED) if found.total > MOST_EXPORTED else "",
    )
    return page("stewards/log", view, is_indexed=False)


@router.post("/beheer/logboek/tabel")
def export(me: Steward, form: Sealed, session: Writing) -> Response:
    """The entries as CSV (RFC 4180). Giving the log out stands in the log."""
    found = all_lines(session, _wanted(form), most=MOST_EXPORTED)
    note(session, me, "export_log", told={"entries": len(found)})
    rows = []
    for line in found:
        told = ", ".join(f"{name}={value}" for name, value in line.entry.told.items())
        rows.append([line.entry.at.isoformat(timespec="seconds"), line.by, line.entry.action, line.subject, told])
    return table(["at", "by", "action", "subject", "told"], rows, name="logboek")


def _wanted(form: Form) -> Wanted:
    return Wanted(
        words=one_line(form.raw("q"))[:200], action=form.raw("wat"), since=_day(form, "vanaf"), until=_day(form, "tot")
    )


def _day(form: Form, name: str) -> date | None:
    try:
        return date.fromisoformat(form.raw(name))
    except ValueError:
        return None


def _row(line: Line) -> LogRow:
    at = local(line.entry.at)
    return LogRow(
        at=f"{long_date(at)}, {clock_time(at)}",
        by=_("the operator") if line.by == OPERATOR else line.by,
        did=words(line.entry.action),
        subject=line.subject.removeprefix(ORGANISATION),
        told=details(line.entry.told),
    )
