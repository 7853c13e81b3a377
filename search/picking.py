"""Picking: what stewards put above the results of a question, until a day they name."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Field, Session, UniqueConstraint, col, delete, select

from app.core import epoch, remembering
from app.core.clock import today
from app.core.errors import Invalid, NotFound
from app.core.language import gettext as _
from app.core.record import Record
from app.people.access import require_steward
from app.people.actor import Actor
from app.people.auditing import note
from content.access import seen_by
from content.models import Article
from content.shelves import Listed, listed, preferring
from search.mill.fold import folded

MOST_FOR_A_QUESTION = 3


class Pick(Record, table=True):
    """A piece that stewards put above the results of a question."""

    __table_args__ = (UniqueConstraint("question", "piece_id"),)

    question: str = Field(max_length=100, index=True)
    """Folded, so that capitals and accents make no difference."""
    written: str = Field(max_length=100)
    piece_id: int = Field(foreign_key="piece.id", index=True, ondelete="CASCADE")
    until: date
    """The last day on which it is shown."""


def pick(session: Session, question: str, slug: str, *, until: date, by: Actor) -> Pick:
    """Put a piece above the results of a question. Picking it again moves its last day."""
    require_steward(by)
    asked = _folded(question)
    if not asked or len(question) > 100:
        raise Invalid(_("Write the question for which it should stand on top."), field="question")
    if until < today():
        raise Invalid(_("Choose a last day that is still to come."), field="until")
    piece_id = session.exec(select(Article.piece_id).where(Article.slug == slug, seen_by(by))).first()
    if piece_id is None:
        raise Invalid(_("There is no published piece at this address."), field="piece")
    present = session.exec(select(Pick).where(Pick.question == asked)).all()
    one = next((row for row in present if row.piece_id == piece_id), None)
    if one is None and len([row for row in present if row.until >= today()]) >= MOST_FOR_A_QUESTION:
        raise Invalid(_("Three pieces stand on top for this question already. Take one away first."), field="question")
    one = one or Pick(question=asked, written=question.strip(), piece_id=piece_id, until=until)
    one.until = until
    session.add(one)
    session.flush()
    note(session, by, "pick", subject=f"piece:{slug}"[:120], told={"question": asked, "until": until.isoformat()})
    epoch.move(session)
    return one


def unpick(session: Session, pick_id: int, *, by: Actor) -> None:
    """Leave it to the search again."""
    require_steward(by)
    one = session.get(Pick, pick_id)
    if one is None:
        raise NotFound(_("There is nothing at this address."))
    session.delete(one)
    note(session, by, "unpick", told={"question": one.question})
    epoch.move(session)


def picks(session: Session) -> Sequence[Pick]:
    """Those that are shown today or later, by question."""
    wanted = select(Pick).where(col(Pick.until) >= today()).order_by(Pick.question, col(Pick.id))
    return session.exec(wanted).all()


def picked_for(session: Session, question: str, actor: Actor, language: str) -> list[Listed]:
    """What stands on top for this question, as far as this reader may see it."""
    asked = _folded(question)
    if not asked:
        return []
    wanted = select(Pick.question, Pick.piece_id, col(Pick.until)).order_by(col(Pick.id))
    every = remembering.once(session, "picks", lambda: session.exec(wanted).all())
    pieces = [piece for picked, piece, until in every if picked == asked and until >= today()]
    if not pieces:
        return []
    visible = select(Article.piece_id, Article.id).where(
        col(Article.piece_id).in_(pieces), seen_by(actor), preferring(language, actor)
    )
    of_piece = dict(session.exec(visible).all())
    return listed(session, [of_piece[piece] for piece in pieces if piece in of_piece])


def forget_old_picks(session: Session) -> None:
    """Those whose last day is over."""
    session.exec(delete(Pick).where(col(Pick.until) < today()))


def _folded(question: str) -> str:
    return " ".join(folded(question))[:100]
