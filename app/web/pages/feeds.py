"""Feeds at their addresses: public ones for everybody alike, so a session changes nothing here; and one's own."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.clock import today
from app.core.errors import BadRequest, NotFound
from app.core.language import gettext as _
from app.core.paging import Place, place_of
from app.feeds import own_feed, streams
from app.feeds.formats import FORMATS, Format
from app.feeds.streams import Stream
from app.feeds.written import Written
from app.people.actor import someone_passing_by
from app.people.finding import organisation_at
from app.web.needs import Here, Reading, Slug
from content.overview import pilot_at, topic_at
from search.query import Query

router = APIRouter()

Token = Annotated[str, Path(max_length=100)]


@router.get("/feeds/alles.{ending}")
def everything(request: Request, here: Here, session: Reading, ending: str) -> Response:
    """All pieces."""
    return _feed(request, here.language, session, streams.everything(), ending)


@router.get("/feeds/onderwerp/{slug}.{ending}")
def topic(request: Request, here: Here, session: Reading, slug: Slug, ending: str) -> Response:
    """Pieces about a topic, by its Dutch address word."""
    return _feed(request, here.language, session, streams.about_topic(session, topic_at(session, slug)), ending)


@router.get("/feeds/organisatie/{slug}.{ending}")
def organisation(request: Request, here: Here, session: Reading, slug: Slug, ending: str) -> Response:
    """Pieces of an organisation."""
    return _feed(request, here.language, session, streams.with_organisation(organisation_at(session, slug)), ending)


@router.get("/feeds/proefproject/{slug}.{ending}")
def pilot(request: Request, here: Here, session: Reading, slug: Slug, ending: str) -> Response:
    """Pieces that came from a pilot."""
    return _feed(request, here.language, session, streams.from_pilot(pilot_at(session, slug)), ending)


@router.get("/feeds/zoeken.{ending}")
def found(request: Request, here: Here, session: Reading, ending: str) -> Response:
    """Pieces that answer a question; without one all of them."""
    query = Query.from_params(session, request.query_params.multi_items())
    if query.notices:
        # To leave out what was not understood would fill somebody's reader with what they did not ask for.
        raise BadRequest(query.notices[0])
    asked = streams.everything()
    if not query.is_empty:
        asked = streams.found_by(session, query, someone_passing_by, here.language)
    return _feed(request, here.language, session, asked, ending)


@router.get("/feeds/persoonlijk/{token}.{ending}")
def own(request: Request, here: Here, session: Reading, token: Token, ending: str) -> Response:
    """What one member follows, with the rights of this moment. Whoever has it already costs no rendering."""
    form = _format(ending)
    actor = own_feed.holder_of(session, token)
    selected = own_feed.select_own(session, actor, here.language, _place(request))
    # Neither caches on the way nor search engines have anything to do with it.
    headers = {"cache-control": "private, no-cache", "x-robots-tag": "noindex, nofollow"}
    written = own_feed.written(session, form, selected, token, here.language)
    return _answer(request, written, headers)


def _format(ending: str) -> Format:
    if ending not in FORMATS:
        raise NotFound(_("There is nothing at this address."))
    return FORMATS[ending]


def _place(request: Request) -> Place | None:
    return place_of(request.query_params.get("verder"), field="verder")


def _feed(request: Request, language: str, session: Session, stream: Stream, ending: str) -> Response:
    place = _place(request)
    written = Written(
        session,
        _format(ending),
        (stream.name, language, place, today()),
        lambda: streams.select(session, someone_passing_by, stream, language=language, before=place),
    )
    headers = {"cache-control": "public, no-cache"}
    request.scope["outgoing"].keep()
    return _answer(request, written, headers)


def _answer(request: Request, written: Written, headers: Mapping[str, str]) -> Response:
    known = f'"{written.known_tag()}"'
    if request.scope["outgoing"].has(known):
        return Response(status_code=304, headers={**headers, "etag": known})
    told = {**headers, "etag": f'"{written.tag}"'}
    return Response(written.body, headers=told, media_type=f"{written.form.media_type}; charset=utf-8")
