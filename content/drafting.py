"""Drafting: begin a piece, find one's own, and open one to write in it."""

from collections.abc import Iterator, Sequence
from itertools import count
from secrets import token_hex
from typing import Final

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from app.core.errors import Invalid, NotAllowed, NotFound
from app.core.language import LANGUAGES
from app.core.language import gettext as _
from app.core.text import slug as slug_of
from app.people.access import may_write
from app.people.actor import Actor
from app.people.models import Admission, Organisation
from content.access import edited_by
from content.kinds import KINDS
from content.models import Article, Draft, OldSlug, Piece
from content.snapshot import Contribution, Part, Snapshot, Visibility
from content.writing import start

MOST: Final = 200
"""Pieces that one list shows."""

SLUG: Final = 70
"""Characters of an address, so that a number fits behind it."""

UNNAMED: Final = "concept-"
"""How the address of a piece begins that has no title yet; it gets a real one when it is put aside."""


def writes_for(session: Session, actor: Actor) -> Sequence[Organisation]:
    """The organisations for which this actor may begin a piece, by name."""
    found = select(Organisation).where(Organisation.admission == Admission.ADMITTED).order_by(Organisation.name)
    if not actor.is_steward:
        found = found.where(col(Organisation.id).in_(actor.edits_for))
    return [each for each in session.exec(found).all() if actor.is_steward or may_write(each.kind)]


def begin(session: Session, *, kind: str, language: str, owner: Organisation, by: Actor, title: str = "") -> Article:
    """A new piece with the skeleton of its kind. That of an invented organisation is an example.

    Raises Invalid for a kind or language that is none, NotAllowed when its organisation begins no pieces.
    """
    if kind not in KINDS:
        raise Invalid(_("Choose one of these"), field="kind")
    if language not in LANGUAGES:
        raise Invalid(_("Choose one of these"), field="language")
    if not by.is_steward and not may_write(owner.kind):
        raise NotAllowed(_("Organisations of this kind do not publish here."))
    content = Snapshot(
        title=title,
        body=KINDS[kind].skeleton(language),
        authors=(by.handle,) if by.handle else (),
        organisations=(Contribution(organisation=owner.slug, part=_part_of(owner)),),
    )
    slug = free_slug(session, title)
    piece = Piece(key=_free_key(session, slug), kind=kind)
    session.add(piece)
    session.flush()
    return start(
        session,
        piece=piece,
        language=language,
        slug=slug,
        owner_id=owner.id,
        visibility=Visibility.MEMBERS,
        content=content,
        by=by,
        example=owner.is_invented,
    )


def free_slug(session: Session, title: str) -> str:
    """An address made of a title that nobody has or ever had."""
    wished = slug_of(title, SLUG) if title.strip() else UNNAMED + token_hex(4)
    taken = set(session.exec(select(Article.slug).where(col(Article.slug).startswith(wished, autoescape=True))).all())
    taken |= set(session.exec(select(OldSlug.slug).where(col(OldSlug.slug).startswith(wished, autoescape=True))).all())
    taken |= {kind.address for kind in KINDS.values()}
    return next(each for each in _numbered(wished) if each not in taken)


def editable(session: Session, article_id: int, actor: Actor) -> Article:
    """The article of this number, when this actor may change it. NotFound for every other, there or not."""
    article = session.exec(select(Article).where(Article.id == article_id, edited_by(actor))).first()
    if article is None:
        raise NotFound(_("There is nothing at this address."))
    return article


def own_pieces(session: Session, actor: Actor) -> Sequence[tuple[Article, Draft]]:
    """What this person may write in, what was saved last first. Of a steward, what they saved themselves."""
    return session.exec(
        select(Article, Draft)
        .join(Draft, col(Draft.article_id) == Article.id)
        .where(_own(actor))
        .order_by(col(Draft.saved_at).desc(), col(Article.id).desc())
        .limit(MOST)
    ).all()


def _own(actor: Actor) -> ColumnElement[bool]:
    """Those of one's organisations; a steward may change all, and wrote few."""
    theirs = col(Article.owner_id).in_(actor.edits_for)
    if not actor.is_steward:
        return theirs
    return or_(theirs, col(Draft.saved_by_id) == actor.user_id)


def _part_of(owner: Organisation) -> Part:
    """A company tells of itself; an institute measured and helped."""
    return Part.LEAD if owner.kind in ("sme", "lead-company") else Part.KNOWLEDGE_PARTNER


def _free_key(session: Session, wished: str) -> str:
    taken = set(session.exec(select(Piece.key).where(col(Piece.key).startswith(wished, autoescape=True))).all())
    return next(each for each in _numbered(wished) if each not in taken)


def _numbered(wished: str) -> Iterator[str]:
    yield wished
    yield from (f"{wished}-{number}" for number in count(2))
