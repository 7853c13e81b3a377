"""The parts of somebody's settings: the one list that the menu beside each of them goes by.

A part is a module in `app/web/pages` with `/instellingen/<slug>`, a view with a `menu`, and a template that extends
`pages/settings/frame.html`; its line here makes it known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from app.core.addresses import address
from app.core.language import N_, gettext
from app.people.actor import Actor
from app.web.frame import NavEntry
from app.web.visit import Visit

DONE: Final = "klaar"
"""In the address after a change: which sentence says that it is made."""


@dataclass(frozen=True)
class Part:
    """A part of the settings; its title is translated when it is shown."""

    slug: str
    title: str


PARTS: Final = (
    Part("profiel", N_("Profile")),
    Part("organisatie", N_("Your organisation")),
    Part("collegas", N_("Colleagues")),
    Part("volgen", N_("Following and mail")),
    Part("feed", N_("Your own feed")),
    Part("beoordeling", N_("Before a piece appears")),
    Part("sessies", N_("Signing in and security")),
    Part("accounts", N_("Other accounts")),
    Part("tokens", N_("Tokens for programs")),
    Part("webhooks", N_("Webhooks")),
    Part("gegevens", N_("Your data")),
)


@dataclass(frozen=True)
class Menu:
    """What stands around a part: the way to the others, and what was just done."""

    parts: Sequence[NavEntry]
    current: str
    done: str = ""


def menu(here: Visit, me: Actor, current: str, *, done: Mapping[str, str] | None = None) -> Menu:
    """The menu beside this part. `done`: what can be said of a change just made, by its word in the address."""
    said = parse_qs(here.query).get(DONE, [""])[0]
    return Menu(
        parts=[
            *(NavEntry(part.slug, gettext(part.title), path_of(here, part.slug)) for part in PARTS),
            NavEntry("vragen", gettext("Questions"), address("/vragen", here.language)),
            *(
                [NavEntry("beheer", gettext("Look after the portal"), address("/beheer", here.language))]
                if me.is_steward
                else []
            ),
        ],
        current=current,
        done=(done or {}).get(said, ""),
    )


def path_of(here: Visit, slug: str, *, done: str = "") -> str:
    """The address of a part; `done` lets it say what was just done."""
    return address(f"/instellingen/{slug}", here.language) + (f"?{DONE}={done}" if done else "")
