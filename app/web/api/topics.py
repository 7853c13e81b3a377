"""Topics, by their English key."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.core.addresses import whole
from app.web.api import shapes
from app.web.api.answers import Limit, Offset, answer, part_of, problems
from app.web.api.shapes import Words
from app.web.api.telling import named, shorts
from app.web.needs import Me, Reading, Slug
from content import overview, shelves
from content.subjects import Topic

router = APIRouter(tags=["topics"])


@router.get(
    "/topics",
    response_model=shapes.Listing[shapes.TopicShort],
    responses=problems(400),
    operation_id="list_topics",
    summary="Topics and the groups they belong to",
)
def every_topic(request: Request, session: Reading, me: Me, limit: Limit = 100, cursor: Offset = 0) -> Response:
    """Group by group, in the curators' order."""
    counts = shelves.counts_by_topic(session, me)
    rows = [
        (topic, group.topic if topic is not group.topic else None)
        for group in overview.groups(session)
        for topic in (group.topic, *group.narrower)
    ]
    told = part_of(rows, cursor, limit, lambda row: shapes.TopicShort(**_short(*row, counts)))
    return answer(request, me, told)


@router.get(
    "/topics/{slug}",
    response_model=shapes.Topic,
    responses=problems(404),
    operation_id="read_topic",
    summary="One topic",
)
def one_topic(request: Request, session: Reading, me: Me, slug: Slug) -> Response:
    """With the topics below it, and where to begin. Its pieces: `/articles?topic={slug}`."""
    topic = overview.topic_named(session, slug)
    begin = shelves.shelf(session, me, language="nl", where=[shelves.of_pieces(topic.start_here)], size=3)
    narrower = overview.beside(session, topic) if topic.broader_id is None else []
    told = shapes.Topic(
        **_short(topic, overview.broader(session, topic), shelves.counts_by_topic(session, me)),
        narrower=[named(each) for each in narrower],
        start_here=shorts(session, begin.items),
    )
    return answer(request, me, told)


def _short(topic: Topic, broader: Topic | None, counts: Mapping[int, int]) -> dict[str, object]:
    return {
        **dict(named(topic)),
        "definition": Words.of(topic.definition_nl, topic.definition_en),
        "broader": broader.slug if broader else None,
        "pieces": counts.get(topic.id, 0),
        "url": whole(f"/onderwerpen/{topic.slug_nl}"),
    }
