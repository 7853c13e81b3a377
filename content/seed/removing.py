"""Taking the examples out again, and leaving what people built on them.

An example stays when somebody changed it, and when something that stays names it: a piece its authors and
organisations, a person their organisation, an organisation its people.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, SQLModel, col, delete, or_, select

from app.core.jobs import announce
from app.people.models import Membership, Organisation, User
from content.events import ArticleRemoved
from content.models import Article, ArticleAllowed, Attachment, Draft, Piece, Revision
from content.reviews import Review
from content.seed.bringing import UNTOUCHED, ExampleT
from content.seed.pieces import is_ours
from content.seed.report import Change, Report
from content.subjects import Pilot, PilotOrganisation


@dataclass
class Needed:
    """What the things that stay name: ids of organisations, people and pilots."""

    organisations: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)
    pilots: set[int] = field(default_factory=set)


def remove_examples(session: Session, report: Report) -> set[str]:
    """Remove the rows; the hashes of the files that no row uses any more.

    The pieces themselves follow once search has forgotten them (`app.reactions`).
    """
    files = _remove_articles(session, report)
    needed = _needed_by_articles(session)
    pilots = _remove(session, Pilot, needed.pilots, "pilot", report)
    needed.organisations |= _all(session, PilotOrganisation.organisation_id, PilotOrganisation.pilot_id, pilots)
    needed.people |= _all(session, Pilot.contact_id, Pilot.id, pilots)
    needed.people |= _with_own_places(session)
    people = _remove(session, User, needed.people, "person", report)
    needed.organisations |= _all(session, Membership.organisation_id, Membership.user_id, people)
    _remove(session, Organisation, needed.organisations, "organisation", report)
    return files


def _remove_articles(session: Session, report: Report) -> set[str]:
    removed = []
    for article in session.exec(select(Article).where(col(Article.example).is_(True)).order_by(col(Article.id))).all():
        if is_ours(session, article):
            removed.append(article)
            report.add("article", Change.REMOVED)
        else:
            report.add("article", Change.KEPT, f"article {article.slug}: stays, somebody wrote in it.")
    ids = [article.id for article in removed]
    files = _all(session, Attachment.hash, Attachment.article_id, ids)
    for article in removed:
        announce(session, ArticleRemoved(article_id=article.id, piece_id=article.piece_id))
    session.exec(delete(Article).where(col(Article.id).in_(ids)))
    return files - set(session.exec(select(Attachment.hash)).all())


def forget_piece(session: Session, piece_id: int) -> None:
    """Remove a piece that has no article any more and that no withdrawn one points to."""
    in_use = select(Article.id).where(or_(Article.piece_id == piece_id, Article.successor_id == piece_id)).limit(1)
    if session.exec(in_use).first() is None:
        session.exec(delete(Piece).where(col(Piece.id) == piece_id))


def _needed_by_articles(session: Session) -> Needed:
    """What the remaining articles name, in whichever of their texts."""
    needed = Needed()
    for article in session.exec(select(Article)).all():
        needed.organisations |= {id_ for id_ in (article.owner_id, article.lead_id, article.reviewer_id) if id_}
        needed.people |= {article.withdrawn_by_id} if article.withdrawn_by_id else set()
    needed.organisations |= set(session.exec(select(ArticleAllowed.organisation_id)).all())
    needed.organisations |= {id_ for id_ in session.exec(select(Review.company_id)).all() if id_}
    texts: list[Draft | Revision] = [*session.exec(select(Draft)).all(), *session.exec(select(Revision)).all()]
    needed.people |= {text.saved_by_id for text in texts if text.saved_by_id}
    told = [text.content for text in texts]
    organisations = {part.organisation for content in told for part in content.organisations}
    organisations |= {slug for content in told for slug in content.publishers}
    needed.organisations |= _named(session, Organisation, "slug", organisations)
    needed.people |= _named(session, User, "handle", {author for content in told for author in content.authors})
    needed.pilots |= _named(session, Pilot, "slug", {content.pilot for content in told if content.pilot})
    return needed


def _with_own_places(session: Session) -> set[int]:
    """Example people whom somebody gave a place in an organisation of their own."""
    places = (
        select(Membership.user_id)
        .join(Organisation, col(Membership.organisation_id) == Organisation.id)
        .where(col(Organisation.example).is_(False))
    )
    return set(session.exec(places).all())


def _remove(session: Session, table: type[ExampleT], needed: Collection[int], noun: str, report: Report) -> set[int]:
    """Remove the untouched examples that nothing needs; the ids of the rows that stay."""
    rows = session.exec(select(table).order_by(col(table.id))).all()
    gone = {row.id for row in rows if row.example and row.version == UNTOUCHED and row.id not in needed}
    for row in rows:
        if row.id in gone:
            report.add(noun, Change.REMOVED)
        elif row.example:
            name = row.handle if isinstance(row, User) else row.slug
            why = "somebody changed it" if row.version > UNTOUCHED else "something that stays needs it"
            report.add(noun, Change.KEPT, f"{noun} {name}: stays, {why}.")
    session.exec(delete(table).where(col(table.id).in_(gone)))
    return {row.id for row in rows} - gone


def _all(session: Session, column: Any, where: Any, ids: Iterable[int]) -> set[Any]:
    """Every value of a column in the rows of these ids."""
    found = session.exec(select(column).where(col(where).in_(list(ids)))).all()
    return {value for value in found if value is not None}


def _named(session: Session, table: type[SQLModel], name: str, wanted: Collection[str]) -> set[int]:
    named: Any = table
    return set(session.exec(select(named.id).where(col(getattr(table, name)).in_(wanted))).all())
