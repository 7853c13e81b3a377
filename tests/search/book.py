"""A database with the cast in it and hands to write in it, for tests that change what can be found."""

from collections.abc import Callable
from typing import Any

from sqlmodel import Session

from app.core.database import Database
from content.models import Article
from content.publishing import publish
from content.writing import revise, save_draft
from search.finding import find
from search.query import Query
from tests.cast import Cast, content, published


class Book:
    """A database with the cast in it, and hands to write in it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.writing() as session:
            self.cast = Cast.in_(session)

    def publish(self, **told: Any) -> Article:
        with self.database.writing() as session:
            return published(session, self.cast, **told)

    def change(self, article: Article, do: Callable[[Session, Article], object]) -> None:
        with self.database.writing() as session:
            do(session, session.get_one(Article, article.id))

    def rewrite(self, article: Article, **told: Any) -> None:
        def do(session: Session, article: Article) -> None:
            save_draft(session, article, content(**told), by=self.cast.femke)
            revise(session, article, by=self.cast.femke)
            publish(session, article, by=self.cast.femke)

        self.change(article, do)

    def found(self, words: str, by: str = "nobody") -> list[str]:
        with self.database.reading() as session:
            results = find(session, Query(q=words), self.cast.everybody[by], "nl")
            assert not results.degraded
            return [hit.row.article.slug for hit in results.hits]
