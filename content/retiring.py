"""Retiring: a piece is looked at again after a year or two, and said to be true still, or taken back with a reason."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlmodel import Session, col, select

from app.core.addresses import whole
from app.core.clock import now, today
from app.core.errors import Conflict, Invalid
from app.core.jobs import announce
from app.core.language import gettext as _
from app.core.language import long_date, speaking
from app.core.mail import Letter, post
from app.people.actor import Actor
from app.people.auditing import note
from app.people.models import Organisation, User, UserState
from app.people.places import owners_of, stewards
from app.people.signing_in import actor_for
from content.access import can_edit, require_editor, seen_by
from content.events import ArticleReachChanged, StillTrueAsked
from content.holding import hold
from content.models import Article, ArticleAuthor, Piece, Revision, Stage
from content.publishing import due_after, publish_beside, withdraw

ASK_BEFORE: Final = timedelta(days=14)
"""So long before a piece is due its owner is asked: then no reader is warned of what is true still."""

NOT_TRUE_NL: Final = "Dit stuk klopt volgens de eigenaar niet meer."
NOT_TRUE_EN: Final = "Its owner says that this piece is not true any more."


def take_back_piece(
    session: Session, article: Article, *, by: Actor, reason_nl: str, reason_en: str = "", successor: str = ""
) -> Article:
    """Take a piece back with a reason, and say what to read instead. Taking it back twice changes nothing.

    `successor`: the address word of another piece that `by` sees. Raises Invalid for one that is not there.
    """
    require_editor(by, article)
    hold(session, article)
    if article.stage == Stage.WITHDRAWN:
        return article
    piece = _successor(session, article, successor, by) if successor else None
    withdraw(session, article, by=by, reason_nl=reason_nl, reason_en=reason_en, successor=piece)
    note(session, by, "withdraw_piece", subject=f"piece:{article.slug}")
    return article


def bring_back(session: Session, article: Article, *, by: Actor) -> Article:
    """Show a piece again that was taken back, in the version that readers saw. Doing so twice changes nothing."""
    require_editor(by, article)
    hold(session, article)
    if article.stage == Stage.PUBLISHED:
        return article
    live = session.get(Revision, article.live_revision_id) if article.live_revision_id else None
    if article.stage != Stage.WITHDRAWN or live is None:
        raise Conflict(_("Only a piece that was taken back can be shown again."))
    publish_beside(session, article, by=by, revision=live)
    note(session, by, "bring_back_piece", subject=f"piece:{article.slug}")
    return article


def still_true(session: Session, article: Article, *, by: Actor) -> Article:
    """Somebody looked at it again and found it true, in every language. Saying so twice changes nothing."""
    require_editor(by, article)
    hold(session, article)
    if article.stage != Stage.PUBLISHED:
        raise Conflict(_("Readers do not see this piece now."))
    due = due_after(article.kind, today())
    for version in _published(session, article.piece_id):
        if version.review_due != due:
            version.review_due, version.asked_at = due, None
            session.add(version)
            announce(session, ArticleReachChanged(article_id=version.id))
    note(session, by, "confirm_piece", subject=f"piece:{article.slug}")
    return article


def ask_whether_true(session: Session) -> int:
    """Write to the owners of pieces that are due, once for each piece; how many that were."""
    due = session.exec(
        select(Article)
        .where(
            Article.stage == Stage.PUBLISHED,
            col(Article.review_due) <= today() + ASK_BEFORE,
            col(Article.asked_at).is_(None),
            # What came as an example has nobody who would know.
            col(Article.example).is_(False),
        )
        .order_by(col(Article.id))
        .limit(200)
    ).all()
    asked: set[int] = set()
    for article in due:
        article.asked_at = now()
        session.add(article)
        if article.piece_id not in asked:
            asked.add(article.piece_id)
            for user in owners_asked(session, article):
                post(session, _question(article, user))
            announce(session, StillTrueAsked(article_id=article.id))
    return len(asked)


def owners_asked(session: Session, article: Article) -> Sequence[User]:
    """Who is asked: the first author who may still write for its owner, else whoever decides there, else stewards."""
    authors = session.exec(
        select(User)
        .join(ArticleAuthor, col(ArticleAuthor.user_id) == User.id)
        .where(ArticleAuthor.article_id == article.id, User.state == UserState.ACTIVE)
        .order_by(col(ArticleAuthor.position))
    ).all()
    first = next((user for user in authors if can_edit(actor_for(session, user), article)), None)
    if first is not None:
        return [first]
    return owners_of(session, session.get_one(Organisation, article.owner_id)) or stewards(session)


def _question(article: Article, reader: User) -> Letter:
    with speaking(reader.language):
        due = long_date(article.review_due) if article.review_due else ""
    told = {
        "title": article.title,
        "due": due,
        "link": whole(f"/schrijven/{article.id}/nog-waar", reader.language),
        "page": whole(f"/kennis/{article.slug}", reader.language),
    }
    return Letter(to=reader.mail, name="still_true", language=reader.language, told=told, can_wait=True)


def _published(session: Session, piece_id: int) -> Sequence[Article]:
    return session.exec(select(Article).where(Article.piece_id == piece_id, Article.stage == Stage.PUBLISHED)).all()


def _successor(session: Session, article: Article, slug: str, by: Actor) -> Piece:
    found = session.exec(select(Article).where(Article.slug == slug, seen_by(by))).first()
    if found is None or found.piece_id == article.piece_id:
        raise Invalid(_("We do not know this piece. Give the last part of its address."), field="successor")
    return session.get_one(Piece, found.piece_id)
