"""Notices about invitations to stand on a piece: beside the letter, as long as they wait for an answer.

Nobody is named: who asks may be erased, and a notice stays for a year.
"""

from sqlmodel import Session, col, delete, select

from app.core.database import writing
from app.feeds.models import Notice
from app.feeds.noticing import About, tell
from app.people.events import MailChanged, PersonArrived
from app.people.models import Organisation, User, UserState
from app.people.places import owners_of
from content.credits import CreditInvitation, CreditState, article_of
from content.events import CreditAsked
from content.writing import draft_of


def notice_invitation(happened: CreditAsked) -> None:
    """Tell whoever is asked, on the site; asked once more it is new once more."""
    with writing() as session:
        invitation = session.get(CreditInvitation, happened.invitation_id)
        if invitation is not None and invitation.is_open:
            _tell(session, invitation)


def notice_open_invitations(happened: PersonArrived | MailChanged) -> None:
    """Tell somebody whom nobody knew by this address what was asked of it before."""
    with writing() as session:
        user = session.get(User, happened.user_id)
        if user is None:
            return
        asked = select(CreditInvitation).where(
            CreditInvitation.mail == user.mail, CreditInvitation.state == CreditState.OPEN
        )
        for invitation in session.exec(asked.order_by(col(CreditInvitation.id))).all():
            if invitation.is_open:
                _tell(session, invitation)


def _tell(session: Session, invitation: CreditInvitation) -> None:
    key = f"credit-{invitation.id}-{invitation.sent_at:%Y%m%d%H%M%S%f}"
    session.exec(delete(Notice).where(col(Notice.invitation_id) == invitation.id, col(Notice.key) != key))
    article = article_of(session, invitation)
    asked = session.get(Organisation, invitation.organisation_id) if invitation.organisation_id else None
    told = {
        "who": session.get_one(Organisation, article.owner_id).title,
        "title": draft_of(session, article).content.title,
    }
    if asked is not None:
        told["organisation"] = asked.title
        whom = owners_of(session, asked)
    else:
        known = select(User).where(User.mail == invitation.mail, User.state == UserState.ACTIVE)
        whom = list(session.exec(known).all())
    about = About("invited_to_publish" if asked else "invited_to_write", key, f"/uitnodiging/stuk/{invitation.id}")
    for user in whom:
        tell(session, user.id, about, told=told, invitation_id=invitation.id, awaits=True)
