"""Measuring: asking the product itself, with its own engine and content, the questions that relevance knows."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sqlmodel import col, select

from app.core import database
from app.core.language import speaking
from app.people.actor import Actor
from content.models import Article, Piece
from search.finding import find
from search.query import Query
from search.relevance import report

_SEES_EVERYTHING: Final = Actor(is_steward=True)


def measured(folder: Path) -> str:
    """What `make relevance` prints: how well the questions in a folder are answered by what is published here."""
    with database.reading() as session:
        rows = session.exec(select(Article.slug, Piece.key).join(Piece, col(Article.piece_id) == Piece.id)).all()
    piece_of: Mapping[str, str] = dict(rows)

    def ask(question: str, language: str) -> list[str]:
        with database.reading() as session, speaking(language):
            hits = find(session, Query(q=question, size=10), _SEES_EVERYTHING, language).hits
            return [piece_of[hit.row.article.slug] for hit in hits]

    return report(ask, folder, piece_of)
