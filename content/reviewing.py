"""Reviewing: a text is sent in, read at the company and at the knowledge centre, and appears, or comes back with a
reason.

Every decision names the revision that was read. When its author sends in another one meanwhile, the decision is
refused: nobody says yes to what they have not seen.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session

from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotAllowed
from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.auditing import note
from app.people.models import Organisation, User
from app.people.signing_in import actor_for
from content.access import require_editor
from content.checking import require_ready
from content.holding import hold
from content.models import Article, Revision, Stage
from content.passing_desks import company_of, desks_of, is_waiting_for
from content.publishing import unschedule
from content.review_access import decides, reads_at_centre
from content.review_moves import first_moment, last_step, locked, move
from content.review_record import open_review
from content.review_steps import WAITING, Act, NoSuchStep, ReviewState, after
from content.reviews import Review
from content.writing import draft_of, revise


def send_in(
    session: Session, article: Article, *, by: Actor, message: str = "", wanted_at: datetime | None = None
) -> Review:
    """Put the draft aside and hand it over. Sending the same text in twice changes nothing.

    `wanted_at`: when the author would like it to appear. With both desks passed over it appears at once, or then.
    Raises Invalid when the text is not complete, or its moment has passed.
    """
    require_editor(by, article)
    hold(session, article)
    if wanted_at is not None and wanted_at <= now():
        raise Invalid(_("This moment has passed. Choose a later one."), field="publish_at")
    content = draft_of(session, article).content
    require_ready(session, article, content)
    review = open_review(session, article, lock=True)
    revision = session.get_one(Revision, review.revision_id) if review is not None else None
    # What was put aside since is no other text when its author went back to the one that lies there.
    if revision is None or not revision.content.is_same_as(content):
        revision = revise(session, article, by=by, note=message)
    if review is None and article.stage == Stage.PUBLISHED and article.live_revision_id == revision.id:
        raise Conflict(_("Readers see this text already. Change something first."))
    if review is not None and review.revision_id == revision.id and review.state != ReviewState.WITH_AUTHOR:
        return review
    company = company_of(session, article, revision.content)
    desks = desks_of(
        session, article, company, is_agreed=review is not None and review.agreed_revision_id == revision.id
    )
    if review is None:
        review = Review(article_id=article.id, revision_id=revision.id, state=ReviewState.AT_COMPANY, sent_at=now())
    elif review.state == ReviewState.SCHEDULED:
        unschedule(session, article)
    review.revision_id, review.sent_by_id, review.sent_at, review.note = revision.id, by.user_id, now(), message
    review.company_id, review.wanted_at, review.checked = (company.id if company else None), wanted_at, []
    state = after(None, Act.SEND_IN, desks, waits=is_waiting_for(article, wanted_at))
    move(session, review, article, Act.SEND_IN, state, by=by, message=message, at=wanted_at)
    return review


def decide(
    session: Session,
    review: Review,
    act: Act,
    *,
    revision_id: int,
    by: Actor,
    message: str = "",
    at: datetime | None = None,
    checked: Collection[str] = (),
    after_step: int | None = None,
) -> Review:
    """Say yes, send back or refuse, about the revision that was read. The same press twice is one decision.

    `at`: the moment for `SCHEDULE`. `checked`: which of `checks_of` were gone through. `after_step`: the newest step
    that whoever decides had seen; when something happened since, nothing is decided.
    Raises NotAllowed for whoever does not sit at this desk, Conflict when the author sent in another text or somebody
    else decided meanwhile, Invalid without a reason or with something not gone through.
    """
    review = locked(session, review.id)
    article, revision = session.get_one(Article, review.article_id), session.get_one(Revision, review.revision_id)
    last = last_step(session, review)
    is_theirs = (last.act, last.revision_id, last.by_id) == (act, revision_id, by.user_id)
    # Whoever has seen that step and presses again means another moment.
    if is_theirs and last.id != after_step and (act != Act.SCHEDULE or last.publish_at == first_moment(article, at)):
        return review
    if review.revision_id != revision_id:
        raise Conflict(_("A newer text was sent in while you read this one. Read that first; nothing was decided."))
    if after_step is not None and last.id != after_step:
        raise Conflict(_("Somebody else has decided about this meanwhile."))
    if not decides(by, review, article):
        if review.state not in WAITING:
            raise Conflict(_("Somebody else has decided about this meanwhile."))
        raise NotAllowed(_("Somebody else decides about this."))
    company = session.get(Organisation, review.company_id) if review.company_id else None
    desks = desks_of(session, article, company)
    try:
        state = after(review.state, act, desks, waits=is_waiting_for(article, review.wanted_at))
    except NoSuchStep:
        raise Conflict(_("Somebody else has decided about this meanwhile.")) from None
    if act in (Act.SEND_BACK, Act.REFUSE) and not message:
        raise Invalid(_("Say why, so that the author knows what to do."), field="message")
    if act in (Act.PLACE, Act.SCHEDULE):
        _require_checked(article, checked)
        review.checked = sorted(checked)
    if act == Act.AGREE:
        review.agreed_revision_id = revision.id
    if act == Act.SCHEDULE and at is None:
        raise Invalid(_("Choose a day and a time."), field="publish_at")
    if act == Act.PLACE and is_waiting_for(article, None):
        state, at = ReviewState.SCHEDULED, article.embargo_until
    move(session, review, article, act, state, by=by, message=message, at=at or review.wanted_at)
    note(session, by, NOTED[act], subject=f"piece:{article.slug}", told={"revision": revision.number})
    return review


def take_back(session: Session, review: Review, *, by: Actor) -> Review:
    """The author takes a text back that they sent in. Taking it back twice changes nothing."""
    review = locked(session, review.id)
    article = session.get_one(Article, review.article_id)
    require_editor(by, article)
    if review.state == ReviewState.TAKEN_BACK:
        return review
    try:
        state = after(review.state, Act.TAKE_BACK)
    except NoSuchStep:
        raise Conflict(_("Somebody else has decided about this meanwhile.")) from None
    move(session, review, article, Act.TAKE_BACK, state, by=by)
    return review


def assign(session: Session, review: Review, reviewer: User | None, *, by: Actor) -> Review:
    """Say who reads it at the knowledge centre; None lets anybody there. Only for those who may decide there.

    Raises NotAllowed for whoever does not, Conflict for what is over, Invalid for somebody who could not decide.
    """
    review = locked(session, review.id)
    article = session.get_one(Article, review.article_id)
    if not reads_at_centre(by, article):
        raise NotAllowed(_("Somebody else decides about this."))
    if review.state.is_over:
        raise Conflict(_("Somebody else has decided about this meanwhile."))
    if reviewer is not None and not reads_at_centre(actor_for(session, reviewer), article):
        raise Invalid(_("This person cannot decide about this piece."), field="reviewer")
    review.reviewer_id = reviewer.id if reviewer else None
    session.add(review)
    return review


NOTED = {
    Act.AGREE: "agree_for_company",
    Act.PLACE: "place_piece",
    Act.SCHEDULE: "schedule_piece",
    Act.SEND_BACK: "send_back_piece",
    Act.REFUSE: "refuse_piece",
}
"""How the audit log calls a decision."""

CHECKS = ("figures", "company", "readable", "pitfalls", "pictures")
"""What is gone through before a text appears, in the order of the page."""


def checks_of(article: Article) -> Sequence[str]:
    """Which of the checks a piece of this kind needs."""
    return [check for check in CHECKS if article.kind == "case_study" or check not in ("figures", "pitfalls")]


def publish_directly(session: Session, article: Article, *, by: Actor, at: datetime | None = None) -> Article:
    """Let the draft appear now, or `at` a moment, without a review: for stewards, and where both desks are passed over.

    Raises NotAllowed for everybody else, and Invalid as sending in does: here nobody else looks before readers do.
    """
    require_editor(by, article)
    hold(session, article)
    require_ready(session, article, draft_of(session, article).content)
    company = company_of(session, article, (revision := revise(session, article, by=by)).content)
    desks = desks_of(session, article, company)
    if not by.is_steward and (desks.company or desks.centre):
        raise NotAllowed(_("This piece is read by others before it appears. Send it in."))
    if at is not None and at <= now():
        raise Invalid(_("This moment has passed. Choose a later one."), field="publish_at")
    review = open_review(session, article, lock=True)
    if article.stage == Stage.PUBLISHED and article.live_revision_id == revision.id and at is None:
        return article
    if review is None:
        review = Review(article_id=article.id, revision_id=revision.id, state=ReviewState.AT_CENTRE, sent_at=now())
        review.sent_by_id = by.user_id
    review.revision_id = revision.id
    waits = is_waiting_for(article, at)
    state = ReviewState.SCHEDULED if waits else ReviewState.PUBLISHED
    move(session, review, article, Act.SCHEDULE if waits else Act.PLACE, state, by=by, at=at)
    note(session, by, "publish_directly", subject=f"piece:{article.slug}", told={"revision": revision.number})
    return article


def _require_checked(article: Article, checked: Collection[str]) -> None:
    if set(checks_of(article)) - set(checked):
        raise Invalid(_("Go through everything first; then the piece can be placed."), field="checked")
