"""The code that proves the address of somebody who wants to join. It belongs to the browser with their draft."""

from typing import Final

from sqlmodel import Session

from app.core.errors import TooMany
from app.core.language import gettext as _
from app.core.language import ngettext
from app.core.mail import Letter, post
from app.people import codes
from app.people.codes import GOOD_FOR, Verdict
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


def is_right(session: Session, form: Form, token: str) -> bool:
    """Whether the code is right; blames it when it is not. A right one is spent."""
    verdict = codes.try_code(session, purpose=JOIN, browser=token, typed=form.raw("code"))
    code = codes.pending(session, purpose=JOIN, browser=token)
    if verdict == Verdict.RIGHT and code is not None:
        codes.spend(session, code)
        return True
    if verdict == Verdict.WRONG and code is not None:
        form.heading = _("The code is not right")
        sentence = ngettext(
            "This code is not right. You can try it one more time.",
            "This code is not right. You can try it %(n)s more times.",
            code.tries_left,
        )
        form.blame("code", sentence)
    else:
        form.heading = _("This code does not work any more")
        form.blame("code", _("Ask for a new code below, and type that one."))
    return False
