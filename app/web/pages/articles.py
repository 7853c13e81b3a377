"""One piece: its page in each kind, its versions, its files and pictures."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from app.feeds.saving import is_saved
from app.people.actor import Actor, someone_passing_by
from app.people.models import Organisation
from app.web import head, showing, signposts
from app.web.article_view import ArticleView, Keeping, view_of
from app.web.asking_links import ask_link
from app.web.byline import author_cards
from app.web.files import file_answer, part_asked, picture_answer
from app.web.follow_view import follow_piece_view
from app.web.frame import FeedLink
from app.web.handing_out import hand_out
from app.web.needs import Here, Me, Reading, VisibleArticle
from app.web.rendering import Page
from app.web.visit import Visit
from content import attaching, reading, relating
from content.models import Article
from content.reading import Opened
from content.sharing import shared_image
from content.snapshot import Part

router = APIRouter()

Number = Annotated[int, Path(ge=1, le=100_000)]


@router.get("/kennis/{slug}")
def show(here: Here, session: Reading, me: Me, article: VisibleArticle, page: Page) -> Response:
    """The live version."""
    view = _view(session, me, article, here)
    return page(
        f"articles/{article.kind}",
        view,
        section="knowledge",
        reads=True,
        is_indexed=not article.example,
        versions=_versions(view.opened),
        language=article.language,
        feeds=_feeds(view.opened),
        links=signposts.on_page(view.opened),
        head=head.of_piece(view.opened),
    )


@router.get("/kennis/{slug}/v/{number}")
def show_version(here: Here, session: Reading, me: Me, article: VisibleArticle, number: Number, page: Page) -> Response:
    """A published version. It keeps this address for ever; readers of an old one are told of the new one."""
    view = _view(session, me, article, here, number=number)
    return page(
        f"articles/{article.kind}",
        view,
        section="knowledge",
        reads=True,
        is_indexed=False,
        versions={article.language: here.path},
        language=article.language,
        links=signposts.on_page(view.opened),
        head=head.of_piece(view.opened),
    )


@router.get("/kennis/{slug}/deelbeeld.png")
def share_image(request: Request, session: Reading, article: VisibleArticle) -> Response:
    """What stands beside a link to the piece elsewhere. Only of pieces that everybody sees, whoever asks."""
    return hand_out(request, someone_passing_by, shared_image(session, article), "image/png")


@router.get("/kennis/{slug}/bijlagen/{name}")
def attachment(
    session: Reading,
    me: Me,
    request: Request,
    article: VisibleArticle,
    name: Annotated[str, Path(max_length=200)],
    version: Annotated[int | None, Query(alias="versie", ge=1, le=100_000)] = None,
) -> Response:
    """A file of the live version, or of an older one."""
    return file_answer(attaching.attached(session, article, name, me, number=version), me, part_asked(request))


@router.get("/beeld/{hash}/{form}")
def picture(
    session: Reading,
    me: Me,
    hash: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    form: Annotated[str, Path(max_length=20)],
) -> Response:
    """A picture in one width, or a drawing, for those who see a piece that shows it."""
    return picture_answer(attaching.picture(session, hash, me), form, me)


def _view(session: Session, me: Actor, article: Article, here: Visit, *, number: int | None = None) -> ArticleView:
    opened = reading.open_article(session, article, me, number=number)
    next_ones = relating.related(session, opened, me, language=here.language)
    return view_of(
        opened,
        authors=author_cards(session, opened),
        keeping=_keeping(session, me, article),
        follow=follow_piece_view(session, here, me, article) if me.is_signed_in else None,
        related=[replace(showing.card(one.listed), reason=one.reason) for one in next_ones],
        ask=ask_link(session, _asked_of(opened), stuk=article.slug),
    )


def _asked_of(opened: Opened) -> list[Organisation]:
    """Whom to ask about it: the company where it happened, then the one that tells of it; of those that are named."""
    if opened.owner is None:
        return [each for each, _part in opened.organisations]
    return [*(each for each, part in opened.organisations if part == Part.LEAD), opened.owner]


def _keeping(session: Session, me: Actor, article: Article) -> Keeping:
    page = showing.here(f"/kennis/{article.slug}")
    sign_in = "" if me.is_signed_in else f"{showing.here('/inloggen')}?naar={page}"
    return Keeping(f"{page}/bewaren", is_saved(session, article, me), sign_in)


def _versions(opened: Opened) -> dict[str, str]:
    """Language -> path of the real language versions: the only ones that are announced as each other's."""
    both = [opened.article, *([opened.translation] if opened.translation else [])]
    return {article.language: f"/kennis/{article.slug}" for article in both}


def _feeds(opened: Opened) -> list[FeedLink]:
    return [FeedLink(showing.here(f"/feeds/onderwerp/{topic.slug_nl}.atom"), topic.name) for topic in opened.topics[:1]]
