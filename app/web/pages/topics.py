"""Topics: what is known about one subject, and where to begin."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.core.language import gettext as _
from app.core.language import ngettext
from app.core.paging import Page as Paged
from app.core.paging import page_number
from app.web import showing
from app.web.feed_links import announced, feed_links
from app.web.needs import Here, Me, Reading
from app.web.rendering import Page
from app.web.rows import Link
from content import overview, shelves
from content.subjects import Topic

router = APIRouter()


@dataclass(frozen=True)
class TopicView:
    """One topic or group."""

    topic: Topic
    crumbs: list[Link]
    narrower: list[Link]
    """Topics below a group, with their number of pieces."""
    beside: list[Link]
    begin: list[showing.PieceCard]
    page: Paged[showing.PieceCard]
    base: str
    search: str
    feeds: list[Link]


@router.get("/onderwerpen/{slug}")
def show(request: Request, here: Here, session: Reading, me: Me, page: Page, slug: str) -> Response:
    """A topic: where to begin, then everything about it, newest first."""
    topic = overview.topic_at(session, slug)
    group = overview.broader(session, topic)
    counts = shelves.counts_by_topic(session, me)
    rows = shelves.shelf(
        session,
        me,
        language=here.language,
        where=[shelves.about(overview.with_narrower(session, topic))],
        page=page_number(request.query_params.get("pagina")),
    )
    begin = shelves.pieces(session, me, topic.start_here, language=here.language)
    others = [_link(each, counts) for each in overview.beside(session, topic)]
    view = TopicView(
        topic=topic,
        crumbs=[Link(_("Topics"), showing.here("/onderwerpen")), *([_link(group, {})] if group else [])],
        narrower=[] if group else others,
        beside=others if group else [],
        begin=[showing.card(row) for row in begin],
        page=Paged([showing.card(row) for row in rows.items], rows.number, rows.size, rows.total),
        base=f"{_address(topic)}?pagina=",
        search=f"{showing.here('/zoeken')}?onderwerp={topic.slug_nl}",
        feeds=feed_links(f"/feeds/onderwerp/{topic.slug_nl}"),
    )
    return page("topic", view, section="topics", feeds=announced(f"/feeds/onderwerp/{topic.slug_nl}", topic.name))


def _address(topic: Topic) -> str:
    return showing.here(f"/onderwerpen/{topic.slug_nl}")


def _link(topic: Topic, counts: Mapping[int, int]) -> Link:
    count = counts.get(topic.id)
    return Link(topic.name, _address(topic), count, unit=ngettext("piece", "pieces", count or 0))
