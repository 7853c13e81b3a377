"""Signing in: sessions in the database, and the actor behind one. Rules only; cookies and pages belong to the web."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import and_, or_
from sqlmodel import Session, col, delete, select

from app.core.clock import now
from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.seals import digest, new_token
from app.core.settings import settings
from app.core.text import one_line
from app.people.actor import Actor, someone_passing_by
from app.people.models import Admission, Membership, Organisation, Role, SignInSession, User, UserState
from app.people.sessions import last_seen

LASTS = timedelta(days=30)
"""A session ends after this long, whatever happens."""

IDLE = timedelta(days=14)
"""And after this long without a visit."""


def begin_session(session: Session, user: User, *, device: str, is_strong: bool = False) -> str:
    """A new signed-in session; the token for the cookie. Always new: nobody can prepare one for somebody else."""
    token = new_token()
    session.add(
        SignInSession(
            token_digest=digest(token),
            user_id=user.id,
            device=one_line(device)[:200],
            is_strong=is_strong,
            seen_at=now(),
            expires_at=now() + LASTS,
        )
    )
    return token


def session_with(session: Session, token: str) -> SignInSession | None:
    """The session of this token, if there is one."""
    return session.exec(select(SignInSession).where(SignInSession.token_digest == digest(token))).first()


def end_session(session: Session, token: str) -> None:
    """End the session of this token; nothing happens when there is none."""
    session.exec(delete(SignInSession).where(col(SignInSession.token_digest) == digest(token)))


def end_old_sessions(session: Session) -> None:
    """Forget sessions whose time is over."""
    is_over = or_(col(SignInSession.expires_at) <= now(), col(SignInSession.seen_at) <= now() - IDLE)
    session.exec(delete(SignInSession).where(is_over))


def actor_of(session: Session, token: str | None) -> Actor:
    """Who holds this token, with the rights of this moment. Nobody we know, when it is no valid one."""
    if not token:
        return someone_passing_by
    found = session.exec(
        select(User, SignInSession)
        .join(SignInSession, col(SignInSession.user_id) == User.id)
        .where(
            SignInSession.token_digest == digest(token),
            SignInSession.expires_at > now(),
            SignInSession.seen_at > now() - IDLE,
            User.state == UserState.ACTIVE,
        )
    ).first()
    if found is None:
        return someone_passing_by
    user, used = found
    last_seen.note(used)
    actor = actor_for(session, user)
    return _as_viewed(session, used, actor if used.is_strong else without_second_step(actor))


def _as_viewed(session: Session, used: SignInSession, steward: Actor) -> Actor:
    """Whom a steward views as in this session; the steward as soon as the time is over or either may it no more."""
    if used.views_as_id is None or used.views_until is None or used.views_until <= now() or not steward.is_steward:
        return steward
    person = session.get(User, used.views_as_id)
    if person is None or not can_be_viewed(person):
        return steward
    return replace(actor_for(session, person), viewed_until=used.views_until)


def can_be_viewed(person: User) -> bool:
    """Whether stewards may view as this person: who can sign in, and is no steward."""
    return person.state == UserState.ACTIVE and not person.is_steward


def without_second_step(actor: Actor) -> Actor:
    """The same person with the rights of a session in which no second step was taken (setting SECOND_STEP)."""
    asked_of = settings().second_step
    is_asked = (asked_of != "optional" and actor.is_steward) or (asked_of == "publishers" and bool(actor.edits_for))
    if not is_asked:
        return actor
    return replace(actor, is_steward=False, edits_for=frozenset(), owns=frozenset(), lacks_second_step=True)


def actor_for(session: Session, user: User) -> Actor:
    """The user with what their active memberships of admitted organisations let them do."""
    return actors_for(session, [user])[user.id]


def actors_for(session: Session, users: Sequence[User]) -> dict[int, Actor]:
    """Id -> the same for each of these users: one query."""
    rows = session.exec(
        select(Membership.user_id, Membership.organisation_id, Membership.role)
        .join(Organisation, col(Membership.organisation_id) == Organisation.id)
        .where(
            col(Membership.user_id).in_([user.id for user in users]),
            col(Membership.ended_at).is_(None),
            Organisation.admission == Admission.ADMITTED,
        )
    ).all()
    places: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for user_id, organisation, role in rows:
        places[user_id].append((organisation, role))
    return {user.id: _actor(user, places[user.id]) for user in users}


def _actor(user: User, places: Sequence[tuple[int, str]]) -> Actor:
    return Actor(
        user_id=user.id,
        handle=user.handle,
        name=user.name,
        is_steward=user.is_steward,
        reads_for=frozenset(organisation for organisation, _role in places),
        edits_for=frozenset(organisation for organisation, role in places if role in (Role.EDITOR, Role.OWNER)),
        owns=frozenset(organisation for organisation, role in places if role == Role.OWNER),
    )


def actor_by_mail(session: Session, user: User) -> Actor:
    """Their rights in a mailbox, or whatever lies in one: that is no second step (see `without_second_step`)."""
    return without_second_step(actor_for(session, user))


def actors_by_mail(session: Session, users: Sequence[User]) -> dict[int, Actor]:
    """Id -> the same for each of these users: one query."""
    return {id_: without_second_step(actor) for id_, actor in actors_for(session, users).items()}


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
