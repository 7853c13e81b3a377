"""Another mail address: whoever wants it reads the old mailbox and the new one, and both hear of it when it is done.

A code goes to each. An address that somebody else is known by is sent a word instead of a code, and nobody but its
reader learns that it is taken.
"""

from dataclasses import dataclass
from typing import Final

from sqlmodel import Session, col, delete, select

from app.core import epoch
from app.core.errors import Invalid
from app.core.jobs import announce
from app.core.language import gettext as _
from app.core.mail import Letter, post
from app.people import codes, sessions
from app.people.codes import GOOD_FOR, MailCode, Verdict
from app.people.events import MailChanged
from app.people.models import User
from app.people.securing import Change, tell

OLD: Final = "mail_old"
NEW: Final = "mail_new"
"""The purposes of the two codes."""


@dataclass(frozen=True)
class Underway:
    """A change that was asked for in this browser."""

    old: MailCode
    new: MailCode

    @property
    def is_over(self) -> bool:
        """Whether it cannot be finished any more."""
        return not all(code.is_live or code.is_proven for code in (self.old, self.new))


def ask_to_change(session: Session, user: User, *, mail: str, browser: str, peer: str, language: str) -> None:
    """Send a code to the address of now and one to the new one. Raises Invalid and TooMany."""
    if mail == user.mail:
        raise Invalid(_("This is your address already."), field="mail")
    old = codes.ask(session, purpose=OLD, mail=user.mail, browser=browser, peer=peer, told={"new": mail})
    new = codes.ask(session, purpose=NEW, mail=mail, browser=browser, told={"user": user.id})
    told = {"code": old.code, "mail": mail}
    post(session, Letter(to=user.mail, name="mail_change_old", language=language, told=told, good_for=GOOD_FOR))
    is_taken = session.exec(select(User.id).where(User.mail == mail)).first() is not None
    name, told = ("mail_change_taken", {}) if is_taken else ("mail_change_new", {"code": new.code})
    post(session, Letter(to=mail, name=name, language=language, told=told, good_for=GOOD_FOR))


def underway(session: Session, user: User, *, browser: str) -> Underway | None:
    """What this person asked for in this browser, if anything."""
    old = codes.pending(session, purpose=OLD, browser=browser)
    new = codes.pending(session, purpose=NEW, browser=browser)
    if old is None or new is None or old.mail != user.mail or old.told.get("new") != new.mail:
        return None
    return Underway(old, new)


def try_both(session: Session, *, browser: str, old: str, new: str) -> tuple[Verdict, Verdict]:
    """Somebody types both codes; one that was right already need not be typed again. Wrong tries count."""
    return _tried(session, OLD, browser, old), _tried(session, NEW, browser, new)


def _tried(session: Session, purpose: str, browser: str, typed: str) -> Verdict:
    code = codes.pending(session, purpose=purpose, browser=browser)
    if code is not None and code.is_proven:
        return Verdict.RIGHT
    return codes.try_code(session, purpose=purpose, browser=browser, typed=typed)


def change(session: Session, user: User, *, browser: str) -> bool:
    """Change it when both codes were right, end every session, and tell both addresses. Whether it was changed."""
    found = underway(session, user, browser=browser)
    if found is None or not (found.old.is_proven and found.new.is_proven):
        return False
    mail = found.new.mail
    for code in (found.old, found.new):
        codes.spend(session, code)
    if session.exec(select(User.id).where(User.mail == mail)).first() is not None:
        return False
    # To the old address first: whoever reads it and did not ask for this has to know.
    tell(session, user, Change.CHANGE_MAIL)
    former, user.mail = user.mail, mail
    session.add(user)
    session.exec(delete(MailCode).where(col(MailCode.mail) == former))
    session.flush()
    post(session, Letter(to=mail, name="mail_changed", language=user.language))
    announce(session, MailChanged(user_id=user.id))
    sessions.end_all(session, user_id=user.id)
    epoch.move(session)
    return True
