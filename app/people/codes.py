"""Codes: six digits sent to an address prove that somebody reads what is sent there.

There is one live code for each purpose and address. It belongs to the browser that asked: nobody else can type it or
use up its tries. Beside the code stands a link, for the same browser alone, so that a program that opens every link in
a mail can neither use it up nor get in.

    asked = ask(session, purpose="join", mail=mail, browser=browser, peer=peer)
    post(session, Letter(to=mail, name="join_code", told={"code": asked.code, "link": asked.link}, good_for=GOOD_FOR))
    ...
    if try_code(session, purpose="join", browser=browser, typed=typed) == Verdict.RIGHT:
        ...                      # somebody reads pending(...).mail
        spend(session, code)

A wrong try is counted in the transaction it is made in: whoever is told WRONG has to answer, not raise.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlmodel import Field, Session, UniqueConstraint, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from app.core.clock import CLOCKS_DIFFER, now
from app.core.limits import network_of, take
from app.core.record import Record, moment, plain_json
from app.core.seals import digest, is_sealed, new_code, new_token, seal

GOOD_FOR: Final = timedelta(minutes=10)
MOST_TRIES: Final = 5

MOST_ASKED: Final = (("code", 5, timedelta(minutes=15)), ("codes of a day", 20, timedelta(days=1)))
"""How many codes one address is sent: enough to try again, too few to fill a mailbox or to guess by."""

MOST_OF_A_PLACE: Final = (
    ("codes of a place", 60, timedelta(minutes=15)),
    ("codes of a place, a day", 400, timedelta(days=1)),
)
"""The same for one place on the network, such as a school: many people, but nobody who tries every address."""

_PURPOSE: Final = "code"


class Verdict(StrEnum):
    """What became of a try."""

    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"
    """There is no live code for this browser: too late, tried too often, used, or another one was asked for."""


class MailCode(Record, table=True):
    """A code on its way. Holds seals and digests only: who reads the database can type none of them."""

    __table_args__ = (UniqueConstraint("purpose", "mail"),)

    purpose: str = Field(max_length=20)
    mail: str = Field(max_length=254)
    code_seal: str = Field(max_length=64)
    link_digest: str = Field(max_length=64)
    browser_digest: str = Field(max_length=64, index=True)
    told: dict[str, Any] = plain_json({})
    """What has to be known when it is right, such as where to go."""
    tries: int = 0
    expires_at: datetime = moment(nullable=False, index=True)
    proven_at: datetime | None = moment()

    @property
    def tries_left(self) -> int:
        """How often it may still be typed."""
        return max(0, MOST_TRIES - self.tries)

    @property
    def is_live(self) -> bool:
        """Whether typing it can help. A clock that ran ahead gives no code more time than it has."""
        return self.proven_at is None and self.tries_left > 0 and now() < self.expires_at <= now() + _LONGEST

    @property
    def is_proven(self) -> bool:
        """Whether it was right, not long ago: what it leads to has to be done soon."""
        return self.proven_at is not None and now() - GOOD_FOR < self.proven_at <= now() + CLOCKS_DIFFER


_LONGEST: Final = GOOD_FOR + CLOCKS_DIFFER


@dataclass(frozen=True)
class Asked:
    """What to send, and to nobody else than the address."""

    code: str
    link: str


def ask(
    session: Session, *, purpose: str, mail: str, browser: str, peer: str = "", told: dict[str, Any] | None = None
) -> Asked:
    """A new code for this address and this browser (a token that it keeps in a cookie). The former one is over.

    `peer`: where on the network it is asked from. Raises TooMany.
    """
    counted = [(limit, network_of(peer)) for limit in MOST_OF_A_PLACE if peer] + [(each, mail) for each in MOST_ASKED]
    for (what, most, within), who in counted:
        take(session, what=what, who=who, most=most, within=within)
    session.exec(delete(MailCode).where(col(MailCode.purpose) == purpose, col(MailCode.mail) == mail))
    asked = Asked(code=new_code(), link=new_token())
    session.add(
        MailCode(
            purpose=purpose,
            mail=mail,
            code_seal=seal(_PURPOSE, _whole(purpose, browser, asked.code)),
            link_digest=digest(asked.link),
            browser_digest=digest(browser),
            told=told or {},
            expires_at=now() + GOOD_FOR,
        )
    )
    session.flush()
    return asked


def pending(session: Session, *, purpose: str, browser: str) -> MailCode | None:
    """The code that this browser asked for last, live or not."""
    return session.exec(_of(purpose, browser)).first() if browser else None


def _locked(session: Session, purpose: str, browser: str) -> MailCode | None:
    # Two tries at the same moment are two tries.
    return session.exec(_of(purpose, browser).with_for_update()).first() if browser else None


def _of(purpose: str, browser: str) -> SelectOfScalar[MailCode]:
    return (
        select(MailCode)
        .where(MailCode.purpose == purpose, MailCode.browser_digest == digest(browser))
        .order_by(col(MailCode.id).desc())
        .limit(1)
    )


def try_code(session: Session, *, purpose: str, browser: str, typed: str) -> Verdict:
    """Whether these are the digits. A wrong try counts, and a right one can be made once."""
    code = _locked(session, purpose, browser)
    if code is None or not code.is_live:
        return Verdict.OVER
    code.tries += 1
    session.add(code)
    if not is_sealed(_PURPOSE, _whole(purpose, browser, _digits(typed)), code.code_seal):
        return Verdict.WRONG if code.tries_left else Verdict.OVER
    code.proven_at = now()
    return Verdict.RIGHT


def try_link(session: Session, *, purpose: str, browser: str, link: str) -> Verdict:
    """Whether this is the link that was sent for this very browser."""
    code = _locked(session, purpose, browser)
    if code is None or not code.is_live or digest(link) != code.link_digest:
        return Verdict.OVER
    code.proven_at = now()
    session.add(code)
    return Verdict.RIGHT


def spend(session: Session, code: MailCode) -> None:
    """It has done what it was for."""
    session.delete(code)
    session.flush()


def forget_old_codes(session: Session) -> None:
    """Codes whose time has long been over: until then a page can still say that it is."""
    session.exec(delete(MailCode).where(col(MailCode.expires_at) <= now() - timedelta(hours=1)))


def _whole(purpose: str, browser: str, code: str) -> str:
    return f"{purpose} {digest(browser)} {code}"


def _digits(typed: str) -> str:
    """What was typed, without the blanks and points that people put between digits."""
    return "".join(letter for letter in typed[:40] if letter.isascii() and letter.isdigit())
