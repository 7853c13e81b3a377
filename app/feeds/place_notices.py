"""Notices about places in organisations: another role for who has it, somebody who left for those who decide there.

Nobody is named: who leaves may be erased next, and a notice stays for a year.
"""

from app.core.database import writing
from app.feeds.noticing import About, tell
from app.people.events import PlaceLeft, RoleChanged
from app.people.models import Membership, Organisation
from app.people.places import owners_of


def notice_role(happened: RoleChanged) -> None:
    """Tell whoever has the place which role they have in it now."""
    with writing() as session:
        place = session.get(Membership, happened.place_id)
        if place is None or place.ended_at is not None:
            return
        about = About(f"role_{place.role.value}", f"role-{place.id}-{place.version}", "/instellingen/organisatie")
        tell(session, place.user_id, about, told=_told(session.get_one(Organisation, place.organisation_id)))


def notice_who_left(happened: PlaceLeft) -> None:
    """Tell those who decide for the organisation now."""
    with writing() as session:
        organisation = session.get(Organisation, happened.organisation_id)
        if organisation is None:
            return
        place = session.get(Membership, happened.place_id)
        # Of who is erased the place is gone as well.
        key = f"left-{happened.place_id}-{place.version if place else 0}"
        about = About("colleague_left", key, "/instellingen/collegas")
        for owner in owners_of(session, organisation):
            tell(session, owner.id, about, told=_told(organisation))


def _told(organisation: Organisation) -> dict[str, str]:
    return {"organisation": organisation.name}
