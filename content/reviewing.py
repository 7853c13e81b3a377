"""Reviewing: a text is sent in, read at the company and at the knowledge centre, and appears, or comes back with a
reason.

Every decision names the revision that was read. When its author sends in another one meanwhile, the decision is
refused: nobody says yes to what they have not seen.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select

from app.core.clock import in_working_days, now
from app.core.errors import Conflict, Invalid, NotAllowed
from app.core.jobs import announce
from app.core.language import gettext as _
from app.core.settings import settings
from app.people.actor import Actor, the_operator
from app.people.auditing import note
from app.people.models import Admission, Organisation, User
from app.people.places import owners_of
from app.people.signing_in import actor_for
from content.access import require_editor
from content.events import ReviewMoved
from content.models import Article, Revision, Stage
from content.publishing import SHOWN, publish, schedule, unschedule
from content.review_access import decides
from content.review_steps import WAITING, Act, Desks, NoSuchStep, ReviewState, after
from content.reviews import Review, ReviewStep
from content.snapshot import Part, Snapshot
from content.writing import draft_of, revise

STAGES = {
    ReviewState.AT_COMPANY: Stage.AT_COMPANY,
    ReviewState.AT_CENTRE: Stage.AT_CENTRE,
    ReviewState.SCHEDULED: Stage.SCHEDULED,
}
"""How far an article is that readers have never seen; every other state makes it a draft."""


def send_in(
    session: Session, article: Article, *, by: Actor, message: str = "", wanted_at: datetime | None = None
) -> Review:
    """Put the draft aside and hand it over. Sending the same text in twice changes nothing.

    `wanted_at`: when the author would like it to appear. With both desks passed over it appears at once, or then.
    Raises Invalid when the text is not complete, or its moment has passed.
    """
    require_editor(by, article)
    if wanted_at is not None and wanted_at <= now():
        raise Invalid(_("This moment has passed. Choose a later one."), field="publish_at")
    revision = revise(session, article, by=by, note=message)
    review = open_review(session, article, lock=True)
    if review is None and article.stage == Stage.PUBLISHED and article.live_revision_id == revision.id:
        raise Conflict(_("Readers see this text already. Change something first."))
    if review is not None and review.revision_id == revision.id and review.state != ReviewState.WITH_AUTHOR:
        return review
    company = _company_of(session, article, revision.content)
    desks = _desks(session, article, company, is_agreed=review is not None and review.agreed_revision_id == revision.id)
    if review is None:
        review = Review(article_id=article.id, revision_id=revision.id, state=ReviewState.AT_COMPANY, sent_at=now())
    elif review.state == ReviewState.SCHEDULED:
        unschedule(session, article)
    review.revision_id, review.sent_by_id, review.sent_at, review.note = revision.id, by.user_id, now(), message
    review.company_id, review.wanted_at, review.checked = (company.id if company else None), wanted_at, []
    state = after(None, Act.SEND_IN, desks, waits=_waits(article, wanted_at))
    _move(session, review, article, Act.SEND_IN, state, by=by, message=message, at=wanted_at)
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
) -> Review:
    """Say yes, send back or refuse, about the revision that was read. The same press twice is one decision.

    `at`: the moment for `SCHEDULE`. `checked`: which of `checks_of` were gone through.
    Raises NotAllowed for whoever does not sit at this desk, Conflict when the author sent in another text or somebody
    else decided meanwhile, Invalid without a reason or with something not gone through.
    """
    review = _locked(session, review.id)
    article, revision = session.get_one(Article, review.article_id), session.get_one(Revision, review.revision_id)
    if _is_repeated(session, review, act, revision_id, by):
        return review
    if review.revision_id != revision_id:
        raise Conflict(_("A newer text was sent in while you read this one. Read that first; nothing was decided."))
    if not decides(by, review, article):
        if review.state not in WAITING:
            raise Conflict(_("Somebody else has decided about this meanwhile."))
        raise NotAllowed(_("Somebody else decides about this."))
    company = session.get(Organisation, review.company_id) if review.company_id else None
    desks = _desks(session, article, company)
    try:
        state = after(review.state, act, desks, waits=_waits(article, review.wanted_at))
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
    if act == Act.PLACE and _waits(article, None):
        state, at = ReviewState.SCHEDULED, article.embargo_until
    _move(session, review, article, act, state, by=by, message=message, at=at or review.wanted_at)
    note(session, by, NOTED[act], subject=f"piece:{article.slug}", told={"revision": revision.number})
    return review


def take_back(session: Session, review: Review, *, by: Actor) -> Review:
    """The author takes a text back that they sent in. Taking it back twice changes nothing."""
    review = _locked(session, review.id)
    article = session.get_one(Article, review.article_id)
    require_editor(by, article)
    if review.state == ReviewState.TAKEN_BACK:
        return review
    try:
        state = after(review.state, Act.TAKE_BACK)
    except NoSuchStep:
        raise Conflict(_("Somebody else has decided about this meanwhile.")) from None
    _move(session, review, article, Act.TAKE_BACK, state, by=by)
    return review


def assign(session: Session, review: Review, reviewer: User | None, *, by: Actor) -> Review:
    """Say who reads it at the knowledge centre; None lets anybody there. Only for those who may decide there.

    Raises NotAllowed for whoever does not, Invalid for somebody who could not decide.
    """
    review = _locked(session, review.id)
    article = session.get_one(Article, review.article_id)
    if not by.is_steward and article.reviewer_id not in by.edits_for:
        raise NotAllowed(_("Somebody else decides about this."))
    if reviewer is not None:
        chosen = actor_for(session, reviewer)
        if not chosen.is_steward and article.reviewer_id not in chosen.edits_for:
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


def asked_first(session: Session, article: Article) -> tuple[Organisation | None, bool]:
    """Who would be asked if the draft were sent in now: the company, None when it is passed over; and the centre."""
    company = _company_of(session, article, draft_of(session, article).content)
    desks = _desks(session, article, company)
    return (company if desks.company else None), desks.centre


def open_review(session: Session, article: Article, *, lock: bool = False) -> Review | None:
    """The review of this article that is not over, if there is one."""
    wanted = select(Review).where(Review.article_id == article.id, col(Review.ended_at).is_(None))
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.exec(wanted).first()


def publish_directly(session: Session, article: Article, *, by: Actor, at: datetime | None = None) -> Article:
    """Let the draft appear now, or `at` a moment, without a review: for stewards, and where both desks are passed over.

    Raises NotAllowed for everybody else.
    """
    require_editor(by, article)
    company = _company_of(session, article, (revision := revise(session, article, by=by)).content)
    desks = _desks(session, article, company)
    if not by.is_steward and (desks.company or desks.centre):
        raise NotAllowed(_("This piece is read by others before it appears. Send it in."))
    review = open_review(session, article, lock=True)
    if article.stage == Stage.PUBLISHED and article.live_revision_id == revision.id and at is None:
        return article
    if review is None:
        review = Review(article_id=article.id, revision_id=revision.id, state=ReviewState.AT_CENTRE, sent_at=now())
        review.sent_by_id = by.user_id
    review.revision_id = revision.id
    waits = _waits(article, at)
    state = ReviewState.SCHEDULED if waits else ReviewState.PUBLISHED
    _move(session, review, article, Act.SCHEDULE if waits else Act.PLACE, state, by=by, at=at)
    note(session, by, "publish_directly", subject=f"piece:{article.slug}", told={"revision": revision.number})
    return article


def note_appeared(session: Session, article: Article, revision: Revision) -> None:
    """The clock let this revision appear: its review is over."""
    review = open_review(session, article, lock=True)
    if review is not None and review.revision_id == revision.id:
        _record(session, review, Act.APPEAR, ReviewState.PUBLISHED, by=the_operator)


def note_failed(session: Session, article: Article, why: str) -> None:
    """The clock could not let it appear: it is the author's turn again."""
    review = open_review(session, article, lock=True)
    if review is not None and review.state == ReviewState.SCHEDULED:
        _record(session, review, Act.FAIL, ReviewState.WITH_AUTHOR, by=the_operator, message=why)


def waiting_too_long(session: Session) -> Sequence[Review]:
    """Reviews that somebody should have answered, and that nobody was reminded of for a day."""
    moment = now()
    return session.exec(
        select(Review).where(
            col(Review.state).in_(WAITING),
            col(Review.ended_at).is_(None),
            col(Review.due_at) <= moment,
            or_(col(Review.reminded_at).is_(None), col(Review.reminded_at) <= moment - timedelta(days=1)),
        )
    ).all()


# --- inside ------------------------------------------------------------------------------------------------------


def _move(
    session: Session,
    review: Review,
    article: Article,
    act: Act,
    state: ReviewState,
    *,
    by: Actor,
    message: str = "",
    at: datetime | None = None,
) -> None:
    """Put the text where it is from now on, and do what that means for readers."""
    revision = session.get_one(Revision, review.revision_id)
    if state == ReviewState.PUBLISHED:
        publish(session, article, by=the_operator, revision=revision)
    elif state == ReviewState.SCHEDULED:
        moment = max(filter(None, (at, article.embargo_until)), default=None)
        if moment is None:
            raise Invalid(_("Choose a day and a time."), field="publish_at")
        schedule(session, article, at=moment, by=the_operator, revision=revision)
        at = moment
    else:
        unschedule(session, article, stage=STAGES.get(state, Stage.DRAFT))
        article.submitted_at = review.sent_at if article.stage not in SHOWN else article.submitted_at
    _record(session, review, act, state, by=by, message=message, at=at if state == ReviewState.SCHEDULED else None)


def _record(
    session: Session,
    review: Review,
    act: Act,
    state: ReviewState,
    *,
    by: Actor,
    message: str = "",
    at: datetime | None = None,
) -> None:
    review.state = state
    review.due_at = in_working_days(now(), settings().review_days) if state in WAITING else None
    review.reminded_at = None
    review.ended_at = now() if state.is_over else None
    session.add(review)
    session.flush()
    step = ReviewStep(
        review_id=review.id,
        revision_id=review.revision_id,
        act=act,
        to=state,
        by_id=by.user_id,
        message=message,
        publish_at=at,
    )
    session.add(step)
    session.flush()
    announce(session, ReviewMoved(step_id=step.id))


def _locked(session: Session, review_id: int) -> Review:
    """The review as it is now, until this transaction ends: two presses come one after the other."""
    wanted = select(Review).where(Review.id == review_id).with_for_update()
    return session.exec(wanted.execution_options(populate_existing=True)).one()


def _is_repeated(session: Session, review: Review, act: Act, revision_id: int, by: Actor) -> bool:
    """Whether this very press was the last thing that happened."""
    last = session.exec(
        select(ReviewStep).where(ReviewStep.review_id == review.id).order_by(col(ReviewStep.id).desc()).limit(1)
    ).first()
    return last is not None and (last.act, last.revision_id, last.by_id) == (act, revision_id, by.user_id)


def _waits(article: Article, at: datetime | None) -> bool:
    moment = now()
    return any(each is not None and each > moment for each in (at, article.embargo_until))


def _desks(session: Session, article: Article, company: Organisation | None, *, is_agreed: bool = False) -> Desks:
    owner = session.get_one(Organisation, article.owner_id)
    asks = company.asks_company if company else False
    return Desks(company=asks, centre=owner.asks_centre, is_agreed=is_agreed)


def _company_of(session: Session, article: Article, content: Snapshot) -> Organisation | None:
    """Who is asked whether anything is confidential: where it happened (settled: 4), else the owner of the piece.

    Only organisations that take part and have somebody who decides for them. None when there is none such.
    """
    leads = [told.organisation for told in content.organisations if told.part == Part.LEAD]
    found = {o.slug: o for o in session.exec(select(Organisation).where(col(Organisation.slug).in_(leads))).all()}
    owner = session.get_one(Organisation, article.owner_id)
    for company in (*(found[slug] for slug in leads if slug in found), owner):
        if company.admission == Admission.ADMITTED and owners_of(session, company):
            return company
    return None


def _require_checked(article: Article, checked: Collection[str]) -> None:
    if set(checks_of(article)) - set(checked):
        raise Invalid(_("Go through everything first; then the piece can be placed."), field="checked")
