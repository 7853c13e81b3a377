"""Belonging: another role, another owner, leaving and being removed. Rights are gone at the next request."""

from datetime import timedelta
from typing import Final

from sqlmodel import Session, col, select, update

from app.core import epoch
from app.core.clock import now
from app.core.errors import Conflict, NotAllowed, TooMany
from app.core.jobs import announce
from app.core.language import gettext as _
from app.core.limits import take
from app.core.mail import Letter, post
from app.people.access import require_owner, require_steward
from app.people.actor import Actor
from app.people.auditing import note
from app.people.events import PlaceLeft, RoleChanged
from app.people.models import Admission, Membership, Organisation, Role, User, UserState
from app.people.places import owners_of, place_in
from app.people.tokens import end_with_place
from app.people.ways_in import Invitation

ROLE_LETTERS_A_DAY: Final = 4
"""About one place: who goes back and forth fills nobody's mailbox."""


def change_role(session: Session, place: Membership, role: Role, *, by: Actor) -> Membership:
    """Give somebody another role, of which they hear unless they did it themselves.

    Raises Conflict when nobody would decide for the organisation any more.
    """
    require_owner(by, place.organisation_id)
    if place.role == role:
        return place
    if place.role == Role.OWNER:
        _keep_an_owner(session, place)
    told = {"from": place.role, "to": role, "organisation": _organisation(session, place).slug}
    place.role = role
    session.add(place)
    epoch.move(session)
    note(session, by, "change_role", subject=session.get_one(User, place.user_id), told=told)
    if place.user_id != by.user_id:
        _tell_role(session, place, by=by)
    return place


def hand_over(session: Session, place: Membership, *, by: Actor) -> None:
    """Make this person the owner in one's own place; one stays as editor. Raises NotAllowed unless one owns it."""
    if place.organisation_id not in by.owns:
        raise NotAllowed(_("Only an owner of this organisation can do that."))
    own = place_in(session, by.user_id, place.organisation_id)
    change_role(session, place, Role.OWNER, by=by)
    if own is not None and own.id != place.id:
        change_role(session, own, Role.EDITOR, by=by)


def leave(session: Session, place: Membership, *, by: Actor, is_named: bool = True) -> None:
    """Give up one's own place; its owners hear of it. What somebody wrote stays with the organisation.

    `is_named`: whether they hear who it was. Of somebody who is erased nothing stays, in letters either.
    """
    if place.user_id != by.user_id:
        raise NotAllowed(_("Only an owner of this organisation can do that."))
    if place.ended_at is not None:
        return
    _end(session, place)
    organisation = _organisation(session, place)
    note(session, by, "leave", subject=organisation)
    session.flush()
    for owner in owners_of(session, organisation):
        told = {"who": by.name if is_named else "", "organisation": organisation.name}
        post(session, Letter(to=owner.mail, name="place_left", language=owner.language, told=told))
    announce(session, PlaceLeft(organisation_id=organisation.id, place_id=place.id))


def remove(session: Session, place: Membership, *, by: Actor) -> None:
    """Take somebody's place away; they hear of it by mail. Removing twice changes nothing."""
    require_owner(by, place.organisation_id)
    if place.ended_at is not None:
        return
    _end(session, place)
    organisation, person = _organisation(session, place), session.get_one(User, place.user_id)
    note(session, by, "remove", subject=person, told={"organisation": organisation.slug})
    told = {"name": person.name, "organisation": organisation.name}
    post(session, Letter(to=person.mail, name="place_ended", language=person.language, told=told))


def make_steward(session: Session, person: User, is_steward: bool, *, by: Actor) -> None:
    """Give or take the care of the whole portal. Raises Conflict when no steward would be left."""
    require_steward(by)
    if person.is_steward == is_steward:
        return
    if not is_steward:
        keep_a_steward(session, person)
        _withdraw_invitation(session, None, person)
    person.is_steward = is_steward
    session.add(person)
    note(session, by, "make_steward" if is_steward else "unmake_steward", subject=person)


def _tell_role(session: Session, place: Membership, *, by: Actor) -> None:
    announce(session, RoleChanged(place_id=place.id))
    try:
        take(session, what="role_letter", who=str(place.id), most=ROLE_LETTERS_A_DAY, within=timedelta(days=1))
    except TooMany:
        return
    person = session.get_one(User, place.user_id)
    told = {"who": by.name, "organisation": _organisation(session, place).name, "role": place.role.value}
    post(session, Letter(to=person.mail, name="role_changed", language=person.language, told=told))


def _end(session: Session, place: Membership) -> None:
    if place.ended_at is None:
        if place.role == Role.OWNER:
            _keep_an_owner(session, place)
        place.ended_at = now()
        end_with_place(session, place)
        _withdraw_invitation(session, place.organisation_id, session.get_one(User, place.user_id))
        session.add(place)
        # Pages of the organisation and of the person show the place.
        epoch.move(session)


def _keep_an_owner(session: Session, place: Membership) -> None:
    """The last owner cannot vanish from an organisation that takes part."""
    if _organisation(session, place).admission != Admission.ADMITTED:
        return
    # Locked: two owners who leave at the same moment must not each count on the other.
    owners = session.exec(
        select(Membership.id)
        .join(User, col(User.id) == Membership.user_id)
        .where(
            Membership.organisation_id == place.organisation_id,
            Membership.role == Role.OWNER,
            col(Membership.ended_at).is_(None),
            User.state == UserState.ACTIVE,
        )
        .order_by(col(Membership.id))
        .with_for_update()
    ).all()
    if not set(owners) - {place.id}:
        raise Conflict(_("An organisation needs an owner. Make somebody else owner first."))


def keep_a_steward(session: Session, person: User) -> None:
    """Somebody always looks after the portal. Raises Conflict when nobody would without this person."""
    # Locked, as owners are.
    found = select(User.id).where(col(User.is_steward).is_(True), User.state == UserState.ACTIVE)
    if not set(session.exec(found.order_by(col(User.id)).with_for_update()).all()) - {person.id}:
        raise Conflict(_("Somebody has to look after the portal. Make somebody else steward first."))


def _withdraw_invitation(session: Session, organisation_id: int | None, person: User) -> None:
    """A letter that still lies in a mailbox must not bring back what was just ended."""
    is_open = (col(Invitation.accepted_at).is_(None), col(Invitation.withdrawn_at).is_(None))
    theirs = (col(Invitation.organisation_id) == organisation_id, col(Invitation.mail) == person.mail)
    session.exec(update(Invitation).where(*theirs, *is_open).values(withdrawn_at=now()))


def _organisation(session: Session, place: Membership) -> Organisation:
    return session.get_one(Organisation, place.organisation_id)
