"""The versions of a piece, and what changed from one to another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.core.language import gettext as _
from app.web import showing, telling
from app.web.citing import version_address
from app.web.needs import Here, Me, Reading, VisibleArticle
from app.web.rendering import Page
from app.web.rows import Link, VersionRow
from app.web.version_view import Difference, difference, version_label
from content import reading
from content.models import Revision
from content.reading import Opened

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class VersionsView:
    """Every published version, and the difference between two of them."""

    opened: Opened
    crumbs: Sequence[Link]
    href: str
    here: str
    foreign: str
    choices: Sequence[tuple[int, str]]
    """Number and label of each version, oldest first."""
    versions: Sequence[VersionRow]
    difference: Difference | None
    notices: Sequence[str]
    old_href: str
    new_href: str
    addresses: Sequence[Link]
    """Where each version can be referred to."""


@router.get("/kennis/{slug}/versies")
def show(request: Request, here: Here, session: Reading, me: Me, article: VisibleArticle, page: Page) -> Response:
    """What changed from one version to another; unless told otherwise, to the newest from the one before."""
    opened = reading.open_article(session, article, me)
    pair, notices = _pair(opened.versions, request.query_params)
    base = showing.here(f"/kennis/{article.slug}")
    view = VersionsView(
        opened=opened,
        crumbs=[Link(_("Knowledge"), showing.here("/kennis")), Link(_short(opened.revision.content.title), base)],
        href=base,
        here=f"{base}/versies",
        foreign=telling.foreign(opened),
        choices=[(each.published_number or 0, version_label(each)) for each in reversed(opened.versions)],
        versions=telling.version_rows(opened),
        difference=difference(article.kind, *pair) if pair else None,
        notices=notices,
        old_href=f"{base}/v/{pair[0].published_number}" if pair else "",
        new_href=f"{base}/v/{pair[1].published_number}" if pair else "",
        addresses=[
            Link(_("Version %(n)s", n=each.published_number), version_address(article, each))
            for each in opened.versions
        ],
    )
    return page(
        "versions",
        view,
        section="knowledge",
        reads=True,
        is_indexed=False,
        versions={article.language: here.path},
        language=article.language,
    )


def _pair(versions: Sequence[Revision], given: Mapping[str, str]) -> tuple[tuple[Revision, Revision] | None, list[str]]:
    """The two versions to compare, the older one first, and what of the address was left out. `versions`: newest first.

    None for a piece that has only one.
    """
    if len(versions) < 2:
        return None, []
    by_number = {str(revision.published_number): revision for revision in versions}
    old, new = (by_number.get(given.get(name, "")) for name in ("van", "naar"))
    notices = []
    if any(given.get(name) and given.get(name) not in by_number for name in ("van", "naar")):
        notices.append(_("We do not know one of these versions and left it out."))
    if old is not None and old is new:
        notices.append(_("Choose two different versions."))
        old = new = None
    new = new or next(each for each in versions if each is not old)
    at = versions.index(new)
    old = old or versions[at + 1 if at + 1 < len(versions) else at - 1]
    return ((old, new) if versions.index(old) > at else (new, old)), notices


def _short(title: str) -> str:
    """The title as far as its colon: the whole of it stands right below."""
    return title.partition(":")[0]
