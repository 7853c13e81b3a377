"""The organisation that somebody's settings are about: one of those they have a place in, by `van` in the address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from sqlmodel import Session

from app.core.errors import NotFound
from app.core.language import gettext as _
from app.people.actor import Actor
from app.people.models import Membership, Organisation, Role
from app.people.places import places_of
from app.web.rows import Link
from app.web.settings_menu import path_of
from app.web.visit import Visit

FROM: Final = "van"
"""In an address: the slug of the organisation."""

LARGEST: Final = 2**31 - 1
"""The largest number that a row can have."""


@dataclass(frozen=True)
class Own:
    """The organisation, the person's place in it, and the way to their other ones."""

    organisation: Organisation
    place: Membership
    others: Sequence[Link]
    is_owner: bool
    """Whether they decide for it, with the rights of this session."""


def own(session: Session, here: Visit, me: Actor, part: str, *, wanted: str = "") -> Own | None:
    """The one that is wanted or that the address names, else the first that takes part, else the first of all.

    None for whoever has no place at all.
    """
    places = places_of(session, me.user_id)
    wanted = wanted or parse_qs(here.query).get(FROM, [""])[0]
    ranked = sorted(places, key=lambda row: (row[1].slug != wanted, row[1].id not in me.reads_for))
    if not ranked:
        return None
    place, organisation = ranked[0]
    others = [Link(each.title, f"{path_of(here, part)}?{FROM}={each.slug}") for _place, each in ranked[1:]]
    return Own(organisation, place, others, organisation.id in me.owns)


def owned(session: Session, me: Actor, slug: str) -> Organisation:
    """The organisation with this slug for which the actor decides. Raises NotFound for every other one."""
    for place, organisation in places_of(session, me.user_id):
        if organisation.slug == slug and organisation.id in me.owns and place.role == Role.OWNER:
            return organisation
    raise NotFound(_("There is nothing at this address."))


def after(here: Visit, part: str, organisation: Organisation, done: str) -> str:
    """Where to go after a change to this organisation; the page says what was done."""
    return f"{path_of(here, part, done=done)}&{FROM}={organisation.slug}"


def role_names() -> Mapping[str, str]:
    """The roles in words, each including the one before."""
    return {Role.READER: _("Reader"), Role.EDITOR: _("Editor"), Role.OWNER: _("Owner")}
