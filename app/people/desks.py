"""Which yes an organisation's pieces wait for: an owner decides about the company's, stewards about the centre's."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from app.people.access import require_owner, require_steward
from app.people.actor import Actor
from app.people.auditing import note
from app.people.models import Admission, Organisation


def ask_company(session: Session, organisation: Organisation, *, asks: bool, by: Actor) -> None:
    """Whether a piece about this organisation waits for its own yes. Raises NotAllowed for whoever does not decide."""
    require_owner(by, organisation.id)
    if organisation.asks_company != asks:
        organisation.asks_company = asks
        session.add(organisation)
        note(session, by, "change_desks", subject=organisation, told={"company": asks})


def ask_centre(session: Session, organisation: Organisation, *, asks: bool, by: Actor) -> None:
    """Whether its pieces wait for the knowledge centre. Raises NotAllowed for whoever is no steward."""
    require_steward(by)
    if organisation.asks_centre != asks:
        organisation.asks_centre = asks
        session.add(organisation)
        note(session, by, "change_desks", subject=organisation, told={"centre": asks})


def organisations(session: Session) -> Sequence[Organisation]:
    """Every organisation that takes part, by name."""
    taking_part = select(Organisation).where(Organisation.admission == Admission.ADMITTED)
    return session.exec(taking_part.order_by(col(Organisation.name), col(Organisation.id))).all()
