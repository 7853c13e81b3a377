"""Mapping out: every address of the site that everybody may read, with when it last changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import BigInteger, ColumnElement, cast, func, true
from sqlmodel import Session, col, select

from app.people import finding
from app.people.actor import someone_passing_by
from app.people.models import Organisation, User
from content.access import seen_by
from content.models import Article
from content.subjects import Pilot, Topic


@dataclass(frozen=True)
class PiecePage:
    """A piece under its language: one entry, and its other language version when that is public too."""

    slug: str
    language: str
    changed_at: datetime | None
    versions: Sequence[tuple[str, str]]
    """Language and slug of every public version, this one among them."""


def piece_pages(session: Session, *, with_examples: bool) -> list[PiecePage]:
    """Every piece that everybody sees, newest first. One query."""
    rows = session.exec(
        select(Article.slug, Article.language, col(Article.changed_at), Article.piece_id)
        .where(seen_by(someone_passing_by), _without(Article, with_examples))
        .order_by(col(Article.published_at).desc(), col(Article.id).desc())
    ).all()
    versions: dict[int, list[tuple[str, str]]] = {}
    for slug, language, _changed, piece_id in rows:
        versions.setdefault(piece_id, []).append((language, slug))
    return [PiecePage(slug, language, changed, versions[piece_id]) for slug, language, changed, piece_id in rows]


def other_pages(session: Session, *, with_examples: bool) -> list[str]:
    """Paths of topics, pilots, organisations, and people who want a page; the same in both languages."""
    topics = session.exec(select(Topic.slug_nl).order_by(col(Topic.position))).all()
    pilots = session.exec(select(Pilot.slug).where(_without(Pilot, with_examples)).order_by(col(Pilot.number))).all()
    shown: list[tuple[str, Organisation | User]] = [
        *((f"/organisaties/{row.slug}", row) for row in finding.organisations(session)),
        *((f"/mensen/{row.handle}", row) for row in finding.everybody_with_a_page(session)),
    ]
    return [
        *(f"/onderwerpen/{slug}" for slug in topics),
        *(f"/proefprojecten/{slug}" for slug in pilots),
        *(path for path, row in shown if with_examples or not row.example),
    ]


def state_of_what_is_public(session: Session) -> str:
    """Another word once a piece appeared, changed or went that everybody could see. Hidden ones do not count.

    One query over numbers: the sum of squares tells one set of pieces from another of the same size.
    """
    number = cast(col(Article.id), BigInteger)
    told = session.exec(
        select(func.count(), func.sum(number), func.sum(number * number), func.max(col(Article.changed_at))).where(
            seen_by(someone_passing_by)
        )
    ).one()
    versions = session.exec(select(func.sum(number * Article.live_number)).where(seen_by(someone_passing_by))).one()
    return sha256(repr([str(part) for part in (*told, versions)]).encode()).hexdigest()[:16]


def _without(table: type[Article | Pilot], with_examples: bool) -> ColumnElement[bool]:
    return true() if with_examples else col(table.example).is_(False)
