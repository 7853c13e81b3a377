"""Asking: a question to an organisation, and every answer, go through us; nobody's address is shown to anybody.

The letter that tells of it holds the whole text and a link to answer. Where the installation takes answers by mail, the
letter itself can be answered too: at an address made for its reader and this conversation (decision 0018).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlmodel import Session, col, select

from app.contact.models import Message, Question
from app.contact.reply_addresses import Place, address_for
from app.core.addresses import whole
from app.core.clock import now
from app.core.errors import Conflict, NotAllowed
from app.core.jobs import announce
from app.core.language import gettext as _
from app.core.limits import take
from app.core.mail import Letter, post
from app.feeds import noticing
from app.people.access import require_owner
from app.people.actor import Actor
from app.people.auditing import note
from app.people.events import OrganisationChanged
from app.people.models import Admission, Membership, Organisation, Role, User, UserState
from app.people.signing_in import actor_by_mail
from content.models import Article, ArticleAuthor, Piece
from content.subjects import Pilot

QUESTIONS_A_DAY: Final = 10
"""Of one person."""

TO_ONE_A_DAY: Final = 3
"""Of one person to one organisation."""

ASKED_A_DAY: Final = 40
"""Of everybody together to one organisation: nobody's mailbox is filled through us."""

ANSWERS_A_DAY: Final = 60
"""Of one person, in all their conversations."""

AT_ONCE: Final = timedelta(minutes=10)
"""Who sends the same words again so soon pressed the button twice."""


@dataclass(frozen=True)
class About:
    """What a question is about besides the organisation: a piece, a pilot, or neither."""

    piece: Piece | None = None
    pilot: Pilot | None = None


NOTHING: Final = About()


def require_member(actor: Actor) -> int:
    """The id of an actor who may ask, as every member may (settled: 11). Raises NotAllowed for everybody else."""
    if not actor.is_member or actor.user_id is None:
        raise NotAllowed(_("You can ask as soon as your organisation takes part."))
    return actor.user_id


def whom_to_ask(session: Session, organisations: Sequence[Organisation]) -> Organisation | None:
    """The first of these that takes part, wants to be asked, and has somebody who decides for it. One query."""
    willing = [each for each in organisations if each.admission == Admission.ADMITTED and each.takes_questions]
    if not willing:
        return None
    answering = _speakers([each.id for each in willing], (Role.OWNER,))
    there = {place.organisation_id for _user, place in session.exec(answering).all()}
    return next((each for each in willing if each.id in there), None)


def ask(
    session: Session, organisation: Organisation, *, title: str, text: str, about: About = NOTHING, by: Actor
) -> Question:
    """Send a question. Sending the same twice asks once.

    Raises NotAllowed for who is no member, Conflict for one's own organisation and for one that takes no questions,
    TooMany beyond the limits.
    """
    asker_id = require_member(by)
    if organisation.id in by.reads_for:
        raise Conflict(_("You belong to this organisation yourself."))
    if whom_to_ask(session, [organisation]) is None:
        raise Conflict(_("This organisation takes no questions now."))
    again = _said_just_now(session, organisation.id, text, by=by)
    if again is not None:
        return again
    day = timedelta(days=1)
    take(session, what="ask", who=str(by.user_id), most=QUESTIONS_A_DAY, within=day)
    take(session, what="ask_one", who=f"{by.user_id} {organisation.id}", most=TO_ONE_A_DAY, within=day)
    take(session, what="asked", who=str(organisation.id), most=ASKED_A_DAY, within=day)
    question = Question(
        organisation_id=organisation.id,
        asker_id=asker_id,
        asker_organisation_id=_asks_for(session, by),
        piece_id=about.piece.id if about.piece else None,
        pilot_id=about.pilot.id if about.pilot else None,
        title=title,
    )
    session.add(question)
    session.flush()
    message = Message(question_id=question.id, author_id=by.user_id, is_answer=False, text=text)
    session.add(message)
    session.flush()
    _tell_asked(session, question, message, letter="question", by=by)
    return question


def say(session: Session, question: Question, text: str, *, by: Actor) -> Message | None:
    """Answer, or go on asking. Saying the same twice says it once; then there is no new message.

    Raises NotAllowed for who is no part of it or may not write any more, Conflict when it was taken away.
    """
    is_answer = answers_for(by, question)
    if not is_answer:
        require_member(by)
        if by.user_id != question.asker_id:
            raise NotAllowed(_("This conversation is between others."))
    if question.closed_at is not None:
        raise Conflict(_("The knowledge centre took this conversation away."))
    if _has_said_just_now(session, question, text, by=by):
        return None
    take(session, what="say", who=str(by.user_id), most=ANSWERS_A_DAY, within=timedelta(days=1))
    message = Message(question_id=question.id, author_id=by.user_id, is_answer=is_answer, text=text)
    session.add(message)
    question.last_at, question.waits_for_answer = now(), not is_answer
    session.add(question)
    session.flush()
    if is_answer:
        _nobody_waits(session, question)
        _tell_asker(session, question, message, by=by)
    else:
        _tell_asked(session, question, message, letter="question_again", by=by)
    return message


def answers_for(actor: Actor, question: Question) -> bool:
    """Whether they speak for the organisation that was asked."""
    return question.organisation_id in actor.edits_for and actor.user_id != question.asker_id


def accept_questions(session: Session, organisation: Organisation, is_wanted: bool, *, by: Actor) -> None:
    """Let others ask the organisation, or not. What runs already goes on."""
    require_owner(by, organisation.id)
    if organisation.takes_questions == is_wanted:
        return
    organisation.takes_questions = is_wanted
    session.add(organisation)
    note(session, by, "take_questions" if is_wanted else "refuse_questions", subject=organisation)
    announce(session, OrganisationChanged(organisation_id=organisation.id))


def who_answers(session: Session, question: Question) -> Sequence[User]:
    """Who hears of it: owners, and of the editors those who wrote the piece or are the contact of the pilot."""
    involved = _involved(session, question)
    rows = session.exec(_speakers([question.organisation_id], (Role.OWNER, Role.EDITOR))).all()
    return [user for user, place in rows if place.role == Role.OWNER or user.id in involved]


def _speakers(organisation_ids: Collection[int], roles: Collection[Role]) -> Any:
    return (
        select(User, Membership)
        .join(Membership, col(Membership.user_id) == User.id)
        .where(
            col(Membership.organisation_id).in_(organisation_ids),
            col(Membership.role).in_(roles),
            col(Membership.ended_at).is_(None),
            User.state == UserState.ACTIVE,
        )
        .order_by(col(User.id))
    )


def _involved(session: Session, question: Question) -> set[int]:
    if question.pilot_id is not None:
        contact = session.get_one(Pilot, question.pilot_id).contact_id
        return {contact} if contact else set()
    if question.piece_id is None:
        return set()
    wrote = (
        select(ArticleAuthor.user_id)
        .join(Article, col(Article.id) == ArticleAuthor.article_id)
        .where(Article.piece_id == question.piece_id)
    )
    return set(session.exec(wrote).all())


def _asks_for(session: Session, by: Actor) -> int | None:
    """Of several organisations the one they joined last, as on their public page."""
    return session.exec(
        select(Membership.organisation_id)
        .where(
            Membership.user_id == by.user_id,
            col(Membership.organisation_id).in_(by.reads_for),
            col(Membership.ended_at).is_(None),
        )
        .order_by(col(Membership.id).desc())
        .limit(1)
    ).first()


def _said_just_now(session: Session, organisation_id: int, text: str, *, by: Actor) -> Question | None:
    return session.exec(
        select(Question)
        .join(Message, col(Message.question_id) == Question.id)
        .where(
            Question.organisation_id == organisation_id,
            Question.asker_id == by.user_id,
            col(Question.created_at) > now() - AT_ONCE,
            Message.text == text,
        )
        .limit(1)
    ).first()


def _has_said_just_now(session: Session, question: Question, text: str, *, by: Actor) -> bool:
    said = session.exec(
        select(Message.id)
        .where(
            Message.question_id == question.id,
            Message.author_id == by.user_id,
            Message.text == text,
            col(Message.created_at) > now() - AT_ONCE,
        )
        .limit(1)
    ).first()
    return said is not None


# --- telling of it ----------------------------------------------------------------------------------------------


def _tell_asked(session: Session, question: Question, message: Message, *, letter: str, by: Actor) -> None:
    organisation = session.get_one(Organisation, question.organisation_id)
    company = session.get(Organisation, question.asker_organisation_id) if question.asker_organisation_id else None
    for reader in who_answers(session, question):
        told = {
            "who": by.name,
            "company": company.name if company else "",
            "organisation": organisation.name,
            "title": question.title,
            "text": message.text,
            "link": whole(f"/vragen/{question.id}", reader.language),
        }
        _write(session, question, reader, letter, told)
        about = _notice("question_asked", question, message)
        noticing.tell(session, reader.id, about, told={"who": by.name, "title": question.title}, awaits=True)


def _tell_asker(session: Session, question: Question, message: Message, *, by: Actor) -> None:
    asker = session.get_one(User, question.asker_id)
    if asker.state != UserState.ACTIVE:
        return
    told = {
        "who": by.name,
        "organisation": session.get_one(Organisation, question.organisation_id).name,
        "title": question.title,
        "text": message.text,
        "link": whole(f"/vragen/{question.id}", asker.language),
    }
    _write(session, question, asker, "answer", told)
    about = _notice("question_answered", question, message)
    noticing.tell(session, asker.id, about, told={"who": by.name, "title": question.title})


def _write(session: Session, question: Question, reader: User, letter: str, told: Mapping[str, str]) -> None:
    """A letter that its reader can answer by mail, if those are taken and they may answer without a second step."""
    reply_to = address_for(Place(question.id, reader.id))
    if reply_to and actor_by_mail(session, reader).lacks_second_step:
        reply_to = ""
    whole_told = {**told, "by_mail": bool(reply_to)}
    post(session, Letter(to=reader.mail, name=letter, language=reader.language, told=whole_told, reply_to=reply_to))


def _nobody_waits(session: Session, question: Question) -> None:
    """What was asked is answered: it waits for nobody of that side any more."""
    for number in session.exec(select(Message.id).where(Message.question_id == question.id)).all():
        noticing.done(session, f"message-{number}")


def _notice(name: str, question: Question, message: Message) -> noticing.About:
    return noticing.About(name, f"message-{message.id}", f"/vragen/{question.id}")
