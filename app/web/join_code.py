"""The code that proves the address of somebody who wants to join. It belongs to the browser with their draft."""

from typing import Final

from sqlmodel import Session

from app.core.errors import TooMany
from app.core.mail import Letter, post
from app.people import codes
from app.people.codes import GOOD_FOR
from app.web.forms import Form
from app.web.visit import Visit

JOIN: Final = "join"
"""The purpose of these codes."""


def send(session: Session, here: Visit, form: Form, token: str, mail: str, *, is_new: bool = False) -> None:
    """A code for this address, unless a live one is on its way and nobody asked for a new one."""
    waiting = codes.pending(session, purpose=JOIN, browser=token)
    if waiting is not None and waiting.is_live and waiting.mail == mail and not is_new:
        return
    try:
        asked = codes.ask(session, purpose=JOIN, mail=mail, browser=token, peer=here.peer)
    except TooMany as problem:
        form.refuse(problem)
        return
    told = {"code": asked.code}
    post(session, Letter(to=mail, name="join_code", language=here.language, told=told, good_for=GOOD_FOR))
