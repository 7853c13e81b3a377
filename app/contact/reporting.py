"""Reporting: somebody says that a thing should not stand here, and hears what becomes of it.

Notice, decision with a statement of reasons, and one appeal that somebody else looks at, within days that are promised:
what articles 16, 17 and 20 of the Digital Services Act (Regulation (EU) 2022/2065) ask of larger houses than ours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select, update

from app.contact.models import Message, Question, Report, Reported, Ruling
from app.core.addresses import whole
from app.core.clock import now
from app.core.errors import Conflict, Invalid, NotFound, TooMany
from app.core.language import gettext as _
from app.core.language import speaking
from app.core.limits import take
from app.core.mail import Letter, post
from app.core.seals import is_sealed, seal
from app.core.settings import settings
from app.people.actor import Actor
from app.people.auditing import note
from app.people.mail_addresses import mail_address
from app.people.models import Organisation, User, UserState
from app.people.places import owners_of, stewards
from content.models import Article, ArticleAuthor, Piece

DUE_IN: Final = timedelta(days=5)
"""So soon stewards look at a report, and at an appeal."""

APPEAL_WITHIN: Final = timedelta(days=180)
"""As long as article 20 of the Digital Services Act gives."""

REPORTS_A_DAY: Final = 10
"""Of one person, or of one network when nobody is signed in."""

LETTERS_A_DAY: Final = 50
"""To the stewards. What comes beyond that stands in the list all the same."""

_REPORTER, _AUTHOR = "report.reporter", "report.author"


@dataclass(frozen=True)
class Thing:
    """What is reported: exactly one of these."""

    piece: Piece | None = None
    organisation: Organisation | None = None
    person: User | None = None
    question: Question | None = None

    @property
    def what(self) -> Reported:
        """Of which sort it is."""
        if self.piece:
            return Reported.PIECE
        if self.organisation:
            return Reported.ORGANISATION
        return Reported.PERSON if self.person else Reported.QUESTION


@dataclass(frozen=True)
class Reader:
    """Who reads how a report stands: who made it, or who made what it is about."""

    report: Report
    is_author: bool

    @property
    def can_appeal(self) -> bool:
        """Whether the decision went against them, and nobody looked again yet."""
        report = self.report
        if report.decided_at is None or report.appealed_at is not None or report.decided_at < now() - APPEAL_WITHIN:
            return False
        return report.ruling == (Ruling.TAKEN_AWAY if self.is_author else Ruling.LEFT)


def reasons() -> Mapping[str, str]:
    """Why a thing may not stand here: word -> what people read."""
    return {
        "wrong": _("It is not true"),
        "secret": _("It gives away something confidential"),
        "private": _("It shows personal data"),
        "copied": _("It was taken from somebody else"),
        "rude": _("It insults or threatens"),
        "spam": _("It is advertising or a swindle"),
        "other": _("Something else"),
    }


def report(
    session: Session, thing: Thing, *, reason: str, told: str, by: Actor, peer: str, mail: str = "", language: str
) -> Report:
    """Tell the stewards of it. `peer`: the network that somebody without an account comes from.

    Raises Invalid for no reason or a bad address, TooMany beyond the limit.
    """
    if reason not in reasons():
        raise Invalid(_("Choose why"), field="reden")
    address = mail_address(mail) if mail and not by.is_signed_in else ""
    who = f"person {by.user_id}" if by.is_signed_in else f"network {peer}"
    take(session, what="report", who=who, most=REPORTS_A_DAY, within=timedelta(days=1))
    made = Report(
        what=thing.what,
        piece_id=thing.piece.id if thing.piece else None,
        organisation_id=thing.organisation.id if thing.organisation else None,
        person_id=thing.person.id if thing.person else None,
        question_id=thing.question.id if thing.question else None,
        reason=reason,
        told=told,
        by_id=by.user_id,
        mail=address,
        language=language,
        due_at=now() + DUE_IN,
    )
    session.add(made)
    session.flush()
    _tell_stewards(session, made, "new")
    return made


def appeal(session: Session, reader: Reader, told: str) -> None:
    """Ask for another look. Raises Conflict when there is nothing to ask for."""
    if not reader.can_appeal:
        raise Conflict(_("Nobody can ask for another look at this any more."))
    found = reader.report
    found.appeal, found.appealed_at, found.due_at, found.reminded_at = told, now(), now() + DUE_IN, None
    session.add(found)
    _tell_stewards(session, found, "appeal")


def remind_of_reports(session: Session) -> int:
    """Write to the stewards of what is overdue, once a day; how many reports that are."""
    moment = now()
    due = session.exec(
        select(Report).where(
            waits(),
            Report.due_at <= moment,
            or_(col(Report.reminded_at).is_(None), col(Report.reminded_at) <= moment - timedelta(days=1)),
        )
    ).all()
    for each in due:
        each.reminded_at = moment
        session.add(each)
        _tell_stewards(session, each, "late")
    return len(due)


def forget_reporters(session: Session) -> None:
    """Wipe the addresses of people without an account once nobody can appeal any more."""
    is_over = col(Report.decided_at) < now() - APPEAL_WITHIN
    session.exec(update(Report).where(is_over, col(Report.mail) != "").values(mail=""))


def waits() -> ColumnElement[bool]:
    """Reports that stewards have to look at: a condition."""
    is_appealed = and_(col(Report.appealed_at).is_not(None), col(Report.reviewed_at).is_(None))
    return or_(col(Report.ruling) == Ruling.WAITING, is_appealed)


# --- how it stands, by the link in a letter ---------------------------------------------------------------------


def key_of(made: Report, *, is_author: bool = False) -> str:
    """What stands in the address at which the reporter, or the author, sees how it stands."""
    return f"{made.id}-{seal(_AUTHOR if is_author else _REPORTER, str(made.id))}"


def reader_with(session: Session, key: str) -> Reader:
    """Whoever has this key. Raises NotFound for every other one."""
    number, _dash, mark = key.partition("-")
    if number.isascii() and number.isdigit() and len(number) < 10 and len(mark) == 64:
        found = session.get(Report, int(number))
        for purpose in (_REPORTER, _AUTHOR):
            if found is not None and is_sealed(purpose, number, mark):
                return Reader(found, is_author=purpose == _AUTHOR)
    raise NotFound(_("There is nothing at this address."))


# --- who hears of it --------------------------------------------------------------------------------------------


def authors_of(session: Session, made: Report) -> Sequence[User]:
    """Who made what was reported: they hear why it was taken away, and may appeal."""
    if made.piece_id is not None:
        found = _authors_of_piece(session, made.piece_id)
    elif made.organisation_id is not None:
        found = list(owners_of(session, session.get_one(Organisation, made.organisation_id)))
    elif made.person_id is not None:
        found = [session.get_one(User, made.person_id)]
    else:
        found = list(
            session.exec(
                select(User)
                .where(col(User.id).in_(select(Message.author_id).where(Message.question_id == made.question_id)))
                .order_by(col(User.id))
            ).all()
        )
    return [user for user in found if user.id != made.by_id and user.state != UserState.ERASED]


def tell_decision(session: Session, made: Report, *, is_review: bool = False) -> None:
    """Say what was decided and why: to who reported, and to the authors when something was taken or given back."""
    told: dict[str, Any] = {"decision": made.review if is_review else made.decision, "ruling": made.ruling.value}
    told |= {"is_review": is_review, "is_author": False}
    reporter = session.get(User, made.by_id) if made.by_id else None
    address = reporter.mail if reporter else made.mail
    if address:
        language = reporter.language if reporter else made.language
        link = {"link": whole(f"/melding/{key_of(made)}", language), "name": name_of(session, made, language)}
        post(session, Letter(to=address, name="report_decided", language=language, told=told | link))
    if made.ruling != Ruling.TAKEN_AWAY and not is_review:
        return
    for author in authors_of(session, made):
        with speaking(author.language):
            reason = reasons()[made.reason]
        more = {
            "link": whole(f"/melding/{key_of(made, is_author=True)}", author.language),
            "name": name_of(session, made, author.language),
            "reason": reason,
            "is_author": True,
        }
        post(session, Letter(to=author.mail, name="report_decided", language=author.language, told=told | more))


def name_of(session: Session, made: Report, language: str) -> str:
    """What the reported thing is called."""
    if made.piece_id is not None:
        articles = session.exec(select(Article).where(Article.piece_id == made.piece_id)).all()
        best = sorted(articles, key=lambda each: (each.language != language, each.id))
        return best[0].title if best else ""
    if made.organisation_id is not None:
        return session.get_one(Organisation, made.organisation_id).name
    if made.person_id is not None:
        return session.get_one(User, made.person_id).name
    return session.get_one(Question, made.question_id).title


def _authors_of_piece(session: Session, piece_id: int) -> list[User]:
    article = session.exec(select(Article).where(Article.piece_id == piece_id).order_by(col(Article.id))).first()
    if article is None:
        return []
    wrote = session.exec(
        select(User)
        .join(ArticleAuthor, col(ArticleAuthor.user_id) == User.id)
        .where(ArticleAuthor.article_id == article.id)
        .order_by(col(User.id))
    ).all()
    owners = owners_of(session, session.get_one(Organisation, article.owner_id))
    return list({user.id: user for user in (*wrote, *owners)}.values())


def _tell_stewards(session: Session, made: Report, why: str) -> None:
    """`why`: new, appeal or late. The operator hears when there is no steward: nothing waits unseen."""
    try:
        take(session, what="report_letter", who="stewards", most=LETTERS_A_DAY, within=timedelta(days=1))
    except TooMany:
        return
    readers = [(user.mail, user.language) for user in stewards(session)] or [(settings().operator_contact, "nl")]
    for mail, language in readers:
        with speaking(language):
            reason = reasons()[made.reason]
        told = {
            "why": why,
            "name": name_of(session, made, language),
            "reason": reason,
            "link": whole(f"/beheer/meldingen/{made.id}", language),
        }
        post(session, Letter(to=mail, name="report_arrived", language=language, told=told))


def reported_by(session: Session, user: User) -> list[dict[str, object]]:
    """What somebody reported, to take along: their own words, and what was decided."""
    rows = session.exec(select(Report).where(Report.by_id == user.id).order_by(col(Report.id))).all()
    return [row.model_dump(mode="json", exclude={"decided_by_id", "reviewed_by_id"}) for row in rows]


def note_decision(session: Session, made: Report, action: str, *, by: Actor) -> None:
    """Write it down in the log of stewards."""
    told = {"what": made.what.value, "reason": made.reason, "ruling": made.ruling.value}
    note(session, by, action, subject=f"report:{made.id}", told=told)
