"""Arriving: somebody comes back from a provider of identity, and is in, or has one more step to take.

Coming back is a GET, as the protocol wants it, and the only one that changes something: it can be made
once, and only in the browser that left.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, SQLModel, col, delete

from app.core.clock import now
from app.core.database import writing
from app.core.errors import Conflict
from app.core.mail import Letter, post
from app.core.record import moment
from app.core.seals import digest, new_token
from app.people import codes
from app.people.codes import GOOD_FOR, MailCode
from app.people.entering import KNOWN, SIGN_IN, person_with
from app.people.joining import become_known
from app.people.models import User, UserState
from app.people.outside_accounts import Identity, account_of, connect, take_place
from app.people.second_steps import has_second_step
from app.people.signing_in import begin_session, end_session

CONNECT: Final = "connect"
"""The purpose of codes that connect an account elsewhere."""

WAY_LASTS: Final = timedelta(minutes=10)
"""How long somebody may be away at the provider."""


class SpentWay(SQLModel, table=True):
    """A way to a provider that somebody has come back by: nobody comes back by it twice."""

    state_digest: str = Field(primary_key=True, max_length=64)
    until: datetime = moment(nullable=False, index=True)


class Next(StrEnum):
    """What comes next for who arrives."""

    IN = "in"
    SECOND_STEP = "second_step"
    PROVE_MAIL = "prove_mail"
    NOBODY = "nobody"
    """The account is connected to nobody, and its address is not verified: there is nothing to begin with."""
    SUSPENDED = "suspended"


@dataclass(frozen=True)
class Arrival:
    """How it went on. `token`: of a session for `IN`; for a step or a code, of the browser that takes it."""

    next: Next
    token: str = ""


def spend_way(state: str) -> bool:
    """Whether nobody came back by this way before. Counts over all processes, and before anything else is done."""
    try:
        with writing() as session:
            session.add(SpentWay(state_digest=digest(state), until=now() + 3 * WAY_LASTS))
            session.flush()
    except (IntegrityError, Conflict):
        return False
    return True


def arrive(who: Identity, *, device: str, peer: str, language: str, wanted: str, former: str) -> Arrival:
    """Let in whoever this account is connected to. `former`: the token of a session that ends with this."""
    with writing() as session:
        account = account_of(session, who)
        user = session.get(User, account.user_id) if account else None
        if account is not None and user is not None and user.state in KNOWN:
            account.used_at = now()
            session.add(account)
            take_place(session, user, who)
            return go_on(session, user, device=device, wanted=wanted, former=former)
        if user is not None and user.state == UserState.SUSPENDED:
            return Arrival(Next.SUSPENDED)
        if not who.mail:
            return Arrival(Next.NOBODY)
        return _ask_for_proof(session, who, peer=peer, language=language, wanted=wanted)


def go_on(session: Session, user: User, *, device: str, wanted: str, former: str) -> Arrival:
    """A new session for somebody we know for sure, or the second step that they have."""
    if not has_second_step(session, user):
        if user.state == UserState.MAIL_ONLY:
            user.state = UserState.ACTIVE
            session.add(user)
        end_session(session, former)
        return Arrival(Next.IN, begin_session(session, user, device=device))
    browser = new_token()
    session.exec(delete(MailCode).where(col(MailCode.purpose) == SIGN_IN, col(MailCode.mail) == user.mail))
    session.add(
        MailCode(
            purpose=SIGN_IN,
            mail=user.mail,
            # Seals of nothing: there are no digits and no link that fit.
            code_seal=digest(new_token()),
            link_digest=digest(new_token()),
            browser_digest=digest(browser),
            told={"wanted": wanted},
            expires_at=now() + GOOD_FOR,
            proven_at=now(),
        )
    )
    return Arrival(Next.SECOND_STEP, browser)


def proved(session: Session, code: MailCode) -> User:
    """Whose address this is, after the right digits: connected from now on. Raises Conflict.

    Somebody new is in as an applicant is, or in the place that their institution's word means. Who has a second step
    connects accounts in their settings, where it was taken: a mailbox alone adds no way in for them.
    """
    who = Identity.of(code.told["who"])
    user = become_known(session, code.mail, name=who.name or code.mail.partition("@")[0], language=_language(code))
    if not has_second_step(session, user):
        connect(session, user, who)
        take_place(session, user, who)
    codes.spend(session, code)
    return user


def forget_spent_ways(session: Session) -> None:
    """Ways that are too old to come back by in any case."""
    session.exec(delete(SpentWay).where(col(SpentWay.until) <= now()))


def _ask_for_proof(session: Session, who: Identity, *, peer: str, language: str, wanted: str) -> Arrival:
    """Send a code, to the known and to the unknown alike: what it opens shows after it was typed."""
    browser = new_token()
    told = {"who": who.as_json(), "wanted": wanted, "language": language}
    asked = codes.ask(session, purpose=CONNECT, mail=who.mail, browser=browser, peer=peer, told=told)
    known = person_with(session, who.mail)
    letter = Letter(
        to=who.mail,
        name="account_code",
        language=known.language if known else language,
        told={"code": asked.code, "account": who.called or who.mail},
        good_for=GOOD_FOR,
    )
    post(session, letter)
    return Arrival(Next.PROVE_MAIL, browser)


def _language(code: MailCode) -> str:
    return str(code.told.get("language", "nl"))
