"""Drafting: begin a piece, find one's own, and open one to write in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from secrets import token_hex
from typing import Final

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from app.core.clock import now
from app.core.errors import Invalid, NotAllowed, NotFound
from app.core.language import LANGUAGES
from app.core.language import gettext as _
from app.core.text import slug as slug_of
from app.people.access import may_write
from app.people.actor import Actor
from app.people.models import Admission, Organisation
from content.access import edited_by
from content.kinds import KINDS
from content.models import Article, Draft, OldSlug, Piece, Revision
from content.snapshot import Contribution, Part, Snapshot, Visibility
from content.tightening import saved_since, tightened
from content.writing import draft_of, put_aside, require_seen, save_draft, start

MOST: Final = 200
"""Pieces that one list shows."""

SLUG: Final = 70
"""Characters of an address, so that a number fits behind it."""

ASIDE_EVERY: Final = timedelta(minutes=20)
"""How long somebody writes before what they have is put aside, so that there is something to go back to."""

THEIRS_ASIDE_EVERY: Final = timedelta(minutes=2)
"""The same for the text of somebody else. What they wrote was seen by whoever changes it; this is to go back to it."""

UNNAMED: Final = "concept-"
"""How the address of a piece begins that has no title yet; it gets a real one when it is put aside."""


def writes_for(session: Session, actor: Actor) -> Sequence[Organisation]:
    """The organisations for which this actor may begin a piece, by name."""
    found = select(Organisation).where(Organisation.admission == Admission.ADMITTED).order_by(Organisation.name)
    if not actor.is_steward:
        found = found.where(col(Organisation.id).in_(actor.edits_for))
    return [each for each in session.exec(found).all() if actor.is_steward or may_write(each.kind)]


def owner_called(session: Session, slug: str, actor: Actor) -> Organisation:
    """The one of this name for which this actor may begin a piece. Raises Invalid for every other, there or not."""
    found = next((each for each in writes_for(session, actor) if each.slug == slug), None)
    if found is None:
        raise Invalid(_("Choose one of your organisations"), field="organisation")
    return found


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
    return _editable(session, col(Article.id) == article_id, actor)


def editable_at(session: Session, slug: str, actor: Actor) -> Article:
    """The same by its address."""
    return _editable(session, col(Article.slug) == slug, actor)


def _editable(session: Session, which: ColumnElement[bool], actor: Actor) -> Article:
    article = session.exec(select(Article).where(which, edited_by(actor))).first()
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


# --- saving -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attempt:
    """Which save of an open page this is. One whose answer was lost was perhaps made: its page asks again."""

    key: str = ""
    unanswered: frozenset[str] = frozenset()
    """The keys of earlier saves of this page that got no answer."""

    def made(self, draft: Draft, by: Actor) -> bool:
        """Whether this page saved the very text that stands there."""
        return (
            bool(draft.save_key) and draft.save_key in {self.key, *self.unanswered} and draft.saved_by_id == by.user_id
        )


def save(
    session: Session,
    article: Article,
    content: Snapshot,
    *,
    by: Actor,
    seen_version: int,
    attempt: Attempt = Attempt(),
) -> Draft:
    """Replace the draft's text; what stood there is put aside first when it is somebody else's, or old.

    Files and names are those of the draft, whatever `content` says: they are put there and taken off by themselves, and
    some of that may have happened since it was told. The same attempt twice changes nothing. Raises Stale when the text
    was saved since this version was seen, but for a save of the same page.
    """
    draft = draft_of(session, article, is_locked=True)
    if not attempt.made(draft, by):
        require_seen(draft, seen_version)
    elif draft.save_key == attempt.key:
        return draft
    content = content.credited_as(draft.content).model_copy(update={"files": draft.content.files})
    # Also while a piece waits for others: what they look at is the revision that its review names.
    if not draft.content.is_same_as(content):
        is_theirs = draft.saved_by_id not in (None, by.user_id)
        put_aside_after(session, article, THEIRS_ASIDE_EVERY if is_theirs else ASIDE_EVERY, by=by)
    return save_draft(session, article, content, by=by, save_key=attempt.key)


def restore(session: Session, article: Article, number: int, *, by: Actor, seen_version: int) -> Draft:
    """Write with an older text again; what stands in the draft now is put aside first.

    Raises NotFound when there is no such revision, Stale as `save` does.
    """
    revision = revision_numbered(session, article, number)
    draft = draft_of(session, article, is_locked=True)
    require_seen(draft, seen_version)
    put_aside(session, article, by=by)
    # Who took their name off since does not stand there again, and no file is shown to more people than was said since.
    content = revision.content.credited_as(draft.content)
    files = tightened(content.files, [*saved_since(session, article, number), draft.content.files])
    content = content.model_copy(update={"files": files})
    return save_draft(session, article, content, by=by)


def revision_numbered(session: Session, article: Article, number: int) -> Revision:
    """One of the texts that were put aside. NotFound when there is none of this number."""
    found = session.exec(select(Revision).where(Revision.article_id == article.id, Revision.number == number)).first()
    if found is None:
        raise NotFound(_("This piece has no such version."))
    return found


def put_aside_after(session: Session, article: Article, wait: timedelta, *, by: Actor) -> None:
    """Put the draft aside unless something was so short a while ago."""
    last = session.exec(
        select(Revision.created_at).where(Revision.article_id == article.id, Revision.number == article.newest_revision)
    ).first()
    if now() - (last or article.created_at) > wait:
        put_aside(session, article, by=by)
