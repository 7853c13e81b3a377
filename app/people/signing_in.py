"""Signing in: sessions in the database, and the actor behind one. Rules only; cookies and pages belong to the web."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import and_
from sqlmodel import Session, col, delete, select

from app.core.clock import now
from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.seals import digest, new_token
from app.core.text import one_line
from app.people.actor import Actor, someone_passing_by
from app.people.models import Admission, Membership, Organisation, Role, SignInSession, User, UserState

LASTS = timedelta(days=30)
"""A session ends after this long, whatever happens."""


def begin_session(session: Session, user: User, *, device: str) -> str:
    """A new signed-in session; the token for the cookie. Always new: nobody can prepare one for somebody else."""
    token = new_token()
    session.add(
        SignInSession(
            token_digest=digest(token),
            user_id=user.id,
            device=one_line(device)[:200],
            seen_at=now(),
            expires_at=now() + LASTS,
        )
    )
    return token


def end_session(session: Session, token: str) -> None:
    """End the session of this token; nothing happens when there is none."""
    session.exec(delete(SignInSession).where(col(SignInSession.token_digest) == digest(token)))


def end_old_sessions(session: Session) -> None:
    """Forget sessions whose time is over."""
    session.exec(delete(SignInSession).where(col(SignInSession.expires_at) <= now()))


def actor_of(session: Session, token: str | None) -> Actor:
    """Who holds this token, with the rights of this moment. Nobody we know, when it is no valid one."""
    if not token:
        return someone_passing_by
    user = session.exec(
        select(User)
        .join(SignInSession, col(SignInSession.user_id) == User.id)
        .where(
            SignInSession.token_digest == digest(token),
            SignInSession.expires_at > now(),
            User.state == UserState.ACTIVE,
        )
    ).first()
    return actor_for(session, user) if user else someone_passing_by


def actor_for(session: Session, user: User) -> Actor:
    """The user with what their active memberships of admitted organisations let them do."""
    rows = session.exec(
        select(Membership.organisation_id, Membership.role)
        .join(Organisation, col(Membership.organisation_id) == Organisation.id)
        .where(
            Membership.user_id == user.id,
            col(Membership.ended_at).is_(None),
            Organisation.admission == Admission.ADMITTED,
        )
    ).all()
    return Actor(
        user_id=user.id,
        handle=user.handle,
        name=user.name,
        is_steward=user.is_steward,
        reads_for=frozenset(organisation for organisation, _role in rows),
        edits_for=frozenset(organisation for organisation, role in rows if role in (Role.EDITOR, Role.OWNER)),
        owns=frozenset(organisation for organisation, role in rows if role == Role.OWNER),
    )


def example_people(session: Session) -> Sequence[tuple[User, Role | None, Organisation | None]]:
    """The invented people that a try-out offers to sign in as, stewards last."""
    return session.exec(
        select(User, col(Membership.role), Organisation)
        .outerjoin(Membership, and_(col(Membership.user_id) == User.id, col(Membership.ended_at).is_(None)))
        .outerjoin(Organisation, col(Membership.organisation_id) == Organisation.id)
        .where(col(User.example).is_(True), User.state == UserState.ACTIVE)
        .order_by(col(User.is_steward), col(User.id))
    ).all()


def example_person(session: Session, handle: str) -> User:
    """The example person of this handle. Raises NotFound for anybody else: no real person can be signed in as."""
    user = session.exec(
        select(User).where(User.handle == handle, col(User.example).is_(True), User.state == UserState.ACTIVE)
    ).first()
    if user is None:
        raise NotFound(_("There is no example person of this name."))
    return user
