"""Forgetting who only told a mail address: once they follow nothing any more, nothing is kept of them.

What is stopped can be brought back for a while (`following.KEPT`); its row goes then, and the person with the last one.
"""

from typing import Final

from sqlmodel import Session, col, exists, select

from app.feeds.models import Subscription
from app.people.models import User, UserState
from app.people.own_data import erase
from app.people.signing_in import actor_for

TOGETHER: Final = 100
"""People in one transaction; the others have their turn next time."""


def forget_who_follows_nothing(session: Session) -> None:
    """Erase people without an account who follow nothing any more, not even something they could bring back."""
    follows = exists().where(col(Subscription.user_id) == col(User.id))
    gone = select(User).where(User.state == UserState.MAIL_ONLY, ~follows).limit(TOGETHER)
    for user in session.exec(gone).all():
        erase(session, user, by=actor_for(session, user))
