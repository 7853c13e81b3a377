"""Finding organisations and people."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import ColumnElement, Text, cast, false, not_, or_
from sqlmodel import Session, col, func, select

from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.paging import Page
from app.people.models import Admission, Membership, Organisation, OrganisationSector, ProfilePart, User, UserState
from app.people.region import Municipality, Province, Sector

SHOWN = (Admission.ADMITTED, Admission.MENTIONED)
"""Only these have a page: who applied or was refused is nobody's business."""

Place = tuple[Municipality, Province]
"""A municipality and its province."""

Places = Mapping[int | None, Place]
"""Places by the id of their municipality."""

_HAS_A_PAGE: Final = (col(User.has_profile).is_(True), User.state == UserState.ACTIVE)


def _tells(part: ProfilePart) -> ColumnElement[bool]:
    """Whether somebody shows this of themselves: what they keep off their page finds them nowhere else."""
    return not_(cast(User.hides, Text).contains(f'"{part}"'))


_TELLS_TOPICS: Final = (*_HAS_A_PAGE, _tells(ProfilePart.TOPICS))


def organisation_at(session: Session, slug: str) -> Organisation:
    """The organisation at this address; NotFound when it is none or not shown."""
    found = session.exec(
        select(Organisation).where(Organisation.slug == slug, col(Organisation.admission).in_(SHOWN))
    ).first()
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def organisations(session: Session) -> Sequence[Organisation]:
    """Everyone who has a page, by name."""
    return session.exec(
        select(Organisation).where(col(Organisation.admission).in_(SHOWN)).order_by(func.lower(Organisation.name))
    ).all()


def sectors_of(session: Session, organisation: Organisation) -> Sequence[Sector]:
    """The sectors it works in."""
    return session.exec(
        select(Sector)
        .join(OrganisationSector, col(OrganisationSector.sector_id) == Sector.id)
        .where(OrganisationSector.organisation_id == organisation.id)
        .order_by(Sector.code)
    ).all()


def place_of(session: Session, municipality_id: int | None) -> Place | None:
    """A municipality and its province."""
    if municipality_id is None:
        return None
    return session.exec(
        select(Municipality, Province)
        .join(Province, col(Municipality.province_id) == Province.id)
        .where(Municipality.id == municipality_id)
    ).first()


def municipalities(session: Session, ids: Collection[int | None]) -> dict[int | None, Municipality]:
    """These municipalities by id: one query, however many."""
    rows = session.exec(select(Municipality).where(col(Municipality.id).in_([id_ for id_ in ids if id_ is not None])))
    return {row.id: row for row in rows.all()}


def places(session: Session, ids: Collection[int | None]) -> Places:
    """The same with their provinces: one query, however many."""
    rows = session.exec(
        select(Municipality, Province)
        .join(Province, col(Municipality.province_id) == Province.id)
        .where(col(Municipality.id).in_([id_ for id_ in ids if id_ is not None]))
    ).all()
    return {municipality.id: (municipality, province) for municipality, province in rows}


def every_municipality(session: Session) -> Sequence[Municipality]:
    """All of them, by the name of their main town."""
    return session.exec(select(Municipality).order_by(Municipality.town)).all()


def every_province(session: Session) -> Sequence[Province]:
    """All of them, by name."""
    return session.exec(select(Province).order_by(Province.slug)).all()


def every_sector(session: Session) -> Sequence[Sector]:
    """All sectors of industry, by code."""
    return session.exec(select(Sector).order_by(Sector.code)).all()


def sectors_coded(session: Session, codes: Collection[str]) -> Sequence[Sector]:
    """The sectors with these codes, by code; others are passed over."""
    return session.exec(select(Sector).where(col(Sector.code).in_(codes)).order_by(Sector.code)).all()


def organisations_numbered(session: Session, ids: Collection[int]) -> dict[int, Organisation]:
    """These organisations by id, whatever has become of them: one query, however many."""
    return {row.id: row for row in session.exec(select(Organisation).where(col(Organisation.id).in_(ids)))}


def organisations_called(session: Session, slugs: Collection[str]) -> dict[str, Organisation]:
    """Those of these that have a page, by slug: one query, however many."""
    wanted = select(Organisation).where(col(Organisation.slug).in_(slugs), col(Organisation.admission).in_(SHOWN))
    return {row.slug: row for row in session.exec(wanted)}


def organisation_titled(session: Session, slug: str) -> str:
    """What the organisation with this slug is called, whatever has become of it; nothing when there is none."""
    found = session.exec(select(Organisation).where(Organisation.slug == slug)).first()
    return found.title if found else ""


def people_called(session: Session, handles: Collection[str]) -> dict[str, User]:
    """These people by handle, with or without a page: one query, however many."""
    return {row.handle: row for row in session.exec(select(User).where(col(User.handle).in_(handles)))}


def people_of(session: Session, organisation: Organisation) -> Sequence[User]:
    """Its people who want a public profile, and whose profile says that they are here, by name."""
    return session.exec(
        select(User)
        .join(Membership, col(Membership.user_id) == User.id)
        .where(
            Membership.organisation_id == organisation.id,
            col(Membership.ended_at).is_(None),
            *_HAS_A_PAGE,
            _tells(ProfilePart.WORKPLACE),
        )
        .order_by(User.name)
    ).all()


def workplaces(session: Session, user_ids: Collection[int]) -> dict[int, Organisation]:
    """User id -> the organisation they work at, of several the one joined last.

    People without one are left out, and those who do not say where they work.
    """
    rows = session.exec(
        select(Membership.user_id, Organisation)
        .join(Organisation, col(Membership.organisation_id) == Organisation.id)
        .join(User, col(User.id) == Membership.user_id)
        .where(
            col(Membership.user_id).in_(user_ids),
            _tells(ProfilePart.WORKPLACE),
            col(Membership.ended_at).is_(None),
            col(Organisation.admission).in_(SHOWN),
        )
        .order_by(col(Membership.id))
    ).all()
    return dict(rows)


def person_at(session: Session, handle: str) -> User:
    """The person with this handle who wants a page; NotFound for everybody else, whether there or not."""
    found = session.exec(select(User).where(User.handle == handle, *_HAS_A_PAGE)).first()
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def everybody_with_a_page(session: Session) -> Sequence[User]:
    """The people who want a page, by handle."""
    return session.exec(select(User).where(*_HAS_A_PAGE).order_by(col(User.handle))).all()


def who_knows(session: Session, topics: Collection[str] | None, *, page: int = 1, size: int) -> Page[User]:
    """People with a page who say there that they can be asked about one of these topics (by their slugs), by name.

    Without topics everybody with a page. Two queries.
    """
    where = _HAS_A_PAGE if topics is None else (*_TELLS_TOPICS, or_(false(), *(_knows(slug) for slug in topics)))
    total = session.exec(select(func.count(col(User.id))).where(*where)).one()
    found = session.exec(
        select(User).where(*where).order_by(func.lower(User.name), col(User.id)).offset((page - 1) * size).limit(size)
    ).all()
    return Page(items=found, number=page, size=size, total=total)


def topics_known(session: Session) -> Counter[str]:
    """How many people can be asked about each topic, by its slug. One query."""
    told = session.exec(select(User.topics).where(*_TELLS_TOPICS)).all()
    return Counter(slug for slugs in told for slug in dict.fromkeys(slugs))


def _knows(slug: str) -> ColumnElement[bool]:
    # A slug has no quotation mark in it, so that between two of them it is found whole, on both databases alike.
    return cast(User.topics, Text).contains(f'"{slug}"', autoescape=True)
