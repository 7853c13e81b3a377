"""What follows from what, on one screen, and what happens by the clock.

Every reaction looks at the state of today and may be repeated. Announcing an event that is not here is an error.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlmodel import Session

from app.contact.reporting import forget_reporters, remind_of_reports
from app.core.database import reading, writing
from app.core.jobs import register
from app.core.lanes import in_lane, lane_of
from app.core.limits import forget_old_counts
from app.core.mail import CircularWritten, LetterWritten, clear_folder, forget_old_letters, send_circular, send_letter
from app.core.timetable import Entry
from app.feeds.asking import forget_old_requests
from app.feeds.credit_notices import notice_invitation, notice_open_invitations
from app.feeds.delivering import bring_what_is_due
from app.feeds.digest_letters import DigestLetters  # noqa: F401 - chooses what stands in editions
from app.feeds.editions import write_due_editions
from app.feeds.following import forget_ended
from app.feeds.forgetting import forget_who_follows_nothing
from app.feeds.link_notices import notice_links
from app.feeds.noticing import forget_old_notices
from app.feeds.piece_notices import notice_question, notice_withdrawal
from app.feeds.place_notices import notice_role, notice_who_left
from app.feeds.reacting import call_followers, call_its_people, call_new_readers, call_who_reads_more
from app.feeds.refusing import try_new_address
from app.feeds.review_notices import notice_step
from app.feeds.webhooks import forget_old_webhooks
from app.people.admitting import remind_of_waiting
from app.people.arriving import forget_spent_ways
from app.people.codes import forget_old_codes
from app.people.events import (
    MailChanged,
    OrganisationChanged,
    PersonArrived,
    PersonErased,
    PersonRestored,
    PersonSuspended,
    PlaceGiven,
    PlaceLeft,
    RoleChanged,
)
from app.people.join_drafts import forget_old_drafts
from app.people.kept_answers import forget_old_answers
from app.people.signing_in import end_old_sessions
from app.people.tokens import forget_old_tokens
from content.appearing import end_what_is_over, publish_due, something_due
from content.bulk import carry_back, carry_out
from content.crediting import forget_unanswered
from content.events import (
    ArticlePublished,
    ArticleReachChanged,
    ArticleRemoved,
    ArticleWithdrawn,
    BulkOrdered,
    BulkUndoAsked,
    CreditAsked,
    FileRead,
    LinksLookedAt,
    RemarkMade,
    ReviewMoved,
    StillTrueAsked,
    TopicChanged,
)
from content.file_texts import read_files, read_unread_files
from content.link_checking import check_due_links
from content.passing_on import pass_on_to_centre
from content.presence import forget_who_left
from content.preview_links import forget_old_links
from content.retiring import ask_whether_true
from content.review_letters import remind_of_returned, remind_of_reviews, tell_of_remark, tell_of_step
from content.seed.removing import forget_piece
from content.sharing import draw_share_image, forget_paper
from content.unused_files import forget_unused_files
from search.events import IndexOutdated, WordsTaught
from search.index import rebuild_when_outdated, reconcile_some, sync_article
from search.keeping import settle
from search.overhearing import count_what_was_heard, forget_old_searches
from search.picking import forget_old_picks
from search.relearning import relearn
from search.renaming import sync_organisation, sync_topic


@in_lane(lane_of(sync_article))
def forget_removed_piece(happened: ArticleRemoved) -> None:
    """First its words and its document, then the piece: the other way round its words would stay counted."""
    try:
        settle([happened.piece_id])
    finally:
        with writing() as session:
            forget_piece(session, happened.piece_id)


def clear_folder_after(_happened: PersonErased) -> None:
    """Their letters went with them; what lies in the folder goes now."""
    clear_folder()


register(
    {
        ArticlePublished: (sync_article, draw_share_image, read_files, call_followers),
        FileRead: (sync_article,),
        TopicChanged: (sync_topic,),
        ArticleWithdrawn: (sync_article, draw_share_image, forget_paper, notice_withdrawal),
        StillTrueAsked: (notice_question,),
        ArticleReachChanged: (sync_article, draw_share_image, forget_paper, call_new_readers),
        ReviewMoved: (tell_of_step, notice_step),
        RemarkMade: (tell_of_remark,),
        CreditAsked: (notice_invitation,),
        LinksLookedAt: (notice_links,),
        BulkOrdered: (carry_out,),
        BulkUndoAsked: (carry_back,),
        ArticleRemoved: (forget_removed_piece, draw_share_image, forget_paper),
        IndexOutdated: (rebuild_when_outdated,),
        WordsTaught: (relearn,),
        LetterWritten: (send_letter,),
        CircularWritten: (send_circular,),
        OrganisationChanged: (sync_organisation, pass_on_to_centre, call_its_people),
        PersonSuspended: (pass_on_to_centre,),
        PersonRestored: (call_who_reads_more,),
        PlaceGiven: (call_who_reads_more,),
        PersonArrived: (notice_open_invitations,),
        MailChanged: (try_new_address, notice_open_invitations),
        RoleChanged: (notice_role,),
        PlaceLeft: (notice_who_left,),
        PersonErased: (clear_folder_after,),
    }
)


def publish_what_is_due() -> None:
    """Scheduled articles appear at their minute, and those end whose last day has passed."""
    with reading() as session:
        due = something_due(session)
    if due:
        with writing() as session:
            publish_due(session)
            end_what_is_over(session)


def write_editions() -> None:
    """Letters for which the hour has come, or something appeared."""
    write_due_editions()


def in_writing(do: Callable[[Session], object]) -> Callable[[], None]:
    """The same, in a transaction of its own."""

    def run() -> None:
        with writing() as session:
            do(session)

    return run


TIMETABLE: Final = (
    Entry("publish what is due", timedelta(seconds=5), publish_what_is_due),
    Entry("write editions", timedelta(seconds=3), write_editions),
    Entry("serve webhooks", timedelta(seconds=2), bring_what_is_due),
    Entry("forget old webhooks", timedelta(hours=6), in_writing(forget_old_webhooks)),
    Entry("forget old follow requests", timedelta(hours=1), in_writing(forget_old_requests)),
    Entry("forget ended subscriptions", timedelta(hours=6), in_writing(forget_ended)),
    Entry("forget who follows nothing", timedelta(hours=6), in_writing(forget_who_follows_nothing)),
    Entry("forget old notices", timedelta(hours=6), in_writing(forget_old_notices)),
    Entry("compare index and database", timedelta(seconds=5), reconcile_some),
    Entry("read files that nobody has read", timedelta(minutes=1), read_unread_files),
    Entry("forget files that nothing uses", timedelta(days=1), forget_unused_files),
    Entry("count what is searched for", timedelta(seconds=10), count_what_was_heard),
    Entry("forget old searches", timedelta(hours=6), forget_old_searches),
    Entry("forget old sessions", timedelta(hours=6), in_writing(end_old_sessions)),
    Entry("forget old tokens", timedelta(hours=6), in_writing(forget_old_tokens)),
    Entry("forget old picks", timedelta(hours=6), in_writing(forget_old_picks)),
    Entry("forget old letters", timedelta(hours=6), in_writing(forget_old_letters)),
    Entry("clear the mail folder", timedelta(hours=6), clear_folder),
    Entry("forget old codes", timedelta(hours=1), in_writing(forget_old_codes)),
    Entry("forget old ways", timedelta(hours=1), in_writing(forget_spent_ways)),
    Entry("forget old preview links", timedelta(hours=6), in_writing(forget_old_links)),
    Entry("forget who was asked to stand on a piece", timedelta(hours=6), in_writing(forget_unanswered)),
    Entry("forget old counts", timedelta(hours=1), in_writing(forget_old_counts)),
    Entry("forget old answers", timedelta(hours=1), in_writing(forget_old_answers)),
    Entry("forget who had a piece open", timedelta(hours=1), in_writing(forget_who_left)),
    Entry("forget drafts of joining", timedelta(hours=1), in_writing(forget_old_drafts)),
    Entry("remind who has to answer", timedelta(minutes=30), in_writing(remind_of_waiting)),
    Entry("ask whether pieces are still true", timedelta(hours=1), in_writing(ask_whether_true)),
    Entry("look where pieces lead to", timedelta(minutes=1), check_due_links),
    Entry("remind who has to read", timedelta(minutes=30), in_writing(remind_of_reviews)),
    Entry("remind who has to go on writing", timedelta(minutes=30), in_writing(remind_of_returned)),
    Entry("remind of reports", timedelta(minutes=30), in_writing(remind_of_reports)),
    Entry("forget who reported", timedelta(hours=6), in_writing(forget_reporters)),
)
