"""Suspending: stewards take an organisation or a person out for a time. Nothing is lost, and nothing is reachable."""

from sqlmodel import Session, col, delete

from app.core import epoch
from app.core.clock import now
from app.core.errors import Conflict
from app.core.jobs import announce
from app.core.language import gettext as _
from app.people.access import require_steward
from app.people.actor import Actor
from app.people.auditing import note
from app.people.belonging import keep_a_steward
from app.people.events import OrganisationChanged, PersonRestored, PersonSuspended
from app.people.joining import organisation_with
from app.people.models import Admission, Organisation, SignInSession, User, UserState
from app.people.tokens import ApiToken


def suspend_organisation(session: Session, organisation: Organisation, *, by: Actor) -> None:
    """Take its page and its people's rights away from the next request on. Suspending twice changes nothing."""
    require_steward(by)
    _set(session, organisation, Admission.ADMITTED, Admission.SUSPENDED, "suspend", by=by)


def restore_organisation(session: Session, organisation: Organisation, *, by: Actor) -> None:
    """Give both back as they were. Raises Conflict when another takes part under its number meanwhile."""
    require_steward(by)
    namesake = organisation_with(session, organisation.kvk_number) if organisation.kvk_number else None
    if namesake is not None and namesake.id != organisation.id:
        raise Conflict(_("%(name)s takes part under the same KvK number.", name=namesake.name))
    _set(session, organisation, Admission.SUSPENDED, Admission.ADMITTED, "restore", by=by)


def suspend_person(session: Session, person: User, *, by: Actor) -> None:
    """End their sessions and tokens and let them in no more. Raises Conflict for oneself and for the last steward."""
    require_steward(by)
    if person.state == UserState.SUSPENDED:
        return
    if person.id == by.user_id:
        raise Conflict(_("You cannot suspend yourself."))
    if person.is_steward:
        keep_a_steward(session, person)
    person.state = UserState.SUSPENDED
    session.add(person)
    for kept in (SignInSession, ApiToken):
        session.exec(delete(kept).where(col(kept.user_id) == person.id))
    note(session, by, "suspend", subject=person)
    announce(session, PersonSuspended(user_id=person.id))
    # Pages of pieces and organisations name them with a link to their own.
    epoch.move(session)


def restore_person(session: Session, person: User, *, by: Actor) -> None:
    """Let them sign in again."""
    require_steward(by)
    if person.state != UserState.SUSPENDED:
        return
    person.state = UserState.ACTIVE
    session.add(person)
    note(session, by, "restore", subject=person)
    announce(session, PersonRestored(user_id=person.id))
    epoch.move(session)


def _set(
    session: Session, organisation: Organisation, before: Admission, after: Admission, action: str, *, by: Actor
) -> None:
    if organisation.admission == after:
        return
    if organisation.admission != before:
        raise Conflict(_("This organisation does not take part."))
    organisation.admission, organisation.changed_at = after, now()
    session.add(organisation)
    note(session, by, action, subject=organisation)
    announce(session, OrganisationChanged(organisation_id=organisation.id))
