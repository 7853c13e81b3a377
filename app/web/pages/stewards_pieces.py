"""For stewards: the same thing done to many pieces that a search found, after a look at what would change."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from fastapi import APIRouter, Path, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import clock_time, long_date
from app.core.language import gettext as _
from app.core.seals import digest, new_token
from app.people.auditing import note
from app.web import showing
from app.web.bulk_table import exported
from app.web.bulk_view import (
    HERE,
    OrderView,
    PiecesView,
    PreviewView,
    foreseen,
    groups,
    order_row,
    organisation_choices,
    row_of,
    said,
    topic_choices,
    whats,
)
from app.web.forms import Form, Sealed
from app.web.needs import Here, Reading, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.stewarding import Steward, side
from app.web.tables import table
from app.web.visit import Visit, address
from content import reading
from content.bulk import MOST, ask_undo, order, order_numbered
from content.bulk_orders import ItemState, What, items_of, latest_orders
from content.bulk_verbs import require_wish
from content.models import Article
from search.finding import find
from search.query import DEEPEST, Query

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]

FIELDS: Final = ("doe", "onderwerp", "eigenaar", "beoordelaar", "reden", "reden_en", "opvolger")


@router.get(HERE)
def found(request: Request, here: Here, session: Reading, me: Steward, page: Page) -> Response:
    """What a search finds, with everything that can be done to it."""
    return _found(session, me, page, here, request.query_params.multi_items(), Form({"doe": What.ADD_TOPIC}))


@router.post(HERE)
def wanted(here: Here, form: Sealed, session: Writing, me: Steward, page: Page) -> Response:
    """Look at what would change; or have it done, once it was looked at."""
    what = What(form.choice("doe", list(What), missing=_("Choose what is to be done")) or What.ADD_TOPIC)
    told, chosen = _told(form, what), _chosen(form)
    if form.is_fine:
        with form.minding(session):
            require_wish(session, what, told)
            if form.raw("stap") == "uitvoeren":
                made = order(session, what, told, chosen, by=me, key=digest(form.raw("sleutel") or new_token()))
                return see(address(f"{HERE}/opdrachten/{made.id}", here.language))
    if not chosen:
        form.blame("stuk", _("Choose at least one piece."))
    if not form.is_fine:
        return _found(session, me, page, here, parse_qsl(form.raw("zoek")), form)
    rows = foreseen(session, _articles(session, chosen), what, told)
    view = PreviewView(
        side=side(HERE),
        what=said(session, what, told),
        rows=[row for row in rows if not row.why],
        skipped=[row for row in rows if row.why],
        hidden=[(name, form.raw(name)) for name in (*FIELDS, "zoek")],
        key=new_token(),
        action=showing.here(HERE),
        back=f"{showing.here(HERE)}?{form.raw('zoek')}",
        form=form,
    )
    return page("stewards/pieces_preview", view, is_indexed=False)


@router.post(f"{HERE}/tabel")
def export(form: Sealed, session: Writing, me: Steward) -> Response:
    """The chosen pieces as CSV or JSON. Giving them out stands in the log."""
    rows = exported(session, [article for article, _revision in _articles(session, _chosen(form))])
    as_json = form.raw("vorm") == "json"
    note(session, me, "export_pieces", told={"pieces": len(rows), "as": "json" if as_json else "csv"})
    if as_json:
        headers = {"content-disposition": 'attachment; filename="stukken.json"', "cache-control": "private, no-store"}
        body = json.dumps({"items": rows}, ensure_ascii=False, indent=1)
        return Response(body, media_type="application/json", headers=headers)
    head = list(rows[0]) if rows else ["slug"]
    cells = [[", ".join(v) if isinstance(v, list) else str(v or "") for v in row.values()] for row in rows]
    return table(head, cells, name="stukken")


@router.get(f"{HERE}/opdrachten/{{number}}")
def report(here: Here, session: Reading, me: Steward, number: Number, page: Page) -> Response:
    """What came of an order."""
    made = order_numbered(session, number)
    items = items_of(session, made)
    states = [item.state for item, _article in items]
    waiting = sum(state in (ItemState.WAITING, ItemState.UNDOING) for state in states)
    asked = parse_qs(here.query).get("klaar", [""])[0] == "terug"
    view = OrderView(
        side=side(HERE),
        what=said(session, made.what, made.told),
        when=f"{long_date(made.created_at)}, {clock_time(made.created_at)}",
        done=_("It is being undone.") if asked else "",
        waiting=waiting,
        groups=groups(items),
        can_undo=made.undo_asked_at is None and not waiting and ItemState.DONE in states,
        action=showing.here(f"{HERE}/opdrachten/{made.id}"),
        back=showing.here(HERE),
    )
    return page("stewards/order", view, is_indexed=False)


@router.post(f"{HERE}/opdrachten/{{number}}")
def undone(here: Here, form: Sealed, session: Writing, me: Steward, number: Number) -> Response:
    """Have an order undone."""
    ask_undo(session, number, by=me)
    return see(address(f"{HERE}/opdrachten/{number}?klaar=terug", here.language))


def _found(
    session: Session, me: Any, page: Page, here: Visit, params: Sequence[tuple[str, str]], form: Form
) -> Response:
    query = replace(Query.from_params(session, params), size=MOST)
    results = find(session, query, me, here.language)
    rows = [row_of(hit.row.article, hit.row.owner) for hit in results.hits]
    if not form.chosen("stuk"):
        form = form.with_values({"stuk": [row.value for row in rows]})
    view = PiecesView(
        side=side(HERE),
        search=query.address.removeprefix("?"),
        words=query.q,
        chips=[chip.label for chip in results.chips],
        public=showing.here("/zoeken") + query.address,
        rows=rows,
        total=results.total,
        first=query.offset + 1,
        number=query.page,
        last=-(-min(results.total, DEEPEST) // MOST),
        pages=f"{showing.here(HERE)}?{urlencode([*query.on_page(1).to_params(), ('pagina', '')])}",
        form=form,
        whats=whats(),
        topics=topic_choices(session),
        owners=organisation_choices(session, What.OWNER),
        reviewers=organisation_choices(session, What.REVIEWER),
        action=showing.here(HERE),
        orders=[order_row(session, each) for each in latest_orders(session)],
    )
    return page("stewards/pieces", view, is_indexed=False, status=200 if form.is_fine else form.status)


def _told(form: Form, what: What) -> dict[str, Any]:
    """What the order needs to know."""
    if what in (What.ADD_TOPIC, What.REMOVE_TOPIC):
        return {"topic": form.raw("onderwerp")}
    if what == What.WITHDRAW:
        return {
            "reason_nl": form.prose("reden", most=600),
            "reason_en": form.prose("reden_en", most=600),
            "successor": urlsplit(form.line("opvolger", most=300)).path.rstrip("/").rpartition("/")[2],
        }
    return {"organisation": form.raw("eigenaar" if what == What.OWNER else "beoordelaar")}


def _chosen(form: Form) -> list[tuple[int, int]]:
    """The boxes that are ticked; what is none is passed over."""
    pairs = [value.split(":") for value in form.several("stuk")]
    return [(int(pair[0]), int(pair[1])) for pair in pairs if len(pair) == 2 and all(map(_is_number, pair))][:MOST]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _articles(session: Session, chosen: Sequence[tuple[int, int]]) -> list[tuple[Article, int]]:
    """The chosen articles, in their order."""
    by_id = reading.articles_numbered(session, [number for number, _revision in chosen])
    return [(by_id[number], revision) for number, revision in chosen if number in by_id]
