"""Mail domains: an organisation proves one to be its own, and colleagues with an address in it come in by that.

It is proven by a code that somebody received at an address in it, or by a record in the name system (a TXT record),
which only who looks after the domain can put there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, select

from app.core.clock import now
from app.core.database import writing
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import gettext as _
from app.core.limits import take
from app.core.outside import texts_at
from app.core.seals import seal
from app.people.access import require_owner
from app.people.actor import Actor
from app.people.auditing import note
from app.people.mail_addresses import domain_of, is_public, mail_address
from app.people.models import Admission, Organisation
from app.people.ways_in import Joins, MailDomain

UNDER: Final = "_proeftuin"
"""The name below a domain at which its record stands: it is in nobody's way there."""

BEFORE: Final = "proeftuin-domein="
"""How the text of a record begins."""

LOOKS: Final = 20
"""How often in an hour an organisation may have the name system asked."""

_PURPOSE: Final = "domain record"
_MARK: Final = 40
"""Characters of the seal: 160 bits, and short enough to be typed over."""


def domains_of(session: Session, organisation: Organisation) -> Sequence[MailDomain]:
    """What it has proven, by name."""
    return session.exec(
        select(MailDomain).where(MailDomain.organisation_id == organisation.id).order_by(MailDomain.domain)
    ).all()


def way_in_of(session: Session, mail: str) -> MailDomain | None:
    """The proven domain that this address lies in, of an organisation that takes part."""
    return session.exec(
        select(MailDomain)
        .join(Organisation, col(MailDomain.organisation_id) == Organisation.id)
        .where(MailDomain.domain == domain_of(mail), Organisation.admission == Admission.ADMITTED)
    ).first()


def domain_let_in(session: Session, organisation: Organisation, mail: str) -> str:
    """The domain of this address, if the organisation lets everybody there in at once; else empty."""
    found = way_in_of(session, mail)
    is_open = found is not None and found.organisation_id == organisation.id and found.joins == Joins.AT_ONCE
    return domain_of(mail) if is_open else ""


def lets_anybody_in(session: Session, organisation: Organisation | None) -> bool:
    """Whether there is a domain whose people it lets in at once."""
    domains = domains_of(session, organisation) if organisation else ()
    return any(each.joins == Joins.AT_ONCE for each in domains)


def require_provable(session: Session, organisation: Organisation, mail: str) -> str:
    """The domain of an address that may be proven. Raises Invalid or Conflict, at the address, that say why not."""
    domain = domain_of(mail)
    if is_public(domain):
        sentence = _("Anybody can have an address at %(domain)s, so it proves nothing. Invite people.", domain=domain)
        raise Invalid(sentence, field="mail")
    known = session.exec(select(MailDomain).where(MailDomain.domain == domain)).first()
    if known is not None and known.organisation_id != organisation.id:
        sentence = _("%(domain)s belongs to another organisation. Write to the knowledge centre.", domain=domain)
        raise Conflict(sentence, field="mail")
    return domain


def prove(session: Session, organisation: Organisation, mail: str, *, by: Actor) -> MailDomain:
    """Somebody who decides for the organisation received a code at this address: its domain is proven."""
    require_owner(by, organisation.id)
    return _keep(session, organisation, domain_of(mail), "code", by=by)


@dataclass(frozen=True)
class DomainRecord:
    """What an organisation puts into the name system of a domain to show that it is its own."""

    domain: str
    name: str
    value: str


class Seen(StrEnum):
    """What the name system says of a record."""

    THERE = "there"
    ANOTHER = "another"
    """Something else stands at its name."""
    NOTHING = "nothing"


def record_of(session: Session, organisation: Organisation, typed: str, *, by: Actor) -> DomainRecord:
    """The record that proves this domain. It is the same at every time, and another for every organisation.

    Raises Invalid or Conflict, at the domain, for one that it cannot prove.
    """
    require_owner(by, organisation.id)
    domain = domain_of(mail_address(f"x@{typed.strip().rpartition('@')[2]}", field="domeinnaam"))
    try:
        require_provable(session, organisation, f"x@{domain}")
    except (Invalid, Conflict) as problem:
        problem.field = "domeinnaam"
        raise
    mark = seal(_PURPOSE, f"{organisation.id} {domain}")[:_MARK]
    return DomainRecord(domain, f"{UNDER}.{domain}", f"{BEFORE}{mark}")


def count_look(session: Session, organisation: Organisation) -> None:
    """Count that the name system is asked for this organisation. Raises TooMany."""
    take(session, what="domain record", who=str(organisation.id), most=LOOKS, within=timedelta(hours=1))


def look_for(record: DomainRecord) -> Seen:
    """What stands at the name of the record now. Raises OutsideError when nobody answers.

    Somebody may wait seconds for it, so it is asked outside of every transaction that writes.
    """
    texts = [text.strip().strip('"') for text in texts_at(record.name)]
    if record.value in texts:
        return Seen.THERE
    return Seen.ANOTHER if texts else Seen.NOTHING


def prove_by_record(session: Session, organisation: Organisation, record: DomainRecord, *, by: Actor) -> MailDomain:
    """The record was seen: the domain is proven, unless it became another's meanwhile."""
    require_owner(by, organisation.id)
    return _keep(session, organisation, record.domain, "record", by=by)


def look_and_prove(organisation_id: int, record: DomainRecord, *, by: Actor) -> Seen:
    """Look for the record; where it stands, the domain is proven.

    In two transactions of its own, with the name system asked between them: nobody waits for it but who asked. Raises
    TooMany, Conflict, and OutsideError when nobody answers.
    """
    with writing() as session:
        count_look(session, session.get_one(Organisation, organisation_id))
    seen = look_for(record)
    if seen == Seen.THERE:
        with writing() as session:
            prove_by_record(session, session.get_one(Organisation, organisation_id), record, by=by)
    return seen


def choose(session: Session, organisation: Organisation, domain_id: int, joins: Joins, *, by: Actor) -> MailDomain:
    """Say whether people with an address in it come in at once or on request."""
    require_owner(by, organisation.id)
    domain = _numbered(session, organisation, domain_id)
    if domain.joins != joins:
        domain.joins = joins
        session.add(domain)
        note(session, by, "choose_joining", subject=organisation, told={"domain": domain.domain, "joins": joins})
    return domain


def give_up(session: Session, organisation: Organisation, domain_id: int, *, by: Actor) -> None:
    """From now on nobody comes in by it. Who came in keeps their place."""
    require_owner(by, organisation.id)
    domain = _numbered(session, organisation, domain_id)
    session.delete(domain)
    note(session, by, "give_up_domain", subject=organisation, told={"domain": domain.domain})


def _keep(session: Session, organisation: Organisation, domain: str, proof: str, *, by: Actor) -> MailDomain:
    require_provable(session, organisation, f"x@{domain}")
    known = session.exec(select(MailDomain).where(MailDomain.domain == domain)).first()
    if known is None:
        known = MailDomain(organisation_id=organisation.id, domain=domain, proven_by_id=by.user_id, proven_at=now())
        session.add(known)
        session.flush()
        note(session, by, "prove_domain", subject=organisation, told={"domain": domain, "by": proof})
    return known


def _numbered(session: Session, organisation: Organisation, id_: int) -> MailDomain:
    found = session.exec(
        select(MailDomain).where(MailDomain.id == id_, MailDomain.organisation_id == organisation.id)
    ).first()
    if found is None:
        raise NotFound(_("This mail domain is not in the list any more."))
    return found
