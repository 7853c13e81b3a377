"""Translations: the other language version of a piece, begun, read beside its original, and written part by part."""

from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.language import gettext as _
from app.core.settings import settings
from app.web.api import shapes
from app.web.api.answers import changes_problems, problems
from app.web.api.changing import IfMatch, Key, once, own, version_in
from app.web.api.draft_telling import draft_told
from app.web.needs import Author, Reading, Slug, Writing
from content.drafting import editable_at
from content.models import Article
from content.retelling import Told, named_rows, retell
from content.translating import begin_translation, both_versions, other_version
from content.writing import draft_of

router = APIRouter(tags=["writing"])


@router.post(
    "/articles/{slug}/translation",
    status_code=201,
    response_model=shapes.Draft,
    responses={
        200: {"model": shapes.Draft, "description": "It was there already: the draft as it is."},
        **changes_problems(401, 403, 404, 409, 422),
    },
    operation_id="begin_translation",
    summary="Begin an article in the other language",
)
def begin(session: Writing, me: Author, slug: Slug, key: Key = None) -> Response:
    """It has the facts of the original, and no words yet. With a token it takes the scope `write`."""
    article = editable_at(session, slug, me)

    def change() -> dict[str, Any]:
        is_new = other_version(session, article) is None
        version = begin_translation(session, article, by=me)
        return {"is_new": is_new, "draft": draft_told(session, version, draft_of(session, version))}

    told = once(session, me, key, ["translate", article.id], change)
    at = f"{settings().address}/api/v1/articles/{told['draft']['slug']}/draft"
    return own(told["draft"], 201 if told["is_new"] else 200, location=at)


@router.get(
    "/articles/{slug}/translation",
    response_model=shapes.TranslationBeside,
    responses=problems(401, 403, 404),
    operation_id="read_translation",
    summary="A translation beside its original",
)
def read(session: Reading, me: Author, slug: Slug) -> Response:
    """Part by part, with what changed in the original since. `slug` is that of either.

    With a token it takes the scope `write`.
    """
    return own(_told(session, *both_versions(session, editable_at(session, slug, me))))


@router.patch(
    "/articles/{slug}/translation",
    response_model=shapes.TranslationBeside,
    responses=changes_problems(401, 403, 404, 409, 412, 413, 422, 428),
    operation_id="change_translation",
    summary="Translate parts of an article",
)
def changed(
    session: Writing,
    me: Author,
    slug: Slug,
    sent: shapes.TranslationChange,
    if_match: IfMatch = None,
    key: Key = None,
) -> Response:
    """Only the parts that are named change. 412 also when the original tells something else there than you read.

    With a token it takes the scope `write`.
    """
    original, version = both_versions(session, editable_at(session, slug, me))

    def change() -> dict[str, Any]:
        seen = version_in(if_match)
        told = {each.part: Told(each.original, each.words, each.fits) for each in sent.parts}
        if len(told) < len(sent.parts):
            raise Invalid(_("Name each part once."), field="parts")
        retell(session, version, original, told, by=me, seen_version=seen)
        return _told(session, original, version)

    request = ["translate parts", version.id, if_match, sent.model_dump(mode="json", exclude_unset=True)]
    return own(once(session, me, key, request, change))


def _told(session: Session, original: Article, version: Article) -> dict[str, Any]:
    """The translation as it is told."""
    draft = draft_of(session, version)
    fields, passages = named_rows(session, version, original, draft.content)
    rows = {**fields, **passages}
    shape = shapes.TranslationBeside(
        article=version.slug,
        lang=version.language,
        original=original.slug,
        version=draft.version,
        to_do=sum(row.is_to_do for row in rows.values()),
        parts=[
            shapes.TranslationPart(
                part=name,
                original=row.original,
                seen=row.seen,
                words=row.words,
                state=row.state,
                is_to_do=row.is_to_do,
            )
            for name, row in rows.items()
            if row.original or row.words
        ],
    )
    told: dict[str, Any] = shape.model_dump(mode="json")
    return told
