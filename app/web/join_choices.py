"""What can be chosen on the way in, and what the choices come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session

from app.core.errors import Invalid
from app.core.language import gettext as _
from app.core.text import one_line, wash
from app.people import finding
from app.people.access import KIND_NAMES, kind_name
from app.people.joining import Company, Wish, kvk_number, organisation_with
from app.people.mail_addresses import mail_address
from app.people.models import Organisation
from app.people.region import Sector
from app.people.register import Registered
from content import overview, vocabulary

ELSEWHERE: Final = "elders"
"""A place outside the three provinces, or a sector outside industry."""

COMPANIES: Final = ("sme", "lead-company", "technology-provider")
"""Kinds that stewards tell apart; an applicant is simply a company."""

Told = Mapping[str, Any]
"""What was filled in so far: name of a field -> its value or values."""


def is_institution(told: Told) -> bool:
    """Whether they join as a knowledge institution or public body."""
    return told.get("als") == "instelling"


def takes_part_already(session: Session, told: Told) -> Organisation | None:
    """The organisation with the number they filled in, when it takes part: then they ask for a place in it."""
    try:
        return organisation_with(session, kvk_number(told.get("kvk", "")))
    except Invalid:
        return None


Options = list[tuple[str, str]]


def municipalities(session: Session) -> Options:
    """Every municipality by its main town, and elsewhere."""
    found = [
        (str(each.id), each.town if each.town == each.name else f"{each.town} ({each.name})")
        for each in finding.every_municipality(session)
    ]
    return [("", _("Choose")), *found, (ELSEWHERE, _("Outside Groningen, Friesland and Drenthe"))]


def sectors(session: Session) -> Options:
    """Every sector of industry, and something else."""
    found = [(each.code, each.short) for each in finding.every_sector(session)]
    return [("", _("Choose")), *sorted(found, key=lambda option: option[1].lower()), (ELSEWHERE, _("Something else"))]


def sector_ids(session: Session, codes: Sequence[str]) -> list[int]:
    """The ids of the sectors with these codes; others are passed over."""
    return [each.id for each in finding.sectors_coded(session, codes)]


def kinds() -> Options:
    """The kinds of institutions."""
    found = sorted((kind_name(kind), kind) for kind in KIND_NAMES if kind not in COMPANIES)
    return [("", _("Choose")), *((kind, name) for name, kind in found)]


def sizes() -> list[tuple[str, str, str]]:
    """The bands of sizes, as choices."""
    labels = {"1-9": _("Up to 10"), "10-49": _("10 to 50"), "50-249": _("50 to 250"), "250-plus": _("More than 250")}
    return [(band.slug, labels[band.slug], "") for band in vocabulary.bands("company_size") if band.slug in labels]


def topics(session: Session) -> list[tuple[str, str, str]]:
    """The groups of topics, each with some of what is in it."""
    return [
        (group.topic.slug, group.topic.name, ", ".join(topic.name for topic in group.narrower[:3]))
        for group in overview.groups(session)
    ]


def rhythms() -> list[tuple[str, str, str]]:
    """How often somebody wants mail."""
    return [
        ("daily", _("Every day"), _("Only when there is something")),
        ("weekly", _("Every week"), _("Tuesday at 7.00")),
        ("none", _("No mail"), _("I look for myself")),
    ]


def offered(session: Session, told: Told, step: str) -> dict[str, Any]:
    """Name of a field -> what can be chosen there, for this step."""
    if step == "bedrijf":
        own = {"soort": kinds()} if is_institution(told) else {"grootte": sizes(), "sector": sectors(session)}
        return {"gemeente": municipalities(session), **own}
    return {"onderwerp": topics(session), "vaak": rhythms()} if step == "onderwerpen" else {}


def found_in_register(session: Session, found: Registered) -> dict[str, str]:
    """The same fields, filled with what the trade register knows; what it does not know stays to be chosen."""
    sector = session.get(Sector, found.sector_id) if found.sector_id else None
    return {
        "organisatie": found.name,
        "gemeente": str(found.municipality_id or ""),
        "grootte": found.size_band,
        "sector": sector.code if sector else "",
    }


def company_of(session: Session, told: Told) -> Company:
    """The organisation as it was filled in."""
    place = told.get("gemeente", "")
    return Company(
        name=one_line(told["organisatie"]),
        kvk_number=told["kvk"],
        kind=told["soort"] if is_institution(told) else "sme",
        municipality_id=int(place) if place.isdigit() else None,
        size_band="" if is_institution(told) else told.get("grootte", ""),
        sector_ids=[] if is_institution(told) else sector_ids(session, [told.get("sector", "")]),
    )


def wish_of(session: Session, told: Told) -> Wish:
    """What they look for and want to hear of, with the question as it was asked: the proof of consent."""
    known = {slug for slug, *_more in topics(session)}
    chosen = [slug for slug in told.get("onderwerp", []) if slug in known]
    asked = {"question": _("How often do you want mail?"), "topics": chosen, "rhythm": told.get("vaak", "none")}
    return Wish(looking_for=wash(told.get("wat", "")).strip(), told=asked)


@dataclass(frozen=True)
class Person:
    """Who they say they are; the address is proven by the code."""

    mail: str
    name: str
    title: str


def person_of(told: Told) -> Person:
    """The person as they filled themselves in."""
    return Person(mail_address(told["mail"]), one_line(told["naam"]), one_line(told.get("functie", "")))


@dataclass(frozen=True)
class Row:
    """Something that was filled in, and the path of the step where it can be changed."""

    term: str
    value: str
    path: str


def filled_in(session: Session, told: Told) -> Sequence[Row]:
    """Everything once more, to look at before it is sent."""
    known = takes_part_already(session, told)
    rows = [Row(_("KvK number"), told.get("kvk", ""), "/aanmelden")]
    if known is not None:
        rows.insert(0, Row(_("Organisation"), known.title, "/aanmelden"))
    else:
        rows = [Row(_("Organisation"), told.get("organisatie", ""), "/aanmelden"), *rows, *_company(session, told)]
    if told.get("mail"):
        who = ", ".join(part for part in (told.get("naam"), told.get("functie")) if part)
        rows += [Row(_("You"), who, "/aanmelden/jij"), Row(_("Mail address"), told["mail"], "/aanmelden/jij")]
    chosen = [name for slug, name, _note in topics(session) if slug in told.get("onderwerp", [])]
    often = next((name for slug, name, _note in rhythms() if slug == told.get("vaak")), "")
    where = "/aanmelden/onderwerpen"
    return [*rows, Row(_("Topics"), ", ".join(chosen) or _("None yet"), where), Row(_("Mail"), often, where)]


def _company(session: Session, told: Told) -> list[Row]:
    """What was chosen of an organisation that does not take part yet."""
    place = dict(municipalities(session)).get(told.get("gemeente", ""), "")
    rows = [Row(_("Place"), place, "/aanmelden")]
    if is_institution(told):
        return [*rows, Row(_("Kind"), dict(kinds()).get(told.get("soort", ""), ""), "/aanmelden")]
    size = next((name for slug, name, _note in sizes() if slug == told.get("grootte")), "")
    sector = dict(sectors(session)).get(told.get("sector", ""), "")
    return [*rows, Row(_("People"), size, "/aanmelden"), Row(_("Sector"), sector, "/aanmelden")]
