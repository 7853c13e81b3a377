"""The sentences of notices, by the name that whoever told them gave. A new kind of notice is a line in each table."""

from collections.abc import Mapping
from typing import Any, Final

from app.core.language import N_, gettext

TITLES: Final[Mapping[str, str]] = {
    "address_gone": N_("Mail to %(mail)s is not taken any more (%(code)s)"),
    "question_asked": N_("%(who)s asks: %(title)s"),
    "question_answered": N_("%(who)s answered: %(title)s"),
    "review_asked": N_("%(title)s waits for your review"),
    "sent_back": N_("%(title)s came back with remarks"),
    "taken_back": N_("The text of %(title)s that was on its way was taken back"),
    "approved": N_("%(title)s is approved"),
    "published": N_("%(title)s is published"),
    "withdrawn": N_("%(title)s has been withdrawn"),
    "invited_to_write": N_("%(who)s asks you to stand on %(title)s"),
    "invited_to_publish": N_("%(who)s asks %(organisation)s to publish %(title)s as well"),
    "review_due": N_("%(title)s should be looked at again"),
    "webhook_off": N_("The webhook %(name)s was switched off: %(host)s answered %(code)s"),
    "role_owner": N_("You decide for %(organisation)s now"),
    "role_editor": N_("You write for %(organisation)s now"),
    "role_reader": N_("You read along for %(organisation)s now"),
    "colleague_left": N_("Somebody left %(organisation)s"),
    "links_broken": N_("Links in %(title)s lead nowhere any more"),
}
"""Name -> sentence, with what was told filled in."""

REASONS: Final[Mapping[str, str]] = {
    "address_gone": N_("Your mail"),
    "question_asked": N_("A question for you"),
    "question_answered": N_("You asked this"),
    "review_asked": N_("You review this"),
    "sent_back": N_("You write on this"),
    "taken_back": N_("You write on this"),
    "approved": N_("You write on this"),
    "published": N_("You write on this"),
    "withdrawn": N_("You look after this piece"),
    "invited_to_write": N_("Invitation"),
    "invited_to_publish": N_("Invitation"),
    "review_due": N_("You look after this piece"),
    "webhook_off": N_("You decide for your organisation"),
    "role_owner": N_("Your place"),
    "role_editor": N_("Your place"),
    "role_reader": N_("Your place"),
    "colleague_left": N_("You decide for your organisation"),
    "links_broken": N_("You look after this piece"),
}
"""Name -> why it is told to this person."""

ICONS: Final[Mapping[str, str]] = {
    "address_gone": "mail",
    "question_asked": "comment",
    "question_answered": "comment",
    "review_asked": "eye",
    "sent_back": "edit",
    "taken_back": "close",
    "approved": "check",
    "published": "check",
    "withdrawn": "close",
    "invited_to_write": "edit",
    "invited_to_publish": "edit",
    "review_due": "eye",
    "webhook_off": "pause",
    "role_owner": "factory",
    "role_editor": "factory",
    "role_reader": "factory",
    "colleague_left": "door",
    "links_broken": "link",
}


def title_of(name: str, told: Mapping[str, Any]) -> str:
    """The sentence in the reader's language. A name of another release, or with less told, says its name plainly."""
    sentence = gettext(TITLES.get(name, name))
    try:
        return sentence % told
    except (KeyError, TypeError, ValueError):
        return sentence


def reason_of(name: str) -> str:
    """Why it is told to this person."""
    return gettext(REASONS.get(name, ""))
