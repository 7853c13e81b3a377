"""The search page as its template shows it: what was found, the filters, and what to try when nothing was."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.language import N_, gettext, ngettext
from app.core.language import gettext as _
from app.core.paging import Page as Paged
from app.people.access import kind_name
from app.people.region import Municipality
from app.web import showing
from app.web.company import CompanyForm
from app.web.rows import Link
from content.kinds import CaseStudy
from content.shelves import Listed
from search.query import SORT_WORDS, Sort
from search.results import AskedWord, Corrected, Instead, Results

SORT_NAMES = {
    Sort.BEST: N_("Best match"),
    Sort.NEWEST: N_("Newest"),
    Sort.EFFECT: N_("Largest effect"),
    Sort.INVESTMENT: N_("Lowest investment"),
}


OPEN_FACETS = 6
"""So many filters stand open; the others unfold."""


@dataclass(frozen=True)
class Option:
    """One value of a filter."""

    name: str
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Options:
    """One filter."""

    title: str
    options: Sequence[Option]
    is_folded: bool


@dataclass(frozen=True)
class Shorter:
    """A question with fewer words: which of them stay, and where it leads."""

    words: Sequence[AskedWord]
    link: Link


@dataclass(frozen=True)
class SearchView:
    """What was found, with the rows of this page and the addresses around it."""

    results: Results[Listed]
    here: str
    page: Paged[showing.PieceCard]
    places: Sequence[Municipality]
    """Where a distance can be counted from."""
    company: CompanyForm
    is_like_ours: bool
    """Whether cases of companies like the reader's were asked for."""
    watch: str
    """Where this question can be followed; empty when nothing is asked."""
    feeds: Sequence[Link]
    topics: Sequence[Link]
    """Where to begin when nothing was found: topics nearby, or all groups."""

    distances = (10, 25, 50)
    """Kilometres."""
    improvements = (10, 20, 50)
    """Percent."""

    @property
    def title(self) -> str:
        """Of the page, for tabs and histories."""
        if not self.results.query.q:
            return _("All knowledge, with filters")
        return _("%(found)s for %(words)s", found=self.heading, words=self.results.query.q)

    @property
    def asked(self) -> str:
        """The question in few words."""
        words = self.results.query.q.strip()
        return f"‘{words}’" if words else _("Your choice of filters")

    @property
    def heading(self) -> str:
        """How many pieces were found."""
        if not self.results.total:
            return _("No results")
        return ngettext("%(n)s result", "%(n)s results", self.results.total)

    @property
    def chips(self) -> list[Link]:
        """What narrows the results, each with the address without it."""
        return [Link(chip.label, f"{self.here}{chip.address}") for chip in self.results.chips]

    @property
    def clear(self) -> str:
        """The same words without any filter."""
        return f"{self.here}{self.results.query.cleared().address}"

    @property
    def base(self) -> str:
        """The address up to the number of a page."""
        address = self.results.query.on_page(1).address
        return f"{self.here}{address}{'&' if address != '?' else ''}pagina="

    @property
    def facets(self) -> list[Options]:
        """The filters, those first that a small company asks first; the rest is folded away."""
        return [
            Options(
                group.label,
                [Option(group.name, c.value.word, c.label, c.count, c.selected) for c in group.counts],
                is_folded=place >= OPEN_FACETS,
            )
            for place, group in enumerate(self.results.facets)
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form of filters passes on: everything that is neither words nor a facet of its own."""
        own = {"q", "vanaf", "afstand", "verbetering", *(group.name for group in self.results.facets)}
        if self.page.items:
            own.add("sorteer")
        return [(name, value) for name, value in self.results.query.on_page(1).to_params() if name not in own]

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What other words in the box keep: everything that narrows, and the order."""
        return self.results.query.asking("").to_params()

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """Word in the address, label, whether it is the present order. The largest effect needs one indicator, the best
        match words. The usual order has no word, so that other words in the box get theirs.
        """
        query = self.results.query
        offered = [sort for sort in Sort if (sort != Sort.EFFECT or query.indicator) and (sort != Sort.BEST or query.q)]
        return [
            ("" if sort == query.usual_order else SORT_WORDS[sort], gettext(SORT_NAMES[sort]), sort == query.order)
            for sort in offered
        ]

    @property
    def beyond(self) -> str:
        """Why this page is empty although something was found."""
        last = self.results.last_page
        if self.page.number <= last:
            return _("There is nothing on this page any more.")
        if last < self.page.last:
            return _("We show this list up to page %(n)s.", n=last)
        return _("This list ends at page %(n)s.", n=last)

    @property
    def nearest(self) -> Link:
        """The page to go to instead."""
        last = self.results.last_page
        if self.page.number <= last:
            return Link(_("Go to the first page"), f"{self.base}1")
        return Link(_("Go to the last page"), f"{self.base}{last}")

    @property
    def corrected(self) -> Corrected | None:
        """A question of which the spelling was repaired."""
        return self.results.corrected

    @property
    def corrected_href(self) -> str:
        """The question as it was written."""
        return f"{self.here}{self.results.corrected.literally.address}" if self.results.corrected else ""

    @property
    def picked(self) -> list[Link]:
        """What the people of the knowledge centre put on top for this question."""
        return [
            Link(row.article.title, showing.here(f"/kennis/{row.article.slug}"), note=row.article.summary)
            for row in self.results.picked
        ]

    @property
    def compares(self) -> bool:
        """Whether this page holds cases enough to put side by side."""
        return sum(card.kind == CaseStudy.slug for card in self.page.items) > 1

    @property
    def compare(self) -> str:
        """Where they stand side by side."""
        return showing.here("/vergelijk")

    @property
    def meant(self) -> Link | None:
        """Another spelling that finds something, when this one found nothing."""
        meant = self.results.otherwise.meant if self.results.otherwise else None
        return self._instead(meant, meant.query.q) if meant else None

    @property
    def unfiltered(self) -> Link | None:
        """The words without any choice, when the choices left nothing."""
        found = self.results.otherwise.unfiltered if self.results.otherwise else None
        return self._instead(found, _("Without filters")) if found else None

    @property
    def shorter(self) -> list[Shorter]:
        """The question with fewer words, as far as that finds something."""
        found = self.results.otherwise.shorter if self.results.otherwise else ()
        return [Shorter(each.words, self._instead(each, each.query.q)) for each in found]

    @property
    def is_near(self) -> bool:
        """Whether the topics are those of pieces that hold something of the question."""
        return bool(self.results.otherwise and self.results.otherwise.topics)

    def _instead(self, found: Instead, label: str) -> Link:
        return Link(label, f"{self.here}{found.query.address}", found.total, unit=_results_counted(found.total))

    @property
    def neighbours(self) -> list[Link]:
        """Pilots and organisations of that name: a small group of their own, outside total and facets."""
        return [
            *(
                Link(pilot.name, showing.here(f"/proefprojecten/{pilot.slug}"), note=_("pilot %(n)s", n=pilot.number))
                for pilot in self.results.pilots
            ),
            *(
                Link(each.title, showing.here(f"/organisaties/{each.slug}"), note=kind_name(each.kind))
                for each in self.results.organisations
            ),
        ]


def _results_counted(total: int) -> str:
    return ngettext("result", "results", total)
