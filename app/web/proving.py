"""Proving a mail address by a code, for who follows a link in a letter and may not be known yet."""

from fastapi import Request
from sqlmodel import Session
from starlette.responses import Response

from app.core.errors import TooMany
from app.core.mail import Letter, post
from app.people import codes
from app.people.codes import GOOD_FOR
from app.people.devices import device_kept
from app.people.models import User
from app.people.second_steps import has_second_step
from app.people.signing_in import actor_of, begin_session, end_session
from app.web.cookies import give_session_cookie
from app.web.forms import Form
from app.web.join_cookie import end_draft_cookie
from app.web.redirecting import see
from app.web.visit import SET_UP, Visit, address


def send_code(session: Session, here: Visit, form: Form, *, purpose: str, mail: str, browser: str) -> None:
    """A code to this address, unless a live one is on its way."""
    waiting = codes.pending(session, purpose=purpose, browser=browser)
    if waiting is not None and waiting.is_live and waiting.mail == mail:
        return
    try:
        asked = codes.ask(session, purpose=purpose, mail=mail, browser=browser, peer=here.peer)
    except TooMany as problem:
        form.refuse(problem)
        return
    told = {"code": asked.code}
    post(session, Letter(to=mail, name="join_code", language=here.language, told=told, good_for=GOOD_FOR))


def let_in(request: Request, here: Visit, session: Session, user: User, way_on: str) -> Response:
    """They are in, and go on. Where more than a code is asked, they sign in as always."""
    if has_second_step(session, user):
        return end_draft_cookie(see(f"{address('/inloggen', here.language)}?naar={way_on}"))
    end_session(session, here.session_token)
    device = device_kept(request.headers.get("user-agent", ""))
    token = begin_session(session, user, device=device)
    session.flush()
    if actor_of(session, token).lacks_second_step:
        way_on = address(SET_UP, here.language)
    return end_draft_cookie(give_session_cookie(see(way_on), token))
