"""Drafts: begin a piece, read and change what is being written. Nothing here is seen by readers."""

from typing import Any, Final

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.language import gettext as _
from app.core.settings import settings
from app.core.text import one_line, wash
from app.web.api import shapes
from app.web.api.answers import changes_problems, problems
from app.web.api.changing import IfMatch, Key, once, own, version_in
from app.web.api.draft_telling import draft_told
from app.web.needs import Author, Reading, Slug, Writing
from content import drafting
from content.kinds import KINDS
from content.snapshot import Snapshot
from content.writing import draft_of

router = APIRouter(tags=["writing"])


@router.post(
    "/articles",
    status_code=201,
    response_model=shapes.Draft,
    responses=changes_problems(401, 403, 409, 422),
    operation_id="create_article",
    summary="Begin a piece",
)
def begin(session: Writing, me: Author, new: shapes.NewArticle, key: Key = None) -> Response:
    """It is a draft: readers see nothing of it. With a token it takes the scope `write`."""

    def change() -> dict[str, Any]:
        owner = drafting.owner_called(session, new.organisation, me)
        article = drafting.begin(
            session, kind=new.kind, language=new.lang, owner=owner, by=me, title=one_line(new.title or "")
        )
        draft = draft_of(session, article)
        content = _changed(article.kind, draft.content, new)
        if not content.is_same_as(draft.content):
            draft = drafting.save(session, article, content, by=me, seen_version=draft.version)
        return draft_told(session, article, draft)

    told = once(session, me, key, ["begin", new.model_dump(mode="json")], change)
    return own(told, 201, location=f"{settings().address}/api/v1/articles/{told['slug']}/draft")


@router.get(
    "/drafts",
    response_model=shapes.Drafts,
    responses=problems(401, 403),
    operation_id="list_drafts",
    summary="One's own drafts",
)
def every_draft(session: Reading, me: Author) -> Response:
    """What was saved last first, 50 at most. With a token it takes the scope `write`."""
    rows = drafting.own_pieces(session, me)[:50]
    items = [draft_told(session, article, draft) for article, draft in rows]
    return own({"items": items}, is_versioned=False)


@router.get(
    "/articles/{slug}/draft",
    response_model=shapes.Draft,
    responses=problems(401, 403, 404),
    operation_id="read_draft",
    summary="The draft of an article",
)
def read(session: Reading, me: Author, slug: Slug) -> Response:
    """What is being written, and what it still needs. With a token it takes the scope `write`."""
    article = drafting.editable_at(session, slug, me)
    return own(draft_told(session, article, draft_of(session, article)))


@router.patch(
    "/articles/{slug}",
    response_model=shapes.Draft,
    responses=changes_problems(401, 403, 404, 409, 412, 422, 428),
    operation_id="change_article",
    summary="Change the draft of an article",
)
def changed(
    session: Writing,
    me: Author,
    slug: Slug,
    sent: shapes.DraftChange,
    if_match: IfMatch = None,
    key: Key = None,
) -> Response:
    """What readers see stays until the piece is published again. With a token it takes the scope `write`."""
    article = drafting.editable_at(session, slug, me)

    def change() -> dict[str, Any]:
        version = version_in(if_match)
        content = _changed(article.kind, draft_of(session, article, is_locked=True).content, sent)
        draft = drafting.save(session, article, content, by=me, seen_version=version)
        return draft_told(session, article, draft)

    request = ["change", article.id, if_match, sent.model_dump(mode="json", exclude_unset=True)]
    return own(once(session, me, key, request, change))


def _changed(kind: str, before: Snapshot, changes: shapes.DraftChange) -> Snapshot:
    """The content with these changes. Raises Invalid for a field of the kind that does not fit what it is."""
    given = changes.model_dump(exclude_unset=True, exclude={"kind", "lang", "organisation"})
    # Only these may be nothing; null for any other says as little as leaving it out.
    given = {name: value for name, value in given.items() if value is not None or name in _MAY_BE_NOTHING}
    for name in {"title", "summary"} & given.keys():
        given[name] = one_line(given[name])
    if "body" in given:
        given["body"] = wash(given["body"]).strip()
    if "told" in given:
        given["told"] = _told_fields(kind, {**before.told, **given["told"]})
    return Snapshot.model_validate({**before.model_dump(), **given})


_MAY_BE_NOTHING: Final = frozenset({"pilot", "municipality", "anonymous"})


def _told_fields(kind: str, told: dict[str, Any]) -> dict[str, Any]:
    """The fields without those that were taken out. Gaps are fine in a draft; what is no field, or no value, is not."""
    whole = {name: value for name, value in told.items() if value is not None}
    try:
        KINDS[kind].model_validate(whole)
    except ValidationError as wrong:
        for error in wrong.errors():
            is_gap = error["type"] == "missing" or (error["type"] in ("too_short", "string_too_short"))
            if not is_gap:
                where = ".".join(str(part) for part in ("told", *error["loc"]))[:80]
                raise Invalid(_("“%(field)s” does not fit.", field=where), field=where) from wrong
    return whole
