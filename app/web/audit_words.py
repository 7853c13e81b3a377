"""What stands in the log of stewards, in words: one line for each action that is noted."""

from collections.abc import Mapping
from typing import Final

from app.core.language import N_, gettext

WORDS: Final[Mapping[str, str]] = {
    "accept_invitation": N_("accepted an invitation"),
    "add_code_app": N_("added an app for codes"),
    "add_institution_rule": N_("added a rule for accounts of institutions"),
    "add_passkey": N_("added a passkey"),
    "admit": N_("let in"),
    "agree_for_company": N_("found nothing confidential in a piece"),
    "withdraw_piece": N_("took a piece back"),
    "bring_back_piece": N_("showed a piece again"),
    "confirm_piece": N_("found a piece still true"),
    "make_preview": N_("made a preview link"),
    "revoke_preview": N_("took a preview link back"),
    "change_desks": N_("changed who reads pieces before they appear"),
    "place_piece": N_("placed a piece"),
    "schedule_piece": N_("gave a piece its moment"),
    "send_back_piece": N_("sent a piece back to its author"),
    "refuse_piece": N_("refused a piece"),
    "publish_directly": N_("published a piece without a review"),
    "apply": N_("applied"),
    "ask_for_place": N_("asked for a place"),
    "become_known": N_("came in for the first time"),
    "become_steward": N_("became steward"),
    "change_logo": N_("changed the logo"),
    "change_mail": N_("changed their mail address"),
    "change_role": N_("changed a role"),
    "choose_joining": N_("chose how people come in"),
    "connect_account": N_("connected an account"),
    "decide_report": N_("decided on a report"),
    "describe_organisation": N_("changed the page of an organisation"),
    "disconnect_account": N_("disconnected an account"),
    "end_token": N_("ended a token"),
    "erase": N_("erased themselves"),
    "export_log": N_("exported the log"),
    "give_up_domain": N_("gave up a mail domain"),
    "hide_profile": N_("took a profile off"),
    "invite": N_("invited"),
    "join_by_domain": N_("came in by mail domain"),
    "join_by_institution": N_("came in by an institution's account"),
    "leave": N_("left"),
    "make_steward": N_("made steward"),
    "make_token": N_("made a token"),
    "new_recovery_codes": N_("made new recovery codes"),
    "pick": N_("picked a piece for a question"),
    "prove_domain": N_("proved a mail domain"),
    "refuse": N_("refused"),
    "refuse_questions": N_("turned questions off"),
    "remove": N_("took a place away"),
    "remove_code_app": N_("removed an app for codes"),
    "remove_institution_rule": N_("removed a rule for accounts of institutions"),
    "remove_passkey": N_("removed a passkey"),
    "restore": N_("let in again"),
    "review_report": N_("decided on an appeal"),
    "show_profile": N_("made a profile public"),
    "suspend": N_("suspended"),
    "take_back_application": N_("took an application back"),
    "take_questions": N_("turned questions on"),
    "take_copy": N_("took a copy of their data"),
    "teach_words": N_("taught the search words"),
    "unmake_steward": N_("ended being steward"),
    "unpick": N_("ended a pick"),
    "withdraw_invitation": N_("withdrew an invitation"),
    "retry_job": N_("had a job tried again"),
    "drop_job": N_("dropped a job"),
}
"""Action -> what was done."""


def words(action: str) -> str:
    """What was done, in the reader's language; the word itself for what has none."""
    return gettext(WORDS[action]) if action in WORDS else action.replace("_", " ")
