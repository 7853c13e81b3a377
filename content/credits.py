"""Credits: somebody is asked to stand on a piece, as an author or as an organisation that publishes it as well.

Until they say yes their name stands in no draft and no version, so that no door can show it.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Field, Session, UniqueConstraint, col, delete, select

from app.core.clock import now
from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.record import Record, choice, moment
from app.core.seals import digest
from app.people.actor import Actor
from app.people.models import Organisation, User
from content.models import Article
from content.snapshot import AuthorPart


class CreditState(StrEnum):
    """How far an invitation is."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """Those who write took it back, or the name off."""
    LEFT = "left"
    """Who had accepted took their name off."""


class CreditInvitation(Record, table=True):
    """A mail address, or an organisation, that is asked. Holds the digest of its token; the letter alone has the token.

    It is about the piece, so about each of its language versions.
    """

    __table_args__ = (UniqueConstraint("piece_id", "mail"), UniqueConstraint("piece_id", "organisation_id"))

    piece_id: int = Field(foreign_key="piece.id", index=True, ondelete="CASCADE")
    mail: str | None = Field(default=None, max_length=254, index=True)
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True, ondelete="CASCADE")
    part: AuthorPart = Field(default=AuthorPart.WROTE, sa_type=choice(AuthorPart))
    message: str = Field(default="", max_length=500)
    token_digest: str = Field(unique=True, max_length=64)
    state: CreditState = Field(default=CreditState.OPEN, sa_type=choice(CreditState))
    invited_by_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")
    sent_at: datetime = moment(nullable=False)
    expires_at: datetime = moment(nullable=False, index=True)
    answered_at: datetime | None = moment()
    answered_by_id: int | None = Field(default=None, foreign_key="user_account.id", ondelete="SET NULL")

    @property
    def is_open(self) -> bool:
        """Whether it can be answered."""
        return self.state == CreditState.OPEN and self.expires_at > now()

    def settle(self, state: CreditState, *, by: Actor) -> None:
        """It is answered, or over."""
        self.state, self.answered_at, self.answered_by_id = state, now(), by.user_id


def invitation_at(session: Session, word: str, actor: Actor) -> CreditInvitation:
    """The invitation behind the token of a letter, or for who is asked under its number. Raises NotFound."""
    if not is_number(word):
        return invitation_behind(session, word)
    found = session.get(CreditInvitation, int(word))
    if found is None or not is_asked(session, found, actor):
        raise NotFound(_("This invitation is not known here. A newer letter may hold another link."))
    return found


def is_number(word: str) -> bool:
    """Whether it is the number of an invitation. Tokens are longer."""
    return word.isascii() and word.isdigit() and len(word) < 10


def invitation_behind(session: Session, token: str) -> CreditInvitation:
    """The invitation that this token stands for, however far it is. Raises NotFound."""
    found = session.exec(select(CreditInvitation).where(CreditInvitation.token_digest == digest(token))).first()
    if found is None:
        raise NotFound(_("This invitation is not known here. A newer letter may hold another link."))
    return found


def is_asked(session: Session, invitation: CreditInvitation, actor: Actor) -> bool:
    """Whether it is this actor who is asked: who has the address, or had it at their yes; or who decides there."""
    if invitation.organisation_id is not None:
        return invitation.organisation_id in actor.owns
    user = session.get(User, actor.user_id) if actor.user_id is not None else None
    has_answered = invitation.state == CreditState.ACCEPTED and invitation.answered_by_id == actor.user_id
    return user is not None and (user.mail == invitation.mail or has_answered)


def waits_for(actor: Actor) -> ColumnElement[bool]:
    """The same for a query on CreditInvitation, of those that can be answered."""
    theirs = select(User.mail).where(User.id == actor.user_id).scalar_subquery()
    whom = or_(col(CreditInvitation.mail) == theirs, col(CreditInvitation.organisation_id).in_(actor.owns))
    return and_(col(CreditInvitation.state) == CreditState.OPEN, col(CreditInvitation.expires_at) > now(), whom)


def invitations_to(session: Session, article: Article) -> Sequence[tuple[CreditInvitation, Organisation | None]]:
    """Everybody who was asked to stand on this piece, the last one first."""
    return session.exec(
        select(CreditInvitation, Organisation)
        .outerjoin(Organisation, col(Organisation.id) == CreditInvitation.organisation_id)
        .where(CreditInvitation.piece_id == article.piece_id)
        .order_by(col(CreditInvitation.sent_at).desc(), col(CreditInvitation.id).desc())
    ).all()


def article_of(session: Session, invitation: CreditInvitation) -> Article:
    """The language version that whoever is asked is shown: the one that was written first."""
    found = select(Article).where(Article.piece_id == invitation.piece_id).order_by(col(Article.id))
    return session.exec(found).first()  # type: ignore[return-value]  # a piece has one at least


def forget_mail(session: Session, user: User) -> None:
    """Nothing says any more that somebody with this address was asked."""
    session.exec(delete(CreditInvitation).where(col(CreditInvitation.mail) == user.mail))


def kept_of(session: Session, user: User) -> Sequence[CreditInvitation]:
    """What is kept of somebody who was asked."""
    return session.exec(select(CreditInvitation).where(CreditInvitation.mail == user.mail)).all()
