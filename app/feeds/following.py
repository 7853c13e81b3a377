"""Following: begin and stop to hear about something, and say how often.

It acts at once and can be undone: what is stopped is kept for a while.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, delete, select

from app.core.clock import now
from app.core.errors import Conflict, NotAllowed, NotFound
from app.core.language import gettext as _
from app.feeds.calendar import next_due
from app.feeds.models import Reader, Rhythm, Scope, Subscription
from app.feeds.targets import Target
from app.people.access import require_owner
from app.people.actor import Actor
from app.people.models import Organisation, User

MOST: Final = 200
"""Subscriptions of one reader: more are no help to anybody, and each is part of one query."""

KEPT: Final = timedelta(days=30)
"""How long a subscription that was stopped can be brought back."""


def follow(
    session: Session,
    target: Target,
    *,
    by: Actor,
    rhythm: Rhythm = Rhythm.WEEKLY,
    by_mail: bool = True,
    scope: Scope = Scope.NEW,
    organisation_id: int | None = None,
) -> Subscription:
    """Hear about this from now on. Doing it again changes nothing but how often.

    For an organisation it fills the feed of its people and sends nobody mail; only its owners do that. Raises
    NotAllowed, and Conflict for somebody who follows as much as anybody can.
    """
    if organisation_id is not None:
        require_owner(by, organisation_id)
        return _follow(session, target, rhythm, False, scope, organisation_id=organisation_id)
    if by.user_id is None:
        raise NotAllowed(_("Sign in to follow something."))
    return _follow(session, target, rhythm, by_mail, scope, user_id=by.user_id)


def follow_by_mail_only(session: Session, target: Target, user_id: int, rhythm: Rhythm) -> Subscription:
    """The same for somebody who only told their mail address and confirmed it."""
    return _follow(session, target, rhythm, True, Scope.NEW, user_id=user_id)


def _follow(
    session: Session,
    target: Target,
    rhythm: Rhythm,
    by_mail: bool,
    scope: Scope,
    *,
    user_id: int | None = None,
    organisation_id: int | None = None,
) -> Subscription:
    holder = col(Subscription.user_id) == user_id if user_id else col(Subscription.organisation_id) == organisation_id
    row = session.exec(select(Subscription).where(holder, Subscription.key == target.key)).first()
    if row is None:
        if len(session.exec(select(Subscription.id).where(holder, _goes_on())).all()) >= MOST:
            raise Conflict(_("You follow as much as anybody can. Stop something first."))
        row = Subscription(
            user_id=user_id, organisation_id=organisation_id, key=target.key, what=target.what, **target.columns
        )
    elif row.ended_at is not None or row.only_mutes:
        row.ended_at, row.since = None, now()
    row.rhythm, row.scope, row.by_mail, row.only_mutes = rhythm, scope, by_mail, False
    row.muted_at = row.muted_until = None
    plan(session, row)
    return row


def stop(session: Session, row: Subscription) -> None:
    """Hear nothing about it any more."""
    row.ended_at, row.due_at = row.ended_at or now(), None
    session.add(row)
    session.flush()


def bring_back(session: Session, row: Subscription) -> None:
    """Undo `stop`: as it was, also what appeared in between."""
    row.ended_at = None
    plan(session, row)


def change(session: Session, row: Subscription, *, rhythm: Rhythm, scope: Scope, by_mail: bool) -> None:
    """Another rhythm, or another kind of news."""
    row.rhythm, row.scope, row.by_mail, row.only_mutes = rhythm, scope, by_mail and row.user_id is not None, False
    plan(session, row)


def gone_on_as(session: Session, row: Subscription) -> Subscription:
    """What it is called now: another one, where what it was about was merged into that of the other."""
    while row.became_id is not None:
        row = session.get_one(Subscription, row.became_id)
    return row


def own(session: Session, number: int | None, *, by: Actor) -> Subscription:
    """A subscription of theirs, or of an organisation that they decide for. Raises NotFound for any other."""
    row = session.get(Subscription, number) if number else None
    if (
        row is not None
        and row.became_id is None
        and (
            (row.user_id is not None and row.user_id == by.user_id)
            or (row.organisation_id is not None and row.organisation_id in by.owns)
        )
    ):
        return row
    raise NotFound(_("This subscription is not there any more."))


def heard(session: Session, number: int | None, *, by: Actor) -> Subscription:
    """A subscription that fills their feed, or what it became: their own or of one of their organisations.

    Raises NotFound.
    """
    row = session.get(Subscription, number) if number else None
    row = gone_on_as(session, row) if row is not None else None
    if row is not None and row.organisation_id is not None and row.organisation_id in by.reads_for:
        return row
    return own(session, row.id if row is not None else None, by=by)


def of_person(session: Session, user_id: int) -> Sequence[Subscription]:
    """What somebody follows themselves, the oldest first; muted too."""
    return session.exec(
        select(Subscription).where(Subscription.user_id == user_id, _goes_on()).order_by(col(Subscription.id))
    ).all()


def of_organisations(session: Session, organisation_ids: Iterable[int]) -> Sequence[Subscription]:
    """What these organisations follow for their people."""
    ids = list(organisation_ids)
    if not ids:
        return []
    return session.exec(
        select(Subscription)
        .where(col(Subscription.organisation_id).in_(ids), _goes_on())
        .order_by(col(Subscription.id))
    ).all()


def heard_by(session: Session, actor: Actor) -> list[Subscription]:
    """All that fills somebody's feed at this moment: their own, and of their organisations what they have no own on."""
    if actor.user_id is None:
        return []
    theirs = of_person(session, actor.user_id)
    taken = {one.key for one in theirs}
    others = {one.key: one for one in of_organisations(session, actor.reads_for) if one.key not in taken}
    at = now()
    return [one for one in (*theirs, *others.values()) if not one.is_muted_at(at)]


def following(
    session: Session, target: Target, actor: Actor, organisation_id: int | None = None
) -> Subscription | None:
    """Their own subscription on this, or that of an organisation, if there is one that goes on."""
    return session.exec(select(Subscription).where(_on(target, actor, organisation_id), _goes_on())).first()


def names_of(session: Session, organisation_ids: Iterable[int]) -> Sequence[Organisation]:
    """These organisations, by name."""
    ids = list(organisation_ids)
    if not ids:
        return []
    return session.exec(
        select(Organisation).where(col(Organisation.id).in_(ids)).order_by(col(Organisation.name))
    ).all()


def last_stopped(
    session: Session, target: Target, by: Actor, organisation_id: int | None = None
) -> Subscription | None:
    """The one on this that was stopped, as long as it can be brought back."""
    is_over = col(Subscription.ended_at).is_not(None)
    return session.exec(select(Subscription).where(_on(target, by, organisation_id), is_over)).first()


def _on(target: Target, actor: Actor, organisation_id: int | None) -> ColumnElement[bool]:
    # Without an account they have none: not those that have no person.
    whose = col(Subscription.user_id) == (actor.user_id or 0)
    if organisation_id is not None:
        whose = col(Subscription.organisation_id) == organisation_id
    return whose & (col(Subscription.key) == target.key)


def reader_of(session: Session, user_id: int) -> Reader:
    """How somebody wants to be reached; as usual until they say otherwise."""
    row = session.exec(select(Reader).where(Reader.user_id == user_id)).first()
    if row is None:
        row = Reader(user_id=user_id)
        session.add(row)
        session.flush()
    return row


def known_reader(session: Session, user_id: int) -> Reader:
    """The same for who only looks: nothing is written down."""
    return session.exec(select(Reader).where(Reader.user_id == user_id)).first() or Reader(user_id=user_id)


def readers(session: Session, user_ids: Sequence[int]) -> list[tuple[User, Reader]]:
    """These people, each with how they want to be reached. One query, and nothing is written down."""
    rows = session.execute(
        sa_select(User, Reader)
        .outerjoin(Reader, col(Reader.user_id) == col(User.id))
        .where(col(User.id).in_(user_ids))
        .order_by(col(User.id))
    ).all()
    return [(user, reader or Reader(user_id=user.id)) for user, reader in rows]


def plan(session: Session, row: Subscription) -> None:
    """Work out anew when mail about it is due, after it changed."""
    row.due_at = None
    if row.by_mail and row.user_id is not None and row.ended_at is None:
        row.due_at = next_due(row.rhythm, known_reader(session, row.user_id), after=now())
    session.add(row)
    session.flush()


def plan_again(session: Session, user_id: int) -> None:
    """Work out anew when somebody's mail is due, after they changed their hours or their address works again."""
    for row in of_person(session, user_id):
        plan(session, row)


def forget_ended(session: Session) -> None:
    """Subscriptions that were stopped so long ago that nobody brings them back, with those that went into them."""
    is_over = col(Subscription.ended_at) <= now() - KEPT
    session.exec(delete(Subscription).where(is_over, col(Subscription.became_id).is_(None)))


def _goes_on() -> ColumnElement[bool]:
    # What only mutes is over with its muting.
    is_for_more = or_(col(Subscription.only_mutes).is_(False), _is_muted(now()))
    return and_(col(Subscription.ended_at).is_(None), is_for_more)


def _is_muted(at: datetime) -> ColumnElement[bool]:
    until = col(Subscription.muted_until)
    return and_(col(Subscription.muted_at).is_not(None), or_(until.is_(None), until > at))


def is_heard(at: datetime) -> ColumnElement[bool]:
    """For a query: subscriptions that go on and are not muted at this moment."""
    return _goes_on() & ~_is_muted(at)
