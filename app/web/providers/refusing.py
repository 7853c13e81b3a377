"""Why somebody who comes back from a provider is not let in, and what they can do."""

from enum import StrEnum
from typing import Final

from app.core.language import gettext as _
from app.core.settings import settings


class Why(StrEnum):
    """The reasons. The log has more; whoever tries things out learns no more than this."""

    NOT_BEGUN = "not_begun"
    USED = "used"
    MIXED_UP = "mixed_up"
    CANCELLED = "cancelled"
    AWAY = "away"
    WRONG = "wrong"
    ELSEWHERE = "elsewhere"
    UNPROVEN = "unproven"
    SUSPENDED = "suspended"


STATUS: Final = {
    Why.AWAY: 503,
    Why.WRONG: 403,
    Why.ELSEWHERE: 403,
    Why.UNPROVEN: 403,
    Why.MIXED_UP: 403,
    Why.SUSPENDED: 403,
}
"""Of the page; 400 for all others."""


class NotBelieved(Exception):
    """The answer of a provider does not lead anybody in. `detail` is for the log and holds nothing of a person."""

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}")
        self.why = why
        self.detail = detail


def told(why: Why, provider: str) -> tuple[str, str]:
    """A heading, and a sentence with what to do."""
    match why:
        case Why.NOT_BEGUN:
            return _("Begin once more"), _(
                "Signing in with %(provider)s was not begun in this browser, or longer than ten minutes ago.",
                provider=provider,
            )
        case Why.USED:
            return _("Begin once more"), _("This answer of %(provider)s was used already.", provider=provider)
        case Why.MIXED_UP:
            return _("This answer came from somebody else"), _(
                "You went to %(provider)s, and another one answered. Nobody was signed in.", provider=provider
            )
        case Why.CANCELLED:
            return _("You were not signed in"), _(
                "%(provider)s says that signing in was broken off. You can try it again.", provider=provider
            )
        case Why.AWAY:
            return _("%(provider)s does not answer", provider=provider), _(
                "Try it again in a few minutes, or let us send you a code by mail."
            )
        case Why.WRONG:
            return _("We cannot believe this answer"), _(
                "What %(provider)s said about you does not hold. Nobody was signed in. A code by mail always works.",
                provider=provider,
            )
        case Why.ELSEWHERE:
            return _("This account is of another organisation"), _(
                "People of yours cannot sign in with %(provider)s here. A code by mail works.", provider=provider
            )
        case Why.SUSPENDED:
            return _("Your account is suspended"), _(
                "The knowledge centre took it out for a time. Write to %(contact)s to hear why.",
                contact=settings().operator_contact,
            )
        case Why.UNPROVEN:
            return _("We do not know this account yet"), _(
                "%(provider)s does not say that your mail address was verified. Sign in with a code by mail first, and "
                "connect the account in your settings.",
                provider=provider,
            )
