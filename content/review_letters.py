"""Letters about reviews: whoever has to read hears that it waits, whoever wrote hears what was decided."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import Session, col, or_, select

from app.core.addresses import whole
from app.core.clock import now
from app.core.database import writing
from app.core.language import day_and_time, long_date, speaking
from app.core.mail import Letter, post
from app.core.settings import settings
from app.people.models import Membership, Organisation, Role, User, UserState
from app.people.places import owners_of, stewards
from app.people.signing_in import actor_for
from content.events import RemarkMade, ReviewMoved
from content.models import Article, Revision, Stage
from content.passing_desks import is_unanswerable
from content.remarks import Remark
from content.review_access import follows, reads_at_centre
from content.review_moves import lying_with_author, waiting_too_long
from content.review_record import open_review
from content.review_steps import WAITING, ReviewState
from content.reviews import Review, ReviewStep


def tell_of_step(happened: ReviewMoved) -> None:
    """Write to those whom this step concerns, once."""
    with writing() as session:
        step = session.exec(select(ReviewStep).where(ReviewStep.id == happened.step_id).with_for_update()).first()
        if step is None or step.told_at is not None:
            return
        step.told_at = now()
        session.add(step)
        _tell(session, step)


def tell_of_remark(happened: RemarkMade) -> None:
    """Write to who sent the text in, and to who said something in the same thread, once."""
    with writing() as session:
        remark = session.exec(select(Remark).where(Remark.id == happened.remark_id).with_for_update()).first()
        if remark is None or remark.told_at is not None:
            return
        remark.told_at = now()
        session.add(remark)
        article = session.get_one(Article, remark.article_id)
        review = open_review(session, article)
        if review is None:
            return
        for user in _but(_hearing(session, review, article, remark), remark.by_id):
            post(session, _remarked(session, review, remark, user))


def _hearing(session: Session, review: Review, article: Article, remark: Remark) -> list[User]:
    said = select(Remark.by_id).where(or_(Remark.id == remark.answers_id, Remark.answers_id == remark.answers_id))
    talked = set(session.exec(said).all()) if remark.answers_id else set()
    users = session.exec(select(User).where(col(User.id).in_(talked), User.state == UserState.ACTIVE)).all()
    still = [user for user in users if follows(actor_for(session, user), review, article)]
    return list({user.id: user for user in (*writers_of(session, review, article), *still)}.values())


def _remarked(session: Session, review: Review, remark: Remark, reader: User) -> Letter:
    who = session.get(User, remark.by_id) if remark.by_id else None
    told = {
        "title": session.get_one(Revision, remark.revision_id).content.title,
        "who": who.name if who else "",
        "passage": remark.passage,
        "body": remark.body,
        "suggestion": remark.suggestion or "",
        "link": whole(f"/beoordelen/{review.id}#opmerking-{remark.answers_id or remark.id}", reader.language),
    }
    return Letter(to=reader.mail, name="remark_made", language=reader.language, told=told)


def remind_of_reviews(session: Session) -> int:
    """Write to whoever should have answered, and to the knowledge centre, once a day; how many reviews that were."""
    late = waiting_too_long(session)
    for review in late:
        review.reminded_at = now()
        session.add(review)
        if is_unanswerable(session, review):
            review.company_id = None
        article = session.get_one(Article, review.article_id)
        readers = {user.id: user for user in (*readers_of(session, review, article), *stewards(session))}
        for user in readers.values():
            post(session, _waits(session, review, article, user.mail, user.language, is_late=True))
        if not readers:
            post(session, _waits(session, review, article, settings().operator_contact, "nl", is_late=True))
    return len(late)


def remind_of_returned(session: Session) -> int:
    """Write to who wrote a text that came back to them long ago, once each time; how many texts that were."""
    lying = lying_with_author(session)
    for review, step in lying:
        review.reminded_at = now()
        session.add(review)
        for user in writers_of(session, review, session.get_one(Article, review.article_id)):
            post(session, _decided(session, review, step, user, is_reminder=True))
    return len(lying)


def readers_of(session: Session, review: Review, article: Article) -> Sequence[User]:
    """Whose turn it is to read: owners of the company; then who was chosen, or everybody who was asked."""
    if review.state == ReviewState.AT_COMPANY:
        company = session.get(Organisation, review.company_id) if review.company_id is not None else None
        return owners_of(session, company) if company is not None else stewards(session)
    reviewer = session.get(User, review.reviewer_id) if review.reviewer_id else None
    # Since they were chosen they may have lost the place by which they read it.
    if (
        reviewer is not None
        and reviewer.state == UserState.ACTIVE
        and reads_at_centre(actor_for(session, reviewer), article)
    ):
        return [reviewer]
    asked = _editors_of(session, article.reviewer_id) if article.reviewer_id else ()
    return asked or stewards(session)


def may_be_asked(session: Session, article: Article) -> Sequence[User]:
    """Who could read it at the knowledge centre, by name."""
    asked = _editors_of(session, article.reviewer_id) if article.reviewer_id != article.owner_id else ()
    found = {user.id: user for user in (*stewards(session), *asked)}
    return sorted(found.values(), key=lambda user: user.name.lower())


def writers_of(session: Session, review: Review, article: Article) -> Sequence[User]:
    """Who sent it in and who wrote it, as far as they may still write for its owner."""
    content = session.get_one(Revision, review.revision_id).content
    users = session.exec(
        select(User).where(col(User.handle).in_(content.authors), User.state == UserState.ACTIVE)
    ).all()
    sender = session.get(User, review.sent_by_id) if review.sent_by_id else None
    found = {user.id: user for user in (*([sender] if sender and sender.state == UserState.ACTIVE else []), *users)}
    may = {user.id for user in _editors_of(session, article.owner_id)}
    return [user for user in found.values() if user.id in may or user.is_steward]


def _tell(session: Session, step: ReviewStep) -> None:
    review = session.get_one(Review, step.review_id)
    article = session.get_one(Article, review.article_id)
    if step.to in WAITING:
        if review.state != step.to:
            return  # somebody has answered meanwhile
        for user in _but(readers_of(session, review, article), step.by_id):
            post(session, _waits(session, review, article, user.mail, user.language))
    elif hears_of(review, step):
        for user in _but(writers_of(session, review, article), step.by_id):
            post(session, _decided(session, review, step, user))


def hears_of(review: Review, step: ReviewStep) -> bool:
    """Whether those who wrote it hear of this: not of what their own sender took back."""
    return step.to != ReviewState.TAKEN_BACK or step.by_id is None or step.by_id != review.sent_by_id


def _waits(
    session: Session, review: Review, article: Article, to: str, language: str, *, is_late: bool = False
) -> Letter:
    sender = session.get(User, review.sent_by_id) if review.sent_by_id else None
    with speaking(language):
        due = long_date(review.due_at) if review.due_at else ""
    told = {
        "title": session.get_one(Revision, review.revision_id).content.title,
        "who": sender.name if sender else "",
        "organisation": session.get_one(Organisation, article.owner_id).name,
        "note": review.note,
        "due": due,
        "desk": review.state.value,
        "is_late": is_late,
        "link": whole(f"/beoordelen/{review.id}", language),
    }
    return Letter(to=to, name="review_waits", language=language, told=told)


def _decided(session: Session, review: Review, step: ReviewStep, reader: User, *, is_reminder: bool = False) -> Letter:
    decider = session.get(User, step.by_id) if step.by_id else None
    with speaking(reader.language):
        when = day_and_time(step.publish_at) if step.publish_at else ""
        since = long_date(step.created_at)
        message = _message(session, review, step)
    told: dict[str, Any] = {
        "title": session.get_one(Revision, step.revision_id).content.title,
        "what": "still_with_author" if is_reminder else step.to.value,
        "who": decider.name if decider else "",
        "message": message,
        "when": when,
        "since": since,
        "link": whole(f"/beoordelen/{review.id}", reader.language),
    }
    return Letter(to=reader.mail, name="review_decided", language=reader.language, told=told)


def _message(session: Session, review: Review, step: ReviewStep) -> str:
    """What was said at this step; why a piece was withdrawn, in the current language when that was told in both."""
    if step.to != ReviewState.TAKEN_BACK or not step.message:
        return step.message
    versions = select(Article).where(
        Article.piece_id == session.get_one(Article, review.article_id).piece_id, Article.stage == Stage.WITHDRAWN
    )
    for version in session.exec(versions).all():
        if step.message == (version.withdrawn_reason_nl or version.withdrawn_reason_en):
            return version.withdrawn_reason
    return step.message


def _editors_of(session: Session, organisation_id: int | None) -> Sequence[User]:
    return session.exec(
        select(User)
        .join(Membership, col(Membership.user_id) == User.id)
        .where(
            Membership.organisation_id == organisation_id,
            col(Membership.role).in_((Role.EDITOR, Role.OWNER)),
            col(Membership.ended_at).is_(None),
            User.state == UserState.ACTIVE,
        )
        .order_by(User.name)
    ).all()


def _but(users: Iterable[User], user_id: int | None) -> list[User]:
    """Nobody is written to about what they did themselves."""
    return [user for user in users if user.id != user_id]
