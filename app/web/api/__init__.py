"""The API, version 1: the same rooms as the pages, as JSON."""

from typing import Final

from fastapi import APIRouter

from app.web.api import (
    account,
    articles,
    bulk,
    bundles,
    credits,
    documents,
    drafts,
    files,
    openapi,
    organisations,
    pilots,
    previews,
    publication,
    remarks,
    reviewing,
    revisions,
    search,
    topics,
    translations,
)

V1: Final = APIRouter(prefix="/api/v1")
"""Everything below this prefix; a change that breaks somebody's program comes under another one."""

for _subject in (
    articles,
    drafts,
    revisions,
    translations,
    documents,
    bundles,
    files,
    credits,
    previews,
    reviewing,
    remarks,
    publication,
    bulk,
    topics,
    pilots,
    organisations,
    search,
    account,
):
    V1.include_router(_subject.router)

ROUTERS: Final[tuple[APIRouter, ...]] = (V1, openapi.router)
