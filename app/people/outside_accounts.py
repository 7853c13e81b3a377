"""Accounts elsewhere that let somebody in here, and what an institution's word about its people means.

An account is known by its issuer and subject, which never change and are never given to somebody else. A mail address
never connects one by itself: that takes a signed-in session, or a code sent to the address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlmodel import Field, Session, UniqueConstraint, col, select

from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import gettext as _
from app.core.record import Record, choice, moment
from app.people.access import require_steward
from app.people.actor import Actor
from app.people.auditing import note
from app.people.models import Admission, Organisation, Role, User
from app.people.places import give_place, place_in
from app.people.securing import Change, tell

GIVEN_ROLES: Final = (Role.READER, Role.EDITOR)
"""What the word of an institution can give. Owners and stewards are made by people."""

MOST_OF_ONE: Final = 10


class OutsideAccount(Record, table=True):
    """An account elsewhere, connected to a person here."""

    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    user_id: int = Field(foreign_key="user_account.id", index=True, ondelete="CASCADE")
    provider: str = Field(max_length=30)
    issuer: str = Field(max_length=300)
    subject: str = Field(max_length=255)
    called: str = Field(default="", max_length=254)
    """What its owner knows it by, such as the address that the provider told."""
    used_at: datetime | None = moment()


class InstitutionRule(Record, table=True):
    """What it means that a provider says: this person belongs to that institution."""

    __table_args__ = (UniqueConstraint("provider", "institution", "affiliation"),)

    provider: str = Field(max_length=30)
    institution: str = Field(max_length=253)
    """As the provider says it, such as `kennislab.example`."""
    affiliation: str = Field(default="", max_length=40)
    """Such as `employee`; empty for everybody of the institution."""
    organisation_id: int = Field(foreign_key="organisation.id", index=True, ondelete="CASCADE")
    role: Role = Field(default=Role.READER, sa_type=choice(Role))


@dataclass(frozen=True)
class Identity:
    """Whom a provider vouches for. Made only from an answer that was checked."""

    provider: str
    issuer: str
    subject: str
    mail: str = ""
    """The address that it says is verified; empty for every other."""
    name: str = ""
    called: str = ""
    institution: str = ""
    affiliations: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For keeping it a few minutes."""
        return {**vars(self), "affiliations": list(self.affiliations)}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Identity":
        """From what was kept."""
        return cls(**{**told, "affiliations": tuple(told["affiliations"])})


def account_of(session: Session, who: Identity) -> OutsideAccount | None:
    """The connected account of this identity."""
    return session.exec(
        select(OutsideAccount).where(OutsideAccount.issuer == who.issuer, OutsideAccount.subject == who.subject)
    ).first()


def accounts_of(session: Session, user_id: int) -> Sequence[OutsideAccount]:
    """Everything that is connected to this person, the first one first."""
    return session.exec(
        select(OutsideAccount).where(OutsideAccount.user_id == user_id).order_by(col(OutsideAccount.id))
    ).all()


def connect(session: Session, user: User, who: Identity) -> OutsideAccount:
    """From now on this account lets this person in. Raises Conflict when it lets in somebody else already.

    Whoever calls this knows that the person wants it: they are signed in, or typed a code from their mailbox.
    """
    known = account_of(session, who)
    if known is not None and known.user_id == user.id:
        return known
    if known is not None:
        raise Conflict(_("This account belongs to somebody else here already."))
    if len(accounts_of(session, user.id)) >= MOST_OF_ONE:
        raise Conflict(_("You have connected as many accounts as we keep. Remove one first."))
    account = OutsideAccount(
        user_id=user.id,
        provider=who.provider,
        issuer=who.issuer,
        subject=who.subject,
        called=(who.called or who.name or who.subject)[:254],
        used_at=now(),
    )
    session.add(account)
    session.flush()
    tell(session, user, Change.CONNECT_ACCOUNT)
    return account


def disconnect(session: Session, user: User, account_id: int | None) -> None:
    """It lets nobody in any more. Raises NotFound for one that is not theirs, as for one that is not there."""
    account = session.get(OutsideAccount, account_id) if account_id else None
    if account is None or account.user_id != user.id:
        raise NotFound(_("This account is not connected any more."))
    session.delete(account)
    tell(session, user, Change.DISCONNECT_ACCOUNT)


def take_place(session: Session, user: User, who: Identity) -> None:
    """Give the place that the institution's word means. Who was once removed comes back through a person."""
    for rule in _rules_for(session, who):
        organisation = session.get_one(Organisation, rule.organisation_id)
        if organisation.admission != Admission.ADMITTED or place_in(session, user.id, organisation.id):
            continue
        give_place(session, user.id, organisation.id, Role(rule.role))
        told = {"institution": rule.institution, "affiliation": rule.affiliation, "role": rule.role}
        note(session, Actor(user_id=user.id), "join_by_institution", subject=organisation, told=told)


def _rules_for(session: Session, who: Identity) -> Sequence[InstitutionRule]:
    if not who.institution:
        return []
    found = session.exec(
        select(InstitutionRule).where(
            InstitutionRule.provider == who.provider,
            InstitutionRule.institution == who.institution,
            col(InstitutionRule.affiliation).in_(["", *who.affiliations]),
        )
    ).all()
    # The one that gives most goes first; a place once given is not given again.
    return sorted(found, key=lambda rule: -GIVEN_ROLES.index(Role(rule.role)))


# --- the table that stewards edit ---------------------------------------------------------------------------------


def rules(session: Session) -> Sequence[tuple[InstitutionRule, Organisation]]:
    """All of it, by institution."""
    return session.exec(
        select(InstitutionRule, Organisation)
        .join(Organisation, col(Organisation.id) == InstitutionRule.organisation_id)
        .order_by(InstitutionRule.institution, InstitutionRule.affiliation)
    ).all()


def add_rule(session: Session, rule: InstitutionRule, *, by: Actor) -> None:
    """From the next sign-in on this is what the word means. Raises Conflict when the table says something of it."""
    require_steward(by)
    organisation = session.get(Organisation, rule.organisation_id)
    if organisation is None or organisation.admission != Admission.ADMITTED:
        raise Invalid(_("Choose an organisation that takes part"), field="organisatie")
    if rule.role not in GIVEN_ROLES:
        raise Invalid(_("Choose one of these"), field="rol")
    same = session.exec(
        select(InstitutionRule.id).where(
            InstitutionRule.provider == rule.provider,
            InstitutionRule.institution == rule.institution,
            InstitutionRule.affiliation == rule.affiliation,
        )
    ).first()
    if same is not None:
        raise Conflict(_("The table says something of these already. Remove that first."), field="instelling")
    session.add(rule)
    session.flush()
    note(session, by, "add_institution_rule", subject=organisation, told=_told(rule))


def remove_rule(session: Session, rule_id: int | None, *, by: Actor) -> None:
    """The word means nothing any more. Places that were given stay: owners end those."""
    require_steward(by)
    rule = session.get(InstitutionRule, rule_id) if rule_id else None
    if rule is None:
        raise NotFound(_("This line is not in the table any more."))
    note(session, by, "remove_institution_rule", subject=session.get_one(Organisation, rule.organisation_id))
    session.delete(rule)


def _told(rule: InstitutionRule) -> dict[str, str]:
    return {
        "provider": rule.provider,
        "institution": rule.institution,
        "affiliation": rule.affiliation,
        "role": str(rule.role),
    }
