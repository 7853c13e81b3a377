"""The page behind the links in letters: hear less often, mute, or no mail any more. Looking changes nothing.

Whoever holds the link may act by it, without signing in; mail programs do so by one POST (RFC 8058).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Path
from sqlmodel import Session
from starlette.responses import Response

from app.core.language import gettext as _
from app.feeds import following, muting, stopping
from app.feeds.models import Rhythm, Subscription
from app.feeds.my_feed import heard_of
from app.feeds.stopping import LESS_OFTEN, Stop
from app.people.actor import Actor
from app.people.mail_addresses import hidden
from app.people.models import UserState
from app.people.signing_in import actor_by_mail, actor_for
from app.web import showing
from app.web.follow_words import how_in, how_word, muted_text, rhythm_name
from app.web.forms import Filled
from app.web.needs import Here, Reading, Writing
from app.web.pages.own_following import MUTES
from app.web.rendering import Page

router = APIRouter()

Token = Annotated[str, Path(max_length=100)]

ONE_CLICK: Final = "One-Click"
"""What a mail program sends in the field `List-Unsubscribe` (RFC 8058, 3.2)."""


@dataclass(frozen=True)
class Was:
    """A subscription as it was before, for undoing."""

    name: str
    value: str


@dataclass(frozen=True)
class StopView:
    """What somebody may do by this link, or has done."""

    names: str
    mail: str
    how: str
    """How they hear of it now."""
    less: str
    """What less often would be; empty when it cannot be less."""
    is_one: bool
    piece: str
    """The title of the piece beside which the link stood, if they may see it."""
    is_piece_muted: bool
    is_member: bool
    action: str
    settings: str
    done: str
    was: Sequence[Was]


@router.get("/afmelden/{token}")
def show(here: Here, session: Reading, page: Page, token: Token) -> Response:
    """What the link is about, with less often first."""
    stop = stopping.meant(session, token)
    return page("stop", _view(session, here.language, token, stop), is_personal=True, is_indexed=False)


@router.post("/afmelden/{token}")
def act(here: Here, session: Writing, form: Filled, page: Page, token: Token) -> Response:
    """Less often, mute, stop, or undo that."""
    stop = stopping.meant(session, token)
    rows = stop.all_of_it(session)
    was = [Was(f"was{row.id}", how_word(row)) for row in rows if row.ended_at is None]
    wish = "stop" if form.raw("List-Unsubscribe") == ONE_CLICK else form.raw("doe")
    done = ""
    if wish == "minder":
        stopping.less_often(session, stop)
        done = _("Done: you hear of it less often.")
    elif wish == "demp" and stop.subscription is not None:
        actor = actor_for(session, stop.user)
        muting.mute(session, stop.subscription, by=actor, lasting=MUTES.get(form.raw("tot"), MUTES["2"]))
        done = _("Done: it is muted.")
    elif wish == "stop":
        stopping.no_more_mail(session, stop)
        done = _("Done: you get no mail about it any more.")
    elif wish == "stuk" and stop.piece_id is not None:
        muting.mute_piece(session, stop.piece_id, by=_reader(session, stop))
        done, was = _("Done: you hear nothing more of this piece."), []
    elif wish == "hoor":
        muting.hear_piece(session, stop.piece_id, by=_reader(session, stop))
        done, was = _("Undone: you hear of this piece as before."), []
    elif wish == "terug":
        _undo(session, stop, dict(form.pairs()))
        done, was = _("Undone: it is as it was."), []
    view = _view(session, here.language, token, stop, rows=rows, done=done, was=was)
    return page("stop", view, is_personal=True, is_indexed=False)


def _undo(session: Session, stop: Stop, sent: dict[str, str]) -> None:
    """Each that the form names goes on as it was. Only those that this link is about."""
    for name, word in sent.items():
        number = name.removeprefix("was")
        how = how_in(word)
        if how is not None and number.isascii() and number.isdigit() and len(number) < 10:
            row = session.get(Subscription, int(number))
            # A page from before topics were merged names one that went into another.
            row = following.gone_on_as(session, row) if row is not None else None
            is_meant = row is not None and (
                row is stop.subscription if stop.subscription else row.user_id == stop.user.id
            )
            if row is not None and is_meant:
                stopping.undo(session, stop, row, how)


def _reader(session: Session, stop: Stop) -> Actor:
    """Whose letter it was; the link is no second step."""
    return actor_by_mail(session, stop.user)


def _view(
    session: Session,
    language: str,
    token: str,
    stop: Stop,
    *,
    rows: Sequence[Subscription] | None = None,
    done: str = "",
    was: Sequence[Was] = (),
) -> StopView:
    rows = stop.all_of_it(session) if rows is None else rows
    actor = _reader(session, stop)
    names = [one.stream.title for one in heard_of(session, actor, language, rows)]
    rhythms = {row.rhythm for row in rows if row.by_mail and row.ended_at is None}
    fastest = next((rhythm for rhythm in Rhythm if rhythm in rhythms), None)
    muted = muted_text(stop.subscription) if stop.subscription else ""
    piece = muting.seen_piece(session, stop.piece_id, actor, language) if stop.piece_id else None
    return StopView(
        names=showing.said(names) or _("what you followed"),
        mail=hidden(stop.user.mail),
        how=muted or (_("now %(rhythm)s", rhythm=rhythm_name(fastest)) if fastest else _("no mail now")),
        less=rhythm_name(LESS_OFTEN[fastest]) if fastest and fastest != Rhythm.MONTHLY else "",
        is_one=stop.subscription is not None,
        piece=piece.title if piece else "",
        is_piece_muted=piece is not None and muting.is_muted(session, piece.piece_id, stop.user.id),
        is_member=stop.user.state == UserState.ACTIVE,
        action=showing.here(f"/afmelden/{token}"),
        settings=showing.here("/instellingen/volgen"),
        done=done,
        was=was,
    )
