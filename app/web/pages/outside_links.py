"""Where pieces lead to: the links of one piece for who writes it, and every broken one for stewards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs

from fastapi import APIRouter
from starlette.responses import Response

from app.core.language import current_language, long_date
from app.core.language import gettext as _
from app.web import showing
from app.web.forms import Sealed
from app.web.needs import ArticleToChange, EditableArticle, Here, Reading, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link as Named
from app.web.stewarding import Steward, side
from app.web.visit import address
from content import link_checking
from content.link_checking import AWAY, CIRCLE, MISSING, NOT_THERE, WRONG
from content.links import Link, broken_links, check_of
from content.models import Article

router = APIRouter()

HERE: Final = "/beheer/verwijzingen"


@dataclass(frozen=True)
class LinkRow:
    """A link, and what was wrong with it."""

    address: str
    problem: str
    since: str
    is_broken: bool


@dataclass(frozen=True, kw_only=True)
class LinksView:
    """The links of one piece."""

    title: str
    foreign: str
    href: str
    edit: str
    rows: Sequence[LinkRow]
    """What something was wrong with, what is broken first."""
    fine: int
    looked: str
    action: str
    done: str


@dataclass(frozen=True)
class PieceRow:
    """A piece with broken links."""

    title: str
    foreign: str
    owner: str
    href: str
    more: str
    rows: Sequence[LinkRow]


@dataclass(frozen=True)
class BrokenView:
    """Every piece with broken links."""

    side: Sequence[tuple[Named, bool]]
    pieces: Sequence[PieceRow]


@router.get("/schrijven/{id}/verwijzingen")
def show(here: Here, session: Reading, article: EditableArticle, page: Page) -> Response:
    """What came of the last look."""
    check = check_of(session, article)
    every = check.every if check is not None else []
    wrong = sorted((link for link in every if link.problem), key=lambda link: not link.is_broken)
    again = parse_qs(here.query).get("klaar", [""])[0] == "opnieuw"
    view = LinksView(
        title=article.title,
        foreign=_foreign(article),
        href=showing.here(f"/kennis/{article.slug}"),
        edit=showing.here(f"/schrijven/{article.id}"),
        rows=[_row(link) for link in wrong],
        fine=len(every) - len(wrong),
        looked=long_date(check.checked_at) if check is not None and check.checked_at else "",
        action=showing.here(f"/schrijven/{article.id}/verwijzingen"),
        done=_("We look again in a moment.") if again else "",
    )
    return page("review/outside_links", view, is_indexed=False)


@router.post("/schrijven/{id}/verwijzingen")
def again(here: Here, form: Sealed, session: Writing, article: ArticleToChange) -> Response:
    """They were mended where they lead to: look again."""
    link_checking.look_again(session, article)
    return see(address(f"/schrijven/{article.id}/verwijzingen?klaar=opnieuw", here.language))


@router.get(HERE)
def every(session: Reading, me: Steward, page: Page) -> Response:
    """What was seen last first."""
    pieces = [
        PieceRow(
            title=broken.article.title,
            foreign=_foreign(broken.article),
            owner=broken.owner.title,
            href=showing.here(f"/kennis/{broken.article.slug}"),
            more=showing.here(f"/schrijven/{broken.article.id}/verwijzingen"),
            rows=[_row(link) for link in broken.links],
        )
        for broken in broken_links(session)
    ]
    return page("stewards/links", BrokenView(side(HERE), pieces), is_indexed=False)


def _foreign(article: Article) -> str:
    return article.language if article.language != current_language() else ""


def _row(link: Link) -> LinkRow:
    since = long_date(datetime.fromisoformat(link.since)) if link.since else ""
    return LinkRow(link.address, _problem(link.problem), since, link.is_broken)


def _problem(problem: str) -> str:
    return {
        AWAY: _("Nobody answers"),
        NOT_THERE: _("There is no such place on the open internet"),
        MISSING: _("The page is gone"),
        WRONG: _("Something is wrong there"),
        CIRCLE: _("It leads on and on"),
    }.get(problem, "")
