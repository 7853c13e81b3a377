"""Which desks a text passes on its way: whose yes is asked, and what it waits for besides."""

from datetime import datetime

from sqlmodel import Session, col, select

from app.core.clock import now
from app.people.models import Admission, Organisation
from app.people.places import owners_of
from content.models import Article
from content.review_steps import Desks, ReviewState
from content.reviews import Review
from content.snapshot import Part, Snapshot
from content.writing import draft_of


def asked_first(session: Session, article: Article) -> tuple[Organisation | None, bool]:
    """Who would be asked if the draft were sent in now: the company, None when it is passed over; and the centre."""
    company = company_of(session, article, draft_of(session, article).content)
    desks = desks_of(session, article, company)
    return (company if desks.company else None), desks.centre


def desks_of(session: Session, article: Article, company: Organisation | None, *, is_agreed: bool = False) -> Desks:
    """Which desks a text passes. `is_agreed`: the company said yes to this very text."""
    owner = session.get_one(Organisation, article.owner_id)
    asks = company.asks_company if company else False
    return Desks(company=asks, centre=owner.asks_centre, is_agreed=is_agreed)


def company_of(session: Session, article: Article, content: Snapshot) -> Organisation | None:
    """Who is asked whether anything is confidential: where it happened (settled: 4), else the owner of the piece.

    Only organisations that take part and have somebody who decides for them. None when there is none such.
    """
    leads = leads_of(content)
    found = {o.slug: o for o in session.exec(select(Organisation).where(col(Organisation.slug).in_(leads))).all()}
    owner = session.get_one(Organisation, article.owner_id)
    for company in (*(found[slug] for slug in leads if slug in found), owner):
        if can_answer(session, company):
            return company
    return None


def leads_of(content: Snapshot) -> tuple[str, ...]:
    """The slugs of those where it happened, in order."""
    return tuple(told.organisation for told in content.organisations if told.part == Part.LEAD)


def can_answer(session: Session, company: Organisation) -> bool:
    """Whether it takes part and has somebody who decides for it."""
    return company.admission == Admission.ADMITTED and bool(owners_of(session, company))


def is_unanswerable(session: Session, review: Review) -> bool:
    """Whether it lies at a company where nobody can answer any more: then the knowledge centre answers for it."""
    if review.state != ReviewState.AT_COMPANY or review.company_id is None:
        return False
    return not can_answer(session, session.get_one(Organisation, review.company_id))


def is_waiting_for(article: Article, at: datetime | None) -> bool:
    """Whether it has this moment, or an embargo, still before it."""
    moment = now()
    return any(each is not None and each > moment for each in (at, article.embargo_until))
