"""The frame of the pages for stewards: who may come in, and the parts at the side."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import Depends

from app.core.errors import NotFound
from app.core.language import N_
from app.core.language import gettext as _
from app.people.actor import Actor
from app.web import showing
from app.web.needs import Me
from app.web.rows import Link

PARTS: Final = {
    "/beheer/aanvragen": N_("Applications"),
    "/beheer/leden": N_("Members"),
    "/beheer/organisaties": N_("Organisations"),
    "/beheer/meldingen": N_("Reports"),
    "/beheer/onderwerpen": N_("Topics"),
    "/beheer/beoordeling": N_("Before a piece appears"),
    "/beheer/zoeken": N_("What people search for"),
    "/beheer/woorden": N_("Topics and words"),
    "/beheer/accounts": N_("Accounts of institutions"),
    "/beheer/stukken": N_("Many pieces at once"),
    "/beheer/verwijzingen": N_("Links to elsewhere"),
    "/beheer/taken": N_("Jobs"),
    "/beheer/logboek": N_("Log"),
}
"""Path -> name of each part, in their order at the side."""


def steward(actor: Me) -> Actor:
    """Whoever asks, when they are a steward. For anybody else these pages are not there."""
    if not actor.is_steward:
        raise NotFound(_("There is nothing at this address."))
    return actor


Steward = Annotated[Actor, Depends(steward)]


def side(here: str) -> Sequence[tuple[Link, bool]]:
    """The parts, and which of them this page is."""
    return [(Link(_(name), showing.here(path)), path == here) for path, name in PARTS.items()]
