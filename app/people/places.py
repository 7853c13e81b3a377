"""Places: who belongs to which organisation, and in which role. Ended, never deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from app.core import epoch
from app.core.errors import NotFound
from app.core.jobs import announce
from app.core.language import gettext as _
from app.people.events import PlaceGiven
from app.people.models import Membership, Organisation, Role, SignInSession, User, UserState


@dataclass(frozen=True)
class Colleague:
    """Somebody with a place in an organisation."""

    user: User
    place: Membership
    seen_at: datetime | None
    """When they were last here, as far as a session of theirs still says."""


def place_in(session: Session, user_id: int | None, organisation_id: int) -> Membership | None:
    """Somebody's place there, ended ones too."""
    return session.exec(
        select(Membership).where(Membership.user_id == user_id, Membership.organisation_id == organisation_id)
    ).first()


def place_numbered(session: Session, organisation: Organisation, id_: int) -> Membership:
    """An active place in this organisation. Raises NotFound."""
    found = session.exec(
        select(Membership).where(
            Membership.id == id_, Membership.organisation_id == organisation.id, col(Membership.ended_at).is_(None)
        )
    ).first()
    if found is None:
        raise NotFound(_("This person has no place here any more."))
    return found


def give_place(session: Session, user_id: int, organisation_id: int, role: Role) -> Membership:
    """A place in this role. Who has a place already keeps the higher role of the two; an ended one begins anew."""
    place = place_in(session, user_id, organisation_id)
    is_new = place is None or place.ended_at is not None
    if place is None:
        place = Membership(user_id=user_id, organisation_id=organisation_id, role=role)
    elif place.ended_at is not None:
        place.role, place.ended_at = role, None
    elif _rank(role) > _rank(place.role):
        place.role = role
    session.add(place)
    session.flush()
    if is_new:
        announce(session, PlaceGiven(user_id=user_id))
    # Pages of the organisation and of the person show the place.
    epoch.move(session)
    return place


def colleagues(session: Session, organisation: Organisation) -> list[Colleague]:
    """Everybody with a place there, owners first, then by name. One query."""
    rows = session.exec(
        select(User, Membership, func.max(SignInSession.seen_at))
        .join(Membership, col(Membership.user_id) == User.id)
        .outerjoin(SignInSession, col(SignInSession.user_id) == User.id)
        .where(Membership.organisation_id == organisation.id, col(Membership.ended_at).is_(None))
        .group_by(col(User.id), col(Membership.id))
    ).all()
    found = [Colleague(user, place, seen_at) for user, place, seen_at in rows]
    return sorted(found, key=lambda each: (-_rank(each.place.role), each.user.name.lower(), each.user.id))


def owners_of(session: Session, organisation: Organisation) -> Sequence[User]:
    """Who decides for it."""
    return session.exec(
        select(User)
        .join(Membership, col(Membership.user_id) == User.id)
        .where(
            Membership.organisation_id == organisation.id,
            Membership.role == Role.OWNER,
            col(Membership.ended_at).is_(None),
            User.state == UserState.ACTIVE,
        )
        .order_by(User.name)
    ).all()


def decided_for(session: Session) -> set[int]:
    """The organisations in which somebody decides."""
    found = (
        select(Membership.organisation_id)
        .join(User, col(Membership.user_id) == User.id)
        .where(Membership.role == Role.OWNER, col(Membership.ended_at).is_(None), User.state == UserState.ACTIVE)
    )
    return set(session.exec(found).all())


def places_of(session: Session, user_id: int | None) -> Sequence[tuple[Membership, Organisation]]:
    """Somebody's places in organisations, the first one first; applicants' too."""
    return session.exec(
        select(Membership, Organisation)
        .join(Organisation, col(Membership.organisation_id) == Organisation.id)
        .where(Membership.user_id == user_id, col(Membership.ended_at).is_(None))
        .order_by(col(Membership.id))
    ).all()


def stewards(session: Session) -> Sequence[User]:
    """The people of the knowledge centre, by name."""
    return session.exec(
        select(User).where(col(User.is_steward).is_(True), User.state == UserState.ACTIVE).order_by(User.name)
    ).all()


def _rank(role: Role) -> int:
    return list(Role).index(role)
