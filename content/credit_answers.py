"""What those say who are asked to stand on a piece: yes, no, or not any more."""

from typing import Final

from sqlmodel import Session

from app.core.addresses import whole
from app.core.errors import Conflict, NotAllowed
from app.core.language import gettext as _
from app.core.mail import Letter, post
from app.people.actor import Actor
from app.people.auditing import note
from app.people.models import Organisation, User, UserState
from content.bylines import add_name, take_off
from content.credits import CreditInvitation, CreditState, article_of, is_asked
from content.writing import draft_of

NOTED: Final = {
    CreditState.ACCEPTED: "accept_credit",
    CreditState.DECLINED: "decline_credit",
    CreditState.LEFT: "leave_credit",
}
"""How the audit log calls an answer."""


def accept(session: Session, invitation: CreditInvitation, *, by: Actor) -> None:
    """Stand on the piece from now on. Saying so twice changes nothing.

    Raises NotAllowed for whoever is not asked, Conflict when it is over.
    """
    user = _answering(session, invitation, by)
    if invitation.state == CreditState.ACCEPTED:
        return
    if not invitation.is_open:
        raise Conflict(_("This invitation is over. Ask who invited you for a new one."))
    add_name(session, invitation, user)
    invitation.settle(CreditState.ACCEPTED, by=by)
    _tell(session, invitation, user, by=by)


def decline(session: Session, invitation: CreditInvitation, *, by: Actor) -> None:
    """Say no, or take one's name off after a yes. Doing so twice changes nothing. Raises NotAllowed as `accept` does.

    Versions that have appeared keep the name: others may have cited them. Who is erased goes from those as well.
    """
    user = _answering(session, invitation, by)
    if invitation.state == CreditState.ACCEPTED:
        take_off(session, invitation, user)
        invitation.settle(CreditState.LEFT, by=by)
    elif invitation.state == CreditState.OPEN:
        invitation.settle(CreditState.DECLINED, by=by)
    else:
        return
    _tell(session, invitation, user, by=by)


def _answering(session: Session, invitation: CreditInvitation, by: Actor) -> User:
    user = session.get(User, by.user_id) if by.user_id is not None else None
    if user is None or not is_asked(session, invitation, by):
        raise NotAllowed(_("This invitation is for another mail address."))
    return user


def _tell(session: Session, invitation: CreditInvitation, user: User, *, by: Actor) -> None:
    """Write it down; whoever asked hears the answer."""
    session.add(invitation)
    session.flush()
    article = article_of(session, invitation)
    asker = session.get(User, invitation.invited_by_id) if invitation.invited_by_id else None
    organisation = session.get(Organisation, invitation.organisation_id) if invitation.organisation_id else None
    note(session, by, NOTED[invitation.state], subject=f"piece:{article.slug}")
    if asker is None or asker.state != UserState.ACTIVE or asker.id == by.user_id:
        return
    told = {
        "who": organisation.title if organisation else user.name,
        "title": draft_of(session, article).content.title,
        "what": invitation.state.value,
        "link": whole(f"/schrijven/{article.id}/auteurs", asker.language),
    }
    post(session, Letter(to=asker.mail, name="credit_answered", language=asker.language, told=told, can_wait=True))
