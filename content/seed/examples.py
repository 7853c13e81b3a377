"""Who and what the example pieces are about: organisations, people and pilots.

Real organisations and pilots come with one sentence and its source; nothing else is claimed of them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from app.people.models import Admission, Membership, Organisation, OrganisationSector, Role, User
from app.people.region import Municipality, Sector
from content.seed import source
from content.seed.bringing import bring
from content.seed.report import Report
from content.snapshot import Part
from content.subjects import Pilot, PilotOrganisation, PilotTopic, Topic


def bring_organisations(session: Session, report: Report) -> None:
    """Invented ones are admitted, real ones mentioned."""
    municipalities, sectors = ids(session, Municipality), ids(session, Sector, "code")
    for told in source.read("organisations")["organisations"]:
        bring(
            session,
            Organisation,
            _organisation(told, municipalities),
            noun="organisation",
            unique=("slug",),
            links={OrganisationSector: [{"sector_id": sectors[code]} for code in told.get("sectors", ())]},
            report=report,
        )


def _organisation(told: Mapping[str, Any], municipalities: Mapping[str, int]) -> dict[str, Any]:
    return {
        "slug": told["slug"],
        "name": told["name"],
        "name_en": told.get("name_en", ""),
        "kind": told["kind"],
        "admission": Admission.ADMITTED if told["fictional"] else Admission.MENTIONED,
        "municipality_id": _place(told, municipalities),
        "about_nl": told["nl"],
        "about_en": told["en"],
        "shares_nl": told.get("shares_nl", ""),
        "shares_en": told.get("shares_en", ""),
        "website": told.get("website", ""),
        "founded": told.get("founded"),
        "size_fte": told.get("size_fte"),
        "visit": told.get("visit", ""),
        "sources": told.get("sources", []),
    }


def _place(told: Mapping[str, Any], municipalities: Mapping[str, int]) -> int | None:
    """Of a real organisation only what a source says: where one could not be found, no place is told."""
    return municipalities.get(told["municipality"]) if told.get("municipality_verified", True) else None


def bring_people(session: Session, report: Report) -> None:
    """Invented people, each with a place in an invented organisation."""
    organisations = example_ids(session, Organisation)
    for told in source.read("people")["people"]:
        user = bring(session, User, _person(told), noun="person", unique=("handle", "mail"), links={}, report=report)
        if user is not None and told["organisation"] in organisations:
            _give_place(session, user, organisations[told["organisation"]], Role(told["role"]))


def _person(told: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "handle": told["handle"],
        "name": told["name"],
        "mail": told["mail"],
        "is_steward": told["steward"],
        "has_profile": told["public_profile"],
        "title_nl": told["title_nl"],
        "title_en": told["title_en"],
        "bio_nl": told["bio_nl"],
        "bio_en": told["bio_en"],
        "topics": told["topics"],
    }


def _give_place(session: Session, user: User, organisation_id: int, role: Role) -> None:
    """A place that somebody changed or ended stays as it is."""
    place = session.exec(
        select(Membership).where(Membership.user_id == user.id, Membership.organisation_id == organisation_id)
    ).first()
    if place is None:
        session.add(Membership(user_id=user.id, organisation_id=organisation_id, role=role))


def bring_pilots(session: Session, report: Report) -> None:
    """Ten pilots: four real ones, six invented."""
    organisations, topics = example_ids(session, Organisation), ids(session, Topic)
    municipalities, people = ids(session, Municipality), example_ids(session, User, "handle")
    for told in source.read("pilots")["pilots"]:
        bring(
            session,
            Pilot,
            _pilot(told, municipalities, people),
            noun="pilot",
            unique=("slug", "number"),
            links={
                PilotOrganisation: [
                    {"organisation_id": organisations[o["slug"]], "part": Part(o["role"]), "position": position}
                    for position, o in enumerate(told["organisations"])
                    if o["slug"] in organisations
                ],
                PilotTopic: [
                    {"topic_id": topics[slug], "position": position} for position, slug in enumerate(told["topics"])
                ],
            },
            report=report,
        )


def _pilot(told: Mapping[str, Any], municipalities: Mapping[str, int], people: Mapping[str, int]) -> dict[str, Any]:
    lesson = told.get("lesson", {})
    return {
        "slug": told["slug"],
        "number": told["number"],
        "verified": told["verified"],
        "name_nl": told["nl"]["name"],
        "name_en": told["en"]["name"],
        "summary_nl": told["nl"]["summary"],
        "summary_en": told["en"]["summary"],
        "status": told.get("status", ""),
        "starts_on": told.get("start"),
        "ends_on": told.get("end"),
        "budget_eur": told.get("budget_eur"),
        "municipality_id": municipalities.get(told.get("municipality", "")),
        "contact_id": people.get(told.get("contact", "")),
        "phases": _as_json(told.get("phases", [])),
        "goals": _as_json(told.get("goals", [])),
        "output": source.keys_of(told.get("output", ())),
        "lesson_nl": lesson.get("nl", ""),
        "lesson_en": lesson.get("en", ""),
        "sources": told.get("sources", []),
    }


def _as_json(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()} for row in rows
    ]


def ids(session: Session, table: type[SQLModel], name: str = "slug") -> dict[str, int]:
    """Slug, code or handle -> id, of all rows."""
    return dict(session.exec(select(getattr(table, name), table.id)).all())  # type: ignore[attr-defined]


def example_ids(
    session: Session, table: type[Organisation] | type[User] | type[Pilot], name: str = "slug"
) -> dict[str, int]:
    """The same of the examples alone: nothing of the seed may be tied to an organisation or a person of your own."""
    return dict(session.exec(select(getattr(table, name), table.id).where(col(table.example).is_(True))).all())
