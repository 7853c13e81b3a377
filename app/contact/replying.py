"""Answering by mail: a letter to one of our addresses becomes an answer, with the rights of its sender at this moment.

A mail server hands it to `python -m app receive`. Whoever knows an address and does not send from the mailbox of the
person it was made for learns nothing, not even whether it is one.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any, Final

from sqlmodel import Session, col, select

from app.contact.asking import say
from app.contact.conversations import conversation_at
from app.contact.models import LONGEST_TEXT
from app.contact.reply_addresses import Place, hide_addresses, places_in
from app.core.addresses import whole
from app.core.apart import Interrupted, Limits, NotDone, work_apart
from app.core.errors import Invalid, NotAllowed, NotFound, Problem, TooMany
from app.core.language import gettext as _
from app.core.language import speaking
from app.core.limits import take
from app.core.mail import Letter, post
from app.core.returning import Outcome, take_back
from app.people.actor import Actor
from app.people.models import User, UserState
from app.people.signing_in import actor_by_mail

LARGEST: Final = 12 * 1024 * 1024
"""Bytes of one letter, with everything that is attached to it."""

ONCE_WITHIN: Final = timedelta(days=30)
"""A letter that a mail server hands over again within so long counts once."""

MOST_PARTS: Final = 1000
"""Lines that may begin a part, and groups of fields in a report. Reading 100,000 took five seconds (measured)."""

DEEPEST: Final = 100
"""So many parts may hold others: every line is compared with all that are around it."""

_BEGINS_PART: Final = re.compile(rb"[\r\n]--")
_HOLDS_PARTS: Final = re.compile(rb"boundary[*0-9]{0,6}\s{0,80}=", re.IGNORECASE)
_BLANK: Final = re.compile(rb"\n(?=\r?\n)|\r(?=\r)")

GIVEN_BACK_A_DAY: Final = 20
"""Letters to one person about answers of theirs. Beyond that the mail server gives them back."""

APART: Final = Limits(megabytes=256, seconds=10)


class NotTaken(Exception):
    """It is refused for good, whatever the reason: nobody may learn which."""


@dataclass(frozen=True)
class Reply:
    """What is known of a letter that came in."""

    senders: list[str]
    recipients: list[str]
    is_automatic: bool
    message_id: str
    text: str
    has_more: bool
    """Whether there were attachments."""
    report: Sequence[Outcome] | None
    """What it reports of a letter of ours; None for everything that is no report."""


def is_too_much(data: bytes) -> bool:
    """Whether it has more parts than anybody writes, seen without reading them."""
    bounds = {_BEGINS_PART: MOST_PARTS, _HOLDS_PARTS: DEEPEST}
    if b"delivery-status" in data.lower():
        bounds[_BLANK] = MOST_PARTS
    return any(next(islice(pattern.finditer(data), most, None), None) for pattern, most in bounds.items())


def read_reply(data: bytes) -> Reply:
    """The letter, read apart. Raises NotTaken for one that is none; Interrupted when the machine was too busy."""
    try:
        told: dict[str, Any] = work_apart("app.contact.reply_reading", data, limits=APART)
    except Interrupted:
        raise
    except NotDone:
        raise NotTaken from None
    return as_reply(told)


def as_reply(told: Mapping[str, Any]) -> Reply:
    """The letter, from what the process that read it says."""
    report = told["report"]
    return Reply(**{**told, "report": None if report is None else [Outcome(**each) for each in report]})


def take_in(session: Session, reply: Reply) -> None:
    """Say it where it belongs, or tell its sender why not. Raises NotTaken for a letter that is nobody's answer.

    Raises TooSoon for a report that has to come again.
    """
    if reply.report is not None:
        take_back(session, reply.recipients, reply.report)
    if reply.is_automatic or reply.report is not None:
        return
    place, person = _sender(session, reply)
    mark = f"{place.question_id} {place.person_id} {reply.message_id or reply.text}"
    try:
        take(session, what="reply", who=mark, most=1, within=ONCE_WITHIN)
    except TooMany:
        return
    text = hide_addresses(reply.text)
    with speaking(person.language):
        try:
            with session.begin_nested():
                _say(session, place, text, by=actor_by_mail(session, person))
        except Problem as problem:
            _write_back(session, person, text, why=problem.sentence)
        else:
            if reply.has_more:
                why = _("What you attached did not come along: on the site too an answer holds words alone.")
                _write_back(session, person, text, why=why, link=_link(place, person))


def _sender(session: Session, reply: Reply) -> tuple[Place, User]:
    """Whose answer it is. Raises NotTaken unless it comes from the mailbox of the person the address was made for."""
    if len(reply.senders) != 1:
        raise NotTaken
    places = {place.person_id: place for place in reversed(list(places_in(reply.recipients)))}
    theirs = select(User).where(
        col(User.id).in_(places), col(User.mail) == reply.senders[0], User.state == UserState.ACTIVE
    )
    person = session.exec(theirs).first()
    if person is None:
        raise NotTaken
    return places[person.id], person


def _say(session: Session, place: Place, text: str, *, by: Actor) -> None:
    try:
        question = conversation_at(session, place.question_id, by).question
    except NotFound:
        if by.lacks_second_step:
            raise NotAllowed(_("For this you sign in with a second step: answer on the site.")) from None
        raise NotAllowed(_("This conversation is not there any more, or you have no part in it any more.")) from None
    if not text:
        raise Invalid(_("There were no words of yours above the letter that you answered."))
    if len(text) > LONGEST_TEXT:
        raise Invalid(_("It is too long: an answer has at most %(most)s characters.", most=LONGEST_TEXT))
    say(session, question, text, by=by)


def _write_back(session: Session, person: User, text: str, *, why: str, link: str = "") -> None:
    """One letter to who answered. `link`: where the answer stands; empty when it was not taken."""
    try:
        take(session, what="reply_back", who=str(person.id), most=GIVEN_BACK_A_DAY, within=timedelta(days=1))
    except TooMany:
        if link:
            return
        raise NotTaken from None
    told = {"why": why, "text": text, "link": link or whole("/vragen", person.language), "is_taken": bool(link)}
    post(session, Letter(to=person.mail, name="reply_back", language=person.language, told=told))


def _link(place: Place, person: User) -> str:
    return whole(f"/vragen/{place.question_id}", person.language)
