"""The standing pages by name: the one list that routes, the foot of every page and the pages themselves go by."""

from dataclasses import dataclass
from typing import Final

from app.core.language import N_


@dataclass(frozen=True)
class Standing:
    """A page that stays. Title and lead are translated when they are shown."""

    path: str
    title: str
    lead: str


PAGES: Final = {
    "over": Standing(
        "/over",
        N_("About Proeftuin"),
        N_("Who is behind this, what stands here, and how a piece comes about."),
    ),
    "privacy": Standing(
        "/over/privacy",
        N_("Privacy"),
        N_("What we know about you, why, and how you have it changed or erased."),
    ),
    "toegankelijkheid": Standing(
        "/over/toegankelijkheid",
        N_("Accessibility"),
        N_("Everybody should be able to use this site. This is how far we are."),
    ),
    "offline": Standing(
        "/over/offline",
        N_("Reading without a connection"),
        N_("Pieces that you opened stay readable, also where the signal is weak."),
    ),
    "feeds": Standing(
        "/over/feeds",
        N_("Feeds"),
        N_("Hear of what is new in a program of your own, without an account and without mail."),
    ),
    "api": Standing(
        "/over/api",
        N_("API"),
        N_("Use what stands here in a program or site of your own."),
    ),
}
