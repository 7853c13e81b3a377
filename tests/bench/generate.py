"""Made-up articles in bulk, for measuring: real text of the examples, shuffled, under new names.

Written straight into the tables in batches, since it is the reading that is measured. Every fifth is for members,
every tenth for the organisation that owns it.
"""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, SQLModel, col, insert, select

from app.core import epoch
from app.core.clock import now
from app.core.database import Database
from content.models import (
    Article,
    ArticleOrganisation,
    ArticleSector,
    ArticleTopic,
    Draft,
    Piece,
    Revision,
    Stage,
)
from content.snapshot import Snapshot, Visibility

BATCH = 500


def filled(folder: Path, many: int) -> Database:
    """A database in this folder with the example content and this many articles besides, in use by this process."""
    from app.core import database, migrating, settings
    from app.core.settings import Settings
    from content.seed.seeding import seed

    settings.configure(Settings(_env_file=None, data_dir=folder))
    made = database.configure(settings.settings().database_address)
    import app.reactions  # noqa: F401 - publishing announces

    migrating.upgrade(made)
    seed(made)
    generate(made, many)
    return made


def generate(database: Database, many: int, *, seed: int = 1) -> None:
    """Add this many published articles, each a piece of its own, made from those that are there."""
    chance = random.Random(seed)
    with database.reading() as session:
        models = _models(session)
        first = (session.exec(select(Article.id).order_by(col(Article.id).desc())).first() or 0) + 1
    for start in range(0, many, BATCH):
        with database.writing() as session:
            for number in range(start, min(start + BATCH, many)):
                _one(session, first + number, chance.choice(models), chance)
            epoch.move(session)


def _models(session: Session) -> list[tuple[Article, Revision, list[SQLModel]]]:
    rows = session.exec(
        select(Article, Revision).where(Revision.id == Article.live_revision_id, Article.stage == Stage.PUBLISHED)
    ).all()
    links: dict[int, list[SQLModel]] = {}
    for table in (ArticleTopic, ArticleSector, ArticleOrganisation):
        for link in session.exec(select(table)).all():
            links.setdefault(link.article_id, []).append(link)
    return [(article, revision, links.get(article.id, [])) for article, revision in rows]


def _one(session: Session, id_: int, model: tuple[Article, Revision, list[SQLModel]], chance: random.Random) -> None:
    article, revision, links = model
    piece_id, moment = _add(session, Piece, key=f"made-{id_}", kind=article.kind), now() - timedelta(minutes=id_)
    title = f"{_shuffled(article.title, chance)[:95]} {id_}"
    content: Snapshot = revision.content.model_copy(update={"title": title, "files": ()})
    plain = _shuffled(revision.plain, chance)
    copied = article.model_dump(exclude={"id", "created_at", "version"}) | {
        "piece_id": piece_id,
        "slug": f"gemaakt-{id_}",
        "title": title,
        "published_at": moment,
        "changed_at": moment,
        "news_at": moment,
        "visibility": _visibility(id_),
        "newest_revision": 1,
        "live_number": 1,
    }
    article_id = _add(session, Article, **copied)
    revision_id = _add(
        session,
        Revision,
        article_id=article_id,
        number=1,
        published_number=1,
        published_at=moment,
        content=content,
        html=revision.html,
        headings=revision.headings,
        plain=plain,
    )
    session.connection().execute(
        Article.__table__.update().where(Article.__table__.c.id == article_id).values(live_revision_id=revision_id)
    )
    _add(session, Draft, article_id=article_id, content=content, saved_at=moment)
    for link in links:
        session.connection().execute(insert(type(link)), link.model_dump() | {"article_id": article_id})


def _add(session: Session, table: type[SQLModel], **values: Any) -> int:
    row = table(**values)
    session.add(row)
    session.flush()
    identifier: int = row.id
    session.expunge(row)
    return identifier


def _visibility(number: int) -> Visibility:
    if number % 10 == 0:
        return Visibility.ORGANISATIONS
    return Visibility.MEMBERS if number % 5 == 0 else Visibility.EVERYONE


def _shuffled(text: str, chance: random.Random) -> str:
    words = list(_windows(text.split(), 6))
    chance.shuffle(words)
    return " ".join(word for window in words for word in window)


def _windows(words: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(words), size):
        yield words[start : start + size]
