"""One's own feed: what somebody follows, for their feed reader, under a secret address.

Whoever has the address reads what they may read at that moment, so it is kept as a digest, shown once, and ended or
made anew at will. It is no second step: whoever needs one on the site reads here as without it.
"""

import threading
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from sqlmodel import Session, col, select, update

from app.core.clock import now
from app.core.database import writing
from app.core.errors import NotFound
from app.core.language import gettext as _
from app.core.language import speaking
from app.core.paging import Place
from app.core.seals import digest, new_token, seal
from app.feeds.choosing import Chosen, choose
from app.feeds.entries import entries
from app.feeds.following import heard_by, reader_of
from app.feeds.formats import Format
from app.feeds.models import Reader
from app.feeds.my_feed import heard_of
from app.feeds.streams import MOST_ENTRIES, Feed, Stream, feed_of, older_than, read
from app.feeds.written import Written
from app.people.actor import Actor
from app.people.auditing import note
from app.people.models import User, UserState
from app.people.signing_in import actor_by_mail

SEEN_EVERY: Final = timedelta(minutes=5)
"""Nobody needs to know more exactly when it was last read."""


# --- its address ------------------------------------------------------------------------------------------------------


def make(session: Session, *, by: Actor) -> str:
    """A new secret word for the address, which is told this once; a former one is good for nothing any more."""
    assert by.user_id is not None
    word, row = new_token(), reader_of(session, by.user_id)
    row.feed_digest, row.feed_made_at, row.feed_used_at = digest(word), now(), None
    session.add(row)
    session.flush()
    note(session, by, "make_feed", subject=session.get_one(User, by.user_id))
    return word


def end(session: Session, *, by: Actor) -> None:
    """The address is good for nothing any more. Ending it twice changes nothing."""
    assert by.user_id is not None
    row = reader_of(session, by.user_id)
    if row.feed_digest is not None:
        row.feed_digest = row.feed_made_at = row.feed_used_at = None
        session.add(row)
        session.flush()
        note(session, by, "end_feed", subject=session.get_one(User, by.user_id))


def holder_of(session: Session, word: str) -> Actor:
    """Whose feed it is, with the rights of this moment. Raises NotFound, for a suspended person too."""
    found = session.exec(
        select(User, Reader)
        .join(Reader, col(Reader.user_id) == User.id)
        .where(Reader.feed_digest == digest(word), User.state == UserState.ACTIVE)
    ).first()
    if found is None:
        raise NotFound(_("There is nothing at this address."))
    user, row = found
    _note_used(row)
    return actor_by_mail(session, user)


# --- what stands in it ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Selected:
    """What stands in a part of somebody's feed, before it is read."""

    actor: Actor
    chosen: Sequence[Chosen]
    place: Place | None
    older: Place | None

    @property
    def question(self) -> Hashable:
        """What it is known by in one epoch, which stands for all that is said with a piece, such as names."""
        # The actor, since files go by rights; and a digest of the pieces, since they would be kept by the thousand.
        told = [(one.article_id, one.changed_at.isoformat()) for one in self.chosen], self.older
        return self.actor, self.place, sha256(repr(told).encode()).hexdigest()


def select_own(session: Session, actor: Actor, language: str, place: Place | None = None) -> Selected:
    """What this person hears of at this moment, the latest first; what is muted is not in it."""
    wishes = [each.wish(is_news=False) for each in heard_of(session, actor, language, heard_by(session, actor))]
    chosen = choose(session, actor, wishes, language=language, limit=MOST_ENTRIES + 1, before=place)
    return Selected(actor, chosen[:MOST_ENTRIES], place, older_than(chosen, MOST_ENTRIES))


def written(session: Session, form: Format, selected: Selected, word: str, language: str) -> Written:
    """It in a format, under the address with this word."""
    question = ("own feed", digest(word), language, selected.question)
    return Written(session, form, question, lambda: told_in(session, selected, word, language))


def told_in(session: Session, selected: Selected, word: str, language: str) -> Feed:
    """It as a feed, under the address with this word."""
    # Not the word, which may be made anew while the feed stays the same one.
    name = f"/feeds/persoonlijk/{seal('own feed', selected.actor.handle)[:40]}"
    stream = Stream(f"/feeds/persoonlijk/{word}", "/overzicht", "wat je volgt", "what you follow", name_for_ever=name)
    with speaking(language):
        told = entries(session, selected.actor, read(session, selected.chosen), language=language)
        return feed_of(stream, language, told, place=selected.place, older=selected.older)


# --- when it was last read: noted in memory, written down apart from any request --------------------------------------

_used: set[int] = set()
_noting = threading.Lock()


def _note_used(row: Reader) -> None:
    if row.feed_used_at is None or now() - row.feed_used_at > SEEN_EVERY:
        with _noting:
            _used.add(row.id)


def write_down_read() -> None:
    """Write down that feeds were read, if any were. Called by each web process every now and then."""
    with _noting:
        noted = sorted(_used)
        _used.clear()
    if not noted:
        return
    with writing() as session:
        theirs = update(Reader).where(col(Reader.id).in_(noted), col(Reader.feed_digest).is_not(None))
        session.exec(theirs.values(feed_used_at=now()))
