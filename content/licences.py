"""Licences: what may be done with a text, in words and with the address of the whole terms."""

from dataclasses import dataclass
from typing import Final

from app.core.language import N_, gettext
from content.snapshot import Licence


@dataclass(frozen=True)
class Terms:
    """A licence as readers and machines are told it."""

    licence: Licence
    label: str
    address: str
    """Of the deed; empty when there is none."""

    @property
    def name(self) -> str:
        """Its name in the reader's language."""
        return gettext(self.label)


TERMS: Final = {
    terms.licence: terms
    for terms in (
        Terms(Licence.CC_BY, "CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"),
        Terms(Licence.CC_BY_SA, "CC BY-SA 4.0", "https://creativecommons.org/licenses/by-sa/4.0/"),
        Terms(Licence.CC0, "CC0 1.0", "https://creativecommons.org/publicdomain/zero/1.0/"),
        Terms(Licence.RESERVED, N_("All rights reserved"), ""),
    )
}
