"""My pieces: what is under way and what is placed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs

from fastapi import APIRouter
from starlette.responses import Response

from app.core.clock import today
from app.core.language import gettext as _
from app.core.language import long_date, ngettext
from app.people.models import Organisation
from app.web import showing
from app.web.editor_view import stage_name
from app.web.needs import Here, Reading, SignedIn
from app.web.rendering import Page
from app.web.review_words import state_name
from app.web.settings_menu import DONE
from app.web.visit import Visit
from content import drafting, reading_along
from content.models import Article, Draft, Stage
from content.review_moves import states_of
from content.review_steps import ReviewState

router = APIRouter()

CAME: Final = "aantal"
"""In an address: how many texts came in new, changed, and did not, after a zip was brought in."""

STEPS: Final = (Stage.DRAFT, Stage.AT_COMPANY, Stage.AT_CENTRE, Stage.SCHEDULED, Stage.PUBLISHED)
"""The way of a piece to its readers."""


@dataclass(frozen=True)
class UnderWay:
    """A piece that readers do not see yet."""

    kind: str
    title: str
    href: str
    owner: str
    at: int
    """Its step, from 1."""
    since: str
    is_mine: bool
    """Whether it waits for its writers."""


@dataclass(frozen=True)
class Placed:
    """A piece that readers see, or saw."""

    kind: str
    title: str
    href: str
    published: str
    number: int
    versions: str
    due: str
    is_late: bool
    status: str


@dataclass(frozen=True)
class OfColleagues:
    """A draft that somebody reads along."""

    kind: str
    title: str
    href: str
    stage: str
    since: str
    language: str


@dataclass(frozen=True, kw_only=True)
class MineView:
    """Everything that somebody may write in."""

    under_way: Sequence[UnderWay]
    placed: Sequence[Placed]
    of_colleagues: Sequence[OfColleagues]
    steps: Sequence[str]
    lead: str
    new: str
    """Where a new piece is begun; empty for who may begin none."""
    along: str
    """Where pieces are brought in from files."""
    said: str


@router.get("/schrijven")
def mine(here: Here, session: Reading, me: SignedIn, page: Page) -> Response:
    """My pieces: what is under way and what is placed."""
    rows = drafting.own_pieces(session, me)
    owners = {each.id: each for each in drafting.writes_for(session, me)}
    under_way = [_under_way(article, draft, owners) for article, draft in rows if article.stage in STEPS[:-1]]
    placed = [(article, draft) for article, draft in rows if article.stage not in STEPS[:-1]]
    anew = states_of(session, [article.id for article, _draft in placed])
    back = sum(state == ReviewState.WITH_AUTHOR for state in anew.values())
    waiting = sum(row.is_mine for row in under_way) + back
    view = MineView(
        under_way=under_way,
        placed=[_placed(article, draft, anew.get(article.id)) for article, draft in placed],
        of_colleagues=[_read_along(article, draft) for article, draft in reading_along.of_colleagues(session, me)],
        steps=[stage_name(step) for step in STEPS],
        lead=ngettext("%(n)s piece waits for you.", "%(n)s pieces wait for you.", waiting)
        if waiting
        else _("Nothing waits for you."),
        new=showing.here("/schrijven/nieuw") if owners else "",
        along=showing.here("/schrijven/inlezen"),
        said=_brought(here),
    )
    return page("writing/mine", view, is_indexed=False)


def _under_way(article: Article, draft: Draft, owners: Mapping[int, Organisation]) -> UnderWay:
    since = article.submitted_at if article.stage in (Stage.AT_COMPANY, Stage.AT_CENTRE) else draft.saved_at
    owner = owners.get(article.owner_id)
    return UnderWay(
        kind=article.kind,
        title=draft.content.title or _("Without a title yet"),
        href=showing.here(f"/schrijven/{article.id}"),
        owner=owner.title if owner else "",
        at=STEPS.index(article.stage) + 1,
        since=_since(since or draft.saved_at),
        is_mine=article.stage == Stage.DRAFT,
    )


def _read_along(article: Article, draft: Draft) -> OfColleagues:
    return OfColleagues(
        kind=article.kind,
        title=draft.content.title or _("Without a title yet"),
        href=showing.here(f"/schrijven/{article.id}/lezen"),
        stage=stage_name(article.stage),
        since=_since(draft.saved_at),
        language=article.language,
    )


def _placed(article: Article, draft: Draft, anew: ReviewState | None) -> Placed:
    due = article.review_due
    stands = [] if article.stage == Stage.PUBLISHED else [stage_name(article.stage)]
    new = [_("New version: %(where)s", where=state_name(anew))] if anew else []
    return Placed(
        kind=article.kind,
        title=article.title or draft.content.title,
        href=showing.here(f"/schrijven/{article.id}"),
        published=long_date(article.published_at) if article.published_at else "",
        number=article.live_number,
        versions=showing.here(f"/kennis/{article.slug}/versies") if article.stage == Stage.PUBLISHED else "",
        due=long_date(due) if due else "",
        is_late=due is not None and due < today(),
        status=", ".join([*stands, *new]),
    )


def _since(moment: datetime) -> str:
    return _("since %(day)s", day=long_date(moment))


def _brought(here: Visit) -> str:
    """What came of a zip that was brought in just now."""
    asked = parse_qs(here.query)
    counts = asked.get(CAME, [""])[0].split("-")
    if asked.get(DONE, [""])[0] != "ingelezen" or not all(each.isdigit() and len(each) < 4 for each in counts):
        return ""
    if len(counts) != 3:
        return ""
    new, changed, other = map(int, counts)
    told = [
        ngettext("One text came in.", "%(n)s texts came in.", new) if new else "",
        ngettext("One text was changed.", "%(n)s texts were changed.", changed) if changed else "",
        ngettext("One stayed out or as it was.", "%(n)s stayed out or as they were.", other) if other else "",
    ]
    return " ".join(filter(None, told)) or _("Nothing changed.")
