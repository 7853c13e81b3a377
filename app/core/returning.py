"""Returning: a mail server that took a letter reports later what became of it.

Such a report counts like the answer that the server could have given at once, if it comes to the address of a letter
that only we can make, while reports about it are expected. Anything else changes nothing, and nothing is ever answered.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import Session, select

from app.core.clock import now
from app.core.mail import LetterState, PostedLetter, gave_up, note_answer, settle
from app.core.return_addresses import is_ours, numbers_in

log = logging.getLogger(__name__)

GOOD_FOR: Final = timedelta(days=14)
"""So long after a letter was sent a report of it counts. Mail servers give up after 5 days (RFC 5321, 4.5.4.1)."""

NO_MORE_EXACT: Final = frozenset({"", "5.0.0"})
"""Status codes that say less than the answer of the server."""


class TooSoon(Exception):
    """A report was faster than our own note that the letter was sent: it has to come again."""


@dataclass(frozen=True)
class Outcome:
    """What is reported of one recipient, in small letters; empty what is not said."""

    action: str
    """`failed`, `delayed`, `delivered`, `relayed` or `expanded`."""
    status: str
    """Such as 5.1.1 (RFC 3463)."""
    code: str
    """What the other server answered, such as 550."""

    @property
    def answer(self) -> str:
        """The most exact of both."""
        return (self.code or self.status) if self.status in NO_MORE_EXACT else self.status


def take_back(session: Session, recipients: Sequence[str], outcomes: Sequence[Outcome]) -> None:
    """Do what follows from a report. Raises TooSoon. Told again it changes nothing."""
    for number, mark in numbers_in(recipients):
        row = session.exec(select(PostedLetter).where(PostedLetter.id == number).with_for_update()).first()
        if row is None or not is_ours(row.id, row.created_at, mark):
            continue
        if row.state == LetterState.WAITING:
            raise TooSoon("the letter waits")
        if row.state == LetterState.SENT and row.settled_at is not None and row.settled_at > now() - GOOD_FOR:
            _follow(session, row, outcomes)


def _follow(session: Session, row: PostedLetter, outcomes: Sequence[Outcome]) -> None:
    said = "; ".join(f"{each.action or 'unknown'} {each.answer}".strip() for each in outcomes) or "unknown"
    answers = [each.answer for each in outcomes if each.action == "failed"]
    log.warning("a letter came back", extra={"letter": row.id, "answer": said[:200]})
    if len(answers) < len(outcomes) or not answers or not all(answers):
        note_answer(session, row, said)
    elif all(answer.startswith("5") for answer in answers):
        settle(session, row, LetterState.REFUSED, answers[0])
    else:
        gave_up(session, row, answers[0])
