"""Many pieces at once through the API: stewards look at what would change, have it done, and have it undone.

It takes a steward's token with the scope `publish`, that is for no organisation (decision 0026).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any, Final
from urllib.parse import parse_qsl

from fastapi import APIRouter, Path
from sqlmodel import Session
from starlette.responses import Response

from app.core.addresses import whole
from app.core.errors import Invalid
from app.core.seals import digest, new_token
from app.core.text import one_line, wash
from app.people import finding
from app.people.auditing import note
from app.web.api import shapes
from app.web.api.answers import changes_problems, problems
from app.web.api.changing import Key, once, own
from app.web.api.shapes.reviews import LAST_NUMBER
from app.web.api.telling import named
from app.web.bulk_table import exported
from app.web.bulk_view import foreseen
from app.web.needs import Reading, StewardAtDesks, Writing
from content import reading
from content.bulk import MOST, ask_undo, chosen_at, order, order_numbered
from content.bulk_orders import BulkOrder, ItemState, What, items_of, latest_orders
from content.bulk_verbs import require_wish
from search.finding import find
from search.query import Query

router = APIRouter(prefix="/bulk", tags=["writing"])

OrderNumber = Annotated[int, Path(ge=1, le=LAST_NUMBER, description="The `id` of an order.")]

FIELDS: Final = {"onderwerp": "topic", "organisatie": "organisation", "reden": "reason_nl", "stuk": "articles"}
"""How the form names what a program sends."""


@router.post(
    "/preview",
    response_model=shapes.BulkPreview,
    responses=changes_problems(400, 401, 403, 404, 422),
    operation_id="preview_bulk",
    summary="Look at what would be done to what a search finds",
)
def foresee(session: Reading, me: StewardAtDesks, wanted: shapes.BulkSearch) -> Response:
    """Nothing changes by it. 100 pieces at most; `page` in the search asks for the next ones.

    With a token it takes the scope `publish`, of a steward.
    """
    told = _needed(wanted)
    with _named():
        require_wish(session, wanted.do, told)
    query = Query.from_params(session, parse_qsl(wanted.search.removeprefix("?"), keep_blank_values=True), for_api=True)
    results = find(session, replace(query, size=MOST), me, "nl")
    chosen = [(hit.row.article, hit.row.article.live_revision_id or 0) for hit in results.hits]
    rows = foreseen(session, chosen, wanted.do, told)
    owners = finding.organisations_numbered(session, {article.owner_id for article, _revision in chosen})
    shape = shapes.BulkPreview(
        items=[
            shapes.BulkForeseen(
                article=article.slug,
                version=article.live_number,
                lang=article.language,
                title=article.title,
                owner=named(owners[article.owner_id]),
                now=row.now,
                then=row.then,
                why=row.why,
            )
            for (article, _revision), row in zip(chosen, rows, strict=True)
        ],
        total=results.total,
    )
    return own(shape.model_dump(mode="json"), is_versioned=False)


@router.get(
    "/orders",
    response_model=shapes.BulkOrders,
    responses=problems(401, 403, 404),
    operation_id="list_bulk_orders",
    summary="What was ordered lately",
)
def every_order(session: Reading, me: StewardAtDesks) -> Response:
    """By any steward. With a token it takes the scope `publish`, of a steward."""
    items = [shapes.BulkOrderShort(**_short(each)) for each in latest_orders(session)]
    return own(shapes.BulkOrders(items=items).model_dump(mode="json"), is_versioned=False)


@router.post(
    "/orders",
    status_code=201,
    response_model=shapes.BulkOrder,
    responses=changes_problems(401, 403, 404, 409, 422),
    operation_id="order_bulk",
    summary="Have something done to many pieces",
)
def ordered(session: Writing, me: StewardAtDesks, new: shapes.NewBulkOrder, key: Key = None) -> Response:
    """To each in all its languages, and to none of which another version appeared than the one you name.

    With a token it takes the scope `publish`, of a steward.
    """

    def change() -> dict[str, Any]:
        with _named():
            chosen = chosen_at(session, [(each.article, each.version) for each in new.articles])
            made = order(session, new.do, _needed(new), chosen, by=me, key=digest(new_token()))
        return _told(session, made)

    told = once(session, me, key, ["bulk", new.model_dump(mode="json")], change)
    return own(told, 201, is_versioned=False, location=whole(f"/api/v1/bulk/orders/{told['id']}", "nl"))


@router.get(
    "/orders/{number}",
    response_model=shapes.BulkOrder,
    responses=problems(401, 403, 404),
    operation_id="read_bulk_order",
    summary="What came of an order",
)
def read(session: Reading, me: StewardAtDesks, number: OrderNumber) -> Response:
    """Piece by piece. With a token it takes the scope `publish`, of a steward."""
    return own(_told(session, order_numbered(session, number)), is_versioned=False)


@router.delete(
    "/orders/{number}",
    response_model=shapes.BulkOrder,
    responses=changes_problems(401, 403, 404, 409),
    operation_id="undo_bulk_order",
    summary="Have an order undone",
)
def undone(session: Writing, me: StewardAtDesks, number: OrderNumber) -> Response:
    """As far as nobody changed it since; 409 while it is still being done. Twice changes nothing.

    With a token it takes the scope `publish`, of a steward.
    """
    return own(_told(session, ask_undo(session, number, by=me)), is_versioned=False)


@router.post(
    "/export",
    response_model=shapes.BulkExported,
    responses=changes_problems(401, 403, 404, 422),
    operation_id="export_bulk",
    summary="Give pieces out as a table",
)
def given_out(session: Writing, me: StewardAtDesks, wanted: shapes.BulkExport) -> Response:
    """Those that are named, as they are now. It stands in the log. With a token it takes the scope `publish`."""
    with _named():
        chosen = chosen_at(session, [(each.article, each.version) for each in wanted.articles])
    by_id = reading.articles_numbered(session, [number for number, _revision in chosen])
    rows = exported(session, [by_id[number] for number, _revision in chosen])
    note(session, me, "export_pieces", told={"pieces": len(rows), "as": "json"})
    return own(shapes.BulkExported.model_validate({"items": rows}).model_dump(mode="json"), is_versioned=False)


def _needed(wish: shapes.BulkChoice) -> dict[str, Any]:
    """What this needs to know, as an order keeps it."""
    if wish.do in (What.ADD_TOPIC, What.REMOVE_TOPIC):
        return {"topic": wish.topic}
    if wish.do == What.WITHDRAW:
        reasons = {"reason_nl": wash(wish.reason_nl).strip(), "reason_en": wash(wish.reason_en).strip()}
        return reasons | {"successor": one_line(wish.successor)}
    return {"organisation": wish.organisation}


@contextmanager
def _named() -> Iterator[None]:
    """What does not fit is told by the name that a program gave it."""
    try:
        yield
    except Invalid as wrong:
        raise Invalid(wrong.sentence, field=FIELDS.get(wrong.field or "", wrong.field)) from wrong


def _short(made: BulkOrder) -> dict[str, Any]:
    names = ("topic", "organisation", "reason_nl", "reason_en", "successor")
    return {
        "id": made.id,
        "do": made.what,
        **{name: made.told.get(name) or None for name in names},
        "ordered": made.created_at,
        "undo_asked": made.undo_asked_at,
    }


def _told(session: Session, made: BulkOrder) -> dict[str, Any]:
    """An order as it is told."""
    items = items_of(session, made)
    shape = shapes.BulkOrder(
        **_short(made),
        is_done=not any(item.state in (ItemState.WAITING, ItemState.UNDOING) for item, _article in items),
        items=[
            shapes.BulkItem(article=article.slug, title=article.title, state=item.state, why=item.why)
            for item, article in items
        ],
    )
    told: dict[str, Any] = shape.model_dump(mode="json")
    return told
