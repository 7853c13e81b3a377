"""A cast with somebody who decides at the company, and a case to send in."""

from typing import Any

from sqlmodel import Session, select

from app.people.actor import Actor
from app.people.models import Membership, Organisation, Role, User
from app.people.signing_in import actor_for
from content.models import Article
from content.snapshot import Contribution, Part
from tests.cast import Cast, draft

AT_WOLDZICHT = (
    Contribution(organisation="woldzicht-verspaning", part=Part.LEAD),
    Contribution(organisation="kennislab-slim-maken", part=Part.KNOWLEDGE_PARTNER),
)


def placed(session: Session, actor: Actor, organisation: Organisation, role: Role) -> Actor:
    """The same person, with this place in the organisation."""
    place = session.exec(
        select(Membership).where(Membership.user_id == actor.user_id, Membership.organisation_id == organisation.id)
    ).first() or Membership(user_id=actor.user_id, organisation_id=organisation.id)
    place.role, place.ended_at = role, None
    session.add(place)
    session.flush()
    return actor_for(session, session.get_one(User, actor.user_id))


def case(session: Session, cast: Cast, **told: Any) -> Article:
    """A case of the Kennislab that happened at Woldzicht."""
    return draft(session, cast, "case_study", organisations=AT_WOLDZICHT, **told)
