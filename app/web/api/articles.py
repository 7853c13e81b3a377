"""Articles: everything that is published, part by part or one at a time."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy import ColumnElement
from sqlmodel import Session, col
from starlette.responses import Response

from app.core.errors import BadRequest, NotFound
from app.core.language import gettext as _
from app.core.paging import place_of, place_word
from app.people.finding import organisation_at
from app.web.api import shapes
from app.web.api.answers import MOVED, Cursor, Limit, answer, problems
from app.web.api.gone import LiveArticle
from app.web.api.telling import article, shorts, versions
from app.web.needs import Me, Reading
from content import shelves
from content.models import Article
from content.overview import pilot_at, topic_named, with_narrower
from content.reading import open_article
from content.walking import walk

router = APIRouter(tags=["articles"])

Key = Annotated[str | None, Query(max_length=120, description="The `slug` of one.")]


@router.get(
    "/articles",
    response_model=shapes.Listing[shapes.ArticleShort],
    responses=problems(400),
    operation_id="list_articles",
    summary="Articles, newest first",
)
def every_article(
    request: Request,
    session: Reading,
    me: Me,
    kind: Annotated[shapes.Kind | None, Query(description="Only pieces of this kind.")] = None,
    topic: Annotated[
        list[str] | None, Query(max_length=20, description="Keys of topics; to be about one of them is enough.")
    ] = None,
    pilot: Key = None,
    organisation: Key = None,
    lang: Annotated[shapes.Lang | None, Query(description="Only texts in this language.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response:
    """Each language version is an article of its own; `piece` tells which belong together.

    What appears while you walk through the list comes at its head and moves nothing that comes after your cursor.
    """
    where = [
        *([shelves.of_kind(kind)] if kind else []),
        *([_about(session, topic)] if topic else []),
        *([_of_pilot(session, pilot)] if pilot else []),
        *([_of_organisation(session, organisation)] if organisation else []),
        *([col(Article.language) == lang] if lang else []),
    ]
    stretch = walk(session, me, where=where, after=place_of(cursor, field="cursor"), most=limit)
    told = shapes.Listing[shapes.ArticleShort](
        items=shorts(session, stretch.items),
        next=place_word(stretch.onward) if stretch.onward else None,
        total=stretch.total,
    )
    return answer(request, me, told)


@router.get(
    "/articles/{slug}",
    response_model=shapes.Article,
    responses=problems(404, 410) | MOVED,
    operation_id="read_article",
    summary="One article, whole",
)
def one_article(request: Request, session: Reading, me: Me, live: LiveArticle) -> Response:
    """Its live version with fields, figures, text, files and the list of its versions."""
    (row,) = shelves.listed(session, [live.id])
    return answer(request, me, article(row, open_article(session, live, me)))


@router.get(
    "/articles/{slug}/versions",
    response_model=shapes.Listing[shapes.Version],
    responses=problems(404, 410) | MOVED,
    operation_id="list_versions",
    summary="The published versions of an article, newest first",
)
def every_version(request: Request, session: Reading, me: Me, live: LiveArticle) -> Response:
    """All of them at once: there are few."""
    told = versions(live, open_article(session, live, me).versions)
    return answer(request, me, shapes.Listing(items=told, next=None, total=len(told)))


def _about(session: Session, keys: list[str]) -> ColumnElement[bool]:
    ids: set[int] = set()
    for key in dict.fromkeys(keys):
        try:
            ids.update(with_narrower(session, topic_named(session, key)))
        except NotFound as unknown:
            raise BadRequest(_("There is no topic of this name."), field="topic") from unknown
    return shelves.about(ids)


def _of_pilot(session: Session, slug: str) -> ColumnElement[bool]:
    try:
        return shelves.from_pilot(pilot_at(session, slug).id)
    except NotFound as unknown:
        raise BadRequest(_("There is no pilot of this name."), field="pilot") from unknown


def _of_organisation(session: Session, slug: str) -> ColumnElement[bool]:
    try:
        return shelves.with_organisation(organisation_at(session, slug).id)
    except NotFound as unknown:
        raise BadRequest(_("There is no organisation of this name."), field="organisation") from unknown
