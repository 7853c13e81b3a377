"""Files of a draft: put with it, described, replaced, taken out. Nothing here is seen by readers."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from sqlmodel import Session
from starlette.responses import JSONResponse, Response

from app.core.errors import Stale
from app.core.language import gettext as _
from app.core.text import one_line
from app.people.kept_answers import answered, keep_answer
from app.web.api import shapes
from app.web.api.answers import changes_problems, problems
from app.web.api.arriving import Arrived, Bytes
from app.web.api.changing import IfMatch, Key, version_in
from app.web.needs import Author, Reading, Slug, Writing
from content import filing
from content.draft_files import DraftFile, files_in
from content.drafting import editable_at
from content.filing import Told
from content.models import Article
from content.writing import draft_of

router = APIRouter(tags=["writing"])

FileName = Annotated[
    str,
    Path(
        max_length=200,
        description="Its name, as the list tells it.",
        json_schema_extra={"pattern": r"^[a-z0-9-]{1,160}\.[a-z0-9]{1,10}$"},
    ),
]


@router.get(
    "/articles/{slug}/files",
    response_model=shapes.DraftFiles,
    responses=problems(401, 403, 404),
    operation_id="list_draft_files",
    summary="The files of a draft",
)
def every_file(session: Reading, me: Author, slug: Slug) -> Response:
    """Pictures and files. With a token it takes the scope `write`."""
    return _answer(_all(session, editable_at(session, slug, me)))


@router.post(
    "/articles/{slug}/files",
    status_code=201,
    response_model=shapes.DraftFiles,
    responses=changes_problems(401, 403, 404, 409, 413, 422),
    operation_id="add_draft_file",
    summary="Put a file with a draft",
    openapi_extra=Bytes,
)
def add(
    file: Arrived,
    session: Writing,
    me: Author,
    slug: Slug,
    name: Annotated[str, Query(min_length=1, max_length=200, description="With its extension; it says the kind.")],
    key: Key = None,
) -> Response:
    """The same file again changes nothing. With a token it takes the scope `write`."""
    ready = file.prepared(name)  # before the database is asked anything: it may take seconds
    article = editable_at(session, slug, me)
    request = json.dumps(["add file", article.id, name, file.digest])
    before = answered(session, me, key or "", request)
    if before is not None:
        return _answer(before, 201)
    filing.add(session, article, ready, by=me)
    told = _all(session, article)
    keep_answer(session, me, key or "", request, told)
    return _answer(told, 201)


@router.put(
    "/articles/{slug}/files/{name}",
    response_model=shapes.DraftFiles,
    responses=changes_problems(401, 403, 404, 409, 412, 413, 422, 428),
    operation_id="replace_draft_file",
    summary="Put another file in the place of one",
    openapi_extra=Bytes,
)
def replace(
    file: Arrived,
    session: Writing,
    me: Author,
    slug: Slug,
    name: FileName,
    if_match: IfMatch = None,
    key: Key = None,
) -> Response:
    """Of the same kind; published versions keep theirs. With a token it takes the scope `write`."""
    ready = file.prepared(name)
    article = editable_at(session, slug, me)
    request = json.dumps(["replace file", article.id, name, if_match, file.digest])
    before = answered(session, me, key or "", request)
    if before is None:
        _require_seen(session, article, if_match)
        filing.replace(session, article, name, ready, by=me)
    return _done(session, me, article, key, request, before)


@router.patch(
    "/articles/{slug}/files/{name}",
    response_model=shapes.DraftFiles,
    responses=changes_problems(401, 403, 404, 409, 412, 422, 428),
    operation_id="describe_draft_file",
    summary="Say something else of a file",
)
def describe(
    session: Writing,
    me: Author,
    slug: Slug,
    name: FileName,
    changes: shapes.FileChange,
    if_match: IfMatch = None,
    key: Key = None,
) -> Response:
    """Its title, what is to be seen, and who may open it. With a token it takes the scope `write`."""
    article = editable_at(session, slug, me)
    sent = changes.model_dump(mode="json", exclude_unset=True)
    request = json.dumps(["describe file", article.id, name, if_match, sent], sort_keys=True)
    before = answered(session, me, key or "", request)
    if before is None:
        _require_seen(session, article, if_match)
        filing.describe(session, article, name, _said(session, article, name, changes), by=me)
    return _done(session, me, article, key, request, before)


@router.delete(
    "/articles/{slug}/files/{name}",
    response_model=shapes.DraftFiles,
    responses=changes_problems(401, 403, 404, 409, 412, 428),
    operation_id="take_out_draft_file",
    summary="Use a file no longer",
)
def take_out(
    session: Writing, me: Author, slug: Slug, name: FileName, if_match: IfMatch = None, key: Key = None
) -> Response:
    """Published versions keep it. With a token it takes the scope `write`."""
    article = editable_at(session, slug, me)
    request = json.dumps(["take out file", article.id, name, if_match])
    before = answered(session, me, key or "", request)
    if before is None:
        _require_seen(session, article, if_match)
        filing.take_out(session, article, name, by=me)
    return _done(session, me, article, key, request, before)


def _require_seen(session: Session, article: Article, if_match: str | None) -> None:
    """Raises Blind without a version, Stale when the draft was saved since, be it a word or another file."""
    version = version_in(if_match)
    if draft_of(session, article, is_locked=True).version != version:
        raise Stale(_("Somebody else changed this meanwhile. Look at it again and try once more."))


def _said(session: Session, article: Article, name: str, changes: shapes.FileChange) -> Told:
    """What is said of the file from now on. A file that is not there says nothing; describing it raises NotFound."""
    use = draft_of(session, article).content.file(name)
    given = changes.model_dump(exclude_unset=True)

    def said(field: str, before: Any) -> Any:
        value = given.get(field)
        return before if value is None else one_line(value) if isinstance(value, str) else value

    title = (use.title_nl if article.language == "nl" else use.title_en) if use else ""
    return Told(
        title=said("title", title),
        shows=said("shows", use.shows if use else ""),
        is_decorative=said("is_decorative", use is not None and use.is_decorative),
        is_listed=said("is_listed", use is None or use.listed),
        is_looked_over=said("is_looked_over", use is not None and use.is_looked_over),
        visibility=given.get("visibility", use.visibility if use else None),
    )


def _done(
    session: Session, me: Author, article: Article, key: str | None, request: str, before: Mapping[str, Any] | None
) -> Response:
    if before is not None:
        return _answer(before)
    told = _all(session, article)
    keep_answer(session, me, key or "", request, told)
    return _answer(told)


def _all(session: Session, article: Article) -> dict[str, Any]:
    draft = draft_of(session, article)
    items = [_file(article, file) for file in files_in(session, article, draft.content)]
    told: dict[str, Any] = shapes.DraftFiles(version=draft.version, items=items).model_dump(mode="json")
    return told


def _file(article: Article, file: DraftFile) -> shapes.DraftFile:
    use, kept = file.use, file.attachment
    return shapes.DraftFile(
        name=use.name,
        media_type=kept.media_type,
        bytes=kept.size,
        sha256=kept.hash,
        width=kept.width,
        height=kept.height,
        title=use.title_nl if article.language == "nl" else use.title_en,
        shows=use.shows,
        is_decorative=use.is_decorative,
        is_listed=use.listed,
        is_looked_over=use.is_looked_over,
        visibility=use.visibility,
        markdown=file.markdown,
    )


def _answer(told: Mapping[str, Any], status: int = 200) -> Response:
    headers = {"etag": f'"{told["version"]}"', "cache-control": "private, no-store"}
    return JSONResponse(dict(told), status, headers=headers)
