"""From a view to an answer: the frame around it, the template, the tag, and who may keep it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.core.addresses import address, whole
from app.core.language import LANGUAGES, clock_time
from app.core.language import gettext as _
from app.core.settings import settings
from app.core.templating import provide, render
from app.feeds import noticing
from app.people.actor import Actor, someone_passing_by
from app.web import drawing, structured
from app.web.assets import asset
from app.web.cards import initials
from app.web.forms import form_token
from app.web.frame import FeedLink, Frame, Member, NavEntry, Viewing
from app.web.head import PLAIN, Head, data_block
from app.web.needs import Here, Me, Reading
from app.web.standing import PAGES
from app.web.visit import API_DOCS, SET_UP, Visit
from content.reading import has_examples

provide({**drawing.globals(), "asset": asset})


class Rendering:
    """Renders pages for one request. `page("home", view)` draws `templates/pages/home.html`."""

    def __init__(self, request: Request, here: Visit, session: Session, me: Actor) -> None:
        self._request = request
        self._here = here
        self._session = session
        self._me = me

    def speaking(self, language: str) -> "Rendering":
        """The same in another language than that of the address, for addresses that others send people to."""
        return Rendering(self._request, replace(self._here, language=language), self._session, self._me)

    def __call__(
        self,
        name: str,
        view: object,
        *,
        status: int = 200,
        section: str = "",
        shows_search: bool = True,
        feeds: Sequence[FeedLink] = (),
        is_indexed: bool = True,
        reads: bool = False,
        versions: Mapping[str, str] | None = None,
        language: str = "",
        is_kept: bool = True,
        is_personal: bool = False,
        links: str = "",
        head: Head = PLAIN,
    ) -> Response:
        """The page as an answer, kept for other readers when nobody is signed in.

        `is_kept`: False when it differs for readers although nobody is signed in.
        `is_personal`: True when it holds something of a person although nobody is signed in; then nobody stores it.
        `versions`: language -> path of the same content in it; the same path in both unless told otherwise.
        `language`: of the content, when it may differ from the frame's; the canonical address follows it.
        `links`: for the `Link` header.
        `head`: what is told to programs that look at the page.
        """
        frame = build_frame(
            self._here,
            self._me,
            has_examples=has_examples(self._session),
            section=section,
            shows_search=shows_search,
            feeds=tuple(feeds),
            is_indexed=is_indexed,
            reads=reads,
            versions=versions,
            language=language,
            is_found=not is_personal,
            unread=noticing.unread(self._session, self._me) if self._me.is_signed_in else 0,
            head=replace(head, data=(*head.data, *structured.breadcrumbs(getattr(view, "crumbs", ())))),
        )
        body = render(f"pages/{name}.html", frame=frame, view=view).encode()
        pointing = {"link": links} if links else {}
        if self._me.is_signed_in or is_personal:
            return HTMLResponse(body, status, headers={"cache-control": "private, no-store", **pointing})
        if is_kept and status == 200:
            self._request.scope["outgoing"].keep()
        return HTMLResponse(body, status, headers=public_headers(body) | pointing)


def public_headers(body: bytes) -> dict[str, str]:
    """Kept by browsers, but asked about every time (settled: 18)."""
    return {"cache-control": "no-cache", "vary": "Cookie", "etag": f'"{sha256(body).hexdigest()[:24]}"'}


def rendering(request: Request, here: Here, session: Reading, me: Me) -> Rendering:
    """How a route draws its page."""
    return Rendering(request, here, session, me)


Page = Annotated[Rendering, Depends(rendering)]


def build_frame(
    here: Visit,
    me: Actor = someone_passing_by,
    *,
    has_examples: bool = False,
    section: str = "",
    shows_search: bool = True,
    feeds: tuple[FeedLink, ...] = (),
    is_indexed: bool = True,
    reads: bool = False,
    versions: Mapping[str, str] | None = None,
    language: str = "",
    is_found: bool = True,
    head: Head = PLAIN,
    unread: int = 0,
) -> Frame:
    """The frame for one page. Needs no database, so that error pages have one too.

    `is_found`: False for a page that tells of a problem: it has no address of its own to be known by.
    """
    paths = versions if versions is not None else dict.fromkeys(LANGUAGES, here.path)
    other = next(each for each in LANGUAGES if each != here.language)
    return Frame(
        language=here.language,
        here=here.here,
        home=address("/", here.language),
        canonical=whole(here.path, language or here.language) if is_found else "",
        alternates={each: whole(path, each) for each, path in paths.items()} if is_found and len(paths) > 1 else {},
        other_language=address(paths.get(other, here.path), other) + (f"?{here.query}" if here.query else ""),
        theme=here.theme,
        section=section,
        nav=_nav(here.language),
        about=_about(here.language),
        search_address=address("/zoeken", here.language),
        shows_search=shows_search,
        query=_query(here),
        member=_member(me, here.language, unread),
        viewing=_viewing(me, here.language),
        set_up=address(SET_UP, here.language) if me.lacks_second_step and not here.path.startswith(SET_UP) else "",
        form_token=form_token(here) if me.is_signed_in else "",
        sign_in=address("/inloggen", here.language),
        sign_out=address("/uitloggen", here.language),
        join=address("/aanmelden", here.language),
        operator=settings().operator_name,
        funders=settings().funders,
        has_examples=has_examples,
        is_indexed=is_indexed and (not has_examples or settings().is_loopback),
        feeds=(FeedLink(address("/feeds/alles.atom", here.language), _("Everything new")), *feeds),
        reads=reads,
        image=head.image or settings().address + asset("icons/share.png"),
        image_text=head.image_text or _("Which factory has solved this already?"),
        published=head.published,
        changed=head.changed,
        data=data_block(head.data),
    )


def _nav(language: str) -> tuple[NavEntry, ...]:
    return (
        NavEntry("knowledge", _("Knowledge"), address("/kennis", language)),
        NavEntry("topics", _("Topics"), address("/onderwerpen", language)),
        NavEntry("pilots", _("Pilots"), address("/proefprojecten", language)),
        NavEntry("organisations", _("Who takes part"), address("/organisaties", language)),
    )


def _own_nav(language: str, me: Actor) -> Iterator[NavEntry]:
    yield NavEntry("overview", _("My overview"), address("/overzicht", language))
    if me.edits_for or me.is_steward:
        yield NavEntry("writing", _("My pieces"), address("/schrijven", language))
        yield NavEntry("review", _("To review"), address("/beoordelen", language))
    yield NavEntry("questions", _("Questions"), address("/vragen", language))
    yield NavEntry("settings", _("Settings"), address("/instellingen", language))
    if me.is_steward:
        yield NavEntry("stewards", _("Look after the portal"), address("/beheer", language))


def _about(language: str) -> tuple[NavEntry, ...]:
    standing = (NavEntry(name, _(page.title), address(page.path, language)) for name, page in PAGES.items())
    return *standing, NavEntry("api-docs", _("API documentation"), address(API_DOCS, language))


def _query(here: Visit) -> str:
    # Without a limit on fields, which would be an error of ours: the gate lets no address through that is too long.
    return parse_qs(here.query).get("q", [""])[0][:200]


def _viewing(me: Actor, language: str) -> Viewing | None:
    if me.viewed_until is None:
        return None
    return Viewing(me.name, clock_time(me.viewed_until), address("/meekijken/einde", language))


def _member(me: Actor, language: str, unread: int) -> Member | None:
    if not me.is_signed_in:
        return None
    return Member(
        name=me.name,
        initials=initials(me.name),
        own=tuple(_own_nav(language, me)),
        inbox=address("/overzicht/meldingen", language),
        unread=unread,
    )
