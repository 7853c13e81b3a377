"""The words for stewards: what each job does and what does not happen when it is dropped; what is done by the clock."""

from collections.abc import Mapping
from typing import Final

from app.core.language import N_, gettext

_FOUND: Final = N_("Until the next change, or until index and database are compared, search shows it as it was.")
_UNTOLD: Final = N_("Those whom it concerns do not hear of it in their notices.")
_UNWRITTEN: Final = N_("Those whom it concerns get no letter about it.")
_UNSENT: Final = N_("This letter is not sent, and nobody writes it again.")
_LATER: Final = N_("Who hears of new pieces at once hears of this one later, with the next one.")

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "search.index:sync_article": (N_("Let search find the piece as it is now"), _FOUND),
    "search.renaming:sync_topic": (N_("Let search find the pieces of a topic under its new name"), _FOUND),
    "search.renaming:sync_organisation": (N_("Let search find the pieces of an organisation under its name"), _FOUND),
    "search.rebuilding:rebuild_when_outdated": (
        N_("Build the search index anew"),
        N_("Search stays as it is, or simple, until somebody runs `reindex`."),
    ),
    "search.relearning:relearn": (
        N_("Let search learn new words"),
        N_("Pieces that are there already are not found by the new words."),
    ),
    "content.sharing:draw_share_image": (
        N_("Draw the picture for sharing a piece"),
        N_("Where the piece is shared, an old picture may be shown until its next change."),
    ),
    "content.sharing:forget_paper": (
        N_("Throw away a piece on paper that is out of date"),
        N_("An old PDF may be given out until the next change."),
    ),
    "content.file_texts:read_files": (
        N_("Read the files of a piece"),
        N_("The piece is not found by what stands in its files."),
    ),
    "app.feeds.reacting:call_followers": (N_("Call those who want to hear of a new piece at once"), _LATER),
    "app.feeds.reacting:call_new_readers": (N_("Call those who may read a piece from now on"), _LATER),
    "app.feeds.reacting:call_who_reads_more": (N_("Call somebody who may read more from now on"), _LATER),
    "app.feeds.reacting:call_its_people": (N_("Call the people of an organisation that changed"), _LATER),
    "app.feeds.piece_notices:notice_withdrawal": (N_("Tell on the site that a piece was taken back"), _UNTOLD),
    "app.feeds.piece_notices:notice_question": (N_("Ask on the site whether a piece is still true"), _UNTOLD),
    "app.feeds.review_notices:notice_step": (N_("Tell on the site how a review goes on"), _UNTOLD),
    "app.feeds.link_notices:notice_links": (N_("Tell on the site that links lead nowhere"), _UNTOLD),
    "app.feeds.credit_notices:notice_invitation": (
        N_("Tell somebody on the site that they are asked as author"),
        _UNTOLD,
    ),
    "app.feeds.credit_notices:notice_open_invitations": (
        N_("Tell somebody who is new what they were asked before"),
        _UNTOLD,
    ),
    "app.feeds.refusing:try_new_address": (
        N_("Send mail again to somebody who has a new address"),
        N_("No mail of what they follow comes until they say in their settings that the address works."),
    ),
    "app.feeds.place_notices:notice_role": (N_("Tell somebody on the site which role they have"), _UNTOLD),
    "app.feeds.place_notices:notice_who_left": (N_("Tell on the site that somebody left an organisation"), _UNTOLD),
    "content.review_letters:tell_of_step": (N_("Write how a review goes on"), _UNWRITTEN),
    "content.review_letters:tell_of_remark": (N_("Write that somebody made a remark"), _UNWRITTEN),
    "content.passing_on:pass_on_to_centre": (
        N_("Let the knowledge centre answer where a company can no more"),
        N_("Texts that wait for that company go on waiting."),
    ),
    "content.bulk:carry_out": (
        N_("Do the same thing to many pieces"),
        N_("What was not done yet is not done; the order says which pieces that are."),
    ),
    "content.bulk:carry_back": (
        N_("Undo what was done to many pieces"),
        N_("What was not undone yet stays as it is; the order says which pieces that are."),
    ),
    "app.reactions:forget_removed_piece": (
        N_("Clear away what is left of a piece that was removed"),
        N_("What is left of it stays in the database and in the index."),
    ),
    "app.core.mail:send_letter": (N_("Send a letter that somebody waits for"), _UNSENT),
    "app.core.mail:send_circular": (N_("Send a letter that is one of many"), _UNSENT),
    "app.reactions:clear_folder_after": (
        N_("Clear the mail folder after somebody was erased"),
        N_("Letters to them may lie in the folder until it is cleared by the clock."),
    ),
}
"""Reaction, as a job keeps it -> both."""

THINGS: Final[Mapping[str, str]] = {
    "article_id": N_("piece number"),
    "piece_id": N_("piece number"),
    "topic_id": N_("topic"),
    "letter_id": N_("letter"),
    "organisation_id": N_("organisation"),
    "order_id": N_("order"),
    "step_id": N_("step"),
    "remark_id": N_("remark"),
    "invitation_id": N_("invitation"),
    "place_id": N_("place"),
}
"""What numbers of an event are of."""

BY_CLOCK: Final[Mapping[str, str]] = {
    "publish what is due": N_("Let pieces appear and end at their moment"),
    "write editions": N_("Write the letters of who follows something"),
    "serve webhooks": N_("Call the systems of organisations"),
    "compare index and database": N_("Compare index and database"),
    "read files that nobody has read": N_("Read the files of pieces"),
    "count what is searched for": N_("Count what people search for"),
    "clear the mail folder": N_("Clear the mail folder"),
    "look where pieces lead to": N_("Look whether links of pieces lead somewhere"),
    "ask whether pieces are still true": N_("Ask authors whether their pieces are still true"),
    "remind who has to answer": N_("Remind who has to answer a question"),
    "remind who has to read": N_("Remind who has to read a text"),
    "remind who has to go on writing": N_("Remind authors whose text came back"),
    "remind of reports": N_("Remind of reports that wait"),
    "forget old webhooks": N_("Throw away what was kept of old calls"),
    "forget old follow requests": N_("Throw away requests to follow that nobody confirmed"),
    "forget ended subscriptions": N_("Throw away what was followed and ended long ago"),
    "forget who follows nothing": N_("Throw away addresses that follow nothing any more"),
    "forget old notices": N_("Throw away old notices"),
    "forget files that nothing uses": N_("Throw away files that nothing uses"),
    "forget old searches": N_("Throw away old searches"),
    "forget old sessions": N_("Throw away sessions that are over"),
    "forget old tokens": N_("Throw away tokens that are over"),
    "forget old picks": N_("Throw away picks that are over"),
    "forget old letters": N_("Throw away what was kept of old letters"),
    "forget old codes": N_("Throw away codes that nobody used"),
    "forget old ways": N_("Throw away ways to sign in that are over"),
    "forget old preview links": N_("Throw away preview links that are over"),
    "forget who was asked to stand on a piece": N_("Throw away invitations to authors that nobody answered"),
    "forget old counts": N_("Throw away old counts of visits"),
    "forget old answers": N_("Throw away answers that were kept for a repeated request"),
    "forget who had a piece open": N_("Throw away who had a piece open"),
    "forget drafts of joining": N_("Throw away applications that nobody finished"),
    "forget who reported": N_("Throw away who reported something long ago"),
}
"""Entry of the timetable -> what it does."""


def does(reaction: str) -> str:
    """What it does. One of another release says its name."""
    words = WORDS.get(reaction)
    return gettext(words[0]) if words else reaction.rpartition(":")[2].replace("_", " ")


def loses(reaction: str) -> str:
    """What does not happen when it is dropped."""
    words = WORDS.get(reaction)
    return gettext(words[1]) if words else gettext("What it promised is not done any more.")


def does_by_clock(name: str) -> str:
    """What an entry of the timetable does. One of another release says its name."""
    return gettext(BY_CLOCK[name]) if name in BY_CLOCK else name


def thing(name: str) -> str:
    """What a number is of."""
    return gettext(THINGS.get(name, N_("number")))
