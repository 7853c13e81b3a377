"""Search: the page, and the suggestions under the box."""

from dataclasses import replace
from typing import Final

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import gettext as _
from app.core.language import ngettext
from app.core.paging import Page as Paged
from app.feeds.streams import question_of
from app.people.finding import every_municipality
from app.web import company, showing
from app.web.feed_links import announced, feed_links
from app.web.file_pages import in_file
from app.web.listening_in import new_question
from app.web.needs import Here, Me, Reading
from app.web.rendering import Page
from app.web.rows import Link
from app.web.search_view import SearchView
from app.web.suggesting import suggestion_groups
from content import overview
from content.shelves import Listed
from search.finding import find
from search.overhearing import Heard, overhear
from search.query import Query
from search.results import Hit, Results
from search.suggesting import suggest

router = APIRouter()

FEED: Final = "/feeds/zoeken"


@router.get("/zoeken")
def search(request: Request, here: Here, session: Reading, me: Me, page: Page) -> Response:
    """Results with facets; the whole state is in the address, so that the back button and sharing work."""
    query = Query.from_params(session, request.query_params.multi_items())
    is_like_ours = company.ASKS in request.query_params
    results = (company.find_like_ours if is_like_ours else find)(session, query, me, here.language)
    asked, is_alone = new_question(here.query, request.headers.get("referer", ""))
    if asked:
        # What few pieces are left beside a filter tells nothing of the words.
        overhear(Heard(asked, here.language, results.total if is_alone else None))
    rows = [_row(hit, query.q) for hit in results.hits]
    question = question_of(query)
    view = SearchView(
        results=results,
        here=showing.here("/zoeken"),
        page=Paged(rows, results.page.number, results.page.size, results.total),
        places=every_municipality(session),
        company=company.company_form(session, query),
        is_like_ours=is_like_ours,
        watch="" if query.is_empty else f"{showing.here('/zoeken/bewaren')}{query.on_page(1).address}",
        feeds=feed_links(FEED, question) if question else [],
        topics=[] if results.total else _topics(session, results),
    )
    # What the simple search answered while the engine was away must not outlive its absence. A page without results is
    # made each time, so that a kept one is known to hold some (listening_in).
    is_kept = bool(rows) and not results.degraded
    return page(
        "search",
        view,
        section="knowledge",
        shows_search=False,
        is_indexed=False,
        is_kept=is_kept,
        feeds=announced(FEED, view.asked, question) if question else (),
    )


def _row(hit: Hit[Listed], asked: str) -> showing.PieceCard:
    card = showing.card(hit.row, title=hit.title_html, text=hit.snippet_html)
    if hit.in_file is not None:
        card = replace(card, in_file=in_file(hit.row.article.slug, hit.in_file, asked))
    if hit.distance_km is None:
        return card
    return replace(card, reason=_("about %(n)s km away, as the crow flies", n=hit.distance_km))


def _topics(session: Session, results: Results[Listed]) -> list[Link]:
    nearby = results.otherwise.topics if results.otherwise else ()
    if not nearby:
        return [
            Link(group.topic.name, showing.here(f"/onderwerpen/{group.topic.slug_nl}"))
            for group in overview.groups(session)
        ]
    return [
        Link(
            near.topic.label,
            showing.here(f"/onderwerpen/{near.topic.word}"),
            near.total,
            unit=ngettext("piece", "pieces", near.total),
        )
        for near in nearby
    ]


@router.get("/zoeken/suggesties")
def suggestions(request: Request, here: Here, session: Reading, me: Me, page: Page) -> Response:
    """A fragment: options for the search box."""
    asked = request.query_params.get("q", "")[:200]
    offered = suggest(session, asked, me, here.language)
    return page("suggestions", suggestion_groups(offered.items, asked), is_kept=not offered.degraded)
