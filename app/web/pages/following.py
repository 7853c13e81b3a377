"""Following: the buttons on the pages of topics, pilots, organisations and people, and on a search.

Each acts at once and leads back to where it stands, where it can be undone.
"""

from dataclasses import dataclass, replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import gettext as _
from app.core.language import pick
from app.feeds import asking, following, muting
from app.feeds.asking import Asked
from app.feeds.models import Rhythm, Scope
from app.feeds.streams import found_by
from app.feeds.targets import (
    Target,
    organisation_target,
    person_target,
    piece_target,
    pilot_target,
    search_target,
    topic_target,
)
from app.feeds.volume import volume_of
from app.people.finding import organisation_at, person_at
from app.people.mail_addresses import mail_address
from app.web import showing
from app.web.follow_acts import FOR, Said, act, said_on_page
from app.web.follow_view import for_people, wording
from app.web.follow_words import RHYTHM_OF, RHYTHM_WORDS, SCOPE_WORDS, rhythm_options, scope_options
from app.web.forms import Filled, Form, Sealed, sealed
from app.web.needs import Here, Me, Reading, SignedIn, Slug, VisibleArticle, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.settings_menu import path_of
from app.web.visit import Visit
from content.overview import pilot_at, topic_at
from search.query import Query

router = APIRouter()

Token = Annotated[str, Path(max_length=100)]


@dataclass(frozen=True)
class AskedView:
    """What somebody without an account is told after they asked, or what went wrong."""

    name: str
    back: str
    form: Form
    action: str
    wording: str

    @property
    def rhythms(self) -> list[tuple[str, str]]:
        """Value and label of each rhythm."""
        return rhythm_options()


@dataclass(frozen=True)
class ConfirmView:
    """What a link from a letter confirms, and whether that is done."""

    name: str
    page: str
    action: str
    wording: str
    is_done: bool = False


@dataclass(frozen=True)
class KeepSearchView:
    """A question to be followed."""

    question: str
    volume: str
    fields: list[tuple[str, str]]
    back: str
    action: str
    form: Form
    is_followed: bool
    organisations: list[tuple[str, str, bool]]
    """What `for_people` says."""
    said: Said | None

    @property
    def rhythms(self) -> list[tuple[str, str]]:
        """Value and label of each rhythm."""
        return rhythm_options()

    @property
    def scopes(self) -> list[tuple[str, str]]:
        """Value and label of each kind of news."""
        return scope_options()


# --- by somebody who is signed in, and topics by mail alone -----------------------------------------------------------


@router.post("/onderwerpen/{slug}/volgen")
def topic(here: Here, session: Writing, me: Me, page: Page, slug: Slug, form: Filled) -> Response:
    """Follow a topic with its narrower ones, or stop; without an account by mail, once that is confirmed."""
    found = topic_at(session, slug)
    back = showing.here(f"/onderwerpen/{found.slug_nl}")
    if me.is_signed_in:
        return _changed(session, me, sealed(here, form), topic_target(found), back)
    asked = None
    with form.minding(session):
        mail = mail_address(form.raw("mail"))
        rhythm = RHYTHM_OF.get(form.raw("ritme"), Rhythm.WEEKLY)
        asked = Asked(mail, rhythm, wording(), back)
    if asked is not None:
        with form.minding(session, "mail"):
            asking.ask_to_follow(session, found, asked, language=here.language, peer=here.peer)
    view = AskedView(found.name, back, form, f"{back}/volgen", wording())
    return page("follow_asked", view, status=200 if form.is_fine else form.status, is_personal=True, is_indexed=False)


@router.post("/proefprojecten/{slug}/volgen")
def pilot(session: Writing, me: SignedIn, slug: Slug, form: Sealed) -> Response:
    """Follow a pilot, or stop."""
    found = pilot_at(session, slug)
    return _changed(session, me, form, pilot_target(found), showing.here(f"/proefprojecten/{found.slug}"))


@router.post("/organisaties/{slug}/volgen")
def organisation(session: Writing, me: SignedIn, slug: Slug, form: Sealed) -> Response:
    """Follow an organisation, or stop."""
    found = organisation_at(session, slug)
    return _changed(session, me, form, organisation_target(found), showing.here(f"/organisaties/{found.slug}"))


@router.post("/mensen/{handle}/volgen")
def person(session: Writing, me: SignedIn, handle: Slug, form: Sealed) -> Response:
    """Follow somebody who has a page of their own, or stop."""
    found = person_at(session, handle)
    return _changed(session, me, form, person_target(found), showing.here(f"/mensen/{found.handle}"))


@router.post("/kennis/{slug}/volgen")
def piece(session: Writing, me: SignedIn, article: VisibleArticle, form: Sealed) -> Response:
    """Hear of new versions of a piece, or stop. Whoever follows a piece does not mute it any more."""
    if form.raw("_method") != "delete":
        muting.hear_piece(session, article.piece_id, by=me)
    back = showing.here(f"/kennis/{article.slug}")
    return _changed(session, me, form, piece_target(article), back, scope=Scope.EVERYTHING)


def _changed(
    session: Session, me: Me, form: Form, target: Target, back: str, *, scope: Scope | None = None
) -> Response:
    told = act(session, me, form, target, scope=scope)
    return see(f"{back}?{urlencode(told)}" if told else f"{back}#volgen")


# --- a search ---------------------------------------------------------------------------------------------------------


@router.get("/zoeken/bewaren")
def keep_search(request: Request, here: Here, session: Reading, me: SignedIn, page: Page) -> Response:
    """A question, how much it brings, and how often somebody wants to hear of it."""
    query = Query.from_params(session, request.query_params.multi_items())
    target = search_target(query)
    if target is None:
        return see(showing.here("/zoeken"))
    row = following.following(session, target, me)
    rhythm, scope = (row.rhythm, row.scope) if row else (Rhythm.AT_ONCE, Scope.NEW)
    begin = {"ritme": RHYTHM_WORDS[rhythm], "wat": SCOPE_WORDS[scope]}
    form = Form(begin | ({"mail": "ja"} if row is None or row.by_mail else {}))
    view = _kept(session, here, me, query, target, form, is_followed=row is not None)
    return page("keep_search", view, is_indexed=False)


@router.post("/zoeken/bewaren")
def follow_search(here: Here, session: Writing, me: SignedIn, form: Sealed, page: Page) -> Response:
    """Follow it, or have it followed for the people of an organisation."""
    query = Query.from_params(session, form.pairs())
    target = search_target(query)
    if target is None:
        return see(showing.here("/zoeken"))
    done = ""
    with form.minding(session):
        told = act(session, me, form, target)
        if form.raw(FOR):
            asked = [*query.on_page(1).to_params(), *told.items()]
            done = f"{showing.here('/zoeken/bewaren')}?{urlencode(asked)}#mensen"
        else:
            row = following.following(session, target, me)
            done = f"{path_of(here, 'volgen')}?{urlencode(told | {'nr': row.id if row else 0})}"
    if form.is_fine:
        return see(done)
    is_followed = following.following(session, target, me) is not None
    view = _kept(session, here, me, query, target, form, is_followed=is_followed)
    return page("keep_search", view, status=form.status, is_indexed=False)


def _kept(
    session: Session, here: Visit, me: Me, query: Query, target: Target, form: Form, *, is_followed: bool
) -> KeepSearchView:
    stream = found_by(session, query, me, here.language)
    fields = query.on_page(1).to_params()
    said = said_on_page(session, here, me, target, stream.title)
    return KeepSearchView(
        question=query.q.strip() or _("Your choice of filters"),
        volume=volume_of(session, me, stream).text,
        fields=fields,
        back=f"{showing.here('/zoeken')}{query.on_page(1).address}",
        action=showing.here("/zoeken/bewaren"),
        form=form,
        is_followed=is_followed,
        organisations=for_people(session, me, target),
        said=replace(said, undo=[*fields, *said.undo]) if said and said.undo else said,
    )


# --- the way from a letter --------------------------------------------------------------------------------------------


@router.get("/volgen/{token}")
def show_confirmation(session: Reading, page: Page, token: Token) -> Response:
    """What the link confirms. Looking at it changes nothing."""
    request, topic = asking.request_with(session, token)
    view = ConfirmView(
        name=pick(topic.name_nl, topic.name_en),
        page=showing.here(f"/onderwerpen/{topic.slug_nl}"),
        action=showing.here(f"/volgen/{token}"),
        wording=request.wording,
    )
    return page("follow_confirm", view, is_personal=True, is_indexed=False)


@router.post("/volgen/{token}")
def confirm(session: Writing, page: Page, token: Token) -> Response:
    """They follow it from now on."""
    row, _user, topic = asking.confirm(session, token)
    view = ConfirmView(
        name=pick(topic.name_nl, topic.name_en),
        page=showing.here(f"/onderwerpen/{topic.slug_nl}"),
        action="",
        wording=RHYTHM_WORDS[row.rhythm],
        is_done=True,
    )
    return page("follow_confirm", view, is_personal=True, is_indexed=False)
