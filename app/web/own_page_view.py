"""The organisation in somebody's settings: how far their applications are, what its page tells, and the way in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlmodel import Session

from app.core.language import gettext as _
from app.core.language import long_date
from app.core.settings import settings
from app.people import finding, joining
from app.people.actor import Actor
from app.people.admitting import reason_of
from app.people.mail_domains import way_in_of
from app.people.models import Organisation, Role, User
from app.people.places import place_in
from app.people.register import band_of
from app.people.ways_in import Answer, Application, Asks, Joins
from app.web import join_choices, showing
from app.web.forms import Form
from app.web.own_organisation import Own, own, role_names
from app.web.settings_menu import Menu, menu, path_of
from app.web.visit import Visit

PART: Final = "organisatie"

TEXTS: Final = (
    ("naam", "name", 160),
    ("naam_en", "name_en", 160),
    ("over_nl", "about_nl", 2000),
    ("over_en", "about_en", 2000),
    ("deelt_nl", "shares_nl", 500),
    ("deelt_en", "shares_en", 500),
    ("website", "website", 300),
)
"""Field of the form, field of the organisation, and the most characters."""


@dataclass(frozen=True)
class Asked:
    """An application of one's own, and how far it is."""

    application: Application
    organisation: Organisation
    asked_on: str
    due: str
    reason: str

    @property
    def is_for_place(self) -> bool:
        """Whether it asks for a place in an organisation that takes part."""
        return self.application.asks == Asks.PLACE


@dataclass(frozen=True)
class WayIn:
    """What somebody can come into by their mail address alone."""

    organisation: Organisation
    domain: str
    is_at_once: bool


@dataclass(frozen=True, kw_only=True)
class OwnPageView:
    """What somebody has to do with organisations."""

    menu: Menu
    form: Form
    own: Own | None
    role: str
    asked: Sequence[Asked]
    is_member: bool
    """Whether they read what is for members already, by another organisation."""
    join: str
    action: str
    public: str
    """The address of the organisation's page."""
    logo: str
    contact: str
    choices: Mapping[str, Sequence[tuple[str, str]]]
    answer: Form
    way_in: WayIn | None
    """An organisation that takes part and has proven the domain of one's own address."""


def view_of(
    session: Session,
    here: Visit,
    me: Actor,
    *,
    organisation: Organisation | None = None,
    form: Form | None = None,
    answer: Form | None = None,
) -> OwnPageView:
    """The view of this organisation, or of the one that the address names. `form`, `answer`: with what does not fit."""
    found = own(session, here, me, PART, wanted=organisation.slug if organisation else "")
    kept = found.organisation if found else None
    return OwnPageView(
        menu=menu(here, me, PART, done=_said()),
        form=form or (_form(session, kept) if kept else Form()),
        answer=answer or Form(),
        own=found,
        role=role_names()[Role(found.place.role)] if found else "",
        asked=_asked(session, me),
        is_member=me.is_member,
        join=showing.here("/aanmelden"),
        action=path_of(here, PART),
        public=showing.here(f"/organisaties/{kept.slug}") if kept else "",
        logo=showing.logo(kept) if kept else "",
        contact=settings().operator_contact,
        way_in=way_in_for(session, session.get_one(User, me.user_id), me),
        choices={
            "gemeente": join_choices.municipalities(session),
            "grootte": [("", _("Not told")), *((slug, label) for slug, label, _note in join_choices.sizes())],
            "sector": [option for option in join_choices.sectors(session) if option[0] not in ("", "elders")],
            "bezoek": [
                ("nee", _("No visits")),
                ("welcome", _("Visitors welcome")),
                ("by_appointment", _("Visits by appointment")),
            ],
        },
    )


def way_in_for(session: Session, user: User, me: Actor) -> WayIn | None:
    """What this address opens, unless its person has a place there or waits for one."""
    domain = way_in_of(session, user.mail)
    if domain is None or domain.organisation_id in me.reads_for:
        return None
    asked = [row.organisation_id for row, _organisation in joining.applications_of(session, user.id) if row.is_waiting]
    if domain.organisation_id in asked:
        return None
    organisation = session.get_one(Organisation, domain.organisation_id)
    # Whose place was taken away asks, as everybody does where owners want to be asked.
    is_new = place_in(session, user.id, organisation.id) is None
    return WayIn(organisation, domain.domain, is_new and domain.joins == Joins.AT_ONCE)


def _form(session: Session, kept: Organisation) -> Form:
    texts = {field: getattr(kept, name) for field, name, _most in TEXTS}
    return Form(
        {
            **texts,
            "gemeente": str(kept.municipality_id or join_choices.ELSEWHERE),
            "grootte": band_of(kept.size_fte) or kept.size_band,
            "mensen": str(kept.size_fte or ""),
            "bezoek": kept.visit or "nee",
            "sector": [sector.code for sector in finding.sectors_of(session, kept)],
        }
    )


def _asked(session: Session, me: Actor) -> list[Asked]:
    """What waits, and what was refused since without another try."""
    rows = joining.applications_of(session, me.user_id or 0)
    return [
        Asked(row, organisation, long_date(row.created_at), long_date(row.due_at), reason_of(row))
        for row, organisation in rows
        if row.answer in (Answer.WAITING, Answer.REFUSED) and organisation.id not in me.reads_for
    ]


def _said() -> Mapping[str, str]:
    return {
        "bewaard": _("Saved."),
        "weg": _("You have no place there any more."),
        "ingetrokken": _("You ask no longer."),
        "gevraagd": _("Done. If an owner has to say yes first, you hear it by mail."),
    }
