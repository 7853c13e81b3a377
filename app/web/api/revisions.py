"""Texts of a piece that were put aside: told, put there with a few words, and gone back to. Readers see none of it."""

from typing import Annotated, Any

from fastapi import APIRouter, Path
from starlette.responses import Response

from app.core.text import one_line
from app.web.api import shapes
from app.web.api.answers import changes_problems, problems
from app.web.api.changing import IfMatch, Key, once, own, version_in
from app.web.api.draft_telling import content_told, draft_told
from app.web.api.shapes.reviews import LAST_NUMBER
from app.web.needs import Author, Reading, Slug, Writing
from content import drafting, revisions
from content.revisions import Aside
from content.writing import draft_of, put_aside

router = APIRouter(tags=["writing"])

RevisionNumber = Annotated[int, Path(ge=1, le=LAST_NUMBER, description="The `number` of a text that was put aside.")]


@router.get(
    "/articles/{slug}/revisions",
    response_model=shapes.Revisions,
    responses=problems(401, 403, 404),
    operation_id="list_revisions",
    summary="The texts of an article that were put aside",
)
def every_revision(session: Reading, me: Author, slug: Slug) -> Response:
    """The newest first, 500 at most: published ones and others. With a token it takes the scope `write`."""
    article = drafting.editable_at(session, slug, me)
    items = [_short(aside) for aside in revisions.all_aside(session, article)]
    told = shapes.Revisions(version=draft_of(session, article).version, items=items)
    return own(told.model_dump(mode="json"))


@router.post(
    "/articles/{slug}/revisions",
    status_code=201,
    response_model=shapes.RevisionShort,
    responses={
        200: {"model": shapes.RevisionShort, "description": "This very text was put aside already."},
        **changes_problems(401, 403, 404, 409, 422),
    },
    operation_id="put_draft_aside",
    summary="Put the draft of an article aside",
)
def put(session: Writing, me: Author, slug: Slug, new: shapes.NewRevision, key: Key = None) -> Response:
    """To go back to it. The draft stays as it is. With a token it takes the scope `write`."""
    article = drafting.editable_at(session, slug, me)

    def change() -> dict[str, Any]:
        newest = article.newest_revision
        kept = put_aside(session, article, by=me, note=one_line(new.note))
        return {
            "is_new": kept.number > newest,
            "revision": _short(revisions.one_aside(session, kept)).model_dump(mode="json"),
        }

    told = once(session, me, key, ["put aside", article.id, new.model_dump(mode="json")], change)
    return own(told["revision"], 201 if told["is_new"] else 200, is_versioned=False)


@router.get(
    "/articles/{slug}/revisions/{number}",
    response_model=shapes.Revision,
    responses=problems(401, 403, 404),
    operation_id="read_revision",
    summary="A text of an article that was put aside",
)
def read(session: Reading, me: Author, slug: Slug, number: RevisionNumber) -> Response:
    """As it was, with its gaps. With a token it takes the scope `write`."""
    article = drafting.editable_at(session, slug, me)
    revision = drafting.revision_numbered(session, article, number)
    # Who took their name off since is not told of again.
    content = revision.content.credited_as(draft_of(session, article).content)
    short = _short(revisions.one_aside(session, revision))
    told = shapes.Revision(**short.model_dump(), **content_told(content))
    return own(told.model_dump(mode="json"), is_versioned=False)


@router.post(
    "/articles/{slug}/revisions/{number}/restoration",
    response_model=shapes.Draft,
    responses=changes_problems(401, 403, 404, 409, 412, 422, 428),
    operation_id="restore_revision",
    summary="Write with an older text again",
)
def restored(
    session: Writing, me: Author, slug: Slug, number: RevisionNumber, if_match: IfMatch = None, key: Key = None
) -> Response:
    """What stands in the draft now is put aside first. `If-Match` is that of the draft.

    With a token it takes the scope `write`.
    """
    article = drafting.editable_at(session, slug, me)

    def change() -> dict[str, Any]:
        draft = drafting.restore(session, article, number, by=me, seen_version=version_in(if_match))
        return draft_told(session, article, draft)

    return own(once(session, me, key, ["restore", article.id, number, if_match], change))


def _short(aside: Aside) -> shapes.RevisionShort:
    return shapes.RevisionShort(
        number=aside.number,
        at=aside.at,
        by=aside.who or None,
        note=aside.note,
        published_version=aside.published_number,
    )
