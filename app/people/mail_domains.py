"""Mail domains: an organisation proves one to be its own, and colleagues with an address in it come in by that."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import gettext as _
from app.people.access import require_owner
from app.people.actor import Actor
from app.people.auditing import note
from app.people.mail_addresses import domain_of, is_public
from app.people.models import Admission, Organisation
from app.people.ways_in import Joins, MailDomain


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
    domain = require_provable(session, organisation, mail)
    known = session.exec(select(MailDomain).where(MailDomain.domain == domain)).first()
    if known is None:
        known = MailDomain(organisation_id=organisation.id, domain=domain, proven_by_id=by.user_id, proven_at=now())
        session.add(known)
        session.flush()
        note(session, by, "prove_domain", subject=organisation, told={"domain": domain})
    return known


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


def _numbered(session: Session, organisation: Organisation, id_: int) -> MailDomain:
    found = session.exec(
        select(MailDomain).where(MailDomain.id == id_, MailDomain.organisation_id == organisation.id)
    ).first()
    if found is None:
        raise NotFound(_("This mail domain is not in the list any more."))
    return found
