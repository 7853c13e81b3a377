"""Standing pages: about, privacy, accessibility, feeds, the API. Their texts are templates, one for each language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.addresses import whole
from app.core.language import current_language, gettext
from app.core.language import gettext as _
from app.core.settings import Settings, settings
from app.feeds.formats import FORMATS
from app.people.signing_in import IDLE, LASTS
from app.web import showing
from app.web.cookies import asking_cookie
from app.web.feed_links import feed_links
from app.web.join_cookie import draft_cookie
from app.web.needs import Reading
from app.web.rendering import Page
from app.web.rows import Link
from app.web.standing import PAGES
from app.web.visit import THEME_COOKIE, session_cookie
from content import overview

router = APIRouter()


@dataclass(frozen=True, kw_only=True)
class StandingView:
    """A standing page, with what its text may name."""

    name: str
    title: str
    lead: str
    current: str
    pages: Sequence[Link]
    settings: Settings
    base: str
    """The address of the site."""
    session_cookie: str
    asking_cookie: str
    joining_cookie: str
    theme_cookie: str
    days: int
    """How long a session lasts, and without a visit."""
    idle_days: int
    formats: Sequence[str]
    feeds: Sequence[tuple[str, Sequence[Link]]]
    """What can be followed, with its address in each format."""
    home: str

    @property
    def text(self) -> str:
        """The template with the text, in the language of the page."""
        return f"pages/standing/{current_language()}/{self.name}.html"

    def to(self, path: str) -> str:
        """The address of another page in the reader's language."""
        return showing.here(path)


def _feeds(session: Session) -> list[tuple[str, Sequence[Link]]]:
    """Everything, then each group of topics."""
    return [
        (_("Everything new"), feed_links("/feeds/alles")),
        *(
            (group.topic.name, feed_links(f"/feeds/onderwerp/{group.topic.slug_nl}"))
            for group in overview.groups(session)
        ),
    ]


def _route(name: str) -> Callable[..., Response]:
    def standing_page(session: Reading, page: Page) -> Response:
        told = PAGES[name]
        view = StandingView(
            name=name,
            title=gettext(told.title),
            lead=gettext(told.lead),
            current=showing.here(told.path),
            pages=[Link(gettext(each.title), showing.here(each.path)) for each in PAGES.values()],
            settings=settings(),
            base=whole("/"),
            session_cookie=session_cookie(),
            asking_cookie=asking_cookie(),
            joining_cookie=draft_cookie(),
            theme_cookie=THEME_COOKIE,
            days=LASTS.days,
            idle_days=IDLE.days,
            formats=[form.name for form in FORMATS.values()],
            feeds=_feeds(session) if name == "feeds" else (),
            home=showing.here("/"),
        )
        return page("standing", view, section="about", reads=True)

    standing_page.__doc__ = f"{PAGES[name].title}."
    return standing_page


for _name in PAGES:
    router.get(PAGES[_name].path, name=f"standing_{_name}")(_route(_name))
