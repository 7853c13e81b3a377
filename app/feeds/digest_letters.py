"""Digest letters: what stands in an edition, chosen when its letter is sent, and how that ended.

It is chosen with the rights of that moment, and noted in the ledger in the same transaction: what one letter told is
told in no other. A try that surely failed gives its pieces back; after a kill, when nobody knows whether it arrived,
the same pieces go again under the same Message-ID, without those that were hidden meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, delete, func, select, update

from app.core.clock import local, now
from app.core.database import reading, writing
from app.core.language import gettext as _
from app.core.language import long_date, speaking, weekday_name
from app.core.mail import LetterState, PostedLetter, on_occasion
from app.core.settings import settings
from app.core.templating import capitalise
from app.feeds.choosing import choose
from app.feeds.editions import LETTER, heard_by_mail, is_reached
from app.feeds.following import reader_of
from app.feeds.letter_lines import letter_lines
from app.feeds.models import Channel, Edition, Reader, Rhythm, Subscription, Told
from app.feeds.my_feed import Item, news, note_told
from app.feeds.refusing import note_refusal
from app.feeds.stopping import stop_all
from app.people.entering import KNOWN
from app.people.models import User, UserState
from app.people.signing_in import actor_by_mail
from content.models import Article

MOST_PIECES: Final = 60
"""In one letter. It says so when there are more, and they come in the next one."""


@dataclass(frozen=True)
class DigestLetters:
    """Chooses what stands in an edition when its letter is sent, and writes down how that ended."""

    def choose(self, letter_id: int) -> Mapping[str, Any] | None:
        """The pieces; None when there is nothing to tell any more, or nobody to tell it to."""
        with writing() as session:
            # Locked before its pieces are looked for: see `editions`.
            found = session.execute(_of(letter_id).with_for_update(of=Edition)).first()
            if found is None:
                return None
            edition, letter, user, reader = found
            if user.state not in KNOWN:
                return None
            if user.mail != letter.to or not (reader is None or is_reached(reader, now())):
                # Chosen before a kill, and since then not wanted or wanted elsewhere. Better twice than never: whether
                # it went nobody knows.
                _give_back(session, edition)
                return None
            with speaking(user.language):
                rhythms = edition.period.partition(" ")[2].split("+")
                items = self._pieces(session, user, edition, rhythms)
        # What they say is read apart: on SQLite nobody else writes while somebody does.
        with reading() as session, speaking(user.language):
            return self._told(session, user, items) if items else None

    def missed(self, session: Session, letter_id: int) -> None:
        """Nobody was told: the next try chooses anew."""
        edition = session.exec(select(Edition).where(Edition.letter_id == letter_id)).first()
        if edition is not None:
            _give_back(session, edition)

    def settled(self, session: Session, letter_id: int, state: LetterState, error: str) -> None:
        """Close the edition. What was refused was told to nobody; an address that is gone gets no more."""
        told = select(func.count(col(Told.id))).where(col(Told.edition_id) == col(Edition.id)).scalar_subquery()
        found = session.execute(_of(letter_id).add_columns(told)).first()
        if found is None:
            return
        edition, letter, user, known, pieces = found
        edition.closed_at, edition.outcome = now(), state.value
        session.add(edition)
        reader = known or reader_of(session, edition.user_id)
        if state == LetterState.SENT and not _may_come_back(session, edition):
            reader.refusals = 0
        if state == LetterState.REFUSED:
            _give_back(session, edition)
            if _tells_of(letter, user, reader):
                note_refusal(session, reader, error)
            else:
                _call_again(session, edition.user_id)
        elif state == LetterState.LATE or pieces >= MOST_PIECES:
            # There may be more than its letter could hold: no event would tell those who hear at once of the rest.
            _call_again(session, edition.user_id)
        session.add(reader)
        session.flush()

    def _pieces(self, session: Session, user: User, edition: Edition, rhythms: Sequence[str]) -> list[Item]:
        actor = actor_by_mail(session, user)
        heard = heard_by_mail(session, actor, user.language, rhythms)
        if edition.chosen_at is None:
            items = news(session, actor, user.language, heard, limit=MOST_PIECES + 1)[:MOST_PIECES]
            pieces = {item.chosen.piece_id: item.chosen.changed_at for item in items}
            note_told(session, user.id, Channel.MAIL, pieces, edition.id)
            edition.chosen_at = now()
            session.add(edition)
            session.flush()
            return items
        told = session.exec(select(Told.piece_id).where(Told.edition_id == edition.id)).all()
        chosen = choose(
            session,
            actor,
            [each.wish(is_news=False) for each in heard],
            language=user.language,
            limit=MOST_PIECES,
            where=[col(Article.piece_id).in_(told)],
        )
        return [Item(one, tuple(heard[place] for place in one.answers), True) for one in chosen]

    def _told(self, session: Session, user: User, items: Sequence[Item]) -> dict[str, Any]:
        names = list(dict.fromkeys(each.stream.title for item in items for each in item.reasons))
        return {
            "first_name": _first_name(user),
            "day": capitalise(
                _("%(weekday)s %(day)s", weekday=weekday_name(local(now()).weekday()), day=long_date(now()))
            ),
            "about": names[:4],
            "lines": letter_lines(session, items, user.language),
            "has_more": len(items) >= MOST_PIECES,
            "stop": stop_all(user),
        }


def _of(letter_id: int) -> Select[Edition, PostedLetter, User, Reader]:
    """For a query: the edition of a letter, with the letter, and its reader, whose wishes may not be there yet."""
    return (
        sa_select(Edition, PostedLetter, User, Reader)
        .join(PostedLetter, col(PostedLetter.id) == col(Edition.letter_id))
        .join(User, col(User.id) == col(Edition.user_id))
        .outerjoin(Reader, col(Reader.user_id) == col(Edition.user_id))
        .where(col(Edition.letter_id) == letter_id)
    )


def _may_come_back(session: Session, edition: Edition) -> bool:
    """Whether the letter before it was refused, where servers may say so later: one that was taken proves little."""
    if not settings().bounce_address:
        return False
    before = (
        select(Edition.outcome)
        .where(
            Edition.user_id == edition.user_id,
            col(Edition.id) < edition.id,
            col(Edition.outcome).in_([LetterState.SENT.value, LetterState.REFUSED.value]),
        )
        .order_by(col(Edition.id).desc())
        .limit(1)
    )
    return session.exec(before).first() == LetterState.REFUSED.value


def _tells_of(letter: PostedLetter, user: User, reader: Reader) -> bool:
    """Whether what came of the letter tells something of the address that they have now and call good."""
    if letter.to != user.mail:
        return False
    return reader.works_since is None or letter.created_at >= reader.works_since


def _call_again(session: Session, user_id: int) -> None:
    """What they wanted to hear at once waits for no day of its own: it is due again, if it is news still."""
    session.exec(
        update(Subscription)
        .where(
            col(Subscription.user_id) == user_id,
            col(Subscription.rhythm) == Rhythm.AT_ONCE,
            col(Subscription.by_mail).is_(True),
            col(Subscription.ended_at).is_(None),
        )
        .values(due_at=now())
    )


def _first_name(user: User) -> str:
    """What they are called; who only told an address has told no name."""
    return user.name.split()[0] if user.state == UserState.ACTIVE and user.name.split() else ""


def _give_back(session: Session, edition: Edition) -> None:
    edition.chosen_at = None
    session.add(edition)
    session.exec(delete(Told).where(col(Told.edition_id) == edition.id, col(Told.channel) == Channel.MAIL))


on_occasion(LETTER, DigestLetters())
