"""The queue: every text on its way that somebody follows, what waits for them first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from app.core.clock import now
from app.core.errors import NotFound
from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.models import Organisation, User, UserState
from app.people.signing_in import actors_for
from content.access import can_edit
from content.models import Article, Revision
from content.review_access import decides, followed_by, follows
from content.review_steps import WAITING, Act, ReviewState
from content.reviews import Review, ReviewStep

MOST = 200
"""Reviews in one queue: more than any desk can read."""


@dataclass(frozen=True)
class Queued:
    """A review in the queue."""

    review: Review
    article: Article
    title: str
    sender: User | None
    owner: Organisation
    is_mine: bool
    """Whether it waits for whoever looks."""

    @property
    def is_late(self) -> bool:
        """Whether somebody should have answered already."""
        return self.review.state in WAITING and self.review.due_at is not None and self.review.due_at < now()


def queue(session: Session, actor: Actor) -> list[Queued]:
    """What this actor follows and is not over: what waits for them first, then what waits longest.

    One query, and one or two for each colleague whose turn it could be instead.
    """
    # SQLAlchemy's own select: the typed one of SQLModel ends at four things.
    rows = session.execute(
        sa_select(Review, Article, Revision.content, User, Organisation)  # type: ignore[call-overload]
        .join(Article, col(Article.id) == Review.article_id)
        .join(Revision, col(Revision.id) == Review.revision_id)
        .join(Organisation, col(Organisation.id) == Article.owner_id)
        .outerjoin(User, col(User.id) == Review.sent_by_id)
        .where(col(Review.ended_at).is_(None), followed_by(actor))
        .order_by(col(Review.sent_at), col(Review.id))
        .limit(MOST)
    ).all()
    others = _others(session, actor, [(review, article) for review, article, *_more in rows])
    found = [
        Queued(review, article, content.title, sender, owner, _is_turn_of(actor, review, article, others))
        for review, article, content, sender, owner in rows
    ]
    return sorted(found, key=lambda each: not each.is_mine)


def review_numbered(session: Session, id_: int, actor: Actor) -> tuple[Review, Article]:
    """A review that this actor follows, over or not. Raises NotFound for every other one and for none alike."""
    review = session.get(Review, id_)
    article = session.get_one(Article, review.article_id) if review is not None else None
    if review is None or article is None or not follows(actor, review, article):
        raise NotFound(_("There is nothing at this address."))
    return review, article


def review_at(session: Session, slug: str, actor: Actor) -> tuple[Review, Article]:
    """The newest review of the article at this address, when this actor follows it. Raises as `review_numbered`."""
    found = session.exec(
        select(Review, Article)
        .join(Article, col(Article.id) == Review.article_id)
        .where(Article.slug == slug, followed_by(actor))
        .order_by(col(Review.id).desc())
        .limit(1)
    ).first()
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


def history(session: Session, review: Review) -> Sequence[tuple[ReviewStep, int, User | None]]:
    """Everything that happened, newest first: the step, the number of the text, and who did it."""
    rows = session.exec(
        select(ReviewStep, Revision.number, User)
        .join(Revision, col(Revision.id) == ReviewStep.revision_id)
        .outerjoin(User, col(User.id) == ReviewStep.by_id)
        .where(ReviewStep.review_id == review.id)
        .order_by(col(ReviewStep.id).desc())
    ).all()
    return [(step, number, user) for step, number, user in rows]


def read_before(session: Session, review: Review, article: Article) -> Revision | None:
    """The text to compare with: the one that was sent in before this one, else what readers see. None for the first."""
    earlier = session.exec(
        select(Revision)
        .join(ReviewStep, col(ReviewStep.revision_id) == Revision.id)
        .where(
            ReviewStep.review_id == review.id,
            ReviewStep.act == Act.SEND_IN,
            ReviewStep.revision_id != review.revision_id,
        )
        .order_by(col(ReviewStep.id).desc())
        .limit(1)
    ).first()
    if earlier is not None:
        return earlier
    live = article.live_revision_id
    return session.get(Revision, live) if live is not None and live != review.revision_id else None


def _others(session: Session, actor: Actor, rows: Sequence[tuple[Review, Article]]) -> dict[int, Actor]:
    """Those for whom something waits that would else be this actor's to do, with what they may at this moment."""
    ids = {_waits_for(review) for review, article in rows if _could_do(actor, review, article)} - {None, actor.user_id}
    users = session.exec(select(User).where(col(User.id).in_(ids), User.state == UserState.ACTIVE)).all() if ids else ()
    return actors_for(session, users)


def _waits_for(review: Review) -> int | None:
    """The one person whose turn it is, if there is such a one."""
    if review.state == ReviewState.WITH_AUTHOR:
        return review.sent_by_id
    return review.reviewer_id if review.state == ReviewState.AT_CENTRE else None


def _could_do(actor: Actor, review: Review, article: Article) -> bool:
    if review.state == ReviewState.WITH_AUTHOR:
        return can_edit(actor, article) if review.sent_by_id == actor.user_id else article.owner_id in actor.edits_for
    return review.state in WAITING and decides(actor, review, article)


def _is_turn_of(actor: Actor, review: Review, article: Article, others: Mapping[int, Actor]) -> bool:
    """Whether it waits for them: at their desk, or sent back to their organisation, and not for a colleague.

    A colleague who may not do it any more has no turn: then it is that of whoever may, so that nothing waits unseen.
    """
    if not _could_do(actor, review, article):
        return False
    whose = _waits_for(review)
    other = others.get(whose) if whose is not None else None
    return whose == actor.user_id or other is None or not _could_do(other, review, article)
