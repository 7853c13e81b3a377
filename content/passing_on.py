"""Passing on: what lies at a company where nobody can answer any more is the knowledge centre's to answer, at once."""

from sqlmodel import col, select

from app.core.clock import in_working_days, now
from app.core.database import writing
from app.core.jobs import announce
from app.core.settings import settings
from app.people.events import OrganisationChanged, PersonSuspended
from content.events import ReviewMoved
from content.passing_desks import is_unanswerable
from content.review_moves import last_step, locked
from content.review_steps import ReviewState
from content.reviews import Review


def pass_on_to_centre(happened: OrganisationChanged | PersonSuspended) -> None:
    """Have the knowledge centre asked, with days of its own, about every text whose company went away meanwhile."""
    with writing() as session:
        one = happened.organisation_id if isinstance(happened, OrganisationChanged) else None
        waiting = (
            Review.state == ReviewState.AT_COMPANY,
            col(Review.ended_at).is_(None),
            col(Review.company_id).is_not(None) if one is None else Review.company_id == one,
        )
        for number in session.exec(select(Review.id).where(*waiting).order_by(col(Review.id))).all():
            if not is_unanswerable(session, review := locked(session, number)):
                continue
            review.company_id, review.reminded_at = None, None
            review.due_at = in_working_days(now(), settings().review_days)
            step = last_step(session, review)
            # Told anew, and to others: whoever heard of it first cannot answer.
            step.told_at = None
            session.add_all((review, step))
            session.flush()
            announce(session, ReviewMoved(step_id=step.id))
