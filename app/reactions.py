"""What follows from what, on one screen, and what happens by the clock.

Every reaction looks at the state of today and may be repeated. Announcing an event that is not here is an error.
"""

from datetime import timedelta
from typing import Final

from app.core.database import reading, writing
from app.core.jobs import register
from app.core.limits import forget_old_counts
from app.core.mail import CircularWritten, LetterWritten, forget_old_letters, send_circular, send_letter
from app.core.timetable import Entry
from app.people.admitting import remind_of_waiting
from app.people.arriving import forget_spent_ways
from app.people.codes import forget_old_codes
from app.people.events import OrganisationChanged
from app.people.join_drafts import forget_old_drafts
from app.people.signing_in import end_old_sessions
from app.people.tokens import forget_old_tokens
from content.events import ArticlePublished, ArticleReachChanged, ArticleRemoved, ArticleWithdrawn, FileRead
from content.file_texts import read_files, read_unread_files
from content.publishing import publish_due, something_due
from content.seed.removing import forget_piece
from content.sharing import draw_share_image, forget_paper
from search.events import IndexOutdated, WordsTaught
from search.index import rebuild_when_outdated, reconcile_some, sync_article
from search.keeping import settle
from search.overhearing import count_what_was_heard, forget_old_searches
from search.relearning import relearn
from search.renaming import sync_organisation


def forget_removed_piece(happened: ArticleRemoved) -> None:
    """First its words and its document, then the piece: the other way round its words would stay counted."""
    try:
        settle([happened.piece_id])
    finally:
        with writing() as session:
            forget_piece(session, happened.piece_id)


register(
    {
        ArticlePublished: (sync_article, draw_share_image, read_files),
        FileRead: (sync_article,),
        ArticleWithdrawn: (sync_article, draw_share_image, forget_paper),
        ArticleReachChanged: (sync_article, draw_share_image, forget_paper),
        ArticleRemoved: (forget_removed_piece, draw_share_image, forget_paper),
        IndexOutdated: (rebuild_when_outdated,),
        WordsTaught: (relearn,),
        LetterWritten: (send_letter,),
        CircularWritten: (send_circular,),
        OrganisationChanged: (sync_organisation,),
    }
)


def publish_what_is_due() -> None:
    """Scheduled articles appear at their minute."""
    with reading() as session:
        due = something_due(session)
    if due:
        with writing() as session:
            publish_due(session)


def forget_old_sessions() -> None:
    """Sign-in sessions and tokens whose time is over."""
    with writing() as session:
        end_old_sessions(session)
        forget_old_tokens(session)


def forget_letters() -> None:
    """That letters were sent, once nobody will ask for them any more."""
    with writing() as session:
        forget_old_letters(session)


def forget_codes() -> None:
    """Codes from mails whose time is long over."""
    with writing() as session:
        forget_old_codes(session)


def forget_ways() -> None:
    """Ways to providers of identity that nobody can come back by any more."""
    with writing() as session:
        forget_spent_ways(session)


def forget_counts() -> None:
    """How often somebody did what is limited, once that does not matter any more."""
    with writing() as session:
        forget_old_counts(session)


def forget_drafts_of_joining() -> None:
    """What people filled in on the way in and never finished."""
    with writing() as session:
        forget_old_drafts(session)


def remind_who_has_to_answer() -> None:
    """Nobody who applied waits unseen."""
    with writing() as session:
        remind_of_waiting(session)


TIMETABLE: Final = (
    Entry("publish what is due", timedelta(seconds=5), publish_what_is_due),
    Entry("compare index and database", timedelta(seconds=5), reconcile_some),
    Entry("read files that nobody has read", timedelta(minutes=1), read_unread_files),
    Entry("count what is searched for", timedelta(seconds=10), count_what_was_heard),
    Entry("forget old searches", timedelta(hours=6), forget_old_searches),
    Entry("forget old sessions", timedelta(hours=6), forget_old_sessions),
    Entry("forget old letters", timedelta(hours=6), forget_letters),
    Entry("forget old codes", timedelta(hours=1), forget_codes),
    Entry("forget old ways", timedelta(hours=1), forget_ways),
    Entry("forget old counts", timedelta(hours=1), forget_counts),
    Entry("forget drafts of joining", timedelta(hours=1), forget_drafts_of_joining),
    Entry("remind who has to answer", timedelta(minutes=30), remind_who_has_to_answer),
)
