"""Inviting: an owner offers places to many mail addresses at once; a place is taken by who proves to have the address.

The token in the letter says which invitation it is; it opens nothing by itself. So neither a mail scanner nor somebody
to whom the letter was passed on gets in by it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, select

from app.core.addresses import whole
from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound, TooMany
from app.core.language import gettext as _
from app.core.language import long_date, speaking
from app.core.limits import take
from app.core.mail import Letter, post
from app.core.seals import digest, new_token
from app.core.text import wash
from app.people.access import require_owner, require_steward
from app.people.actor import Actor
from app.people.auditing import note
from app.people.mail_addresses import mail_address
from app.people.models import Admission, Membership, Organisation, Role, User
from app.people.places import give_place
from app.people.ways_in import Invitation, InvitationState

LASTS: Final = timedelta(days=14)
MOST_AT_ONCE: Final = 50
MOST_A_DAY: Final = 100
"""Letters that one organisation may have sent in a day, and that one address may get from it (see below)."""
MOST_TO_ONE: Final = 3

_BETWEEN: Final = re.compile(r"[,;\n]+|\s+(?=[^\s@<>]+@)")
"""Between two pasted addresses: a comma, a semicolon, a new line, or a space with another address behind it."""


class Sent(StrEnum):
    """What became of one of the addresses."""

    INVITED = "invited"
    AGAIN = "again"
    IS_THERE = "is_there"
    TOO_OFTEN = "too_often"


@dataclass(frozen=True)
class Pasted:
    """What stood in a pasted text: addresses, each once, and what is none."""

    good: Sequence[str]
    bad: Sequence[str]


def read_addresses(text: str) -> Pasted:
    """The addresses in a text as people paste them, with or without names."""
    good, bad = [], []
    for part in filter(None, (part.strip() for part in _BETWEEN.split(wash(text)))):
        try:
            good.append(mail_address(part))
        except Invalid:
            bad.append(part)
    return Pasted(list(dict.fromkeys(good)), list(dict.fromkeys(bad)))


def invite(
    session: Session, organisation: Organisation, mails: Sequence[str], role: Role, *, message: str = "", by: Actor
) -> dict[str, Sent]:
    """Offer places to these addresses; what became of each. Who has a place is left alone.

    Raises Conflict for an organisation that does not take part, TooMany when too many letters went out today.
    """
    require_owner(by, organisation.id)
    if organisation.admission != Admission.ADMITTED:
        raise Conflict(_("You can invite colleagues once the organisation takes part."))
    if len(mails) > MOST_AT_ONCE:
        raise Invalid(_("Invite at most %(most)s people at once", most=MOST_AT_ONCE), field="adressen")
    there = _who_is_there(session, organisation, mails)
    sent = {}
    for mail in mails:
        if mail in there:
            sent[mail] = Sent.IS_THERE
            continue
        found = _invitation_to(session, organisation.id, mail)
        known = found is not None and found.state == InvitationState.OPEN
        if (known and _was_sent_just_now(found)) or _was_sent_often(session, organisation, mail):
            sent[mail] = Sent.TOO_OFTEN
            continue
        invitation = found or Invitation(organisation_id=organisation.id, mail=mail, token_digest="")
        invitation.role, invitation.message = role, message
        _send(session, invitation, organisation, by=by)
        sent[mail] = Sent.AGAIN if known else Sent.INVITED
    return sent


def invite_steward(session: Session, mail: str, *, by: Actor) -> str:
    """Offer the care of the whole portal to this address; the link (settled: 13). An earlier one works no longer."""
    require_steward(by)
    invitation = _invitation_to(session, None, mail) or Invitation(mail=mail, token_digest="")
    return _send(session, invitation, None, by=by)


def resend(session: Session, organisation: Organisation, id_: int, *, by: Actor) -> Invitation:
    """Send the letter once more, with a new link and a new time; the old link works no longer."""
    require_owner(by, organisation.id)
    invitation = _numbered(session, organisation, id_)
    if invitation.state == InvitationState.ACCEPTED:
        raise Conflict(_("This invitation was accepted already."))
    if _was_sent_often(session, organisation, invitation.mail):
        raise TooMany(_("This address got enough letters for now."))
    _send(session, invitation, organisation, by=by)
    return invitation


def withdraw(session: Session, organisation: Organisation, id_: int, *, by: Actor) -> Invitation:
    """Take it back: the link works no longer."""
    require_owner(by, organisation.id)
    invitation = _numbered(session, organisation, id_)
    if invitation.state == InvitationState.ACCEPTED:
        raise Conflict(_("This invitation was accepted already."))
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = now()
        session.add(invitation)
        note(session, by, "withdraw_invitation", subject=organisation, told={"role": invitation.role})
    return invitation


def steward_invitations(session: Session) -> Sequence[Invitation]:
    """Who was asked to look after the portal and has not answered, the last one first."""
    rows = session.exec(
        select(Invitation).where(col(Invitation.organisation_id).is_(None)).order_by(col(Invitation.sent_at).desc())
    ).all()
    return [row for row in rows if row.state == InvitationState.OPEN]


def withdraw_steward_invitation(session: Session, id_: int | None, *, by: Actor) -> None:
    """Take one of those back: the link works no longer. Raises NotFound."""
    require_steward(by)
    found = next((row for row in steward_invitations(session) if row.id == id_), None)
    if found is None:
        raise NotFound(_("This invitation is not in the list any more."))
    found.withdrawn_at = now()
    session.add(found)
    note(session, by, "withdraw_invitation", told={"role": "steward"})


def invitations_of(session: Session, organisation: Organisation) -> Sequence[Invitation]:
    """Everybody who was invited, the last one first."""
    return session.exec(
        select(Invitation)
        .where(Invitation.organisation_id == organisation.id)
        .order_by(col(Invitation.sent_at).desc(), col(Invitation.id).desc())
    ).all()


def invitation_behind(session: Session, token: str) -> Invitation:
    """The invitation that this token stands for, however far it is. Raises NotFound."""
    found = session.exec(select(Invitation).where(Invitation.token_digest == digest(token))).first()
    if found is None:
        raise NotFound(_("This invitation is not known here. A newer letter may hold another link."))
    return found


def accept(session: Session, invitation: Invitation, *, by: User) -> None:
    """Take the place. `by` has proven to have a mail address: it must be the one that was invited.

    Raises NotAllowed for any other person, Conflict when it is not open any more. Taking it twice changes nothing.
    """
    if by.mail != invitation.mail:
        raise NotAllowed(_("This invitation is for another mail address."))
    if invitation.state == InvitationState.ACCEPTED:
        return
    if invitation.state != InvitationState.OPEN:
        raise Conflict(_("This invitation is over. Ask who invited you for a new one."))
    actor = Actor(user_id=by.id)
    if invitation.organisation_id is None:
        by.is_steward = True
        session.add(by)
        note(session, actor, "become_steward", subject=by)
    else:
        organisation = session.get_one(Organisation, invitation.organisation_id)
        if organisation.admission != Admission.ADMITTED:
            raise Conflict(_("This invitation is over. Ask who invited you for a new one."))
        give_place(session, by.id, organisation.id, invitation.role)
        note(session, actor, "accept_invitation", subject=organisation, told={"role": invitation.role})
    invitation.accepted_at = now()
    session.add(invitation)


def _send(session: Session, invitation: Invitation, organisation: Organisation | None, *, by: Actor) -> str:
    """Write the letter with a fresh token; the link in it."""
    if organisation is not None:
        take(session, what="invite", who=str(organisation.id), most=MOST_A_DAY, within=timedelta(days=1))
    token = new_token()
    invitation.token_digest, invitation.invited_by_id = digest(token), by.user_id
    invitation.sent_at, invitation.expires_at = now(), now() + LASTS
    invitation.accepted_at = invitation.withdrawn_at = None
    session.add(invitation)
    session.flush()
    reader = session.exec(select(User).where(User.mail == invitation.mail)).first()
    # A stranger is written to in the language of who invites them.
    writer = reader or (session.get(User, by.user_id) if by.user_id is not None else None)
    language = writer.language if writer else "nl"
    link = whole(f"/uitnodiging/{token}", language)
    with speaking(language):
        until = long_date(invitation.expires_at)
    told = {
        "link": link,
        "who": by.name,
        "organisation": organisation.name if organisation else "",
        "message": invitation.message,
        "until": until,
    }
    name = "invitation" if organisation else "steward_invitation"
    post(session, Letter(to=invitation.mail, name=name, language=language, told=told, good_for=LASTS))
    role = invitation.role if organisation else "steward"
    note(session, by, "invite", subject=organisation or "", told={"role": role})
    return link


def _was_sent_just_now(invitation: Invitation | None) -> bool:
    """Pasting the same list twice sends one letter."""
    return invitation is not None and invitation.sent_at > now() - timedelta(minutes=10)


def _was_sent_often(session: Session, organisation: Organisation, mail: str) -> bool:
    """Whether this address got all the letters that one organisation may have sent to it."""
    try:
        take(session, what="invite_one", who=f"{organisation.id} {mail}", most=MOST_TO_ONE, within=LASTS)
    except TooMany:
        return True
    return False


def _who_is_there(session: Session, organisation: Organisation, mails: Sequence[str]) -> set[str]:
    return set(
        session.exec(
            select(User.mail)
            .join(Membership, col(Membership.user_id) == User.id)
            .where(
                Membership.organisation_id == organisation.id,
                col(Membership.ended_at).is_(None),
                col(User.mail).in_(mails),
            )
        ).all()
    )


def _invitation_to(session: Session, organisation_id: int | None, mail: str) -> Invitation | None:
    return session.exec(
        select(Invitation).where(Invitation.organisation_id == organisation_id, Invitation.mail == mail)
    ).first()


def _numbered(session: Session, organisation: Organisation, id_: int) -> Invitation:
    found = session.exec(
        select(Invitation).where(Invitation.id == id_, Invitation.organisation_id == organisation.id)
    ).first()
    if found is None:
        raise NotFound(_("This invitation is not in the list any more."))
    return found
