"""Pages for people, one module per subject. A new page is a module here and its name in ROUTERS."""

from typing import Final

from fastapi import APIRouter

from app.web.pages import (
    api_docs,
    articles,
    compare,
    directory,
    example_people,
    feeds,
    home,
    joining,
    knowledge,
    machines,
    map,
    offline,
    organisations,
    people,
    piece_forms,
    pilots,
    search,
    sessions,
    signing_in,
    standing,
    topics,
    versions,
    wayfinding,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    home.router,
    knowledge.router,
    piece_forms.router,
    articles.router,
    versions.router,
    compare.router,
    topics.router,
    pilots.router,
    map.router,
    directory.router,
    organisations.router,
    people.router,
    search.router,
    signing_in.router,
    joining.router,
    example_people.router,
    sessions.router,
    standing.router,
    api_docs.router,
    feeds.router,
    machines.router,
    offline.router,
    wayfinding.router,
)
