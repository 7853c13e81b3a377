"""Refusing: what a mail server says of an address that takes nothing any more, and what follows from it."""

import logging
from typing import Final

from sqlmodel import Session

from app.core.clock import now
from app.core.database import writing
from app.feeds import following
from app.feeds.models import Reader
from app.feeds.noticing import About, tell
from app.people.events import MailChanged
from app.people.models import User

log = logging.getLogger(__name__)

GONE_AT_ONCE: Final = frozenset({"550", "551", "553", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
"""What a mail server says of an address that is not there: at once (RFC 5321, 4.2.3), or later (RFC 3463, RFC 7505)."""

GONE_AFTER: Final = 3
"""Other refusals in a row after which an address counts as gone."""


def note_refusal(session: Session, reader: Reader, code: str) -> None:
    """Count it; an address that is gone gets no more, and its owner hears of that on the site."""
    reader.refusals += 1
    if reader.gone_at is not None or not (code in GONE_AT_ONCE or reader.refusals >= GONE_AFTER):
        return
    reader.gone_at, reader.gone_code = now(), code[:20]
    user = session.get_one(User, reader.user_id)
    about = About("address_gone", f"address-gone-{reader.gone_at:%Y%m%d%H%M%S}", "/instellingen/volgen")
    tell(session, reader.user_id, about, told={"mail": user.mail, "code": code})
    log.warning("an address takes no mail any more", extra={"answer": code})


def address_works(session: Session, user_id: int) -> None:
    """They say that it does, or have another one: mail comes again, and what was refused before counts no more."""
    reader = following.reader_of(session, user_id)
    reader.gone_at, reader.gone_code, reader.refusals = None, "", 0
    reader.works_since = now()
    session.add(reader)
    session.flush()
    following.plan_again(session, user_id)


def try_new_address(happened: MailChanged) -> None:
    """What the former address took or not says nothing of the new one."""
    with writing() as session:
        reader = following.known_reader(session, happened.user_id)
        if reader.gone_at is not None:
            address_works(session, happened.user_id)
        elif reader.refusals:
            # Mail went on all the while, so nothing is planned anew.
            reader.refusals = 0
            session.add(reader)
