"""The audit log: who changed which right, when. It only grows, and it knows people by pseudonym alone.

The key from person to pseudonym is a row that erasing the person destroys: from then on nobody can tell whose entries
they were (settled: 16). So `told` may hold no names and no mail addresses.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlmodel import Field, Session, SQLModel, col, delete, func, or_, select

from app.core.clock import AMSTERDAM, now
from app.core.paging import Page
from app.core.record import UTCDateTime, plain_json
from app.core.seals import new_token
from app.people.actor import Actor
from app.people.models import Organisation, User

PERSON: Final = "person:"
ORGANISATION: Final = "organisation:"
"""How subjects of these two kinds begin."""

OPERATOR: Final = "operator"
"""Who did what was done on the command line, or by the clock."""


class Pseudonym(SQLModel, table=True):
    """The key from a person to their entries."""

    user_id: int = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    name: str = Field(unique=True, max_length=24)


class AuditEntry(SQLModel, table=True):
    """One change of a right, a setting or a publication. The database itself refuses to change or delete one."""

    id: int = Field(default=None, primary_key=True)
    at: datetime = Field(default_factory=now, sa_type=UTCDateTime, nullable=False, index=True)
    by: str = Field(max_length=24, index=True)
    action: str = Field(max_length=40, index=True)
    subject: str = Field(default="", max_length=120, index=True)
    told: dict[str, Any] = plain_json({})


@dataclass(frozen=True)
class Wanted:
    """What narrows the log; what is empty does not. `words`: a name, a mail address or a part of a subject."""

    words: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Line:
    """An entry as stewards read it; `by` and `subject` are names as long as the key to them is there."""

    entry: AuditEntry
    by: str
    subject: str


def note(
    session: Session,
    by: Actor,
    action: str,
    *,
    subject: User | Organisation | str = "",
    told: Mapping[str, Any] | None = None,
) -> None:
    """Write down in this transaction that somebody did something to a person, an organisation or a thing."""
    who = pseudonym_of(session, by.user_id) if by.user_id is not None else OPERATOR
    entry = AuditEntry(by=who, action=action, subject=_subject(session, subject), told=dict(told or {}))
    session.add(entry)


def pseudonym_of(session: Session, user_id: int) -> str:
    """The name under which the log knows this person; made when it is needed first."""
    known = session.get(Pseudonym, user_id)
    if known is None:
        known = Pseudonym(user_id=user_id, name=new_token()[:16])
        session.add(known)
        session.flush()
    return known.name


def forget_person(session: Session, user_id: int) -> None:
    """Destroy the key: what stands in the log stays, and nobody can tell any more of whom."""
    session.exec(delete(Pseudonym).where(col(Pseudonym.user_id) == user_id))


def _subject(session: Session, subject: User | Organisation | str) -> str:
    if isinstance(subject, User):
        return PERSON + pseudonym_of(session, subject.id)
    return ORGANISATION + subject.slug if isinstance(subject, Organisation) else subject


# --- reading it -------------------------------------------------------------------------------------------------


def lines(session: Session, wanted: Wanted, *, page: int, size: int) -> Page[Line]:
    """One page of the log, newest first. Four queries, however long it is."""
    conditions = _conditions(session, wanted)
    total = session.exec(select(func.count(col(AuditEntry.id))).where(*conditions)).one()
    found = session.exec(
        select(AuditEntry).where(*conditions).order_by(col(AuditEntry.id).desc()).offset((page - 1) * size).limit(size)
    ).all()
    return Page(items=_named(session, found), number=page, size=size, total=total)


def all_lines(session: Session, wanted: Wanted, *, most: int) -> list[Line]:
    """Everything wanted, newest first, for an export."""
    newest = select(AuditEntry).where(*_conditions(session, wanted)).order_by(col(AuditEntry.id).desc()).limit(most)
    return _named(session, session.exec(newest).all())


def actions(session: Session) -> Sequence[str]:
    """Every kind of action that stands in the log."""
    return session.exec(select(AuditEntry.action).distinct().order_by(AuditEntry.action)).all()


def _conditions(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.words:
        conditions.append(_about(session, wanted.words))
    if wanted.action:
        conditions.append(col(AuditEntry.action) == wanted.action)
    if wanted.since:
        conditions.append(col(AuditEntry.at) >= _midnight(wanted.since))
    if wanted.until:
        conditions.append(col(AuditEntry.at) < _midnight(wanted.until + timedelta(days=1)))
    return conditions


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=AMSTERDAM)


def _about(session: Session, words: str) -> ColumnElement[bool]:
    """Entries by or about people of this name or address, and about things that are called so."""
    people = session.exec(
        select(Pseudonym.name)
        .join(User, col(User.id) == Pseudonym.user_id)
        .where(or_(col(User.name).icontains(words, autoescape=True), col(User.mail) == words.lower()))
    ).all()
    return or_(
        col(AuditEntry.by).in_(people),
        col(AuditEntry.subject).in_([PERSON + name for name in people]),
        col(AuditEntry.subject).icontains(words, autoescape=True),
    )


def _named(session: Session, entries: Sequence[AuditEntry]) -> list[Line]:
    pseudonyms = {entry.by for entry in entries} | {entry.subject.removeprefix(PERSON) for entry in entries}
    names = _names(session, pseudonyms)
    return [
        Line(entry, names.get(entry.by, entry.by), names.get(entry.subject.removeprefix(PERSON), entry.subject))
        for entry in entries
    ]


def _names(session: Session, pseudonyms: Collection[str]) -> dict[str, str]:
    known = session.exec(
        select(Pseudonym.name, User.name)
        .join(User, col(User.id) == Pseudonym.user_id)
        .where(col(Pseudonym.name).in_(pseudonyms))
    ).all()
    return dict(known)
