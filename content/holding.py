"""Holding a piece: of two who change the same piece at once, one comes after the other and sees what was done."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from content.models import Article


def hold(session: Session, article: Article) -> Sequence[Article]:
    """The piece in each of its languages, as it is until this transaction ends.

    Held before a review of it: whoever took the two the other way round could wait for somebody who waits for them.
    """
    versions = select(Article).where(Article.piece_id == article.piece_id).order_by(col(Article.id)).with_for_update()
    # What this session read earlier may be older than what somebody wrote while we waited.
    return session.exec(versions.execution_options(populate_existing=True)).all()
