"""The trade register: what the Chamber of Commerce (KvK) knows under a number, to fill in a form with.

Only a help: whatever it says can be corrected by hand, and without a key or an answer the form is filled in by hand
altogether. Never a proof that somebody may act for a company.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session, col, func, or_, select

from app.core.outside import OutsideError, ask_register
from app.core.settings import settings
from app.core.text import one_line
from app.people.region import Municipality, Sector

log = logging.getLogger(__name__)

BANDS: Final = (("1-9", 9), ("10-49", 49), ("50-249", 249))
"""Slug of a band of sizes, and up to how many people it goes."""

LARGEST: Final = "250-plus"
"""What is beyond those."""


@dataclass(frozen=True)
class Registered:
    """What the register tells of a company, as far as it fits our form."""

    name: str
    municipality_id: int | None = None
    size_band: str = ""
    sector_id: int | None = None


def is_open() -> bool:
    """Whether this installation may ask the register."""
    return bool(settings().kvk_api_key.get_secret_value())


def look_up(session: Session, number: str) -> Registered | None:
    """The company with this number. None when there is none, when we may not ask, or when nobody answers."""
    if not is_open():
        return None
    try:
        told = ask_register(f"{settings().kvk_api_url}/{number}", settings().kvk_api_key.get_secret_value())
    except OutsideError as error:
        # Without the number: who wants to join is nobody's business.
        log.warning("the trade register does not answer: %s", type(error).__name__)
        return None
    return _read(session, told) if isinstance(told, Mapping) else None


def _read(session: Session, told: Mapping[str, Any]) -> Registered | None:
    name = one_line(str(told.get("naam") or ""))[:160]
    if not name:
        return None
    return Registered(
        name=name,
        municipality_id=_municipality(session, told),
        size_band=_band(told.get("totaalWerkzamePersonen")),
        sector_id=_sector(session, told.get("sbiActiviteiten")),
    )


def _municipality(session: Session, told: Mapping[str, Any]) -> int | None:
    """The municipality that its visiting address names; most places are no municipality's main town."""
    head = _inside(_inside(told, "_embedded"), "hoofdvestiging")
    addresses = head.get("adressen")
    for address in addresses if isinstance(addresses, list) else ():
        place = one_line(str(address.get("plaats") or "")) if isinstance(address, Mapping) else ""
        if place:
            named = or_(func.lower(Municipality.town) == place.lower(), func.lower(Municipality.name) == place.lower())
            found = session.exec(select(Municipality.id).where(named)).first()
            if found is not None:
                return found
    return None


def _sector(session: Session, activities: object) -> int | None:
    """The division of its main activity, when that is industry."""
    rows = [row for row in activities if isinstance(row, Mapping)] if isinstance(activities, list) else []
    for row in sorted(rows, key=lambda row: row.get("indHoofdactiviteit") != "Ja"):
        code = str(row.get("sbiCode") or "")[:2]
        found = session.exec(select(Sector.id).where(col(Sector.code) == code)).first()
        if found is not None:
            return found
    return None


def band_of(people: int | None) -> str:
    """The band of sizes that this many people fall into; empty when nobody told how many."""
    if people is None or people < 1:
        return ""
    return next((slug for slug, most in BANDS if people <= most), LARGEST)


def _band(people: object) -> str:
    return band_of(people) if isinstance(people, int) else ""


def _inside(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name)
    return found if isinstance(found, Mapping) else {}
