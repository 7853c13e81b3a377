"""The directory: who takes part and who is only named in a public source, by province, kind and sector."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, or_
from sqlmodel import Session, col, func, select

from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.paging import Page
from app.people.finding import SHOWN
from app.people.models import Admission, Organisation, OrganisationSector
from app.people.region import Municipality, Province, Sector


@dataclass(frozen=True)
class Entry:
    """An organisation with its place and its sectors."""

    organisation: Organisation
    municipality: Municipality | None
    province: Province | None
    sectors: Sequence[Sector]


@dataclass(frozen=True)
class Wanted:
    """What narrows the directory; an empty text does not. `province` and `kind` are slugs, `sector` is a code."""

    province: str = ""
    kind: str = ""
    sector: str = ""


@dataclass(frozen=True)
class Choices:
    """What the directory can be narrowed by: only what occurs in it, whatever is chosen now."""

    provinces: Sequence[Province]
    kinds: Sequence[str]
    sectors: Sequence[Sector]


def entries(session: Session, wanted: Wanted, *, page: int, size: int) -> Page[Entry]:
    """One page of the directory: those who take part first, each by province and name. Three queries."""
    conditions = _conditions(wanted)
    total = session.exec(select(func.count(col(Organisation.id))).where(*conditions)).one()
    rows = session.exec(
        select(Organisation, Municipality, Province)
        .outerjoin(Municipality, col(Organisation.municipality_id) == Municipality.id)
        .outerjoin(Province, col(Municipality.province_id) == Province.id)
        .where(*conditions)
        .order_by(
            case((col(Organisation.admission) == Admission.ADMITTED, 0), else_=1),
            # Whoever has no place stands behind those who have one, on both databases alike.
            col(Province.name_nl).is_(None),
            col(Province.name_nl),
            func.lower(Organisation.name),
            col(Organisation.id),
        )
        .offset((page - 1) * size)
        .limit(size)
    ).all()
    sectors = sectors_by_organisation(session, [organisation.id for organisation, _place, _province in rows])
    found = [Entry(each, place, province, sectors.get(each.id, ())) for each, place, province in rows]
    return Page(items=found, number=page, size=size, total=total)


def kept(session: Session, words: str, *, page: int, size: int) -> Page[Organisation]:
    """One page of those that take part or are suspended, for stewards, by name. Two queries."""
    conditions: list[ColumnElement[bool]] = [col(Organisation.admission).in_((Admission.ADMITTED, Admission.SUSPENDED))]
    if words:
        named = (col(column).icontains(words, autoescape=True) for column in (Organisation.name, Organisation.name_en))
        conditions.append(or_(*named, col(Organisation.kvk_number) == words))
    total = session.exec(select(func.count(col(Organisation.id))).where(*conditions)).one()
    rows = session.exec(
        select(Organisation)
        .where(*conditions)
        .order_by(func.lower(Organisation.name), col(Organisation.id))
        .offset((page - 1) * size)
        .limit(size)
    ).all()
    return Page(items=rows, number=page, size=size, total=total)


def kept_at(session: Session, slug: str) -> Organisation:
    """One of those. Raises NotFound."""
    standing = (Admission.ADMITTED, Admission.SUSPENDED)
    found = session.exec(
        select(Organisation).where(Organisation.slug == slug, col(Organisation.admission).in_(standing))
    ).first()
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def taking_part(session: Session) -> int:
    """How many organisations take part; those only named in a source are not counted (settled: 10)."""
    counted = select(func.count(col(Organisation.id))).where(Organisation.admission == Admission.ADMITTED)
    return session.exec(counted).one()


def choices(session: Session) -> Choices:
    """What occurs in the directory. Three queries."""
    shown = col(Organisation.admission).in_(SHOWN)
    placed = (
        select(Municipality.province_id)
        .join(Organisation, col(Organisation.municipality_id) == Municipality.id)
        .where(shown)
    )
    working = (
        select(OrganisationSector.sector_id)
        .join(Organisation, col(Organisation.id) == OrganisationSector.organisation_id)
        .where(shown)
    )
    return Choices(
        provinces=session.exec(select(Province).where(col(Province.id).in_(placed)).order_by(Province.name_nl)).all(),
        kinds=session.exec(select(Organisation.kind).where(shown).distinct()).all(),
        sectors=session.exec(select(Sector).where(col(Sector.id).in_(working)).order_by(Sector.code)).all(),
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [col(Organisation.admission).in_(SHOWN)]
    if wanted.province:
        there = select(Municipality.id).join(Province, col(Province.id) == Municipality.province_id)
        conditions.append(col(Organisation.municipality_id).in_(there.where(Province.slug == wanted.province)))
    if wanted.kind:
        conditions.append(col(Organisation.kind) == wanted.kind)
    if wanted.sector:
        works_in = select(OrganisationSector.organisation_id).join(
            Sector, col(Sector.id) == OrganisationSector.sector_id
        )
        conditions.append(col(Organisation.id).in_(works_in.where(Sector.code == wanted.sector)))
    return conditions


def sectors_by_organisation(session: Session, organisation_ids: Sequence[int]) -> dict[int, list[Sector]]:
    """Id of an organisation -> the sectors it works in. One query."""
    rows = session.exec(
        select(OrganisationSector.organisation_id, Sector)
        .join(Sector, col(OrganisationSector.sector_id) == Sector.id)
        .where(col(OrganisationSector.organisation_id).in_(organisation_ids))
        .order_by(Sector.code)
    ).all()
    found: dict[int, list[Sector]] = {}
    for organisation_id, sector in rows:
        found.setdefault(organisation_id, []).append(sector)
    return found
