"""Names in a text: people, companies and brands that an author may not have meant to give away."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from app.core.text import slug

Whose = Literal["company", "person", "brand"]

MOST: Final = 12
"""Names that one text is asked about."""

BRANDS: Final = (
    *("ABB", "Autodesk", "Beckhoff", "Bosch", "Bystronic", "Cognex", "DMG Mori", "Doosan", "EOS", "Exact", "Fanuc"),
    *("Festo", "Formlabs", "Haas", "Hexagon", "Keyence", "KUKA", "Lantek", "Mazak", "Microsoft", "MiR", "Mitsubishi"),
    *("Omron", "OnRobot", "Prusa", "Rockwell", "Salvagnini", "SAP", "Schneider", "Sick", "Siemens", "SolidWorks"),
    *("Stratasys", "Techman", "Trumpf", "Ultimaker", "Universal Robots", "Yaskawa", "Zeiss"),
)
"""Makers of machines and software that texts of this kind name most."""

_COMPANY: Final = re.compile(r"\b(?:[A-Z][\w&'’-]{1,40} ){1,4}(?:B\.?V\.?|N\.?V\.?|GmbH|Ltd|Inc|V\.?O\.?F\.?)(?=\W|$)")
_LEGAL_FORM: Final = re.compile(r",? (?:B\.?V\.?|N\.?V\.?|GmbH|Ltd\.?|Inc\.?|V\.?O\.?F\.?)$", re.IGNORECASE)
_PERSON: Final = re.compile(
    r"(?<=[a-z,;:(] )(?:(?:de heer|mevrouw|dhr\.|mevr\.|ir\.|ing\.|dr\.|mr\.|mrs\.|ms\.) )?"
    r"[A-Z][a-z]{2,20}(?: (?:de|den|der|van|van der|van den|van de|ten|ter|te))? [A-Z][a-z]{2,20}\b"
)
_ADDRESSED: Final = re.compile(r"\b(?:de heer|mevrouw|dhr\.|mevr\.|ir\.|ing\.) [A-Z][a-z]{2,20}\b")


@dataclass(frozen=True)
class Name:
    """A name that was found."""

    text: str
    whose: Whose


def names_in(text: str, *, companies: Collection[str], people: Collection[str], known: Collection[str]) -> list[Name]:
    """The names in a text, each once, in the order of their first letter in it.

    `companies` and `people` are the names that the portal knows; `known` those that the piece tells of by itself, which
    are not asked about.
    """
    found: dict[str, tuple[int, Whose]] = {}

    def note(name: str, at: int, whose: Whose) -> None:
        if not any(name.lower() in other.lower() or other.lower() in name.lower() for other in known):
            found.setdefault(name, (at, whose))

    for names, whose in ((companies, "company"), (people, "person"), (BRANDS, "brand")):
        for name in names:
            at = _place(text, name)
            if at is not None:
                note(name, at, whose)  # type: ignore[arg-type]
    for pattern, whose in ((_COMPANY, "company"), (_ADDRESSED, "person"), (_PERSON, "person")):
        for match in pattern.finditer(text):
            if not any(match[0] in name or name in match[0] for name in found):
                note(match[0], match.start(), whose)  # type: ignore[arg-type]
    return [Name(name, whose) for name, (_at, whose) in sorted(found.items(), key=lambda one: one[1][0])][:MOST]


def stands_in(name: str, text: str) -> bool:
    """Whether a name can be read in a text, be it in an address or the name of a file, without its legal form."""
    wanted = _LEGAL_FORM.sub("", name.strip())
    return len(wanted) > 2 and f"-{slug(wanted)}-" in f"-{slug(text, 4 * len(text) + 12)}-"


def _place(text: str, name: str) -> int | None:
    """Where a name stands as a word of its own."""
    at = text.find(name)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(name) : at + len(name) + 1]
        if not (before.isalnum() or after.isalnum()):
            return at
        at = text.find(name, at + 1)
    return None


def every(names: Sequence[Name], whose: Whose) -> list[str]:
    """The names of this sort."""
    return [name.text for name in names if name.whose == whose]
