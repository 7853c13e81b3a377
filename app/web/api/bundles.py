"""Bundles: pieces out of a zip of Markdown files, looked at and brought in, again and again. Each is a draft."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import APIRouter
from starlette.responses import Response

from app.web.api import shapes
from app.web.api.answers import changes_problems
from app.web.api.arriving import ArrivedFor, Arriving, Bytes, OwnerSlug, looking
from app.web.api.changing import Key, once, own
from app.web.api.shapes.bringing import Became as State
from app.web.needs import Author, Writing
from content import drafting
from content.carrying.along import Came, bring_along
from content.carrying.looking_up import Became
from content.carrying.opening import Unpacked, unpack
from content.preparing import PreparedFile

router = APIRouter(tags=["writing"])

STATES: Final[dict[Became, State]] = {
    "new": "new",
    "changed": "changed",
    "unchanged": "unchanged",
    "left alone": "left_alone",
    "not taken": "not_taken",
}


@router.post(
    "/bundles/preview",
    response_model=shapes.Bundle,
    responses=changes_problems(401, 403, 413, 422),
    operation_id="look_at_bundle",
    summary="Look at what a zip of pieces would bring",
    openapi_extra=Bytes,
)
def look(file: ArrivedFor, session: Writing, me: Author, organisation: OwnerSlug) -> Response:
    """Nothing changes, and nothing is kept. With a token it takes the scope `write`."""
    found = _unpacked(file)
    came = list(bring_along(session, found, drafting.owner_called(session, organisation, me), by=me, is_trial=True))
    # It was only to know what would happen.
    session.rollback()
    return own(_told(organisation, found, came, is_trial=True), is_versioned=False)


@router.post(
    "/bundles",
    response_model=shapes.Bundle,
    responses=changes_problems(401, 403, 409, 413, 422),
    operation_id="bring_bundle",
    summary="Bring in the pieces of a zip",
    openapi_extra=Bytes,
)
def take(file: ArrivedFor, session: Writing, me: Author, organisation: OwnerSlug, key: Key = None) -> Response:
    """Each text is a draft of the organisation, known again by its `id`: in a zip that comes again only what changed in
    its files changes, and nothing that somebody wrote here since. With a token it takes the scope `write`.
    """
    found = _unpacked(file)
    # A place there may have ended while the zip was on its way.
    owner = drafting.owner_called(session, organisation, me)

    def change() -> dict[str, Any]:
        return _told(organisation, found, list(bring_along(session, found, owner, by=me)))

    return own(once(session, me, key, ["bundle", owner.id, file.digest], change), is_versioned=False)


def _unpacked(file: Arriving) -> Unpacked:
    """What is in it: looked into before the database is asked anything, since it may take seconds."""
    with looking():
        return unpack(file.read())


def _told(organisation: str, found: Unpacked, came: Sequence[Came], *, is_trial: bool = False) -> dict[str, Any]:
    shape = shapes.Bundle(
        organisation=organisation,
        items=[
            shapes.BundleText(
                path=each.path,
                title=each.title,
                lang="nl" if each.language == "nl" else "en" if each.language == "en" else None,
                state=STATES[each.became],
                # The address that a new piece would get is only known once it has it.
                article=(each.slug or None) if not (is_trial and each.became == "new") else None,
                left_out=list(each.left_out),
            )
            for each in came
        ],
        files=sum(isinstance(file, PreparedFile) for file in found.files.values()),
        left=list(found.left),
    )
    told: dict[str, Any] = shape.model_dump(mode="json")
    return told
