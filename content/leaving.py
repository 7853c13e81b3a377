"""Leaving: what becomes of the pieces of somebody who is erased. Each stays under its organisation's name, or is taken
back; the name goes from all of them, from every version too."""

from collections.abc import Collection, Sequence
from typing import TypeVar

from sqlalchemy import Text, cast
from sqlmodel import Session, col, select

from app.core import epoch
from app.core.jobs import announce
from app.people.actor import Actor
from app.people.models import User
from content.authorship import written_by
from content.credits import forget_mail
from content.events import ArticleReachChanged
from content.models import Article, ArticleAuthor, Attachment, Draft, Revision, Stage
from content.publishing import withdraw

REASON_NL = "De schrijver heeft dit stuk teruggetrokken."
REASON_EN = "Its author took this piece back."

TellingT = TypeVar("TellingT", Draft, Revision)


def pieces_of(session: Session, user_id: int) -> Sequence[Article]:
    """Every article that this person is an author of, whatever its stage, newest first."""
    return session.exec(select(Article).where(written_by(user_id)).order_by(col(Article.id).desc())).all()


def can_withdraw(actor: Actor, article: Article) -> bool:
    """Whether its author may take it back alone: a published piece of an organisation that they write for."""
    return article.stage == Stage.PUBLISHED and article.owner_id in actor.edits_for


def leave_behind(session: Session, user: User, *, withdrawn: Collection[int], by: Actor) -> None:
    """Take back the articles of these numbers as far as `by` may, and the name off all others."""
    for article in pieces_of(session, user.id):
        if article.id in withdrawn and can_withdraw(by, article):
            withdraw(session, article, by=by, reason_nl=REASON_NL, reason_en=REASON_EN)
        _take_off(session, article, user)
    _take_off_tellings(session, Revision, user.handle)
    _take_off_tellings(session, Draft, user.handle)
    forget_mail(session, user)
    epoch.move(session)


def telling_of(session: Session, article: Article) -> Revision | None:
    """The newest version of its text."""
    return session.exec(
        select(Revision).where(Revision.article_id == article.id).order_by(col(Revision.number).desc()).limit(1)
    ).first()


def files_of(session: Session, article: Article) -> Sequence[Attachment]:
    """Its files."""
    return session.exec(select(Attachment).where(Attachment.article_id == article.id).order_by(Attachment.name)).all()


def _take_off(session: Session, article: Article, user: User) -> None:
    rows = session.exec(
        select(ArticleAuthor).where(ArticleAuthor.article_id == article.id).order_by(col(ArticleAuthor.position))
    ).all()
    others = [row for row in rows if row.user_id != user.id]
    for row in rows:
        if row.user_id == user.id:
            session.delete(row)
    article.author_id = others[0].user_id if others else None
    session.add(article)
    session.flush()
    # Pictures and paper that were made of it may show the name.
    announce(session, ArticleReachChanged(article_id=article.id))


def _take_off_tellings(session: Session, table: type[TellingT], handle: str) -> None:
    """A version never changes, except that a person may go from it who goes from everywhere."""
    named = cast(table.content, Text).contains(f'"{handle}"', autoescape=True)
    for row in session.exec(select(table).where(named)).all():
        if handle in row.content.authors:
            row.content = row.content.without_author(handle)
            session.add(row)
    session.flush()
