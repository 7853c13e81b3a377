"""For stewards: what it means here when an institution says that somebody is of theirs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.settings import settings
from app.people import finding
from app.people.models import Admission, Role
from app.people.outside_accounts import GIVEN_ROLES, InstitutionRule, add_rule, remove_rule, rules
from app.web import showing
from app.web.forms import Form, Sealed
from app.web.needs import Here, Reading, Writing
from app.web.own_organisation import role_names
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.stewarding import Steward, side
from app.web.visit import Visit, address

router = APIRouter()

HERE: Final = "/beheer/accounts"

_INSTITUTION: Final = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_AFFILIATION: Final = re.compile("[a-z-]{0,40}")


@dataclass(frozen=True)
class RuleRow:
    """A line of the table."""

    id: int
    institution: str
    who: str
    organisation: str
    role: str


@dataclass(frozen=True, kw_only=True)
class AccountRulesView:
    """The table, and the form for one more line."""

    side: Sequence[tuple[Link, bool]]
    rows: Sequence[RuleRow]
    form: Form
    providers: Sequence[tuple[str, str]]
    organisations: Sequence[tuple[str, str]]
    roles: Sequence[tuple[str, str]]
    action: str
    done: str


@router.get("/beheer/accounts")
def table(here: Here, session: Reading, me: Steward, page: Page) -> Response:
    """Every line of it."""
    return page("stewards/accounts", _view(session, here, Form()), is_indexed=False)


@router.post("/beheer/accounts")
def change(here: Here, form: Sealed, session: Writing, me: Steward, page: Page) -> Response:
    """Add a line, or remove one."""
    with form.minding(session):
        if form.raw("weg"):
            remove_rule(session, form.number("weg", least=1, most=2**31 - 1), by=me)
        else:
            rule = _rule(session, form)
            if form.is_fine:
                add_rule(session, rule, by=me)
    if form.is_fine:
        return see(address(f"{HERE}?klaar=ja", here.language))
    return page("stewards/accounts", _view(session, here, form), status=form.status, is_indexed=False)


def _rule(session: Session, form: Form) -> InstitutionRule:
    institution = form.line("instelling", most=253, missing=_("Fill in how the provider names the institution")).lower()
    if institution and not _INSTITUTION.fullmatch(institution):
        form.blame("instelling", _("Fill in a domain, such as school.nl"))
    affiliation = form.line("rol_daar", most=40).lower()
    if not _AFFILIATION.fullmatch(affiliation):
        form.blame("rol_daar", _("Fill in one word, such as employee or student"))
    return InstitutionRule(
        provider=form.choice("provider", [each.name for each in settings().oidc_providers], missing=_("Choose one")),
        institution=institution,
        affiliation=affiliation,
        organisation_id=_organisation_id(session, form),
        role=Role(form.choice("rol", list(GIVEN_ROLES), missing=_("Choose one of these")) or Role.READER),
    )


def _organisation_id(session: Session, form: Form) -> int:
    try:
        return finding.organisation_at(session, form.raw("organisatie")).id
    except NotFound:
        form.blame("organisatie", _("Choose an organisation that takes part"))
        return 0


def _view(session: Session, here: Visit, form: Form) -> AccountRulesView:
    labels = {each.name: each.label for each in settings().oidc_providers}
    admitted = [row for row in finding.organisations(session) if row.admission == Admission.ADMITTED]
    return AccountRulesView(
        side=side(HERE),
        rows=[
            RuleRow(
                id=rule.id,
                institution=rule.institution,
                who=f"{labels.get(rule.provider, rule.provider)}, {rule.affiliation or _('everybody')}",
                organisation=organisation.title,
                role=role_names()[Role(rule.role)],
            )
            for rule, organisation in rules(session)
        ],
        form=form,
        providers=[("", _("Choose one")), *labels.items()],
        organisations=[("", _("Choose one")), *((row.slug, row.title) for row in admitted)],
        roles=[(role.value, role_names()[role]) for role in GIVEN_ROLES],
        action=showing.here(HERE),
        done=_("Changed. It holds from the next sign-in on.") if here.query == "klaar=ja" else "",
    )
