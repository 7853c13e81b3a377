"""Bulk work: a steward has the same thing done to many pieces. The worker does it piece by piece, each one once.

The order and the promise to carry it out are one transaction, and so are what is done to a piece and the note that it
was: a worker that is killed goes on where it was.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlmodel import Session, col, select

from app.core.clock import now
from app.core.database import reading, writing
from app.core.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from app.core.jobs import announce
from app.core.lanes import in_lane
from app.core.language import gettext as _
from app.core.language import speaking
from app.people.access import require_steward
from app.people.actor import Actor
from app.people.auditing import note
from app.people.models import User
from app.people.signing_in import actor_for
from content.bulk_orders import BulkItem, BulkOrder, ItemState, What
from content.bulk_verbs import Told, do, require_wish, undo
from content.events import BulkOrdered, BulkUndoAsked
from content.models import Article, Revision

MOST: Final = 100
"""Pieces in one order."""

Chosen = Sequence[tuple[int, int]]
"""Articles, each with the revision that readers saw when it was chosen."""


def order(session: Session, what: What, told: Told, chosen: Chosen, *, by: Actor, key: str) -> BulkOrder:
    """Have this done to these pieces; the same `key` again is the same order. Raises Invalid, at the field."""
    require_steward(by)
    before = session.exec(select(BulkOrder).where(BulkOrder.key == key)).first()
    if before is not None:
        return before
    require_wish(session, what, told)
    if not chosen:
        raise Invalid(_("Choose at least one piece."), field="stuk")
    if len(chosen) > MOST:
        raise Invalid(_("At most %(n)s pieces at once.", n=MOST), field="stuk")
    made = BulkOrder(key=key, what=what, told=dict(told), by_id=by.user_id)
    session.add(made)
    session.flush()
    for article_id, revision_id in dict(chosen).items():
        session.add(BulkItem(order_id=made.id, article_id=article_id, revision_id=revision_id))
    session.flush()
    note(session, by, "order_bulk", subject=f"bulk:{made.id}", told={"what": what, "pieces": len(dict(chosen))})
    announce(session, BulkOrdered(order_id=made.id))
    return made


def chosen_at(session: Session, versions: Sequence[tuple[str, int]]) -> Chosen:
    """Articles by their address, each with the published version that was read. Raises Invalid for what is none."""
    rows = session.exec(
        select(Article.slug, Revision.published_number, Article.id, Revision.id)
        .join(Revision, col(Revision.article_id) == Article.id)
        .where(col(Article.slug).in_([slug for slug, _number in versions]), col(Revision.published_number).is_not(None))
    ).all()
    known = {(slug, number): (article_id, revision_id) for slug, number, article_id, revision_id in rows}
    unknown = next((slug for slug, number in versions if (slug, number) not in known), None)
    if unknown is not None:
        raise Invalid(_("There is no such version of “%(slug)s”.", slug=unknown), field="stuk")
    return [known[version] for version in versions]


def ask_undo(session: Session, order_id: int, *, by: Actor) -> BulkOrder:
    """Have everything that was done by an order undone, as far as nobody changed it since. Asking twice is once."""
    require_steward(by)
    found = order_numbered(session, order_id)
    if found.undo_asked_at is not None:
        return found
    if _next(session, found.id, ItemState.WAITING) is not None:
        raise Conflict(_("This is still being done. Wait until it is."))
    found.undo_asked_at = now()
    session.add(found)
    for item in session.exec(
        select(BulkItem).where(BulkItem.order_id == found.id, BulkItem.state == ItemState.DONE)
    ).all():
        item.state = ItemState.UNDOING
        session.add(item)
    session.flush()
    note(session, by, "undo_bulk", subject=f"bulk:{found.id}", told={"what": found.what})
    announce(session, BulkUndoAsked(order_id=found.id, by_id=by.user_id or 0))
    return found


def order_numbered(session: Session, id_: int) -> BulkOrder:
    """The order of this number. Raises NotFound."""
    found = session.exec(select(BulkOrder).where(BulkOrder.id == id_).with_for_update()).first()
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    return found


@in_lane("content.bulk")
def carry_out(happened: BulkOrdered) -> None:
    """Do what was ordered to every piece that still waits for it."""

    def step(session: Session, made: BulkOrder, item: BulkItem, article: Article, by: Actor) -> None:
        if article.live_revision_id != item.revision_id:
            raise Conflict(_("Another version appeared since you chose it."))
        item.before = do(session, article, made.what, made.told, by=by)

    _each(happened.order_id, None, ItemState.WAITING, step, (ItemState.DONE, ItemState.SKIPPED))


@in_lane("content.bulk")
def carry_back(happened: BulkUndoAsked) -> None:
    """Undo it for every piece that waits for that."""

    def step(session: Session, made: BulkOrder, item: BulkItem, article: Article, by: Actor) -> None:
        undo(session, article, made.what, made.told, item.before, by=by)

    _each(happened.order_id, happened.by_id, ItemState.UNDOING, step, (ItemState.UNDONE, ItemState.KEPT))


Step = Callable[[Session, BulkOrder, BulkItem, Article, Actor], Any]


def _each(order_id: int, by_id: int | None, waiting: ItemState, step: Step, ends: tuple[ItemState, ItemState]) -> None:
    """One transaction for each piece, so that none is done twice and nobody waits long for the database."""
    while True:
        with reading() as session:
            item_id = _next(session, order_id, waiting)
        if item_id is None:
            return
        with writing() as session:
            locked = select(BulkItem).where(BulkItem.id == item_id, BulkItem.state == waiting).with_for_update()
            item = session.exec(locked.execution_options(populate_existing=True)).first()
            if item is None:
                continue  # somebody else was first
            made = session.get_one(BulkOrder, order_id)
            user = session.get(User, by_id or made.by_id or 0)
            article = session.exec(select(Article).where(Article.id == item.article_id).with_for_update()).one()
            with speaking(user.language if user else "nl"):
                try:
                    with session.begin_nested():
                        if user is None:
                            raise NotAllowed(_("Whoever ordered this is not here any more."))
                        by = actor_for(session, user)
                        require_steward(by)
                        step(session, made, item, article, by)
                except Problem as problem:
                    item.state, item.why = ends[1], problem.sentence[:300]
                else:
                    item.state, item.why = ends[0], ""
            session.add(item)


def _next(session: Session, order_id: int, state: ItemState) -> int | None:
    return session.exec(
        select(BulkItem.id)
        .where(BulkItem.order_id == order_id, BulkItem.state == state)
        .order_by(col(BulkItem.id))
        .limit(1)
    ).first()
