"""Describing: what an organisation tells on its page, and what a person does on theirs, if they want one."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from sqlmodel import Session, col, delete

from app.core import epoch
from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotAllowed
from app.core.jobs import announce
from app.core.language import gettext as _
from app.people.access import KIND_NAMES, require_owner, require_steward
from app.people.actor import Actor
from app.people.auditing import note
from app.people.events import OrganisationChanged
from app.people.joining import kvk_number, organisation_with
from app.people.models import Organisation, OrganisationSector, ProfilePart, User
from app.people.register import band_of

VISITS: Final = ("", "welcome", "by_appointment")
"""Whether an organisation receives visitors: not, gladly, or when it was asked."""

_ORCID: Final = re.compile(r"(?:https?://orcid\.org/)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class OrganisationPage:
    """What owners may tell of their organisation: this and nothing else can be changed by them."""

    name: str
    name_en: str = ""
    about_nl: str = ""
    about_en: str = ""
    shares_nl: str = ""
    shares_en: str = ""
    website: str = ""
    municipality_id: int | None = None
    size_fte: int | None = None
    size_band: str = ""
    """For who tells no number: one that is told decides."""
    visit: str = ""
    sector_ids: Sequence[int] = ()


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a person may tell of themselves, and whether anybody reads it."""

    name: str
    title_nl: str = ""
    title_en: str = ""
    bio_nl: str = ""
    bio_en: str = ""
    topics: Sequence[str] = ()
    orcid: str = ""
    language: str = "nl"
    is_public: bool = False
    hides: Collection[str] = ()


def describe_organisation(session: Session, organisation: Organisation, told: OrganisationPage, *, by: Actor) -> None:
    """Change its page. Raises Invalid, at the field, for what does not fit."""
    require_owner(by, organisation.id)
    if told.visit not in VISITS:
        raise Invalid(_("Choose one of these"), field="bezoek")
    organisation.website = web_address(told.website)
    for name in ("name", "name_en", "about_nl", "about_en", "shares_nl", "shares_en", "municipality_id", "visit"):
        setattr(organisation, name, getattr(told, name))
    organisation.size_fte, organisation.size_band = told.size_fte, band_of(told.size_fte) or told.size_band
    organisation.changed_at = now()
    session.add(organisation)
    session.exec(delete(OrganisationSector).where(col(OrganisationSector.organisation_id) == organisation.id))
    for sector_id in dict.fromkeys(told.sector_ids):
        session.add(OrganisationSector(organisation_id=organisation.id, sector_id=sector_id))
    note(session, by, "describe_organisation", subject=organisation)
    announce(session, OrganisationChanged(organisation_id=organisation.id))


def correct(session: Session, organisation: Organisation, kind: str, number: str, *, by: Actor) -> None:
    """What only stewards change: what it is, and its number. Raises Invalid, and Conflict for a number of another."""
    require_steward(by)
    if kind not in KIND_NAMES:
        raise Invalid(_("Choose one of these"), field="soort")
    number = kvk_number(number) if number else ""
    namesake = organisation_with(session, number) if number else None
    if namesake is not None and namesake.id != organisation.id and not organisation.example:
        raise Conflict(_("%(name)s takes part under the same KvK number.", name=namesake.name), field="kvk")
    organisation.kind, organisation.kvk_number, organisation.changed_at = kind, number, now()
    session.add(organisation)
    note(session, by, "correct_organisation", subject=organisation)
    announce(session, OrganisationChanged(organisation_id=organisation.id))


def show_logo(session: Session, organisation: Organisation, logo: str, *, by: Actor) -> None:
    """Show this stored picture instead of the monogram; none takes it away."""
    require_owner(by, organisation.id)
    organisation.logo, organisation.changed_at = logo, now()
    session.add(organisation)
    note(session, by, "change_logo", subject=organisation)
    epoch.move(session)


def describe_person(session: Session, person: User, told: Profile, *, by: Actor) -> None:
    """Change one's own page. Raises Invalid, at the field, for what does not fit."""
    if by.user_id != person.id:
        raise NotAllowed(_("Only this person can do that."))
    if told.is_public and person.is_hidden:
        sentence = _("The knowledge centre took your page off. The letter about it says why, and how to appeal.")
        raise Invalid(sentence, field="openbaar")
    person.orcid = orcid(told.orcid)
    for name in ("name", "title_nl", "title_en", "bio_nl", "bio_en", "language"):
        setattr(person, name, getattr(told, name))
    person.topics = list(told.topics)
    person.hides = [part.value for part in ProfilePart if part in told.hides]
    if person.has_profile != told.is_public:
        note(session, by, "show_profile" if told.is_public else "hide_profile", subject=person)
    person.has_profile = told.is_public
    session.add(person)
    # Cards, lists and pieces name people, with a link to who wants a page.
    epoch.move(session)


def orcid(text: str, *, field: str = "orcid") -> str:
    """An ORCID iD as 0000-0002-1825-0097, empty for none. Raises Invalid when its check digit does not fit."""
    if not text.strip():
        return ""
    found = _ORCID.fullmatch(text.strip())
    digits = "".join(found.groups()).upper() if found else ""
    if not digits or _check_digit(digits[:-1]) != digits[-1]:
        raise Invalid(_("This is no ORCID iD. It has 16 digits, such as 0000-0002-1825-0097."), field=field)
    return "-".join(digits[at : at + 4] for at in range(0, 16, 4))


def web_address(text: str, *, field: str = "website") -> str:
    """A web address, with https in front when nobody said; empty for none. Raises Invalid for anything else."""
    if not text:
        return ""
    whole = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(whole)
        is_fine = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not parts.username
    except ValueError:
        is_fine = False
    if not is_fine or len(whole) > 300 or not whole.isprintable() or " " in whole:
        raise Invalid(_("Fill in a web address, such as www.company.nl"), field=field)
    return whole


def _check_digit(digits: str) -> str:
    """ISO 7064 MOD 11-2, as ORCID uses it."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    result = (12 - total % 11) % 11
    return "X" if result == 10 else str(result)
