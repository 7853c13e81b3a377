"""Entering: somebody asks for a code, types it or opens the link beside it, and is in.

Whoever asks for an address gets the same answer after the same work, whether somebody is known by it or not; only a
reader of that mailbox learns which.
"""

from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, select

from app.core.mail import Letter, post
from app.people import codes
from app.people.codes import GOOD_FOR, MailCode, Verdict
from app.people.models import User, UserState
from app.people.second_steps import has_second_step
from app.people.signing_in import begin_session

SIGN_IN: Final = "sign_in"
"""The purpose of these codes."""

KNOWN: Final = (UserState.ACTIVE, UserState.MAIL_ONLY)


@dataclass(frozen=True)
class Try:
    """What became of a code or link. `user` is who may enter, or has to take the second step first."""

    verdict: Verdict
    user: User | None = None
    needs_second_step: bool = False
    tries_left: int = 0


def person_with(session: Session, mail: str) -> User | None:
    """Who is known by this mail address."""
    return session.exec(select(User).where(User.mail == mail, col(User.state).in_(KNOWN))).first()


def ask_to_enter(session: Session, *, mail: str, browser: str, peer: str, language: str, wanted: str = "") -> None:
    """Send a code, or word that nobody is known here by this address. Raises TooMany.

    `wanted`: where to go afterwards.
    """
    asked = codes.ask(session, purpose=SIGN_IN, mail=mail, browser=browser, peer=peer, told={"wanted": wanted})
    is_known = person_with(session, mail) is not None
    letter = Letter(
        to=mail,
        name="sign_in_code" if is_known else "nobody_known",
        language=language,
        told={"code": asked.code, "link": asked.link} if is_known else {},
        good_for=GOOD_FOR,
    )
    post(session, letter)


def asked_by(session: Session, browser: str) -> MailCode | None:
    """The code with which this browser is about to enter."""
    return codes.pending(session, purpose=SIGN_IN, browser=browser)


def try_code(session: Session, *, browser: str, typed: str) -> Try:
    """Somebody types six digits."""
    return _tried(session, browser, codes.try_code(session, purpose=SIGN_IN, browser=browser, typed=typed))


def try_link(session: Session, *, browser: str, link: str) -> Try:
    """Somebody presses the button behind the link."""
    return _tried(session, browser, codes.try_link(session, purpose=SIGN_IN, browser=browser, link=link))


def enter(session: Session, user: User, *, browser: str, device: str, is_strong: bool = False) -> str:
    """Begin a session for somebody whose code was right; the token for the cookie. The code is spent."""
    code = asked_by(session, browser)
    if code is not None:
        codes.spend(session, code)
    if user.state == UserState.MAIL_ONLY:
        # The address is proven now, so what was followed with it is theirs (settled: 15).
        user.state = UserState.ACTIVE
        session.add(user)
    return begin_session(session, user, device=device, is_strong=is_strong)


def who_proved(session: Session, browser: str) -> User | None:
    """Who typed the right code in this browser and has to take the second step; for ten minutes."""
    code = asked_by(session, browser)
    is_proven = code is not None and code.is_proven
    return person_with(session, code.mail) if code is not None and is_proven else None


def _tried(session: Session, browser: str, verdict: Verdict) -> Try:
    code = asked_by(session, browser)
    left = code.tries_left if code else 0
    if code is None or verdict != Verdict.RIGHT:
        return Try(verdict, tries_left=left)
    user = person_with(session, code.mail)
    if user is None:
        # Digits that were never sent to anybody, guessed.
        return Try(Verdict.WRONG, tries_left=left)
    return Try(verdict, user, needs_second_step=has_second_step(session, user))
