"""What tests of joining share: people who come in, what they tell, and the letters that go out."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from app.core.mail import PostedLetter
from app.people.actor import Actor
from app.people.joining import Company, Wish, apply, become_known
from app.people.models import Membership, Organisation, Role, User
from app.people.signing_in import actor_for
from app.people.ways_in import Application

WISH = Wish(looking_for="Sneller omstellen.", told={"topics": ["robotics"], "rhythm": "weekly"})


def company(name: str = "Fries Plaatwerk", number: str = "12345678") -> Company:
    return Company(name=name, kvk_number=number)


def newcomer(session: Session, name: str = "Fenna Dijk", mail: str = "") -> User:
    return become_known(session, mail or f"{name.split()[0].lower()}@plaatwerk.example", name=name)


def applied(session: Session, name: str = "Fenna Dijk", **told: str) -> Application:
    return apply(session, company(**told), WISH, by=newcomer(session, name))


def actor(session: Session, user: User) -> Actor:
    session.flush()
    return actor_for(session, user)


def person(session: Session, handle: str) -> User:
    return session.exec(select(User).where(User.handle == handle)).one()


def place(session: Session, handle: str, organisation: Organisation) -> Membership:
    return session.exec(
        select(Membership).where(
            Membership.user_id == person(session, handle).id, Membership.organisation_id == organisation.id
        )
    ).one()


def owner(session: Session, organisation: Organisation, name: str = "Baas Baas") -> Actor:
    """Somebody who decides for it, added for this test."""
    user = newcomer(session, name, f"{name.split()[0].lower()}@{organisation.slug}.example")
    session.add(Membership(user_id=user.id, organisation_id=organisation.id, role=Role.OWNER))
    return actor(session, user)


def letters(session: Session, name: str = "") -> Sequence[tuple[str, str]]:
    """Every letter that was written: its name and to whom."""
    session.flush()
    rows = session.exec(select(PostedLetter).order_by(col(PostedLetter.id))).all()
    return [(row.name, row.to) for row in rows if not name or row.name == name]
