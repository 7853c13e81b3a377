"""One's own data: everything that is kept of a person, to take along, and taking it away."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Text, cast
from sqlmodel import Session, SQLModel, col, delete, or_, select

from app.core.database import writing
from app.core.jobs import announce
from app.core.limits import take
from app.core.mail import PostedLetter
from app.people import belonging
from app.people.actor import Actor
from app.people.auditing import PERSON, AuditEntry, forget_person, note, pseudonym_of
from app.people.codes import MailCode
from app.people.events import PersonErased
from app.people.models import Admission, Membership, Organisation, SignInSession, User
from app.people.outside_accounts import OutsideAccount
from app.people.places import places_of
from app.people.second_steps import Passkey
from app.people.tokens import ApiToken
from app.people.ways_in import Application, Invitation, JoinDraft

log = logging.getLogger(__name__)

SECRETS = frozenset({"token_digest", "code_seal", "link_digest", "browser_digest", "public_key", "credential_id"})
"""Columns that are keys to something; a copy that lies about must open nothing."""


COPIES: Final = 5
"""A day: each reads all files of somebody."""


def count_copy(by: Actor) -> None:
    """Note that somebody takes a copy along, before it is made: whoever writes does not wait for it. Raises TooMany."""
    with writing() as session:
        user = session.get_one(User, by.user_id)
        take(session, what="copy", who=str(user.id), most=COPIES, within=timedelta(days=1))
        note(session, by, "take_copy", subject=user)


def told_of(session: Session, user: User) -> dict[str, Any]:
    """Everything, by kind, as JSON takes it."""
    name = PERSON + (pseudonym := pseudonym_of(session, user.id))
    by_person = {
        "sessions": SignInSession,
        "accounts": OutsideAccount,
        "tokens": ApiToken,
        "passkeys": Passkey,
        "applications": Application,
    }
    log_ = select(AuditEntry).where(or_(AuditEntry.by == pseudonym, AuditEntry.subject == name))
    return {
        "person": _row(user),
        "places": [
            _row(place) | {"organisation": organisation.slug, "organisation_name": organisation.name}
            for place, organisation in _all_places(session, user)
        ],
        **{kind: _rows(session.exec(_of(table, user)).all()) for kind, table in by_person.items()},
        "invitations": _rows(session.exec(select(Invitation).where(Invitation.mail == user.mail)).all()),
        "letters": [
            # What a letter tells that is on its way may be a code.
            _row(letter) | {"told": {}}
            for letter in session.exec(select(PostedLetter).where(PostedLetter.to == user.mail)).all()
        ],
        "log": _rows(session.exec(log_.order_by(col(AuditEntry.id))).all()),
    }


def erase(session: Session, user: User, *, by: Actor) -> None:
    """Take the person out of all that people are kept in. Raises Conflict when somebody has to follow them first.

    What they wrote is not touched here; the row goes, and with it whatever hangs on it.
    """
    if user.is_steward:
        belonging.keep_a_steward(session, user)
    places = places_of(session, user.id)
    for place, _organisation in places:
        belonging.leave(session, place, by=by, is_named=False)
    note(session, by, "erase", subject=user)
    session.flush()
    forget_person(session, user.id)
    _forget_mail(session, user.mail)
    announce(session, PersonErased(user_id=user.id))
    session.delete(user)
    session.flush()
    for _place, organisation in places:
        if organisation.admission in (Admission.APPLIED, Admission.REFUSED) and _is_empty(session, organisation):
            session.delete(organisation)


def _forget_mail(session: Session, mail: str) -> None:
    session.exec(delete(PostedLetter).where(col(PostedLetter.to) == mail))
    session.exec(delete(MailCode).where(col(MailCode.mail) == mail))
    session.exec(delete(Invitation).where(col(Invitation.mail) == mail))
    session.exec(delete(JoinDraft).where(cast(JoinDraft.told, Text).contains(f'"{mail}"', autoescape=True)))


def _all_places(session: Session, user: User) -> Sequence[tuple[Membership, Organisation]]:
    return session.exec(
        select(Membership, Organisation)
        .join(Organisation, col(Organisation.id) == Membership.organisation_id)
        .where(Membership.user_id == user.id)
        .order_by(col(Membership.id))
    ).all()


def _is_empty(session: Session, organisation: Organisation) -> bool:
    return session.exec(select(Membership.id).where(Membership.organisation_id == organisation.id)).first() is None


def _of(table: Any, user: User) -> Any:
    return select(table).where(table.user_id == user.id).order_by(table.id)


def _rows(rows: Sequence[SQLModel]) -> list[dict[str, Any]]:
    return [_row(row) for row in rows]


def _row(row: SQLModel) -> dict[str, Any]:
    return row.model_dump(mode="json", exclude=set(SECRETS))
