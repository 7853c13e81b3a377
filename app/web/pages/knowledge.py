"""All knowledge, and the shelf of each kind."""

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import APIRouter, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import gettext as _
from app.core.paging import Page as Paged
from app.core.paging import page_number
from app.people.actor import Actor
from app.web import showing
from app.web.needs import Here, Me, Reading
from app.web.rendering import Page
from app.web.rows import Link
from content import shelves
from content.kinds import KINDS, Kind

router = APIRouter()


@dataclass(frozen=True)
class Shelf:
    """One page of a shelf."""

    title: str
    lead: str
    kinds: list[Link]
    current: str
    """Address of this shelf among `kinds`."""
    page: Paged[showing.PieceCard]

    @property
    def base(self) -> str:
        """The address up to the number of a page."""
        return f"{self.current}?pagina="


@router.get("/kennis")
def everything(request: Request, here: Here, session: Reading, me: Me, page: Page) -> Response:
    """Everything, newest first."""
    return page("knowledge", _shelf(request, session, me, here.language, None), section="knowledge")


def _shelf(request: Request, session: Session, me: Actor, language: str, kind: type[Kind] | None) -> Shelf:
    rows = shelves.shelf(
        session,
        me,
        language=language,
        where=[shelves.of_kind(kind.slug)] if kind else [],
        page=page_number(request.query_params.get("pagina")),
    )
    counts = shelves.counts_by_kind(session, me)
    return Shelf(
        title=kind.names() if kind else _("All knowledge"),
        lead=kind.about()
        if kind
        else _("What factories and institutes in the north tried, measured and learned. Newest first."),
        kinds=[
            Link(_("Everything"), showing.here("/kennis"), sum(counts.values())),
            *(
                Link(each.names(), showing.here(f"/kennis/{each.address}"), counts.get(each.slug, 0))
                for each in KINDS.values()
            ),
        ],
        current=showing.here(f"/kennis/{kind.address}" if kind else "/kennis"),
        page=Paged([showing.card(row) for row in rows.items], rows.number, rows.size, rows.total),
    )


def _shelf_of(kind: type[Kind]) -> Callable[..., Response]:
    def shelf_of_kind(request: Request, here: Here, session: Reading, me: Me, page: Page) -> Response:
        return page("knowledge", _shelf(request, session, me, here.language, kind), section="knowledge")

    shelf_of_kind.__doc__ = f"The shelf of {kind.plural.lower()}."
    return shelf_of_kind


# One route for each kind, before `/kennis/{slug}`: these words are reserved.
for _kind in KINDS.values():
    router.get(f"/kennis/{_kind.address}", name=f"shelf_{_kind.slug}")(_shelf_of(_kind))
