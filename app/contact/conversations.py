"""Conversations as their two sides read them. For everybody else they are not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from app.contact.asking import answers_for
from app.contact.models import Message, Question
from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.paging import Page
from app.people.actor import Actor
from app.people.models import Organisation, User

_Company = aliased(Organisation)


@dataclass(frozen=True)
class Conversation:
    """A question with who asked whom, and on which side the reader is."""

    question: Question
    asked: Organisation
    asker: User
    company: Organisation | None
    """For whom they asked."""
    is_ours: bool
    """Whether the reader is on the side that was asked."""


@dataclass(frozen=True)
class Said:
    """A message and who wrote it; None when they are gone."""

    message: Message
    author: User | None


def read_by(actor: Actor) -> ColumnElement[bool]:
    """Questions that this actor reads: their own, and those to organisations that they edit for."""
    own = col(Question.asker_id) == actor.user_id
    return or_(own, col(Question.organisation_id).in_(actor.edits_for)) if actor.edits_for else own


def conversations(session: Session, actor: Actor, *, page: int, size: int) -> Page[Conversation]:
    """One page of them, the last word first. Two queries, however many there are."""
    condition = read_by(actor)
    total = session.exec(select(func.count(col(Question.id))).where(condition)).one()
    rows = session.exec(
        _whole()
        .where(condition)
        .order_by(col(Question.last_at).desc(), col(Question.id).desc())
        .offset((page - 1) * size)
        .limit(size)
    ).all()
    return Page(items=[_conversation(row, actor) for row in rows], number=page, size=size, total=total)


def waiting_for(session: Session, actor: Actor) -> int:
    """How many questions wait for an answer of this actor's side."""
    if not actor.edits_for:
        return 0
    return session.exec(
        select(func.count(col(Question.id))).where(
            col(Question.organisation_id).in_(actor.edits_for),
            col(Question.asker_id) != actor.user_id,
            col(Question.waits_for_answer).is_(True),
            col(Question.closed_at).is_(None),
        )
    ).one()


def conversation_at(session: Session, id_: int, actor: Actor) -> Conversation:
    """One of them. Raises NotFound for whoever is on neither side."""
    row = session.exec(_whole().where(Question.id == id_, read_by(actor))).first()
    if actor.user_id is None or row is None:
        raise NotFound(_("There is nothing at this address."))
    return _conversation(row, actor)


def said_in(session: Session, question: Question) -> Sequence[Said]:
    """What was said, from the beginning."""
    rows = session.exec(
        select(Message, User)
        .outerjoin(User, col(User.id) == Message.author_id)
        .where(Message.question_id == question.id)
        .order_by(col(Message.id))
    ).all()
    return [Said(message, author) for message, author in rows]


def asked_and_said(session: Session, user: User) -> list[dict[str, Any]]:
    """What somebody asked and answered, to take along: their own words only."""
    rows = session.exec(
        select(Message, Question, Organisation)
        .join(Question, col(Question.id) == Message.question_id)
        .join(Organisation, col(Organisation.id) == Question.organisation_id)
        .where(Message.author_id == user.id)
        .order_by(col(Message.id))
    ).all()
    return [
        message.model_dump(mode="json") | {"title": question.title, "organisation": organisation.slug}
        for message, question, organisation in rows
    ]


def _whole() -> Any:
    return (
        select(Question, Organisation, User, _Company)
        .join(Organisation, col(Organisation.id) == Question.organisation_id)
        .join(User, col(User.id) == Question.asker_id)
        .outerjoin(_Company, col(_Company.id) == Question.asker_organisation_id)
    )


def _conversation(row: tuple[Question, Organisation, User, Organisation | None], actor: Actor) -> Conversation:
    question, asked, asker, company = row
    return Conversation(question, asked, asker, company, is_ours=answers_for(actor, question))
