"""Judging: a steward decides on a report, and another one on an appeal. What is taken away can be given back."""

from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from app.contact.models import Question, Report, Ruling
from app.contact.reporting import note_decision, tell_decision, waits
from app.core import epoch
from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound
from app.core.language import gettext as _
from app.core.paging import Page
from app.people.access import require_steward
from app.people.actor import Actor
from app.people.models import Organisation, User
from app.people.places import stewards
from app.people.suspending import restore_organisation, suspend_organisation
from content.models import Article, Stage
from content.publishing import withdraw
from content.retiring import bring_back

REASON_NL = "Het kenniscentrum heeft dit stuk weggehaald na een melding."
REASON_EN = "The knowledge centre took this piece away after a report."


def report_numbered(session: Session, id_: int) -> Report:
    """One report. Raises NotFound."""
    found = session.get(Report, id_)
    if found is None:
        raise NotFound(_("There is no such report."))
    return found


def waiting_reports(session: Session) -> Sequence[Report]:
    """What stewards have to look at, the longest first."""
    return session.exec(select(Report).where(waits()).order_by(col(Report.due_at), col(Report.id))).all()


def decided_reports(session: Session, *, page: int, size: int) -> Page[Report]:
    """One page of what was decided, the last first."""
    done = ~waits()
    total = session.exec(select(func.count(col(Report.id))).where(done)).one()
    rows = session.exec(
        select(Report).where(done).order_by(col(Report.id).desc()).offset((page - 1) * size).limit(size)
    ).all()
    return Page(items=rows, number=page, size=size, total=total)


def decide(session: Session, made: Report, ruling: Ruling, *, message: str, by: Actor) -> None:
    """Take the thing away or leave it, and say why. Raises Conflict when somebody decided already."""
    require_steward(by)
    if made.decided_at is not None:
        raise Conflict(_("Somebody else has decided this meanwhile."))
    _require_ruling(ruling, message)
    made.ruling, made.decision, made.decided_at, made.decided_by_id = ruling, message, now(), by.user_id
    session.add(made)
    if ruling == Ruling.TAKEN_AWAY:
        take_away(session, made, by=by)
    note_decision(session, made, "decide_report", by=by)
    tell_decision(session, made)


def review(session: Session, made: Report, ruling: Ruling, *, message: str, by: Actor) -> None:
    """Decide on the appeal; that is the last word. Raises Conflict for who decided first, while there is another."""
    require_steward(by)
    if not made.is_appealed:
        raise Conflict(_("Somebody else has decided this meanwhile."))
    if made.decided_by_id == by.user_id and len(stewards(session)) > 1:
        raise Conflict(_("You decided this yourself. Somebody else looks at the appeal."))
    _require_ruling(ruling, message)
    before, made.ruling = made.ruling, ruling
    made.review, made.reviewed_at, made.reviewed_by_id = message, now(), by.user_id
    session.add(made)
    if before != ruling:
        (take_away if ruling == Ruling.TAKEN_AWAY else give_back)(session, made, by=by)
    note_decision(session, made, "review_report", by=by)
    tell_decision(session, made, is_review=True)


def take_away(session: Session, made: Report, *, by: Actor) -> None:
    """Withdraw the piece, suspend the organisation, hide the profile or close the conversation."""
    if made.piece_id is not None:
        article = _article(session, made.piece_id, Stage.PUBLISHED)
        if article is not None:
            withdraw(session, article, by=by, reason_nl=REASON_NL, reason_en=REASON_EN)
    elif made.organisation_id is not None:
        suspend_organisation(session, session.get_one(Organisation, made.organisation_id), by=by)
    elif made.person_id is not None:
        person = session.get_one(User, made.person_id)
        person.has_profile, person.is_hidden = False, True
        session.add(person)
        epoch.move(session)
    else:
        _close(session, made.question_id, True)


def give_back(session: Session, made: Report, *, by: Actor) -> None:
    """The opposite."""
    if made.piece_id is not None:
        article = _article(session, made.piece_id, Stage.WITHDRAWN)
        if article is not None:
            bring_back(session, article, by=by)
    elif made.organisation_id is not None:
        restore_organisation(session, session.get_one(Organisation, made.organisation_id), by=by)
    elif made.person_id is not None:
        # Whether they have a page is theirs to say: they hear that they may turn it on again.
        person = session.get_one(User, made.person_id)
        person.is_hidden = False
        session.add(person)
    else:
        _close(session, made.question_id, False)


def _article(session: Session, piece_id: int, stage: Stage) -> Article | None:
    return session.exec(
        select(Article).where(Article.piece_id == piece_id, Article.stage == stage).order_by(col(Article.id))
    ).first()


def _close(session: Session, question_id: int | None, is_closed: bool) -> None:
    question = session.get_one(Question, question_id)
    question.closed_at = now() if is_closed else None
    session.add(question)


def _require_ruling(ruling: Ruling, message: str) -> None:
    if ruling not in (Ruling.TAKEN_AWAY, Ruling.LEFT):
        raise Invalid(_("Choose one of these"), field="besluit")
    if not message:
        raise Invalid(_("Write why: both sides read it"), field="bericht")
