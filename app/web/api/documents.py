"""Documents of a word processor: looked at, and brought into a draft. Nothing here is seen by readers."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.core.markdown import render
from app.web.api import shapes
from app.web.api.answers import changes_problems
from app.web.api.arriving import Arrived, Bytes, looking
from app.web.api.changing import IfMatch, Key, once, own, version_in
from app.web.api.draft_telling import draft_told
from app.web.needs import Author, Reading, Slug, Writing
from content.bringing import documents
from content.bringing.telling import counted, left_behind
from content.drafting import editable_at
from content.writing import draft_of, require_seen

router = APIRouter(tags=["writing"])

Name = Annotated[str, Query(min_length=1, max_length=200, description="Of the document, such as `report.docx`.")]


@router.post(
    "/articles/{slug}/document/preview",
    response_model=shapes.DocumentPreview,
    responses=changes_problems(401, 403, 404, 413, 422),
    operation_id="look_at_document",
    summary="Look at what a Word document would bring",
    openapi_extra=Bytes,
)
def look(file: Arrived, session: Reading, me: Author, slug: Slug, name: Name) -> Response:
    """Nothing changes, and nothing is kept. With a token it takes the scope `write`."""
    with looking():
        document = documents.read_document(name, file.read())
    article = editable_at(session, slug, me)
    draft, counts = draft_of(session, article), counted(document, render(document.markdown, language=article.language))
    told = shapes.DocumentPreview(
        version=draft.version,
        title=document.title,
        markdown=document.markdown,
        words=counts.words,
        headings=counts.headings,
        tables=counts.tables,
        pictures=counts.pictures,
        minutes=counts.minutes,
        left_behind=_left(document.dropped),
        is_draft_untouched=documents.is_untouched(article, draft),
    )
    return own(told.model_dump(mode="json"))


@router.post(
    "/articles/{slug}/document",
    response_model=shapes.DocumentTaken,
    responses=changes_problems(401, 403, 404, 409, 412, 413, 422, 428),
    operation_id="bring_document",
    summary="Bring a Word document into a draft",
    openapi_extra=Bytes,
)
def take(
    file: Arrived,
    session: Writing,
    me: Author,
    slug: Slug,
    name: Name,
    place: Annotated[
        Literal["after", "instead"],
        Query(description="Behind the text that stands there, or in the place of it: then that is put aside."),
    ] = "after",
    if_match: IfMatch = None,
    key: Key = None,
) -> Response:
    """With its pictures. `If-Match` is that of the draft. With a token it takes the scope `write`."""
    seen = version_in(if_match)
    with looking():  # before the database is asked anything: it may take seconds
        document = documents.read_document(name, file.read())
        pictures = documents.prepared_pictures(document)
    article = editable_at(session, slug, me)

    def change() -> dict[str, Any]:
        # Also where nothing is replaced: a program that did not read the draft does not know what it adds to.
        require_seen(draft_of(session, article, is_locked=True), seen)
        brought = documents.bring_in(
            session, article, document, pictures, instead=place == "instead", seen_version=seen, by=me
        )
        draft = draft_told(session, article, brought.draft)
        left = [each.model_dump(mode="json") for each in _left(brought.dropped)]
        told = {"left_behind": left, "pictures_left": list(brought.left)}
        return {"version": brought.draft.version, "draft": draft, **told}

    return own(once(session, me, key, ["document", article.id, name, place, if_match, file.digest], change))


def _left(dropped: Mapping[str, int]) -> list[shapes.LeftBehind]:
    return [
        shapes.LeftBehind(what=each.what, count=each.count, sentence=each.sentence) for each in left_behind(dropped)
    ]
