"""Bylines: whose names stand in the tellings of a piece, and in which order; the same in each of its languages.

A yes puts the name in the draft of every language version. Readers see it with the next version that appears: a text
that somebody reviewed is never changed behind their back. A name that its bearer takes off goes from all that has not
appeared.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from app.core.errors import Conflict, Invalid
from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.auditing import note
from app.people.models import Organisation, User
from content.access import require_editor
from content.credits import CreditInvitation, CreditState
from content.models import Article, Revision
from content.snapshot import AuthorPart, Snapshot
from content.writing import draft_of

Change = Callable[[Snapshot], Snapshot]


def put_off(session: Session, article: Article, *, author: str = "", publisher: str = "", by: Actor) -> None:
    """Take this name off the draft. Doing so twice changes nothing. Raises Conflict for the last author."""
    require_editor(by, article)
    content = draft_of(session, article).content
    if author and content.authors == (author,):
        raise Conflict(_("Somebody has to stand on the piece. Ask somebody else first."))
    if author in content.authors:
        _rewrite(session, article.piece_id, lambda told: told.without_author(author))
        user = session.exec(select(User).where(User.handle == author)).one()
        is_theirs = or_(col(CreditInvitation.mail) == user.mail, col(CreditInvitation.answered_by_id) == user.id)
        _end(session, article, and_(col(CreditInvitation.organisation_id).is_(None), is_theirs), by=by)
    if publisher in content.publishers:
        _rewrite(session, article.piece_id, lambda told: told.without_publisher(publisher))
        organisation = session.exec(select(Organisation).where(Organisation.slug == publisher)).one()
        _end(session, article, col(CreditInvitation.organisation_id) == organisation.id, by=by)
    note(session, by, "put_off_credit", subject=f"piece:{article.slug}")


def move_up(session: Session, article: Article, *, author: str = "", publisher: str = "", by: Actor) -> None:
    """Let this name stand one place further to the front. What stands in front already stays there."""
    require_editor(by, article)
    content = draft_of(session, article).content
    authors, publishers = _moved(content.authors, author), _moved(content.publishers, publisher)
    _rewrite(session, article.piece_id, lambda told: _ordered(told, authors, publishers))


def put_in_order(
    session: Session, article: Article, *, authors: Sequence[str], publishers: Sequence[str], by: Actor
) -> None:
    """Let the names stand in this order, those that are not told behind them. Raises Invalid for one not there."""
    require_editor(by, article)
    content = draft_of(session, article).content
    if set(authors) - set(content.authors):
        raise Invalid(_("This name does not stand on the piece. Ask them first."), field="authors")
    if set(publishers) - set(content.publishers):
        raise Invalid(_("This name does not stand on the piece. Ask them first."), field="organisations")
    _rewrite(session, article.piece_id, lambda told: _ordered(told, authors, publishers))


def add_name(session: Session, invitation: CreditInvitation, user: User) -> None:
    """Who said yes stands in the drafts, behind the others."""
    author, publisher = _name(session, invitation, user)
    if publisher:
        _rewrite(session, invitation.piece_id, lambda told: _with_publisher(told, publisher))
    else:
        _rewrite(session, invitation.piece_id, lambda told: _with_author(told, author, invitation.part))


def take_off(session: Session, invitation: CreditInvitation, user: User) -> None:
    """Who said yes stands no longer in what has not appeared."""
    author, publisher = _name(session, invitation, user)

    def change(told: Snapshot) -> Snapshot:
        return told.without_publisher(publisher) if publisher else told.without_author(author)

    _rewrite(session, invitation.piece_id, change)
    waiting = session.exec(
        select(Revision)
        .join(Article, col(Article.id) == Revision.article_id)
        .where(Article.piece_id == invitation.piece_id, col(Revision.published_number).is_(None))
    ).all()
    # A version never changes, except that nobody appears on one who does not want to any more.
    for revision in waiting:
        if change(revision.content) != revision.content:
            revision.content = change(revision.content)
            session.add(revision)
    session.flush()


def _rewrite(session: Session, piece_id: int, change: Change) -> None:
    """Change the names in the draft of every language. The text stays what its writers have before them."""
    for article in session.exec(select(Article).where(Article.piece_id == piece_id).order_by(col(Article.id))).all():
        draft = draft_of(session, article, is_locked=True)
        changed = change(draft.content)
        if changed != draft.content:
            draft.content = changed
            session.add(draft)
    session.flush()


def _name(session: Session, invitation: CreditInvitation, user: User) -> tuple[str, str]:
    """The handle of an author, or the slug of an organisation."""
    if invitation.organisation_id is None:
        return user.handle, ""
    return "", session.get_one(Organisation, invitation.organisation_id).slug


def _end(session: Session, article: Article, which: ColumnElement[bool], *, by: Actor) -> None:
    """Who was asked and said yes does not stand there any more."""
    found = select(CreditInvitation).where(
        CreditInvitation.piece_id == article.piece_id, CreditInvitation.state == CreditState.ACCEPTED, which
    )
    for invitation in session.exec(found).all():
        invitation.settle(CreditState.WITHDRAWN, by=by)
        session.add(invitation)


def _with_author(told: Snapshot, handle: str, part: AuthorPart) -> Snapshot:
    authors = tuple(dict.fromkeys((*told.authors, handle)))
    parts = {each: did for each, did in told.author_parts.items() if each != handle}
    parts |= {handle: part} if part != AuthorPart.WROTE else {}
    return told.model_copy(update={"authors": authors, "author_parts": parts})


def _with_publisher(told: Snapshot, slug: str) -> Snapshot:
    return told.model_copy(update={"publishers": tuple(dict.fromkeys((*told.publishers, slug)))})


def _moved(names: Sequence[str], name: str) -> tuple[str, ...]:
    if name not in names:
        return tuple(names)
    rest = [each for each in names if each != name]
    rest.insert(max(0, list(names).index(name) - 1), name)
    return tuple(rest)


def _ordered(told: Snapshot, authors: Sequence[str], publishers: Sequence[str]) -> Snapshot:
    """In this order; what another language has beside it comes last."""
    return told.model_copy(
        update={
            "authors": tuple(sorted(told.authors, key=[*authors, *told.authors].index)),
            "publishers": tuple(sorted(told.publishers, key=[*publishers, *told.publishers].index)),
        }
    )
