"""Members, for stewards: everybody with a place in an organisation, and who waits to be let in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.paging import Page
from app.people.directory import sectors_by_organisation
from app.people.finding import Place, places
from app.people.mail_addresses import domain_of
from app.people.models import Admission, Membership, Organisation, Role, SignInSession, User, UserState
from app.people.region import Sector
from app.people.ways_in import Answer, Application, Asks, MailDomain


@dataclass(frozen=True)
class Wanted:
    """What narrows the list; what is empty does not."""

    words: str = ""
    role: Role | None = None
    kind: str = ""
    is_ended: bool = False
    is_suspended: bool = False


@dataclass(frozen=True)
class Member:
    """A person in one of their places. `seen_at`: when they were last here, as far as a session still says."""

    user: User
    place: Membership
    organisation: Organisation
    seen_at: datetime | None


@dataclass(frozen=True)
class Waiting:
    """An application with what a steward looks at before answering it."""

    application: Application
    user: User
    organisation: Organisation
    at: Place | None
    sectors: Sequence[Sector]
    namesakes: Sequence[Organisation]
    """Others that take part or applied under the same number."""
    domain_of: Organisation | None
    """The organisation that has proven the domain of the applicant's address."""


def members(session: Session, wanted: Wanted, *, page: int, size: int) -> Page[Member]:
    """One page of them by name. Three queries, however many there are."""
    conditions = _conditions(wanted)
    joined = (
        select(User, Membership, Organisation)
        .join(Membership, col(Membership.user_id) == User.id)
        .join(Organisation, col(Membership.organisation_id) == Organisation.id)
        .where(*conditions)
    )
    total = session.exec(select(func.count()).select_from(joined.subquery())).one()
    rows = session.exec(
        joined.order_by(func.lower(User.name), col(Membership.id)).offset((page - 1) * size).limit(size)
    ).all()
    seen = _seen(session, [user.id for user, _place, _organisation in rows])
    found = [Member(user, place, organisation, seen.get(user.id)) for user, place, organisation in rows]
    return Page(items=found, number=page, size=size, total=total)


def without_place(
    session: Session, words: str, *, page: int, size: int
) -> Page[tuple[User, datetime | None, Organisation | None]]:
    """Who can sign in and belongs nowhere that takes part, suspended ones too: by name, with when they were last here.

    The third is what they applied with last. Four queries.
    """
    standing = (Admission.ADMITTED, Admission.SUSPENDED)
    belongs = (
        select(Membership.id)
        .join(Organisation, col(Membership.organisation_id) == Organisation.id)
        .where(
            Membership.user_id == User.id, col(Membership.ended_at).is_(None), col(Organisation.admission).in_(standing)
        )
    )
    conditions = [col(User.state).in_((UserState.ACTIVE, UserState.SUSPENDED)), ~belongs.exists()]
    if words:
        conditions.append(or_(col(User.name).icontains(words, autoescape=True), col(User.mail) == words.lower()))
    total = session.exec(select(func.count(col(User.id))).where(*conditions)).one()
    by_name = select(User).where(*conditions).order_by(func.lower(User.name), col(User.id))
    users = session.exec(by_name.offset((page - 1) * size).limit(size)).all()
    ids = [user.id for user in users]
    applied = session.exec(
        select(Application.user_id, Organisation)
        .join(Organisation, col(Application.organisation_id) == Organisation.id)
        .where(col(Application.user_id).in_(ids))
        .order_by(col(Application.id))
    ).all()
    seen, asked = _seen(session, ids), dict(applied)
    return Page(
        items=[(user, seen.get(user.id), asked.get(user.id)) for user in users], number=page, size=size, total=total
    )


def person_numbered(session: Session, id_: int) -> User:
    """A person with a sign-in, suspended ones too. Raises NotFound."""
    found = session.get(User, id_)
    if found is None or found.state not in (UserState.ACTIVE, UserState.SUSPENDED):
        raise NotFound(_("There is nobody here with this number."))
    return found


def waiting(session: Session) -> list[Waiting]:
    """Who waits for an answer, the longest first. Five queries, however many there are."""
    rows = session.exec(
        select(Application, User, Organisation)
        .join(User, col(Application.user_id) == User.id)
        .join(Organisation, col(Application.organisation_id) == Organisation.id)
        .where(Application.answer == Answer.WAITING)
        .order_by(col(Application.due_at), col(Application.id))
    ).all()
    organisations = [row[2] for row in rows]
    where = places(session, [each.municipality_id for each in organisations])
    sectors = sectors_by_organisation(session, [each.id for each in organisations])
    namesakes = _namesakes(session, [each.kvk_number for each in organisations if each.kvk_number])
    domains = _domains(session, [domain_of(row[1].mail) for row in rows])
    return [
        Waiting(
            application,
            user,
            organisation,
            where.get(organisation.municipality_id),
            sectors.get(organisation.id, ()),
            [each for each in namesakes.get(organisation.kvk_number, ()) if each.id != organisation.id]
            if application.asks == Asks.ADMISSION
            else [],
            domains.get(domain_of(user.mail)),
        )
        for application, user, organisation in rows
    ]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    ended = col(Membership.ended_at)
    conditions: list[ColumnElement[bool]] = [
        ended.is_not(None) if wanted.is_ended else ended.is_(None),
        col(User.state) == (UserState.SUSPENDED if wanted.is_suspended else UserState.ACTIVE),
        col(Organisation.admission).in_((Admission.ADMITTED, Admission.SUSPENDED)),
    ]
    if wanted.words:
        named = [
            col(column).icontains(wanted.words, autoescape=True)
            for column in (User.name, Organisation.name, Organisation.name_en)
        ]
        conditions.append(or_(*named, col(User.mail) == wanted.words.lower()))
    if wanted.role:
        conditions.append(col(Membership.role) == wanted.role)
    if wanted.kind:
        conditions.append(col(Organisation.kind) == wanted.kind)
    return conditions


def _seen(session: Session, user_ids: Sequence[int]) -> Mapping[int, datetime]:
    rows = session.exec(
        select(SignInSession.user_id, func.max(SignInSession.seen_at))
        .where(col(SignInSession.user_id).in_(user_ids))
        .group_by(col(SignInSession.user_id))
    ).all()
    return dict(rows)


def _namesakes(session: Session, numbers: Sequence[str]) -> dict[str, list[Organisation]]:
    rows = session.exec(
        select(Organisation).where(
            col(Organisation.kvk_number).in_(numbers),
            col(Organisation.admission).in_((Admission.ADMITTED, Admission.APPLIED, Admission.SUSPENDED)),
            col(Organisation.example).is_(False),
        )
    ).all()
    found: dict[str, list[Organisation]] = {}
    for row in rows:
        found.setdefault(row.kvk_number, []).append(row)
    return found


def _domains(session: Session, domains: Sequence[str]) -> dict[str, Organisation]:
    rows = session.exec(
        select(MailDomain.domain, Organisation)
        .join(Organisation, col(MailDomain.organisation_id) == Organisation.id)
        .where(col(MailDomain.domain).in_(domains), Organisation.admission == Admission.ADMITTED)
    ).all()
    return dict(rows)
