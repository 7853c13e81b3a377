"""Parameters: the names and values of an address, read with care.

What cannot be followed is dropped with a sentence for the reader (pages) or refused (API). Nothing of what was given
is repeated in a sentence.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, TypeVar

from sqlmodel import Session, select

from app.core.errors import BadRequest
from app.core.language import gettext as _
from app.core.text import one_line, slug
from app.people.region import Municipality
from search.facets import Facet, known_values
from search.values import Value

MOST_LETTERS: Final = 300
MOST_VALUES: Final = 20
"""Of one facet at once."""

Parameters = Iterable[tuple[str, str]]
ChoiceT = TypeVar("ChoiceT", bound=StrEnum)

PAGE_WORDS: Final = {
    "improvement": "verbetering",
    "near": "vanaf",
    "distance": "afstand",
    "sort": "sorteer",
    "page": "pagina",
    "literal": "letterlijk",
}
"""API name -> word in page addresses, of everything that is no facet."""


class Reader:
    """Reads one address, value by value, and remembers what it could not follow."""

    def __init__(self, session: Session, params: Parameters, *, for_api: bool) -> None:
        self.session = session
        self.for_api = for_api
        self.notices: list[str] = []
        self.given: dict[str, list[str]] = defaultdict(list)
        for name, value in params:
            if value:
                self.given[name].append(value)

    def words(self) -> str:
        """The words asked for, washed, on one line."""
        words = one_line(" ".join(self.given["q"][:1]))
        ending = " " if self.given["q"] and self.given["q"][0].endswith(" ") and words else ""
        if len(words) > MOST_LETTERS:
            self.cannot("q", _("Your question is too long; we looked for its first %(n)s letters.", n=MOST_LETTERS))
        return words[:MOST_LETTERS] + ending

    def values(self, facet: Facet) -> tuple[Value, ...]:
        """What is chosen of a facet, each value once. Both ways to write a value are understood."""
        name = facet.name if self.for_api else facet.address
        wanted = list(dict.fromkeys(self.given[name]))
        if not wanted:
            return ()
        if len(wanted) > MOST_VALUES:
            self.cannot(name, _("At most %(n)s choices of one kind at once; we left out the rest.", n=MOST_VALUES))
        known = {
            written: value
            for value in known_values(self.session)[facet.name]
            for written in (*value.former, value.word, value.slug)
        }
        if any(one not in known for one in wanted):
            self.cannot(
                name, _("We do not know one of the choices under “%(facet)s” and left it out.", facet=_(facet.label))
            )
        return tuple(dict.fromkeys(known[one] for one in wanted[:MOST_VALUES] if one in known))

    def number(self, name: str, least: int, most: int) -> int | None:
        """A whole number, if one is given."""
        written = self._only(name)
        if written is None:
            return None
        if written.isascii() and written.isdigit() and len(written) <= 6 and least <= int(written) <= most:
            return int(written)
        self.cannot(
            name,
            _(
                "“%(name)s” takes a whole number from %(least)s to %(most)s.",
                name=self._name(name),
                least=least,
                most=most,
            ),
        )
        return None

    def place(self) -> str | None:
        """The municipality that distances are counted from, by its own name or that of its main town."""
        written = self._only("near")
        if written is None:
            return None
        wanted = slug(written)
        for code, name, town in self.session.exec(select(Municipality.slug, Municipality.name, Municipality.town)):
            if wanted in (code, slug(name), slug(town)):
                return code
        self.cannot("near", _("We do not know the place that distances are counted from."))
        return None

    def choice(self, name: str, choices: type[ChoiceT], words: Mapping[ChoiceT, str]) -> ChoiceT | None:
        """One of a few fixed things, by its word in page addresses or by its own name."""
        written = self._only(name)
        known = {choice.value: choice for choice in choices} | {
            words[choice]: choice for choice in choices if not self.for_api
        }
        if written is not None and written not in known:
            self.cannot(name, _("We do not know this choice for “%(name)s”.", name=self._name(name)))
        return known.get(written or "")

    def _only(self, name: str) -> str | None:
        given = self.given[self._name(name)]
        return given[-1] if given else None

    def _name(self, name: str) -> str:
        return name if self.for_api else PAGE_WORDS.get(name, name)

    def cannot(self, field: str, sentence: str) -> None:
        """Tell that this was not followed; to programs as the whole answer."""
        if self.for_api:
            raise BadRequest(sentence, field=field)
        self.notices.append(sentence)
