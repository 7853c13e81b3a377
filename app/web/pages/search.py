"""Search: the page, and the suggestions under the box."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import gettext, ngettext
from app.core.language import gettext as _
from app.core.paging import Page as Paged
from app.people.access import kind_name
from app.people.finding import every_municipality
from app.people.region import Municipality
from app.web import showing
from app.web.needs import Here, Me, Reading
from app.web.rendering import Page
from app.web.rows import Link
from app.web.suggesting import suggestion_groups
from content import overview
from content.kinds.kind import N_
from search.finding import find
from search.query import SORT_WORDS, Query, Sort
from search.results import Corrected, Hit, Results
from search.suggesting import suggest

router = APIRouter()


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
class SearchView:
    """What was found, with the rows of this page and the addresses around it."""

    results: Results
    here: str
    page: Paged[showing.PieceCard]
    places: Sequence[Municipality]
    """Where a distance can be counted from."""
    topics: Sequence[Link]
    """Where to begin when nothing was found."""

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
    def heading(self) -> str:
        """How many pieces were found."""
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
        return f"{self.here}{address}{'&' if address else '?'}pagina="

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
        return [(name, value) for name, value in self.results.query.on_page(1).to_params() if name not in own]

    @property
    def unsorted(self) -> list[tuple[str, str]]:
        """What the form of the order passes on."""
        return [(name, value) for name, value in self.results.query.on_page(1).to_params() if name != "sorteer"]

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """Word in the address, label, whether it is the present order. The largest effect needs one indicator."""
        query = self.results.query
        offered = [sort for sort in Sort if sort != Sort.EFFECT or query.indicator]
        return [(SORT_WORDS[sort], gettext(SORT_NAMES[sort]), sort == query.order) for sort in offered]

    @property
    def corrected(self) -> Corrected | None:
        """A question of which the spelling was repaired."""
        return self.results.corrected

    @property
    def corrected_href(self) -> str:
        """The question as it was written."""
        return f"{self.here}{self.results.corrected.literally.address}" if self.results.corrected else ""

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


@router.get("/zoeken")
def search(request: Request, here: Here, session: Reading, me: Me, page: Page) -> Response:
    """Results with facets; the whole state is in the address, so that the back button and sharing work."""
    query = Query.from_params(session, request.query_params.multi_items())
    results = find(session, query, me, here.language)
    rows = [_row(hit) for hit in results.hits]
    view = SearchView(
        results=results,
        here=showing.here("/zoeken"),
        page=Paged(rows, results.page.number, results.page.size, results.total),
        places=every_municipality(session),
        topics=[] if rows else _topics(session),
    )
    # What the simple search answered while the engine was away must not outlive its absence.
    return page("search", view, section="knowledge", shows_search=False, is_indexed=False, is_kept=not results.degraded)


def _row(hit: Hit) -> showing.PieceCard:
    card = showing.card(hit.listed, title=hit.title_html, text=hit.snippet_html)
    if hit.distance_km is None:
        return card
    return replace(card, reason=_("about %(n)s km away, as the crow flies", n=hit.distance_km))


def _topics(session: Session) -> list[Link]:
    return [
        Link(group.topic.name, showing.here(f"/onderwerpen/{group.topic.slug_nl}"))
        for group in overview.groups(session)
    ]


@router.get("/zoeken/suggesties")
def suggestions(request: Request, here: Here, session: Reading, me: Me, page: Page) -> Response:
    """A fragment: options for the search box."""
    asked = request.query_params.get("q", "")[:200]
    groups = suggestion_groups(suggest(session, asked, me, here.language))
    return page("suggestions", groups, is_kept=False)
