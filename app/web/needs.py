"""What a route may ask for. Its signature is its guard: whoever asks for a VisibleArticle cannot get a hidden one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Path, Request
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool

from app.core import database
from app.core.errors import NotAllowed, NotFound, NotKnown
from app.core.language import gettext as _
from app.people import securing, signing_in, tokens
from app.people.actor import Actor
from app.people.tokens import ApiToken, Bearer
from app.web.allowances import refuse_too_many
from app.web.cookies import asking_browser
from app.web.security import UNSAFE
from app.web.visit import Visit
from content import drafting
from content.models import Article
from content.reading import at_address


async def visit(request: Request) -> Visit:
    """What the gate read of this request. Asynchronous, since a thread for it would cost more than it does."""
    found: Visit = request.scope["visit"]
    return found


def reading() -> Iterator[Session]:
    """A session that cannot write."""
    with database.reading() as session:
        yield session


def writing() -> Iterator[Session]:
    """One transaction, committed before the answer leaves."""
    with database.writing() as session:
        yield session


Here = Annotated[Visit, Depends(visit)]

# scope="function": closed, and above all committed, before the answer is sent. FastAPI's default commits afterwards,
# and a failing commit would still have told the reader 200.
Reading = Annotated[Session, Depends(reading, scope="function")]
Writing = Annotated[Session, Depends(writing, scope="function")]


@dataclass(frozen=True)
class Holder:
    """Who asks, and with which token if with one."""

    actor: Actor
    token: ApiToken | None = None


def _bearer(session: Session, here: Visit, *scopes: str) -> Bearer:
    """Whoever shows a token that was made for one of these."""
    bearer = tokens.bearer_of(session, here.bearer)
    if bearer is None:
        raise NotKnown(_("This token is not known, or over."))
    refuse_too_many(bearer.token.id)
    if not any(map(bearer.may, scopes)):
        raise NotAllowed(_("This token is not made for that: it lacks “%(scope)s”.", scope=scopes[0]))
    return bearer


def _holder(session: Session, here: Visit, scope: str) -> Holder:
    bearer = _bearer(session, here, scope)
    return Holder(bearer.actor, bearer.token)


def _with_session(session: Session, here: Visit) -> Actor:
    actor = signing_in.actor_of(session, here.session_token)
    if not actor.is_signed_in:
        raise NotKnown(_("Show a token, or sign in."))
    return actor


def me(session: Reading, here: Here) -> Actor:
    """Who is asking, with the rights of this moment. Raises NotKnown for a token that is none."""
    return (
        _holder(session, here, tokens.READ).actor if here.bearer else signing_in.actor_of(session, here.session_token)
    )


Me = Annotated[Actor, Depends(me)]


def holder(session: Reading, here: Here) -> Holder:
    """Whoever asks the API about themselves. Raises NotKnown when that is nobody."""
    if here.bearer:
        return _holder(session, here, tokens.ACCOUNT)
    return Holder(_with_session(session, here))


Asker = Annotated[Holder, Depends(holder)]


def author(session: Reading, here: Here) -> Actor:
    """Whoever writes through the API. Raises NotKnown when that is nobody, NotAllowed for a token that only reads."""
    return _holder(session, here, tokens.WRITE).actor if here.bearer else _with_session(session, here)


Author = Annotated[Actor, Depends(author)]


VIEWED_OPEN: Final = ("/meekijken/einde", "/uitloggen")
"""The only changes that a steward makes while they view as somebody: the ways out."""


async def only_looking(request: Request) -> None:
    """Raises NotAllowed for every change while a steward views as somebody. Stands before every route (site.py).

    Takes a thread only for a change by somebody signed in: some routes must answer while every thread waits.
    """
    here = await visit(request)
    # The way back from a provider is the one GET that changes something.
    changes = request.method in UNSAFE or here.path.endswith("/terug")
    if not changes or not here.session_token or here.path in VIEWED_OPEN:
        return
    actor = await run_in_threadpool(_whose, here.session_token)
    if actor.is_viewed:
        raise NotAllowed(
            _("You are viewing as %(name)s, and change nothing meanwhile. Stop viewing first.", name=actor.name)
        )


def _whose(session_token: str) -> Actor:
    with database.reading() as session:
        return signing_in.actor_of(session, session_token)


def follower(session: Reading, here: Here) -> Actor:
    """Whoever has to do with a text on its way, as its author or at a desk. Raises as `author` does."""
    if here.bearer:
        return _bearer(session, here, tokens.WRITE, tokens.PUBLISH).at_desks
    return _with_session(session, here)


Follower = Annotated[Actor, Depends(follower)]


def decider(session: Reading, here: Here) -> Actor:
    """Whoever decides what readers see. Raises NotKnown for nobody, NotAllowed for a token not made for that."""
    return _bearer(session, here, tokens.PUBLISH).at_desks if here.bearer else _with_session(session, here)


Decider = Annotated[Actor, Depends(decider)]


def steward_at_desks(actor: Decider) -> Actor:
    """A steward, for what they have done to many pieces. For anybody else that is not there (decision 0026)."""
    if not actor.is_steward:
        raise NotFound(_("There is nothing at this address."))
    return actor


StewardAtDesks = Annotated[Actor, Depends(steward_at_desks)]


def sender(session: Reading, here: Here) -> tuple[Actor, bool]:
    """Whoever sends a text in, and whether they may let it appear by that alone, as where no desk is asked."""
    if not here.bearer:
        return _with_session(session, here), True
    bearer = _bearer(session, here, tokens.WRITE)
    return bearer.actor, bearer.may(tokens.PUBLISH)


Sender = Annotated[tuple[Actor, bool], Depends(sender)]


class SignInFirst(Exception):
    """Nobody is signed in, and this page is somebody's own."""


class SignInAgain(SignInFirst):
    """Somebody is, but too long ago for what they want to change."""


def signed_in(actor: Me) -> Actor:
    """Who is signed in. Raises SignInFirst, which leads a reader to the sign-in page and back."""
    if not actor.is_signed_in:
        raise SignInFirst
    return actor


SignedIn = Annotated[Actor, Depends(signed_in)]


def nobody_looking_along(actor: Annotated[Actor, Depends(signed_in)]) -> Actor:
    """Who is signed in themselves. Raises NotAllowed for a steward who views as them: letters are private."""
    if actor.is_viewed:
        raise NotAllowed(
            _("This is between %(name)s and who wrote it. Whoever looks along does not read it.", name=actor.name)
        )
    return actor


Alone = Annotated[Actor, Depends(nobody_looking_along)]


def freshly_signed_in(session: Reading, here: Here, actor: Annotated[Actor, Depends(signed_in)]) -> Actor:
    """Who signed in not long ago. Raises SignInAgain for everybody else: this changes how they get in."""
    # Whoever views as this person changes nothing, and cannot sign in again in their name.
    if not actor.is_viewed and not securing.is_fresh(session, here.session_token):
        raise SignInAgain
    return actor


Fresh = Annotated[Actor, Depends(freshly_signed_in)]


async def asking(request: Request) -> str:
    """The token of a browser that asked for a code."""
    return asking_browser(request.scope)


Asking = Annotated[str, Depends(asking)]

Slug = Annotated[str, Path(max_length=200, json_schema_extra={"pattern": "^[a-z0-9-]{1,120}$"})]
"""Described to machines as slugs are; what is none is not found, as every other that is not there."""


ArticleNumber = Annotated[int, Path(alias="id", ge=1, le=2**31 - 1)]


def visible_article(slug: Slug, session: Reading, actor: Me) -> Article:
    """The published article at this address, as far as the reader may see it."""
    return at_address(session, slug, actor)


def editable_article(
    article_id: ArticleNumber, session: Reading, actor: Annotated[Actor, Depends(signed_in)]
) -> Article:
    """The article of this number, as far as the reader may change it."""
    return drafting.editable(session, article_id, actor)


EditableArticle = Annotated[Article, Depends(editable_article)]
"""For a GET. What changes it takes `ArticleToChange`, which belongs to the writing session."""


def article_to_change(
    article_id: ArticleNumber, session: Writing, actor: Annotated[Actor, Depends(signed_in)]
) -> Article:
    """The same, in the session that writes."""
    return drafting.editable(session, article_id, actor)


ArticleToChange = Annotated[Article, Depends(article_to_change)]

VisibleArticle = Annotated[Article, Depends(visible_article)]
