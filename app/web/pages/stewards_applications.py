"""For stewards: who wants to take part, what speaks for and against it, and the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Annotated, Final

from fastapi import APIRouter, Path
from sqlmodel import Session
from starlette.responses import Response

from app.core.clock import now
from app.core.language import gettext as _
from app.core.language import long_date, ngettext
from app.core.settings import settings
from app.people import admitting
from app.people.access import KIND_NAMES, kind_name
from app.people.members import Waiting, waiting
from app.people.ways_in import Asks
from app.web import showing
from app.web.cards import initials
from app.web.forms import Form, Sealed
from app.web.needs import Here, Reading, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.stewarding import Steward, side
from app.web.visit import Visit, address
from content.vocabulary import bands

router = APIRouter()

HERE: Final = "/beheer/aanvragen"


@dataclass(frozen=True)
class Check:
    """Something a steward looks at; `is_fine` says whether it speaks for letting them in."""

    is_fine: bool
    words: str


@dataclass(frozen=True)
class ApplicationRow:
    """An application as it is shown."""

    waiting: Waiting
    monogram: str
    who: str
    left: str
    is_urgent: bool
    asked: str
    checks: Sequence[Check]
    reasons: Sequence[tuple[str, str]]
    form: Form

    @property
    def id(self) -> int:
        """Its number."""
        return self.waiting.application.id

    @property
    def is_for_place(self) -> bool:
        """Whether it asks for a place in an organisation that takes part."""
        return self.waiting.application.asks == Asks.PLACE


@dataclass(frozen=True, kw_only=True)
class ApplicationsView:
    """Everybody who waits."""

    side: Sequence[tuple[Link, bool]]
    rows: Sequence[ApplicationRow]
    kinds: Sequence[tuple[str, str]]
    days: int
    action: str
    done: str

    @property
    def form(self) -> Form:
        """The form in which something did not fit, if there is one."""
        return next((row.form for row in self.rows if not row.form.is_fine), Form())


@router.get("/beheer")
def first(here: Here, me: Steward) -> Response:
    """The first part."""
    return see(address(HERE, here.language))


@router.get("/beheer/aanvragen")
def applications(here: Here, session: Reading, me: Steward, page: Page) -> Response:
    """Who waits, the longest first."""
    return page("stewards/applications", _view(session, here), is_indexed=False)


@router.post("/beheer/aanvragen/{number}")
def answer(
    me: Steward,
    here: Here,
    form: Sealed,
    session: Writing,
    page: Page,
    number: Annotated[int, Path(ge=1, le=2**31 - 1)],
) -> Response:
    """Let them in, or say why not."""
    application = admitting.application_numbered(session, number, by=me)
    message = form.prose("bericht", most=2000)
    is_admitted = form.raw("doe") == "toelaten"
    with form.minding(session):
        if is_admitted:
            admitting.admit(session, application, by=me, kind=form.raw("soort"))
        elif form.is_fine:
            admitting.refuse(session, application, by=me, reason=form.raw("reden"), message=message)
    if form.is_fine:
        return see(address(f"{HERE}?klaar={'toegelaten' if is_admitted else 'afgewezen'}", here.language))
    view = _view(session, here, answered=number, form=form)
    return page("stewards/applications", view, status=form.status, is_indexed=False)


def _view(session: Session, here: Visit, *, answered: int = 0, form: Form | None = None) -> ApplicationsView:
    said = {
        "klaar=toegelaten": _("They are in, and hear of it by mail."),
        "klaar=afgewezen": _("They hear of it by mail."),
    }
    rows = waiting(session)
    return ApplicationsView(
        side=side(HERE),
        rows=[_row(each, form if form is not None and each.application.id == answered else None) for each in rows],
        kinds=sorted(((kind, kind_name(kind)) for kind in KIND_NAMES), key=lambda option: option[1].lower()),
        days=settings().admission_days,
        action=showing.here(HERE),
        done=said.get(here.query, ""),
    )


def _row(each: Waiting, form: Form | None) -> ApplicationRow:
    days = ceil((each.application.due_at - now()).total_seconds() / 86400)
    place = each.at[0].town if each.at else ""
    reasons: Mapping[str, str] = admitting.reasons(each.application.asks)
    shown = form or Form(prefix=f"a{each.application.id}-")
    shown.prefix = f"a{each.application.id}-"
    return ApplicationRow(
        waiting=each,
        monogram=initials(each.organisation.title),
        who=", ".join(part for part in (each.user.name, each.user.title, place) if part),
        left=ngettext("One more day", "%(n)s more days", days) if days > 0 else _("Too late"),
        is_urgent=days <= 2,
        asked=long_date(each.application.created_at),
        checks=_checks(each),
        reasons=[("", _("Choose")), *reasons.items()],
        form=shown,
    )


def _checks(each: Waiting) -> list[Check]:
    """What speaks for it and against it."""
    organisation = each.organisation
    if each.application.asks == Asks.PLACE:
        told = _("The owner of %(name)s has not said yes yet", name=organisation.title)
        return [Check(False, told), *_address(each)]
    region = _("In %(province)s", province=each.at[1].name) if each.at else _("Outside the three provinces")
    sectors = showing.said([sector.short.lower() for sector in each.sectors])
    what = sectors or (kind_name(organisation.kind) if organisation.kind != "sme" else _("no industry"))
    is_known = bool(each.sectors) or organisation.kind != "sme"
    size = next((band.name for band in bands("company_size") if band.slug == organisation.size_band), "")
    checks = [Check(bool(each.at) and is_known, ", ".join(part for part in (region, what, size) if part))]
    if organisation.kvk_number:
        checks.append(Check(True, _("KvK number %(number)s", number=organisation.kvk_number)))
    checks += [Check(False, _("%(name)s has the same KvK number", name=namesake.title)) for namesake in each.namesakes]
    return checks + _address(each)


def _address(each: Waiting) -> list[Check]:
    """What the applicant's mail address says."""
    owner = each.domain_of
    if owner is None:
        return [Check(True, each.user.mail)]
    return [Check(owner.id == each.organisation.id, f"{each.user.mail}: {owner.title}")]
