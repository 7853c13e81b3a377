"""Settings: what somebody follows, how often they hear of it, and when their mail comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from fastapi import APIRouter
from sqlmodel import Session
from starlette.responses import Response

from app.core.clock import now
from app.core.language import clock_hour, long_date, weekday_name
from app.core.language import gettext as _
from app.feeds import following, muting
from app.feeds.models import Followed, Reader, Subscription
from app.feeds.my_feed import Heard, heard_of
from app.feeds.refusing import address_works
from app.feeds.streams import Stream
from app.feeds.volume import volume_of
from app.people.actor import Actor
from app.people.models import User
from app.web import showing
from app.web.follow_acts import WAS, Said, said_in_settings, undo
from app.web.follow_words import (
    RHYTHM_OF,
    RHYTHM_WORDS,
    SCOPE_OF,
    SCOPE_WORDS,
    how_word,
    muted_text,
    rhythm_options,
    scope_options,
)
from app.web.forms import Form, Sealed
from app.web.needs import Here, Reading, SignedIn, Writing
from app.web.redirecting import see
from app.web.rendering import Page
from app.web.rows import Link
from app.web.settings_menu import Menu, menu, path_of
from app.web.visit import Visit

router = APIRouter()

PART: Final = "volgen"

PAUSES: Final = {"2": timedelta(days=14), "4": timedelta(days=31), "52": timedelta(days=366)}
"""Word of the form -> how long no mail comes. For good is what stopping is for."""

MUTES: Final = {"2": timedelta(days=14), "4": timedelta(days=31), "altijd": None}
"""Word of the form -> how long something is muted; for good is until they say so."""


@dataclass(frozen=True)
class Row:
    """Something that fills somebody's feed."""

    id: int
    name: str
    href: str
    about: str
    rhythm: str
    scope: str
    by_mail: bool
    muted: str


@dataclass(frozen=True)
class FollowingView:
    """All that somebody follows."""

    menu: Menu
    rows: Sequence[Row]
    searches: Sequence[Row]
    lost: Sequence[tuple[int, str]]
    """What is not there any more, or not for them: the number of the subscription and what can be said of it."""
    muted: Sequence[tuple[int, Link]]
    """Pieces of which they hear nothing, by the number of the piece."""
    shared: Sequence[tuple[str, Sequence[Row], bool]]
    """Name of an organisation, what it follows for its people, and whether this person decides that."""
    rhythms: Sequence[tuple[str, str]]
    scopes: Sequence[tuple[str, str]]
    days: Sequence[tuple[str, str]]
    hours: Sequence[tuple[str, str]]
    reader: Reader
    paused: str
    gone: str
    """What is wrong with their address, in words."""
    next_mail: str
    mail: str
    action: str
    topics: str
    said: Said | None


@router.get("/instellingen/volgen")
def show(here: Here, session: Reading, me: SignedIn, page: Page) -> Response:
    """Everything that fills their feed, their own and that of their organisations."""
    return page("settings/following", _view(here, session, me), is_indexed=False)


@router.post("/instellingen/volgen")
def change(here: Here, form: Sealed, session: Writing, me: SignedIn) -> Response:
    """Change, stop, mute or bring back one of them; or when mail comes."""
    act = form.raw("doe")
    if act in ("tijd", "pauze", "verder", "adres"):
        return see(path_of(here, PART, done=_mail_changed(session, me, form, act)))
    number = form.number("nr", least=1, most=2**31 - 1)
    if act == "stuk":
        muting.hear_piece(session, number, by=me)
        return see(path_of(here, PART, done="bewaard"))
    if act == "demp":
        row = following.heard(session, number, by=me)
        row = muting.mute(session, row, by=me, lasting=MUTES.get(form.raw("tot")))
        return see(f"{path_of(here, PART, done='gedempt')}&nr={row.id}")
    row = following.own(session, number, by=me)
    if act == "stop":
        following.stop(session, row)
        return see(f"{path_of(here, PART, done='gestopt')}&nr={row.id}")
    done = path_of(here, PART, done="bewaard")
    if act == "terug":
        undo(session, row, form)
    elif act == "aan":
        muting.unmute(session, row)
    else:
        was = how_word(row)
        following.change(
            session,
            row,
            rhythm=RHYTHM_OF.get(form.raw("ritme"), row.rhythm),
            scope=SCOPE_OF.get(form.raw("wat"), row.scope),
            by_mail=form.is_ticked("mail"),
        )
        done += f"&nr={row.id}&{WAS}={was}"
    return see(done)


def _mail_changed(session: Session, me: Actor, form: Form, act: str) -> str:
    assert me.user_id is not None
    if act == "adres":
        address_works(session, me.user_id)
        return "bewaard"
    reader = following.reader_of(session, me.user_id)
    if act == "tijd":
        reader.weekday = form.number("dag", least=0, most=6) or 0
        reader.hour = form.number("uur", least=0, most=23) or 0
    elif act == "pauze":
        reader.paused_until = now() + PAUSES.get(form.raw("tot"), PAUSES["2"])
    else:
        reader.paused_until = None
    session.add(reader)
    session.flush()
    following.plan_again(session, me.user_id)
    return "bewaard"


def _view(here: Visit, session: Session, me: Actor) -> FollowingView:
    assert me.user_id is not None
    theirs = following.of_person(session, me.user_id)
    shared = following.of_organisations(session, me.reads_for)
    rows = _rows(session, me, here.language, [*theirs, *shared])
    own = [rows[one.id] for one in theirs if one.id in rows]
    searches = {one.id for one in theirs if one.what == Followed.SEARCH}
    reader = following.known_reader(session, me.user_id)
    due = min((one.due_at for one in theirs if one.due_at), default=None)
    return FollowingView(
        menu=menu(
            here,
            me,
            PART,
            done={"bewaard": _("Saved.")},
        ),
        rows=[row for row in own if row.id not in searches],
        searches=[row for row in own if row.id in searches],
        lost=[
            (one.id, _lost(one))
            for one in (*theirs, *shared)
            if one.id not in rows and (one.user_id is not None or one.organisation_id in me.owns)
        ],
        muted=[
            (each.piece_id, Link(each.title, showing.here(f"/kennis/{each.slug}")))
            for each in muting.muted_pieces(session, me, here.language)
        ],
        shared=[
            (
                organisation.title,
                [rows[one.id] for one in shared if one.organisation_id == organisation.id and one.id in rows],
                organisation.id in me.owns,
            )
            for organisation in following.names_of(session, {one.organisation_id or 0 for one in shared})
        ],
        rhythms=rhythm_options(),
        scopes=scope_options(),
        days=[(str(day), weekday_name(day)) for day in range(7)],
        hours=[(str(hour), clock_hour(hour)) for hour in range(24)],
        reader=reader,
        paused=long_date(reader.paused_until) if reader.paused_until and reader.paused_until > now() else "",
        gone=_gone(reader),
        next_mail=long_date(due) if due else "",
        mail=session.get_one(User, me.user_id).mail,
        action=path_of(here, PART),
        topics=showing.here("/onderwerpen"),
        said=said_in_settings(session, here, me),
    )


def _rows(session: Session, me: Actor, language: str, all_of_them: Sequence[Subscription]) -> dict[int, Row]:
    return {one.subscription.id: _row(session, me, one) for one in heard_of(session, me, language, all_of_them)}


def _row(session: Session, me: Actor, heard: Heard) -> Row:
    one, stream = heard.subscription, heard.stream
    return Row(
        id=one.id,
        name=stream.title,
        href=showing.here(stream.page),
        about=_about(session, me, one, stream),
        rhythm=RHYTHM_WORDS[one.rhythm],
        scope=SCOPE_WORDS[one.scope],
        by_mail=one.by_mail,
        muted=muted_text(one),
    )


def _about(session: Session, me: Actor, one: Subscription, stream: Stream) -> str:
    kind = _kind(one.what)
    # Of one piece nobody knows when its next version comes.
    return kind if one.what == Followed.PIECE else f"{kind}, {volume_of(session, me, stream).text}"


def _kind(what: Followed) -> str:
    return {
        Followed.TOPIC: _("topic"),
        Followed.PILOT: _("pilot"),
        Followed.ORGANISATION: _("organisation"),
        Followed.PERSON: _("person"),
        Followed.SEARCH: _("your own search"),
        Followed.PIECE: _("one piece"),
    }[what]


def _lost(one: Subscription) -> str:
    """What can be said of something that they may not see, or that is not there: of which kind it was, since when."""
    kind = {
        Followed.TOPIC: _("A topic that is not there any more"),
        Followed.PILOT: _("A pilot that is not there any more"),
        Followed.ORGANISATION: _("An organisation that is not there any more"),
        Followed.PERSON: _("Somebody who has no public page any more"),
        Followed.SEARCH: _("A search for something that is not there any more"),
        Followed.PIECE: _("A piece that is not there any more, or not for you"),
    }[one.what]
    return _("%(kind)s, followed since %(day)s", kind=kind, day=long_date(one.created_at))


def _gone(reader: Reader) -> str:
    if reader.gone_at is None:
        return ""
    return _(
        "Mail to your address has not been taken since %(day)s (%(code)s), so we stopped sending.",
        day=long_date(reader.gone_at),
        code=reader.gone_code,
    )
