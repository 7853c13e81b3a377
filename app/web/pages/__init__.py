"""Pages for people, one module per subject. A new page is a module here and its name in ROUTERS."""

from typing import Final

from fastapi import APIRouter

from app.web.pages import (
    articles,
    compare,
    directory,
    feeds,
    home,
    knowledge,
    machines,
    map,
    organisations,
    people,
    pilots,
    search,
    signing_in,
    topics,
    versions,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    home.router,
    knowledge.router,
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
    feeds.router,
    machines.router,
)
