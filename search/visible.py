"""Visible: what of the pieces that were found this reader may see now, and what a hit needs to know of each."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select as sa_select
from sqlmodel import Session, col, exists

from app.core import remembering
from app.core.clock import today
from app.people.actor import Actor
from app.people.region import Municipality
from content.access import seen_by
from content.file_texts import FileText, TextState
from content.models import Article, Attachment
from content.shelves import preferring


class Visible(NamedTuple):
    """An article that this reader may see, in the language that suits them."""

    id: int
    piece_id: int
    revision_id: int | None
    """Of what readers see of it now."""
    title: str
    summary: str
    municipality: str | None
    """Its slug."""
    has_texts: bool
    """Whether text was found in a file of it."""


def visible(session: Session, pieces: Sequence[int], actor: Actor, language: str) -> list[Visible]:
    """These pieces as far as this reader may see them, in this order and each once; the others are not there. One
    query at most.

    Each is looked up once in an epoch and a day for readers with the same rights: what changes who may see a piece
    begins a new epoch, and a last day ends with its day.
    """
    rights = actor.is_steward, actor.is_member, actor.reads_for
    found = remembering.each(
        session,
        ("visible", rights, language, today()),
        pieces,
        lambda unknown: _looked_up(session, unknown, actor, language),
    )
    return [one for piece in dict.fromkeys(pieces) if (one := found[piece]) is not None]


def _looked_up(session: Session, pieces: Sequence[int], actor: Actor, language: str) -> dict[int, Visible | None]:
    """Piece -> what this reader may see of it; None for nothing."""
    read = (
        exists()
        .where(col(Attachment.article_id) == Article.id)
        .where(col(FileText.hash) == Attachment.hash, col(FileText.state).in_([TextState.READ, TextState.PARTLY]))
    )
    rows = session.execute(
        # SQLAlchemy's own select: the typed one of SQLModel ends at four things.
        sa_select(
            col(Article.id),
            col(Article.piece_id),
            col(Article.live_revision_id),
            col(Article.title),
            col(Article.summary),
            col(Municipality.slug),
            read,
        )
        .outerjoin(Municipality, col(Article.municipality_id) == Municipality.id)
        .where(col(Article.piece_id).in_(pieces), seen_by(actor), preferring(language, actor))
    )
    return dict.fromkeys(pieces) | {one.piece_id: one for one in (Visible(*row) for row in rows)}
