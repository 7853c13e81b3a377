"""Crediting: asking co-authors, and organisations that publish a piece as well, to stand on it."""

from datetime import timedelta
from typing import Final

from sqlmodel import Session, col, delete, select

from app.core.addresses import whole
from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound, TooMany
from app.core.jobs import announce
from app.core.language import gettext as _
from app.core.language import long_date, speaking
from app.core.limits import take
from app.core.mail import Letter, post
from app.core.seals import digest, new_token
from app.people.actor import Actor
from app.people.auditing import note
from app.people.models import Admission, Organisation, User
from app.people.places import owners_of
from content.access import require_editor
from content.credits import CreditInvitation, CreditState
from content.events import CreditAsked
from content.models import Article
from content.snapshot import AuthorPart
from content.writing import draft_of

LASTS: Final = timedelta(days=14)
MOST_OPEN: Final = 30
"""Invitations of one piece that wait for an answer."""
MOST_A_DAY: Final = 100
"""Letters that one organisation may have sent in a day, and that one address may get about one piece (see below)."""
MOST_TO_ONE: Final = 3


def ask_author(
    session: Session, article: Article, mail: str, part: AuthorPart, *, message: str = "", by: Actor
) -> CreditInvitation:
    """Ask whoever has this mail address to stand on the piece. Raises Conflict for who stands there already."""
    require_editor(by, article)
    user = session.exec(select(User).where(User.mail == mail)).first()
    if user is not None and user.handle in draft_of(session, article).content.authors:
        raise Conflict(_("This person stands on the piece already."), field="mail")
    found = session.exec(
        select(CreditInvitation).where(CreditInvitation.piece_id == article.piece_id, CreditInvitation.mail == mail)
    ).first()
    invitation = found or CreditInvitation(piece_id=article.piece_id, mail=mail, token_digest="")
    return _ask(session, article, invitation, part, message=message, by=by)


def ask_organisation(
    session: Session, article: Article, slug: str, *, message: str = "", by: Actor
) -> CreditInvitation:
    """Ask an organisation to publish the piece as well. Raises Conflict for one that does so already.

    Raises Invalid for one that does not take part, or in which nobody can answer.
    """
    require_editor(by, article)
    organisation = session.exec(select(Organisation).where(Organisation.slug == slug)).first()
    if organisation is None or organisation.admission != Admission.ADMITTED or not owners_of(session, organisation):
        raise Invalid(_("Choose one of these"), field="organisation")
    if organisation.id == article.owner_id or slug in draft_of(session, article).content.publishers:
        raise Conflict(_("This organisation stands on the piece already."), field="organisation")
    found = session.exec(
        select(CreditInvitation).where(
            CreditInvitation.piece_id == article.piece_id, CreditInvitation.organisation_id == organisation.id
        )
    ).first()
    invitation = found or CreditInvitation(piece_id=article.piece_id, organisation_id=organisation.id, token_digest="")
    return _ask(session, article, invitation, AuthorPart.WROTE, message=message, by=by)


def resend(session: Session, article: Article, id_: int, *, by: Actor) -> None:
    """Send the letter once more, with a new link and a new time; the old link works no longer."""
    require_editor(by, article)
    invitation = _numbered(session, article, id_)
    if invitation.state != CreditState.OPEN:
        raise Conflict(_("This invitation has been answered, or was taken back."))
    _send(session, article, invitation, by=by)


def take_back(session: Session, article: Article, id_: int, *, by: Actor) -> None:
    """Nobody is asked any more. Taking it back twice changes nothing; Conflict when somebody has said yes."""
    require_editor(by, article)
    invitation = _numbered(session, article, id_)
    if invitation.state == CreditState.ACCEPTED:
        raise Conflict(_("This invitation was accepted already."))
    if invitation.state == CreditState.OPEN:
        invitation.settle(CreditState.WITHDRAWN, by=by)
        session.add(invitation)
        note(session, by, "withdraw_credit", subject=f"piece:{article.slug}")


def forget_unanswered(session: Session) -> None:
    """Addresses of those who were asked half a year ago, and of whom no name stands on the piece."""
    session.exec(
        delete(CreditInvitation).where(
            col(CreditInvitation.expires_at) <= now() - timedelta(days=180),
            col(CreditInvitation.state) != CreditState.ACCEPTED,
        )
    )


# --- asking -----------------------------------------------------------------------------------------------------


def _ask(
    session: Session, article: Article, invitation: CreditInvitation, part: AuthorPart, *, message: str, by: Actor
) -> CreditInvitation:
    """Pressing twice sends one letter."""
    just_now = now() - timedelta(minutes=10)
    if invitation.id is not None and invitation.is_open and invitation.sent_at > just_now:
        return invitation
    waiting = select(CreditInvitation.id).where(
        CreditInvitation.piece_id == article.piece_id, CreditInvitation.state == CreditState.OPEN
    )
    if len(session.exec(waiting).all()) >= MOST_OPEN:
        raise Conflict(_("Too many people are asked at the same time. Take an invitation back first."))
    invitation.part, invitation.message = part, message
    _send(session, article, invitation, by=by)
    return invitation


def _send(session: Session, article: Article, invitation: CreditInvitation, *, by: Actor) -> None:
    take(session, what="credit", who=str(article.owner_id), most=MOST_A_DAY, within=timedelta(days=1))
    organisation = session.get(Organisation, invitation.organisation_id) if invitation.organisation_id else None
    whom = organisation.slug if organisation else invitation.mail
    try:
        take(session, what="credit_one", who=f"{article.piece_id} {whom}", most=MOST_TO_ONE, within=LASTS)
    except TooMany:
        raise Conflict(_("This address got enough letters for now.")) from None
    token = new_token()
    invitation.token_digest, invitation.invited_by_id = digest(token), by.user_id
    invitation.sent_at, invitation.expires_at = now(), now() + LASTS
    invitation.state, invitation.answered_at, invitation.answered_by_id = CreditState.OPEN, None, None
    session.add(invitation)
    session.flush()
    known = session.exec(select(User).where(User.mail == invitation.mail)).first() if invitation.mail else None
    asker = session.get(User, by.user_id) if by.user_id is not None else None
    readers = owners_of(session, organisation) if organisation else [known]
    for reader in readers:
        # A stranger is written to in the language of who asks.
        language = next((each.language for each in (reader, asker) if each is not None), "nl")
        to = reader.mail if reader is not None else invitation.mail
        told = _told(session, article, invitation, organisation, language, by) | {
            "link": whole(f"/uitnodiging/stuk/{token}", language)
        }
        post(session, Letter(to=to or "", name="credit_asked", language=language, told=told, good_for=LASTS))
    note(session, by, "ask_credit", subject=f"piece:{article.slug}")
    announce(session, CreditAsked(invitation_id=invitation.id))


def _told(
    session: Session,
    article: Article,
    invitation: CreditInvitation,
    organisation: Organisation | None,
    language: str,
    by: Actor,
) -> dict[str, str]:
    with speaking(language):
        until = long_date(invitation.expires_at)
    return {
        "who": by.name,
        "title": draft_of(session, article).content.title,
        "owner": session.get_one(Organisation, article.owner_id).title,
        "organisation": organisation.title if organisation else "",
        "part": invitation.part.value,
        "message": invitation.message,
        "until": until,
    }


def _numbered(session: Session, article: Article, id_: int) -> CreditInvitation:
    found = session.exec(
        select(CreditInvitation).where(CreditInvitation.id == id_, CreditInvitation.piece_id == article.piece_id)
    ).first()
    if found is None:
        raise NotFound(_("This invitation is not in the list any more."))
    return found
